"""Sums in German, French and Spanish: "Hallo, was ist 5 mal 3?", "combien font 2+2 ?", "¿cuánto es 20 entre 4?".

A short table of words. Only whole numbers: `2.500` and `2,5` are other numbers there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_OPERAND: Final = r"\(*-?\d{1,18}\)*"


@dataclass(frozen=True, slots=True)
class _Language:
    """`greeting` may come first, `asking` are the words before a sum, `signs` what stands between its numbers, as words."""

    greeting: str
    asking: str
    signs: dict[str, str]

    @property
    def sum(self) -> re.Pattern[str]:
        sign = "|".join(sorted(map(re.escape, self.signs), key=len, reverse=True))
        return re.compile(
            rf"[¡ ]*(?:(?:{self.greeting})[,.!]* )?[¿ ]*(?:{self.asking}) "
            rf"(?P<sum>{_OPERAND}(?:(?: (?:{sign}) | ?[-+*/] ?){_OPERAND})+)(?P<end>[ ?!.=]*)",
            re.IGNORECASE,
        )


_LANGUAGES: Final = [
    (language, language.sum)
    for language in (
        _Language(
            "hallo|hi|hey|moin|servus|guten (?:tag|morgen|abend)",
            "was (?:ist|sind|macht|ergibt|gibt)|wie ?viel (?:ist|sind|macht|ergibt|gibt)|rechne|berechne",
            {"plus": "+", "minus": "-", "weniger": "-", "mal": "*", "geteilt durch": "/", "durch": "/", "prozent von": "% of"},
        ),
        _Language(
            "bonjour|bonsoir|salut|coucou",
            "combien (?:font|fait|vaut|valent)|que (?:font|fait|vaut)|quel est(?: le résultat de)?|calcule[rz]?",
            {"plus": "+", "moins": "-", "fois": "*", "multiplié par": "*", "divisé par": "/", "divise par": "/", "pour cent de": "% of"},
        ),
        _Language(
            "hola|buenos d[ií]as|buenas(?: tardes| noches)?",
            "cu[aá]ntos? (?:es|son)|qu[eé] (?:es|da)|calcula",
            {"más": "+", "mas": "+", "menos": "-", "por": "*", "multiplicado por": "*", "entre": "/",
             "dividido por": "/", "dividido entre": "/",
             "por ciento de": "% of"},
        ),
    )
]  # fmt: skip


def in_signs(text: str) -> str:
    """A sum in another language with the signs of mathematics; every other text as it is."""
    for language, form in _LANGUAGES:
        if found := form.fullmatch(text):
            exclaimed = "!" if "!" in found["end"] else ""
            return f"what is {_with_signs(found['sum'], language.signs)}{exclaimed}"
    return text


def _with_signs(text: str, signs: dict[str, str]) -> str:
    words = "|".join(sorted(signs, key=len, reverse=True))
    return re.sub(
        rf"(?<=[\d)]) ({words}) ", lambda match: f" {signs[match[1].lower()]} ", text, flags=re.IGNORECASE
    )
