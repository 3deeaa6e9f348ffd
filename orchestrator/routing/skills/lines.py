"""How a text is laid out: what a line says on its own, and the headings that it stands under.

An item of a list, a row of a table, a heading and a line like "From: Ann" are read alone; lines of prose go on in the next.
A heading says nothing alone: it is of the text under it, down to the next one of its rank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from orchestrator.routing.skills.overlap import content

_SHORT_LINE = 60
_LONGEST_HEADING = 120
_ITEM = r"(?:[-*•+]|\d{1,3}[.)])\s+\S"
_KEY = r"[*_]{0,2}[A-Z][\w/&()' -]{0,30}[*_]{0,2}:[*_]{0,2}(?=\s|$)"
_OPENS_A_LINE = re.compile(rf"\s*(?:#{{1,6}}\s|{_ITEM}|\||{_KEY})")
_IS_ITEM = re.compile(rf"\s*(?:{_ITEM}|\|)")
_FIELD = re.compile(_KEY)
_RULE = re.compile(r"\s*(?:[|:\s-]*-{3,}[|:\s-]*|={3,}|\*{3,}|_{3,})\s*")
_ENDS = re.compile(r"[.!?:;,。！？…][\"'”’)\]]*\s*$")
_MARKED = re.compile(r"(#{1,6})\s+\S")
_BOLD = re.compile(r"(?:\*\*|__)[^*_]+(?:\*\*|__):?")
# "2.1.0 (2025-02-11)", "v3.0 - March 2026": over what changed in it.
_RELEASE = re.compile(r"(?:v|version |release )?\d+\.\d+(?:\.\d+)*(?:[ \t]*[-–—(,:][^\n]{0,30})?", re.I)
_COLON = re.compile(rf"(?:[-*•+]\s+)?[^.!?|]{{2,{_LONGEST_HEADING}}}:(?:\*\*)?")
_ASKS = re.compile(r"(?:\S+\s+){2,}\S+\?[*_]*")
_BELOW_MARKED, _OVER_ITEMS, _ASKED, _OF_TABLE = 7, 8, 9, 10
# "Ann,41,Paris": in prose a space follows a comma, but in numbers.
_CSV = re.compile(r"(?=.*(?:[^\d\s],|,[^\d\s]))[^\s,][^,\n]*(?:,(?![ \t])[^,\n]*)+")
# What the fields in the head of a letter or of minutes tell, in the words that a question has for it.
_FIELDS = [
    (re.compile(rf"^[*_>\s]*(?:{name})[*_]*:", re.I | re.M), content(words))
    for name, words in (
        ("from|sender|author", "sender send sent author write wrote email mail letter message"),
        ("to|cc|recipients?", "recipient addressee receive get send sent email mail letter message"),
        ("date|sent", "date day send sent write wrote email mail letter message"),
        ("subject|re", "subject topic email mail letter message"),
        ("apologies(?: for absence)?|regrets", "absent missing away excused apologise"),
    )
]


def opens_a_line(text: str) -> bool:
    """Whether a line beginning so goes on from no line before it."""
    return _OPENS_A_LINE.match(text) is not None or is_row(text) or _RELEASE.fullmatch(text) is not None


def is_row(line: str) -> bool:
    """Whether it is a row of a table, or of values between commas."""
    return line.startswith("|") or (_CSV.fullmatch(line) is not None and not _ENDS.search(line))


def blocks(text: str) -> Iterator[str]:
    """The text in lines that stand alone and in paragraphs of prose."""
    held: list[str] = []
    for line in text.split("\n"):
        if not line.strip() or _RULE.fullmatch(line):
            is_new, line = True, ""
        else:
            is_new = bool(held) and (opens_a_line(line) or not _goes_on(held[-1], line))
        if is_new and held:
            yield "\n".join(held)
            held = []
        if line:
            held.append(line)
    if held:
        yield "\n".join(held)


def _goes_on(before: str, line: str) -> bool:
    """Whether a line without a mark goes on in the sentence of the line before."""
    if _MARKED.match(before.lstrip()) or before.lstrip().startswith("|") or is_row(before):
        return False
    is_continued = line[0].isspace() or not line.lstrip()[0].isupper()
    if is_continued:
        return True
    return len(before) >= _SHORT_LINE and not (opens_a_line(before) and _ENDS.search(before))


def rank(part: str) -> int:
    """That of a heading, 1 the highest; 0 for what is none."""
    if marked := _MARKED.match(part):
        return len(marked[1])
    if len(part) > _LONGEST_HEADING:
        return 0
    if _BOLD.fullmatch(part) or _RELEASE.fullmatch(part):
        return _BELOW_MARKED
    if _COLON.fullmatch(part):
        return _OVER_ITEMS
    return _ASKED if _ASKS.fullmatch(part) else 0


def plain_heading(part: str) -> str:
    """A heading without its number signs; any other text as it is."""
    return part.lstrip("#").strip() if _MARKED.match(part) else part


def field_of(part: str) -> frozenset[str]:
    """The words of the field that a line like "Attendees: Ann, Bob" fills; none of any other."""
    key = _FIELD.match(part)
    return content(key[0]) if key else frozenset()


def without_field(text: str) -> str:
    return _FIELD.sub("", text)


def headings(parts: Sequence[str]) -> list[tuple[str, ...]]:
    """For each part the headings that it stands under, the highest first. Of a table the first row is one."""
    found: list[tuple[str, ...]] = []
    trail: list[tuple[int, str]] = []
    before = ""
    for part in parts:
        own, begins_table = rank(part), _begins_table(part, before)
        if own:
            trail = [each for each in trail if each[0] < own]
        else:
            trail = [each for each in trail if _holds_for(each, part, before)]
        found.append(tuple(text for _, text in trail))
        if own or begins_table:
            trail.append((own or _OF_TABLE, part))
        before = part
    return found


def _begins_table(part: str, before: str) -> bool:
    """Whether it is the first row of a table; of values between commas only one without a number names the columns."""
    if not is_row(part) or is_row(before):
        return False
    return part.startswith("|") or not any(map(str.isdigit, part))


def _holds_for(heading: tuple[int, str], part: str, before: str) -> bool:
    level, text = heading
    if level == _OF_TABLE:
        return is_row(part)
    # "We need:" is over the items that follow, or over one line.
    return level != _OVER_ITEMS or before == text or _IS_ITEM.match(part) is not None


def means(text: str) -> frozenset[str]:
    """The words that ask for the fields of a letter which the text has: "From: Ann" tells who wrote it."""
    return frozenset().union(*(words for field, words in _FIELDS if field.search(text)))
