"""Units: conversions, sums of quantities, distance at a speed. Only units with one meaning are known here.

Left out on purpose: tons, months and years in days, and whatever else has more than one size. Gallons,
quarts, pints, cups and spoons are the US ones, and answers say so.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import known
from orchestrator.routing.skills.math.forms.units import ALL_UNITS, UNIT, US_VOLUMES, canonical
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse
from orchestrator.routing.skills.math.question import Builder, Question, ask, family, form
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.tree import Apply, Number, Tree, unknowns

_NUMBER: Final = r"(?:-?[\d.,]+(?: \d+/\d+|/\d+)?(?:[eE]-?\d+)?|an?|half an?|[a-z]+(?:[- ][a-z]+){0,4}?)"
_ONE: Final = re.compile(rf"(?P<number>{_NUMBER}) ?(?P<unit>{UNIT})(?:,? and |, |,? |$)", re.IGNORECASE)
# Loose on purpose: `quantities` and `canonical` say what is one, and one pattern of all units is enough.
_SOME: Final = r"[^?=]+"
_UNIT: Final = r"[a-zA-Z°µμ][a-zA-Z°µμ/^_ 23-]*?"
_CONVERT: Final = r"(?:convert|change|express|turn|translate|transform)? ?(?:(?:(?:a|the) )?(?:speed|distance|length|height|weight|mass|volume|temperature|area) of )?"
_INTO: Final = (
    r"(?:in|to|into|as|is how many|equals how many|equal how many|are how many|=|is what in|make how many)"
)


_ANOTHER_READING: Final[dict[str, tuple[str, ...]]] = {
    "nanometer": ("kilometer", "mile", "nautical_mile", "foot", "yard"),
    "calorie": ("kilojoule", "megajoule", "kilowatt_hour"),
}
"""Sailors write `nm` for nautical miles, and `cal` of food are kilocalories."""
_TIMES: Final = frozenset({"second", "minute", "hour", "day"})
_MIXED: Final = frozenset(
    [
        ("foot", "inch"),
        ("yard", "foot"),
        ("hour", "minute"),
        ("minute", "second"),
        ("day", "hour"),
        ("week", "day"),
        ("pound", "ounce"),
        ("stone", "pound"),
    ]
)


_AND_A_HALF: Final = re.compile(r"(an?|one|\d{1,6}) ([a-z]{1,12}) and a half", re.IGNORECASE)
_SHARE_OF_ONE: Final = re.compile(
    r"(?:(a|an|one|two|three) )?(half|third|thirds|quarter|quarters|fifth|fifths) of an? ([a-z]{1,12})",
    re.IGNORECASE,
)
_ONES: Final = {"a": "1", "an": "1", "one": "1"}


def quantities(text: str) -> tuple[tuple[Tree, ...], tuple[str, ...]]:
    """`5 ft 11 in` as numbers and units, the largest first; an `m` behind hours is none of length. Raises NotMath."""
    numbers: list[Tree] = []
    units: list[str] = []
    position, joined = 0, False
    text = text.strip()
    if found := _SHARE_OF_ONE.fullmatch(text):
        share = value_of(known(f"{found[1] or 'a'} {found[2]}"))
        text = f"{share} {found[3]}"
    if found := _AND_A_HALF.fullmatch(text):
        text = f"{_ONES.get(found[1].lower(), found[1])} 1/2 {found[2]}"
    while position < len(text):
        match = _ONE.match(text, position)
        if match is None:
            raise NotMath("no quantity")
        if numbers and match["number"].lower() in ("a", "an") and not joined:
            raise NotMath("so much of one thing by another: 5 minutes a day")
        numbers.append(_number(match["number"]))
        is_minutes = match["unit"] == "m" and units[-1:] == ["hour"]
        units.append("minute" if is_minutes else canonical(match["unit"]))
        position, joined = match.end(), match[0].endswith("and ")
    if not numbers or len(set(units)) != len(units):
        raise NotMath("no quantity")
    if len(numbers) > 1 and _is_negative(numbers[0]):
        raise NotMath("ambiguous: is the sign that of all parts?")
    return tuple(numbers), tuple(units)


def _is_negative(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.value < 0


def _number(text: str) -> Tree:
    lowered = text.lower()
    if lowered in ("a", "an"):
        return Number(Fraction(1))
    if lowered in ("half a", "half an"):
        return Number(Fraction(1, 2))
    tree = parse(text)
    if unknowns(tree):
        raise NotMath("an unknown")
    return Number(value_of(tree), tree.decimal if isinstance(tree, Number) else False)


def _convert(match: re.Match[str]) -> Question:
    numbers, units = quantities(match["from"])
    return ask("convert", numbers, units, _target(match["to"], units))


def _target(name: str, units: tuple[str, ...]) -> str:
    """The unit to convert to. Raises NotMath where one of the symbols means another unit beside the other."""
    target = canonical(name)
    if target == "ounce" and all(unit in US_VOLUMES for unit in units):
        return "fluid_ounce"
    for unit in units:
        if target in _ANOTHER_READING.get(unit, ()) or unit in _ANOTHER_READING.get(target, ()):
            raise NotMath("a symbol with two readings")
    return target


def _convert_half(match: re.Match[str]) -> Question:
    """`half of 3 kg in grams`; half of two quantities could be half of the first."""
    (count,), units = quantities(match["from"])
    assert isinstance(count, Number)
    return ask("convert", (Number(count.value / 2, count.decimal),), units, _target(match["to"], units))


def _feet_and_inches(match: re.Match[str]) -> Question:
    """`5'11" in cm`."""
    numbers = Number(Fraction(match["feet"])), Number(Fraction(match["inches"]), "." in match["inches"])
    if numbers[1].value >= 12:
        raise NotMath("no inches")
    target = canonical(match["to"])
    if target not in ("inch", "centimeter", "meter", "foot", "millimeter"):
        raise NotMath("minutes and seconds, perhaps")
    return ask("convert", numbers, ("foot", "inch"), target)


def _convert_mixed(match: re.Match[str]) -> Question:
    """`180 cm in feet and inches`."""
    numbers, units = quantities(match["from"])
    large, small = canonical(match["large"]), canonical(match["small"])
    if (large, small) not in _MIXED:
        raise NotMath("no pair of units")
    return ask("convert_mixed", numbers, units, large, small)


def _how_many(match: re.Match[str]) -> Question:
    numbers, units = quantities(match["from"])
    target = _target(match["to"], units)
    if units == (target,):
        raise NotMath("the same unit")
    return ask("convert", numbers, units, target)


def _sum(sign: int) -> Builder:
    def build(match: re.Match[str]) -> Question:
        numbers, units = quantities(match["a"])
        more_numbers, more_units = quantities(match["b"])
        to = match.groupdict().get("to")
        target = canonical(to) if to else ""
        return ask("add_quantities", numbers, units, more_numbers, more_units, sign, target)

    return build


def _distance(match: re.Match[str]) -> Question:
    speed, time = quantities(match["speed"]), quantities(match["time"])
    return ask("distance", *speed, *time)


def _time_at(match: re.Match[str]) -> Question:
    """`5 hours at 60 km/h`. Raises NotMath for another quantity at something."""
    speed, time = quantities(match["speed"]), quantities(match["time"])
    if not set(time[1]) <= _TIMES or not all("/" in unit or unit == "knot" for unit in speed[1]):
        raise NotMath("a time and a speed are expected")
    return ask("distance", *speed, *time)


def _duration(match: re.Match[str]) -> Question:
    distance, speed = quantities(match["distance"]), quantities(match["speed"])
    return ask("duration", *distance, *speed)


def _speed(match: re.Match[str]) -> Question:
    distance, time = quantities(match["distance"]), quantities(match["time"])
    to = match.groupdict().get("to")
    return ask("average_speed", *distance, *time, canonical(to) if to else "")


def _feet_then_inches(match: re.Match[str]) -> Question:
    """`5 foot 11 to cm`, and `6 ft 2 in meters`, which is the same whether `in` stands for inches or for the word."""
    if canonical(match["to"]) not in ("inch", "centimeter", "meter", "foot", "millimeter"):
        raise NotMath("no length of a person or a board")
    return _feet_and_inches(match)


def _hours_and_minutes(match: re.Match[str]) -> Question:
    """`1h30m in minutes`, where the `m` behind hours is none of length."""
    if int(match["minutes"]) >= 60:
        raise NotMath("no minutes of an hour")
    target = canonical(match["to"])
    if target not in ("second", "minute", "hour", "day"):
        raise NotMath("no time")
    numbers = Number(Fraction(match["hours"])), Number(Fraction(match["minutes"]))
    return ask("convert", numbers, ("hour", "minute"), target)


def _of_pi(match: re.Match[str]) -> Question:
    """`pi/2 radians in degrees`."""
    tree = parse(match["angle"])
    if unknowns(tree):
        raise NotMath("an unknown")
    return ask("radians_of_pi", tree)


_GO: Final = r"(?:travel|drive|go|cover|run|walk|ride|cycle|fly|move)(?:s|ing|es)?"
_GOES: Final = r"(?:travel(?:s|s|led|ed)?|drives?|drove|go(?:es)?|went|covers?|covered|runs?|ran|walks?|walked|rides?|rode|cycles?|cycled|flies|flew|moves?|moved)"
_WHO: Final = (
    r"(?:i|he|she|you|we|a car|a train|a bus|a plane|a bike|a truck|a cyclist|a runner|someone|it|a person)"
)

_MULTIPLES: Final = {"double": "2", "twice": "2", "triple": "3", "halve": "1/2"}


def _part_of(match: re.Match[str]) -> Question:
    """`a quarter of 3 hours`, `10% of 5 kg`; of two quantities it could be one of the first."""
    numbers, units = quantities(match["from"])
    factor = known(match["factor"])
    if len(units) != 1 or value_of(factor) <= 0 or not _NO_AMOUNTS.isdisjoint(units):
        raise NotMath("ambiguous: a part of what?")
    return ask("scaled", factor, numbers, units, f"{tree_text(factor)} of {{}}")


def _multiple(match: re.Match[str]) -> Question:
    """`3 times 45 minutes`, `double 3/4 cup`."""
    factor = known(_MULTIPLES.get(match["factor"].lower(), match["factor"]))
    return _scaled(match, factor, f"{tree_text(factor)} * {{}}")


def _multiplied(match: re.Match[str]) -> Question:
    word = match["factor"].lower()
    factor = known({"doubled": "2", "tripled": "3", "halved": "1/2"}.get(word, word))
    return _scaled(match, factor, f"{{}} * {tree_text(factor)}")


def _divided(match: re.Match[str]) -> Question:
    divisor = known(match["factor"])
    return _scaled(match, Apply("/", (Number(Fraction(1)), divisor)), f"{{}} / {tree_text(divisor)}")


def _scaled(match: re.Match[str], factor: Tree, said: str) -> Question:
    numbers, units = quantities(match["from"])
    if unknowns(factor) or value_of(factor) <= 0 or not _NO_AMOUNTS.isdisjoint(units):
        raise NotMath("a factor is expected")
    return ask("scaled", factor, numbers, units, said)


def _fitting(match: re.Match[str]) -> Question:
    """`how many pieces of 0.75 m can you cut from 6 m`."""
    piece = match["piece"].replace("-", " ")
    return ask("fitting", *quantities(piece), *quantities(match["from"]))


_NO_AMOUNTS: Final = frozenset({"degC", "degF", "kelvin", "degree", "radian"})
_SHARE: Final = (
    r"(?P<factor>half|an? (?:half|third|quarter|fifth|sixth|eighth|tenth)|(?:one|two|three|four|five|seven)[ -](?:third|quarter|fifth|sixth|eighth|tenth)s?"
    r"|\d{1,6}/\d{1,6}|\d{1,4}(?:\.\d{1,4})? ?(?:%|percent|per cent))"
)
_FACTOR: Final = (
    r"(?P<factor>\d{1,6}(?:\.\d{1,4})?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_SO_MUCH: Final = r"(?P<from>\d[^?=*]{0,40}?)"
"""In digits: `3 times a day` is no sum."""
_ITS: Final = r"(?:(?:an?|one|the) )?"
_VESSEL: Final = r"(?: (?:bottle|jug|jar|carton|can|tank|bucket|pitcher|bowl|barrel|keg|container|rope|board|plank|pipe|bag|sack|wire|cable|ribbon))?"

MEASURES = family(
    " ".join(sorted({word for name in ALL_UNITS for word in re.findall("[a-z]+", name.lower())})),
    form(rf"{_CONVERT}(?P<hours>\d+) ?h ?(?P<minutes>\d+) ?m {_INTO} (?P<to>{_UNIT})", _hours_and_minutes),
    form(rf"{_CONVERT}(?P<from>{_SOME}) {_INTO} (?:an? )?(?P<to>{_UNIT})", _convert),
    form(rf"{_CONVERT}half of (?P<from>{_NUMBER} ?(?:{UNIT})) {_INTO} (?P<to>{_UNIT})", _convert_half),
    form(rf"{_CONVERT}(?P<feet>\d+) ?' ?(?P<inches>\d+(?:\.\d+)?) ?(?:\"|'')? {_INTO} (?P<to>{_UNIT})", _feet_and_inches),
    form(rf"{_CONVERT}(?P<feet>\d+) ?(?:foot|feet|ft) (?P<inches>\d+) {_INTO} (?P<to>{_UNIT})", _feet_then_inches),
    form(rf"{_CONVERT}(?P<angle>[\d.*/() ]*pi[\d.*/() ]*?) ?(?:radians?|rad) (?:in|to|into|as) (?:degrees?|deg|°)", _of_pi),
    form(rf"{_CONVERT}(?P<from>{_SOME}) (?:in|to|into|is how many) (?P<large>[a-zA-Z]+) and (?P<small>[a-zA-Z]+)", _convert_mixed),
    form(rf"(?P<distance>{_SOME}) (?:/|divided by|over) (?P<time>{_SOME})(?: in (?P<to>{_UNIT}))?", _speed),
    form(rf"(?P<distance>{_SOME}) in (?P<time>{_SOME}) (?:in|is how many|as) (?P<to>{_UNIT})", _speed),
    form(rf"(?:how many|number of) (?P<to>{_UNIT}) (?:are (?:there )?|is |make )?(?:in|equals?|is in|are in|make up|make) (?P<from>{_SOME})", _how_many),
    form(rf"how many (?P<to>{_UNIT}) (?:does|do|is|are) (?P<from>{_SOME})(?: have| equal| contain| make| last)?", _how_many),
    form(rf"(?:how long|how much) is (?P<from>{_SOME}) in (?P<to>{_UNIT})", _convert),
    form(rf"(?P<from>{_SOME}) is how many (?P<to>{_UNIT})", _convert),
    form(rf"(?:add )?(?P<a>{_SOME}?) ?(?:\+|plus) ?(?P<b>{_SOME}?)(?: in (?P<to>{_UNIT}))?", _sum(1)),
    form(rf"(?:add )?(?P<a>{_SOME}?) ?(?:\+|plus|and) ?(?P<b>{_SOME}?)(?: in (?P<to>{_UNIT}))?", _sum(1)),
    form(rf"(?P<a>{_SOME}?) ?(?:-|minus) ?(?P<b>{_SOME}?)(?: in (?P<to>{_UNIT}))?", _sum(-1)),
    form(rf"(?P<b>{_SOME}?) (?:less|shorter|lighter) than (?P<a>{_SOME})", _sum(-1)),
    form(rf"(?P<b>{_SOME}?) (?:more|longer|heavier) than (?P<a>{_SOME})", _sum(1)),
    form(rf"(?:(?:the )?distance (?:covered |travell?ed )?(?:at|when travell?ing at|going) )?(?P<speed>{_SOME}) (?:for|over|times|\*) (?P<time>{_SOME})", _distance),
    form(rf"how far (?:do|does|will|can|would) {_WHO} (?:get|{_GO}) at (?P<speed>{_SOME}) (?:for|in|over) (?P<time>{_SOME})", _distance),
    form(rf"how far (?:is it )?at (?P<speed>{_SOME}) (?:for|in|over) (?P<time>{_SOME})", _distance),
    form(rf"how far (?:do|does|will|can|would) {_WHO} (?:get|{_GO}) in (?P<time>{_SOME}) (?:at|going|driving|travell?ing(?: at)?) (?P<speed>{_SOME})", _distance),
    form(rf"how (?:long|many hours|much time) (?:does|do|will|would) (?:it take|{_WHO} take|{_WHO} need) (?:{_WHO} )?to {_GO} (?P<distance>{_SOME}) (?:at|going|driving) (?P<speed>{_SOME})", _duration),
    form(rf"(?:the )?average speed (?:if|when|for|of) (?:{_WHO} )?{_GO}? ?(?P<distance>{_SOME}) in (?P<time>{_SOME})", _speed),
    form(r"how long (?:is|does|for|are) (?P<distance>\d[^?=,]{1,30}?)(?: take)? (?:at|going|driving) (?P<speed>\d[^?=,]{1,30})", _duration),
    form(r"(?P<distance>\d[^?=,]{1,30}?) at (?P<speed>\d[^?=,]{1,30}?)[,;:]? how long(?: (?:does|will|is) (?:it|that)(?: take)?)?", _duration),
    form(rf"how long (?:to|will it take to|would it take to) {_GO} (?P<distance>{_SOME}) (?:at|going|driving) (?P<speed>{_SOME})", _duration),
    form(rf"(?:if )?{_WHO} {_GOES} (?P<distance>{_SOME}) in (?P<time>{_SOME}?)[,;.]? (?:then )?(?:what (?:is|was) (?:its|the|my|their|his|her)(?: average)? speed|how fast (?:is|was|did|does|do) {_WHO}(?: (?:going|go|travell?ing|{_GO}))?)", _speed),
    form(rf"(?:if )?{_WHO} {_GOES} (?:at )?(?P<speed>{_SOME}) for (?P<time>{_SOME}?)[,;.]? (?:then )?how far(?: (?:does|do|did|will|would) {_WHO} (?:get|{_GO}))?", _distance),
    form(rf"(?P<time>\d{_SOME}) at (?P<speed>\d{_SOME})", _time_at),
    form(r"(?P<distance>\d[^?=,]{1,30}?) in (?P<time>\d[^?=,]{1,30}?)[,;.:]? what(?: is|'s) (?:the|my|its) (?:average )?speed", _speed),
    form(rf"how fast (?:is|was) (?P<distance>{_SOME}) in (?P<time>{_SOME})", _speed),
    form(rf"(?:the )?(?:average )?speed (?:(?:of|for|over) )?(?P<distance>{_SOME}) in (?P<time>{_SOME})", _speed),
    form(rf"{_SHARE} of {_SO_MUCH}", _part_of),
    form(rf"{_FACTOR} (?:times|\*) {_SO_MUCH}", _multiple),
    form(rf"(?P<factor>double|twice|triple|halve) {_SO_MUCH}", _multiple),
    form(rf"{_SO_MUCH} (?:times|multiplied by|\*) {_FACTOR}", _multiplied),
    form(rf"{_SO_MUCH} (?P<factor>doubled|tripled|halved)", _multiplied),
    form(rf"{_SO_MUCH} (?:/|divided by) {_FACTOR}", _divided),
    form(rf"how many (?:pieces|lengths|strips|boards|parts|portions|servings|glasses|bottles|bags|cups|doses) of (?P<piece>\d[^?=*]{{0,30}}?)"
         rf" (?:can (?:you|i|we|one|be) (?:cut|get|make|fill|made|filled|poured|pour)(?: out of| from| with)?|fit in(?:to)?|(?:are )?(?:there )?in|from) {_ITS}{_SO_MUCH}{_VESSEL}", _fitting),
    form(rf"how many (?P<piece>\d[^?=*]{{0,30}}?)[ -](?:pieces|lengths|strips|boards|parts|portions|servings|glasses|bottles|bags|doses|cups|mugs|cans|jars|shots|sessions|blocks|slots|sections|shelves)"
         rf" (?:can (?:you|i|we|one|be) (?:cut|get|make|fill|made|filled|poured|pour)(?: out of| from| with)?|fit in(?:to)?|(?:are )?(?:there )?in|from) {_ITS}{_SO_MUCH}{_VESSEL}", _fitting),
)  # fmt: skip
