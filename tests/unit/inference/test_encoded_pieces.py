"""Pieces kept between prompts: the same tokens as without, fewer encodings, a bound."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from orchestrator.inference.encoded_pieces import EncodedPieces


class Counting:
    """A token a letter; the first text of a call is marked with 0."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        self.asked += texts[1:]
        return [[0, *map(ord, texts[0])], *(list(map(ord, text)) for text in texts[1:])]


def test_what_was_encoded_is_not_encoded_again() -> None:
    encode = Counting()
    pieces = EncodedPieces(encode)
    texts = ["x", "system", "", "hello", "hello"]
    expected = [[0, 120], *(list(map(ord, text)) for text in texts[1:])]
    assert [list(ids) for ids in pieces.encode_texts(texts)] == expected
    assert encode.asked == ["system", "", "hello"]
    assert [list(ids) for ids in pieces.encode_texts([*texts, "more"])] == [*expected, list(map(ord, "more"))]
    assert encode.asked == ["system", "", "hello", "more"]


def test_the_first_text_is_no_piece() -> None:
    pieces = EncodedPieces(Counting())
    assert list(pieces.encode_texts(["a", "a"])[1]) == [97]
    assert list(pieces.encode_texts(["a"])[0]) == [0, 97]


def test_the_least_recently_used_go_first() -> None:
    encode = Counting()
    pieces = EncodedPieces(encode, max_chars=40)
    for text in ("a" * 10, "b" * 10, "c" * 10, "d" * 10):
        pieces.encode_texts(["", text])
    pieces.encode_texts(["", "a" * 10])
    pieces.encode_texts(["", "e" * 10])
    encode.asked.clear()
    pieces.encode_texts(["", "a" * 10, "b" * 10, "c" * 10])
    assert encode.asked == ["b" * 10]


def test_a_text_that_would_fill_it_is_not_kept() -> None:
    encode = Counting()
    pieces = EncodedPieces(encode, max_chars=40)
    for _ in range(2):
        pieces.encode_texts(["", "x" * 11])
    assert encode.asked == ["x" * 11] * 2


async def test_threads_get_their_own() -> None:
    pieces = EncodedPieces(Counting(), max_chars=50)
    texts = [["", *(f"text {(number + step) % 17}" for step in range(5))] for number in range(200)]
    found = await asyncio.gather(*(asyncio.to_thread(pieces.encode_texts, each) for each in texts))
    for given, encoded in zip(texts, found, strict=True):
        assert [list(ids) for ids in encoded[1:]] == [list(map(ord, text)) for text in given[1:]]
