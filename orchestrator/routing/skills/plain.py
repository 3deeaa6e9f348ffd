"""`general` and `logic`: nothing is known that beats asking the model, so general generation answers.

Several opinions compared are what helps with logic; that is a deliberation (`council/vote`), not a skill.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.seams import SkillAnswer, SkillName, SkillTask


@dataclass(frozen=True, slots=True)
class PlainSkill:
    name: SkillName
    description: str

    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        return None


GENERAL = PlainSkill("general", "The decided model answers the conversation as it is.")
LOGIC = PlainSkill("logic", "Reasoning and puzzles, by the model that was decided for them.")
