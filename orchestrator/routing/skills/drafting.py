"""Skills whose text comes from one generation and is judged afterwards, so that it can be shown while it comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

from orchestrator.seams import Ask, Generated, Skill, SkillAnswer, SkillTask


@runtime_checkable
class DraftingSkill(Skill, Protocol):
    """`answer` is `drafted_answer(self, task)`: the draft generated and judged in one call."""

    def draft(self, task: SkillTask) -> Ask:
        """What to generate."""
        ...

    async def judge(self, task: SkillTask, generated: Generated) -> SkillAnswer:
        """The answer; its text begins with the generated text. Never takes back what was shown."""
        ...


async def drafted_answer(skill: DraftingSkill, task: SkillTask) -> SkillAnswer:
    """Log-probabilities are asked for here only: some engines do not stream while they give them."""
    ask = replace(skill.draft(task), want_log_probs=True)
    return await skill.judge(task, await task.generator.generate(ask))


def plain_ask(task: SkillTask) -> Ask:
    """The conversation as it is."""
    return Ask(
        model=task.model,
        messages=task.messages,
        max_tokens=task.max_tokens,
        temperature=task.temperature,
        seed=task.seed,
    )
