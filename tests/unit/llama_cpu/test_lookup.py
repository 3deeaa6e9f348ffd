"""Prompt-lookup drafts are continuations that were really seen, and back off when they are wrong."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from llama_cpu.lookup import MAX_DRAFT_TOKENS, MIN_DRAFT_TOKENS, NGRAM_TOKENS, PAUSE_STEPS, PromptLookup

tokens = st.lists(st.integers(0, 4), max_size=60)


def lookup_of(history: list[int]) -> PromptLookup:
    lookup = PromptLookup()
    lookup.extend(history)
    return lookup


@given(tokens, st.integers(0, 20))
def test_a_draft_follows_an_earlier_occurrence_of_the_tail(history: list[int], room: int) -> None:
    draft = lookup_of(history).draft(room)
    assert len(draft) <= min(room, MAX_DRAFT_TOKENS)
    if draft:
        tail = history[-NGRAM_TOKENS:]
        seen = tail + draft
        starts = range(len(history) - len(seen) + 1)
        assert any(history[start : start + len(seen)] == seen for start in starts)


def test_a_repeated_text_is_drafted() -> None:
    assert lookup_of([1, 2, 3, 7, 8, 9, 1, 2, 3]).draft(10) == [7, 8][:MIN_DRAFT_TOKENS]


def test_new_text_is_not() -> None:
    assert lookup_of([1, 2, 3, 4, 5, 6]).draft(10) == []


def test_right_drafts_grow_and_wrong_ones_pause() -> None:
    lookup = lookup_of(list(range(20)) + list(range(3)))
    first = lookup.draft(10)
    lookup.feedback(len(first), len(first))
    assert len(lookup.draft(10)) == 2 * len(first)
    lookup.feedback(4, 0)
    assert [lookup.draft(10) for _ in range(PAUSE_STEPS)] == [[]] * PAUSE_STEPS
    assert len(lookup.draft(10)) == MIN_DRAFT_TOKENS
