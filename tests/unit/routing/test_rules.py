"""What the rules make of words that name a programming language, and only seem to."""

from __future__ import annotations

import pytest
from language_cases import CODE, OTHER
from prompt_factory import ALL

from orchestrator.routing.router import Router
from orchestrator.seams import Decision, Features


def decided(text: str) -> Decision:
    return Router(policy="rules").decide(Features(text=text, requested="council/auto", models=ALL))


@pytest.mark.parametrize("text", CODE)
def test_code_of_a_language_goes_to_the_code_model(text: str) -> None:
    decision = decided(text)
    assert (decision.skill, decision.model) == ("code", "coder")


@pytest.mark.parametrize("text", OTHER)
def test_a_word_that_a_language_shares_is_no_code(text: str) -> None:
    assert decided(text).skill != "code"


def test_the_reason_says_so() -> None:
    assert "asks for code of a language that it names" in decided("Write a python function").reason
