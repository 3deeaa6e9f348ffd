"""Words cut as v2 cut them: whatever the pieces, the chunks put together are the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.api.word_chunks import WordChunks

PIECES = st.lists(st.text(alphabet="ab \n\t\u2003é", max_size=8), max_size=20)


@given(PIECES, st.integers(1, 4))
def test_nothing_is_lost_or_added(pieces: list[str], words: int) -> None:
    chunks = WordChunks(words)
    found = [chunk for piece in pieces for chunk in chunks.push(piece)] + chunks.flush()
    assert "".join(found) == "".join(pieces)
    assert all(len(chunk.split()) == words for chunk in found[:-1])


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["one two three four"], ["one two three ", "four"]),
        (["one", " two", " three", " ", "four"], ["one two three ", "four"]),
        (["a b c"], ["a b c"]),
        (["a\nb\n\nc d"], ["a\nb\n\nc ", "d"]),
        ([""], []),
        (["   "], ["   "]),
    ],
)
def test_three_words(pieces: list[str], expected: list[str]) -> None:
    chunks = WordChunks(3)
    assert [chunk for piece in pieces for chunk in chunks.push(piece)] + chunks.flush() == expected


def test_a_chunk_leaves_as_soon_as_it_is_whole() -> None:
    chunks = WordChunks(3)
    assert chunks.push("one two three") == []
    assert chunks.push(" ") == ["one two three "]
