"""So many of each: `each of 6 children gets 4 sweets`, `a box holds 12 eggs, how many in 7 boxes`, `25 pages a day, how many in 2 weeks`."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import integer_of, value_of
from orchestrator.routing.skills.math.forms.counts import (
    COUNT,
    FIGURES,
    MONEY_NAME,
    PERSON,
    THINGS,
    WORD,
    count_of,
    currency_of,
    is_time,
    one,
    price_text,
    product,
    quotient,
    same_things,
    so_many,
    so_much,
)
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, Name, Tree, number

_TOTAL: Final = r"(?: (?:in total|altogether|in all|together|overall))?"
_HAVE: Final = r"(?:gets?|got|has|have|had|receives?|received|holds?|contains?|needs?|eats?|ate|brings?|brought|takes?|fits?|seats?|carries|carry|makes?|drinks?)"
_COUNTED: Final = r"(?: (?:is|are|was|were)(?: (?:that|there|it|they|needed|used))?| (?:do|does|did|will|would) (?:they|i|we|you|he|she|it)(?: all)?(?: (?:have|need|get|eat|make|use))?)?"
_HOW_MANY: Final = rf"[,;.:]? (?:so |then |and )?how many(?: (?P<asked>{THINGS}))?{_COUNTED}{_TOTAL}"
_N: Final = rf"(?P<n>{COUNT})"
_M: Final = rf"(?P<m>{COUNT})"


def _whole(text: str) -> Tree:
    """Raises NotMath for a part of one."""
    count = count_of(text)
    if value_of(count).denominator != 1:
        raise NotMath("a part of one")
    return count


def _of_each(match: re.Match[str]) -> Question:
    """Raises NotMath where other things are asked for."""
    groups = match.groupdict()
    asked, group, again = groups.get("asked"), groups.get("group"), groups.get("again")
    if is_time(match["things"] or asked or ""):
        raise NotMath("ambiguous: one after the other, or together?")
    if asked and match["things"] and not same_things(match["things"], asked):
        raise NotMath("other things")
    if group and again and not same_things(group, again):
        raise NotMath("other groups")
    if group and match["things"] and same_things(group, match["things"]):
        raise NotMath("the same things")
    return so_many(product(_whole(match["n"]), count_of(match["m"])), match["things"] or asked or "")


def _paid_each(match: re.Match[str]) -> Question:
    """`8 friends each pay 15, how much in total`. Raises NotMath where nobody says that each does."""
    if not (match["each"] or re.search(r"\beach\b", match[0], re.IGNORECASE)):
        raise NotMath("each, or all of them?")
    return _priced(match, currency_of(match["sign"] or match["name"]))


def _cost_each(match: re.Match[str]) -> Question:
    if match["again"] and not same_things(match["group"], match["again"]):
        raise NotMath("other things")
    return _priced(match, currency_of(match["sign"] or match["name"]))


def _priced(match: re.Match[str], currency: str) -> Question:
    """So many at a price, which alone is in the currency."""
    price, count = count_of(match["m"]), _whole(match["n"])
    if not currency:
        return so_much(product(price, count), "")
    return ask("money", product(price, count), product(Name(price_text(price, currency)), count), currency)


def _packs(match: re.Match[str]) -> Question:
    """`how many boxes of 6 for 48 eggs`, and for 50, where the last is not full."""
    size, wanted = _whole(match["m"]), _whole(match["n"])
    if match["name"] and not same_things(match["things"], match["name"]):
        raise NotMath("other things")
    if same_things(match["group"], match["things"]):
        raise NotMath("the same things")
    again = match.groupdict().get("again")
    if again and not same_things(match["group"], again):
        raise NotMath("other groups")
    name = again or match["group"]
    full, rest = divmod(integer_of(wanted), integer_of(size))
    if not rest:
        return so_many(quotient(wanted, size), name)
    if not match["need"] or not full:
        raise NotMath("it does not come out even")
    asked = ask("rounded_up", wanted, size, name.lower())
    return replace(asked, note=f", the last of them with {rest}")


_IN_ONE: Final = {
    ("second", "minute"): 60, ("minute", "hour"): 60, ("day", "week"): 7, ("night", "week"): 7, ("month", "year"): 12,
    ("week", "fortnight"): 2, ("quarter", "year"): 4, ("year", "decade"): 10,
}  # fmt: skip
_UNIT: Final = r"(?:second|minute|hour|day|night|week|fortnight|month|quarter|year|decade)"
_EVERY_DAY: Final = re.compile(
    r"(?:sleep|read|walk|run|jog|swim|cycle|eat|drink|smoke|save|spend|use|take|pay|need|write|feed|rain|drip|cost|burn|lose|watch)s?|is",
    re.IGNORECASE,
)
"""What is done on seven days of a week, and no work."""
_AT_WORK: Final = frozenset(
    {"hour", "lesson", "class", "meeting", "call", "customer", "patient", "shift", "order", "student"}
)


def _is_of_workdays(verb: str | None, things: str) -> bool:
    """Whether a week may have five such days."""
    return not _EVERY_DAY.fullmatch(verb) if verb else one(things or "hour") in _AT_WORK


def _of_shorter(whole: Tree, parts: int, things: str, currency: str) -> Question:
    """`60,000 a year, how much is that a month`."""
    tree = quotient(whole, number(parts))
    if currency:
        return ask("money", tree, quotient(Name(price_text(whole, currency)), number(parts)), currency)
    return so_many(tree, things)


def _over_time(match: re.Match[str]) -> Question:
    """`25 pages a day, how many in 2 weeks`. Raises NotMath for weeks of a month, and for pay by the hour in days."""
    groups = match.groupdict()
    asked = groups.get("asked")
    things = groups.get("things") or ""
    currency = currency_of(match["sign"] or match["name"])
    if asked and not (things and same_things(things, asked)) and asked.lower() != "money":
        raise NotMath("other things")
    if (match["much"] or "much").lower() == "many" and not things:
        raise NotMath("how many of what?")
    each, span = one(match["each"]), one(match["span"])
    in_one = 1 if each == span else _IN_ONE.get((each, span), 0)
    in_longer = 0 if in_one or match["m"] or "day" in (each, span) else _IN_ONE.get((span, each), 0)
    if in_longer:
        return _of_shorter(count_of(match["n"]), in_longer, things, currency)
    if not in_one:
        raise NotMath("not so many for all")
    if {each, span} == {"day", "week"} and _is_of_workdays(groups.get("verb"), things):
        raise NotMath("ambiguous: of 5 or of 7 days?")
    count = count_of(match["m"] or "1")
    if each == span and count == number(1):
        raise NotMath("nothing to compute")
    first = count_of(match["n"])
    if match["often"]:
        times = match["often"].lower().removesuffix(" times")
        first = product(first, count_of("2" if times == "twice" else times))
    shown: Tree = Name(price_text(first, currency)) if currency else first
    tree = first
    for factor in (number(in_one), count):
        if factor != number(1):
            tree, shown = product(tree, factor), product(shown, factor)
    if currency:
        return ask("money", tree, shown, currency)
    return so_many(tree, things)


def _change(match: re.Match[str]) -> Question:
    """`change from a 20 for 13.45`. Raises NotMath for less than is to be paid."""
    groups = match.groupdict()
    signs = {currency_of(groups.get(name)) for name in ("sign", "name", "other_sign", "other_name")} - {""}
    paid, price = count_of(match["n"]), count_of(match["m"])
    if len(signs) > 1 or value_of(paid) <= value_of(price):
        raise NotMath("one currency, and more than the price, are expected")
    return so_much(_minus(paid, price), signs.pop() if signs else "")


def _minus(first: Tree, second: Tree) -> Tree:
    return Apply("-", (first, second))


_SPANS: Final = {
    "month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200, "millennium": 12000,
}  # fmt: skip
_LONG_UNIT: Final = r"(?:months?|quarters?|years?|decades?|century|centuries|millennium|millennia)"
_LONG_SPAN: Final = rf"(?P<n>{COUNT}|an?|half an?) (?P<of>{_LONG_UNIT})(?P<and> and a half)?"


def _long_span(match: re.Match[str]) -> Question:
    """`how many months in 3.5 years`: months, years and what is made of them have one length in each other."""
    unit, target = (_singular(match[name]) for name in ("of", "to"))
    if unit == target:
        raise NotMath("the same unit")
    word = match["n"].lower()
    count = number(Fraction(1, 2)) if word.startswith("half a") and "dozen" not in word else count_of(word)
    if match["and"]:
        count = number(value_of(count) + Fraction(1, 2))
    ratio = Fraction(_SPANS[unit], _SPANS[target])
    tree = product(count, number(ratio)) if ratio >= 1 else quotient(count, number(1 / ratio))
    return ask("counted", tree, _named(target, value_of(tree)))


def _named(unit: str, count: Fraction) -> str:
    return unit if count == 1 else _PLURAL.get(unit, f"{unit}s")


def _years_and_months(match: re.Match[str]) -> Question:
    years, months = count_of(match["n"]), count_of(match["m"])
    total = Apply("+", (product(years, number(12)), months))
    target = _singular(match["to"])
    tree = total if target == "month" else quotient(total, number(12))
    return ask("counted", tree, _named(target, value_of(tree)))


def _in_coins(match: re.Match[str]) -> Question:
    """`5 dollars in cents`, `how many cents in $5`."""
    of, to = match["of"].lower(), match["to"].lower()
    is_small = of[0] in "cp¢" and not of.startswith("pound")
    if is_small == (to[0] in "cp" and not to.startswith("pound")):
        raise NotMath("the same, or no coins of it")
    large, small = (to, of) if is_small else (of, to)
    if (large[0] in "£p") != small.startswith("p"):
        raise NotMath("coins of another currency")
    amount = count_of(match["n"])
    tree = quotient(amount, number(100)) if is_small else product(amount, number(100))
    return ask("counted", tree, match["to"].lower())


def _singular(word: str) -> str:
    word = word.lower()
    return {"centuries": "century", "millennia": "millennium"}.get(word, word.removesuffix("s"))


_PLURAL: Final = {"century": "centuries", "millennium": "millennia"}

_SIZES: Final = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte")
_SIZE_NAMES: Final = {
    **{name: name for name in _SIZES}, **{f"{name}s": name for name in _SIZES},
    **dict(zip(("KB", "MB", "GB", "TB", "PB"), _SIZES[1:], strict=True)), "kB": "kilobyte",
}  # fmt: skip
_SIZE: Final = r"(?:bytes?|(?:kilo|mega|giga|tera|peta)bytes?|[kmgtp]b)"
_SIGNS: Final = {
    "kilobyte": "KB",
    "megabyte": "MB",
    "gigabyte": "GB",
    "terabyte": "TB",
    "petabyte": "PB",
    "byte": "bytes",
}


def _data(match: re.Match[str]) -> Question:
    """`1 GB in MB`: 1000, and 1024 where a step is so many. Raises NotMath for `Mb`, which are bits."""
    names = [match["of"], match["to"]]
    if all(name.islower() for name in names):
        names = [name.upper() if len(name) == 2 else name for name in names]
    if any(name not in _SIZE_NAMES and name.lower() not in _SIZE_NAMES for name in names):
        raise NotMath("bits, or bytes?")
    unit, target = (_SIZE_NAMES.get(name) or _SIZE_NAMES[name.lower()] for name in names)
    steps = _SIZES.index(unit) - _SIZES.index(target)
    if not steps:
        raise NotMath("the same unit")
    return ask("data_size", count_of(match["n"]), _SIGNS[unit], _SIGNS[target], steps)


_MOVES: Final = r"(?:rises|rose|goes up|went up|increases|increased|climbs|climbed|grew|grows|falls|fell|drops|dropped|goes down|went down|decreases|decreased)"
_DOWN: Final = re.compile(r"falls|fell|drop|goes down|went down|decrease", re.IGNORECASE)


def _moved_level(match: re.Match[str]) -> Question:
    """`the temperature was 12 and rose by 7, what is it now`. Raises NotMath for another thing, or two units."""
    asked = match["asked"] or match["new"]
    if asked and asked.lower() != match["thing"].split()[-1].lower():
        raise NotMath("another thing")
    units = {(each or "").strip().lower() for each in (match["unit"], match["other"])} - {""}
    signs = {(each or "").strip() for each in (match["sign"], match["other_sign"])} - {""}
    if len(units) > 1 or len(signs) > 1 or (units and signs) or (match["other_sign"] and not match["sign"]):
        raise NotMath("one unit is expected")
    level = match["n"]
    first: Tree = count_of(level.lstrip("-")) if level.lstrip("-").strip("0.") else number(0)
    first = Apply("neg", (first,)) if level.startswith("-") else first
    tree = Apply("-" if _DOWN.match(match["verb"]) else "+", (first, count_of(match["m"])))
    if signs:
        return so_much(tree, signs.pop())
    return so_many(tree, units.pop() if units else "")


def _paid_off(match: re.Match[str]) -> Question:
    """`I owe 450 and pay back 75 a month, how many months`. Raises NotMath for another time."""
    if match["asked"] and one(match["asked"]) != one(match["each"]):
        raise NotMath("another time")
    debt, rate = count_of(match["n"]), count_of(match["m"])
    signs = {currency_of(match[name]) for name in ("sign", "name", "other_sign", "other_name")} - {""}
    if len(signs) > 1 or value_of(debt) < value_of(rate):
        raise NotMath("one currency is expected")
    unit = f"{one(match['each'])}s"
    if (value_of(debt) / value_of(rate)).denominator == 1:
        return so_many(quotient(debt, rate), unit)
    return ask("rounded_up", debt, rate, unit)


_SIGN: Final = r"(?:(?P<sign>[$€£]) ?)?"
_OTHER_SIGN: Final = r"(?:(?P<other_sign>[$€£]) ?)?"
_NAME: Final = rf"(?: (?P<name>{MONEY_NAME}))?"
_OTHER_NAME: Final = rf"(?: (?P<other_name>{MONEY_NAME}))?"
_NOTE: Final = rf"(?:an? )?{_SIGN}(?P<n>{FIGURES}){_NAME}(?: (?:note|bill))?"
_PRICE: Final = rf"{_OTHER_SIGN}(?P<m>{FIGURES}){_OTHER_NAME}"
_DOES: Final = r"(?:i|you|we|he|she|they)"
_HOW_MUCH_CHANGE: Final = rf"(?:how much|what)(?: is the| is my|'s my|'s the)? change(?: (?:do|will|should|would|did) {_DOES} (?:get|receive|have)(?: back)?|(?: is)? (?:due|left))?"
_AMOUNT_OVER: Final = rf"{_SIGN}{_N}{_NAME}(?: ?(?P<things>{THINGS}|[glm](?= )))?(?: (?P<often>twice|(?:two|three|four|five|six|[2-9]) times))?(?: on {WORD})? (?:a|an|per|each|every) (?P<each>{_UNIT})"
_ASKED_OVER: Final = rf"how (?P<much>much|many)(?: (?P<asked>{THINGS}))?(?: is (?:that|it)| (?:do|will|would|does|did) {_DOES} (?:[a-z]{{2,12}}))?"
_IN_TIME: Final = (
    rf"(?:in|over|for|after|during|per|a|each|every)(?: (?P<m>{COUNT}|an?|one))? (?P<span>{_UNIT})s?"
)

GROUPS = family(
    "how change",
    form(rf"(?:if )?each of (?:the )?{_N} {WORD} {_HAVE} {_M} (?P<things>{THINGS}){_HOW_MANY}", _of_each),
    form(rf"(?:if )?{_N} {WORD} (?:each (?:of them )?{_HAVE}|{_HAVE}) {_M} (?P<things>{WORD}) each{_HOW_MANY}", _of_each),
    form(rf"(?:if )?{_N} {WORD} each {_HAVE} {_M} (?P<things>{THINGS}){_HOW_MANY}", _of_each),
    form(rf"(?:if )?(?:each of )?{_N} {WORD} (?:each )?(?:pays?|paid|gives?|gave|owes?|contributes?) {_SIGN}{_M}{_NAME}(?P<each> each)?[,;.:]? (?:so |then )?how much(?: money)?(?: (?:is|was) (?:that|it|there)| do (?:they|we|you|i) (?:pay|have|get|collect))?{_TOTAL}", _paid_each),
    form(rf"(?:if )?(?:each|every|a|an|one) (?P<group>{WORD}) (?:costs?|is|takes) {_SIGN}{_M}{_NAME}[,;.:]? (?:so |then )?(?:how much|what) (?:do|does|are|is|will|would|for) {_N}(?: (?P<again>(?!cost\b){WORD}))?(?: (?:cost|in total))?", _cost_each),
    form(rf"(?:(?:there are|there were|{PERSON} (?:has|have|had|bought|buys?)) )?{_N} (?P<group>{WORD}) (?:with|that (?:each )?(?:have|hold|contain)|each (?:with|containing|holding)) {_M} (?P<things>{WORD})"
         rf"(?: in)? each(?: one)?{_HOW_MANY}", _of_each),
    form(rf"(?:(?:there are|there were|{PERSON} (?:has|have|had|bought|buys?)) )?{_N} (?P<group>{WORD}) each (?:with|containing|holding) {_M} (?P<things>{WORD}){_HOW_MANY}", _of_each),
    form(rf"(?:(?:there are|there were|{PERSON} (?:has|have|had|bought|buys?)) )?{_N} (?P<group>boxes|packs|packets|bags|crates|cartons|trays|rows|tables|shelves|jars|bunches|sets|teams|groups|baskets|cases|bundles|stacks|piles|plates) (?:of|with) {_M} (?P<things>{WORD}){_HOW_MANY}", _of_each),
    form(rf"(?:if )?each(?: of them)?(?P<group>) {_HAVE} {_M}(?: (?P<things>{THINGS}))?[,;.:]? (?:so |then )?how many (?P<asked>{THINGS}) (?:do|does|will|would|can|are (?:there )?(?:in|for)|in|for) {_N} (?P<again>{WORD})(?: (?:have|hold|contain|need|get|eat|seat|carry|fit|take|make))?", _of_each),
    form(rf"(?:if )?(?:each|every|a|an|one) (?P<group>{WORD}) {_HAVE} {_M} (?P<things>{THINGS})[,;.:]? (?:so |then )?how many(?: (?P<asked>{THINGS}))? (?:are (?:there )?(?:in|on)|is (?:it|that) (?:in|for)|(?:do|does|will|would|can)|in|for|on) {_N} (?P<again>{WORD})(?: (?:have|hold|contain|need|get|eat|seat|carry|fit|take|make))?", _of_each),
    form(rf"how many (?P<things>{THINGS}) (?:are (?:there )?)?in {_N} (?P<group>boxes|packs|packets|bags|crates|cartons|trays|rows|jars|bunches|sets|cases|bundles) (?:of|with) {_M}(?: (?P<asked>{THINGS}))?(?: each)?", _of_each),
    form(rf"how many (?P<group>boxes|packs|packets|bags|crates|cartons|trays|rows|tables|teams|groups|buses|vans|cars|jars|sets|cases|bottles) of {_M}(?: (?P<name>{THINGS}))? (?P<need>(?:(?:do|will|would) {_DOES} need|are needed|is needed|(?:must|should|do) {_DOES} buy) )?(?:for|to (?:hold|pack|carry|seat)) {_N} (?P<things>{THINGS})", _packs),
    form(rf"(?:if )?(?:{PERSON} (?P<verb>[a-z]{{2,12}}) |(?:(?:my|the|our|a) )?{WORD}(?: {WORD})? (?:is|costs?) )?{_AMOUNT_OVER}(?: (?:on|for) {WORD})?[,;.:]? (?:so |then |and )?{_ASKED_OVER}(?: {_IN_TIME})?", _over_time),
    form(rf"(?:if )?(?:{_DOES} (?P<verb>[a-z]{{2,12}}) )?{_AMOUNT_OVER} (?:for|over|during) (?P<m>{COUNT}|an?|one) (?P<span>{_UNIT})s?[,;.:]? (?:so |then |and )?{_ASKED_OVER}(?: in total| altogether)?", _over_time),
    form(rf"(?:if )?(?:each|every|a|an|one) (?P<group>{WORD}) {_HAVE} {_M} (?P<name>{THINGS})[,;.:]? (?:so |then )?how many (?P<again>{WORD}) (?P<need>(?:(?:do|will|would) {_DOES} need|are needed|is needed) )?(?:for|to (?:hold|pack|carry|seat|fit)) {_N} (?P<things>{THINGS})", _packs),
    form(rf"how (?P<much>much) is {_AMOUNT_OVER} (?:for|over) (?P<m>{COUNT}|an?|one) (?P<span>{_UNIT})s?", _over_time),
    form(rf"(?:if )?{_DOES} (?:owe|owes|need to save|want to save|must save) {_SIGN}{_N}{_NAME}(?:,? and|,|;|\.)(?: {_DOES})? (?:pay|pays|save|saves|put aside|pay back|pay off)(?: back| off)? {_PRICE} (?:a|per|each|every) (?P<each>{_UNIT})[,;.:]? (?:so |then )?(?:how many (?P<asked>{_UNIT}s?)|how long)(?: (?:will|does|do|would) (?:it|that|i|we|he|she|they) (?:take|need))?(?: until [a-z ]{{3,20}})?", _paid_off),
    form(rf"how (?:many (?P<asked>{_UNIT}s?)|long)(?: (?:does|will|would) it take| do i need)? to (?:save|pay off|pay back) {_SIGN}{_N}{_NAME} (?:at|with|saving|paying|if i (?:save|pay)) {_PRICE} (?:a|per|each|every) (?P<each>{_UNIT})", _paid_off),
    form(rf"(?:{_HOW_MUCH_CHANGE} from {_NOTE}(?: (?:for|on|after (?:paying|spending)|if {_DOES} (?:spend|spent|pay|paid)|if (?:it|that) costs|when {_DOES} spend) |,? (?:if|when) (?:the )?(?:bill|price|total|{WORD}) (?:is|costs) )(?:a bill of )?{_PRICE})", _change),
    form(rf"(?:my )?change (?:from|of|out of) {_NOTE} (?:for|on|after (?:paying|spending)|if {_DOES} (?:spend|spent|pay|paid)|when {_DOES} (?:spend|pay)) {_PRICE}", _change),
    form(rf"(?:if )?{_DOES} (?:pay|paid) (?:with )?{_NOTE}(?: (?:and|when|but)|,) (?:the|my) (?:bill|total|price|meal|cost) (?:is|was|comes to|came to) {_PRICE}[,;.]? {_HOW_MUCH_CHANGE}", _change),
    form(rf"(?:if )?(?:the|my) (?:bill|total|price|meal|cost) (?:is|was|comes to|came to) {_PRICE}(?: and|,)(?: and)? {_DOES} (?:pay|paid) (?:with )?{_NOTE}[,;.]? {_HOW_MUCH_CHANGE}", _change),
    form(rf"(?:if )?{_DOES} (?:pay|paid) (?:with )?{_NOTE} for (?:(?:an?|the|something|items?|goods) )?(?:(?:{WORD} )?(?:that |which )?(?:costs?|costing|worth|at|for) )?{_PRICE}[,;.]? {_HOW_MUCH_CHANGE}", _change),
)  # fmt: skip

LEVELS = family(
    "what how",
    form(rf"(?:if )?(?P<thing>(?:my|the|a|an|our|his|her) {WORD}(?: {WORD})?|it) (?:is|was) (?P<sign>[$€£] ?)?(?P<n>-?{FIGURES})(?P<unit> (?:degrees|dollars|euros|points))?(?:,? and|,|;|\.|,? but)(?: then)?(?: it)? (?P<verb>{_MOVES}) (?:by )?(?P<other_sign>[$€£] ?)?(?P<m>{FIGURES})(?P<other> (?:degrees|dollars|euros|points))?[,;.:]? (?:so |then |and )?(?:what|how much)(?: is|'s| was)? (?:it|that|the (?P<asked>{WORD})|the new (?P<new>{WORD}))(?: (?:now|then))?", _moved_level),
)  # fmt: skip

_LARGE: Final = r"(?:dollars?|euros?|pounds?|£|€|\$)"
_SMALL: Final = r"(?:cents?|pence|pennies)"

COINS = family(
    "cents cent pence pennies",
    form(rf"(?:convert )?(?P<of>[$€£]) ?(?P<n>{FIGURES}) (?:in|to|into|is how many) (?P<to>{_SMALL})", _in_coins),
    form(rf"(?:convert )?(?P<n>{FIGURES}) ?(?P<of>{_LARGE}) (?:in|to|into|is how many) (?P<to>{_SMALL})", _in_coins),
    form(rf"(?:convert )?(?P<n>{FIGURES}) ?(?P<of>{_SMALL}) (?:in|to|into|is how many) (?P<to>dollars|euros|pounds)", _in_coins),
    form(rf"how many (?P<to>{_SMALL}) (?:are (?:there )?|is |make )?(?:in|make|is|are) (?:(?P<n>{FIGURES}|an?|one) (?P<of>dollars?|euros?|pounds?))", _in_coins),
)  # fmt: skip

SPANS = family(
    "months month years year decades decade quarters quarter century centuries millennium millennia",
    form(rf"(?:how many|(?:the )?number of) (?P<to>{_LONG_UNIT}) (?:are (?:there )?|is |make )?(?:in|make|equals?|is|are) {_LONG_SPAN}", _long_span),
    form(rf"how many (?P<to>{_LONG_UNIT}) (?:is|are|do|does) {_LONG_SPAN}(?: make| have)?", _long_span),
    form(rf"(?:how many (?P<to>months|years) (?:are (?:there )?|is )?(?:in|is|are) )(?P<n>{COUNT}|a|one) years?,?(?: and)? (?P<m>{COUNT}|a|one) months?", _years_and_months),
    form(rf"(?:convert )?(?P<n>{COUNT}|a|one) years?,?(?: and)? (?P<m>{COUNT}|a|one) months? (?:in|to|into|is how many) (?P<to>months|years)", _years_and_months),
    form(rf"(?:convert )?{_LONG_SPAN} (?:in|to|into|is how many|=) (?P<to>{_LONG_UNIT})", _long_span),
)  # fmt: skip

DATA = family(
    "kb mb gb tb pb byte bytes kilobyte kilobytes megabyte megabytes gigabyte gigabytes terabyte terabytes petabyte petabytes",
    form(rf"(?:convert )?(?P<n>{FIGURES}|an?|one) ?(?P<of>{_SIZE}) (?:in|to|into|as|is how many|=) (?P<to>{_SIZE})", _data),
    form(rf"how many (?P<to>{_SIZE}) (?:are (?:there )?|is |make )?(?:in|make|is|are) (?P<n>{FIGURES}|an?|one) ?(?P<of>{_SIZE})", _data),
    form(rf"how many (?P<to>{_SIZE}) (?:does|do) (?P<n>{FIGURES}|an?|one) ?(?P<of>{_SIZE}) (?:have|contain|make)", _data),
)  # fmt: skip
