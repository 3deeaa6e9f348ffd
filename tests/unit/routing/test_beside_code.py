"""Statements of SQL and the program "hello world" are code, and what has no sign of code is none where it is hardly thought to be."""

from __future__ import annotations

import time

import pytest
from prompt_factory import features

from orchestrator.routing.code_signs import code_signs
from orchestrator.routing.cues import CUE_NAMES
from orchestrator.routing.features import text_features
from orchestrator.routing.policies.beside_code import beside_code
from orchestrator.routing.router import Router
from orchestrator.routing.skills.math import recognise

SQL = (
    "SELECT name FROM users WHERE id = 1",
    "SELECT * FROM orders",
    "SELECT DISTINCT u.name, COUNT(*) AS n FROM users u JOIN orders o ON o.user = u.id GROUP BY u.name;",
    "INSERT INTO users (name) VALUES ('Ann')",
    "UPDATE users SET name = 'Ann' WHERE id = 1",
    "DELETE FROM users WHERE id = 1",
    "CREATE TABLE users (id INT)",
    "DROP TABLE users;",
)
NO_SQL = (
    "Select a card from the deck",
    "SELECT the best answer FROM the list below",
    "UPDATE the guests, please",
    "CREATE TABLE decorations for a wedding",
    "How do I read SELECT name FROM users?",
)


@pytest.mark.parametrize("text", SQL)
@pytest.mark.parametrize("policy", ["learned", "rules"])
def test_a_statement_of_sql_is_code(text: str, policy: str) -> None:
    assert Router(policy=policy).decide(features(text)).skill == "code"  # type: ignore[arg-type]


@pytest.mark.parametrize("text", NO_SQL)
def test_what_is_written_like_it_is_none(text: str) -> None:
    assert not code_signs(text).is_sql


CHANCES = {"code": 0.35, "knowledge": 0.28, "general": 0.34, "math": 0.02, "logic": 0.01, "exec": 0.0}


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("I don't like coriander.", "general"),
        ("When do I meet with John?", "general"),
        ("Sort it with python", None),
        ("Fix `x = 1`", None),
        ("What does print(1) do?", None),
    ],
)
def test_what_has_no_sign_of_code_is_none(text: str, skill: str | None) -> None:
    found = beside_code("code", CHANCES, text_features(text))
    assert (found and found[0]) == skill
    assert beside_code("code", {**CHANCES, "code": 0.5}, text_features(text)) is None


PRINTS = (
    "why does this print 3? print(1+2)",
    "Why does this output 3: console.log(1+2)",
    "what is the output of print(10 % 3)?",
    "what does `print(7//2)` give?",
    "print(1+2)",
)


@pytest.mark.parametrize("text", PRINTS)
@pytest.mark.parametrize("policy", ["learned", "rules"])
def test_a_call_that_prints_a_sum_is_code(text: str, policy: str) -> None:
    decider = Router(policy=policy, recognisers={"math": recognise})  # type: ignore[arg-type]
    assert decider.decide(features(text)).skill == "code"


def test_a_call_that_prints_takes_over_what_counts() -> None:
    text = "why does this print 3? print(1+2)"
    assert beside_code("math", {**CHANCES, "math": 0.9}, text_features(text)) == (
        "code",
        "it has a call that prints",
    )
    assert beside_code("math", CHANCES, text_features(f"run python: {text[-10:]}"))[0] == "exec"  # type: ignore[index]


@pytest.mark.parametrize(
    "text", ["Why is 1+2=3?", "What is sin(30)?", "f(x) = x^2, why is f(2) 4?", "print 1 + 2 (in words)"]
)
def test_a_formula_prints_nothing(text: str) -> None:
    assert not code_signs(text).prints


HELLO_WORLD = (
    "hello world in rust",
    "hello world in C",
    "Hello, World in C++",
    "hello world in kotlin",
    "hello world in brainfuck",
    "hello world using plain javascript",
    "hello world express server",
    "hello world app",
    "rust hello world",
    "hello world kubernetes",
    'print "hello world"',
    '"Hello, world!" in rust',
    "print hello world 10 times",
    "write hello world in go",
    "print hello world",
    "How do I print hello world?",
    "show me hello world in assembly",
    "give me a simple hello world docker container",
)
GREETS_THE_WORLD = (
    "hello world",
    "Hello world!",
    "hello world how are you",
    "Hello world! Write me a poem about spring",
    "hello world, my server is down, cheer me up",
    "hello world my server is down",
    "hello world my name is Tim",
    "say hello world in french",
    "show me hello world in french",
    "What is a hello world program?",
    "Who wrote the first hello world program?",
    "tell me the history of the hello world program",
    "write a poem called hello world",
    "make a hello world banner for my party",
    'write "hello world" on a cake',
    'translate "print hello world in rust" to French',
    '"hello world"',
)


@pytest.mark.parametrize("text", HELLO_WORLD)
@pytest.mark.parametrize("policy", ["learned", "rules"])
def test_the_program_that_greets_is_code(text: str, policy: str) -> None:
    decision = Router(policy=policy).decide(features(text))  # type: ignore[arg-type]
    assert decision.skill == "code"
    assert "greeting" not in decision.reason
    assert not text_features(text).cues[CUE_NAMES.index("a greeting")]


@pytest.mark.parametrize("text", GREETS_THE_WORLD)
def test_one_that_is_greeted_told_of_or_written_about_is_none(text: str) -> None:
    assert not code_signs(text).is_hello_world


def test_hello_world_takes_over_what_greets() -> None:
    greeting = {**CHANCES, "code": 0.05, "general": 0.64}
    assert beside_code("general", greeting, text_features("hello world in rust")) == (
        "code",
        "it wants the program that says hello world",
    )


@pytest.mark.parametrize(
    "unit", ["SELECT a, ", "SELECT a ", "a,", "SELECT a FROM b ", "print hello world in rust "]
)
def test_no_text_takes_long(unit: str) -> None:
    began = time.thread_time()
    code_signs("SELECT " + unit * 3000)
    assert time.thread_time() - began < 0.5
