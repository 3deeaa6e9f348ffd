from __future__ import annotations

import json
import logging
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from prompt_factory import ALL, CODE, FAST, features, sums

from orchestrator.errors import ModelNotFound
from orchestrator.routing.policies.learned import NO_EMBEDDING
from orchestrator.routing.requested import CHOICES
from orchestrator.routing.router import PolicyName, Router
from orchestrator.routing.skill_model import SKILLS
from orchestrator.routing.weights import WEIGHTS_FILE, load_weights, pack

UNIT = np.full(384, 384**-0.5, dtype=np.float32)


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(recognisers={"math": sums})


def test_a_named_model_is_obeyed_whatever_the_words_say(router: Router) -> None:
    decision = router.decide(features("Write a Python function", requested="tiny"))
    assert (decision.model, decision.policy, decision.skill) == ("tiny", "requested", "general")
    assert "tiny" in decision.reason


@pytest.mark.parametrize("requested", ["gpt-4", "council/nobody", ""])
def test_an_unknown_name_is_not_guessed(router: Router, requested: str) -> None:
    with pytest.raises(ModelNotFound, match="council/auto") as caught:
        router.decide(features("hello", requested=requested))
    assert caught.value.param == "model"


@pytest.mark.parametrize(
    ("requested", "model"),
    [
        ("council/fast", "tiny"),
        ("council/balanced", "mid"),
        ("council/code", "coder"),
        ("council/long-context", "long"),
    ],
)
def test_a_role_is_obeyed_and_the_skill_still_told(router: Router, requested: str, model: str) -> None:
    decision = router.decide(features("hi, what is 3*4?", requested=requested))
    assert (decision.model, decision.policy, decision.skill) == (model, "requested", "math")
    assert requested in decision.reason
    assert decision.degradation == "none", "a named role needs no embedding"


@pytest.mark.parametrize("policy", ["learned", "rules"])
def test_a_named_skill_is_taken_and_the_model_told_with_its_reason(policy: PolicyName) -> None:
    decide = Router(policy=policy, recognisers={"math": sums}).decide
    decision = decide(features("hello there", skill="code"))
    assert (decision.skill, decision.model, decision.policy) == ("code", "coder", "requested")
    assert decision.reason.startswith("The request names the skill code; coder answers, ")
    assert decision.reason.endswith("(code goes to the code model).")
    weather = decide(features("Write a Python function", skill="weather", embedding=UNIT))
    assert (weather.skill, weather.policy) == ("weather", "requested")
    assert weather.reason.startswith(f"The request names the skill weather; {weather.model} answers, ")
    assert "weather" not in weather.scores
    others = [each for each in weather.alternatives if each.skill == "code"]
    assert [each.reason for each in others] == ["the request names another"]
    assert "council/fast asks for it" in decide(features("hi", requested="council/fast", skill="code")).reason


def test_a_vote_is_a_deliberation_with_a_base_model(router: Router) -> None:
    assert CHOICES[-1] == "council/vote"
    assert router.decide(features("hi there", requested="council/vote")).model in {model.id for model in ALL}


def test_the_same_features_give_the_same_decision(router: Router) -> None:
    asked = features("What is the capital of France?", embedding=UNIT)
    first, second = router.decide(asked), router.decide(asked)
    assert replace(first, decided_ms=0) == replace(second, decided_ms=0)


def test_scores_have_every_skill_and_the_reason_is_one_sentence(router: Router) -> None:
    decision = router.decide(features("Who wrote Hamlet?", embedding=UNIT))
    assert set(decision.scores) == set(SKILLS)
    assert sum(decision.scores.values()) == pytest.approx(1)
    assert decision.reason.endswith(").")
    assert decision.reason.count("\n") == 0
    assert decision.difficulty is not None
    assert 0 < decision.difficulty < 1
    assert 0 < decision.decided_ms < 1000
    assert {other.model for other in decision.alternatives} | {decision.model} == {model.id for model in ALL}


def test_a_certain_recogniser_settles_it_and_a_doubtful_one_does_not() -> None:
    text = "Write a poem about the number seven"
    doubtful = Router(recognisers={"math": lambda _: 0.5}).decide(features(text, embedding=UNIT))
    certain = Router(recognisers={"math": lambda _: 1.0}).decide(features(text, embedding=UNIT))
    assert doubtful.skill != "math"
    assert doubtful.scores["math"] != 0.5
    assert (certain.skill, certain.scores["math"]) == ("math", 1.0)


def test_a_third_party_s_recogniser_adds_its_skill() -> None:
    decision = Router(recognisers={"weather": lambda text: float("forecast" in text)}).decide(
        features("the forecast please")
    )
    assert (decision.skill, decision.scores["weather"]) == ("weather", 1.0)


def test_a_recogniser_that_raises_is_passed_over_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: str) -> float:
        raise RuntimeError("defect")

    router = Router(recognisers={"math": broken, "odd": lambda _: 7.0})
    for _ in range(3):
        assert router.decide(features("hello")).scores["odd"] == 1.0
    assert [record.getMessage() for record in caplog.records] == ["the recogniser of skill math failed"]


def test_a_long_text_of_few_words_is_not_called_brief(router: Router) -> None:
    reasons = [router.decide(features(text)).reason for text in ("a" * 1_000_000, "👍" * 5000, "ok")]
    assert not any("brevity" in reason for reason in reasons)
    assert any("how few words it has" in reason for reason in reasons)


def test_without_its_embedding_the_decision_is_degraded_and_says_so(router: Router) -> None:
    without = router.decide(features("Who wrote Hamlet?"))
    assert (without.degradation, without.warnings) == ("no_embedding", (NO_EMBEDDING,))
    assert router.decide(features("Who wrote Hamlet?", embedding=UNIT)).warnings == ()
    assert router.decide(features("   ")).warnings == (), "an empty text has no embedding"


@pytest.mark.parametrize(("quality", "model"), [(0.0, "tiny"), (1.0, "mid")])
def test_quality_moves_between_the_cheaper_and_the_better_model(quality: float, model: str) -> None:
    router = Router(quality=quality)
    for text in ("hi", "Prove Fermat's last theorem", "Who wrote Hamlet?"):
        assert router.decide(features(text, embedding=UNIT)).model == model


def test_more_quality_never_takes_the_better_model_away() -> None:
    taken = [
        Router(quality=q).decide(features("Is 91 prime?", embedding=UNIT)).model for q in np.linspace(0, 1, 9)
    ]
    assert taken == sorted(taken, key=["tiny", "mid"].index)
    thresholds = [load_weights().difficulty.threshold(quality) for quality in np.linspace(0.01, 0.99, 50)]
    assert thresholds == sorted(thresholds, reverse=True)


def test_long_conversations_go_to_the_long_context_model_but_code_to_the_code_model(router: Router) -> None:
    assert router.decide(features("and the second one?", user_turns=6, embedding=UNIT)).model == "long"
    assert router.decide(features("and the second one?", user_turns=5, embedding=UNIT)).model != "long"
    code = features("Write a Python function that sorts a list", user_turns=9, embedding=None)
    assert router.decide(code).model == "coder"


def record(weights: Path, of: Path | None = None) -> None:
    """The record beside these weights, of them or of another file."""
    told = {"weights_sha256": sha256((of or weights).read_bytes()).hexdigest()}
    weights.with_suffix(".json").write_text(json.dumps(told))


class TestBrokenWeights:
    def assert_rules(self, path: Path, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.WARNING):
            router = Router(weights_path=path, recognisers={"math": sums})
            decision = router.decide(features("what is 3*4?", embedding=UNIT))
            router.decide(features("hello"))
        assert (router.policy, decision.policy, decision.skill) == ("rules", "rules", "math")
        assert "learned policy is not usable" in decision.warnings[0]
        assert len(caplog.records) == 1
        assert decision.difficulty is None

    def test_missing(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        self.assert_rules(tmp_path / "none.npz", caplog)

    @pytest.mark.parametrize(
        ("path", "told"),
        [
            (WEIGHTS_FILE.with_name("gone.npz"), "orchestrator/routing/policies/gone.npz"),
            (WEIGHTS_FILE.parent, "orchestrator/routing/policies"),
            (Path("/somewhere/else.npz"), "else.npz"),
        ],
    )
    def test_where_the_project_lies_is_told_to_nobody(self, path: Path, told: str) -> None:
        (warning,) = Router(weights_path=path).decide(features("hello")).warnings[:1]
        assert f": {told} cannot be read (" in warning

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04K\x01.", b"x" * 300_000])
    def test_not_an_archive(self, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes) -> None:
        (tmp_path / "w.npz").write_bytes(content)
        self.assert_rules(tmp_path / "w.npz", caplog)

    @pytest.mark.parametrize("at", [100, 5_000, 30_000, -2_000, -30])
    def test_a_flipped_or_cut_file(self, tmp_path: Path, caplog: pytest.LogCaptureFixture, at: int) -> None:
        content = bytearray(WEIGHTS_FILE.read_bytes())
        (tmp_path / "cut.npz").write_bytes(content[: at if at > 0 else len(content) + at])
        self.assert_rules(tmp_path / "cut.npz", caplog)

    def test_a_pickle_is_not_run(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        arrays: dict[str, np.ndarray] = {**pack(load_weights()), "names": np.array([{}], dtype=object)}
        np.savez(tmp_path / "w.npz", allow_pickle=True, **arrays)  # type: ignore[arg-type]
        record(tmp_path / "w.npz")
        self.assert_rules(tmp_path / "w.npz", caplog)

    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("names", lambda a: a + 1),
            ("skill_with.weights", lambda a: a[:, 1:]),
            ("skill_with.bias", lambda a: a * np.nan),
            ("difficulty_without.scale", lambda a: a * 0),
            ("trees_weak.left", lambda a: a + 1000),
            ("trees_strong.feature", lambda a: a[0]),
            ("quantiles", lambda a: a[::-1]),
            ("quantiles", lambda a: a[:5]),
            ("judged_with.levels", lambda a: a[::-1]),
            ("judged_without.weights", lambda a: a[:1]),
        ],
    )
    def test_arrays_that_cannot_be_right(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, change: object
    ) -> None:
        arrays = pack(load_weights())
        arrays[name] = change(arrays[name])  # type: ignore[operator]
        np.savez_compressed(tmp_path / "w.npz", **arrays)  # type: ignore[arg-type]
        record(tmp_path / "w.npz")
        self.assert_rules(tmp_path / "w.npz", caplog)

    def test_altered_numbers(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        arrays = pack(load_weights())
        arrays["skill_with.bias"] = arrays["skill_with.bias"] + 3
        np.savez_compressed(tmp_path / "w.npz", **arrays)  # type: ignore[arg-type]
        record(tmp_path / "w.npz", of=WEIGHTS_FILE)
        self.assert_rules(tmp_path / "w.npz", caplog)
        record(tmp_path / "w.npz")
        assert Router(weights_path=tmp_path / "w.npz").policy == "learned"

    @pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"\xff"])
    def test_no_record(self, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes | None) -> None:
        (tmp_path / "w.npz").write_bytes(WEIGHTS_FILE.read_bytes())
        if content is not None:
            (tmp_path / "w.json").write_bytes(content)
        self.assert_rules(tmp_path / "w.npz", caplog)


class TestRules:
    @pytest.mark.parametrize(
        ("text", "changes", "skill", "model"),
        [
            ("Can you fix my code?", {}, "code", "coder"),
            ("run print(1)", {}, "exec", "coder"),
            ("what is 3*4?", {}, "math", "mid"),
            ("what does it say?", {"documents": 1}, "knowledge", "mid"),
            ("hello", {}, "general", "mid"),
            ("hello", {"user_turns": 6}, "general", "long"),
            ("decode this, please", {}, "general", "mid"),
        ],
    )
    def test_the_design_s_rules(self, text: str, changes: dict[str, int], skill: str, model: str) -> None:
        decision = Router(policy="rules", recognisers={"math": sums}).decide(features(text, **changes))
        assert (decision.skill, decision.model, decision.policy) == (skill, model, "rules")
        assert decision.warnings == ()
        assert decision.scores[skill] == 1.0

    def test_a_small_installation_still_answers(self) -> None:
        only = (replace(FAST, roles=("fast", "balanced")),)
        decision = Router(policy="rules").decide(features("fix my code", models=only))
        assert (decision.model, decision.degradation) == ("tiny", "none")
        assert "no code model is installed" in decision.reason
        assert CODE.id not in decision.reason


def test_the_weights_are_small_and_have_their_record() -> None:
    record = json.loads(WEIGHTS_FILE.with_suffix(".json").read_text())
    import hashlib

    assert WEIGHTS_FILE.stat().st_size < 200_000
    assert record["weights_sha256"] == hashlib.sha256(WEIGHTS_FILE.read_bytes()).hexdigest()
