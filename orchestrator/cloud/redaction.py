"""Personal data and secrets are taken out of text before it leaves the machine.

Finds what has a form: e-mail addresses, telephone numbers, US social security numbers, payment cards, IBANs, IP addresses, private keys,
JSON web tokens, keys and tokens of known makers, and values that the text itself calls a password, key or token.
Where a form has a check digit or a numbering plan, it must hold. Names, addresses and what has no form are not found.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import phonenumbers
from stdnum import iban, luhn

Kind = str


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
        """Slow for long text (0.2 s a 100,000 characters of digits at worst measured): not for the event loop."""
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
        for kind, pattern, group, holds in (*_SECRETS, *_PERSONAL):
            for match in pattern.finditer(text):
                if match[group] and holds(match[group]):
                    yield *match.span(group), kind
        yield from self._phones(text)

    def _phones(self, text: str) -> Iterator[tuple[int, int, Kind]]:
        # The library's own search is quadratic in long runs of digits, so it only sees what may be a number.
        for match in _PHONE.finditer(text):
            for number in phonenumbers.PhoneNumberMatcher(match[0], self.phone_region):
                if not match[0][: number.start].endswith("."):  # the decimals of a number
                    yield match.start() + number.start, match.start() + number.end, "phone"


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
            "-" if category == "Pd" else " " if category == "Zs" else plain if len(plain) == 1 else char
        )
        places.append(place)
    return "".join(chars), places


def _always(_: str) -> bool:
    return True


def _is_card(text: str) -> bool:
    digits = re.sub(r"[ .-]", "", text)
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and luhn.is_valid(digits)


def _is_ip(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    # `a::b` is an address, but rather C++.
    looks_real = "." in text or (len(text) >= 6 and bool(re.search(r"\d", text)))
    return looks_real and not (address.is_loopback or address.is_unspecified)


def _is_secret_value(text: str) -> bool:
    """Not a word of prose, and not code that computes the value."""
    return bool(re.search(r"\d", text)) and _is_no_code(text)


def _is_no_code(text: str) -> bool:
    """Neither a call nor the name of a type or of nothing, as in `password: str`."""
    return not re.match(r"[A-Za-z_][\w.]*[(\[]", text) and text.lower().rstrip(".") not in _NO_VALUES


def _is_set_value(text: str) -> bool:
    """Not a short number either: `max_tokens: 4096`."""
    return _is_no_code(text) and not (text.isdecimal() and len(text) < 6)


def _is_no_prose(text: str) -> bool:
    return text.lower() not in _SAID_OF_SECRETS and _is_no_code(text)


_NO_VALUES = frozenset(
    [
        "str",
        "string",
        "text",
        "bytes",
        "int",
        "number",
        "bool",
        "none",
        "null",
        "nil",
        "true",
        "false",
        "undefined",
        "any",
        "object",
        "optional",
        "required",
    ]
)
_SAID_OF_SECRETS = frozenset(
    [
        "wrong",
        "right",
        "correct",
        "incorrect",
        "invalid",
        "valid",
        "required",
        "optional",
        "missing",
        "empty",
        "blank",
        "weak",
        "strong",
        "short",
        "long",
        "secret",
        "public",
        "private",
        "expired",
        "revoked",
        "unknown",
        "known",
        "lost",
        "stolen",
        "leaked",
        "forgotten",
        "fine",
        "good",
        "bad",
        "okay",
        "there",
        "here",
        "stored",
        "hashed",
        "salted",
        "encrypted",
        "set",
        "unset",
        "used",
        "unused",
        "case-sensitive",
        "sensitive",
        "rejected",
        "accepted",
        "refused",
        "denied",
        "changed",
    ]
)


# What is taken out is the value, not its name.
_NAMED = (
    r"(?i:(?:api[ _-]?key|secret(?:[ _-]?(?:access)?[ _-]?key)?|access[ _-]?key|passwor[dt]|passphrase|passwd|pwd|token"
    r"|client[ _-]?secret)[\w-]{0,20}[\"']?\s{0,3})"
)
_SET = _NAMED + r"(?::=|[:=])\s{0,3}"
_TIGHT = _NAMED + r"(?::=|[:=])"
# A word that ends its clause: "my password is hunter", but not "the token is generated by the server".
_LAST_WORD = r"([^\s\"',;.!?]{4,})(?=[.,;!?]?(?:\s*$|\s*\n|[.,;!?]\s))"
_SAID = _NAMED + r"\b(?:is|was)\b:?\s{1,3}"
_KEY_MAKERS = "|".join(
    (
        r"sk-[A-Za-z0-9_-]{16,}",  # OpenAI, Anthropic, OpenRouter, DeepSeek
        r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}",  # Stripe
        r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}",
        r"glpat-[A-Za-z0-9_-]{16,}",
        r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"AIza[A-Za-z0-9_-]{35}",
        r"hf_[A-Za-z0-9]{30,}",
        r"npm_[A-Za-z0-9]{36}",
        r"pypi-[A-Za-z0-9_-]{30,}",
        r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,}",
        r"ya29\.[A-Za-z0-9_-]{20,}",
    )
)

_PHONE = re.compile(r"(?<!\w)[+(]?\d[\d ().\-/]{5,22}\d(?![\w:])")

Form = tuple[Kind, re.Pattern[str], int, Callable[[str], bool]]

# kind, form, the group that is taken out, and what must hold for it. What may fail after a repetition has a bound
# on it, so that no input makes the search quadratic.
_SECRETS: tuple[Form, ...] = (
    (
        "private_key",
        re.compile(
            r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
            r"(?:[^-]|-(?!----END)){0,20000}(?:-----END [A-Z0-9 ]{0,40}-----)?"
        ),
        0,
        _always,
    ),
    ("jwt", re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{8,1000}\.[\w-]{8,}(?:\.[\w-]*)?"), 0, _always),
    ("api_key", re.compile(rf"(?<![A-Za-z0-9])(?:{_KEY_MAKERS})"), 0, _always),
    ("aws_key", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])"), 0, _always),
    ("credential", re.compile(rf"(?:{_SET}|{_SAID})" + r"\"([^\"\n]{4,500})\""), 1, _always),
    ("credential", re.compile(rf"(?:{_SET}|{_SAID})" + r"'([^'\n]{4,500})'"), 1, _always),
    ("credential", re.compile(_TIGHT + r"[\"']?([^\s\"',;]{4,})"), 1, _is_set_value),
    ("credential", re.compile(_SET + r"[\"']?([^\s\"',;]{6,})"), 1, _is_secret_value),
    ("credential", re.compile(_SET + _LAST_WORD), 1, _is_set_value),
    ("credential", re.compile(_SAID + r"[\"']?([^\s\"',;]{6,})"), 1, _is_secret_value),
    ("credential", re.compile(_SAID + _LAST_WORD), 1, _is_no_prose),
    ("credential", re.compile(r"(?i)\b(?:bearer|basic)\s{1,3}([\w.~+/=-]{16,})"), 1, _is_secret_value),
    ("credential", re.compile(r"://[^\s:/@]{0,100}:([^\s/@]{1,200})@"), 1, _always),
)
_PERSONAL: tuple[Form, ...] = (
    (
        "email",
        re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"),
        0,
        _always,
    ),
    (
        "iban",
        re.compile(r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?\b"),
        0,
        iban.is_valid,
    ),
    ("ssn", re.compile(r"(?<![\d-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])"), 0, _always),
    ("card", re.compile(r"(?<![\d.])(?:\d(?:[ -]?\d){12,18}|\d{4}(?:\.\d{4}){3})(?!\d)"), 0, _is_card),
    ("ip", re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)"), 0, _is_ip),
    ("ip", re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"), 0, _is_ip),
)


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
