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
from orchestrator.routing.skills.math.show import decimal_text
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
        part, whole = operand(match["a"]), _multiple(match["b"]) or operand(match["b"])
        if applies(part, "%") or applies(whole, "%"):
            raise NotMath("ambiguous: per cent, or points of one?")
        if not _is_proper_fraction(part):
            if _MULTIPLE.fullmatch(match["b"].strip()):
                return ask("evaluate", Apply(function, (whole, part)))
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


_MULTIPLE: Final = re.compile(
    r"(?P<times>twice|double|triple|thrice|half(?: of)?) (?P<n>\d{1,12}(?:\.\d{1,6})?|[a-z]+)", re.IGNORECASE
)


def _multiple(text: str) -> Tree | None:
    """`twice 9`, one thing that `12 more than` stands before."""
    found = _MULTIPLE.fullmatch(text.strip())
    if found is None:
        return None
    times, n = found["times"].lower(), _plain_number(found["n"])
    if times.startswith("half"):
        return Apply("/", (n, number(2)))
    return Apply("*", (number(2 if times in ("twice", "double") else 3), n))


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


def _list_steps(match: re.Match[str]) -> Question:
    """`add 3, 4 and 5 then divide by 3`."""
    return ask("evaluate", _stepped(Apply("sum", parse_spoken_list(match["list"])), match["steps"]))


def _plain_number(text: str) -> Tree:
    tree = known(text)
    if not isinstance(tree, Number):
        raise NotMath("a number is expected")
    return tree


def _taken(match: re.Match[str]) -> Question:
    """`12 less 5`, `from 100 take 35`. Raises NotMath for less than nothing."""
    larger, smaller = _plain_number(match["a"]), _plain_number(match["b"])
    if value_of(larger) <= value_of(smaller):
        raise NotMath("the other is larger")
    return ask("evaluate", Apply("-", (larger, smaller)))


_LESS_KINDS: Final = frozenset({"less", "fewer", "smaller", "lower", "shorter", "lighter"})


def _how_much_more(match: re.Match[str]) -> Question:
    """`how much more is 45 than 28`, `how much less is 28 than 45`. Raises NotMath where it is the other way."""
    a, b = _plain_number(match["a"]), _plain_number(match["b"])
    larger, smaller = (b, a) if match["kind"].lower() in _LESS_KINDS else (a, b)
    if value_of(larger) <= value_of(smaller):
        raise NotMath("it is the other way")
    return ask("evaluate", Apply("-", (larger, smaller)))


def _groups_of(match: re.Match[str]) -> Question:
    return ask("evaluate", Apply("*", (_plain_number(match["a"]), _plain_number(match["b"]))))


def _changed_by(match: re.Match[str]) -> Question:
    """`increase 50 by 20`, and `decrease 90 by a third`, which is one of it. Raises NotMath for `decrease 90 by 1/3`."""
    sign = "+" if match["verb"].lower().startswith(("increase", "raise")) else "-"
    whole, word = _plain_number(match["a"]), match["b"].lower()
    if not _NAMED_SHARE.fullmatch(word) and word != "half":
        part = _plain_number(word)
        if value_of(part).denominator != 1 and "." not in word:
            raise NotMath("ambiguous: a share or a number?")
        return ask("evaluate", Apply(sign, (whole, part)))
    share = Apply("of", (known(word), whole))
    integer_of(share)
    return ask("evaluate", Apply(sign, (whole, share)))


def _changed_twice(match: re.Match[str]) -> Question:
    """`100 increased by 20 then decreased by 30`."""
    tree = _plain_number(match["a"])
    for verb, by in ((match["verb"], match["b"]), (match["then"], match["c"])):
        if verb:
            tree = Apply("+" if verb.lower() in ("increased", "raised") else "-", (tree, _plain_number(by)))
    return ask("evaluate", tree)


def _pairs(match: re.Match[str]) -> Question:
    """`how many dozens in 60`. Raises NotMath where they do not come out even."""
    size = 2 if match["what"].lower().startswith("pair") else 12
    things = Apply("/", (_plain_number(match["a"]), number(size)))
    integer_of(things)
    return ask("evaluate", things)


def _dozen_and_half(match: re.Match[str]) -> Question:
    """`a dozen and a half`, `two and a half dozen`: eighteen and thirty."""
    words = (match["n"] or match["m"]).lower()
    count = value_of(known({"a": "1"}.get(words, words))) + Fraction(1, 2)
    return ask("evaluate", Apply("*", (Number(count, True), number(12))))


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


_FIGURES: Final = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:\.\d{1,6})?"
_FIGURE_A: Final = rf"(?P<a>{_FIGURES}|[a-z]{{3,9}}(?:-[a-z]{{3,5}})?)"
_FIGURE_B: Final = _FIGURE_A.replace("<a>", "<b>")
_KIND: Final = (
    r"(?P<kind>more|less|fewer|bigger|smaller|greater|larger|higher|lower|longer|shorter|heavier|lighter)"
)
_IN_DOZENS: Final = r"eggs|roses|donuts|doughnuts|cookies|bagels|muffins|cupcakes|oysters|rolls|bottles|apples|oranges|lemons|pencils|flowers"
_DOZENS_OF: Final = rf"(?: (?:{_IN_DOZENS}))?"

DIFFERENCES = family(
    "pairs pair dozens dozen add less from than groups lots increase increased raised decreased reduced lowered raise decrease reduce lower dozen",
    form(rf"{_FIGURE_A} (?P<verb>increased|raised|decreased|reduced|lowered) by (?P<b>half|(?:an?|one|two|three)[ -][a-z]{{4,8}})", _changed_by),
    form(rf"how many (?P<what>pairs?|dozens?) (?:are (?:there )?|is )?(?:in|is|are|make) {_FIGURE_A}(?: [a-z]{{3,10}})?", _pairs),
    form(rf"add(?: up| together)?:? (?P<list>{_FIGURES}(?:(?:, ?| and ){_FIGURES}){{1,12}},? and {_FIGURES}){_STEPS}", _list_steps),
    form(rf"{_FIGURE_A} less {_FIGURE_B}", _taken),
    form(rf"from {_FIGURE_A},? (?:take(?: away)?|subtract|deduct) {_FIGURE_B}", _taken),
    form(rf"(?:by )?how (?:much|many) {_KIND} is {_FIGURE_A} than {_FIGURE_B}", _how_much_more),
    form(rf"by how (?:much|many) is {_FIGURE_A} {_KIND} than {_FIGURE_B}", _how_much_more),
    form(rf"{_FIGURE_A} (?P<verb>increased|raised|decreased|reduced|lowered) by (?P<b>{_FIGURES})(?:,? (?:and )?then (?P<then>increased|raised|decreased|reduced|lowered) by (?P<c>{_FIGURES}))?", _changed_twice),
    form(rf"{_FIGURE_A} (?:groups|lots) of {_FIGURE_B}", _groups_of),
    form(rf"{_FIGURE_A} (?P<verb>increased|raised|decreased|reduced|lowered) by (?P<b>half|(?:an?|one|two|three)[ -][a-z]{{4,8}})", _changed_by),
    form(rf"(?P<verb>increase|raise|decrease|reduce|lower) {_FIGURE_A} by (?P<b>{_FIGURES}|[a-z]{{3,9}}|(?:an?|one|two|three)[ -][a-z]{{4,8}})", _changed_by),
    form(rf"(?:how many is |how many eggs (?:is|are|in) )?(?:(?P<n>a|one) dozen and a half|(?P<m>\d{{1,4}}|[a-z]{{3,6}}) and a half dozen){_DOZENS_OF}", _dozen_and_half),
    form(rf"(?P<n>half a|\d{{1,12}}(?:\.5)?|(?!few\b|the\b)[a-z]{{2,9}}(?:-[a-z]{{3,5}})?) dozen{_DOZENS_OF}", _dozens),
)  # fmt: skip

INSTRUCTIONS = family(
    "fewer halve add subtract subtracted multiply divide difference sum product quotient less more into square cube raise take times double triple halve as dozen s",
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
    form(r"halve (?P<a>.+)", lambda match: ask("evaluate", Apply("/", (operand(match["a"]), known("2"))))),
    form(r"square (?!root|one$|1$)(?P<a>.+)", lambda match: ask("evaluate", Apply("^", (operand(match["a"]), known("2"))))),
    form(r"cube (?!root|one$)(?P<a>.+)", lambda match: ask("evaluate", Apply("^", (operand(match["a"]), known("3"))))),
    form(rf"raise {_A} to (?:the )?(?:power (?:of )?)?{_B}(?: power)?", _binary("^")),
)  # fmt: skip

_LAST_NUMBER: Final = re.compile(r"(?<![\d.,])\d{1,3}$")


_TIGHT: Final = re.compile(r"[\d.x/-]+", re.IGNORECASE)


def _is_that(match: re.Match[str]) -> Question:
    """`is 7 times 8 56`. Raises NotMath where the last digits may belong to the sum: `is 5 times 1 200`."""
    left, right = known(match["a"]), known(match["b"])
    if isinstance(left, Number) or any(isinstance(part, Name) for part in parts(left)):
        raise NotMath("nothing to compute")
    value = value_of(left)
    if _TIGHT.fullmatch(match["a"]) and ("-" in match["a"] or value != value_of(right)):
        raise NotMath("a name, perhaps: is 9-11 2001")
    if (isinstance(right, Number) and right.decimal and decimal_text(value) is None) or any(
        applies(part, "deg") for part in parts(left)
    ):
        raise NotMath("a rounded value, or no number")
    may_be_thousands = _LAST_NUMBER.search(match["a"]) and re.fullmatch(r"\d{3}", match["b"])
    if may_be_thousands and value != value_of(right):
        raise NotMath("ambiguous: where does the sum end?")
    return ask("claimed", left, right)


_IT: Final = r"(?P<b>-?\d{1,3}(?:,\d{3}){1,3}|-?\d{1,12}(?:\.\d{1,6})?)"
_SUM: Final = r"(?P<a>[^=<>]{2,60}?(?:[\d%)]|squared|cubed)|(?:twice|double|half of|triple) [\w.]{1,12})"

IS_THAT = family(
    "is",
    form(rf"is (?!it\b){_SUM} {_IT}", _is_that),
    form(rf"is it (?:true|correct|right) that {_SUM} (?:is|are|equals|makes|gives) {_IT}", _is_that),
)

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
