"""Chat messages into prompt tokens, through the model's own chat template.

Guarantees: a control token in the prompt was written by the template, never by a message. Before rendering,
every character that occurs in any control token is exchanged, in every string of the messages, for a lone
surrogate; no text from outside can hold one, as they are refused. Control tokens are then looked for in the
rendered text *before* the exchange is undone: so whatever the template did with the messages (trimmed, sliced,
joined), no letter and no sign in a match is theirs. Exempt are only the fixed words and keys of OpenAI's format
where it has them; templates compare with these.

The text between two control tokens is encoded as one piece, template and message together, so merges across
their border are what they are in the plainly rendered text.

Not guaranteed: a template that searches a message for words (`'</think>' in content`) does not find them. Where
a format's markers are plain text to the vocabulary (`[INST]`, `<|user|>`), a message can imitate them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jinja2 import TemplateError

from orchestrator.errors import InvalidValue
from orchestrator.inference.encoded_pieces import EncodedPieces
from orchestrator.inference.template_sandbox import RefusedByTemplate, compile_template, render
from orchestrator.inference.tokenizer import ModelTokenizer, UnusableModelFiles, refuse_lone_surrogates

_FIRST_SURROGATE: Final = 0xD800
_SURROGATES: Final = 0x800
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_MAX_REASON_CHARS: Final = 200
_MAX_DEPTH: Final = 64
# JSON writes these escaped, so an exchange would change the rendered JSON.
_KEPT_FOR_JSON: Final = frozenset('"\\')
_ROLES: Final = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_TYPES: Final = frozenset({"text", "function", "object", "array", "string", "number", "integer", "boolean"})
_KNOWN_WORDS: Final[Mapping[str, frozenset[str]]] = {"role": _ROLES, "type": _TYPES}
_MESSAGE_KEYS: Final = frozenset({"role", "content", "name", "text", "tool_calls", "tool_call_id", "id"})
_FUNCTION_KEYS: Final = frozenset({"type", "function", "arguments", "description", "parameters"})
_SCHEMA_KEYS: Final = frozenset({"properties", "required", "items", "enum"})
_KNOWN_KEYS: Final = _MESSAGE_KEYS | _FUNCTION_KEYS | _SCHEMA_KEYS


class ChatTemplate:
    """The chat template of one model. May be used from several threads at once."""

    def __init__(self, source: str, tokenizer: ModelTokenizer) -> None:
        """`source` is Jinja. Raises UnusableModelFiles when it does not compile."""
        try:
            self._template = compile_template(source)
        except TemplateError as error:
            raise UnusableModelFiles(f"the chat template does not compile: {error}") from error
        self._tokenizer = tokenizer
        self._pieces = EncodedPieces(tokenizer.encode_texts)
        self._control = {token.text: token for token in tokenizer.control_tokens}
        characters = {c for text in self._control for c in text if not c.isspace()} - _KEPT_FOR_JSON
        self._shield = {ord(c): _FIRST_SURROGATE + i for i, c in enumerate(sorted(characters))}
        if len(self._shield) > _SURROGATES:
            raise UnusableModelFiles(f"the control tokens use more than {_SURROGATES} different characters")
        self._unshield = {stand_in: char for char, stand_in in self._shield.items()}
        shieldable = [text for text in self._control if not characters.isdisjoint(text)]
        longest_first = sorted(shieldable, key=len, reverse=True)
        # Without control tokens nothing may match, and `(?!)` never does.
        self._control_pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def render_ids(
        self, messages: Sequence[Mapping[str, Any]], add_generation_prompt: bool = True
    ) -> list[int]:
        """Return the tokens of the prompt, with the begin token where the model wants one.

        Raises InvalidValue with param "messages" for what the template or this format refuses.
        """
        shielded = self._render(messages, add_generation_prompt)
        ids = self._encode(shielded)
        tokenizer = self._tokenizer
        if tokenizer.add_bos and ids[:1] != [tokenizer.bos_id]:
            return [tokenizer.bos_id, *ids]
        return ids

    def render_text(self, messages: Sequence[Mapping[str, Any]], add_generation_prompt: bool = True) -> str:
        """Return the prompt as text for people; it does not show which control tokens are only text."""
        return self._render(messages, add_generation_prompt).translate(self._unshield)

    def _render(self, messages: Sequence[Mapping[str, Any]], add_generation_prompt: bool) -> str:
        variables = {
            "messages": [self._shielded(message) for message in messages],
            "add_generation_prompt": add_generation_prompt,
            "bos_token": self._tokenizer.token_text(self._tokenizer.bos_id),
            "eos_token": self._tokenizer.token_text(self._tokenizer.end_ids[0]),
            "pad_token": self._tokenizer.token_text(self._tokenizer.pad_id),
            "tools": None,
            "documents": None,
        }
        try:
            return render(self._template, variables)
        except RefusedByTemplate as error:
            raise _invalid(_reason(str(error))) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            raise _invalid("the model's chat template cannot render these messages") from error

    def _shielded(self, value: Any, key: str = "", depth: int = 0) -> Any:
        if depth > _MAX_DEPTH:
            raise _invalid(f"messages are nested more than {_MAX_DEPTH} deep")
        if isinstance(value, str):
            return self._shielded_text(value, key)
        if isinstance(value, Mapping):
            return {
                name if name in _KNOWN_KEYS else self._shielded_text(str(name)): self._shielded(
                    entry, name, depth + 1
                )
                for name, entry in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self._shielded(entry, key, depth + 1) for entry in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        raise _invalid(f"messages hold a {type(value).__name__}, which is not a JSON value")

    def _shielded_text(self, text: str, key: str = "") -> str:
        if text in _KNOWN_WORDS.get(key, ()):
            return text
        if key == "role":
            raise _invalid(f"a role must be one of {', '.join(sorted(_ROLES))}")
        try:
            refuse_lone_surrogates(text)
        except InvalidValue as error:
            raise _invalid(error.message) from None
        return text.translate(self._shield)

    def _encode(self, shielded: str) -> list[int]:
        """Encode a rendered, still shielded text: cut at control tokens, then undo the exchange."""
        texts, controls, end = [], [], 0
        strip_left = False
        for match in self._control_pattern.finditer(shielded):
            token = self._control[match.group()]
            text = shielded[end : match.start()]
            text = text.lstrip() if strip_left else text
            texts.append(text.rstrip() if token.takes_space_before else text)
            controls.append(token.id)
            end, strip_left = match.end(), token.takes_space_after
        texts.append(shielded[end:].lstrip() if strip_left else shielded[end:])
        encoded = self._encode_texts([text.translate(self._unshield) for text in texts])
        ids = list(encoded[0])
        for control, further in zip(controls, encoded[1:], strict=True):
            ids.append(control)
            ids.extend(further)
        return ids

    def _encode_texts(self, texts: list[str]) -> list[Sequence[int]]:
        try:
            return self._pieces.encode_texts(texts)
        except InvalidValue as error:
            raise _invalid(error.message) from error


def _reason(message: str) -> str:
    """What the template says, unless it quotes a message: errors hold no prompts."""
    if _SURROGATE.search(message) or not message.strip():
        return "the model's chat template does not take these messages"
    return f"the model's chat template does not take these messages: {message[:_MAX_REASON_CHARS]}"


def _invalid(message: str) -> InvalidValue:
    return InvalidValue(message, param="messages")
