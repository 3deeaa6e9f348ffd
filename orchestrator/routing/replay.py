"""What another policy would have decided: recorded prompts run through two routers, and where they differ.

A record is a JSON object a line: `prompt`, and where they matter `id`, `requested`, `user_turns`, `history_chars`, `documents`;
or a request of the chat API: `messages`, and where they matter `model`, `documents`. Today's models stand in for those of the day; nothing is generated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestrator.errors import CouncilError, InvalidValue
from orchestrator.routing.features import without_greeting
from orchestrator.routing.requested import AUTO
from orchestrator.schemas.openai import Message
from orchestrator.seams import Decision, Features, ModelState

Decider = Callable[[Features], Decision]
Embed = Callable[[str], np.ndarray]


class RecordedPrompt(BaseModel):
    """One line of a file to replay. Other keys are left alone, so that lines of somebody's log can be used as they are.

    `line` is where it stands in its file, 0 where it comes from none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    prompt: str
    requested: str = AUTO
    user_turns: int = Field(1, ge=1)
    history_chars: int = Field(0, ge=0)
    documents: int = Field(0, ge=0)
    line: int = Field(0, ge=0)


class RecordedChat(BaseModel):
    """A request as `/v1/chat/completions` takes it, as far as a decision looks at it. Other keys are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    messages: list[Message] = Field(min_length=1)
    model: str = AUTO
    documents: list[Any] | None = None

    @property
    def prompt(self) -> RecordedPrompt:
        """Counted as a turn counts its request. Raises InvalidValue where no user speaks."""
        said = [message.content for message in self.messages if message.role == "user"]
        if not said:
            raise InvalidValue('no message has the role "user"')
        return RecordedPrompt(
            id=self.id,
            prompt=said[-1],
            requested=self.model,
            user_turns=len(said),
            history_chars=sum(len(message.content) for message in self.messages) - len(said[-1]),
            documents=len(self.documents or ()),
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """One prompt that the two decide otherwise, or that is not decided. `line` is its file's, else its number, from 1; `fault` is set where one of them refuses."""

    line: int
    id: str
    prompt: str
    first: Decision | None
    second: Decision | None
    fault: str = ""

    @property
    def changed(self) -> tuple[str, ...]:
        """Which of skill and model differ."""
        if self.first is None or self.second is None:
            return ()
        return tuple(
            name for name in ("skill", "model") if getattr(self.first, name) != getattr(self.second, name)
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """`moved` counts, for every pair of models (before, after), the prompts that go from one to the other."""

    prompts: int
    differences: tuple[Difference, ...]
    moved: dict[tuple[str, str], int]

    @property
    def refused(self) -> int:
        """How many of the differences are none, as the prompt was not decided."""
        return sum(bool(each.fault) for each in self.differences)


def read_prompts(path: Path) -> tuple[list[RecordedPrompt], list[str]]:
    """The records, and why a line was skipped, one sentence each. Raises InvalidValue for what is no text at all."""
    prompts: list[RecordedPrompt] = []
    skipped: list[str] = []
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    _read(line, number, prompts, skipped)
        return prompts, skipped
    except UnicodeDecodeError:
        raise InvalidValue(f"{path} is no text in UTF-8") from None
    except OSError as error:
        raise InvalidValue(f"{path} cannot be read: {error.strerror}") from None


def replay(
    prompts: Sequence[RecordedPrompt],
    first: Decider,
    second: Decider,
    models: tuple[ModelState, ...],
    embed: Embed | None = None,
) -> Replay:
    """Decide every prompt twice. One that a policy refuses stands among the differences with its fault, and ends nothing."""
    differences: list[Difference] = []
    moved: dict[tuple[str, str], int] = {}
    for number, prompt in enumerate(prompts, start=1):
        found = _compare(prompt.line or number, prompt, first, second, _features(prompt, models, embed))
        if found.first and found.second and "model" in found.changed:
            pair = (found.first.model, found.second.model)
            moved[pair] = moved.get(pair, 0) + 1
        if found.changed or found.fault:
            differences.append(found)
    return Replay(len(prompts), tuple(differences), moved)


def _compare(
    line: int, prompt: RecordedPrompt, first: Decider, second: Decider, features: Features
) -> Difference:
    try:
        return Difference(line, prompt.id, prompt.prompt, first(features), second(features))
    except CouncilError as error:
        return Difference(line, prompt.id, prompt.prompt, None, None, error.message)


def _features(prompt: RecordedPrompt, models: tuple[ModelState, ...], embed: Embed | None) -> Features:
    return Features(
        text=prompt.prompt,
        requested=prompt.requested,
        models=models,
        user_turns=prompt.user_turns,
        history_chars=prompt.history_chars,
        documents=prompt.documents,
        embedding=embed(without_greeting(prompt.prompt)) if embed and prompt.prompt.strip() else None,
    )


def _read(line: str, number: int, prompts: list[RecordedPrompt], skipped: list[str]) -> None:
    try:
        prompts.append(_recorded(json.loads(line)).model_copy(update={"line": number}))
    except (json.JSONDecodeError, ValidationError, InvalidValue, RecursionError) as error:
        skipped.append(f"line {number} is no recorded prompt: {_why_not(error)}")


def _recorded(value: object) -> RecordedPrompt:
    if not isinstance(value, dict):
        raise InvalidValue("it is no JSON object")
    if ("prompt" in value) is ("messages" in value):
        raise InvalidValue('it needs a "prompt" or "messages", and not both')
    return (
        RecordedChat.model_validate(value).prompt
        if "messages" in value
        else RecordedPrompt.model_validate(value)
    )


def _why_not(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return error.msg
        case ValidationError():
            first = error.errors()[0]
            return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        case InvalidValue():
            return error.message
    return "it is nested too deeply"
