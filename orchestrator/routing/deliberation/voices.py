"""Who is asked, and how: a model, its sampling, and how the question is put to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestrator.routing.deliberation.question import Question
from orchestrator.seams import Ask, ChatMessage, TokenTally


@dataclass(frozen=True, slots=True)
class Voice:
    """`hint` goes before the conversation as the system's words. `rotation` turns the options of a multiple-choice
    question by so many places. None leaves sampling to the model's record."""

    model: str
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    hint: str = ""
    rotation: int = 0

    def rotation_of(self, question: Question) -> int:
        """How far this voice turns the options of this question: 0 where it has none or their order means something."""
        options = question.options
        return self.rotation if options is not None and options.may_turn else 0

    def ask(self, question: Question, max_tokens: int, tally: TokenTally) -> Ask:
        return Ask(
            model=self.model,
            messages=self._messages(question),
            max_tokens=max_tokens,
            temperature=self.temperature,
            top_p=self.top_p,
            seed=self.seed,
            stop=question.stop,
            json_schema=question.json_schema,
            want_log_probs=True,
            tally=tally,
        )

    def _messages(self, question: Question) -> list[ChatMessage]:
        messages = list(question.messages)
        rotation = self.rotation_of(question)
        if rotation and question.options is not None:
            last = max(index for index, message in enumerate(messages) if message.role == "user")
            messages[last] = replace(messages[last], content=question.options.turned(rotation))
        return _with_hint(messages, self.hint) if self.hint else messages


def _with_hint(messages: list[ChatMessage], hint: str) -> list[ChatMessage]:
    """A system message of the caller's stays first: templates take only one."""
    if messages and messages[0].role == "system":
        return [replace(messages[0], content=f"{messages[0].content}\n\n{hint}"), *messages[1:]]
    return [ChatMessage("system", hint), *messages]


SAMPLED_TEMPERATURE = 0.7
QUIZ_HINT = "You answer quiz questions. Name the right option."


def default_voices(
    question: Question, models: Sequence[str], count: int, *, seed: int | None = None
) -> list[Voice]:
    """`count` voices, dealt to the models in turn; each model's first is greedy and asked plainly.

    Options of a question are turned from voice to voice, and these voices are greedy: their order makes more difference
    than sampling does, and sampling costs this question form more than it brings. Other questions are sampled.
    Chosen on the dev half of tests/graded/deliberation.jsonl (docs/deliberation.md).
    """
    return [_variation(question, models[at % len(models)], at // len(models), seed) for at in range(count)]


def _variation(question: Question, model: str, number: int, seed: int | None) -> Voice:
    options = question.options
    if options is not None and options.may_turn:
        rounds, rotation = divmod(number, len(options.texts))
        hint = QUIZ_HINT if rounds == 1 else ""
        return Voice(
            model,
            temperature=0.0 if rounds < 2 else SAMPLED_TEMPERATURE,
            seed=_seed(seed, number),
            hint=hint,
            rotation=rotation,
        )
    return Voice(model, temperature=SAMPLED_TEMPERATURE if number else 0.0, seed=_seed(seed, number))


def _seed(seed: int | None, number: int) -> int | None:
    """Voices of one seed differ, and the same request gives the same voices."""
    return None if seed is None else seed + number
