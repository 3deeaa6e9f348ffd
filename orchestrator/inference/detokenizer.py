"""Token ids of a running answer into text, as they arrive.

Guarantees: the text of any sequence of pushes is the same however the ids are cut up; a character is given
out only when it is whole, so one that an answer's end cuts in half is left out; U+FFFD stands only for bytes
that are no UTF-8; control tokens give nothing. The work of a push does not depend on what came before.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from orchestrator.inference.tokenizer import ModelTokenizer


class IncrementalDetokenizer:
    """The text of one answer. Not for use from several threads at once."""

    def __init__(self, tokenizer: ModelTokenizer, *, continues_text: bool = False) -> None:
        """`continues_text`: the answer goes on in the middle of a text, so a space that a SentencePiece-style
        vocabulary puts before the first word is a real one and stays.
        """
        self._token_bytes = tokenizer.token_bytes
        self._control_ids = tokenizer.control_ids
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._strip_space = tokenizer.strips_first_space and not continues_text

    def push(self, token_ids: Iterable[int]) -> str:
        """Return the text that these tokens complete; may be empty."""
        data = b"".join(self._token_bytes(i) for i in token_ids if i not in self._control_ids)
        return self._without_first_space(self._decoder.decode(data))

    def _without_first_space(self, text: str) -> str:
        if self._strip_space and text:
            self._strip_space = False
            return text.removeprefix(" ")
        return text
