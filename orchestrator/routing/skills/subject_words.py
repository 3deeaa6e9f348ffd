"""Whether a text holds a word of a question in one of its forms: another case, a possessive, a plural, an ending.

Names are compared more strictly than other words: an ending that makes "Reding" the colour red must not be cut.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

APOSTROPHES = re.compile(r"['’]s?$")
_SEPARATORS = re.compile(
    "[\\s!-/:-@\\[-`{-~\u00a1-\u00bf\u2010-\u2018\u201a-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\u060c\u061b\u061f\u0964]+"
)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_FROM_RIGHT = re.compile("[\u0590-\u06ff]")
_CYRILLIC_ENDING = re.compile("(?:ом|ем|ой|ей|ами|ам|ах|ов|[аеёиоуыэюяьй]{1,2})$")
_GREEK_ENDING = re.compile("[αεηιουως]{1,3}$")
_ARTICLE = re.compile("^(?:ال|ה|ב|ל|מ)(?=..)")
_NATION = re.compile("(?:ian|ean|an|ish|ese)$")
_NATIONS = {
    "french": "france",
    "spanish": "spain",
    "polish": "poland",
    "danish": "denmark",
    "dutch": "netherlands",
    "greek": "greece",
    "swiss": "switzerland",
    "irish": "ireland",
    "british": "britain",
    "norwegian": "norway",
    "german": "germany",
}
NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty""".split()  # noqa: SIM905 - a list of literals is no list to read
    )
}
_RANGE = re.compile(r"\b(\d{4})\s*(?:-|–|—|to|until|till|and|through|bis|und|à|et)\s*(\d{4})\b", re.I)
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905 - a list of literals is no list to read
)
_SHORT_DAY = re.compile(
    r"\b(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?(?=\s*(?:[-–—:,;/&)|]|\d|(?:to|and|or|through|until|from)\b|$))"
)
_SHORT_MONTH = re.compile(
    r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?(?=\s+\d)|(?<=\d )(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
_DAY_RANGE = re.compile(rf"\b({'|'.join(_DAYS)})s?\s*(?:-|–|to|through|until)\s*({'|'.join(_DAYS)})", re.I)


@dataclass(frozen=True, slots=True)
class Held:
    """What one text holds: every word in all its forms, its letters as they stand, the initials of its words."""

    forms: frozenset[str]
    folded: str
    text: str
    initials: str

    @property
    def words(self) -> list[str]:
        return words_of(self.folded)


@lru_cache(maxsize=512)
def held(text: str) -> Held:
    words = _WORD.findall(text)
    forms = frozenset(form for word in words for form in name_forms(word))
    numbers = {NUMBER_WORDS[form] for form in forms if form in NUMBER_WORDS}
    initials = "".join(word[0] for word in words).casefold()
    return Held(forms | numbers, fold(text), text, initials)


def fold(text: str) -> str:
    """Without case, and without the accents of Latin, Greek and Cyrillic letters."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(each for each in parts if not "\u0300" <= each <= "\u036f"))


def bare(word: str) -> str:
    """Folded, without a possessive and without an article that an apostrophe ties on (l'Italie)."""
    word = APOSTROPHES.sub("", fold(word).replace("’", "'"))
    head, _, rest = word.partition("'")
    return rest if rest and len(head) < 3 else word


def name_forms(word: str) -> set[str]:
    """The word as the forms it may take when it is a name: without a plural or a case ending."""
    word = bare(word).replace(",", "") if word[0].isdigit() else bare(word)
    forms = {word}
    if word.endswith("ies") and len(word) > 4:
        forms.add(word[:-3] + "y")
    for ending in ("es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            forms.add(word.removesuffix(ending))
    if "\u0370" <= word[-1] <= "\u04ff":
        for pattern in (_CYRILLIC_ENDING, _GREEK_ENDING):
            stem = pattern.sub("", word)
            if len(stem) > 2:
                forms.add(stem)
    return forms


def words_of(text: str) -> list[str]:
    """Words by what separates them: combining vowels stay with their letters."""
    return [word for word in _SEPARATORS.split(text) if word]


def is_unspaced(word: str) -> bool:
    return bool(_UNSPACED.search(word))


def is_last_in_question(word: str) -> bool:
    """Whether its script is one whose questions end with what they are about."""
    return bool(_FROM_RIGHT.search(word))


def bigrams(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(max(1, len(word) - 1))]


def holds_name(page: Held, word: str) -> bool:
    return (
        bool(name_forms(word) & page.forms)
        or _is_nation(word, page)
        or any(day in _DAYS and _in_day_range(day, _days_in_full(page.text)) for day in name_forms(word))
        or any(_is_shortened(each, page.text) for each in name_forms(word))
    )


def _days_in_full(text: str) -> str:
    return _SHORT_DAY.sub(
        lambda day: next(each for each in _DAYS if each.startswith(day[1][:3].casefold())), text
    )


def _is_shortened(word: str, text: str) -> bool:
    """Whether the text has a day or a month of the calendar in its short form: "Sat 9-13" for "saturday"."""
    if word in _DAYS:
        return any(word.startswith(day.casefold()) for day in _SHORT_DAY.findall(text))
    if word in _MONTHS:
        return any(
            word.startswith(month.casefold())
            for pair in _SHORT_MONTH.findall(text)
            for month in pair
            if month
        )
    return False


def is_of_calendar(word: str) -> bool:
    """Whether it is a day of the week or a month."""
    return bool(name_forms(word) & {*_DAYS, *_MONTHS})


def holds_acronym(page: Held, word: str) -> bool:
    """`WHO` as it stands, or as the initials of words in a row; of two letters those of names alone."""
    if re.search(rf"\b{re.escape(word)}(?:s|['’]s)?\b", page.text):
        return True
    if len(word) > 2:
        return word.casefold() in page.initials
    return bool(re.search(r"\s+(?:of\s+|the\s+)*".join(rf"{letter}\w+" for letter in word), page.text))


def holds_number(page: Held, number: str) -> bool:
    """As digits, as a word, or as a year within a range of years."""
    if number in page.forms:
        return True
    ranges = _RANGE.findall(page.text) if len(number) == 4 and number.isdigit() else []
    return any(int(first) <= int(number) <= int(last) for first, last in ranges)


def holds_caseless(page: Held, word: str) -> bool:
    """Whether most of it, three letters or more, stands in one word."""
    word = _ARTICLE.sub("", fold(word))
    shortest = len(word) if len(word) < 3 else max(3, round(0.7 * len(word)))
    parts = {word[i : i + shortest] for i in range(len(word) - shortest + 1)}
    return any(part in each for each in page.words for part in parts)


def holds_compound(page: Held, word: str) -> bool:
    """Whether a German noun stands there with another ending, or within a longer one, or has one of these within."""
    stem = word[: max(4, len(word) - 2)]
    return any(stem in each or (len(each) > 4 and each in word) for each in page.words)


def _is_nation(word: str, page: Held) -> bool:
    """Whether "Italian" finds "Italy", or the other way round."""
    if _NATIONS.get(word) in page.forms or any(
        _NATIONS.get(form) == word for form in page.forms & _NATIONS.keys()
    ):
        return True
    base = _NATION.sub("", word)
    if base != word and len(base) > 3 and any(_extends(form, base) for form in page.forms):
        return True
    return any(
        _extends(word, base)
        for form in page.forms
        if (base := _NATION.sub("", form)) != form and len(base) > 3
    )


def _extends(form: str, base: str) -> bool:
    return form.startswith(base) and len(form) - len(base) < 3


def _in_day_range(day: str, text: str) -> bool:
    for first, last in _DAY_RANGE.findall(text):
        begin, end = _DAYS.index(first.casefold()), _DAYS.index(last.casefold())
        if (_DAYS.index(day) - begin) % 7 <= (end - begin) % 7:
            return True
    return False
