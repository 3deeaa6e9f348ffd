"""Who asks for code to be run: one definition, for the router and for the skill that runs it."""

from __future__ import annotations

import time

import pytest
from run_cases import ASKED, NOT_ASKED

from orchestrator.routing.features import text_features
from orchestrator.routing.run_request import asks_to_run
from orchestrator.routing.skills.execute import ExecSkill
from orchestrator.seams import ChatMessage, SkillTask
from tests.fakes.python_runner import PythonRunner
from tests.fakes.saying_generator import SayingGenerator
from training.prompts import load_graded, load_prompts

CODE = "```python\nprint(1)\n```"


@pytest.mark.parametrize("text", ASKED)
def test_a_request_before_or_after_the_code(text: str) -> None:
    assert asks_to_run(f"{text}\n{CODE}")
    assert asks_to_run(f"{CODE}\n{text}")


@pytest.mark.parametrize("text", NOT_ASKED)
def test_words_about_running_are_no_request(text: str) -> None:
    for whole in (
        f"{text}\n{CODE}",
        f"{CODE}\n{text}",
        f"{text.lower()}\n\n{CODE}",
        f"Hello!\n\n{text}\n{CODE}",
    ):
        assert not asks_to_run(whole), whole


@pytest.mark.parametrize(("texts", "runs"), [(ASKED, True), (NOT_ASKED, False)])
async def test_the_router_and_the_skill_say_the_same(texts: tuple[str, ...], runs: bool) -> None:
    for text in texts[::6]:
        whole, runner = f"{text}\n{CODE}", PythonRunner()
        task = SkillTask(whole, [ChatMessage("user", whole)], "tiny", SayingGenerator(), runner=runner)
        answered = await ExecSkill().answer(task) is not None
        assert text_features(whole).signs.runnable is answered is bool(runner.ran) is runs, text


def test_the_labels_of_all_our_prompts_agree() -> None:
    told = [(p.text, p.skill) for p in load_prompts()] + [(g.prompt, g.skill) for g in load_graded()]
    assert not [
        (text, skill) for text, skill in told if text_features(text).signs.runnable != (skill == "exec")
    ]


@pytest.mark.parametrize(
    "unit",
    ["\n", "\nrun it", "run this ", "run this, ", "can you ", "``a``", "'", "<a>", "f(", "(", "...", ": ", "§ ",
     "führe das ", "exécute ce ", "请", "do not a ", "x = 1 ", "1. a\n", "with the input 7 "],
)  # fmt: skip
def test_no_text_takes_long(unit: str) -> None:
    """A quadratic pattern takes seconds."""
    began = time.process_time()
    asks_to_run(("run this " + unit * (100_000 // len(unit)))[:100_000])
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "unit", ["1,", "so, ", "hey, ", ", ", "def f\n", "a，", "run this, ", ",\n. ", "then run it, "]
)
def test_a_clause_of_nothing_but_commas_takes_about_as_long_as_words(unit: str) -> None:
    """Looking at all that follows, at every comma, took 30 to 90 times as long: enough to hold up streams.

    Runes, since a text that has no verb's stem in it is not read at all.
    """
    assert _quickest_s(unit) < 15 * _quickest_s("rune ")


def _quickest_s(unit: str) -> float:
    text, took = (unit * 3000)[:3000], []
    for _ in range(5):
        began = time.process_time()
        asks_to_run(text)
        took.append(time.process_time() - began)
    return min(took)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("please,, run this", True),
        ("so, , run this.", True),
        ("here is my code,\nrun it, please ...", True),
        ("好，，请运行这段代码", False),
        ("he said,, run this", False),
        ("when it fails,,\nrun it", False),
        (",,,", False),
    ],
)
def test_a_run_of_commas_is_one(text: str, asked: bool) -> None:
    assert asks_to_run(text) is asked
