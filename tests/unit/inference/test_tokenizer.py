"""Text from anyone to token ids: the same as the library's, never a control token."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from orchestrator.errors import InvalidValue
from orchestrator.inference.tokenizer import ModelTokenizer, UnusableModelFiles
from tests.unit.inference import corpus

FACTS = {"vocab_size": 1000, "bos_id": 0, "end_ids": (0,), "pad_id": 0, "add_bos": False}
HARD_TEXTS = corpus.hard_texts()


@pytest.mark.parametrize("kind", ["byte-level", "sentencepiece", "sentencepiece, legacy"])
def test_no_text_ever_becomes_a_control_token(kind: str) -> None:
    tokenizer = {
        "byte-level": corpus.model_tokenizer,
        "sentencepiece": lambda: corpus.sentencepiece_tokenizer(legacy=False),
        "sentencepiece, legacy": lambda: corpus.sentencepiece_tokenizer(legacy=True),
    }[kind]()
    named = [token.text for token in tokenizer.control_tokens]
    texts = HARD_TEXTS + named + [f"a{t}b {t}\n{t}{t}" for t in named] + ["".join(named)]
    assert named
    for text in texts:
        assert tokenizer.control_ids.isdisjoint(tokenizer.encode_text(text)), ascii(text[:80])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([*corpus.SPECIALS, "<|", "|>", "im_end"]), st.text(max_size=5))))
def test_no_mixture_ever_becomes_a_control_token(parts: list[str]) -> None:
    tokenizer = corpus.model_tokenizer()
    text = "".join(parts).replace("\x00", "")
    assert tokenizer.control_ids.isdisjoint(tokenizer.encode_text(text))


def test_text_without_dropped_bytes_comes_back_whole() -> None:
    tokenizer = corpus.model_tokenizer()
    spelled = set(b"".join(map(tokenizer.token_bytes, range(tokenizer.vocab_size))))
    dropped = bytes(set(range(256)) - spelled)
    for text in HARD_TEXTS:
        back = b"".join(map(tokenizer.token_bytes, tokenizer.encode_text(text)))
        assert back == text.encode().translate(None, dropped), ascii(text[:80])


def test_user_defined_tokens_may_stand_in_text() -> None:
    tokenizer = corpus.sentencepiece_tokenizer(legacy=False)
    (tool,) = [i for i in range(tokenizer.vocab_size) if tokenizer.token_text(i) == "<tool>"]
    assert tool in tokenizer.encode_text("a<tool>b")
    assert tool not in tokenizer.control_ids


@pytest.mark.parametrize(("text", "at"), [("\ud800", 0), ("ok \udfff", 3), ("\ude00\ud83d", 0)])
def test_a_lone_surrogate_is_refused(text: str, at: int) -> None:
    with pytest.raises(InvalidValue, match=f"lone surrogate at character {at}"):
        corpus.model_tokenizer().encode_text(text)


def test_a_vocabulary_whose_merges_spell_a_control_token_cannot_be_used_for_it() -> None:
    library = Tokenizer(models.BPE({"<": 0, "s": 1, "<s": 2, ">": 3, "<s>": 4}, [("<", "s"), ("<s", ">")]))
    library.add_special_tokens([AddedToken("<s>", special=True, normalized=False)])
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    library.decoder = decoders.ByteLevel()
    tokenizer = ModelTokenizer(library.to_str(), **FACTS)
    assert tokenizer.encode_text("<s") == [2]
    with pytest.raises(InvalidValue, match="control token"):
        tokenizer.encode_text("<s>")


def test_the_record_s_facts_are_kept(tmp_path: Path) -> None:
    corpus.library_tokenizer().save(str(tmp_path / "tokenizer.json"))
    tokenizer = ModelTokenizer.from_dir(tmp_path, corpus.RECORD)
    assert (tokenizer.vocab_size, tokenizer.end_ids, tokenizer.pad_id) == (49152, (2, 0), 2)
    assert tokenizer.control_ids == frozenset(range(17))
    assert (tokenizer.bos_id, tokenizer.add_bos) == (1, False)
    assert tokenizer.encode_prompt("hi") == tokenizer.encode_text("hi")


def test_a_prompt_begins_with_the_begin_token_where_the_model_wants_one() -> None:
    tokenizer = corpus.sentencepiece_tokenizer(legacy=True)
    assert tokenizer.encode_prompt("hello") == [1, *tokenizer.encode_text("hello")]


def test_only_the_first_text_of_a_prompt_gets_the_first_word_s_space() -> None:
    modern, legacy = (corpus.sentencepiece_tokenizer(legacy=legacy) for legacy in (False, True))
    assert [len(ids) for ids in modern.encode_texts(["hello", "hello"])] == [1, 1]
    first, second = modern.encode_texts(["hello", "hello"])
    assert (modern.token_bytes(first[0]), modern.token_bytes(second[0])) == (b" hello", b"hello")
    first, second = legacy.encode_texts(["hello", "hello"])
    assert first == second == legacy.encode_text("hello")


@pytest.mark.parametrize(
    ("text", "expected"), [("\n", b"\n"), ("é", "é".encode()), (" ", b" "), ("hello", b"hello")]
)
def test_token_bytes_of_byte_level(text: str, expected: bytes) -> None:
    tokenizer = corpus.model_tokenizer()
    assert b"".join(map(tokenizer.token_bytes, tokenizer.encode_text(text))) == expected


def test_tokens_that_are_half_a_character_or_unused() -> None:
    tokenizer = corpus.model_tokenizer()
    half = tokenizer.encode_text("𠮷")[0]
    assert tokenizer.token_text(half) == "\ufffd"
    assert tokenizer.token_text(2) == "<|im_end|>"
    for unused in (-1, 49152, 10**9):
        assert tokenizer.token_bytes(unused) == b""


def test_threads_get_what_one_gets() -> None:
    tokenizer = corpus.model_tokenizer()
    texts = HARD_TEXTS[:400]
    expected = [tokenizer.encode_text(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(2):
            assert list(pool.map(tokenizer.encode_text, texts)) == expected


def test_truncation_and_padding_of_the_file_are_ignored() -> None:
    library = corpus.sentencepiece_library_tokenizer(legacy=True)
    library.enable_truncation(2)
    library.enable_padding(length=8)
    tokenizer = ModelTokenizer(library.to_str(), **FACTS)
    assert len(tokenizer.encode_text("hello a hello a hello")) == 5
    assert len(tokenizer.encode_text("hello")) == 1


def _without(part: str) -> str:
    layout: dict[str, Any] = json.loads(corpus.sentencepiece_library_tokenizer(legacy=True).to_str())
    return json.dumps(layout | {part: None})


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("not json", "not a tokenizer"),
        ("[]", "not a tokenizer"),
        ('{"model": {"vocab": 3}}', "not a tokenizer"),
        ('{"model": {"type": "BPE", "vocab": {}, "merges": [["a", "b"]]}}', "tokenizer.json"),
        (_without("decoder"), "decoder"),
    ],
)
def test_an_unusable_file_is_named(source: str, reason: str) -> None:
    with pytest.raises(UnusableModelFiles, match=reason):
        ModelTokenizer(source, **FACTS)


def test_a_vocabulary_larger_than_the_record_says_is_refused() -> None:
    source = corpus.sentencepiece_library_tokenizer(legacy=True).to_str()
    with pytest.raises(UnusableModelFiles, match=r"vocab_size is 10"):
        ModelTokenizer(source, **(FACTS | {"vocab_size": 10}))
