"""The measure of an engine's quality: which places of the text are asked about, and what the shares are shares of."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engines.quality_check import (
    FIRST_PLACE,
    SMOKE_TOKENS,
    Answers,
    Greedy,
    Place,
    Questions,
    ask,
    passages,
    questions,
)

SMOKE = Greedy((1,), None)
PLACES = tuple(Place((n,), n) for n in range(4))


def test_the_text_is_prose_explanation_code_and_dialogue() -> None:
    found = passages()
    assert len(found) == 4
    assert "def count_words(path):\n    " in found[2]
    assert all(len(passage) > 400 and "---" not in passage for passage in found)


def test_every_token_after_the_first_few_is_asked_about() -> None:
    asked = questions(lambda text: [ord(letter) for letter in text], [5])
    texts = passages()
    assert len(asked.places) == sum(len(text) - FIRST_PLACE for text in texts)
    first = asked.places[0]
    assert (len(first.prompt_ids), first.next_id) == (FIRST_PLACE, ord(texts[0][FIRST_PLACE]))
    last = asked.places[-1]
    assert "".join(map(chr, (*last.prompt_ids, last.next_id))) == texts[-1]
    assert asked.smoke_ids == (5,)


@pytest.mark.parametrize(
    ("mine", "other", "agreement", "accuracy"),
    [
        ((0, 1, 2, 3), (0, 1, 2, 3), 1.0, 1.0),
        ((0, 1, 9, 9), (0, 1, 2, 3), 0.5, 0.5),
        ((9, 9, 9, 9), (9, 9, 9, 9), 1.0, 0.0),
        ((None, 1, 2, 3), (None, 1, 2, 9), 0.75, 0.75),
    ],
)
def test_agreement_is_with_the_other_engine_and_accuracy_with_the_text(
    mine: tuple[int | None, ...], other: tuple[int | None, ...], agreement: float, accuracy: float
) -> None:
    answers = Answers(mine, SMOKE)
    assert answers.agreement(Answers(other, SMOKE)) == agreement
    assert answers.accuracy(PLACES) == accuracy


async def test_an_engine_is_asked_for_one_token_at_each_place_in_turn() -> None:
    class Engine:
        def __init__(self) -> None:
            self.calls: list[tuple[tuple[int, ...], int]] = []

        async def greedy(self, prompt_ids: Sequence[int], max_tokens: int) -> Greedy:
            self.calls.append((tuple(prompt_ids), max_tokens))
            return Greedy((4, 5), 2.0) if max_tokens > 1 else Greedy(() if prompt_ids == (2,) else (6,), None)

    engine = Engine()
    answers = await ask(engine, Questions(PLACES, (7, 8)))
    assert engine.calls == [((7, 8), SMOKE_TOKENS), ((0,), 1), ((1,), 1), ((2,), 1), ((3,), 1)]
    assert answers == Answers((6, 6, None, 6), Greedy((4, 5), 2.0))
