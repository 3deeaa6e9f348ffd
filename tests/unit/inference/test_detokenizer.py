"""Token ids to text as they arrive: whatever the pieces, the same text, never half a character."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.inference.detokenizer import IncrementalDetokenizer
from orchestrator.inference.tokenizer import ModelTokenizer
from tests.unit.inference import corpus

HARD_TEXTS = corpus.hard_texts()


def pieces_of(ids: list[int], cuts: list[int]) -> list[list[int]]:
    edges = [0, *sorted(min(cut, len(ids)) for cut in cuts), len(ids)]
    return [ids[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def run(tokenizer: ModelTokenizer, pieces: list[list[int]], **options: bool) -> list[str]:
    detokenizer = IncrementalDetokenizer(tokenizer, **options)
    return [detokenizer.push(piece) for piece in pieces]


@settings(deadline=None)
@given(st.lists(st.integers(0, 49151), max_size=40), st.lists(st.integers(0, 40), max_size=10))
def test_random_ids_give_the_library_s_text_however_cut(ids: list[int], cuts: list[int]) -> None:
    shown = "".join(run(corpus.model_tokenizer(), pieces_of(ids, cuts)))
    # The library marks a character that the end cuts in half; here it is left out.
    assert corpus.library_tokenizer().decode(ids, skip_special_tokens=True) in (shown, shown + "\ufffd")


@settings(deadline=None)
@given(st.sampled_from(HARD_TEXTS), st.lists(st.integers(0, 2000), max_size=30))
def test_real_text_comes_back_however_cut(text: str, cuts: list[int]) -> None:
    ids = corpus.model_tokenizer().encode_text(text)
    shown = run(corpus.model_tokenizer(), pieces_of(ids, cuts))
    assert "".join(shown) == corpus.library_tokenizer().decode(ids)


@pytest.mark.parametrize("text", ["😂👩‍👩‍👧‍👦", "𠮷野家", "नमस्ते", "é ½ ﷺ"])
def test_no_push_shows_half_a_character(text: str) -> None:
    tokenizer = corpus.model_tokenizer()
    ids = tokenizer.encode_text(text)
    shown = run(tokenizer, [[token_id] for token_id in ids])
    assert "".join(shown) == text
    assert not any("\ufffd" in piece for piece in shown)


def test_a_broken_character_is_marked_once_it_is_known_to_be_broken() -> None:
    tokenizer = corpus.model_tokenizer()
    half = tokenizer.encode_text("𠮷")[0]
    detokenizer = IncrementalDetokenizer(tokenizer)
    assert detokenizer.push([half]) == ""
    assert detokenizer.push(tokenizer.encode_text("a")) == "\ufffda"


@pytest.mark.parametrize("whole", [1, 3])
def test_a_character_that_the_end_cuts_in_half_is_left_out(whole: int) -> None:
    tokenizer = corpus.model_tokenizer()
    ids = tokenizer.encode_text("𠮷" * whole)
    assert "".join(run(tokenizer, [[token_id] for token_id in ids[:-1]])) == "𠮷" * (whole - 1)


def test_control_tokens_give_nothing() -> None:
    tokenizer = corpus.model_tokenizer()
    first, second = tokenizer.encode_text("one"), tokenizer.encode_text(" two")
    assert "".join(run(tokenizer, [first, [2], [1, 0], second, [2]])) == "one two"


def test_a_push_costs_the_same_after_a_long_answer() -> None:
    tokenizer = corpus.model_tokenizer()
    ids = tokenizer.encode_text("word " * 30_000)
    detokenizer = IncrementalDetokenizer(tokenizer)
    begin = time.perf_counter()
    for token_id in ids:
        detokenizer.push((token_id,))
    assert (time.perf_counter() - begin) / len(ids) < 100e-6


@cache
def sentencepiece(legacy: bool) -> ModelTokenizer:
    return corpus.sentencepiece_tokenizer(legacy=legacy)


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "hello world",
        "hello",
        " hello",
        "  hello  a",
        "a\n\n b",
        "é😂 漢字",
        "hello 😂",
        "",
        " ",
        "a <tool> b",
        "\n",
    ],
)
def test_sentencepiece_text_comes_back_to_the_space(text: str, legacy: bool) -> None:
    tokenizer = sentencepiece(legacy)
    ids = tokenizer.encode_text(text)
    for pieces in ([ids], [[i] for i in ids], pieces_of(ids, [1, 3])):
        shown = "".join(run(tokenizer, pieces))
        if "<tool>" in text and legacy:  # the library adds a space behind an added word
            shown = shown.replace("<tool> ", "<tool>", 1)
        # The newer scheme encodes "a" and " a" alike at the start of a text: nothing could tell them apart.
        assert shown == (text if legacy else text.removeprefix(" "))


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["▁hello", "hello", "▁", "▁▁", "a", "<0x0A>", "</s>", "é", "😂"]), max_size=12),
    st.lists(st.integers(0, 20), max_size=6),
)
def test_sentencepiece_gives_the_library_s_text_for_whole_characters(
    words: list[str], cuts: list[int]
) -> None:
    library = corpus.sentencepiece_library_tokenizer(legacy=True)
    ids: list[int] = []
    for word in words:
        known = library.token_to_id(word)
        ids += [library.token_to_id(f"<0x{b:02X}>") for b in word.encode()] if known is None else [known]
    shown = "".join(run(sentencepiece(True), pieces_of(ids, cuts)))
    assert shown == library.decode(ids, skip_special_tokens=True)


def test_a_sentencepiece_answer_that_continues_a_text_keeps_its_first_space() -> None:
    tokenizer = sentencepiece(True)
    ids = tokenizer.encode_text("hello")
    assert "".join(run(tokenizer, [ids], continues_text=True)) == " hello"
    assert "".join(run(tokenizer, [ids])) == "hello"


def test_broken_byte_tokens_are_marked_and_whole_ones_beside_them_kept() -> None:
    tokenizer = sentencepiece(True)
    byte_id = {tokenizer.token_bytes(i): i for i in range(3, 259)}
    smile = [byte_id[bytes([b])] for b in "😂".encode()]
    assert "".join(run(tokenizer, [[i] for i in [*smile, *smile[:2], *smile]])) == "😂\ufffd😂"
