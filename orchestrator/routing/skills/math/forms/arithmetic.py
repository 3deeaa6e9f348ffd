"""A bare expression as a question, and what looks like one but is a date, a telephone number, a score or a name."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse
from orchestrator.routing.skills.math.question import Question, ask
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, applies, number, parts, unknowns
from orchestrator.routing.skills.math.wrapping import Core

_DATE: Final = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4}")
_WHOLE_DATES: Final = re.compile(
    r"(?:\d{1,2}/\d{1,2}/|\d{1,2}-\d{1,2}-)(?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-\d\d(?!\d)"
)
"""`2024-11-23 / 2024-11-24` are two dates, and no sum of their digits."""
_PHONE: Final = re.compile(
    r"(?:\+?\d{1,3}[- ])?(?:\(\d{3}\) ?|\d{3}[- ])?\d{3}-\d{4}|\+\d[\d -]{6,}|0\d[\d -]{5,}"
)
_KNOWN_AS: Final = frozenset(
    [
        "9/11",
        "24/7",
        "7/11",
        "20/20",
        "50/50",
        "80/20",
        "60/40",
        "7/7",
        "4/20",
        "1/6",
        "10-4",
        "5-0",
        "3-2-1",
        "4-4-2",
        "4-3-3",
        "401-k",
        "2-4-6-8",
        "747-400",
        "737-800",
    ]
)
_NAME_AND_NUMBER: Final = re.compile(r"\d+-[a-z]+|[a-z]+-\d+", re.IGNORECASE)
_BARE_RATIO: Final = re.compile(r"(\d+)/(\d+)")
_BARE_RANGE: Final = re.compile(r"(\d+)-(\d+)")
_BARE_CHAIN: Final = re.compile(r"\d+(?:-\d+){2,}|\d+(?:/\d+){2,}")
_BARE_STEPS: Final = re.compile(r"(\d{1,2})-(\d)-(\d)")
"""`10-3-2`: with more left than taken away it is no date, and no formation of a team."""
_TIMES_TABLE: Final = re.compile(r"([6-9])x([6-9])", re.IGNORECASE)
"""`6x7`: the sizes that people name, 4x4 or 5x7, have smaller numbers or twice the same."""
_CHAIN_OF_SMALL: Final = re.compile(r"\d{1,2}(?:-\d{1,2})+")
_BOARD: Final = re.compile(r"([124])x(\d{1,2})", re.IGNORECASE)
_PRESSURE: Final = re.compile(r"(?P<high>\d{2,3})(?P<sign>/| over )(?P<low>\d{2,3})", re.IGNORECASE)
_SPACED_THOUSANDS: Final = re.compile(r"(?<![\d.,] )(?<![\d.,])[1-9]\d{0,2}(?: \d{3})+(?![\d.,/]| \d)")
_SIGNS_ONLY: Final = re.compile(r"[\d\s.+*/^()-]+")
_BARE_LIST: Final = re.compile(r"\[[^\[\]]*\]|.*[\d)] -[\d.].*")
_LIST_OF_ONE: Final = re.compile(r"\[\s*[\w.]*\s*\]")
"""A list of a program, where mathematics has a sum in such brackets."""
_BARE_SIZE: Final = re.compile(r"\d+x\d+", re.IGNORECASE)
_BARE_NUMBER: Final = re.compile(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?")
_NO_OPERATION: Final = frozenset({"neg", "%", "deg"})


def is_name(text: str) -> bool:
    """Whether "what is" before the text may ask what it is the name of: `7-11`, `4-7-8`, `2x4`, `120 over 80`.

    A subtraction without spaces of numbers below a hundred that leaves nothing, or less; a blood pressure; the size of a board.
    """
    if _CHAIN_OF_SMALL.fullmatch(text):
        first, *rest = map(int, text.split("-"))
        return first <= sum(rest)
    if board := _BOARD.fullmatch(text):
        return int(board[2]) % 2 == 0 and 2 <= int(board[2]) <= 12
    if pressure := _PRESSURE.fullmatch(text):
        high, low = int(pressure["high"]), int(pressure["low"])
        is_name = 60 <= low < high <= 250
        return is_name and (pressure["sign"] != "/" or high % low != 0)
    return False


def is_no_sum(core: Core) -> bool:
    """Whether the text is written like something else that has digits."""
    text = core.text
    if _NAME_AND_NUMBER.fullmatch(text) or _LIST_OF_ONE.search(text):
        return True
    if not text[:1].isdigit() and text[:1] not in "+([":
        return False
    if (
        len(_WHOLE_DATES.findall(text)) > 1
        or _DATE.fullmatch(text)
        or _PHONE.fullmatch(text)
        or text in _KNOWN_AS
    ):
        return True
    return not core.asked and _is_bare_label(text)


def _is_bare_label(text: str) -> bool:
    """Unspaced digits that nobody asked about: a score, a range, a code, a screen size, part of a date."""
    if steps := _BARE_STEPS.fullmatch(text):
        return int(steps[1]) <= int(steps[2]) + int(steps[3])
    if product := _TIMES_TABLE.fullmatch(text):
        return product[1] == product[2]
    if _BARE_CHAIN.fullmatch(text) or _BARE_SIZE.fullmatch(text) or _BARE_LIST.fullmatch(text):
        return True
    if ratio := _BARE_RATIO.fullmatch(text):
        top, bottom = int(ratio[1]), int(ratio[2])
        return bottom != 0 and (top == bottom or top % bottom != 0)
    if numbers := _BARE_RANGE.fullmatch(text):
        first, second = numbers[1], numbers[2]
        year = len(first) == 4 and first[0] in "12" and len(second) <= 2
        return year or int(first) < int(second) or (len(first) == 5 and len(second) == 4)
    return False


def question(core: Core) -> Question:
    """The value of an expression. Raises NotMath where there is nothing to compute."""
    if _BARE_NUMBER.fullmatch(core.text):
        raise NotMath("nothing to compute")
    text = core.text
    if _SIGNS_ONLY.fullmatch(text):
        text = _SPACED_THOUSANDS.sub(lambda match: match[0].replace(" ", ""), text)
        if _BARE_NUMBER.fullmatch(text) or _BARE_NUMBER.fullmatch(core.text.replace(" ", "")):
            raise NotMath("nothing to compute")
    tree = parse(text)
    if unknowns(tree) or not _has_work(tree):
        raise NotMath("nothing to compute")
    refuse_bare_angles(tree)
    refuse_bare_logarithms(tree)
    return ask("evaluate", tree)


def _has_work(tree: Tree) -> bool:
    """Whether it is more than one number: an operation on numbers, not a sign, a per cent or `3i`."""
    return any(
        isinstance(part, Apply) and part.function not in _NO_OPERATION and not _is_coefficient(part)
        for part in parts(tree)
    )


def _is_coefficient(part: Apply) -> bool:
    return part.implicit and any(isinstance(argument, Name) for argument in part.arguments)


def refuse_bare_angles(tree: Tree) -> None:
    """Raise NotMath for `sin(30)`: degrees and radians are both meant by some."""
    for part in parts(tree):
        if applies(part, "sin", "cos", "tan", "cot", "sec", "csc"):
            assert isinstance(part, Apply)
            below = list(parts(part.arguments[0]))
            if not any(p == Name("pi") or applies(p, "deg") for p in below) and part.arguments[0] != number(
                0
            ):
                raise NotMath("ambiguous: degrees or radians?")


def refuse_bare_logarithms(tree: Tree) -> None:
    """Raise NotMath for `log(20)`: base ten and base e are both meant by some. `log(1000)` has one sensible reading, and
    `log(0)` has no value by either.
    """
    for part in parts(tree):
        if isinstance(part, Apply) and part.function == "log" and len(part.arguments) == 1:
            argument = part.arguments[0]
            if not isinstance(argument, Number) or not re.fullmatch("0|10*", str(argument.value)):
                raise NotMath("ambiguous: a logarithm without its base")
