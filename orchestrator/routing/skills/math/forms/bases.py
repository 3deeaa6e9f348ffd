"""Other ways to write a number: bases, Roman numerals, fractions and decimals, rounding."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.forms.amounts import known, operand
from orchestrator.routing.skills.math.forms.arithmetic import refuse_bare_angles
from orchestrator.routing.skills.math.number_words import integer_of
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, Number, Tree, applies, parts

_BASES: Final = {
    "binary": 2,
    "bin": 2,
    "octal": 8,
    "oct": 8,
    "decimal": 10,
    "denary": 10,
    "hexadecimal": 16,
    "hex": 16,
}
_NAMED: Final = r"(?:binary|bin|octal|oct|decimal|denary|hexadecimal|hex|base[- ]?\d{1,2})"
_INTO: Final = rf"(?:the )?(?P<to>{_NAMED})(?: (?:number|form|notation|system|representation|code))?"
_N: Final = r"(?:the number )?(?P<n>[^?]+?)"
_RAW: Final = r"(?:the )?(?:number )?(?P<raw>(?:0[xbo])?[0-9a-zA-Z]+)"
_FROM: Final = rf"(?P<from>{_NAMED})(?: number)?"
_CONVERT: Final = r"(?:convert|change|express|write|translate|turn|represent)? ?"
_TO: Final = r"(?:in|to|into|as|from decimal to|from base 10 to)(?: an?)?"
_PLACES: Final = r"(?P<places>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"


def _base(name: str) -> int:
    digits = re.search(r"\d+", name)
    base = int(digits[0]) if digits else _BASES[name.lower()]
    if not 2 <= base <= 36:
        raise NotMath("no such base")
    return base


def _to_base(match: re.Match[str]) -> Question:
    tree = known(match["n"])
    base = _base(match["to"])
    if not isinstance(tree, Number) and _is_another_in(base, tree):
        raise NotMath("ambiguous: are the numbers in that base already?")
    if base == 10:
        if not re.fullmatch(r"0[xbo][0-9a-f]+", match["n"], re.IGNORECASE):
            raise NotMath("it is decimal already")
        return ask("from_base", match["n"], {"x": 16, "b": 2, "o": 8}[match["n"][1].lower()], 10)
    return ask("to_base", tree, base)


def _is_another_in(base: int, tree: Tree) -> bool:
    """Whether its numbers can be read as written in the base, like 1010 and 11 in binary, and would be others then."""
    texts = [str(part.value) for part in parts(tree) if isinstance(part, Number)]
    try:
        return any(int(text, base) != int(text) for text in texts)
    except ValueError:
        return False


def _from_base(match: re.Match[str]) -> Question:
    groups = match.groupdict()
    return ask("from_base", match["raw"], _base(match["from"]), _base(groups.get("to") or "decimal"))


def _to_roman(match: re.Match[str]) -> Question:
    return ask("to_roman", known(match["n"]))


def _from_roman(match: re.Match[str]) -> Question:
    return ask("from_roman", match["raw"])


BASES = family(
    "binary bin octal oct decimal denary hexadecimal hex base",
    form(rf"{_CONVERT}(?:the )?{_FROM} {_RAW} {_TO} {_INTO}", _from_base),
    form(rf"{_CONVERT}{_RAW} from {_FROM} {_TO} {_INTO}", _from_base),
    form(rf"{_CONVERT}{_RAW} (?:\(|in |_\(?)?{_FROM}\)? {_TO} {_INTO}", _from_base),
    form(rf"{_CONVERT}{_RAW}_\(?(?P<from>\d{{1,2}})\)? {_TO} {_INTO}", _from_base),
    form(rf"(?:the )?decimal (?:value|equivalent|representation) of (?:the )?{_FROM} {_RAW}", _from_base),
    form(rf"{_CONVERT}{_N} {_TO} {_INTO}", _to_base),
    form(rf"(?:the )?(?P<to>{_NAMED}) (?:representation|form|of|equivalent|version|value)(?: of| for)? {_N}", _to_base),
)  # fmt: skip

ROMAN = family(
    "roman numeral numerals number digits numbers integer arabic decimal",
    form(rf"{_CONVERT}(?P<n>[\d,]+) {_TO} (?:a )?roman(?: numerals?| numbers?)?(?: form)?", _to_roman),
    form(r"(?:the )?roman numerals? (?:for|of|representing) (?P<n>[\d,]+)", _to_roman),
    form(rf"{_CONVERT}(?:the )?(?:roman numerals? )?(?P<raw>[IVXLCDM]{{2,15}})"
         r" (?:in|as|to|into)(?: an?)? (?:(?:regular|normal|arabic|decimal|ordinary) )?"
         r"(?:numbers?|digits|integer|arabic numerals|numerals|arabic|decimal|modern numbers)", _from_roman),
    form(r"(?:the )?roman numerals? (?P<raw>[IVXLCDM]{1,15})(?: (?:in|as|to) (?:an? )?(?:number|digits|numbers|decimal))?", _from_roman),
    form(r"(?:what )?number is (?:the roman numeral )?(?P<raw>[IVXLCDM]{2,15})(?: in roman numerals)?", _from_roman),
    form(r"(?P<raw>[IVXLCDM]{2,15}) in roman numerals", _from_roman),
)  # fmt: skip


def _fraction(match: re.Match[str]) -> Question:
    tree = known(match["n"])
    if not applies(tree, "/", "%") and not isinstance(tree, Number):
        raise NotMath("a fraction is expected")
    return ask("as_fraction", tree)


def _fraction_of(match: re.Match[str]) -> Question:
    """`7 is what fraction of 28`."""
    return ask("as_fraction", Apply("/", (operand(match["a"]), operand(match["b"]))))


def _lowest_terms(match: re.Match[str]) -> Question:
    tree = known(match["n"])
    if not applies(tree, "/") or any(not isinstance(part, Number) for part in getattr(tree, "arguments", ())):
        raise NotMath("a fraction is expected")
    return ask("as_fraction", tree)


def _decimal(match: re.Match[str]) -> Question:
    return ask("as_decimal", known(match["n"]))


def _mixed(match: re.Match[str]) -> Question:
    return ask("as_mixed", known(match["n"]))


def _rounded(match: re.Match[str]) -> Question:
    tree = known(match["n"])
    refuse_bare_angles(tree)
    return ask("to_places", tree, _count(match["places"]))


def _significant(match: re.Match[str]) -> Question:
    return ask("to_figures", known(match["n"]), _count(match["places"]))


def _nearest(match: re.Match[str]) -> Question:
    return ask("to_nearest", known(match["n"]), known(_UNITS.get(match["unit"].lower(), match["unit"])))


def _count(text: str) -> int:
    count = int(text) if text.isdigit() else integer_of([text.lower()])
    if not 0 <= count <= 200:
        raise NotMath("too many places")
    return count


_UNITS: Final = {
    "whole number": "1", "integer": "1", "whole": "1", "one": "1", "ten": "10", "hundred": "100", "thousand": "1000",
    "million": "1000000", "tenth": "1/10", "hundredth": "1/100", "thousandth": "1/1000", "half": "1/2", "quarter": "1/4",
}  # fmt: skip

FRACTIONS = family(
    "fraction fractions decimal decimals terms form mixed improper simplify reduce simplified round rounded places figures nearest digits",
    form(rf"{_CONVERT}{_N} (?:as|to|into|in) (?:a )?(?:(?:simplified|simple|reduced|proper|common) )?fraction(?: form)?(?: in (?:lowest|simplest) (?:terms|form))?", _fraction),
    form(r"(?P<a>[^?]+?) is what fraction of (?P<b>[^?]+)", _fraction_of),
    form(r"what fraction of (?P<b>[^?]+?) is (?P<a>[^?]+)", _fraction_of),
    form(r"(?:what|which) fraction is (?P<a>[^?]{1,40}?) (?:out )?of (?P<b>[^?]{1,40})", _fraction_of),
    form(rf"{_CONVERT}{_N} (?:as|to|into|in) (?:an )?improper fraction", _fraction),
    form(r"(?:simplify|reduce) (?:the )?(?:fraction )?(?P<n>[\d ()/]+?)(?: (?:to|into) (?:its |the )?(?:lowest|simplest) (?:terms|form))?", _lowest_terms),
    form(r"(?P<n>[\d ()/]+?) (?:in|to|into) (?:its |the )?(?:lowest|simplest|reduced) (?:terms|form)", _lowest_terms),
    form(r"(?P<n>[\d ()/]+?) (?:simplified|reduced)", _lowest_terms),
    form(rf"{_CONVERT}{_N} (?:as|to|into|in) (?:a )?decimal(?: number| form| fraction)?", _decimal),
    form(rf"(?:the )?decimal (?:form|equivalent|value|expansion) of {_N}", _decimal),
    form(rf"{_CONVERT}{_N} (?:as|to|into) (?:a )?mixed (?:number|fraction)", _mixed),
    form(rf"(?:round )?{_N}(?: rounded)? (?:to|with) {_PLACES} (?:decimal|decimals|dp|d\.p\.?)(?: places?| digits?)?", _rounded),
    form(rf"(?:round )?{_N}(?: rounded)? (?:to|with) {_PLACES} (?:significant (?:figures|digits)|sig figs|s\.?f\.?)", _significant),
    form(rf"(?:round )?{_N}(?: rounded)? to (?:the )?nearest (?P<unit>{'|'.join(_UNITS)}|\d+)", _nearest),
    form(rf"pi to (?:the first )?{_PLACES} digits", lambda match: ask("digits_of_pi", _count(match["places"]))),
    form(rf"(?:the )?first {_PLACES} (?:digits|decimal digits|decimals) of pi", lambda match: ask("digits_of_pi", _count(match["places"]))),
)  # fmt: skip
