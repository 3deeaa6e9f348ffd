"""Personal data and secrets are taken out of text before it leaves the machine.

Finds what has a form: e-mail addresses, telephone numbers, US social security numbers, numbers of passports and other papers, dates of birth, payment cards, IBANs, IP
addresses, private keys, JSON web tokens, keys and tokens of known makers, and values that the text itself calls a password, key or token.
Where a form has a check digit or a numbering plan, it must hold. Names, addresses and what has no form are not found. The forms
are in `redaction_forms`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import phonenumbers

from orchestrator.cloud.redaction_forms import ABROAD, FORMS, IBAN, MINUS, PHONE, Kind, iban_end


@dataclass(frozen=True, slots=True)
class Redacted:
    """`found` counts by kind; what was found is nowhere kept."""

    text: str
    found: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class Redactor:
    """`phone_region` is where a telephone number without a country code is taken to be from."""

    phone_region: str = "US"

    def redact(self, text: str) -> Redacted:
        """Slow for long text (up to 4 s a 100,000 characters measured): not for the event loop."""
        folded, places = _folded(text)
        found = ((places[start], places[stop - 1] + 1, kind) for start, stop, kind in self._spans(folded))
        spans = _without_overlaps(found)
        pieces, end = [], 0
        for start, stop, kind in spans:
            pieces += [text[end:start], f"[{kind.upper()}_REDACTED]"]
            end = stop
        pieces.append(text[end:])
        return Redacted("".join(pieces), dict(Counter(kind for _, _, kind in spans)))

    def _spans(self, text: str) -> Iterator[tuple[int, int, Kind]]:
        for kind, pattern, group, holds in FORMS:
            for match in pattern.finditer(text):
                if match[group] and holds(match[group]):
                    yield *match.span(group), kind
        for match in IBAN.finditer(text):
            if end := iban_end(match[0]):
                yield match.start(), match.start() + end, "iban"
        yield from self._phones(text)

    def _phones(self, text: str) -> Iterator[tuple[int, int, Kind]]:
        # The library's own search is quadratic in long runs of digits, so it only sees what may be a number.
        at = 0
        while match := PHONE.search(text, at):
            # What may be a number may be two, the second cut off by its end: they are looked for one by one.
            number = self._number(match[0])
            if number is None:
                at = max(match[0].rfind("/"), match[0].rfind("("))  # where another may begin
                at = match.start() + at if at > 0 else match.end()
                continue
            start, at = match.start() + number[0], match.start() + number[1]
            if not text[match.start() : start].endswith("."):  # the decimals of a number
                yield start, at, "phone"

    def _number(self, text: str) -> tuple[int, int] | None:
        """Where the first number of it is."""
        found = next(iter(phonenumbers.PhoneNumberMatcher(text, self.phone_region)), None)
        if found is None and (dialled := ABROAD.match(text)):
            # The sign that every country dials in its own way.
            cut = dialled.end() - 1
            found = next(iter(phonenumbers.PhoneNumberMatcher("+" + text[dialled.end() :], None)), None)
            return (0, found.end + cut) if found is not None and found.start == 0 else None
        return None if found is None else (found.start, found.end)


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text as its forms are known, and where each character of it stands in the text as it is.

    Full-width digits become plain ones, dashes `-` and odd spaces plain ones; characters without width are left out.
    """
    if text.isascii():
        return text, range(len(text))
    chars, places = [], []
    for place, char in enumerate(text):
        category = "" if char.isascii() else unicodedata.category(char)
        if category == "Cf":
            continue
        plain = unicodedata.normalize("NFKC", char) if category else char
        chars.append(
            "-"
            if category == "Pd" or char == MINUS
            else " "
            if category == "Zs"
            else plain
            if len(plain) == 1
            else char
        )
        places.append(place)
    return "".join(chars), places


def _without_overlaps(spans: Iterator[tuple[int, int, Kind]]) -> list[tuple[int, int, Kind]]:
    """In order of place. Of two that overlap the one that begins first swallows the other, at its kind."""
    kept: list[tuple[int, int, Kind]] = []
    for start, stop, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if kept and start < kept[-1][1]:
            first, end, named = kept[-1]
            kept[-1] = (first, max(end, stop), named)
        else:
            kept.append((start, stop, kind))
    return kept
