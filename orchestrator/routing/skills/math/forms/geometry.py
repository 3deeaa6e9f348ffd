"""Circles and spheres of a radius or diameter in numbers, without units; rectangles, squares and triangles, also with them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import known
from orchestrator.routing.skills.math.forms.units import canonical, shown_unit
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Builder, Form, Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, Name, Tree, number

_SIZE: Final = r"(?:with|of|whose|if|when)?(?: ?(?:a|the|its))? ?(?P<size>radius|diameter)(?: of| is| =|=)? ?(?P<r>[\w.]+(?: [a-z]+)?)"
_CIRCLE: Final = rf"(?:a |the )?circle {_SIZE}"
_SPHERE: Final = rf"(?:a |the )?(?:sphere|ball) {_SIZE}"


_LENGTHS: Final = frozenset(
    ["millimeter", "centimeter", "meter", "kilometer", "inch", "foot", "yard", "mile"]
)


def _measured(tree: Tree, unit: str, power: int) -> Question:
    """The value, in the unit of the lengths or its square or cube if they have one."""
    if not unit:
        return ask("evaluate", tree)
    return ask("counted", tree, shown_unit(f"{unit} ** {power}" if power > 1 else unit))


def _of_one_unit(*lengths: str) -> tuple[list[Tree], str]:
    """Lengths in one unit; of `2 by 3 by 4 m` all are in meters. Raises NotMath for `2 m by 3`, and for `2 m by 30 cm`."""
    found = [_length(text) for text in lengths]
    units = [unit for _, unit in found]
    last = units[-1]
    if last not in _LENGTHS | {""} or not set(units) <= {last, ""} or (units[0] and "" in units):
        raise NotMath("one unit is expected")
    return [tree for tree, _ in found], last


def _round(factor: Fraction, power: int) -> Builder:
    """`factor * pi * radius^power`."""

    def build(match: re.Match[str]) -> Question:
        (size,), unit = _of_one_unit(match["r"])
        half = match["size"].lower() == "diameter"
        radius: Tree = Apply("/", (size, number(2))) if half else size
        raised = Apply("^", (radius, number(power))) if power > 1 else radius
        around = Apply("*", (Name("pi"), raised))
        return _measured(around if factor == 1 else Apply("*", (number(factor), around)), unit, power)

    return build


ROUND_BODIES = family(
    "circle sphere ball",
    form(rf"(?:the )?area of {_CIRCLE}", _round(Fraction(1), 2)),
    form(rf"(?:the )?(?:circumference|perimeter) of {_CIRCLE}", _round(Fraction(2), 1)),
    form(rf"(?:the )?volume of {_SPHERE}", _round(Fraction(4, 3), 3)),
    form(rf"(?:the )?surface area of {_SPHERE}", _round(Fraction(4), 2)),
)


_SIDE: Final = r"[\d.,]+(?:/\d+)?(?: ?[a-z]+)?"
_PLAIN_SIDE: Final = r"[\d.,]{1,12}(?:/\d{1,6})?(?: ?(?!by\b|x\b|and\b)[a-z]{1,12})?"
_BY: Final = r"(?:by|x|\*|and)"
_OF_SIDES: Final = r"(?:,? ?(?:with|of|that is|which is|that measures|measuring|having)(?: the)?(?: (?:sides?|dimensions|legs|side lengths?))?(?: of)?)?:?"
_SQUARE_SIDE: Final = r"(?:(?:with|of|whose) )?(?:a )?(?:sides?|side length)(?: of| is| =)? "
_LONG: Final = r"(?:with |of )?(?:a |the )?(?P<side>length|width|base|height)(?: of| is| =)? ?"
_OTHER: Final = _LONG.replace("<side>", "<other>")
_PAIRS: Final = {
    "rectangle": ({"length", "width"}, {"width", "height"}, {"length", "height"}, {"base", "height"}),
    "triangle": ({"base", "height"},),
}
_ROOM: Final = (
    r"(?:rectangle|room|garden|field|floor|wall|lawn|plot|table|rectangular (?:room|garden|field|plot|floor))"
)


def _refuse_other_sides(match: re.Match[str], body: str) -> None:
    """Raise NotMath where the lengths have names, and not those that make the area of such a body."""
    names = {name.lower() for key, name in match.groupdict().items() if key in ("side", "other") and name}
    if names and names not in _PAIRS[body]:
        raise NotMath("other lengths are expected")


def _sides(match: re.Match[str]) -> tuple[tuple[Tree, Tree], tuple[str, str]]:
    """Both lengths and their units; of `3 by 4 m` each is in meters, of `3 by 4` none. Raises NotMath."""
    (first, unit), (second, other) = _length(match["a"]), _length(match["b"])
    if unit and not other:
        raise NotMath("a length without its unit")
    return (first, second), (unit or other, other)


def _length(text: str) -> tuple[Tree, str]:
    found = re.fullmatch(r"([\d.,/]+|[a-z]+(?=$| )) ?([a-z]*)", text.strip(), re.IGNORECASE)
    if found is None:
        raise NotMath("a length is expected")
    tree = known(found[1])
    if value_of(tree) <= 0:
        raise NotMath("a length is expected")
    return tree, canonical(found[2]) if found[2] else ""


def _rectangle(kind: str) -> Builder:
    def build(match: re.Match[str]) -> Question:
        _refuse_other_sides(match, "rectangle")
        (a, b), units = _sides(match)
        if units[0]:
            return ask("rectangle", (a, b), units, kind)
        if kind == "area":
            return ask("evaluate", Apply("*", (a, b)))
        return ask("evaluate", Apply("*", (number(2), Apply("+", (a, b)))))

    return build


def _square(kind: str) -> Builder:
    def build(match: re.Match[str]) -> Question:
        side, unit = _length(match["a"])
        if unit:
            return ask("rectangle", (side, side), (unit, unit), kind)
        tree = Apply("^", (side, number(2))) if kind == "area" else Apply("*", (number(4), side))
        return ask("evaluate", tree)

    return build


def _triangle(match: re.Match[str]) -> Question:
    _refuse_other_sides(match, "triangle")
    (a, b), unit = _of_one_unit(match["a"], match["b"])
    return _measured(Apply("/", (Apply("*", (a, b)), number(2))), unit, 2)


def _trapezoid(match: re.Match[str]) -> Question:
    (a, b, height), unit = _of_one_unit(match["a"], match["b"], match["c"])
    return _measured(Apply("/", (Apply("*", (Apply("+", (a, b)), height)), number(2))), unit, 2)


def _hypotenuse(match: re.Match[str]) -> Question:
    (a, b), unit = _of_one_unit(match["a"], match["b"])
    squares = Apply("+", (Apply("^", (a, number(2))), Apply("^", (b, number(2)))))
    return _measured(Apply("sqrt", (squares,)), unit, 1)


def _cube(factor: int, power: int) -> Builder:
    def build(match: re.Match[str]) -> Question:
        (edge,), unit = _of_one_unit(match["a"])
        raised = Apply("^", (edge, number(power)))
        return _measured(raised if factor == 1 else Apply("*", (number(factor), raised)), unit, power)

    return build


def _box(match: re.Match[str]) -> Question:
    (a, b, c), unit = _of_one_unit(match["a"], match["b"], match["c"])
    return _measured(Apply("*", (Apply("*", (a, b)), c)), unit, 3)


def _cylinder(match: re.Match[str]) -> Question:
    (radius, height), unit = _of_one_unit(match["r"], match["h"])
    base = Apply("*", (Name("pi"), Apply("^", (radius, number(2)))))
    volume = Apply("*", (base, height))
    tree = Apply("/", (volume, number(3))) if match["body"].lower() == "cone" else volume
    return _measured(tree, unit, 3)


def _coordinates(match: re.Match[str]) -> tuple[Tree, Tree]:
    """How far the second point lies from the first, along and up."""
    x, y, u, v = (known(match[name]) for name in ("x", "y", "u", "v"))
    return Apply("-", (u, x)), Apply("-", (v, y))


def _between_points(match: re.Match[str]) -> Question:
    along, up = _coordinates(match)
    squares = Apply("+", (Apply("^", (along, number(2))), Apply("^", (up, number(2)))))
    return ask("evaluate", Apply("sqrt", (squares,)))


def _slope(match: re.Match[str]) -> Question:
    along, up = _coordinates(match)
    return ask("evaluate", Apply("/", (up, along)))


_NUMBER: Final = r" ?-?\d+(?:\.\d+)? ?"
_POINT: Final = rf"\((?P<x>{_NUMBER}),(?P<y>{_NUMBER})\)"
_POINTS: Final = rf"(?:the )?(?:points? )?{_POINT} (?:and|to) (?:the )?(?:point )?" + _POINT.replace(
    "<x>", "<u>"
).replace("<y>", "<v>")
_EDGE: Final = (
    r"(?:(?:with|of|whose) )?(?:an? )?(?:sides?|edges?|side length|edge length)(?: of| length| is| =)? "
)
_BOX_SIDE: Final = r"\d{1,9}(?:\.\d{1,6})?(?: ?(?!by\b|x\b|and\b)[a-z]+)?"
_RADIUS_HEIGHT: Final = rf"(?:(?:with|of) )?(?:an? )?radius (?:of |is |= ?)?(?P<r>{_BOX_SIDE}),? (?:(?:and|by) )?(?:an? )?height (?:of |= ?)?(?P<h>{_BOX_SIDE})"

SOLIDS = family(
    "cube box cuboid prism cylinder cone",
    form(rf"(?:the )?volume of a cube {_EDGE}(?P<a>{_SIDE})", _cube(1, 3)),
    form(rf"(?:the )?surface area of a cube {_EDGE}(?P<a>{_SIDE})", _cube(6, 2)),
    form(rf"(?:the )?volume of an? (?:box|cuboid|rectangular (?:box|prism)){_OF_SIDES} ?(?P<a>{_BOX_SIDE}) ?(?:by|x|\*|,) ?(?P<b>{_BOX_SIDE}),? ?(?:by|x|\*|and|,) ?(?P<c>{_BOX_SIDE})", _box),
    form(rf"(?:the )?volume of an? (?P<a>{_BOX_SIDE}) ?(?:by|x) ?(?P<b>{_BOX_SIDE}) ?(?:by|x) ?(?P<c>{_BOX_SIDE}) (?:box|cuboid|room|tank|pool|crate|container|aquarium)", _box),
    form(rf"(?:the )?volume of an? (?P<body>cylinder|cone) {_RADIUS_HEIGHT}", _cylinder),
)  # fmt: skip
POINTS = family(
    "distance slope gradient",
    form(rf"(?:the )?(?:euclidean )?distance (?:between|from) {_POINTS}", _between_points),
    form(
        rf"(?:the )?(?:slope|gradient) (?:of (?:the|a) line )?(?:between|through|from|passing through) {_POINTS}",
        _slope,
    ),
)


def _on_rectangle(kind: str) -> tuple[Form, ...]:
    return (
        form(rf"(?:the )?{kind} of an? {_ROOM}{_OF_SIDES} ?(?P<a>{_SIDE}) ?{_BY} ?(?P<b>{_SIDE})", _rectangle(kind)),
        form(rf"(?:the )?{kind} of an? {_ROOM},? {_LONG}(?P<a>{_PLAIN_SIDE})(?:,? and|,| by)? {_OTHER}(?P<b>{_SIDE})", _rectangle(kind)),
        form(rf"(?:the )?{kind} of an? (?P<a>{_SIDE}) ?(?:by|x|\*) ?(?P<b>{_SIDE}) {_ROOM}", _rectangle(kind)),
        form(rf"(?:the )?{kind} of (?P<a>{_SIDE}) ?(?:by|x) ?(?P<b>{_SIDE})", _rectangle(kind)),
        form(rf"(?:the )?{kind} of a square {_SQUARE_SIDE}(?P<a>{_SIDE})", _square(kind)),
    )  # fmt: skip


_SQUARE_UNIT: Final = (
    r"(?P<unit>(?:square|sq\.?) (?:feet|foot|ft|meters?|metres?|m|yards?|inches|cm|centimeters?))"
)


def _floor(match: re.Match[str]) -> Question:
    """`how many square feet is a 10 ft by 12 ft room`. Raises NotMath for another unit than that of its sides."""
    sides, units = _sides(match)
    if not units[0] or canonical(match["unit"].replace(".", "")) != f"{units[0]} ** 2":
        raise NotMath("another unit")
    return ask("rectangle", sides, units, "area")


FLAT_BODIES = family(
    "area perimeter hypotenuse square sq big large diagonal",
    form(
        rf"(?:(?:how many|the number of) )?{_SQUARE_UNIT} (?:are there in|are in|is in|in|is|are|of|does) (?:an? |the )?(?P<a>{_SIDE}) ?(?:by|x) ?(?P<b>{_SIDE}) {_ROOM}(?: have)?",
        _floor,
    ),
    form(
        rf"how many {_SQUARE_UNIT} (?:is|are|does) (?:an? |the )?{_ROOM},? (?:of |that is |measuring )?(?P<a>{_SIDE}) ?(?:by|x) ?(?P<b>{_SIDE})",
        _floor,
    ),
    *_on_rectangle("area"),
    form(
        rf"(?:if )?(?:a|the|my) {_ROOM} (?:is|measures) (?P<a>{_SIDE}) ?(?:by|x) ?(?P<b>{_SIDE})[,;.]? what(?: is|'s) (?:the|its) area",
        _rectangle("area"),
    ),
    form(rf"how (?:big|large) is an? (?P<a>{_SIDE}) ?(?:by|x) ?(?P<b>{_SIDE}) {_ROOM}", _rectangle("area")),
    *_on_rectangle("perimeter"),
    form(
        rf"(?:the )?(?:length of the )?diagonal of an? (?P<a>{_SIDE}) ?(?:by|x) ?(?P<b>{_SIDE}) {_ROOM}",
        _hypotenuse,
    ),
    form(
        rf"(?:the )?(?:length of the )?diagonal of an? {_ROOM}{_OF_SIDES} ?(?P<a>{_SIDE}) ?{_BY} ?(?P<b>{_SIDE})",
        _hypotenuse,
    ),
    form(
        rf"(?:the )?area of a trape(?:zoid|zium) with (?:bases|parallel sides)(?: of)? (?P<a>{_SIDE}) and (?P<b>{_SIDE}),? (?:and|with) (?:a )?height(?: of)? (?P<c>{_SIDE})",
        _trapezoid,
    ),
    form(
        rf"(?:the )?area of a (?:right )?triangle,? {_LONG}(?P<a>{_PLAIN_SIDE})(?:,? and|,)? {_OTHER}(?P<b>{_SIDE})",
        _triangle,
    ),
    form(
        r"(?:the )?(?:length of the )?hypotenuse (?:of|for|with|if the legs are) (?:a (?:right(?:-angled| angled)? )?triangle )?"
        rf"(?:(?:with |of )?(?:the )?(?:legs|sides)(?: of)? )?(?P<a>{_SIDE}) and (?P<b>{_SIDE})",
        _hypotenuse,
    ),
)
