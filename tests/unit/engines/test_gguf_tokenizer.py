"""The tokenizer built from a GGUF file gives the token ids of llama.cpp itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import pytest
from tokenizers import Tokenizer

from engines.byte_alphabet import byte_characters
from engines.errors import EngineError
from engines.gguf_tokenizer import UnsupportedVocabulary, build_tokenizer, chat_template
from orchestrator.settings import PROJECT_ROOT
from tests.unit.inference import corpus
from tests.unit.inference.engine_tokenize import ask

ENGINE_PYTHON = PROJECT_ROOT / ".venv-triton" / "bin" / "python"


@pytest.fixture(scope="session")
def engine_python() -> Path:
    if not ENGINE_PYTHON.exists():
        pytest.skip("the engine's environment .venv-triton is not installed")
    return ENGINE_PYTHON


def ours(tokenizer: Tokenizer, texts: list[str], *, parse_special: bool) -> list[list[int]]:
    tokenizer.encode_special_tokens = not parse_special
    try:
        return [e.ids for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    finally:
        tokenizer.encode_special_tokens = False


def assert_equal(
    tokenizer: Tokenizer, gguf_path: Path, python: Path, texts: list[str], special: bool
) -> None:
    theirs = ask(python, gguf_path, texts, parse_special=special)
    mine = ours(tokenizer, texts, parse_special=special)
    assert len(theirs) == len(mine) == len(texts)
    different = [ascii(text[:60]) for text, a, b in zip(texts, mine, theirs, strict=True) if a != b]
    assert not different, f"{len(different)} of {len(texts)} texts differ: {different[:10]}"


@pytest.mark.parametrize("parse_special", [False, True])
def test_the_hard_corpus_gives_the_engine_s_ids(engine_python: Path, parse_special: bool) -> None:
    texts = corpus.hard_texts()
    assert len(texts) > 900
    tokenizer = corpus.library_tokenizer()
    assert_equal(tokenizer, corpus.GGUF, engine_python, texts, parse_special)


def test_code_points_of_every_kind_give_the_engine_s_ids(engine_python: Path) -> None:
    tokenizer = corpus.library_tokenizer()
    dense = [*range(0x80, 0x700), *range(0x1C80, 0x1C90), *range(0x2000, 0x2070), *range(0xA7C0, 0xA7E0)]
    sparse = [*range(0x700, 0xD800, 61), *range(0xE000, 0x110000, 997), *range(0x10D40, 0x10D90)]
    chars = map(chr, dense + sparse)
    texts = [f"a{c}b 1{c}2!{c}!  {c}{c}\n{c} x{c}!?" for c in chars]
    assert_equal(tokenizer, corpus.GGUF, engine_python, texts, False)


def write_vocabulary(path: Path, **changes: Any) -> Path:
    """A GGUF file without weights: all bytes, a few merges, one control and one user-defined token."""
    tokens = [*byte_characters().values(), "ab", "\u0120a", "12", "\u01201", "!!", "<|end|>", "<tool>"]
    vocabulary = {
        "model": "gpt2",
        "pre": "gpt-2",
        "tokens": tokens,
        "types": [1] * (len(tokens) - 2) + [3, 4],
        "merges": ["a b", "\u0120 a", "1 2", "\u0120 1", "! !", "q q"],
    } | changes
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(8)
    writer.add_embedding_length(8)
    writer.add_block_count(1)
    writer.add_feed_forward_length(8)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(vocabulary["tokens"]))
    writer.add_tokenizer_model(vocabulary["model"])
    writer.add_tokenizer_pre(vocabulary["pre"])
    writer.add_token_list(vocabulary["tokens"])
    writer.add_token_types(vocabulary["types"])
    writer.add_token_merges(vocabulary["merges"])
    writer.add_eos_token_id(len(vocabulary["tokens"]) - 2)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.parametrize("pre", ["gpt-2", "phi-2", "smollm", "starcoder", "refact"])
@pytest.mark.parametrize("parse_special", [False, True])
def test_every_supported_splitting_is_the_engine_s(
    tmp_path: Path, engine_python: Path, pre: str, parse_special: bool
) -> None:
    path = write_vocabulary(tmp_path / "model.gguf", pre=pre)
    extra = ["ab 12 1 !!<|end|>ab<tool>!!", " 12 12  12", "a b\n 1", "<tool><tool>", "!!12", "  ab"]
    assert_equal(build_tokenizer(path), path, engine_python, extra + corpus.random_texts(150), parse_special)


def test_control_tokens_are_special_and_user_defined_ones_are_not(tmp_path: Path) -> None:
    tokenizer = build_tokenizer(write_vocabulary(tmp_path / "model.gguf"))
    added = {token.content: token.special for token in tokenizer.get_added_tokens_decoder().values()}
    assert added == {"<|end|>": True, "<tool>": False}


def test_the_saved_tokenizer_is_the_same(tmp_path: Path) -> None:
    tokenizer = corpus.library_tokenizer()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    again = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    texts = corpus.hard_texts()
    assert ours(again, texts, parse_special=True) == ours(tokenizer, texts, parse_special=True)
    assert again.get_vocab_size() == corpus.RECORD.tokenizer.vocab_size


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"model": "llama"}, "llama"),
        ({"pre": "unheard-of"}, "unheard-of"),
        ({"types": [1, 1]}, "not coherent"),
        ({"tokens": ["a", "b", "ab"], "types": [1, 1, 1], "merges": ["a b"]}, "no token for the bytes"),
    ],
)
def test_an_unknown_or_broken_vocabulary_is_refused(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    path = write_vocabulary(tmp_path / "model.gguf", **changes)
    with pytest.raises(UnsupportedVocabulary, match=reason) as caught:
        build_tokenizer(path)
    assert isinstance(caught.value, EngineError)
    assert caught.value.fix


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"not a model at all, but long enough to be read as a header")
    with pytest.raises(UnsupportedVocabulary, match="not a readable GGUF"):
        build_tokenizer(tmp_path / "model.gguf")


def test_the_chat_template_is_read(tmp_path: Path) -> None:
    corpus.library_tokenizer()
    assert "<|im_start|>" in chat_template(corpus.GGUF)
    with pytest.raises(UnsupportedVocabulary, match="no chat template"):
        chat_template(write_vocabulary(tmp_path / "model.gguf"))
