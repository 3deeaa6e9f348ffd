"""A model's tokenizer, read from `tokenizer.json` in the format of Hugging Face `tokenizers`.

Guarantees that text from outside never becomes a control token: control tokens are not matched in it, and
should a vocabulary's own merges spell one, the text is refused. Byte-level BPE and SentencePiece-style
vocabularies are understood, anything else is refused when it is loaded. Every method may be called from any
thread; encoding what is not short releases the interpreter lock.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tokenizers import AddedToken, Tokenizer

from engines.byte_alphabet import byte_characters
from engines.record import ModelRecord
from orchestrator.errors import InvalidValue

_FILE_NAME: Final = "tokenizer.json"
_SPACE_MARK: Final = "\u2581"
_SHORT_CHARS: Final = 2048  # encoded in well under a millisecond: waking a thread pool costs more


class UnusableModelFiles(ValueError):
    """A file of an installed model cannot be used; the message names the file and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class ControlToken:
    """A control token as it stands in a chat template. The flags say which white space beside it it takes."""

    id: int
    text: str
    takes_space_before: bool
    takes_space_after: bool


class ModelTokenizer:
    """Text to token ids and token ids to bytes, for one model."""

    def __init__(
        self,
        source: str,
        *,
        vocab_size: int,
        bos_id: int,
        end_ids: tuple[int, ...],
        pad_id: int,
        add_bos: bool,
        answer_starts_with_space: bool = False,
    ) -> None:
        """`source` is the text of tokenizer.json, the rest is from the record. Raises UnusableModelFiles."""
        layout = _parsed(source)
        self._at_start = _loaded(source)
        further_on = _without_first_prefix(layout)
        self._further_on = self._at_start if further_on is layout else _loaded(json.dumps(further_on))
        added = self._at_start.get_added_tokens_decoder()
        self.control_tokens: Final = tuple(_control_token(i, t) for i, t in added.items() if t.special)
        self.control_ids: Final = frozenset(token.id for token in self.control_tokens)
        self.vocab_size: Final = vocab_size
        self.bos_id: Final = bos_id
        self.end_ids: Final = end_ids
        self.pad_id: Final = pad_id
        self.add_bos: Final = add_bos
        self._bytes: Final = _bytes_by_id(self._at_start, added, layout)
        self.longest_token_bytes: Final = max(map(len, self._bytes))
        self.strips_first_space: Final = answer_starts_with_space or _strips_first_space(layout)
        """True where the vocabulary or the chat format puts a space before an answer's first word that is not shown."""
        unknown = layout["model"].get("unk_token")
        self._forbidden: Final = self.control_ids - {self._at_start.token_to_id(unknown) if unknown else None}
        if len(self._bytes) > vocab_size:
            raise UnusableModelFiles(
                f"{_FILE_NAME}: has token id {len(self._bytes) - 1}, but the model's record says"
                f" tokenizer.vocab_size is {vocab_size}"
            )

    @classmethod
    def from_dir(cls, model_dir: Path, record: ModelRecord) -> ModelTokenizer:
        """Load `model_dir/tokenizer.json`. Raises UnusableModelFiles, or OSError when it cannot be read."""
        facts = record.tokenizer
        return cls(
            (model_dir / _FILE_NAME).read_text(encoding="utf-8"),
            vocab_size=facts.vocab_size,
            bos_id=facts.bos_id,
            end_ids=facts.end_ids,
            pad_id=facts.pad_id,
            add_bos=facts.add_bos,
            answer_starts_with_space=record.chat.answer_starts_with_space,
        )

    def encode_text(self, text: str) -> list[int]:
        """Encode text that may come from anyone; no id of a control token is ever in the result.

        Raises InvalidValue for a lone surrogate, which no encoding of Unicode can carry, and for text that a
        vocabulary's own merges turn into a control token.
        """
        return self._encoded(self._at_start, [text])[0]

    def encode_texts(self, texts: Sequence[str]) -> list[list[int]]:
        """Encode what stands before, between and behind control tokens; the rules of `encode_text` hold.

        Only the first is the beginning of a prompt: vocabularies that mark just that with a space differ.
        """
        return self._encoded(self._at_start, texts[:1]) + self._encoded(self._further_on, texts[1:])

    def _encoded(self, tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
        for text in texts:
            refuse_lone_surrogates(text)
        if sum(map(len, texts)) <= _SHORT_CHARS:
            encodings = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
        else:
            # The batch form, because the plain one keeps the interpreter lock: 1.2 s for 140,000 tokens.
            encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        encoded: list[list[int]] = [encoding.ids for encoding in encodings]
        if not all(self._forbidden.isdisjoint(ids) for ids in encoded):
            raise InvalidValue("the text spells a control token of the model")
        return encoded

    def encode_prompt(self, text: str) -> list[int]:
        """Encode a whole prompt: as `encode_text`, with the model's begin token where it wants one."""
        return [self.bos_id, *self.encode_text(text)] if self.add_bos else self.encode_text(text)

    def token_bytes(self, token_id: int) -> bytes:
        """Return the bytes a token stands for; none for an id the vocabulary leaves unused."""
        return self._bytes[token_id] if 0 <= token_id < len(self._bytes) else b""

    def token_text(self, token_id: int) -> str:
        """Return the token as text for people; part of a character is shown as U+FFFD."""
        return self.token_bytes(token_id).decode("utf-8", errors="replace")


def refuse_lone_surrogates(text: str) -> None:
    """Raise InvalidValue for a string that is not Unicode text, as `"\\ud800"` in JSON makes one."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidValue(
            f"the text holds a lone surrogate at character {error.start}; it is not valid Unicode"
        ) from None


def _parsed(source: str) -> dict[str, Any]:
    try:
        layout = json.loads(source)
        if not isinstance(layout["model"]["vocab"], (dict, list)):
            raise TypeError("model.vocab")
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableModelFiles(f"{_FILE_NAME}: is not a tokenizer: {error}") from error
    result: dict[str, Any] = layout
    return result


def _loaded(source: str) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_str(source)
    except Exception as error:  # the library raises nothing narrower
        raise UnusableModelFiles(f"{_FILE_NAME}: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def _without_first_prefix(layout: dict[str, Any]) -> dict[str, Any]:
    """The same tokenizer, but for text that does not stand at the beginning of the prompt.

    Only the scheme "first" differs there; "always" and the older `Prepend` mark every piece after a control
    token, as the models that use them were trained.
    """
    steps = _steps(layout["pre_tokenizer"], "pretokenizers")
    if not any(step.get("prepend_scheme") == "first" for step in steps):
        return layout
    never = [step | {"prepend_scheme": "never"} if "prepend_scheme" in step else step for step in steps]
    return layout | {"pre_tokenizer": {"type": "Sequence", "pretokenizers": never}}


def _steps(part: dict[str, Any] | None, inner: str) -> list[dict[str, Any]]:
    if part is None:
        return []
    if part["type"] == "Sequence":
        return [step for entry in part[inner] for step in _steps(entry, inner)]
    return [part]


def _control_token(token_id: int, token: AddedToken) -> ControlToken:
    return ControlToken(token_id, token.content, token.lstrip, token.rstrip)


def _strips_first_space(layout: Mapping[str, Any]) -> bool:
    for step in _steps(layout["decoder"], "decoders"):
        if step["type"] == "Strip" and step["content"] == " " and step["start"] > 0:
            return True
        if step["type"] == "Metaspace" and step.get("prepend_scheme", "always") != "never":
            return True
    return False


def _bytes_by_id(
    tokenizer: Tokenizer, added: Mapping[int, AddedToken], layout: Mapping[str, Any]
) -> list[bytes]:
    kinds = {step["type"] for step in _steps(layout["decoder"], "decoders")}
    if "ByteLevel" in kinds:
        read = _byte_level_reader()
    elif kinds & {"ByteFallback", "Metaspace"}:
        read = _sentencepiece_bytes
    else:
        raise UnusableModelFiles(f"{_FILE_NAME}: a decoder of the kinds {sorted(kinds)} is not supported")
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    found = [b""] * (max(vocabulary.values()) + 1)
    for piece, token_id in vocabulary.items():
        found[token_id] = read(piece)
    for token_id, token in added.items():
        found[token_id] = token.content.encode()
    return found


def _byte_level_reader() -> Callable[[str], bytes]:
    byte_of = {char: byte for byte, char in byte_characters().items()}

    def read(piece: str) -> bytes:
        try:
            return bytes([byte_of[char] for char in piece])
        except KeyError:  # a piece outside the alphabet stands for itself
            return piece.encode()

    return read


def _sentencepiece_bytes(piece: str) -> bytes:
    if len(piece) == 6 and piece.startswith("<0x") and piece.endswith(">"):
        return bytes.fromhex(piece[3:5])
    return piece.replace(_SPACE_MARK, " ").encode()
