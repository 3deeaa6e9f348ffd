"""Pay and prices by the piece: `$25 an hour for 40 hours`, `5 apples at $2 each`, `3 pens cost $6, how much are 5 pens`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import Amount, amount, known
from orchestrator.routing.skills.math.forms.counts import is_time
from orchestrator.routing.skills.math.number_words import NOUN
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask, family, form
from orchestrator.routing.skills.math.show import tree_text
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree

_PRICE: Final = r"(?P<currency>[$€£]) ?(?P<x>\d{1,3}(?:,\d{3})+(?:\.\d\d?)?|\d+(?:\.\d\d?)?)"
_PER: Final = r" ?(?:/ ?|per |an? |each )"
_EACH: Final = r"(?P<each>hour|hr|day|week|month|year|minute|night|mile|kilometer|km|kg|pound|lb|liter|litre|gallon|person|item|piece|unit|ticket|dozen|pack|box|bottle|bag|can|slice)"
_COUNT: Final = r"(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|[a-z]+(?:-[a-z]+)?)"
_COUNTED: Final = r"(?P<counted>[a-z]+)"
_SAME: Final = {
    "hr": "hour",
    "lb": "pound",
    "litre": "liter",
    "kilometer": "km",
    "kilometre": "km",
    "people": "person",
}
_WHO: Final = r"(?:i|you|we|he|she|they)"
_HOW_MUCH: Final = rf"(?:[,;.:]? (?:how much|what) (?:do|will|would|does|is|can|did) (?:{_WHO} (?:earn|make|get|get paid|pay|have)|it|it cost|that|the total)(?: in total)?)?"


def _one(word: str) -> str:
    word = word.lower()
    single = word if word in _SAME else word.removesuffix("s")
    return _SAME.get(single, single)


def _paid(match: re.Match[str]) -> Question:
    """Raises NotMath where it is so much of one thing, and so many of another."""
    if _one(match["each"]) != _one(match["counted"]):
        raise NotMath("another unit")
    return _total(match)


def _total(match: re.Match[str]) -> Question:
    count = known(match["n"])
    if not isinstance(count, Number) or value_of(count) <= 0:
        raise NotMath("a number is expected")
    digits = match["x"].replace(",", "")
    price = known(digits)
    shown = Apply("*", (Name(f"{match['currency']}{digits}"), count))
    return ask("money", Apply("*", (price, count)), shown, match["currency"])


def _each(match: re.Match[str]) -> Question:
    """So many at a price, in its currency if one is named."""
    count, price = known(match["n"]), amount(match["price"])
    if not isinstance(count, Number) or count.value <= 0 or not isinstance(price.tree, Number):
        raise NotMath("a number is expected")
    if not price.currency:
        return ask("evaluate", Apply("*", (count, price.tree)))
    return _money(price.tree, price.currency, lambda shown: Apply("*", (shown, count)))


def _each_of_such(match: re.Match[str]) -> Question:
    """`apples cost $2 each, how much do 5 apples cost`. Raises NotMath for other things."""
    if match["asked"] and _one(match["asked"]) != _one(match["things"]):
        raise NotMath("other things")
    return _each(match)


_IN_ONE: Final = {("day", "week"): 7, ("month", "year"): 12, ("quarter", "year"): 4}


def _over_longer(match: re.Match[str]) -> Question:
    """`$9.99 a month for a year`."""
    count = known("1" if match["m"].lower() in ("a", "an") else match["m"])
    in_one = _IN_ONE.get((_one(match["each"]), _one(match["counted"])))
    if in_one is None:
        raise NotMath("not so many for all")

    def reckon(price: Tree) -> Tree:
        one = Apply("*", (price, known(str(in_one))))
        return one if count == known("1") else Apply("*", (one, count))

    return _money(known(match["x"].replace(",", "")), match["currency"], reckon)


def _of_shorter(match: re.Match[str]) -> Question:
    """`$52,000 a year is how much per month`."""
    in_one = _IN_ONE.get((_one(match["counted"]), _one(match["each"])))
    if in_one is None:
        raise NotMath("not so many for all")
    return _money(
        known(match["x"].replace(",", "")),
        match["currency"],
        lambda price: Apply("/", (price, known(str(in_one)))),
    )


def _basket(match: re.Match[str]) -> Question:
    """`3 shirts at $10 each and 2 hats at $5 each`. Raises NotMath for two currencies."""
    found = [(known(item["n"]), amount(item["price"])) for item in _ONE_ITEM.finditer(match["items"])]
    return _basket_of(found)


def _basket_of(found: Sequence[tuple[Tree, Amount]]) -> Question:
    (currency, *others) = {price.currency for _, price in found}
    if others or any(not isinstance(count, Number) or count.value <= 0 for count, _ in found):
        raise NotMath("one currency is expected")
    tree = Apply("sum", tuple(Apply("*", (price.tree, count)) for count, price in found))
    if not currency:
        return ask("evaluate", tree)
    shown = Apply("sum", tuple(Apply("*", (_price(price.tree, currency), count)) for count, price in found))
    return ask("money", tree, shown, currency)


def _basket_at(match: re.Match[str]) -> Question:
    """`3 coffees at 2.80 and 2 cakes at 3.50`. Raises NotMath where all of it may be times, and nobody asks how much it is."""
    items = list(_ONE_AT.finditer(match["items"]))
    words = {word for item in items for word in item["things"].lower().split()}
    is_asked = bool(match["asked"] or match["before"])
    is_priced = is_asked or all(item["price"][0] in "$€£" for item in items)
    if not words.isdisjoint(_NO_GOODS - _PEOPLE if is_priced else _HAPPENS | _NO_GOODS):
        raise NotMath("ambiguous: prices, or something else?")
    if not is_asked and all(
        _TIME_OF_DAY.fullmatch(item["price"]) or item["price"].isdigit() for item in items
    ):
        raise NotMath("ambiguous: prices or times?")
    found = [
        (known({"a": "1", "an": "1"}.get(item["n"].lower(), item["n"])), amount(item["price"]))
        for item in items
    ]
    return _basket_of(found)


def _paid_by_hour(match: re.Match[str]) -> Question:
    """`I earn 18.50 an hour and work 37 hours`. Raises NotMath for hours of another unit."""
    if _one(match["each"]) != _one(match["counted"]):
        raise NotMath("another unit")
    count, price = known(match["n"]), amount(match["price"])
    if not all(isinstance(each, Number) and each.value > 0 for each in (count, price.tree)):
        raise NotMath("numbers are expected")
    if not price.currency:
        return ask("evaluate", Apply("*", (price.tree, count)))
    return _money(price.tree, price.currency, lambda shown: Apply("*", (shown, count)))


def _of_measure(match: re.Match[str]) -> Question:
    """`cost of 2.5 kg at 3.20 per kg`, and of `250 g at 12 per kg`."""
    each, counted = (
        _MEASURE_NAMES.get(match[name].lower(), _one(match[name])) for name in ("each", "counted")
    )
    if (counted, each) in (("g", "kg"), ("ml", "liter")):
        count, price = known(match["n"]), amount(match["price"])
        if not isinstance(count, Number) or count.value <= 0:
            raise NotMath("a number is expected")

        def reckon(shown: Tree) -> Tree:
            return Apply("*", (Apply("/", (count, known("1000"))), shown))

        return (
            _money(price.tree, price.currency, reckon)
            if price.currency
            else ask("evaluate", reckon(price.tree))
        )
    if each != counted:
        raise NotMath("another unit")
    return _each(match)


_MEASURE_NAMES: Final = {
    "kilo": "kg", "kilos": "kg", "kilogram": "kg", "kilograms": "kg", "kilogramme": "kg", "l": "liter", "litre": "liter", "litres": "liter", "liters": "liter",
    "gram": "g", "grams": "g", "m": "meter", "metre": "meter", "metres": "meter", "feet": "ft",
}  # fmt: skip


def _by_hours(match: re.Match[str]) -> Question:
    """`$15 an hour, 8 hours a day, 5 days a week`."""
    hours, days = known(match["n"]), known(match["m"])
    if not all(isinstance(each, Number) and each.value > 0 for each in (hours, days)):
        raise NotMath("numbers are expected")
    return _money(
        known(match["x"].replace(",", "")),
        match["currency"],
        lambda price: Apply("*", (Apply("*", (price, hours)), days)),
    )


def _each_unsaid(match: re.Match[str]) -> Question:
    """`how much are 3 shirts at 14.99`. Raises NotMath for `2 tickets at 10.30`."""
    if _TIME_OF_DAY.fullmatch(match["price"]) and not _HAPPENS.isdisjoint(match["things"].lower().split()):
        raise NotMath("ambiguous: a price or a time?")
    return _each(match)


def _money(price: Tree, currency: str, reckon: Callable[[Tree], Tree]) -> Question:
    return ask("money", reckon(price), reckon(_price(price, currency)), currency)


def _price(price: Tree, currency: str) -> Name:
    digits = _TENTHS.sub(r"\g<0>0", tree_text(price))
    return Name(f"{currency}{digits}")


def _in_proportion(match: re.Match[str]) -> Question:
    """`if 3 pens cost $4.50, how much does one pen cost`: the same price for each. Raises NotMath for other things."""
    things, asked = match["things"].lower(), (match["asked"] or match["things"]).lower()
    if _one(things) != _one(asked):
        raise NotMath("other things")
    count, price = known("1" if match["n"].lower() in ("a", "an") else match["n"]), amount(match["price"])
    wanted = known("1" if match["single"] else match["m"])
    if not all(isinstance(each, Number) and each.value > 0 for each in (count, price.tree, wanted)):
        raise NotMath("numbers are expected")
    if (match["cost"].lower() in ("is", "are") and not price.currency) or wanted == count:
        raise NotMath("no price, or nothing to compute")

    def reckon(total: Tree) -> Tree:
        one = total if count == known("1") else Apply("/", (total, count))
        return one if wanted == known("1") else Apply("*", (one, wanted))

    if price.currency:
        question = _money(price.tree, price.currency, reckon)
    else:
        question = ask("evaluate", reckon(price.tree))
    return replace(question, note=", at the same price for each")


def _in_pack(match: re.Match[str]) -> Question:
    """`a pack of 6 costs 4.50, how much is one`."""
    if match["asked"] and match["things"] and _one(match["asked"]) != _one(match["things"]):
        raise NotMath("other things")
    count, price = known({"dozen": "12"}.get(match["n"].lower(), match["n"])), amount(match["price"])
    if not all(isinstance(each, Number) and each.value > 0 for each in (count, price.tree)):
        raise NotMath("numbers are expected")
    if not price.currency:
        return ask("evaluate", Apply("/", (price.tree, count)))
    return _money(price.tree, price.currency, lambda shown: Apply("/", (shown, count)))


def _needed(match: re.Match[str]) -> Question:
    """`a recipe for 4 needs 300 g of flour, how much for 6`."""
    things = match["needed"].lower()
    if is_time(things):
        raise NotMath("no more time for more of it")
    if match["again"] and _one(match["again"].lower()) not in things:
        raise NotMath("other things")
    count, needed, wanted = (known(match[name]) for name in ("n", "q", "m"))
    if not all(isinstance(each, Number) and each.value > 0 for each in (count, needed, wanted)):
        raise NotMath("numbers are expected")
    return ask("counted", Apply("/", (Apply("*", (needed, wanted)), count)), match["needed"])


def _needed_again(match: re.Match[str]) -> Question:
    """`a car uses 6 litres per 100 km, how much for 350 km`."""
    count, needed, wanted = (known(match[name]) for name in ("n", "q", "m"))
    again, unit = match["again"], match["needed"].lower()
    if not all(isinstance(each, Number) and each.value > 0 for each in (count, needed, wanted)):
        raise NotMath("numbers are expected")
    if again and again.lower() not in (unit, "fuel", "petrol", "gas", "diesel", "water", "it"):
        raise NotMath("other things")
    return ask("counted", Apply("/", (Apply("*", (needed, wanted)), count)), unit)


def _by_the_day(match: re.Match[str]) -> Question:
    """`8 hours a day for 5 days`: 40 hours."""
    asked = match.groupdict().get("asked")
    if asked and asked.lower() != match["things"].lower():
        raise NotMath("other things")
    if _one(match["each"]) != _one(match["counted"]):
        raise NotMath("another unit")
    count, days = known(match["n"]), known(match["m"])
    if not all(isinstance(each, Number) and each.value > 0 for each in (count, days)):
        raise NotMath("numbers are expected")
    return ask("counted", Apply("*", (count, days)), match["things"])


def _exchanged(match: re.Match[str]) -> Question:
    """`if 1 euro is 1.08 dollars how much is 250 euros`, in the currency whose rate is given."""
    if _one(match["of"]) != _one(match["asked"]) or _one(match["of"]) == _one(match["in"]):
        raise NotMath("another currency")
    rate, wanted = known(match["rate"]), known(match["m"])
    return ask("counted", Apply("*", (wanted, rate)), match["in"])


_TENTHS: Final = re.compile(r"\.\d$")
_HAPPENS: Final = frozenset(
    [
        "shows",
        "tickets",
        "seats",
        "films",
        "movies",
        "sessions",
        "classes",
        "lessons",
        "tables",
        "meetings",
        "trains",
        "flights",
        "buses",
        "tours",
        "appointments",
        "performances",
        "rooms",
        "spots",
        "games",
        "matches",
        "events",
        "concerts",
        "courses",
        "calls",
        "bookings",
        "reservations",
    ]
)
"""What is at a time of day, so that of `2 tickets at 10.30` the price is not told."""
_TIME_OF_DAY: Final = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
_PEOPLE: Final = frozenset({"students", "people", "persons", "children", "kids", "men", "women", "workers"})
_NO_GOODS: Final = frozenset(
    [
        "students",
        "people",
        "persons",
        "patients",
        "players",
        "athletes",
        "runners",
        "servers",
        "nodes",
        "hosts",
        "samples",
        "cells",
        "channels",
        "clusters",
        "sensors",
        "motors",
        "batteries",
        "ml",
        "mg",
        "mm",
        "cm",
        "hz",
        "mhz",
        "ghz",
        "kw",
        "engines",
        "speakers",
        "pumps",
        "teams",
        "children",
        "kids",
        "men",
        "women",
        "workers",
        "interviews",
        "interview",
        "exams",
        "exam",
        "services",
        "viewings",
        "screenings",
        "slots",
        "sittings",
        "departures",
        "parties",
        "dinners",
        "lunches",
        "drinks",
        "volts",
        "amps",
        "votes",
        "runs",
        "laps",
        "reps",
        "points",
        "goals",
        "hits",
        "wins",
        "losses",
        "grades",
        "marks",
        "scores",
        "tests",
        "stars",
        "reviews",
        "pulses",
        "doses",
        "pills",
        "cats",
        "dogs",
    ]
)
"""What has no price by the piece, or perhaps a time."""
_THINGS: Final = rf"(?:(?!people\b){NOUN} (?:of (?={NOUN} ))?){{0,3}}"
_AMOUNT: Final = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?:\.\d\d?)?"
_ANY_PRICE: Final = rf"(?P<price>[$€£] ?{_AMOUNT}|{_AMOUNT}(?: (?:dollars?|euros?|bucks))?)"
_MONEY_PRICE: Final = rf"(?P<price>[$€£] ?{_AMOUNT}|{_AMOUNT} (?:dollars?|euros?|bucks))"
_MARKED_PRICE: Final = rf"(?P<price>[$€£] ?{_AMOUNT}|{_AMOUNT} (?:dollars?|euros?|bucks)|\d{{1,9}}\.\d\d)"
"""A price that nothing else can be: of `how much are 2 tickets at 7` the 7 may be the time."""
_SO_MANY: Final = r"(?P<n>(?:\d{1,9}(?:\.\d{1,3})?|\d{1,3}(?:,\d{3}){1,2}|[a-z]+(?:-[a-z]+)?)(?: (?:hundred|thousand|million))?)"
_ALSO_SO_MANY: Final = _SO_MANY.replace("<n>", "<m>")
_COST: Final = r"(?:costs?|is|are|for|will cost|would cost|come to)"
_MONEY_OF: Final = (
    r"(?:dollars?|euros?|pounds?|yen|usd|eur|gbp|jpy|francs?|rupees?|pesos?|yuan|cad|chf|inr|kronor|kroner)"
)
_ITEM: Final = rf"{_SO_MANY} {_THINGS}(?:at|for) {_ANY_PRICE} (?:each|apiece)"
_ONE_ITEM: Final = re.compile(_ITEM, re.IGNORECASE)
_SOME_ITEM: Final = _ITEM.replace("(?P<n>", "(?:").replace("(?P<price>", "(?:")
_AT_ITEM: Final = rf"(?P<n>\d{{1,5}}|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?P<things>{_THINGS})(?:at|@) {_ANY_PRICE}"
_ONE_AT: Final = re.compile(_AT_ITEM, re.IGNORECASE)
_SOME_AT: Final = re.sub(r"\(\?P<\w+>", "(?:", _AT_ITEM)
_TIME: Final = r"(?:hour|day|night|week|month)"
_MEASURE: Final = r"(?:kg|ml|grams?|kilos?|kilograms?|g|lbs?|pounds?|litres?|liters?|l|gallons?|m|meters?|metres?|ft|feet|yards?|hours?|days?|nights?|weeks?|months?)"
_IN_ALL: Final = rf"(?:how much (?:do|did|will|would|does|should|must) {_WHO} (?:spend|pay|owe|make|earn|need|have to pay)|how much (?:is|was) (?:it|that)|how much (?:does|did|will|do) (?:it|that|they) cost|what(?:'s| is| was) (?:the |my )?(?:total|cost|price)(?: cost| price)?|how much)(?: in total| altogether| in all)?"
_HOW_MUCH_COST: Final = rf"(?:how much for|what (?:will|would|do|did|must|should) {_WHO} pay for|how much (?:will|would|do|did|must|should) {_WHO} (?:pay|spend|owe) (?:for|on)|(?:how much|what) (?:is|are|do|does|would|will)(?: it cost (?:for|to buy))?(?: the (?:cost|price|total)(?: of| for)?)?)"

RATES = family(
    "hour hours hr hrs day days week weeks month months year years minute minutes night nights mile miles kilometer kilometers km kg"
    " pound pounds lb lbs liter liters litre litres gallon gallons person people item items piece pieces unit units ticket tickets each apiece"
    " cost costs much per price pay recipe serves many dollar dollars euro euros usd eur gbp pounds yen",
    form(rf"(?:at )?{_PRICE}{_PER}{_EACH} (?:for|times|\*|x) {_COUNT} {_COUNTED}", _paid),
    form(rf"(?:(?:the )?(?:total )?(?:price|cost) of )?{_COUNT} {_COUNTED}(?: of {NOUN})? (?:at|for) {_PRICE}{_PER}{_EACH}", _paid),
    form(rf"{_COUNT} (?P<counted>dozen) {NOUN} (?:at|for) {_PRICE}{_PER}(?P<each>dozen)", _paid),
    form(rf"how much (?:do|does|will|would) {_COUNT} {_COUNTED}(?: of {NOUN}| {NOUN})? cost (?:at|if) {_PRICE}{_PER}{_EACH}", _paid),
    form(rf"(?:if )?{NOUN} (?:is|are|costs?) {_PRICE}{_PER}{_EACH}[,;.]? (?:how much|what) (?:do|does|is|are|will|would) {_COUNT} {_COUNTED}(?: of {NOUN})?(?: cost)?", _paid),
    form(rf"(?:at )?{_PRICE} (?:a|an|per|each|every) (?P<each>day|month|quarter) for (?:(?P<m>\d{{1,3}}|an?|one|two|three|four|five|ten) )(?P<counted>weeks?|years?)", _over_longer),
    form(rf"{_PRICE} (?:a|an|per) (?P<each>week|year),? (?:(?:is|=) )?(?:how much )?(?:is that )?(?:a|per|each) (?P<counted>day|month|quarter)", _of_shorter),
    form(rf"{_COUNT} {_COUNTED} (?:at|for|times|\*|of work at) {_PRICE}{_PER}{_EACH}", _paid),
    form(rf"(?:if )?{_WHO} (?:earn|make|charge|pay|get|get paid|am paid|are paid|earns|makes) {_PRICE}{_PER}{_EACH} (?:and work|for|and work for) {_COUNT} {_COUNTED}{_HOW_MUCH}", _paid),
    form(rf"(?:if )?{_WHO} (?:work|worked|works|did) (?:for )?{_COUNT} {_COUNTED} (?:at|for) {_PRICE}{_PER}{_EACH}{_HOW_MUCH}", _paid),
    form(rf"{_COUNT} {NOUN} (?:at|for) {_PRICE} (?:each|apiece)", _total),
    form(rf"(?:(?:the )?(?:total )?(?:price|cost|total) (?:of|for) )?{_SO_MANY} {_THINGS}(?:at|for) {_ANY_PRICE} (?:each|apiece|a piece|per piece)", _each),
    form(rf"(?:if )?(?:{_WHO} (?:buy|bought|buys|get|got|order|ordered|sell|sold|sells|pay for|need) )?{_SO_MANY} {_THINGS}(?:at|for) {_ANY_PRICE} (?:each|apiece|a piece|per piece)[,;.?]? (?:then )?{_IN_ALL}", _each),
    form(rf"(?:if )?(?P<things>{NOUN}) (?:costs?|are|is) {_ANY_PRICE} (?:each|apiece)[,;.?]? (?:then )?(?:how much|what) (?:do|are|is|will|would|for) {_SO_MANY}(?: (?P<asked>(?!cost\b|be\b){NOUN}))?(?: cost| be)?", _each_of_such),
    form(rf"(?:{_HOW_MUCH_COST} |(?:the )?(?:total )?(?:price|cost|total) (?:of|for) |(?:if )?{_WHO} (?:buy|bought|get|got|order|ordered|sell|sold) )?(?P<items>{_SOME_ITEM}(?:(?:,|,? and| plus| \+) {_SOME_ITEM}){{1,5}})(?: cost)?(?:[,;.?]? (?:then )?{_IN_ALL})?", _basket),
    form(rf"(?:if )?{_WHO} (?:earn|earns|make|makes|charge|charges|get|gets|get paid|gets paid|am paid|are paid|is paid) {_ANY_PRICE}{_PER}{_EACH}(?: and| for|,)(?: {_WHO})?(?: work(?:s|ed)?(?: for)?)? {_COUNT} {_COUNTED}(?: (?:a|per|this) (?P<span>day|week|month))?[,;.:]? (?:so |then )?(?:how much|what) (?:is (?:that|it|my pay|his pay|her pay)|(?:do|will|would|does|did) {_WHO} (?:earn|make|get|get paid|have)|will it be)(?: in total|(?: (?:a|per|this) (?P=span)))?", _paid_by_hour),
    form(rf"(?:(?:(?:the|my) )?(?:total )?(?:price|cost|pay|wages?|salary) (?:of|for) |{_HOW_MUCH_COST} |how much (?:do|will|would|does|did) {_WHO} (?:earn|make|get|pay) (?:for|in) |(?:if )?{_WHO} (?:need|buy|bought|get|got|want|use|used) )?(?:{NOUN} )?{_SO_MANY} (?P<counted>{_MEASURE})(?: of {NOUN})? (?:at|for) {_ANY_PRICE}(?: ?/ ?| per | an? | each )(?P<each>{_MEASURE})(?: cost)?(?:[,;.]? {_IN_ALL})?", _of_measure),
    form(rf"(?:if )?{_WHO} (?:work|worked|works|did) (?:for )?{_COUNT} {_COUNTED} (?:at|for) {_ANY_PRICE}{_PER}{_EACH}[,;.:]? (?:so |then )?how much (?:is (?:that|it)|(?:do|will|would|does|did) {_WHO} (?:earn|make|get|get paid))", _paid_by_hour),
    form(rf"(?:if )?(?P<q>{_AMOUNT}) (?P<needed>{NOUN})(?: of {NOUN})? (?:make|makes|serve|serves|feed|feeds|yield|yields) (?P<n>{_AMOUNT}) (?P<unit>{NOUN})[,;.]? how (?:many|much) (?P<again>{NOUN}) (?:(?:do|would|will) (?:i|we|you) need )?(?:for|make|to make) (?P<m>{_AMOUNT}) (?P=unit)", _needed_again),
    form(rf"(?:at )?{_MARKED_PRICE}{_PER}{_EACH} (?:for|times|\*|x) {_COUNT} {_COUNTED}", _paid_by_hour),
    form(rf"(?:at|for) {_ANY_PRICE}{_PER}{_EACH},? (?:how much|what) (?:is (?:it )?for|for|(?:do|will|would|does) {_WHO} (?:earn|make|get|pay) (?:for|in)) {_COUNT} {_COUNTED}", _paid_by_hour),
    form(rf"(?:if )?(?:a|an|the|my) (?P<n>\d{{1,6}}(?:\.\d{{1,3}})?) ?(?P<things>{_MEASURE}) {NOUN}(?: of {NOUN})? (?P<cost>costs?) {_ANY_PRICE}[,;.]? (?:how much|what)(?: is (?:it|that)| does (?:it|that) cost| is the price)? (?:(?P<single>per|for one|for a|a|an|one) )(?P<asked>{_MEASURE})(?P<m>)", _in_proportion),
    form(rf"(?:if )?(?P<n>\d{{1,5}}|[a-z]{{3,6}})(?P<things>) (?P<cost>for) {_MONEY_PRICE}[,;.:?]? (?:then )?(?:how much|what) (?:(?:is|for|does) )?(?P<single>one|each)(?P<asked>)(?P<m>)(?: cost)?", _in_proportion),
    form(rf"(?:if )?(?:an?|the|one) (?:pack|packet|box|bag|carton|crate|case|set|bunch|tray) of {_SO_MANY}(?: (?P<things>{NOUN}))? (?P<cost>costs?|is|for) {_ANY_PRICE}[,;.]? (?:how much|what) (?:is|does|for) (?P<single>one|each)(?: (?P<asked>(?!cost\b){NOUN}))?(?: cost)?(?P<m>)", _in_pack),
    form(rf"(?:if )?(?:an?|one) (?P<n>dozen) (?P<things>{NOUN}) (?P<cost>costs?|is|are|for) {_ANY_PRICE}[,;.]? (?:how much|what) (?:is|does|for) (?P<single>one|each)(?: (?P<asked>(?!cost\b){NOUN}))?(?: cost)?(?P<m>)", _in_pack),
    form(rf"(?:if )?{_MONEY_PRICE} (?P<cost>for) (?P<n>\d{{1,5}})(?P<things>)[,;.:?]? (?:then )?(?:how much|what) (?:is|for|does) (?P<single>one|each)(?P<asked>)(?P<m>)(?: cost)?", _in_proportion),
    form(rf"(?:if )?{NOUN} (?:is|are|costs?) {_ANY_PRICE}(?: ?/ ?| per | an? )(?P<each>(?!{_TIME}){_MEASURE})[,;.]? (?:how much|what) (?:do|does|is|are|will|would|for) {_SO_MANY} (?P<counted>(?!{_TIME}){_MEASURE})(?: of {NOUN})?(?: cost)?", _of_measure),
    form(rf"(?:at )?{_PRICE}{_PER}hour,? (?:for )?{_SO_MANY} hours (?:a|per) day,? (?:and |for )?{_ALSO_SO_MANY} days(?: (?:a|per) week)?{_HOW_MUCH}", _by_hours),
    form(rf"{_HOW_MUCH_COST} {_SO_MANY} {_THINGS}(?:(?:that |which )?(?:cost )?(?:at|for)|that cost|costing) {_ANY_PRICE} (?:each|apiece|a piece|per piece)(?: cost)?", _each),
    form(rf"{_HOW_MUCH_COST} {_SO_MANY} (?P<things>{_THINGS})at {_MARKED_PRICE}(?: cost)?", _each_unsaid),
    form(rf"(?:the )?(?:total )?(?:price|cost|total) (?:of|for) {_SO_MANY} (?P<things>{_THINGS})at {_MARKED_PRICE}", _each_unsaid),
    form(rf"(?:if )?(?:1|one|an?) (?P<of>{_MONEY_OF}) (?:is|=|equals|is worth|buys|gets|costs) (?P<rate>\d{{1,6}}(?:\.\d{{1,6}})?) (?P<in>{_MONEY_OF})[,;.:]? (?:then )?(?:how much|how many [a-z]+|what) (?:is|are) (?P<m>[\d,.]{{1,12}}) (?P<asked>{_MONEY_OF})(?: worth)?(?: in (?P=in))?", _exchanged),
    form(rf"(?:if )?{_WHO} (?:pay|paid|spend|spent) {_ANY_PRICE} (?P<cost>for|on) {_SO_MANY} (?P<things>{NOUN})[,;.]? (?:so |then )?(?:how much|what) (?:is|was|did|does|do) (?P<single>each|one|a)(?: (?P<asked>(?!cost\b|be\b){NOUN}))?(?: cost)?(?P<m>)", _in_proportion),
    form(rf"(?:if )?(?:(?:a|an|the|my|our) )?(?:[a-z]{{2,12}} )?(?:uses?|needs?|takes?|burns?|consumes?|requires?|drinks?) (?P<q>{_AMOUNT}) ?(?P<needed>[a-z]{{1,12}}) (?:of [a-z]{{2,12}} )?(?:per|for|for every|every|for each) (?P<n>{_AMOUNT}) ?(?P<unit>[a-z]{{1,12}})[,;.:]? (?:so |then )?how (?:much|many)(?: (?P<again>[a-z]{{2,12}}))?(?: (?:does|do|will|would) (?:it|i|we) (?:use|need|take|burn|consume)| (?:is|are) (?:needed|used))? for (?P<m>{_AMOUNT}) ?(?P=unit)", _needed_again),
    form(rf"(?:if )?{_SO_MANY} (?P<things>{NOUN})(?: of {NOUN})? (?P<cost>{_COST}) {_ANY_PRICE}[,;.:?]? (?:then )?(?:how much|what) (?:(?:is|are|do|does|would|will|for)(?: the (?:cost|price) of)? (?:(?P<single>one|1|a|an|each)|{_ALSO_SO_MANY})(?: (?P<asked>(?!cost\b|be\b){NOUN}))?(?: cost| be)?)", _in_proportion),
    form(rf"(?:if )?{_SO_MANY} (?P<things>{NOUN}) (?P<cost>{_COST}) {_ANY_PRICE}[,;.:?]? (?:then )?(?:how much|what|what price) (?:(?:is|does) (?:it|that|the (?:cost|price)) )?(?:cost )?(?P<single>per|each)(?: (?P<asked>{NOUN}))?(?P<m>)", _in_proportion),
    form(rf"(?:if )?(?:(?:a|the|my|this) )?recipe (?:for|serves|that serves|which serves|serving) {_SO_MANY}(?: people| persons| servings)?,? (?:and )?(?:needs?|uses?|calls for|takes?|requires?|has) (?P<q>[\d./]{{1,9}}(?: \d/\d)?) ?(?P<needed>{NOUN}(?: (?:of )?{NOUN}(?: {NOUN})?)?)"
         rf"[,;.:?]? (?:then )?how (?:much|many)(?: (?P<again>[a-z]+))?(?: (?:do|would|will|should) (?:i|you|we) (?:need|use)| (?:is|are) needed)? for {_ALSO_SO_MANY}(?: people| persons| servings)?", _needed),
    form(rf"how many (?P<asked>[a-z]+) (?:is|are|in|does|do|would) (?:(?:it|that) )?{_SO_MANY} (?P<things>{NOUN}){_PER}{_EACH},? (?:(?:for|over|in) )?{_ALSO_SO_MANY} {_COUNTED}(?: (?:a|per) week)?(?: make)?", _by_the_day),
    form(rf"{_SO_MANY} (?P<things>hours?|minutes?|hrs?|mins?) (?:a|per|each) {_EACH}(?: for|,)? {_ALSO_SO_MANY} {_COUNTED}", _by_the_day),
    form(rf"{_ALSO_SO_MANY} {_COUNTED} (?:at|of) {_SO_MANY} (?P<things>hours?|minutes?|hrs?|mins?) (?:a|per|each) {_EACH}", _by_the_day),
)  # fmt: skip

BASKETS = family(
    "at",
    form(rf"(?P<before>{_HOW_MUCH_COST} |(?:the )?(?:total )?(?:price|cost|total) (?:of|for) |(?:if )?{_WHO} (?:buy|bought|get|got|order|ordered|sell|sold) )?(?P<items>{_SOME_AT}(?:(?:,|,? and| plus| \+) {_SOME_AT}){{1,5}})(?: cost)?(?P<asked>[,;.?]? (?:then )?{_IN_ALL})?", _basket_at),
)  # fmt: skip
