"""How much text an answer of so many tokens can be, whatever tokenizer its tokens are of.

Nobody here knows an upstream's tokenizer. Two counts bound what its text took:

The fewest: words with what stands before them, four digits, runs of signs, runs of white space; in scripts without
spaces four characters. The tokenizers in use cut text at these places and longer, so none makes fewer of ordinary text: an answer
with more is longer than was asked for, and one that keeps to what was asked is never cut.

The most: what is booked while the upstream has told nothing. Five letters of a word, digits, signs, line breaks and every
byte beyond ASCII one each, and a quarter of all characters where that is more.
"""

from __future__ import annotations

import re

_CHARS_A_TOKEN = 4
# Scripts without spaces between words (Thai to Khmer, Chinese, Japanese), symbols and emoji.
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U0001f000-\U0003ffff"
)
_BEFORE = r"[\t -/:-@\[-`{-~]?"
# Every character is in one of these, and only the last match of a text can change as more of it comes.
_FEWEST = re.compile(
    rf"{_BEFORE}[{_DENSE}]{{1,4}}"
    rf"|{_BEFORE}[^\x00-&(-@\[-`{{-\x7f{_DENSE}]{{1,32}}"  # letters and apostrophes
    r"| ?[0-9]{1,4}"
    r"| ?[!-/:-@\[-`{-~]{1,64}[\r\n/]{0,64}"
    r"|[\x00-\x20\x7f]{1,128}"
)
_MOST = re.compile(r"[A-Za-z]{1,5}|[!-@\[-`{-~]|[\r\n]+")


class TextBound:
    """The text of an answer of at most `most_tokens` tokens, as it comes."""

    def __init__(self, most_tokens: int) -> None:
        self._left = most_tokens
        self._last = ""
        self.is_passed = False

    def take(self, piece: str) -> str:
        """As much of the piece as such an answer can still hold; `is_passed` once there was more."""
        text, begun = self._last + piece, len(self._last)
        end, left = 0, self._left
        for match in _FEWEST.finditer(text):
            if left == 0:
                self.is_passed = True
                break
            end, left, last = match.end(), left - 1, match[0]
        else:
            if end:
                self._left, self._last = left + 1, last
        # What stood at the end before was given already, and what comes behind it never takes of that.
        return text[begun : max(begun, end)]


def most_tokens(text: str) -> int:
    """An estimate from above for text of one piece or many."""
    foreign = len(text.encode()) - sum(map(str.isascii, text)) if not text.isascii() else 0
    return max(-(-len(text) // _CHARS_A_TOKEN), sum(1 for _ in _MOST.finditer(text)) + foreign)
