"""The vocabulary inside a GGUF file as a `tokenizers.Tokenizer`.

Guarantees the engine's own token ids for every text without lone surrogates: the pre-tokenizers below are
those of llama.cpp, and the tests compare with it over every Unicode code point. Does not guess: a vocabulary
of another kind is refused. Only the file's metadata is read, never its weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gguf import GGUFReader
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from engines.errors import ConversionError

# gguf.TokenType
_UNKNOWN, _CONTROL, _USER_DEFINED = 2, 3, 4

_LLAMA3_WORDS: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_QWEN2_WORDS: Final = _LLAMA3_WORDS.replace(r"\p{N}{1,3}", r"\p{N}")

# tokenizer.ggml.pre -> expressions applied one after the other; an empty tuple is GPT-2's own splitting,
# which `ByteLevel` does itself.
_SPLITS: Final[Mapping[str, tuple[str, ...]]] = {
    "gpt-2": (),
    "phi-2": (),
    "smollm": (r"\p{N}",),
    "starcoder": (r"\p{N}",),
    "refact": (r"\p{N}",),
    "llama-bpe": (_LLAMA3_WORDS,),
    "qwen2": (_QWEN2_WORDS,),
}
_OWN_WORDS: Final = frozenset({"llama-bpe", "qwen2"})
_WHOLE_WORDS_FIRST: Final = frozenset({"llama-bpe"})


class UnsupportedVocabulary(ConversionError):
    """The GGUF file has no vocabulary, or one of a kind whose splitting rules are not known here."""


def build_tokenizer(gguf_path: Path) -> Tokenizer:
    """Build the byte-level BPE tokenizer of `gguf_path`, control tokens marked special.

    Raises UnsupportedVocabulary.
    """
    metadata = _metadata(gguf_path)
    kind, pre = metadata.get("tokenizer.ggml.model"), metadata.get("tokenizer.ggml.pre")
    if kind != "gpt2" or pre not in _SPLITS:
        raise UnsupportedVocabulary(
            f"{gguf_path.name}: vocabulary kind {kind!r} with splitting {pre!r} is not supported",
            fix=f"use a GGUF file whose tokenizer.ggml.model is gpt2 and tokenizer.ggml.pre one of {sorted(_SPLITS)}",
        )
    try:
        return _byte_level_bpe(metadata, pre)
    except (KeyError, ValueError) as error:
        raise UnsupportedVocabulary(
            f"{gguf_path.name}: the vocabulary is not coherent: {error}", fix="use another GGUF file of the model"
        ) from error


def chat_template(gguf_path: Path) -> str:
    """Return the Jinja source of the model's chat template. Raises UnsupportedVocabulary when there is none."""
    source = _metadata(gguf_path).get("tokenizer.chat_template")
    if not isinstance(source, str) or not source.strip():
        raise UnsupportedVocabulary(
            f"{gguf_path.name} carries no chat template", fix="use a GGUF file of an instruction-tuned model"
        )
    return source


def _metadata(gguf_path: Path) -> dict[str, Any]:
    try:
        reader = GGUFReader(gguf_path)
    except (ValueError, IndexError) as error:
        raise UnsupportedVocabulary(
            f"{gguf_path.name} is not a readable GGUF file: {error}", fix="pull the model again"
        ) from error
    return {
        key: field.contents() for key, field in reader.fields.items() if key.startswith("tokenizer.")
    }


def _byte_level_bpe(metadata: Mapping[str, Any], pre: str) -> Tokenizer:
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    types: list[int] = metadata["tokenizer.ggml.token_type"]
    vocabulary = {token: token_id for token_id, token in enumerate(tokens)}
    merges = _merges(metadata["tokenizer.ggml.merges"], vocabulary)
    tokenizer = Tokenizer(
        models.BPE(vocabulary, merges, ignore_merges=pre in _WHOLE_WORDS_FIRST, cache_capacity=100_000)
    )
    tokenizer.pre_tokenizer = _pre_tokenizer(pre)
    tokenizer.decoder = decoders.ByteLevel()
    pairs = list(zip(tokens, types, strict=True))
    control = [t for t, kind in pairs if kind in (_CONTROL, _UNKNOWN)]
    own = [t for t, kind in pairs if kind == _USER_DEFINED]
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in control])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in own])
    if tokenizer.get_vocab_size() != len(tokens):
        raise ValueError("the same token stands at two ids")
    return tokenizer


def _merges(lines: list[str], vocabulary: Mapping[str, int]) -> list[tuple[str, str]]:
    """Split the merges; one whose product is no token is left out, as it could never end in a token id."""
    pairs = (line.partition(" ") for line in lines)
    return [(left, right) for left, _, right in pairs if left + right in vocabulary]


def _pre_tokenizer(pre: str) -> pre_tokenizers.PreTokenizer:
    splits = [pre_tokenizers.Split(Regex(expression), "isolated") for expression in _SPLITS[pre]]
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=pre not in _OWN_WORDS)
    return pre_tokenizers.Sequence([*splits, byte_level])
