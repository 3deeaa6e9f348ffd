"""The vocabulary inside a GGUF file as a `tokenizers.Tokenizer`.

Guarantees the engine's own token ids for every text without lone surrogates: the splitting below is
llama.cpp's, and the tests compare with it on a hard corpus. Does not guess: a vocabulary
of another kind is refused. Only the file's metadata is read, never its weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gguf import GGUFReader
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from engines.byte_alphabet import byte_characters
from engines.errors import ConversionError

# gguf.TokenType
_UNKNOWN, _CONTROL, _USER_DEFINED = 2, 3, 4

# Letters and digits that Unicode 16 added: `tokenizers` knows them, the engine's tables are older and treat
# them as symbols. Measured by classifying every code point with both; the tests repeat it for these ranges.
_NEWER_LETTERS: Final = (
    "\u1c89-\u1c8a\ua7cb-\ua7cd\ua7da-\ua7dc\U000105c0-\U000105f3\U00010d4a-\U00010d65\U00010d6f-\U00010d85"
    "\U00010ec2-\U00010ec4\U00011380-\U00011389\U0001138b\U0001138e\U00011390-\U000113b5\U000113b7\U000113d1"
    "\U000113d3\U00011bc0-\U00011be0\U00013460-\U000143fa\U00016100-\U0001611d\U00016d40-\U00016d6c"
    "\U00018cff\U0001e5d0-\U0001e5ed\U0001e5f0"
)
_NEWER_DIGITS: Final = (
    "\U00010d40-\U00010d49\U000116d0-\U000116e3\U00011bf0-\U00011bf9\U00016130-\U00016139"
    "\U00016d70-\U00016d79\U0001ccf0-\U0001ccf9\U0001e5f1-\U0001e5fa"
)
_LETTER: Final = rf"[\p{{L}}&&[^{_NEWER_LETTERS}]]"
_DIGIT: Final = rf"[\p{{N}}&&[^{_NEWER_DIGITS}]]"
_SYMBOLS: Final = rf"[^\s\p{{L}}\p{{N}}]{_NEWER_LETTERS}{_NEWER_DIGITS}"

# tokenizer.ggml.pre -> how digits are taken: as runs with the space before them, or one by one
_DIGITS: Final[Mapping[str, str]] = {
    "gpt-2": f" ?{_DIGIT}+",
    "phi-2": f" ?{_DIGIT}+",
    "smollm": _DIGIT,
    "starcoder": _DIGIT,
    "refact": _DIGIT,
}
# Bytes that may lack a token: control characters that are no white space, first bytes of the unassigned
# planes 4 to 11, and bytes that UTF-8 never uses.
_CONTROL_BYTES: Final = frozenset({*range(0x20), 0x7F}) - frozenset(range(9, 14))
_PLANES: Final[Mapping[int, str]] = {0xF1: "\U00040000-\U0007ffff", 0xF2: "\U00080000-\U000bffff"}
_NEVER_USED: Final = frozenset({0xC0, 0xC1, *range(0xF5, 0x100)})


class UnsupportedVocabulary(ConversionError):
    """The GGUF file has no vocabulary, or one of a kind whose splitting rules are not known here."""


def build_tokenizer(gguf_path: Path) -> Tokenizer:
    """Build the byte-level BPE tokenizer of `gguf_path`, control tokens marked special.

    Raises UnsupportedVocabulary.
    """
    metadata = _metadata(gguf_path)
    kind, pre = metadata.get("tokenizer.ggml.model"), metadata.get("tokenizer.ggml.pre")
    if kind != "gpt2" or not isinstance(pre, str) or pre not in _DIGITS:
        raise UnsupportedVocabulary(
            f"{gguf_path.name}: vocabulary kind {kind!r} with splitting {pre!r} is not supported",
            fix=f"use a GGUF file whose tokenizer.ggml.model is gpt2 and tokenizer.ggml.pre one of {sorted(_DIGITS)}",
        )
    try:
        return _byte_level_bpe(metadata, pre)
    except (KeyError, ValueError) as error:
        raise UnsupportedVocabulary(
            f"{gguf_path.name}: the vocabulary is not coherent: {error}",
            fix="use another GGUF file of the model",
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
    return {key: field.contents() for key, field in reader.fields.items() if key.startswith("tokenizer.")}


def _byte_level_bpe(metadata: Mapping[str, Any], pre: str) -> Tokenizer:
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    types: list[int] = metadata["tokenizer.ggml.token_type"]
    vocabulary = {token: token_id for token_id, token in enumerate(tokens)}
    merges = _merges(metadata["tokenizer.ggml.merges"], vocabulary)
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = _pre_tokenizer(pre, vocabulary)
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


def _pre_tokenizer(pre: str, vocabulary: Mapping[str, int]) -> pre_tokenizers.PreTokenizer:
    """Split as GPT-2 does, in one pass, then spell as bytes.

    SmolLM2 has no token for 21 bytes, six of them control characters. The engine drops such a byte, but
    never merges what stood on its two sides, as BPE here would: so a word is cut where such a byte stands.
    """
    missing = _bytes_without_token(vocabulary)
    dropped = "".join(f"\\x{byte:02x}" for byte in sorted(missing & _CONTROL_BYTES))
    dropped += "".join(_PLANES[byte] for byte in sorted(missing & _PLANES.keys()))
    digits = _DIGITS[pre]
    words = ["'s|'t|'re|'ve|'m|'ll|'d", f" ?{_LETTER}+", digits]
    if dropped:
        whole = f"[[{_SYMBOLS}]&&[^{dropped}]]"
        words += [f" ?{whole}+", f"[{dropped}]{whole}*"]
    else:
        words.append(f" ?[{_SYMBOLS}]+")
    followed = rf"{_LETTER}|[{_SYMBOLS}]" if digits == _DIGIT else r"\S"
    words += [rf"\s+(?!{followed})", r"\s+"]
    split = pre_tokenizers.Split(Regex("|".join(words)), "isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def _bytes_without_token(vocabulary: Mapping[str, int]) -> set[int]:
    missing = {byte for byte, char in byte_characters().items() if char not in vocabulary}
    if lost := missing - _CONTROL_BYTES - _PLANES.keys() - _NEVER_USED:
        raise ValueError(f"no token for the bytes {sorted(lost)}")
    return missing
