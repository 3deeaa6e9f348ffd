"""`general` and `logic`: nothing is known that beats asking the model, so general generation answers.

Several opinions compared are what helps with logic; that is a deliberation (`council/vote`), not a skill.
"""

from __future__ import annotations

from orchestrator.seams import SkillAnswer, SkillName, SkillTask


class PlainSkill:
    def __init__(self, name: SkillName, description: str) -> None:
        self.name = name
        self.description = description

    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        return None


GENERAL = PlainSkill("general", "The decided model answers the conversation as it is.")
LOGIC = PlainSkill("logic", "Reasoning and puzzles, by the model that was decided for them.")
