"""What a record adds to a request: the ends of its chat format."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from engines.record import load_records
from orchestrator.api.openai_plan import plan_chat, plan_completion
from orchestrator.errors import ContextLengthExceeded
from orchestrator.inference.registry import ModelRegistry
from orchestrator.inference.tokenizer import ModelTokenizer
from orchestrator.schemas.openai import ChatCompletionRequest, CompletionRequest
from orchestrator.schemas.parsing import parse_body
from tests.unit.inference import vocabularies

HELLO: dict[str, Any] = {"model": "phi-2", "messages": [{"role": "user", "content": "Hello"}]}
FORMAT_ENDS = ("\nInstruct:", "\nOutput:")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> ModelRegistry:
    models_dir = tmp_path_factory.mktemp("models")
    for model_id in ("phi-2", "mistral-7b"):
        (models_dir / model_id).mkdir()
    (models_dir / "phi-2" / "tokenizer.json").write_text(vocabularies.phi_json())
    mistral = vocabularies.sentencepiece_json(marks_every_piece=False)
    (models_dir / "mistral-7b" / "tokenizer.json").write_text(mistral)
    return ModelRegistry.load(models_dir, load_records())


def chat(**fields: Any) -> ChatCompletionRequest:
    return parse_body(ChatCompletionRequest, orjson.dumps(HELLO | fields))


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (None, FORMAT_ENDS),
        ("x", ("x", *FORMAT_ENDS)),
        (["a", "b", "c", "d"], ("a", "b", "c", "d", *FORMAT_ENDS)),
    ],
)
def test_a_chat_ends_at_the_request_s_stops_and_at_the_format_s(
    registry: ModelRegistry, stop: Any, expected: tuple[str, ...]
) -> None:
    plan = plan_chat(registry, chat(stop=stop, n=2))
    assert [tuple(choice.stops) for choice in plan.choices] == [expected, expected]
    assert plan.choices[0].request.end_id == 50256
    assert plan.choices[0].request.prompt_ids == [43993, 25, 18435, 198, 26410, 25]


def test_a_format_with_an_end_token_adds_none(registry: ModelRegistry) -> None:
    plan = plan_chat(registry, chat(model="mistral-7b"))
    assert tuple(plan.choices[0].stops) == ()


def test_text_that_cannot_fit_is_refused_before_it_is_encoded(
    registry: ModelRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = registry.get("phi-2")
    most = model.max_seq_len * model.tokenizer.longest_token_bytes
    monkeypatch.setattr(ModelTokenizer, "_encoded", lambda *_: pytest.fail("it was encoded"))
    with pytest.raises(ContextLengthExceeded, match=f"has {most + 1} characters") as refused:
        plan_chat(
            registry,
            chat(messages=[{"role": "user", "content": "x"}, {"role": "user", "content": "x" * most}]),
        )
    assert refused.value.param == "messages"
    prompts = orjson.dumps({"model": "phi-2", "prompt": ["x" * (most + 1)]})
    with pytest.raises(ContextLengthExceeded) as refused:
        plan_completion(registry, parse_body(CompletionRequest, prompts))
    assert refused.value.param == "prompt"


def test_text_of_the_longest_tokens_that_just_fits_is_not_refused(registry: ModelRegistry) -> None:
    model = registry.get("phi-2")
    ids = range(model.tokenizer.vocab_size)
    longest = max((model.tokenizer.token_text(i) for i in ids), key=len)
    assert len(plan_chat(registry, chat(messages=[{"role": "user", "content": longest * 100}])).choices) == 1


def test_a_completion_ends_only_where_the_request_says(registry: ModelRegistry) -> None:
    body = b'{"model": "phi-2", "prompt": "Instruct: a\\nOutput:", "stop": ["x"]}'
    plan = plan_completion(registry, parse_body(CompletionRequest, body))
    assert tuple(plan.choices[0].stops) == ("x",)
