"""What of a turn that is over is handed to memory."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from orchestrator.memory.memories import Memories
from orchestrator.seams import ChatMessage, Decision
from orchestrator.turn.memory import remember
from orchestrator.turn.note import TurnNote
from orchestrator.turn.values import Method, Timings, TurnRequest, TurnResult, Usage

BORN = "I was born on 20 July 1969."


def said(skill: str, method: Method) -> list[str]:
    """The texts that are handed over behind a turn that this skill answered."""
    told: list[Any] = []
    memories = cast(Memories, SimpleNamespace(remembering=SimpleNamespace(said=told.append)))
    decision = Decision(skill, "tiny", "rules", "Because.", {skill: 1.0})
    note = TurnNote("council/auto", TurnRequest([ChatMessage("user", BORN)], owner="ann"), decision)
    note.answered(TurnResult("A.", decision, skill, method, None, 1.0, "stop", Usage(), Timings(0.0, 1.0)))
    remember(memories, note, "r1")
    return [each.text for each in told]


@pytest.mark.parametrize(
    ("skill", "method"), [("weekday", "computed"), ("weekday", "executed"), ("general", "generated")]
)
def test_what_is_told_is_kept_whichever_third_partys_skill_answers(skill: str, method: Method) -> None:
    assert said(skill, method) == [BORN]


@pytest.mark.parametrize(
    ("skill", "method"), [("math", "computed"), ("code", "executed"), ("exec", "executed")]
)
def test_what_is_told_in_a_task_of_ours_is_not(skill: str, method: Method) -> None:
    assert said(skill, method) == []
