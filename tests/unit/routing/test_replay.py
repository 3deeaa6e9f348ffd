from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from prompt_factory import ALL, sums

from orchestrator.errors import InvalidValue
from orchestrator.routing.replay import RecordedPrompt, read_prompts, replay
from orchestrator.routing.router import Router
from orchestrator.seams import Decision, Features


def test_the_same_policy_differs_nowhere() -> None:
    router = Router(policy="rules")
    prompts = [RecordedPrompt(prompt=text) for text in ("hi", "fix my code", "2+2")]
    found = replay(prompts, router.decide, router.decide, ALL)
    assert (found.prompts, found.differences, found.moved) == (3, (), {})


def test_differences_name_line_prompt_and_both_decisions() -> None:
    plain, with_math = Router(policy="rules"), Router(policy="rules", recognisers={"math": sums})
    prompts = [RecordedPrompt(prompt="hello"), RecordedPrompt(id="b", prompt="what is 3*4?")]
    (difference,) = replay(prompts, plain.decide, with_math.decide, ALL).differences
    assert (difference.line, difference.id, difference.changed) == (2, "b", ("skill",))
    assert difference.first is not None
    assert difference.second is not None
    assert (difference.first.skill, difference.second.skill) == ("general", "math")


def test_moves_between_models_are_counted() -> None:
    rules = Router(policy="rules")

    def to_tiny(features: Features) -> Decision:
        return replace(rules.decide(features), model="tiny")

    prompts = [RecordedPrompt(prompt=text) for text in ("hello", "good day", "fix my code")]
    found = replay(prompts, rules.decide, to_tiny, ALL)
    assert found.moved == {("mid", "tiny"): 2, ("coder", "tiny"): 1}


def test_a_prompt_that_cannot_be_decided_is_a_difference_with_its_fault() -> None:
    router = Router(policy="rules")
    prompts = [RecordedPrompt(prompt="hi", requested="gone"), RecordedPrompt(prompt="hi")]
    found = replay(prompts, router.decide, router.decide, ALL)
    (difference,) = found.differences
    assert found.refused == 1
    assert difference.fault.startswith("no such model")


def test_embeddings_are_made_for_texts_alone() -> None:
    asked: list[str] = []

    def embed(text: str) -> np.ndarray:
        asked.append(text)
        return np.full(384, 384**-0.5)

    router = Router()
    replay(
        [RecordedPrompt(prompt=" "), RecordedPrompt(prompt="hi")], router.decide, router.decide, ALL, embed
    )
    assert asked == ["hi"]


def test_a_file_is_read_and_a_wrong_line_named(tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_text('{"prompt": "hi", "user_turns": 3, "answer": "left alone"}\n\n{"prompt": "yo"}\n')
    hi, yo = RecordedPrompt(prompt="hi", user_turns=3, line=1), RecordedPrompt(prompt="yo", line=3)
    assert read_prompts(path) == ([hi, yo], [])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_prompts(path) == ([hi, yo], [])
    for line in ("{", "[]", '{"text": "hi"}', '{"prompt": "x", "user_turns": 0}'):
        path.write_text(f'{{"prompt": "hi"}}\n{line}\n{{"prompt": "yo"}}\n')
        prompts, (skipped,) = read_prompts(path)
        assert [prompt.prompt for prompt in prompts] == ["hi", "yo"]
        assert skipped.startswith("line 2 is no recorded prompt")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidValue, match="no text in UTF-8"):
        read_prompts(path)


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "prompts.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_a_chat_request_is_read_as_the_api_reads_it(tmp_path: Path) -> None:
    told = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "Hello!"},
        {"role": "user", "content": [{"type": "text", "text": "fix"}, {"type": "text", "text": "it"}]},
    ]
    path = written(
        tmp_path,
        {
            "messages": told,
            "model": "council/fast",
            "documents": [{"text": "a"}],
            "temperature": 0.5,
            "stream": True,
        },
        {"messages": told[:2], "id": "b"},
    )
    prompts, skipped = read_prompts(path)
    assert skipped == []
    assert prompts == [
        RecordedPrompt(
            prompt="fix\nit", requested="council/fast", user_turns=2, history_chars=16, documents=1, line=1
        ),
        RecordedPrompt(id="b", prompt="hi", user_turns=1, history_chars=8, line=2),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"text": "hi"}, 'it needs a "prompt" or "messages", and not both'),
        ({"prompt": "hi", "messages": []}, 'it needs a "prompt" or "messages", and not both'),
        ({"messages": []}, "messages: "),
        ({"messages": "hi"}, "messages: "),
        ({"messages": [{"role": "user"}]}, "messages.0.content: "),
        ({"messages": [{"role": "owner", "content": "hi"}]}, "messages.0.role: "),
        ({"messages": [{"role": "system", "content": "hi"}]}, 'no message has the role "user"'),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages.0.content: "),
        ({"messages": [{"role": "user", "content": "hi"}], "model": 3}, "model: "),
        ({"prompt": 3}, "prompt: "),
        ({"prompt": "hi", "user_turns": 0}, "user_turns: "),
        ("[]", "it is no JSON object"),
        ("{", "Expecting"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_its_fault(
    tmp_path: Path, line: object, fault: str
) -> None:
    prompts, (skipped,) = read_prompts(written(tmp_path, {"prompt": "a"}, "", line, {"prompt": "b"}))
    assert [prompt.line for prompt in prompts] == [1, 4]
    assert skipped.startswith(f"line 3 is no recorded prompt: {fault}")


def test_a_difference_tells_the_line_of_its_file(tmp_path: Path) -> None:
    prompts, _ = read_prompts(written(tmp_path, "", "{", {"prompt": "hi"}, {"prompt": "what is 3*4?"}))
    plain, with_math = Router(policy="rules"), Router(policy="rules", recognisers={"math": sums})
    (difference,) = replay(prompts, plain.decide, with_math.decide, ALL).differences
    assert difference.line == 4


def test_a_prompt_and_a_chat_of_the_same_words_are_the_same(tmp_path: Path) -> None:
    words = "Which way is north?"
    path = written(tmp_path, {"prompt": words}, {"messages": [{"role": "user", "content": words}]})
    (first, second), _ = read_prompts(path)
    assert first == replace_line(second, 1)
    assert first.history_chars == 0


def replace_line(prompt: RecordedPrompt, line: int) -> RecordedPrompt:
    return prompt.model_copy(update={"line": line})
