"""Graded prompts and recorded pains through the default policy with the real embedder.

The floors lie two to three standard errors (0.010 and 0.016 of the 203 prompts, 0.019 of the 180 that were blind once) below what was measured, so that
another processor's rounding fails nothing and a broken feature does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_factory import sums

from benchmarks.routing import MODELS, ROLE_OF, accuracy, decide_all, features_of, order_of
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.router import Router
from orchestrator.seams import Features
from orchestrator.settings import PROJECT_ROOT
from training.prompts import BLIND_FILES, LEVELS_FILES, GradedPrompt, load_graded, load_levels

MODELS_DIR = PROJECT_ROOT / "data" / "models"
GRADED = load_graded()
ONCE_BLIND = [prompt for path in BLIND_FILES for prompt in load_graded(path)]
FLOOR, FLOOR_WITHOUT_EMBEDDING, FLOOR_ONCE_BLIND = 0.95, 0.905, 0.87


@pytest.fixture(scope="module")
def embedder() -> Iterator[MiniLmEmbedder]:
    if not (Path(MODELS_DIR) / "all-minilm-l6-v2" / "model.onnx").exists():
        pytest.skip("the embedder is not installed: run `council models pull all-minilm-l6-v2`")
    found = MiniLmEmbedder.load(MODELS_DIR)
    yield found
    found.close()


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(recognisers={"math": sums})


async def test_the_right_skill_is_found(router: Router, embedder: MiniLmEmbedder) -> None:
    rows = await decide_all(router, GRADED, embedder)
    assert accuracy(rows) >= FLOOR, [row["id"] for row in rows if row["skill"][0] != row["skill"][1]]


async def test_without_an_embedding_it_is_found_less_often_but_well(router: Router) -> None:
    assert accuracy(await decide_all(router, GRADED, None)) >= FLOOR_WITHOUT_EMBEDDING


async def test_the_right_skill_is_found_for_prompts_that_were_blind_once(
    router: Router, embedder: MiniLmEmbedder
) -> None:
    rows = await decide_all(router, ONCE_BLIND, embedder)
    assert accuracy(rows) >= FLOOR_ONCE_BLIND, [
        row["id"] for row in rows if row["skill"][0] != row["skill"][1]
    ]


@pytest.mark.parametrize("path", LEVELS_FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("meaning", [True, False])
def test_difficulty_has_the_order_of_judged_levels(
    path: Path, meaning: bool, router: Router, embedder: MiniLmEmbedder
) -> None:
    numbers = order_of(router, load_levels(path), embedder if meaning else None)
    assert numbers["pairs"] > 0.94
    assert numbers["trivial"] == 0
    assert numbers["easy"] <= 0.2
    assert numbers["hard"] >= 0.9


@pytest.mark.parametrize(
    ("easy", "hard"),
    [
        ("hi", "Prove that sqrt(2) is irrational"),
        ("hallo", "Beweise, dass es unendlich viele Primzahlen gibt"),
        ("merci", "Analysez les causes de la chute de l'Empire romain et discutez les interprétations"),
        ("你好", "证明实数集是不可数的"),
        ("", "Design a scheduler for a cluster of GPUs and justify its fairness"),
        ("😀😀😀", "Derive the Black-Scholes equation and discuss its assumptions"),
    ],
)
async def test_small_talk_is_fast_and_hard_work_is_balanced(
    easy: str, hard: str, router: Router, embedder: MiniLmEmbedder
) -> None:
    for text, role in ((easy, "fast"), (hard, "balanced")):
        decision = router.decide(Features(text, "council/auto", MODELS, embedding=await embedder.embed(text)))
        assert ROLE_OF[decision.model] == role, decision.reason


@pytest.mark.parametrize("graded", [graded for graded in GRADED if graded.pain], ids=lambda graded: graded.id)
async def test_recorded_pains(graded: GradedPrompt, router: Router, embedder: MiniLmEmbedder) -> None:
    embedding = await embedder.embed(graded.prompt) if graded.prompt.strip() else None
    decision = router.decide(features_of(graded, embedding))
    assert decision.skill == graded.skill, (graded.pain, decision.reason)


@pytest.mark.parametrize("skill", ["math", "exec"])
async def test_neither_sums_nor_runs_are_seen_in_other_prompts(
    skill: str, router: Router, embedder: MiniLmEmbedder
) -> None:
    """What computes or executes must not be reached by accident: at most one graded prompt of another skill."""
    rows = await decide_all(router, GRADED, embedder)
    wrong = [row["id"] for row in rows if row["skill"][1] == skill != row["skill"][0]]
    assert len(wrong) <= (0 if skill == "exec" else 1), wrong


async def test_an_injected_history_changes_nothing(router: Router, embedder: MiniLmEmbedder) -> None:
    """A history counts by its length and its turns alone, so what it says cannot reach a decision."""
    injected = next(graded for graded in GRADED if graded.id == "pain-injection-history")
    embedding = await embedder.embed(injected.prompt)
    bare = Features(injected.prompt, "council/auto", MODELS, user_turns=2, embedding=embedding)
    first, second = router.decide(features_of(injected, embedding)), router.decide(bare)
    assert (first.skill, first.model, first.scores) == (second.skill, second.model, second.scores)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "😀😀😀", "\x00", "\ud800", "word " * 200_000, "é漢🙂 mixed text " * 60_000, "```" * 300_000],
)
async def test_any_text_is_decided(text: str, router: Router, embedder: MiniLmEmbedder) -> None:
    decision = router.decide(Features(text, "council/auto", MODELS, embedding=await embedder.embed(text)))
    assert decision.skill in ("general", "knowledge", "code", "logic")
    assert decision.model in {model.id for model in MODELS}
    assert decision.decided_ms < 1000


@pytest.mark.parametrize("text", ["I don't like coriander.", "When do I meet with John?"])
async def test_what_has_no_sign_of_code_does_not_go_to_the_code_model(
    text: str, router: Router, embedder: MiniLmEmbedder
) -> None:
    decision = router.decide(Features(text, "council/auto", MODELS, embedding=await embedder.embed(text)))
    assert decision.skill in ("general", "knowledge")
