"""Arithmetic put as an instruction or a comparison: add, subtract, multiply, divide, which is larger, is it equal."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.application import is_fractional, is_plain_fraction
from orchestrator.routing.skills.math.exact.evaluate import integer_of, value_of
from orchestrator.routing.skills.math.forms.amounts import is_share, known, operand
from orchestrator.routing.skills.math.forms.money import money
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse_spoken_list
from orchestrator.routing.skills.math.question import Builder, Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, applies, number, parts

_A: Final = r"(?P<a>.+?)"
_B: Final = r"(?P<b>.+?)"
_LARGER: Final = (
    r"(?:bigger|larger|greater|higher|more|the (?:bigger|larger|greatest|largest|biggest)(?: number)?)"
)
_FUNCTION_OF: Final = {"add": "+", "subtract": "-", "take away": "-", "multiply": "*", "divide": "/"}
_VERSION: Final = re.compile(r"[1-9]\d*\.\d+")
_ONE_STEP: Final = (
    r"(?:,? (?:and )?(?:then )?| ?; ?)(?P<verb>add|subtract|take away|multiply|divide)"
    r"(?: (?:it|that|this|the (?:result|sum|total|difference|product|quotient|answer)))?(?: by)? (?P<by>-?[\d.,]*\d(?:/\d+)?)(?: (?:to|from) (?:it|that|the result))?"
)
_ENDS_ALIKE: Final = re.compile(r"\S+ (squared|cubed); \S+ (squared|cubed)", re.IGNORECASE)
"""`the difference of 10 squared and 6 squared`: each is squared."""
_STEP: Final = re.compile(_ONE_STEP, re.IGNORECASE)
_FIRST: Final = r"(?P<a>[^,;]{1,40}?)"
_SECOND: Final = r"(?P<b>[^,;]{1,40}?)"
_STEPS: Final = "(?P<steps>(?:" + re.sub(r"\(\?P<\w+>", "(?:", _ONE_STEP) + "){1,6})"
_NAMED_SHARE: Final = re.compile(
    r"(?:an?|one|two|three|four|five)[ -](?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?",
    re.IGNORECASE,
)
"""A share that `less` and `more` compare by. `half more than 2` is 3 to some and 2.5 to others."""
_SMALLER: Final = r"(?:smaller|less|lower|fewer|the (?:smaller|smallest|least|lowest)(?: number)?)"


def _binary(function: str, first: str = "a", second: str = "b") -> Builder:
    return lambda match: ask("evaluate", Apply(function, _two(function, match[first], match[second])))


def _two(function: str, first: str, second: str) -> tuple[Tree, Tree]:
    """Raises NotMath for `the difference of 100 and 10%`, as the parser does for `100 - 10%`."""
    if (same := _ENDS_ALIKE.fullmatch(f"{first}; {second}")) and same[1].lower() == same[2].lower():
        return known(first), known(second)
    left, right = operand(first), operand(second)
    if function in ("+", "-") and applies(left, "%") != applies(right, "%"):
        raise NotMath("ambiguous: per cent of what?")
    if function in ("+", "-") and (
        (is_share(first) and not is_fractional(right)) or (is_share(second) and not is_fractional(left))
    ):
        raise NotMath("ambiguous: a share of the other?")
    return left, right


def _compared(function: str) -> Builder:
    """`5 less than 12`, and `a third more than 60`, which is that share of 60 more.

    Raises NotMath for `1/3 less than 9` and `half more than 10`, and for a share that does not come out even.
    """

    def build(match: re.Match[str]) -> Question:
        part, whole = operand(match["a"]), operand(match["b"])
        if applies(part, "%") or applies(whole, "%"):
            raise NotMath("ambiguous: per cent, or points of one?")
        if not _is_proper_fraction(part):
            left, right = _two(function, match["b"], match["a"])
            return ask("evaluate", Apply(function, (left, right)))
        if not _NAMED_SHARE.fullmatch(match["a"].strip()):
            raise NotMath("ambiguous: a share or a number?")
        share = Apply("of", (part, whole))
        if integer_of(whole) <= 0:
            raise NotMath("a share of nothing")
        integer_of(share)
        return ask("evaluate", Apply(function, (whole, share)))

    return build


def _is_proper_fraction(tree: Tree) -> bool:
    value = value_of(tree) if isinstance(tree, Number) or is_plain_fraction(tree) else None
    is_written_so = not (isinstance(tree, Number) and tree.decimal)
    return value is not None and value.denominator != 1 and value < 1 and is_written_so


def _listed(function: str) -> Builder:
    def build(match: re.Match[str]) -> Question:
        items = parse_spoken_list(match["a"])
        if len(items) < 2:
            raise NotMath("a list is expected")
        return ask("evaluate", Apply(function, items))

    return build


def _steps(function: str, first: str = "a", second: str = "b") -> Builder:
    """`add 3 to 4 and multiply by 2`: one step after the other, each on the result of the one before."""

    def build(match: re.Match[str]) -> Question:
        tree = Apply(function, _two(function, match[first], match[second]))
        return ask("evaluate", _stepped(tree, match["steps"]))

    return build


def _stepped(tree: Tree, steps: str) -> Tree:
    for step in _STEP.finditer(steps):
        tree = Apply(_FUNCTION_OF[step["verb"].lower()], (tree, operand(step["by"])))
    return tree


def _multiple_steps(match: re.Match[str]) -> Question:
    """`double 15 and subtract 4`."""
    factor = {"double": Fraction(2), "triple": Fraction(3), "halve": Fraction(1, 2)}[match["times"].lower()]
    return ask("evaluate", _stepped(Apply("*", (number(factor), operand(match["a"]))), match["steps"]))


def _goes_into(match: re.Match[str]) -> Question:
    """`how many times does 7 go into 56`: a whole number, or it is not clear what is asked."""
    times = Apply("/", (operand(match["b"]), operand(match["a"])))
    integer_of(times)
    return ask("evaluate", times)


def _difference(match: re.Match[str]) -> Question:
    return ask("difference", *_two("-", match["a"], match["b"]))


def _larger(sign: str) -> Builder:
    return lambda match: ask("larger", known(match["a"]), known(match["b"]), sign, compared_as(match))


def _order(sign: str) -> Builder:
    return lambda match: ask("in_order", known(match["a"]), known(match["b"]), sign, compared_as(match))


def compared_as(match: re.Match[str]) -> str:
    """What they are compared as, where two versions in these digits would stand in another order: 3.10 and 3.9."""
    texts = [match[name].strip() for name in "ab"]
    if not all(_VERSION.fullmatch(text) for text in texts):
        return ""
    first, second = ([int(part) for part in text.split(".")] for text in texts)
    one, other = (Fraction(text) for text in texts)
    return "" if (first > second, first < second) == (one > other, one < other) else "as decimal numbers"


def refuse_congruence(right: Tree) -> None:
    """Raise NotMath for `17 = 2 mod 5`, which means that both leave the same remainder."""
    if any(applies(part, "mod") for part in parts(right)):
        raise NotMath("a congruence")


def _equal(match: re.Match[str]) -> Question:
    left, right = known(match["a"]), known(match["b"])
    refuse_congruence(right)
    if isinstance(left, Number) and isinstance(right, Number):
        raise NotMath("nothing to compute")
    if any(isinstance(part, Name) for tree in (left, right) for part in parts(tree)):
        raise NotMath("no fractions")
    return ask("compare", left, right)


_PAID: Final = r"[$€£] ?(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:\.\d\d?)?"


def _paid(sign: str) -> Builder:
    """`divide $85.50 by 3`."""
    return lambda match: money(f"{match['a']} {sign} {match['b']}")


_TIMES_AS: Final = r"(?P<a>twice|thrice|half|an? (?:half|third|quarter|fifth|tenth)|[\d./]{1,12} times|[a-z]+(?:-[a-z]+)? times)"


def _times_as_much(match: re.Match[str]) -> Question:
    """`three times as many as 12`, `half as much as 30`."""
    word = match["a"].lower().removesuffix(" times")
    factor = known({"twice": "2", "thrice": "3"}.get(word, word))
    if value_of(factor) <= 0:
        raise NotMath("a factor is expected")
    return ask("evaluate", Apply("*", (factor, operand(match["b"]))))


def _dozens(match: re.Match[str]) -> Question:
    """`how many is 3 dozen`."""
    words = match["n"].lower()
    count = known({"a": "1", "half a": "1/2"}.get(words, words))
    return ask("evaluate", Apply("*", (count, number(12))))


INSTRUCTIONS = family(
    "add subtract subtracted multiply divide difference sum product quotient less more into square cube raise take times double triple halve as dozen s",
    form(rf"{_TIMES_AS} as (?:much|many|large|big|long|high) as {_B}", _times_as_much),
    form(r"how many (?P<a>\d{1,9})'?s (?:are (?:there )?in|go into|fit into|in|make) (?P<b>\d{1,12})", _goes_into),
    form(r"how many (?!times |boxes|cartons|crates|packs|cases|trays|bags|rows|pairs|days|weeks|dozens)(?:[a-z]+ )?(?:is|are|are there in|is in|in|are in|make)(?: there in)? (?P<n>a|half a|\d{1,12}(?:\.\d)?|[a-z]+(?:-[a-z]+)?) dozen(?: [a-z]+)?", _dozens),
    form(rf"add(?: together)? {_FIRST} (?:and|to|with) {_SECOND}{_STEPS}", _steps("+")),
    form(rf"(?:subtract|take(?: away)?) {_FIRST} from {_SECOND}{_STEPS}", _steps("-", "b", "a")),
    form(rf"multiply {_FIRST} (?:by|and|with) {_SECOND}{_STEPS}", _steps("*")),
    form(rf"divide {_FIRST} by {_SECOND}{_STEPS}", _steps("/")),
    form(rf"(?P<times>double|triple|halve) {_FIRST}{_STEPS}", _multiple_steps),
    form(rf"(?:divide|split) (?P<a>{_PAID}) (?:by|into) (?P<b>\d{{1,6}})", _paid("/")),
    form(rf"multiply (?P<a>{_PAID}) by (?P<b>\d{{1,6}}(?:\.\d{{1,3}})?)", _paid("*")),
    form(rf"add (?P<a>{_PAID}) (?:and|to) (?P<b>{_PAID})", _paid("+")),
    form(rf"(?:subtract|take|deduct) (?P<b>{_PAID}) from (?P<a>{_PAID})", _paid("-")),
    form(rf"add(?: together)? {_A} (?:and|to|with) {_B}", _binary("+")),
    form(r"add(?: up| together)?:? (?P<a>.+)", _listed("sum")),
    form(rf"(?:subtract|take(?: away)?|deduct) {_A} (?:away )?from {_B}", _binary("-", "b", "a")),
    form(rf"{_A} subtracted from {_B}", _binary("-", "b", "a")),
    form(rf"multiply {_A} (?:by|and|with|times) {_B}", _binary("*")),
    form(r"multiply(?: together)?:? (?P<a>.+)", _listed("product")),
    form(rf"divide {_A} (?:by|with) {_B}", _binary("/")),
    form(rf"(?:the )?quotient of {_A} (?:and|divided by) {_B}", _binary("/")),
    form(rf"(?:the )?difference (?:between|of) {_A} and {_B}", _difference),
    form(rf"{_A} (?:less|fewer) than {_B}", _compared("-")),
    form(rf"{_A} more than {_B}", _compared("+")),
    form(rf"(?:how many times does|how often does) {_A} (?:go|fit) into {_B}", _goes_into),
    form(r"square (?!root|one$)(?P<a>.+)", lambda match: ask("evaluate", Apply("^", (operand(match["a"]), known("2"))))),
    form(r"cube (?!root|one$)(?P<a>.+)", lambda match: ask("evaluate", Apply("^", (operand(match["a"]), known("3"))))),
    form(rf"raise {_A} to (?:the )?(?:power (?:of )?)?{_B}(?: power)?", _binary("^")),
)  # fmt: skip

COMPARISONS = family(
    "= equal equals bigger larger greater smaller less higher lower > < true same correct right",
    form(rf"(?:is it true that |is |does |true or false[:,]? |is it correct that ){_A} ?(?:=|is equal to|equal to|equals to|equals?|the same as) ?{_B}"
         r"(?: (?:true|correct|right))?(?:,? true or false)?", _equal),
    form(rf"{_A} ?= ?{_B}", _equal),
    form(rf"(?:which|what)(?: number| one| fraction| of these| value)?(?: is)? {_LARGER}[:,;]? (?:is it )?{_A},? or {_B}", _larger(">")),
    form(rf"(?:which|what)(?: number| one| fraction| of these| value)?(?: is)? {_SMALLER}[:,;]? (?:is it )?{_A},? or {_B}", _larger("<")),
    form(rf"{_LARGER}[:,;]? {_A},? or {_B}", _larger(">")),
    form(rf"{_SMALLER}[:,;]? {_A},? or {_B}", _larger("<")),
    form(rf"(?:is )?{_A} or {_B} (?:is )?{_LARGER}", _larger(">")),
    form(rf"(?:is it true that |is ){_A}(?: is)? {_LARGER} than {_B}", _order(">")),
    form(rf"(?:is it true that |is ){_A}(?: is)? {_SMALLER} than {_B}", _order("<")),
    form(rf"(?:is it true that |is ){_A} ?(?<![<>=])>(?!=) ?{_B}", _order(">")),
    form(rf"(?:is it true that |is ){_A} ?(?<![<>=])<(?!=) ?{_B}", _order("<")),
)  # fmt: skip
