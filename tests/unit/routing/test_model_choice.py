from __future__ import annotations

from dataclasses import replace

import pytest
from prompt_factory import ALL, BALANCED, CODE, FAST, LONG, features

from orchestrator.errors import ModelNotReady
from orchestrator.routing.model_choice import FALLBACKS, choose_model, needed_tokens, other_models
from orchestrator.seams import ModelState, Role


@pytest.mark.parametrize(
    ("role", "model"), [("fast", FAST), ("balanced", BALANCED), ("code", CODE), ("long_context", LONG)]
)
def test_each_role_has_its_model(role: Role, model: ModelState) -> None:
    choice = choose_model(features("x"), role)
    assert (choice.model, choice.degradation, choice.warnings) == (model, "none", ())


@pytest.mark.parametrize(
    ("role", "installed", "expected"),
    [
        ("code", (FAST, BALANCED, LONG), BALANCED),
        ("code", (FAST,), FAST),
        ("long_context", (FAST, BALANCED), BALANCED),
        ("balanced", (FAST, LONG), LONG),
        ("fast", (BALANCED, CODE), BALANCED),
    ],
)
def test_a_role_nobody_has_falls_to_the_next_and_says_so(
    role: Role, installed: tuple[ModelState, ...], expected: ModelState
) -> None:
    choice = choose_model(features("x", models=installed), role)
    assert choice.model == expected
    assert choice.degradation == "none", "nothing better is installed"
    assert "installed" in choice.note


def test_every_role_falls_back_to_every_other() -> None:
    assert all(sorted(order) == sorted(FALLBACKS) for order in FALLBACKS.values())


def test_a_model_that_is_not_ready_is_passed_over_and_that_is_a_degradation() -> None:
    models = (FAST, BALANCED, replace(CODE, ready=False), LONG)
    choice = choose_model(features("x", models=models), "code")
    assert (choice.model, choice.degradation) == (BALANCED, "smaller_model")


def test_where_nothing_is_ready_the_right_model_is_chosen_with_a_warning() -> None:
    models = tuple(replace(model, ready=False) for model in ALL)
    choice = choose_model(features("x", models=models), "code")
    assert choice.model.id == CODE.id
    assert choice.warnings == ("no model is ready yet",)


def test_among_equals_the_idle_one() -> None:
    busy = replace(BALANCED, id="busy", active=3)
    queueing = replace(BALANCED, id="queueing", queued=2)
    for models in ((queueing, busy, BALANCED), (BALANCED, busy, queueing)):
        assert choose_model(features("x", models=models), "balanced").model is BALANCED
    assert choose_model(features("x", models=(queueing, busy)), "balanced").model is busy


def test_among_idle_equals_the_larger_for_quality_and_the_smaller_for_speed() -> None:
    small, large = replace(BALANCED, id="s", parameters=1), replace(BALANCED, id="l", parameters=9)
    assert choose_model(features("x", models=(small, large)), "balanced").model is large
    fast = tuple(replace(model, roles=("fast",)) for model in (large, small))
    assert choose_model(features("x", models=fast), "fast").model.id == "s"


def test_only_busy_models_of_the_role_is_said() -> None:
    queueing = replace(BALANCED, queued=2)
    assert choose_model(features("x", models=(FAST, queueing)), "balanced").degradation == "busy"


def test_a_model_too_short_for_the_conversation_is_not_chosen() -> None:
    choice = choose_model(features("x", history_chars=20_000), "balanced")
    assert (choice.model, choice.degradation) == (LONG, "smaller_model")


def test_where_none_is_long_enough_the_longest_is_taken_with_a_warning() -> None:
    choice = choose_model(features("x", history_chars=1_000_000), "fast")
    assert choice.model == LONG
    assert "may not fit any model" in choice.warnings[0]


def test_characters_outside_ascii_count_as_a_token_each() -> None:
    assert needed_tokens(features("漢" * 1000)) > 3 * needed_tokens(features("a" * 1000)) - 1000
    assert needed_tokens(features("漢" * 1000)) >= 1000


@pytest.mark.parametrize("left", [0.0, -1.0])
def test_a_used_up_budget_takes_the_cheapest(left: float) -> None:
    choice = choose_model(features("x", budget_left_usd=left), "code")
    assert (choice.model, choice.degradation) == (FAST, "smaller_model")
    assert "budget" in choice.note


def test_a_used_up_budget_is_no_degradation_where_the_cheapest_was_wanted() -> None:
    assert choose_model(features("x", budget_left_usd=0.0), "fast").degradation == "none"


def test_budget_left_changes_nothing() -> None:
    assert choose_model(features("x", budget_left_usd=0.01), "code").model == CODE


def test_nothing_installed_is_a_typed_error() -> None:
    with pytest.raises(ModelNotReady, match="council models pull"):
        choose_model(features("x", models=()), "fast")


def test_every_other_model_is_named_with_why_it_was_not_taken() -> None:
    models = (FAST, BALANCED, replace(CODE, ready=False), LONG)
    others = other_models(features("x", models=models, history_chars=8000), "general", BALANCED, "balanced")
    reasons = {other.model: other.reason for other in others}
    assert set(reasons) == {"tiny", "coder", "long"}
    assert reasons["coder"] == "is not ready"
    assert reasons["tiny"].startswith("holds 2048 tokens")
    assert reasons["long"] == "is no balanced model"
    assert all(0 <= other.score <= 1 for other in others)


def test_history_and_prompt_are_counted_together() -> None:
    needed = needed_tokens(features("x" * 700, history_chars=1400))
    assert needed == needed_tokens(features("x" * 2100)) == 856
