"""The end of a skill of ours that understood the task and could not do it now."""

from __future__ import annotations


class SkillUnable(Exception):
    """Something else has to answer. `reason` is for the operator and names no text of the conversation."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
