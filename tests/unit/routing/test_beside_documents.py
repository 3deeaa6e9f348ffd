"""Which skill a text goes to when documents came along: `knowledge`, unless it is nothing that they could answer."""

from __future__ import annotations

import pytest
from prompt_factory import features

from orchestrator.routing.router import PolicyName, Router
from orchestrator.routing.skills.math import recognise
from orchestrator.seams import Decision

POLICIES: tuple[PolicyName, ...] = ("learned", "rules")
ROUTERS = {policy: Router(policy=policy, recognisers={"math": recognise}) for policy in POLICIES}


def decided(policy: PolicyName, text: str, documents: int = 1) -> Decision:
    return ROUTERS[policy].decide(features(text, documents=documents))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "text",
    [
        "How many tablets should I take?",
        "How much milk do I need?",
        "What does version 2.3 fix?",
        "How do I install it?",
        "Which Python does version 3 require?",
        "How many chairs were ordered?",
        "How much do 12 of the chairs cost?",
        "What does the function parse_date return?",
        "Which methods does the class have?",
        "What is the default of `--retries`?",
        "Give me the purpose of the script",
        "Who wrote the program?",
        "If all herons are birds, are some birds herons?",
        "Summarise the document",
        "Hello",
        "",
    ],
)
def test_a_question_is_for_the_documents(policy: PolicyName, text: str) -> None:
    decision = decided(policy, text)
    assert decision.skill == "knowledge"
    assert decision.model != "coder", "the role is that of the skill which answers"
    assert max(decision.scores, key=lambda skill: decision.scores[skill]) == "knowledge"
    likely = [other.score for other in decision.alternatives if other.skill != "knowledge"]
    assert all(score <= decision.scores["knowledge"] for score in likely)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("What is 12*40?", "math"),
        ("What is 15 % of 80?", "math"),
        ("Write a Python function that parses this table", "code"),
        ("Can you please write me a script that installs it?", "code"),
        ("I need a program that reads the file", "code"),
        ("Implement the protocol in Rust", "code"),
        ("Fix this:\n```python\nprnt(1)\n```", "code"),
        ("Run this:\n```python\nprint(1)\n```", "exec"),
    ],
)
def test_a_sum_and_an_order_for_code_keep_their_skill(policy: PolicyName, text: str, skill: str) -> None:
    assert decided(policy, text).skill == skill


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "How many euros do 12 chairs cost?",
            "documents came with it, and it is no sum that can be computed",
        ),
        (
            "How do I sort the list in Python?",
            "documents came with it, and it orders no code to be written or run",
        ),
    ],
)
def test_the_reason_says_why_it_is_another_skill_than_the_words_speak_for(text: str, why: str) -> None:
    assert decided("learned", text, documents=0).skill != "knowledge"
    decision = decided("learned", text)
    assert why in decision.reason
    assert sum(decision.scores.values()) == pytest.approx(1)
