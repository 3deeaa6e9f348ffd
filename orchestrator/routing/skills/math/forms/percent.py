"""Percentages: off, more, less, tips and taxes, what share, what whole, what change."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.forms.amounts import Amount, amount, known, operand, plain_part
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, applies, number

_P: Final = r"(?:a |an )?(?P<p>[^%]{1,40}?) ?(?:%|percent|per cent|pct)"
_X: Final = r"(?P<x>.+?)"
_A: Final = r"(?P<a>.+?)"
_B: Final = r"(?P<b>.+?)"
_UP: Final = r"(?:increase|raise|grow|mark up|up)"
_DOWN: Final = r"(?:decrease|reduce|lower|discount|cut|mark down|down)"
_RISES: Final = "increased|raised|marked up"
_VERBS: Final = f"{_RISES}|decreased|reduced|lowered|discounted|marked down"
_WHAT_PERCENT: Final = r"(?:what|which) (?:%|percent|per cent|percentage)(?: is| of)?"
_PERCENTAGE: Final = r"(?:percent|percentage|per cent|%)"
_A_YEAR: Final = r"(?: (?:a year|per year|per annum|yearly|annually|annual interest|interest per year))?"
_CHARGE: Final = r"(?:tip|gratuity|sales tax|tax|vat|gst|commission|service charge|deposit|down payment)"


def _changed(operation: str, match: re.Match[str]) -> Question:
    x = amount(match["x"], operand)
    if applies(x.tree, "%"):
        raise NotMath("ambiguous: per cent, or points of one?")
    return ask(operation, operand(match["p"]), x.tree, x.currency)


def _off(match: re.Match[str]) -> Question:
    return _changed("percent_less", match)


def _more(match: re.Match[str]) -> Question:
    return _changed("percent_more", match)


def _two_amounts(match: re.Match[str]) -> tuple[Amount, Amount]:
    """Raises NotMath for two currencies."""
    a, b = (
        amount(match[name], plain_part if match.end(name) == match.end() else None) for name in ("a", "b")
    )
    if a.currency and b.currency and a.currency != b.currency:
        raise NotMath("one currency is expected")
    return a, b


def _share(match: re.Match[str]) -> Question:
    a, b = _two_amounts(match)
    return ask("share", a.tree, b.tree)


def _whole(match: re.Match[str]) -> Question:
    a = amount(match["a"])
    return ask("whole", a.tree, operand(match["p"]), a.currency)


def _change(match: re.Match[str]) -> Question:
    a, b = _two_amounts(match)
    return ask("percent_change", a.tree, b.tree, match["kind"].lower())


def _change_behind(match: re.Match[str]) -> Question:
    """`from 50 to 65 percent change`."""
    a, b = (amount(match[name], plain_part) for name in ("a", "b"))
    if a.currency != b.currency:
        raise NotMath("one currency is expected")
    return ask("percent_change", a.tree, b.tree, match["kind"].lower())


def _interest(match: re.Match[str]) -> Question:
    capital, years = amount(match["x"], operand), known(match["years"])
    return ask("simple_interest", capital.tree, operand(match["p"]), years, capital.currency)


def _portion(match: re.Match[str]) -> Question:
    x = amount(match["x"], operand)
    return ask("percent_of", operand(match["p"]), x.tree, x.currency)


def _as_percent(match: re.Match[str]) -> Question:
    return ask("as_percent", known(match["a"]))


def _half_percent(match: re.Match[str]) -> Question:
    x = amount(match["x"], operand)
    return ask("percent_of", number(Fraction(1, 2)), x.tree, x.currency)


def _one_after_the_other(match: re.Match[str]) -> Question:
    """`100 increased by 10% then decreased by 10%`: the second is of what the first left."""
    tree = operand(match["x"])
    for verb, percent in ((match["verb"], match["p"]), (match["then"], match["q"])):
        sign = "+" if re.match(_RISES, verb, re.IGNORECASE) else "-"
        share = Apply("/", (operand(percent), number(100)))
        tree = Apply("*", (tree, Apply(sign, (number(1), share))))
    return ask("evaluate", tree)


_GROWING: Final = frozenset({"increase", "rise", "growth", "gain"})
_EITHER_WAY: Final = frozenset({"went", "changed", "moved", "goes", "changes"})
_STORY: Final = (
    r"(?:(?:(?:a|an|the|my|its|our) )?[a-z]+(?: [a-z]+)? )?(?P<verb>rose|increased|went up|grew|climbed|fell|dropped|decreased|went down"
    r"|went|changed|moved|goes|changes)"
)


def _story_change(match: re.Match[str]) -> Question:
    """`a price rose from 40 to 50, what is the percent increase`."""
    verb, kind = match["verb"].lower(), match["kind"].lower()
    rose = verb in ("rose", "increased", "went up", "grew", "climbed")
    if kind != "change" and verb not in _EITHER_WAY and (kind in _GROWING) != rose:
        raise NotMath("the change is the other way")
    return _change(match)


def _net(match: re.Match[str]) -> Question:
    return _changed("net", match)


def _tax_within(match: re.Match[str]) -> Question:
    return _changed("tax_within", match)


_TAX: Final = r"(?:vat|gst|sales tax|tax)"
_GROSS: Final = rf"(?P<x>[^,;%]{{1,40}}?) (?:including|incl\.?|inclusive of|(?:which |that )?includes|with(?=.* included\b)) {_P} {_TAX}(?: included)?"
_ASKED: Final = r"(?:what is|what's|whats|how much is|find|calculate)"
_WITHOUT: Final = rf"(?:without|before|excluding|net of|less) (?:the )?{_TAX}"
_NET: Final = rf"(?:net(?: price| amount| value| cost)?|(?:price|amount|value|cost) {_WITHOUT}|(?:pre-tax|pretax) (?:price|amount))"

PERCENT = family(
    "% percent percentage cent pct",
    form(r"half a (?:%|percent|per cent|pct) of (?P<x>.+)", _half_percent),
    form(rf"(?:if |when )?(?:a|an|the|my) [a-z]+(?: [a-z]+)? (?:costs?|is priced at|cost) {_X} and (?:is|it is|it's|gets) {_P} off[,;.]?"
         r" (?:what|how much) (?:do|would|will|should|must) (?:i|you|we) pay", _off),
    form(rf"(?:the )?(?:final |new |sale )?(?:price|cost) after {_P} (?:(?:discount|reduction) (?:on|off|from)|off(?: of| from)?) {_X}", _off),
    form(rf"(?:the )?simple interest (?:on|for|of) {_X} at (?:a rate of |an? )?{_P}{_A_YEAR} (?:for|over) (?P<years>[\w.]+) years?", _interest),
    form(rf"{_P} off(?: of| from)? {_X}", _off),
    form(rf"{_P} (?:discount|reduction) (?:on|off|off of|from|for|of) {_X}", _off),
    form(rf"{_X} (?:with|after|at|minus|less) {_P} (?:discount|reduction|decrease|off)", _off),
    form(rf"{_P} (?:less|lower|smaller|fewer) than {_X}", _off),
    form(rf"{_P} (?:more|greater|higher|larger|bigger) than {_X}", _more),
    form(rf"{_X} (?:with|after|plus) (?:a )?{_P} (?:increase|raise|markup|mark-up|{_CHARGE})", _more),
    form(rf"{_UP} {_X} by {_P}", _more),
    form(rf"{_DOWN} {_X} by {_P}", _off),
    form(rf"{_X} (?P<verb>{_VERBS}) by {_P},? (?:and )?then (?P<then>{_VERBS}) by (?P<q>[^%]{{1,40}}?) ?(?:%|percent|per cent|pct)", _one_after_the_other),
    form(rf"{_X} (?:increased|raised|marked up|up|grown) (?:by )?{_P}", _more),
    form(rf"{_X} (?:decreased|reduced|lowered|discounted|marked down|down|cut) (?:by )?{_P}", _off),
    form(rf"{_P} (?:increase|raise) (?:of|on|to|in) {_X}", _more),
    form(rf"{_P} decrease (?:of|on|to|in) {_X}", _off),
    form(rf"add (?:a )?{_P}(?: {_CHARGE})? to {_X}", _more),
    form(rf"(?:take|subtract|deduct) {_P} (?:off|from|off of) {_X}", _off),
    form(rf"{_WHAT_PERCENT} of {_B} is {_A}", _share),
    form(rf"{_WHAT_PERCENT}(?: is)? {_A} (?:of|out of) {_B}", _share),
    form(rf"{_A} is {_WHAT_PERCENT} of {_B}", _share),
    form(rf"{_A} (?:is )?as an? {_PERCENTAGE} of {_B}", _share),
    form(rf"{_A} (?:out of|over) {_B} (?:as|in|to) (?:an? )?{_PERCENTAGE}(?: form)?", _share),
    form(rf"(?:the )?{_PERCENTAGE} (?:that )?(?:of )?{_A} (?:is )?(?:out )?of {_B}", _share),
    form(rf"{_P} of (?:what|which)(?: number| amount| value)? (?:is|equals|gives|makes) {_A}", _whole),
    form(rf"{_A} is {_P} of (?:what|which|what other)(?: number| amount| value)?", _whole),
    form(rf"(?:if )?{_P} of (?:a|some|the) (?:number|amount|value) is {_A},? what is the (?:number|amount)", _whole),
    form(rf"(?:what|which) (?:number|amount) is {_P} of {_X}", _portion),
    form(
        rf"(?:the )?{_PERCENTAGE} (?P<kind>change|increase|decrease|drop|growth|gain|loss)"
        rf" (?:of going |going )?(?:from|between) {_A} (?:to|and) {_B}",
        _change,
    ),
    form(rf"from {_A} to {_B},? (?:(?:percent|percentage|per cent|%) (?P<kind>change))", _change_behind),
    form(
        rf"(?:if |when )?{_STORY}"
        rf" from {_A} to {_B}[,;.:]? (?:and )?(?:then )?(?:(?:what is|what's|whats|what was|find|calculate) (?:the |its )?|what ){_PERCENTAGE}"
        r" (?P<kind>change|increase|decrease|rise|growth|gain|drop|loss)(?: (?:is|was) (?:that|this|it))?",
        _story_change,
    ),
    form(rf"(?:the )?{_PERCENTAGE} (?P<kind>change|increase|decrease) (?:if|when) {_STORY} from {_A} to {_B}", _story_change),
    form(rf"{_GROSS}[,;.:]? {_ASKED} (?:the )?{_NET}", _net),
    form(rf"{_GROSS} {_WITHOUT}", _net),
    form(rf"(?:the )?{_NET} (?:of|for|from|if|when) {_GROSS}", _net),
    form(rf"{_GROSS}[,;.:]? (?:how much (?:of it |of that )?is|what is|what's) (?:the )?{_TAX}(?: amount| part)?", _tax_within),
    form(rf"how much {_TAX} is (?:in|included in) {_GROSS}", _tax_within),
    form(rf"(?:the )?{_TAX} (?:in|included in) {_GROSS}", _tax_within),
    form(rf"(?:(?:the|a) )?{_P} {_CHARGE} (?:on|for|of) (?:a |an )?{_X}(?: (?:bill|meal|check|purchase))?", _portion),
    form(rf"(?:the )?{_CHARGE} (?:of |at )?{_P} (?:on|for) (?:a |an )?{_X}(?: bill)?", _portion),
    form(rf"(?:convert|express|write|turn|change)? ?{_A} (?:as|to|into|in) (?:an? )?{_PERCENTAGE}", _as_percent),
    form(rf"{_P} of (?P<x>[$€£]? ?[\d.,]+(?: \w+)?)", _portion),
)  # fmt: skip
