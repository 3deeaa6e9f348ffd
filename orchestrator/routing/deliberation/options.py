"""Options of a multiple-choice question: found in the question, shown in another order, found again in an answer.

Small models prefer a place in the list whatever stands there, so voices see the options in different orders
(Pezeshkpour and Hruschka 2023, arXiv:2308.11483; measured for us in docs/deliberation.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_OPTIONS = 10
_MAX_CHARS = 20_000
_MAX_OPTION_CHARS = 200
_LETTERED = re.compile(r"^[ \t]*(?P<mark>\(?(?P<sign>[A-Ja-j])[).:])[ \t]+(?P<text>\S.*?)[ \t]*$")
_DASHED = re.compile(r"^[ \t]*(?P<mark>[-*•])[ \t]+(?P<text>\S.*?)[ \t]*$")
_ASKS = re.compile(
    r"\b(?:which|what|who|whom|whose|where|when|how|choose|pick|select)\b[^\n]*[?:]\s*$", re.IGNORECASE
)
# Where a question asks for an order, or an option speaks of its neighbours, the order means something.
_ASKS_FOR_ORDER = re.compile(
    r"\b(?:order|sequence|rank(?:ing)?|sort(?:ed)?|(?:first|last) (?:option|one))\b", re.I
)
_OF_NEIGHBOURS = re.compile(
    r"\b(?:(?:of|the) (?:above|below|previous|preceding)|both [A-J]|options? [A-J])\b", re.IGNORECASE
)
_STATED = re.compile(r"\b(?:answer|option|choice)\s+is\b\W*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*")
_SAID_LETTER = re.compile(
    r"^\W*(?:(?:the|correct|right|best|answer|option|choice)\W+)*(?P<sign>[A-Ja-j])(?:[).:]|\W*$|\s*[-–—]\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a question as it stands. `lines` are where they stand in it, one an option."""

    question: str
    lines: range
    marks: tuple[str, ...]
    texts: tuple[str, ...]
    signs: tuple[str, ...]

    @property
    def may_turn(self) -> bool:
        """Whether the question means the same with its options in another order."""
        stem = "\n".join(self.question.splitlines()[: self.lines.start])
        return not (_ASKS_FOR_ORDER.search(stem) or any(map(_OF_NEIGHBOURS.search, self.texts)))

    def turned(self, places: int) -> str:
        """The question with every option moved up by `places`; letters stay where they were."""
        lines = self.question.splitlines()
        for line, mark, text in zip(self.lines, self.marks, self._in_order(places), strict=True):
            lines[line] = f"{mark} {text}"
        return "\n".join(lines)

    def chosen(self, answer: str, places: int = 0) -> int | None:
        """Which option of the question as it stands an answer to `turned(places)` chose, or None.

        What it calls its answer counts, else the whole text. An option that is named counts before a letter, as a small
        model's letter is worth less than its words; an answer that names several chose none.
        """
        stated = _STATED.split(answer)[-1]
        named = self._named(stated)
        if named:
            return next(iter(named)) if len(named) == 1 else None
        said = _SAID_LETTER.match(stated[:_MAX_OPTION_CHARS])
        if said is None or said["sign"].upper() not in self.signs:
            return None
        return (self.signs.index(said["sign"].upper()) + places) % len(self.texts)

    def line(self, index: int) -> str:
        """An option as the question writes it, its letter included where it has one."""
        return f"{self.marks[index]} {self.texts[index]}" if self.signs else self.texts[index]

    def _in_order(self, places: int) -> tuple[str, ...]:
        places %= len(self.texts)
        return self.texts[places:] + self.texts[:places]

    def _named(self, answer: str) -> set[int]:
        """The options whose words stand in the answer; a longer option hides those within it."""
        left, found = _words(answer), set()
        by_length = sorted(range(len(self.texts)), key=lambda index: -len(self.texts[index]))
        for index in by_length:
            words = _words(self.texts[index])
            if words.strip() and words in left:
                found.add(index)
                left = left.replace(words, "  ")
        return found


def find_options(question: str) -> Options | None:
    """The options that end a question, perhaps with one instruction after them; None when it has none.

    Lettered options run from A on without a gap. Dashed ones count only right below a line that asks for one.
    """
    if len(question) > _MAX_CHARS:
        return None
    lines = question.splitlines()
    for pattern in (_LETTERED, _DASHED):
        run = _last_run(lines, pattern)
        if run is None or not 2 <= len(run) <= MAX_OPTIONS or len(lines) - run.stop > 2:
            continue
        found = [_match(pattern, lines[line]) for line in run]
        options = Options(
            question,
            run,
            tuple(match["mark"] for match in found),
            tuple(match["text"] for match in found),
            tuple(match["sign"].upper() for match in found) if pattern is _LETTERED else (),
        )
        return options if _are_options(options, lines[: run.start]) else None
    return None


def _match(pattern: re.Pattern[str], line: str) -> re.Match[str]:
    match = pattern.match(line)
    assert match is not None, "the run was made of lines that match"
    return match


def _last_run(lines: Sequence[str], pattern: re.Pattern[str]) -> range | None:
    """The last unbroken run of lines that match."""
    stop = next((i + 1 for i in reversed(range(len(lines))) if pattern.match(lines[i])), None)
    if stop is None:
        return None
    start = stop
    while start and pattern.match(lines[start - 1]):
        start -= 1
    return range(start, stop)


def _are_options(options: Options, before: Sequence[str]) -> bool:
    distinct = len({text.casefold() for text in options.texts}) == len(options.texts)
    if not distinct or any(len(text) > _MAX_OPTION_CHARS for text in options.texts):
        return False
    if options.signs:
        return options.signs == tuple("ABCDEFGHIJ"[: len(options.signs)])
    asked = next((line for line in reversed(before) if line.strip()), "")
    return _ASKS.search(asked) is not None


def _words(text: str) -> str:
    """Words in lower case between single spaces, one at either end, so that `in` compares whole words."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
