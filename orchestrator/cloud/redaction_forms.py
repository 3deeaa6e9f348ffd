"""The forms by which personal data and secrets are known in text, for `redaction`."""

from __future__ import annotations

import binascii
import ipaddress
import re
from collections.abc import Callable

from stdnum import iban, luhn

Kind = str
MINUS = "\u2212"


def _always(_: str) -> bool:
    return True


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and luhn.is_valid(digits)


def _is_makers_card(text: str) -> bool:
    """Also of a known maker, as numbers in columns, years and shares come in the same form."""
    return _is_card(text) and bool(re.match(r"4|5[0-8]|6|3[47]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", text))


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


def _is_random(text: str) -> bool:
    """Made by a machine: letters and digits, and no words joined by dashes."""
    digits = len(re.findall(r"\d", text))
    cases = bool(re.search(r"[a-z]", text)) + bool(re.search(r"[A-Z]", text))
    joined = bool(re.search(r"[A-Za-z]{3,}[_-][A-Za-z]{3,}", text))
    return bool(digits and cases and (digits >= 4 or cases == 2) and not joined)


def _is_login(text: str) -> bool:
    """`user:password` in base64, or as good as made by a machine."""
    if _is_random(text):
        return True
    try:
        return b":" in binascii.a2b_base64(text)
    except binascii.Error:
        return False


def _is_cookie(text: str) -> bool:
    """One of the values is long enough to stand for a person, and is no attribute of the cookie."""
    values = (pair.rsplit("=", 1) for pair in text.split(";"))
    named = ((name.strip().lower() if value else "", value[0] if value else name) for name, *value in values)
    return any(
        name not in _COOKIE_ATTRIBUTES and (len(value) >= 16 or (len(value) >= 8 and re.search(r"\d", value)))
        for name, value in named
    )


def _is_made_up(text: str) -> bool:
    """A word with letters and digits, not the name of a method, a version or a length."""
    word = text.lower().rstrip(".")
    is_mixed = bool(re.search(r"\d", word) and re.search(r"[a-z]", word))
    return is_mixed and not _METHODS.fullmatch(word) and _is_no_code(text)


def _is_put(text: str) -> bool:
    """Put as a password: a word with letters and digits, or digits that are no year and no length."""
    return _is_made_up(text) or (len(text.rstrip(".!")) >= 6 and text.rstrip(".!").isdecimal())


def _is_key(text: str) -> bool:
    """Letters and digits, but no names joined by dashes or dots, and no word with a number behind it."""
    word = text.rstrip(".=")
    parts = re.split(r"[._-]", word)
    is_joined = len(parts) > 1 and any(re.fullmatch(r"[A-Z]?[a-z]{2,}", part) for part in parts)
    return _is_made_up(word) and not is_joined and not re.fullmatch(r"[A-Za-z][a-z]*\d{1,4}", word)


def _is_element(text: str) -> bool:
    """What an element holds, not what a schema says of it."""
    return _is_no_prose(text.strip())


def _is_bearer(text: str) -> bool:
    """Letters and digits, or as many digits as no date has."""
    return _is_made_up(text) or bool(re.search(r"\d{10}", text))


def _is_passphrase(text: str) -> bool:
    """Set with a colon or `=`: not what is demanded of a password, as in `password: must be long`."""
    return text.split()[0].lower() not in _OF_PASSWORDS


def _is_said_passphrase(text: str) -> bool:
    """Words without one that only joins others: such a sentence tells something of the password."""
    return _JOINING.isdisjoint(text.lower().split())


def _is_passport(text: str) -> bool:
    return len(re.findall(r"\d", text)) >= 6


def _is_numbered(text: str) -> bool:
    """A number on a paper, and no year."""
    return len(re.findall(r"\d", text)) >= 5


def iban_end(text: str) -> int:
    """Where the IBAN ends that these groups begin with: words behind it look like more of them. 0 where there is none."""
    ends = [match.end() for match in re.finditer(r"[A-Za-z0-9]+", text)]
    return next((end for end in reversed(ends) if iban.is_valid(text[:end])), 0)


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
_METHODS = re.compile(
    r"(?:(?:sha|md|base|rsa|aes|utf|oauth|argon|pbkdf|win|windows|python|http|ipv|tls|sso|web|log|v|bcrypt|scrypt|level|rule|step|part|no"
    r"|version|rfc|iso|pkcs|ntlmv|wpa|fido|chapter|section|page|figure|table|keepass)-?\d{1,4}[a-z]{0,3}|ed25519|cve-\d{4}-\d{4,6}"
    r"|\d{1,3}(?:fa|st|nd|rd|th|x|bits?|kb|am|pm|h|s|min|chars?|characters?|letters?|digits?|words?|days?|hours?|minutes?|months?)"
    r"|1password)(?:-[a-z]+)*|\d{1,3}-\w+|p\d{1,2}"
)
_OF_PASSWORDS = frozenset(
    [
        "must",
        "should",
        "is",
        "are",
        "was",
        "can",
        "cannot",
        "click",
        "enter",
        "choose",
        "minimum",
        "maximum",
        "min",
        "max",
        "how",
        "what",
        "why",
        "please",
        "you",
        "your",
        "it",
        "use",
        "required",
        "optional",
        "reset",
        "never",
        "forgot",
        "not",
        "at",
        "least",
        "any",
        "see",
        *(
            "debe",
            "deberá",
            "tiene",
            "doit",
            "devrait",
            "deve",
            "moet",
            "muss",
            "soll",
            "sollte",
            "darf",
            "måste",
        ),
        *(
            "skal",
            "musi",
            "ist",
            "est",
            "es",
            "mindestens",
            "minimum",
            "mínimo",
            "obligatoire",
            "obligatorio",
        ),
        *(
            "oublié",
            "olvidada",
            "vergessen",
            "falsch",
            "nicht",
            "non",
            "no",
            "ne",
            "incorrecta",
            "zurücksetzen",
        ),
    ]
)
_JOINING = frozenset(
    [
        "the",
        "a",
        "an",
        "in",
        "on",
        "at",
        "to",
        "by",
        "of",
        "for",
        "and",
        "or",
        "but",
        "not",
        "too",
        "very",
        "because",
        "so",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "its",
        "that",
        "this",
        "which",
        "with",
        "from",
        "than",
        "then",
        "if",
        "when",
        "i",
        "we",
        "you",
        "they",
        "my",
        "your",
        "no",
        "longer",
        "still",
        "already",
        "never",
        "always",
        "only",
        "being",
        "also",
        "just",
        "about",
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


# "Password" in the languages of Europe, and what keys and codes are called there. Accents may stand as signs of their own.
_ABROAD = (
    r"contrase(?:ñ|n\u0303?)a|clave[ _-](?:de acceso|secreta|api)|mots? de passe|cl(?:é|e\u0301?)[ _-]?(?:api|secr(?:è|e\u0300?)te)"
    r"|senha|palavra[ _-]passe|parola d['\u2019]ordine|parol(?:ă|a\u0306)|wachtwoord|toegangscode|zugangscode|api[ _-]?schl(?:ü|u\u0308)ssel"
    r"|has(?:ł|l)o\b|heslo|geslo|lozinka|jelsz(?:ó|o\u0301?)|l(?:ö|o\u0308?)senord|passord|adgangskode|kodeord|salasana|(?:ş|s\u0327?)ifre"
    r"|парол[ьа]|лозинка|κωδικ(?:ό|ο\u0301)ς πρ(?:ό|ο\u0301)σβασης"
)
_IS_ABROAD = r"(?i:\b(?:ist|war|es|era|est|était|é|è|jest|är)\b:?\s{1,3})"
_COOKIE_ATTRIBUTES = frozenset({"path", "domain", "expires", "max-age", "samesite", "priority", "version"})
_COOKIE_VALUE = r"[^\s;,\"'=]{1,4096}={0,2}"
# Those that no attribute in code is called: `x @ w.T` is a product.
_MAIL_ENDS = (
    r"(?:com|org|net|edu|gov|info|biz|io|dev|ai|eu|de|at|ch|fr|es|it|nl|be|pl|pt|se|no|dk|fi|cz|ie|gr|ro|hu|ru|ua"
    r"|(?:co|ac|org)\.uk|us|ca|mx|(?:com|co)\.[a-z]{2}|br|ar|cn|jp|kr)"
)
# What is taken out is the value, not its name.
_NAMED = (
    r"(?i:(?:api[ _-]?key|secret(?:[ _-]?(?:access)?[ _-]?key)?|access[ _-]?key|passwor[dt]|passphrase|passcode|kennwort|passwd|pwd|token"
    rf"|client[ _-]?secret|{_ABROAD})[\w-]{{0,20}}[\"']?\s{{0,3}})"
)
_SET = _NAMED + r"(?::=|[:=])\s{0,3}"
_TIGHT = _NAMED + r"(?::=|[:=])"
# A word that ends its clause: "my password is hunter", but not "the token is generated by the server".
_LAST_WORD = r"([^\s\"',;.!?]{3,})(?=[.,;!?]?(?:\s*$|\s*\n|[.,;!?]\s))"
_SAID = _NAMED + r"\b(?:is|was)\b:?\s{1,3}"
_SPOKEN = rf"(?i:(?<![A-Za-z])(?:passwor[dt]|pass[ _-]?phrase|pass[ _-]?code|kennwort|passwd|pwd|pw(?![A-Za-z])|{_ABROAD})s?)"
_OF = r"\s{1,3}(?:for|to|of|on|at|in)(?:\s{1,3}[\w.'@-]{1,30}){1,6}?\s{1,3}(?:is|was)\b:?\s{1,3}"
_WORDS = r"[^\s\"',;.!?()\[\]{}<>=:|]{2,30}"
_CLAUSE_END = r"(?=[.,;!?]?(?:\s*$|\s*\n|[.,;!?]\s))"
# A value that is no word, up to where it may be code, and what may stand between it and the word "password": signs that end
# no sentence, or words that put it there.
_PUT = (
    r"([^\s\"'`\u2018-\u201f,;:=()<>|\[\]{}*\u2192\u21d2~-][^\s\"'`\u2018-\u201f,;:=()<>|\[\]{}]{3,}+[(\[]?)"
)
_QUOTE = r"[\"'`\u2018-\u201f*]{0,3}"
_SIGNS = r"[^\w\n.!?;)]{1,8}?"
_WHOSE = r"(?:\s{1,3}(?:for|of|on|at|in)(?:\s{1,3}[\w.'@-]{1,30}){1,4}?)?"
_PUTS = (
    r"(?i:['\u2019]s|\s{1,3}(?:(?:is|was|gets|got|be|been)\s{1,3})?(?:(?:set|changed|reset|updated|renamed|switched|back|now|still|just"
    r"|equal)\s{1,3})?(?:to|into|equals|reads|is|was|namely|called|being|becomes|lautet|auf|(?:should|will|shall|must|would|can|may|has|had)\s{1,3}"
    r"(?:now\s{1,3})?(?:be|been))):?\s{1,3}"
)
# "hunter2 is my password": what is said of a password manager or a password hash is something else.
_ENDS_THERE = r"(?=s?[\"'*]{0,2}\s{0,3}(?:$|[.,;:!?)\n]|\b(?:for|to|on|at|in|of|and|but|so|please|here|there|now|everywhere|because|when|since|while|again)\b))"
# "Key" by itself or at the end of a name, but no monkey.
_KEY = (
    r"(?:(?i:(?<![A-Za-z])keys?)|(?<=[a-z])Keys?"
    r"|(?i:(?:account|shared|access|private|primary|secondary|encryption|master|signing|licen[cs]e|product|host|session)keys?))"
)
_KEY_VALUE = r"[\"'`]?([^\s\"'`,;:()<>\[\]{}|]{8,}+[(\[]?)"
# What lets one in by digits alone, and no status, postal or country code.
_CODES = (
    r"(?:pins?|puk|atm|otp|2fa|mfa|pass[ _-]?codes?|(?:sim|alarm|door|gate|safe|lock|padlock|locker|vault|garage|security|access|entry|key|unlock"
    r"|phone|card|backup|verification|confirmation|login)[ -]?(?:codes?|combinations?|pins?))"
)
_CODE_OF = r"(?:\s{1,3}(?:for|of|on|to)(?:\s{1,3}[\w'-]{1,30}){1,4}?)"
_OPENED = r"(?:alarm|safe|vault|door|gate|garage|padlock|locker|lock|suitcase|keypad|phone|sim)"
# Four numbers with dots are a version too, where the text calls them that.
_VERSION = (
    "version",
    "versions",
    "version:",
    "version =",
    "version is",
    "version was",
    "version number",
    "ver",
    "ver.",
    "firmware",
    "build",
    "v",
)
_NO_VERSION = (
    "(?i:" + "".join(rf"(?<!\b{re.escape(word)} )" for word in _VERSION) + r"(?<!\bversion=)(?<!\bv))"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez)[a-z]{0,6}\.?"
_BORN_YEAR = r"(?:19\d\d|20[0-2]\d)"
_BIRTH = (
    rf"(?:{_DAY}(?:st|nd|rd|th|\.)?(?:\s{{1,2}}of)?\s{{1,2}}{_MONTH},?\s{{1,2}}{_BORN_YEAR}"
    rf"|{_MONTH}\s{{1,2}}{_DAY}(?:st|nd|rd|th)?,?\s{{1,2}}{_BORN_YEAR}"
    rf"|\d{{1,2}}([./-])\s?\d{{1,2}}\2\s?(?:{_BORN_YEAR}|\d\d)|{_BORN_YEAR}-\d{{2}}-\d{{2}})(?!\w)"
)
_ACCOUNT = r"(?:log-?in|sign-?in|user ?name|user|creds|credentials?|vpn|wi-?fi|wlan|router|server|database|admin|root|account)"
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
        r"do[opr]_v1_[A-Za-z0-9]{16,}",  # DigitalOcean
        r"(?i:AGE-SECRET-KEY-1)[A-Za-z0-9]{16,}",
        r"shp(?:at|ca|pa|ss)_[A-Za-z0-9]{16,}",
        r"(?:gsk|xai|pplx|nvapi|tskey|dckr_pat|glsa|r8|rpa|xapp|sntrys|ATATT3x)[_-]?[A-Za-z0-9_=-]{24,}",
    )
)

PHONE = re.compile(r"(?<!\w)[+(]?\d[\d ().\-/]{5,22}\d(?![\w:])")

ABROAD = re.compile(r"\(?(?:00|011[ .-]?)(?=[1-9])")

IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]{4}){2,7}(?:[ .-]?[A-Za-z0-9]{1,3})?\b")

Form = tuple[Kind, re.Pattern[str], int, Callable[[str], bool]]

# kind, form, the group that is taken out, and what must hold for it. What may fail after a repetition has a bound
# on it, so that no input makes the search quadratic.
FORMS: tuple[Form, ...] = (
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
    # Only values that are no words: what else is said of a password is known for English alone.
    (
        "credential",
        re.compile(_SPOKEN + r"\s{1,3}" + _IS_ABROAD + r"[\"']?([^\s\"',;]{6,})"),
        1,
        _is_secret_value,
    ),
    (
        "credential",
        re.compile(
            rf"{_SPOKEN}[\"']?\s{{0,3}}(?::=|[:=])\s{{0,3}}({_WORDS}(?: {_WORDS}){{1,9}}){_CLAUSE_END}"
        ),
        1,
        _is_passphrase,
    ),
    (
        "credential",
        re.compile(
            rf"{_SPOKEN}(?:\s{{1,3}}(?:is|was)\b:?\s{{1,3}}|{_OF})({_WORDS}(?: {_WORDS}){{2,9}}){_CLAUSE_END}"
        ),
        1,
        _is_said_passphrase,
    ),
    ("credential", re.compile(rf"{_SPOKEN}{_OF}" + r"[\"']?([^\s\"',;]{6,})"), 1, _is_secret_value),
    ("credential", re.compile(rf"{_SPOKEN}{_OF}{_LAST_WORD}"), 1, _is_no_prose),
    ("credential", re.compile(_SPOKEN + _SIGNS + _PUT), 1, _is_made_up),
    ("credential", re.compile(_SPOKEN + _WHOSE + _PUTS + _QUOTE + _PUT), 1, _is_put),
    (
        "credential",  # the old one, and the new one behind it
        re.compile(
            rf"{_SPOKEN}{_WHOSE}(?i:\s{{1,3}}from\s{{1,3}}){_QUOTE}{_PUT}(?i:{_QUOTE}\s{{1,3}}(?:in)?to\s)"
        ),
        1,
        _is_put,
    ),
    (
        "credential",
        re.compile(
            rf"{_SPOKEN}{_WHOSE}(?i:\s{{1,3}}from\s{{1,3}}\S{{1,80}}\s{{1,3}}(?:in)?to\s{{1,3}}){_QUOTE}{_PUT}"
        ),
        1,
        _is_put,
    ),
    (
        "credential",
        re.compile(_SPOKEN + r"[\"']?\s{0,3}(?:={1,3}>|={2,3})\s{0,3}[\"']([^\"'\n:|]{4,500})[\"']"),
        1,
        _is_element,
    ),
    (
        "credential",
        re.compile(
            r"(?<![^\s\"'`(*])([^\s\"'`,;:=()<>|\[\]{}*]{4,128}+)[\"'`*]{0,2}(?i:\s{1,3}(?:is|was|as|being|be|for)(?:\s{1,3}[A-Za-z-]{1,20}){0,5}?\s{1,3})"
            + _SPOKEN
            + _ENDS_THERE
        ),
        1,
        _is_made_up,
    ),
    (
        "credential",
        re.compile(
            rf"<[\w:.-]{{0,40}}?(?:{_SPOKEN}|(?i:api[_-]?key|secret|token))[\w.-]{{0,20}}(?:\s[^<>]{{0,200}})?>"
            r"(?:<!\[CDATA\[)?([^<>]{3,500}?)(?:\]\]>)?</"
        ),
        1,
        _is_element,
    ),
    (
        "credential",
        re.compile(
            _KEY
            + r"[\"']?(?:\s{0,3}(?::=|:|={1,3}>?)\s{0,3}|\s{1,3}-{1,2}>\s{0,3}|\s{0,3}[(<>\u2192]\s{0,3}|['\u2019]s\s{1,3}|\s{1,3}(?i:is|was|equals|to)\b:?\s{1,3})"
            + _KEY_VALUE
        ),
        1,
        _is_key,
    ),
    (
        "credential",  # of an address without its scheme
        re.compile(
            r"(?<![\w.+:/@-])[A-Za-z_][\w.+-]{0,63}:([^\s/\"'<>]{3,128})@(?!sha\d)(?:(?:\d{1,3}\.){3}\d{1,3}|\[[0-9A-Fa-f:.]{2,45}\]|localhost\b|[\w.-]{1,100}:\d{2,5})(?![\w])"
        ),
        1,
        _is_no_code,
    ),
    (
        "credential",
        re.compile(r"(?i)(?<![A-Za-z])pass\s{0,3}[:=]\s{0,3}[\"']?([^\s\"',;]{4,})"),
        1,
        _is_made_up,
    ),
    (
        "credential",
        re.compile(
            r"(?i)(?<![A-Za-z])(?:pin|pass[ _-]?code|code secret|geheimzahl)(?: code| number)?\s{0,3}(?:is|was|ist|est|es|[:=])?\s{0,3}(\d{4,8})(?!\w|[.-]\d)"
        ),
        1,
        _always,
    ),
    (
        "credential",
        re.compile(
            rf"(?i)(?<![A-Za-z]){_CODES}{_CODE_OF}?(?: number)?\s{{0,3}}(?:\b(?:is|was)\b:?|[:=])\s{{0,3}}(\d(?:[ -]?\d){{3,7}})(?!\w|[.-]\d)"
        ),
        1,
        _always,
    ),
    (
        "credential",
        re.compile(
            rf"(?i)(?<![A-Za-z])(?:code|combination){_CODE_OF}?\s{{1,3}}(?:for|of|on|to)\s{{1,3}}(?:[\w'-]{{1,30}}\s{{1,3}}){{0,2}}{_OPENED}"
            r"\s{0,3}(?:\b(?:is|was)\b:?|[:=])\s{0,3}(\d(?:[ -]?\d){3,7})(?!\w|[.-]\d)"
        ),
        1,
        _always,
    ),
    (
        "credential",
        re.compile(
            rf"(?i)(?<![\w.-])(\d{{4,8}})\s{{1,3}}is\s{{1,3}}(?:(?:my|our|the|his|her)\s{{1,3}})(?:[\w'-]{{1,30}}\s{{1,3}}){{0,2}}{_CODES}\b"
        ),
        1,
        _always,
    ),
    (
        "credential",  # a name and what goes with it: "login: admin / Winter2024!"
        re.compile(
            rf"(?i)(?<![A-Za-z]){_ACCOUNT}(?: (?:account|details|data))?\s{{0,3}}(?:\b(?:is|are)\b:?|[:=])\s{{0,3}}[\"']?[\w.@+-]{{1,64}}[\"']?"
            rf"(?:\s{{1,2}}[/|]\s{{0,2}}|\s{{1,2}}with\s{{1,2}}){_QUOTE}([^\s\"',;:=()<>|\[\]{{}}/]{{5,128}})"
        ),
        1,
        _is_made_up,
    ),
    (
        "credential",
        re.compile(
            r"(?i)(?<![A-Za-z])(?:key|secret|token)\s{0,3}(?:\b(?:is|was)\b:?|:=|[:=]|\s)\s{0,3}[\"']?([A-Za-z0-9+/_=.-]{15,5000}[A-Za-z0-9+/_=-])"
        ),
        1,
        _is_random,
    ),
    (
        "credential",
        re.compile(
            r"(?i)\bauthorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:(?:basic|bearer|token|digest|apikey)\s{1,3})?([^\s\"',;]{6,})"
        ),
        1,
        _is_no_code,
    ),
    (
        "credential",
        re.compile(r"(?<!\S)(?:-u|--user)[ =][\"']?[^\s:\"']{1,64}:([^\s\"']{3,})"),
        1,
        _is_no_code,
    ),
    ("credential", re.compile(r"(?i)\b(?:bearer|basic)\s{1,3}([\w.~+/=-]{16,})"), 1, _is_secret_value),
    (
        "credential",
        re.compile(
            r"(?i)\bbearer(?:\s{0,3}[:=]\s{0,3}|\s{1,3})(?:token\s{0,3}[:=]?\s{0,3})?([\w.~+/=-]{8,})"
        ),
        1,
        _is_bearer,
    ),
    (
        "card",  # the number on its back
        re.compile(
            r"(?i)(?<![A-Za-z])(?:cvv2?|cvc2?|card (?:security|verification) (?:code|number|value)|kartenprüf(?:nummer|ziffer)|prüfziffer"
            r"|cryptogramme(?: visuel)?)(?: code| number)?\s{0,3}(?:is|was|ist|est|es|[:=#])?\s{0,3}(\d{3,4})(?!\w|[.-]\d)"
        ),
        1,
        _always,
    ),
    ("credential", re.compile(r"://[^\s:/@]{0,100}:([^\s/@]{1,200})@"), 1, _always),
    (
        "credential",  # whoever has the address may write there
        re.compile(
            r"(?i)\b(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)"
            r"|discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks|[\w-]{1,63}\.webhook\.office\.com/webhookb2)/([\w/@.-]{8,})"
        ),
        1,
        _always,
    ),
    (
        "credential",
        re.compile(
            r"\b(?:mysql|mariadb)[\w-]{0,20}\b(?:[ \t][^\n|;&]{0,200}?)?[ \t]-p[\"']?([^\s\"'|;&-][^\s\"'|;&]{2,127})"
        ),
        1,
        _is_no_code,
    ),
    (
        "credential",
        re.compile(r"\bsshpass[ \t]{1,3}-p[ \t]{0,3}[\"']?([^\s\"'$][^\s\"']{2,127})"),
        1,
        _is_no_code,
    ),
    (
        "credential",
        re.compile(
            rf"(?i)(?<![A-Za-z])(?:set-)?cookie[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"'`]?[\w.%+-]{{1,100}}=({_COOKIE_VALUE}(?:; ?[\w.%+-]{{1,100}}={_COOKIE_VALUE}){{0,50}})"
        ),
        1,
        _is_cookie,
    ),
    ("credential", re.compile(r"[\"']_?auth[\"']\s{0,3}:\s{0,3}[\"']([\w+/=-]{8,2000})[\"']"), 1, _is_login),
    (
        "credential",
        re.compile(r"(?<!\S)(?:[\w./:-]{0,200}:)?_auth\s{0,3}=\s{0,3}[\"']?([\w+/=-]{8,2000})"),
        1,
        _is_login,
    ),
    (
        "email",
        re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"),
        0,
        _always,
    ),
    (
        "email",  # written so that no programme finds it
        re.compile(
            r"(?i)(?:[\w+-]{1,64}\s{0,2}[(\[{<]\s{0,2}(?:dot|punkt)\s{0,2}[)\]}>]\s{0,2}){0,3}[\w.+-]{1,64}(?:%40|&#64;|&commat;|\s{0,2}[(\[{<]\s{0,2}(?:at|@|ät)\s{0,2}[)\]}>]\s{0,2})"
            r"[\w-]{1,63}(?:(?:\.|\s{0,2}[(\[{<]\s{0,2}(?:dot|punkt)\s{0,2}[)\]}>]\s{0,2}|\s{1,2}dot\s{1,2})[\w-]{1,63}){1,5}"
        ),
        0,
        _always,
    ),
    (
        "email",
        re.compile(
            r"(?i)[\w.+-]{1,64}(?:[ \t]{1,2}@[ \t]{0,2}|@[ \t]{1,2})(?:[\w-]{1,63}\.){1,4}?"
            + _MAIL_ENDS
            + r"(?![\w(\[-]|\.\w)"
        ),
        0,
        _always,
    ),
    (
        "email",
        re.compile(
            r"(?i)(?:[\w+-]{1,64}\s{1,2}dot\s{1,2}){0,3}[\w.+-]{1,64}\s{1,2}at\s{1,2}[\w-]{1,63}(?:\s{1,2}dot\s{1,2}[\w-]{1,63}){0,3}\s{1,2}dot\s{1,2}[a-z]{2,10}\b"
        ),
        0,
        _always,
    ),
    (
        "ssn",  # its label makes up for its form
        re.compile(
            r"(?i)\b(?:ssns?|social security(?: (?:number|no\.?))?)(?:\s{0,3}(?:is|was|number|no\.?|#|[:=]))?\s{0,3}(\d{3}[ .-]?\d{2}[ .-]?\d{4})(?![\w-])"
        ),
        1,
        _always,
    ),
    (
        "ssn",  # its label may stand behind it
        re.compile(
            r"(?i)(?<![\w-])(\d{3}[ .-]?\d{2}[ .-]?\d{4})(?:,|\s{0,3}[(=:-]|\s{1,3}(?:is|was|as|being|for)\b)\s{0,3}"
            r"(?:[\w'\u2019-]{1,30}\s{1,3}){0,4}?(?:ssn|social security)\b"
        ),
        1,
        _always,
    ),
    (
        "passport",
        re.compile(
            r"(?i)\b(?:passports?|passeport|reisepass(?:nummer)?|pasaporte)(?:\s{0,3}(?:number|num|no\.?|nr\.?|id|n°))?\s{0,3}(?:is|was|[:=#])?\s{0,3}([A-Z]{0,3}\d[A-Z0-9]{5,11})(?!\w)"
        ),
        1,
        _is_passport,
    ),
    ("passport", re.compile(r"(?<!\w)[A-Z]{2}\d{9}(?!\w)"), 0, _always),
    (
        "id_number",
        re.compile(
            r"(?i)\b(?:(?:driver'?s?|driving)[ -]licen[cs]e|führerschein|permis de conduire|(?:national |health )?insurance (?:number|no\.?|id)|nhs number"
            r"|(?:identity|id|health|medicare|membership) card|tax (?:id|number|reference)|medicare|medicaid)"
            r"(?:\s{0,3}(?:number|num|no\.?|nr\.?|id|#|nummer))?\s{0,3}(?:\b(?:is|was)\b|[:=#])?\s{0,3}([A-Z]{0,5}\d[A-Z0-9-]{4,17}|[A-Z]{2}(?: ?\d{2}){3} ?[A-Z])(?!\w)"
        ),
        1,
        _is_numbered,
    ),
    (
        "birth_date",
        re.compile(
            rf"(?i)\b(?:born(?:\s{{1,2}}(?:on|in|the)){{0,2}}|date of birth|birth ?dates?|birthday|dob|d\.o\.b\.?|geboren(?:\s{{1,2}}am)?|geburtsdatum|née? le|date de naissance"
            rf"|nacid[oa] el|fecha de nacimiento)\W{{0,3}}(?:(?:is|was|on|ist|est|es)\b:?\s{{1,3}}){{0,2}}({_BIRTH})"
        ),
        1,
        _always,
    ),
    ("ssn", re.compile(r"(?<![\d-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])"), 0, _always),
    ("card", re.compile(r"(?<![\d.])(?:\d(?:[ -]?\d){12,18}|\d{4}(?:\.\d{4}){3})(?!\d)"), 0, _is_card),
    (
        "card",
        re.compile(
            r"(?<![\d.])(?:\d{4}(?:[\s_/.,|:;*+-]{1,3}\d{4}){3}|\d{4}[\s_/.,|:;*+-]{1,3}\d{6}[\s_/.,|:;*+-]{1,3}\d{5}|\d{8}\s{1,3}\d{8})(?!\d)"
        ),
        0,
        _is_makers_card,
    ),
    ("ip", re.compile(r"(?<![\d.])(?=\d)" + _NO_VERSION + r"(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)"), 0, _is_ip),
    ("ip", re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"), 0, _is_ip),
)
