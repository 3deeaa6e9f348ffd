"""Percentages: off, more, less, tips and taxes, what share, what whole, what change."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import Amount, amount, known, operand, plain_part
from orchestrator.routing.skills.math.number_words import NOUN
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask, family, form
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, applies, number, replaced

_P: Final = r"(?:a |an )?(?P<p>[^%]{1,40}?) ?(?:%|percent|per cent|pct)"
_X: Final = r"(?P<x>.+?)"
_A: Final = r"(?P<a>.+?)"
_B: Final = r"(?P<b>.+?)"
_UP: Final = r"(?:increase|raise|grow|mark up|up)"
_DOWN: Final = r"(?:decrease|reduce|lower|discount|cut|mark down|down)"
_RISES: Final = "increased|raised|marked up"
_VERBS: Final = f"{_RISES}|decreased|reduced|lowered|discounted|marked down"
_WHAT_PERCENT: Final = r"(?:what|which|how (?:much|many)) (?:%|percent|per cent|percentage)(?: is| of)?"
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


def _story_percent(match: re.Match[str]) -> Question:
    """`the price rose from 2.50 to 3, by how many percent`. Raises NotMath where it did not."""
    a, b = _two_amounts(match)
    rose = {
        True: ("rose", "increased", "went up", "grew", "climbed"),
        False: ("fell", "dropped", "decreased", "went down"),
    }
    is_more = value_of(b.tree) > value_of(a.tree)
    verb = match["verb"].lower()
    if verb not in _EITHER_WAY and verb not in rose[is_more]:
        raise NotMath("the change is the other way")
    return ask("percent_change", a.tree, b.tree, "increase" if is_more else "decrease")


def _net(match: re.Match[str]) -> Question:
    return _changed("net", match)


def _tax_within(match: re.Match[str]) -> Question:
    return _changed("tax_within", match)


_TAX: Final = r"(?:vat|gst|sales tax|tax)"
_GROSS: Final = rf"(?P<x>[^,;%]{{1,40}}?) (?:including|incl\.?|inclusive of|(?:which |that )?includes|with(?=.* included\b)) {_P} {_TAX}(?: included)?"
_ASKED: Final = r"(?:what is|what's|whats|how much is|find|calculate)"
_WITHOUT: Final = rf"(?:without|before|excluding|net of|less) (?:the )?{_TAX}"
_NET: Final = rf"(?:net(?: price| amount| value| cost)?|(?:price|amount|value|cost) {_WITHOUT}|(?:pre-tax|pretax) (?:price|amount))"


def _plain(text: str, *, behind: bool = False) -> Amount:
    """An amount that is one number. Raises NotMath."""
    found = amount(text, plain_part if behind else None)
    if not isinstance(found.tree, Number) or found.tree.value <= 0:
        raise NotMath("a number is expected")
    return found


def _added(match: re.Match[str]) -> Question:
    """`200 + 5%`, of which the percentage is, as on a calculator. Raises NotMath for `5-10%`, a range, and for `20 +5%`."""
    x, p = _plain(match["x"]), _plain(match["p"])
    sign = match["sign"].strip().lower()
    is_less = sign in ("-", "minus", "less")
    if match["sign"].startswith(" ") != match["sign"].endswith(" "):
        raise NotMath("ambiguous: a sum or a change?")
    least = 100 if match["sign"] == "-" else value_of(p.tree)
    if is_less and (value_of(p.tree) > 100 or (sign == "-" and value_of(x.tree) <= least)):
        raise NotMath("ambiguous: a sum or a range?")
    asked = ask("percent_less" if is_less else "percent_more", p.tree, x.tree, x.currency)
    said = f"{tree_text(p.tree)}% of {x.currency}{tree_text(x.tree)}"
    return replace(asked, note=f", where {said} {'is taken away' if is_less else 'is added'}")


def _saved(match: re.Match[str]) -> Question:
    """`how much do I save with 20% off $250`."""
    x, p = _plain(match["x"]), _plain(match["p"])
    return ask("percent_of", p.tree, x.tree, x.currency)


def _twice_off(match: re.Match[str]) -> Question:
    """`$100 with 20% off and then another 10% off`: the second is of what the first left."""
    x = _plain(match["x"])
    tree: Tree = x.tree
    for rate in (match["p"], match["q"]):
        tree = Apply("*", (tree, Apply("-", (number(1), Apply("/", (_plain(rate).tree, number(100)))))))
    return _of_money(tree, x)


def _two_changes(match: re.Match[str]) -> Question:
    """`increase 50 by 20% then decrease by 10%`: the second is of what the first left."""
    x = _plain(match["x"])
    tree: Tree = x.tree
    for verb, percent in ((match["verb"], match["p"]), (match["then"], match["q"])):
        sign = "+" if verb.lower() in ("increase", "raise") else "-"
        tree = Apply("*", (tree, Apply(sign, (number(1), Apply("/", (_plain(percent).tree, number(100)))))))
    return _of_money(tree, x)


def _of_money(tree: Tree, x: Amount) -> Question:
    """The value of a tree in which the amount stands, in its currency."""
    if not x.currency:
        return ask("evaluate", tree)
    shown = replaced(tree, lambda part: Name(f"{x.currency}{tree_text(x.tree)}") if part is x.tree else None)
    return ask("money", tree, shown, x.currency)


def _then_tax(match: re.Match[str]) -> Question:
    """`10% off $50 then 8% tax`: the second is of what the first left."""
    x = _plain(match["x"])
    less = Apply("-", (number(1), Apply("/", (_plain(match["p"]).tree, number(100)))))
    sign = "-" if match["then"].lower() in ("off", "discount") else "+"
    then = Apply(sign, (number(1), Apply("/", (_plain(match["q"]).tree, number(100)))))
    return _of_money(Apply("*", (Apply("*", (x.tree, less)), then)), x)


def _was_now(match: re.Match[str]) -> Question:
    """`was $80 now $60, what percent off`."""
    before, after = _plain(match["a"]), _plain(match["b"])
    if before.currency != after.currency:
        raise NotMath("one currency is expected")
    kind = {"off": "decrease", "discount": "decrease"}.get(match["kind"].lower(), match["kind"].lower())
    return ask("percent_change", before.tree, after.tree, kind)


def _risen(match: re.Match[str]) -> Question:
    """`my rent is 1200 and goes up 3.5%, what is it then`. Raises NotMath where another thing is asked for."""
    asked = (match["asked"] or "").lower()
    if asked and asked not in (match["thing"].split()[-1].lower(), *(_WORTHS if match["new"] else ())):
        raise NotMath("another thing")
    x, p = _plain(match["x"] or match["of"]), _plain(match["p"])
    is_less = bool(_FALLS.match(match["verb"]))
    return ask("percent_less" if is_less else "percent_more", p.tree, x.tree, x.currency)


_WORTHS: Final = ("price", "amount", "total", "value", "cost")
_FALLS: Final = re.compile(r"(?:goes|went|go|comes|will go) down|falls|fell|drops|dropped|(?:is|was|gets|got) (?:reduced|cut|lowered|decreased)|decreases|decreased|loses|lost", re.IGNORECASE)  # fmt: skip
_CHANGES: Final = (
    r"(?:(?:goes|went|will go|comes) (?:up|down)|rises|rose|increases|increased|grows|grew|climbs|climbed|falls|fell|drops|dropped|decreases"
    r"|decreased|(?:is|was|gets|got) (?:reduced|cut|lowered|decreased|raised|increased)|gains|gained|loses|lost)"
)


def _less_than(match: re.Match[str]) -> Question:
    """`20 is what percent less than 25`: of the 25."""
    before, after = _plain(match["b"]), _plain(match["a"])
    if before.currency != after.currency:
        raise NotMath("one currency is expected")
    is_less = match["kind"].lower() in ("less", "lower", "smaller", "fewer")
    return ask("percent_change", before.tree, after.tree, "decrease" if is_less else "increase")


def _tipped_and_split(match: re.Match[str]) -> Question:
    """`$80 plus a 20% tip split 4 ways`."""
    x, p, n = _plain(match["x"]), _plain(match["p"]), known(match["n"])
    if not isinstance(n, Number) or n.value.denominator != 1 or n.value < 1:
        raise NotMath("people are expected")
    more = Apply("+", (number(1), Apply("/", (p.tree, number(100)))))
    return ask("shared", Apply("*", (x.tree, more)), n, x.currency)


_PERIODS: Final = {
    "yearly": 1, "annually": 1, "annual": 1, "every year": 1, "each year": 1, "per year": 1, "once a year": 1,
    "semiannually": 2, "semi-annually": 2, "half-yearly": 2, "twice a year": 2, "every six months": 2,
    "quarterly": 4, "every quarter": 4, "each quarter": 4, "monthly": 12, "every month": 12, "each month": 12, "daily": 365,
}  # fmt: skip
"""Of the year. Daily is 365 of them, and the answer says so."""


def _compound(match: re.Match[str]) -> Question:
    """`1000 at 5% compounded yearly for 3 years`."""
    groups = match.groupdict()
    x, p, years = _plain(match["x"]), _plain(match["p"]), known(match["years"])
    often = groups.get("often")
    periods = _PERIODS[often.lower()] if often else 1
    if (groups.get("span") or "year").lower().startswith("month"):
        years = Number(value_of(years) / 12)
    asked = int(match[0].lower().removeprefix("the ").startswith("compound"))
    return ask("compound_interest", x.tree, p.tree, number(periods), years, x.currency, asked)


def _which_interest(match: re.Match[str]) -> Question:
    return ask("which_interest")


_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:\.\d{1,6})?"
_AMOUNT: Final = rf"(?P<x>[$€£] ?{_NUMBER}|{_NUMBER}(?: (?:dollars?|euros?|bucks))?)"
_RATE: Final = r"(?P<p>\d{1,4}(?:\.\d{1,4})?) ?(?:%|percent|per cent|pct)"
_OFTEN: Final = rf"(?P<often>{'|'.join(sorted(_PERIODS, key=len, reverse=True))})"
_YEARS: Final = r"(?:for|over|after|in) (?P<years>\d{1,3}(?:\.\d)?|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?P<span>years?|months?)"
_GROW: Final = rf"(?:at|with|earning|and|growing at) (?:an? )?(?:(?:annual |yearly )?(?:interest )?rate of |annual interest of )?{_RATE}(?: (?:annual )?(?:interest|rate|apr|growth)(?: rate)?)?{_A_YEAR},?"
_INVESTED: Final = rf"(?:if (?:i|you|we) (?:invest|put|deposit|save) |(?:how much|what) (?:will|would|is|does) )?{_AMOUNT}(?: (?:is |are )?(?:invested|deposited|saved|invest))?(?: (?:be worth|worth|grow to|become|be|amount to))?"
_ITS_END: Final = r"(?:[,;.]? (?:how much|what) (?:will|do|would|is|does) (?:it|i|you|we|that|there) (?:be worth|be|have|grow to|become|get|worth)(?: in the end| at the end)?)?"
_COMPOUND: Final = (
    form(rf"{_INVESTED} {_GROW} (?:and )?(?:is |when |if )?(?:it is )?compounded {_OFTEN},?(?: be)?(?: worth)? {_YEARS}{_ITS_END}", _compound),
    form(rf"{_INVESTED} {_YEARS},? {_GROW} (?:and )?(?:is )?compounded {_OFTEN}{_ITS_END}", _compound),
    form(rf"{_INVESTED} {_GROW} {_YEARS},? (?:and )?(?:is )?compounded {_OFTEN}{_ITS_END}", _compound),
    form(rf"{_INVESTED},? compounded {_OFTEN},? {_GROW} {_YEARS}{_ITS_END}", _compound),
    form(rf"{_INVESTED} {_GROW} (?:of )?compound(?: interest)?,? {_YEARS}{_ITS_END}", _compound),
    form(rf"(?:the )?compound interest (?:on|for|of) {_AMOUNT} {_GROW}(?: compounded {_OFTEN},?)? {_YEARS}", _compound),
    form(rf"{_AMOUNT} (?:at|with) {_RATE} (?:of )?simple interest{_A_YEAR} (?:for|over) (?P<years>[\w.]{{1,12}}) years?", _interest),
    form(rf"(?:the )?interest (?:on|for|of) {_AMOUNT} {_GROW} {_YEARS}", _which_interest),
)  # fmt: skip
_PEOPLE: Final = r"(?:people|persons|friends|of us|ways)"
_LESS: Final = r"(?:off|discount|reduction)"
_BILL: Final = r"(?:bill|check|meal|dinner|lunch|tab)"
_PLUS_TIP: Final = rf"(?:(?:plus|with|and|including|\+) )?(?:an? )?{_RATE} (?:tip|gratuity|service charge)"
_SHARED_BY: Final = rf"(?:(?:between|among|amongst|by|with) )?(?P<n>\d{{1,3}}|two|three|four|five|six|seven|eight|nine|ten) {_PEOPLE}(?: equally| evenly)?"
_BILL_OF: Final = rf"(?:(?:an? |the |my |our )?(?:restaurant |dinner )?{_BILL} (?:of|for|is|was|comes to|came to) )?(?:an? |the |my )?{_AMOUNT}(?: {_BILL}){{0,2}}"
_HOW_MUCH_EACH: Final = r"(?:[,;.:]? how much (?:is it |is that |does )?(?:each|per person|each person|everyone)(?: pay| owe| of us)?)?"
_OTHER_AMOUNT: Final = _AMOUNT.replace("<x>", "<of>")
_MARKED: Final = rf"[$€£]? ?{_NUMBER}(?: (?:dollars?|euros?|bucks))?"
_BILLS: Final = (
    form(rf"(?:the )?(?:final |total |sale )?(?:price |cost )?(?:of |for )?(?:(?:an?|the|my) )?(?P<x>[$€£] ?{_NUMBER}|{_NUMBER} (?:dollars?|euros?)) {NOUN}(?: {NOUN})? (?:at|with|after|that is|which is|is|and) (?:an? )?{_RATE} {_LESS}(?:[,;.:]? (?:how much (?:is it|does it cost|do i pay|will i pay)|what(?:'s| is) the (?:final |new |sale )?price)(?: now)?)?", _off),
    form(rf"(?:the )?(?:final |total |sale )?(?:price |cost )?(?:of |for )?(?:(?:an?|the|my) )?(?P<x>[$€£] ?{_NUMBER}|{_NUMBER} (?:dollars?|euros?)) {NOUN}(?: {NOUN})? (?:with|plus|and) (?:an? )?{_RATE} {_CHARGE}", _more),
    form(rf"(?:the )?(?:total|final (?:bill|price|cost)|total (?:bill|price|cost)) (?:of|for|on) (?:an? |the |my )?{_AMOUNT}(?: {NOUN})? (?:with|plus|and) (?:an? )?{_RATE} {_CHARGE}", _more),
    form(rf"{_AMOUNT} (?:plus|\+|with) (?:(?:the )?{_TAX}) (?:at|of) {_RATE}", _more),
    form(rf"(?:(?:the |my |a )?(?:gross |monthly |annual )?(?:salary|income|pay|wage|price|total|invoice|commission)(?: of)? )?{_AMOUNT} (?:minus|less) (?:an? )?{_RATE} (?:income )?(?:tax|commission|fee|fees|deduction|discount)", _off),
    form(rf"how much (?:should|do|would|must|to) (?:(?:i|you|we) )?tip (?:on|for) (?:an? )?{_AMOUNT}(?: {_BILL})? (?:at|with) {_RATE}", _saved),
    form(rf"(?:what|how much) would (?:an? )?{_RATE} {_CHARGE} (?:be )?on (?:an? )?{_AMOUNT}(?: {_BILL})?(?: be)?", _saved),
    form(rf"how much (?:do|would|will|did|can) (?:i|you|we) save (?:with|at|on|by) (?:an? )?{_RATE} {_LESS}(?: on| of| from)? {_AMOUNT}", _saved),
    form(rf"(?:the )?{_CHARGE} (?:on|for) (?:an? )?{_AMOUNT}(?: {_BILL})? (?:at|with a rate of|of) {_RATE}", _saved),
    form(rf"(?:original |full |list )?price (?:of |is )?{_AMOUNT},? (?:(?:with|and) )?(?:an? )?discount (?:of )?{_RATE}(?:,? (?:(?:what is the |what's the )?(?:final|new|sale) price|what do i pay|how much is it))?", _off),
    form(rf"(?:the )?total with (?:an? )?{_RATE} (?:tip|gratuity|tax|vat|service charge) on (?:an? )?{_AMOUNT}(?: {_BILL})?", _more),
    form(rf"how much (?:do|would|will|did|can) (?:i|you|we) save on (?:an? )?{_AMOUNT}(?: {NOUN})? (?:at|with) (?:an? )?{_RATE} {_LESS}", _saved),
    form(rf"{_AMOUNT} (?:with|at|minus|less|after) (?:an? )?{_RATE} {_LESS},? (?:and )?(?:then )?(?:another|an? (?:additional|further|extra)|an extra|a) (?P<q>\d{{1,2}}(?:\.\d{{1,2}})?) ?(?:%|percent|per cent|pct) {_LESS}", _twice_off),
    form(rf"(?:(?:the )?(?:final )?price after )?(?:an? )?{_RATE} {_LESS},? (?:(?:and )?then |followed by |and (?=another|an? (?:additional|extra|further)))(?:another |an? )?(?:additional |extra |further )?(?P<q>\d{{1,2}}(?:\.\d{{1,2}})?) ?(?:%|percent|per cent|pct) {_LESS}(?: of| on| from)? (?:an? )?{_AMOUNT}", _twice_off),
    form(rf"{_RATE} off(?: of)? {_AMOUNT},? (?:and |plus |with )?(?:then )?(?:another |an? (?:additional |extra )?)?(?P<q>\d{{1,2}}(?:\.\d{{1,2}})?) ?(?:%|percent) (?P<then>off|discount|{_TAX}|tip)(?: on it| on that| added)?", _then_tax),
    form(rf"{_AMOUNT} (?:minus|less|with) (?:an? )?{_RATE}(?: {_LESS})?,? (?:and |then )?(?:then )?(?:plus|with|and) (?:an? )?(?P<q>\d{{1,2}}(?:\.\d{{1,2}})?) ?(?:%|percent) (?P<then>{_TAX}|tip)", _then_tax),
    form(rf"(?:(?:split|divide) )?{_BILL_OF},? (?:(?:split|divided|shared|for) )?{_SHARED_BY},? {_PLUS_TIP}{_HOW_MUCH_EACH}", _tipped_and_split),
    form(rf"(?:(?:it|(?:(?:the|a|an|my|its) )?{NOUN}) )?(?:was|cost|used to be|originally) (?P<a>{_MARKED}),? (?:and |but )?(?:it's |is |it is |costs )?now (?:it's |is |costs )?(?P<b>{_MARKED})[,;.:]? (?:(?:what|which)(?:'s| is)?(?: the)?|by how (?:much|many)|how (?:much|many)) {_PERCENTAGE} (?P<kind>discount|decrease|drop|off|change|increase)(?: is (?:that|it|this))?", _was_now),
    form(rf"(?:if )?(?P<thing>(?:(?:my|the|a|an|our|his|her) )?{NOUN}(?: {NOUN})?) (?:(?:is|was|costs?|weighs|weighed) {_AMOUNT}(?:,? and|,|;|\.|,? but)|of {_OTHER_AMOUNT})(?: then)?(?: it| its price| the price| that)? (?P<verb>{_CHANGES})(?: by)? (?:an? )?{_RATE}[,;.:]? (?:so |then |and )?(?:what|how much)(?: is|'s| does| will| would| do| are)?(?: it| (?:the|my|its|his|her|our) (?P<new>new )?(?P<asked>(?!result\b){NOUN})| the (?:result|new one))?(?: (?:cost|be|weigh|is|now|then|i pay|is it)){{0,2}}", _risen),
    form(r"(?P<a>[$€£]? ?[\d.,]{1,15}) is (?:what|how many) (?:%|percent|per cent|percentage) (?P<kind>less|lower|smaller|fewer|more|higher|greater|larger|bigger) than (?P<b>[$€£]? ?[\d.,]{1,15})", _less_than),
    form(r"(?:by )?(?:what|which|how many) (?:%|percent|per cent|percentage) (?P<kind>less|lower|smaller|fewer|more|higher|greater|larger|bigger) is (?P<a>[$€£]? ?[\d.,]{1,15}) than (?P<b>[$€£]? ?[\d.,]{1,15})", _less_than),
    form(r"by (?:what|which|how many) (?:%|percent|per cent|percentage) is (?P<a>[$€£]? ?[\d.,]{1,15}) (?P<kind>less|lower|smaller|fewer|more|higher|greater|larger|bigger) than (?P<b>[$€£]? ?[\d.,]{1,15})", _less_than),
    form(rf"(?:if )?(?:(?:we|they) )?split (?:an? |the |my )?{_AMOUNT}(?: {_BILL})? {_PLUS_TIP},? {_SHARED_BY}", _tipped_and_split),
    form(rf"(?:(?:split|divide) )?{_BILL_OF},? {_PLUS_TIP},? (?:(?:split|divided|shared|for) )?{_SHARED_BY}{_HOW_MUCH_EACH}", _tipped_and_split),
)  # fmt: skip

PERCENT = family(
    "% percent percentage cent pct",
    *_COMPOUND,
    *_BILLS,
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
    form(rf"(?P<verb>increase|raise|decrease|reduce|lower|discount) {_AMOUNT} by {_RATE},? (?:and )?then (?P<then>increase|raise|decrease|reduce|lower|discount)(?: it| that| the result)? by (?:another )?(?P<q>\d{{1,3}}(?:\.\d{{1,2}})?) ?(?:%|percent|per cent|pct)", _two_changes),
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
    form(rf"(?:if )?(?:i|he|she|you|we|they) (?:got|get|scored|score|answered|had|have|won) (?P<a>\d{{1,6}}(?:\.\d{{1,2}})?)(?: (?:right|correct|questions|points|marks))? (?:out )?of (?P<b>\d{{1,6}})(?: (?:right|correct|questions|points|marks))?[,;.]? (?:what|which) {_PERCENTAGE}(?: score| grade)? (?:is (?:that|it|this)|did (?:i|he|she|we|they) get|do i have)", _share),
    form(rf"{_A} (?:is )?as an? {_PERCENTAGE} of {_B}", _share),
    form(rf"{_A} (?:out of|over) {_B} (?:as|in|to) (?:an? )?{_PERCENTAGE}(?: form)?", _share),
    form(rf"(?:the )?{_PERCENTAGE} (?:that )?(?:of )?{_A} (?:is )?(?:out )?of {_B}", _share),
    form(rf"{_P} of (?:what|which)(?: number| amount| value)? (?:is|equals|gives|makes) {_A}", _whole),
    form(rf"{_A} is {_P} of (?:what|which|what other)(?: number| amount| value)?", _whole),
    form(rf"(?:if )?{_P} of (?:a|some|the) (?:number|amount|value) is {_A},? what is the (?:number|amount)", _whole),
    form(rf"(?:what|which) (?:number|amount) is {_P} of {_X}", _portion),
    form(
        rf"(?:the )?{_PERCENTAGE} (?P<kind>change|increase|decrease|drop|growth|gain|loss|off|discount)"
        rf" (?:of going |going )?(?:from|between) {_A} (?:to|and) {_B}",
        _change,
    ),
    form(rf"from {_A} to {_B},? (?:(?:percent|percentage|per cent|%) (?P<kind>change))", _change_behind),
    form(rf"from {_A} to {_B},? (?:what|which) {_PERCENTAGE} (?P<kind>change|increase|decrease|drop|growth|gain|loss|off|discount)(?: is (?:that|it|this))?", _change),
    form(
        rf"(?:if |when )?{_STORY}"
        rf" from {_A} to {_B}[,;.:]? (?:and )?(?:then )?(?:(?:what is|what's|whats|what was|find|calculate) (?:the |its )?|what ){_PERCENTAGE}"
        r" (?P<kind>change|increase|decrease|rise|growth|gain|drop|loss)(?: (?:is|was) (?:that|this|it))?",
        _story_change,
    ),
    form(rf"(?:if |when )?{_STORY} from {_A} to {_B}[,;.:]? by (?:how many|how much|what) {_PERCENTAGE}(?P<kind>)(?: (?:is|was|did) (?:that|it|this)(?: (?:rise|fall|go up|go down|change|increase|decrease))?)?", _story_percent),
    form(rf"(?:the )?{_PERCENTAGE} (?P<kind>change|increase|decrease) (?:if|when) {_STORY} from {_A} to {_B}", _story_change),
    form(rf"{_GROSS}[,;.:]? {_ASKED} (?:the )?{_NET}", _net),
    form(rf"{_GROSS} {_WITHOUT}", _net),
    form(rf"(?:(?:the|a) )?(?:price|total|amount|bill|cost)(?: of)? (?:including|incl\.?|with) {_RATE} {_TAX} (?:is|was) {_AMOUNT}[,;.:]? {_ASKED} (?:the )?{_NET}", _net),
    form(rf"(?:the )?{_NET} (?:of|for|from|if|when) {_GROSS}", _net),
    form(rf"{_GROSS}[,;.:]? (?:how much (?:of it |of that )?is|what is|what's) (?:the )?{_TAX}(?: amount| part)?", _tax_within),
    form(rf"how much {_TAX} is (?:in|included in) {_GROSS}", _tax_within),
    form(rf"(?:the )?{_TAX} (?:in|included in) {_GROSS}", _tax_within),
    form(rf"(?:(?:the|a) )?{_P} {_CHARGE} (?:on|for|of) (?:a |an )?{_X}(?: (?:bill|meal|check|purchase))?", _portion),
    form(rf"(?:the )?{_CHARGE} (?:of |at )?{_P} (?:on|for) (?:a |an )?{_X}(?: bill)?", _portion),
    form(rf"(?:convert|express|write|turn|change)? ?{_A} (?:as|to|into|in) (?:an? )?{_PERCENTAGE}", _as_percent),
    form(rf"{_P} of (?P<x>[$€£]? ?[\d.,]+(?: \w+)?)", _portion),
    form(rf"{_AMOUNT}(?P<sign> ?(?:\+|-| plus| minus| less)(?: |(?<=[-+])))(?:an? )?{_RATE}", _added),
)  # fmt: skip
