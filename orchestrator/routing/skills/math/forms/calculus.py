"""Derivatives, integrals, limits, sums and products over a range."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import integer_of
from orchestrator.routing.skills.math.forms.amounts import known, plain_part
from orchestrator.routing.skills.math.forms.arithmetic import refuse_bare_logarithms
from orchestrator.routing.skills.math.number_words import ORDINAL, ordinal_of
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse
from orchestrator.routing.skills.math.question import Builder, Question, ask, ask_symbolic, family, form
from orchestrator.routing.skills.math.tree import Apply, Name, Tree, number, replaced, unknowns

_F: Final = r"(?:the function )?(?:(?:f\(\w\)|y) ?= ?)?(?P<f>.+?)"
_BY: Final = r"(?:,? (?:with respect to|w\.?r\.?t\.?|wrt|in terms of|for|by) (?P<x>[a-zA-Z]))?"
_AT: Final = r",? (?:at|when|for|where|evaluated at)(?: the point)? (?P<name>[a-zA-Z]) ?= ?(?P<at>.+?)"
_ORDER: Final = rf"(?:(?P<order>{ORDINAL}) )?"
_D: Final = r"(?:differentiate|derive|take the derivative of|find the derivative of)"
_PARTIAL: Final = "partial (?=.* (?:with respect to|wrt|w\\.r\\.t\\.?) )"
_D_SLASH: Final = r"d ?/ ?d(?P<x>[a-z]) ?(?:of )?"
_INTEGRAL: Final = r"(?:the )?(?:indefinite |definite )?integral(?: of)?"
_DX: Final = r"(?: ?d(?P<x>[a-z]))?"
_FROM: Final = (
    r"(?: (?:from|between|over)(?: (?P<x2>[a-z]) ?=)? (?P<low>.+?) (?:to|and)(?: [a-z] ?=)? (?P<high>.+?))"
)
_ANTI: Final = r"(?:(?:the )?(?:antiderivative|anti-derivative|primitive) of|integrate|find the integral of)"
_TO: Final = r"(?: ?(?P<name>[a-z]) ?(?:->|approaches|goes to|tends to|to|=) ?(?P<at>[^ ].*?)(?: from the (?P<side>left|right|below|above))?)"
_AS: Final = rf"(?: ?,? ?(?:as|when|where|for){_TO})"
_RANGE: Final = r"(?: ?,? ?(?:for|from|with|as|over)(?: all)?(?: integers)? ?(?P<name>[a-z]) ?(?:=|from|in|goes from|ranges from)? ?(?:from )?(?P<low>-?\w+) ?(?:to|up to|through|\.\.\.?) ?(?P<high>[\w+-]+))"


def _variable(tree: Tree, named: str | None) -> str:
    """The unknown that is meant: the one named, or the only one there is."""
    names = unknowns(tree)
    if named is None and not names:
        return "x"
    if named is not None:
        if named in ("e", "i") or (names and named not in names):
            raise NotMath("another unknown")
        return named
    if len(names) != 1:
        raise NotMath("one unknown is expected")
    return names[0]


def _natural(tree: Tree) -> Tree:
    """Calculus means the natural logarithm; the answer then says `ln`."""

    def change(part: Tree) -> Tree | None:
        if isinstance(part, Apply) and part.function == "log" and len(part.arguments) == 1:
            return Apply("ln", (_natural(part.arguments[0]),))
        return None

    return replaced(tree, change)


def _derivative(match: re.Match[str]) -> Question:
    groups = match.groupdict()
    tree = _natural(parse(groups["f"]))
    if tree in (Name("f"), Name("g"), Name("h")):
        raise NotMath("a function that is not given")
    unknown = _variable(tree, groups.get("x") or groups.get("name"))
    order = ordinal_of(groups["order"]) if groups.get("order") else 1
    if not 1 <= order <= 10:
        raise NotMath("a derivative of that order")
    if groups.get("at"):
        if groups.get("name", unknown) != unknown:
            raise NotMath("another unknown")
        return ask_symbolic("derivative_at", tree, unknown, order, plain_part(groups["at"]))
    return ask_symbolic("derivative", tree, unknown, order)


def _integral(match: re.Match[str]) -> Question:
    groups = match.groupdict()
    tree = _natural(parse(groups["f"]))
    names = {name for name in (groups.get("x"), groups.get("x2"), groups.get("x3")) if name}
    if len(names) > 1:
        raise NotMath("more than one variable of integration")
    unknown = _variable(tree, names.pop() if names else None)
    if groups.get("low"):
        bounds = known(groups["low"]), plain_part(groups["high"])
        if unknowns(tree) not in ((unknown,), ()):
            raise NotMath("one unknown is expected")
        return ask_symbolic("definite_integral", tree, unknown, *bounds)
    return ask_symbolic("antiderivative", tree, unknown)


def _short_integral(match: re.Match[str]) -> Question:
    """`int sin x dx`, where `int` is no type of a program: the formula has the variable."""
    if match["x"] not in unknowns(parse(match["f"])):
        raise NotMath("no integrand")
    return _integral(match)


def _limit(match: re.Match[str]) -> Question:
    groups = match.groupdict()
    at_text, side = (
        groups["at"].strip(),
        {"left": "-", "below": "-", "right": "+", "above": "+"}.get(groups.get("side") or "", ""),
    )
    if signed := re.fullmatch(r"(.*[\w)])\^?\(?([+-])\)?", at_text):
        at_text, side = signed[1], signed[2]
    tree = parse(groups["f"])
    refuse_bare_logarithms(tree)
    if unknowns(tree) != (groups["name"],):
        raise NotMath("one unknown is expected")
    return ask_symbolic("limit", tree, groups["name"], _bound(at_text), side)


def _bound(text: str) -> Tree:
    return plain_part(text.strip())


def _series(kind: str) -> Builder:
    def build(match: re.Match[str]) -> Question:
        groups = match.groupdict()
        tree = parse(groups["f"])
        name = groups["name"]
        if set(unknowns(tree)) - {name} or name in ("e", "i") and unknowns(tree):
            raise NotMath("one unknown is expected")
        high = (
            Name(groups["high"])
            if re.fullmatch("[nNm]", groups["high"]) and groups["high"] != name
            else _bound(groups["high"])
        )
        return ask("series", kind, tree, name, _bound(groups["low"]), high)

    return build


def _first_terms(term: str) -> Builder:
    """The sum of the first n natural, odd, even, square or cube numbers."""

    def build(match: re.Match[str]) -> Question:
        return ask("series", "sum", parse(term), "k", number(1), known(match["n"]))

    return build


def _from_to(step: int, odd: int = 0) -> Builder:
    """The sum of the integers of a range, or of the even or odd ones as 2k - odd: `from 1 to 10` has both its ends."""

    def build(match: re.Match[str]) -> Question:
        if step == 1:
            return ask("series", "sum", Name("k"), "k", known(match["low"]), known(match["high"]))
        low, high = integer_of(known(match["low"])), integer_of(known(match["high"]))
        first, last = -(-(low + odd) // 2), (high + odd) // 2
        return ask("series", "sum", parse("2k - 1" if odd else "2k"), "k", number(first), number(last))

    return build


def _product_of_all(match: re.Match[str]) -> Question:
    return ask("series", "product", Name("k"), "k", known(match["low"]), known(match["high"]))


def _powers(power: int) -> Builder:
    """`squares from 1 to 10`, those of the numbers; from 1 to 100 they may as well be the squares up to 100."""

    def build(match: re.Match[str]) -> Question:
        low, high = integer_of(known(match["low"])), integer_of(known(match["high"]))
        if not match["of"] and all(round(abs(end) ** (1 / power)) ** power == end for end in (low, high)):
            raise NotMath("ambiguous: the squares, or the numbers that are squared?")
        return ask("series", "sum", parse(f"k^{power}"), "k", number(low), number(high))

    return build


def _between(step: int, odd: int = 0) -> Builder:
    """The same `between 1 and 10`, which some mean with the ends and some without."""

    def build(match: re.Match[str]) -> Question:
        ends = (match["ends"] or "").strip(" ,()").lower()
        return ask("sum_between", known(match["low"]), known(match["high"]), step, odd, ends)

    return build


def _dotted(match: re.Match[str]) -> Question:
    """`1 + 2 + 3 + ... + 100`: an arithmetic or geometric progression."""
    terms = [known(part) for part in match["terms"].split("+") if part.strip()]
    last = known(match["last"])
    if len(terms) < 3:
        raise NotMath("the progression is not plain")
    return ask("progression", tuple(terms), last)


DERIVATIVES = family(
    "derivative derivatives differentiate derive d dx dy dt f g h",
    form(r"(?:if |given |let |for )?(?P<of>[fgh])\((?P<x>[a-z])\) ?= ?(?P<f>.+?)[,.;]? (?:then )?(?:find|what is|what's|calculate|compute|determine) (?P=of) ?'\((?:[a-z]|(?P<at>-?[\d./]+))\)", _derivative),
    form(rf"(?:take |find )?(?:the )?{_ORDER}derivative (?:of|for) {_F} at (?P<at>-?[\d./]+|pi)", _derivative),
    form(rf"(?:take |find )?(?:the )?(?:{_PARTIAL})?{_ORDER}derivative (?:of|for) {_F}{_BY}{_AT}", _derivative),
    form(rf"(?:take |find )?(?:the )?(?:{_PARTIAL})?{_ORDER}derivative (?:with respect to (?P<x>[a-z]) )?(?:of|for) {_F}", _derivative),
    form(rf"(?:take |find )?(?:the )?(?:{_PARTIAL})?{_ORDER}derivative (?:of|for) {_F}{_BY}", _derivative),
    form(r"(?:the )?d(?P<y>[a-z])/d(?P<x>[a-z]) (?:if|when|for|of|given(?: that)?) (?P=y) ?= ?(?P<f>.+)", _derivative),
    form(rf"{_D} {_F}{_BY}{_AT}", _derivative),
    form(rf"{_D} {_F}{_BY}", _derivative),
    form(rf"{_D_SLASH}{_F}{_AT}", _derivative),
    form(rf"{_D_SLASH}{_F} at (?P<at>-?[\d./]+)", _derivative),
    form(rf"{_D_SLASH}{_F}", _derivative),
    form(r"\(?\(?d\)?/\(?d(?P<x>[a-z])\)?\)? ?(?P<f>.+)", _derivative),
)  # fmt: skip

INTEGRALS = family(
    "integral integrate antiderivative primitive anti ∫ area int",
    form(rf"(?:{_INTEGRAL}|{_ANTI}) {_F}{_DX}{_FROM}", _integral),
    form(rf"{_INTEGRAL} from (?P<low>\S+) to (?P<high>\S+) of {_F}{_DX}", _integral),
    form(r"∫ ?_ ?\(?(?P<low>[^^()]+?)\)? ?\^ ?\((?P<high>[^()]+)\) ?(?P<f>.+?) ?d(?P<x>[a-z])", _integral),
    form(r"∫ ?_ ?\(?(?P<low>[^^()]+?)\)? ?\^ ?(?P<high>\w+) (?P<f>.+?) ?d(?P<x>[a-z])", _integral),
    form(r"∫ ?from (?P<low>\S+) to (?P<high>\S+) (?:of )?(?P<f>.+?) ?d(?P<x>[a-z])", _integral),
    form(r"∫ ?(?P<low>-?[\w.]+) ?\^ ?\(?(?P<high>-?[\w.]+)\)? (?P<f>.+?) ?d(?P<x>[a-z])", _integral),
    form(rf"∫ ?{_F} ?d(?P<x>[a-z]){_FROM}", _integral),
    form(r"∫ ?(?P<f>.+?) ?d(?P<x>[a-z])", _integral),
    form(rf"(?:{_INTEGRAL}|{_ANTI}) {_F}(?:,? (?:with respect to|wrt|for) (?P<x>[a-z]))", _integral),
    form(rf"(?:{_INTEGRAL}|{_ANTI}) {_F} ?d(?P<x>[a-z])", _integral),
    form(rf"(?:{_INTEGRAL}|{_ANTI}) {_F}", _integral),
    form(r"int (?P<f>.+?) d(?P<x>[a-z])", _short_integral),
)  # fmt: skip

LIMITS = family(
    "limit lim",
    form(rf"(?:the )?limit (?:of )?{_F}{_AS}", _limit),
    form(rf"(?:the )?limit as{_TO},? of {_F}", _limit),
    form(r"lim(?:it)?\.? ?_? ?\(?(?P<name>[a-z]) ?(?:->|to|approaches) ?(?P<at>[^ ()]+) ?\)?,? ?(?:of )?(?P<f>.+)", _limit),
    form(rf"lim {_F}{_AS}", _limit),
)  # fmt: skip

_SUM_WORD: Final = r"(?:the )?(?:infinite |total )?(?:sum|series|summation)"
_N: Final = r"(?P<n>[^=]+?)"
_SUM_FIRST: Final = r"(?:the )?sum of (?:all )?(?:the )?first"
_SUM_ALL: Final = r"(?:the )?(?:sum of|add up|add|sum)(?: up)? (?:all )?(?:of )?(?:the )?"
_FROM_TO: Final = r" from (?P<low>\S+) (?:to|through|up to|until) (?P<high>\S+?)(?:,? \(?(?:inclusive|inclusively|both included)\)?)?"
_BETWEEN: Final = r" between (?P<low>\S+) (?:and|to) (?P<high>\S+?)(?P<ends>,? \(?(?:inclusive|inclusively|exclusive|exclusively)\)?)?"

SERIES = family(
    "sum series summation product ∑ ∏ ... add",
    form(rf"{_SUM_WORD} (?:of )?{_F}{_RANGE}", _series("sum")),
    form(rf"{_SUM_WORD} (?:(?:from|for|over) )?(?P<name>[a-z]) ?= ?(?P<low>-?\w+) to (?P<high>\w+) of {_F}", _series("sum")),
    form(rf"(?:the )?product (?:of )?{_F}{_RANGE}", _series("product")),
    form(r"∑ ?_ ?\(?(?P<name>[a-z]) ?= ?(?P<low>-?\w+)\)? ?\^ ?\(? ?(?P<high>\w+) ?\)? ?(?P<f>.+)", _series("sum")),
    form(r"∏ ?_ ?\(?(?P<name>[a-z]) ?= ?(?P<low>-?\w+)\)? ?\^ ?\(? ?(?P<high>\w+) ?\)? ?(?P<f>.+)", _series("product")),
    form(rf"{_SUM_WORD} of (?P<f>(?P<name>[a-z])) from (?P<low>-?\d+) (?:to|up to|through) (?P<high>-?\d+|n|infinity)", _series("sum")),
    form(rf"{_SUM_FIRST} {_N} (?:positive integers|natural numbers|positive whole numbers|integers|counting numbers|numbers)", _first_terms("k")),
    form(rf"{_SUM_FIRST} {_N} (?:positive )?odd (?:numbers|integers|natural numbers)", _first_terms("2k - 1")),
    form(rf"{_SUM_FIRST} {_N} (?:positive )?even (?:numbers|integers|natural numbers)", _first_terms("2k")),
    form(rf"{_SUM_FIRST} {_N} (?:perfect )?(?:squares|square numbers)", _first_terms("k^2")),
    form(rf"{_SUM_FIRST} {_N} (?:perfect )?cubes", _first_terms("k^3")),
    form(rf"{_SUM_ALL}(?:numbers|integers|whole numbers|natural numbers|positive integers|consecutive integers){_FROM_TO}", _from_to(1)),
    form(r"(?:the )?sum of (?:all )?(?:the )?(?:numbers |integers )?(?P<low>\d+) to (?P<high>\d+)", _from_to(1)),
    form(r"(?:the )?product of (?:all )?(?:the )?(?:(?:numbers|integers|whole numbers) from |from )?(?P<low>\d+) to (?P<high>\d+)", _product_of_all),
    form(rf"{_SUM_ALL}squares(?: of (?:the )?(?P<of>numbers|integers))?{_FROM_TO}", _powers(2)),
    form(rf"{_SUM_ALL}cubes(?: of (?:the )?(?P<of>numbers|integers))?{_FROM_TO}", _powers(3)),
    form(rf"{_SUM_ALL}even (?:numbers|integers){_FROM_TO}", _from_to(2)),
    form(rf"{_SUM_ALL}odd (?:numbers|integers){_FROM_TO}", _from_to(2, 1)),
    form(rf"{_SUM_ALL}(?:numbers|integers|whole numbers|natural numbers|positive integers){_BETWEEN}", _between(1)),
    form(rf"{_SUM_ALL}even (?:numbers|integers){_BETWEEN}", _between(2)),
    form(rf"{_SUM_ALL}odd (?:numbers|integers){_BETWEEN}", _between(2, 1)),
    form(r"(?:the )?(?:sum of |sum )?(?P<terms>[^.=]+?\+) ?\.\.\. ?\+ ?(?P<last>[^.=]+)", _dotted),
)  # fmt: skip
