"""No model is shown "(computed exactly)": it would write it behind its own sums."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from orchestrator.inference.registry import InstalledModel
from tests.api.conftest import MODEL
from tests.fakes.backend import FakeBackend
from tests.fakes.routing import ScriptedDecider

SAID = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "what is 5*6?"},
    {"role": "assistant", "content": "5 * 6 = 30 (computed exactly)"},
    {"role": "user", "content": "and 5 kg in pounds?"},
    {"role": "assistant", "content": "5 kilograms ≈ 11.02311 pounds **(Computed, to the digits shown)** \n"},
    {"role": "user", "content": "tell me a story of that"},
]
ASKED: list[tuple[str, dict[str, Any]]] = [
    *(("/v1/chat/completions", {"model": name, "stream": stream})
      for name in ("council/auto", "council/fast", "council/vote") for stream in (False, True)),
    ("/hybrid", {}),
    ("/hybrid", {"stream": True}),
    ("/api/chat", {}),
    ("/council", {}),
]  # fmt: skip


def prompts(backend: FakeBackend, model: InstalledModel) -> list[str]:
    """What the engine was given, as text."""
    return [
        b"".join(map(model.tokenizer.token_bytes, request.prompt_ids)).decode()
        for request in backend.requests
    ]


@pytest.mark.parametrize(("path", "fields"), ASKED, ids=lambda each: str(each))
def test_no_prompt_of_a_council_turn_has_the_seal(
    http: httpx.Client,
    decider: ScriptedDecider,
    backend: FakeBackend,
    model: InstalledModel,
    path: str,
    fields: dict[str, Any],
) -> None:
    http.post(path, json={**fields, "messages": SAID}).raise_for_status()
    assert backend.requests
    for prompt in prompts(backend, model):
        assert "omputed" not in prompt, prompt
        assert "5 * 6 = 30" in prompt
        assert "11.02311 pounds" in prompt


def test_the_users_own_words_stay(
    http: httpx.Client, decider: ScriptedDecider, backend: FakeBackend, model: InstalledModel
) -> None:
    words = {"role": "user", "content": "why do you write (computed exactly) there?"}
    http.post("/v1/chat/completions", json={"model": "council/auto", "messages": [*SAID, words]})
    (prompt,) = prompts(backend, model)
    assert prompt.count("(computed exactly)") == 1


def test_a_model_asked_for_by_name_reads_the_conversation_as_it_is(
    http: httpx.Client, decider: ScriptedDecider, backend: FakeBackend, model: InstalledModel
) -> None:
    http.post("/v1/chat/completions", json={"model": MODEL, "messages": SAID}).raise_for_status()
    (prompt,) = prompts(backend, model)
    assert "5 * 6 = 30 (computed exactly)" in prompt
