"""Numbers, things and persons in stories, as patterns without a number of repeats left open."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import known
from orchestrator.routing.skills.math.number_words import COUNTING, SCALES
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, replaced

FIGURES: Final = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?:\.\d{1,4})?"
_IN_WORDS: Final = rf"(?:{'|'.join(sorted(COUNTING, key=len, reverse=True))})(?:-(?:one|two|three|four|five|six|seven|eight|nine))?(?: (?:hundred|thousand))?"
COUNT: Final = rf"(?:{FIGURES}|{_IN_WORDS}|half a dozen|a dozen)(?![\w.,/:%-]?\d|[\w/:%])"
"""`12`, `12.75`, `twelve`, `a dozen`."""
_NO_THINGS: Final = (
    "each|every|per|a|an|the|and|or|but|of|to|for|on|at|from|in|with|by|is|are|was|were|be|has|have|had|do|does|did|more|less|than"
    "|left|now|still|then|away|back|off|how|many|much|what|if|when|half|all|none|both|times|percent|there|remaining|my|his|her|their|our"
    "|yesterday|today|tomorrow|tonight|ago|already|only|just|together|twice|once|present|absent|missing|gone|will|would|can|could|should|not|no|get|gets|got|go|goes|cost|costs"
)
WORD: Final = rf"(?!(?:{'|'.join(sorted(COUNTING | SCALES.keys()))}|{_NO_THINGS})\b)[a-z]{{2,18}}"
"""A word that may name what is counted."""
THINGS: Final = rf"{WORD}(?: of {WORD}| {WORD})?"
PERSON: Final = rf"(?:(?:my|his|her|our|the|a|an) )?(?!(?:there|{_NO_THINGS})\b)[a-z]{{1,15}}"
MONEY_NAME: Final = r"(?:dollars?|euros?|bucks)"
_SIGN_OF_NAME: Final = {"d": "$", "b": "$", "e": "€"}


def count_of(text: str) -> Tree:
    """The number. Raises NotMath for none above zero."""
    word = text.lower()
    tree = known({"a": "1", "an": "1", "half a dozen": "6", "a dozen": "12"}.get(word, word.replace(",", "")))
    if not isinstance(tree, Number) or tree.value <= 0:
        raise NotMath("a number is expected")
    return tree


def currency_of(text: str | None) -> str:
    """`$` of `$` and `dollars`; nothing of what is no money."""
    if not text:
        return ""
    return text if text in "$€£" else _SIGN_OF_NAME.get(text[0].lower(), "")


def one(word: str) -> str:
    """A thing's name as of one: `boxes`, `box` and `children`, `child` are the same."""
    word = word.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("shes", "ches", "xes", "sses", "oes")):
        return word[:-2]
    if word.endswith("ves"):
        return f"{word[:-3]}f"
    return word.removesuffix("s")


_IRREGULAR: Final = {
    "children": "child", "people": "person", "persons": "person", "men": "man", "women": "woman", "feet": "foot",
    "teeth": "tooth", "mice": "mouse", "geese": "goose", "shelves": "shelf", "hr": "hour", "hrs": "hour", "buses": "bus",
    "knives": "knife", "lives": "life", "wives": "wife", "loaves": "loaf", "leaves": "leaf", "shoes": "shoe",
}  # fmt: skip


_TIMES: Final = frozenset(
    {"second", "minute", "min", "hour", "day", "night", "week", "month", "year", "degree"}
)


def is_time(things: str) -> bool:
    """Whether it is what two can need at the same time: of hours to dry there are not more for more shirts."""
    return bool(things) and one(things.split()[0]) in _TIMES


def same_things(first: str, second: str) -> bool:
    """Whether two names are those of the same things, as the last word of `red apples` says."""
    names = {one(first), one(first.split()[-1])} | (
        {one(first.split()[0])} if " of " in first.lower() else set()
    )
    return one(second) in names


_MEASURES: Final = frozenset(
    [
        "liter", "litre", "ml", "kg", "kilo", "gram", "pound", "ounce", "hour", "minute", "mile", "km", "kilometer", "meter", "metre",
        "cup", "gallon", "pint", "ton", "inch", "foot", "yard", "acre", "quid", "yen", "franc", "rupee", "peso", "day", "week", "year",
    ]
)  # fmt: skip


def is_measure(things: str) -> bool:
    """Whether there are parts of one, as of litres of milk."""
    return bool(things) and one(things.split()[0]) in _MEASURES


def so_many(tree: Tree, things: str) -> Question:
    if not things:
        return ask("evaluate", tree)
    things = things.lower()
    if value_of(tree) == 1:
        head, of, rest = things.partition(" of ")
        before, space, last = head.rpartition(" ")
        things = f"{before}{space}{one(last)}{of}{rest}"
    return ask("counted", tree, things)


def so_much(tree: Tree, currency: str) -> Question:
    """The value of a sum of amounts, each of them in the currency, if there is one."""
    if not currency:
        return ask("evaluate", tree)
    return ask("money", tree, replaced(tree, lambda part: _priced(part, currency)), currency)


def _priced(part: Tree, currency: str) -> Tree | None:
    return Name(price_text(part, currency)) if isinstance(part, Number) else None


def price_text(price: Tree, currency: str) -> str:
    """`$3.50`."""
    digits = _TENTHS.sub(r"\g<0>0", tree_text(price))
    return f"{currency}{digits}"


_TENTHS: Final = re.compile(r"\.\d$")


def share_of(text: str) -> Fraction | None:
    """A half, a third, a quarter, or so many percent."""
    if found := _PERCENT.fullmatch(text):
        return Fraction(found[1]) / 100
    return _SHARES.get(text.lower())


_PERCENT: Final = re.compile(r"(\d{1,2}(?:\.\d{1,2})?) ?(?:%|percent)", re.IGNORECASE)


_SHARES: Final = {
    "half": Fraction(1, 2),
    "a third": Fraction(1, 3),
    "a quarter": Fraction(1, 4),
    "one third": Fraction(1, 3),
    "one quarter": Fraction(1, 4),
}
SHARE: Final = rf"{'|'.join(_SHARES)}|\d{{1,2}}(?:\.\d{{1,2}})? ?(?:%|percent\b)"


def product(first: Tree, second: Tree) -> Tree:
    return Apply("*", (first, second))


def quotient(first: Tree, second: Tree) -> Tree:
    return Apply("/", (first, second))
