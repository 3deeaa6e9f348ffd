"""Lists of numbers: averages, spread, and ratios."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import integer_of, value_of
from orchestrator.routing.skills.math.forms.amounts import amount, known, operand
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse, parse_spoken_list
from orchestrator.routing.skills.math.question import Builder, Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, Number, Tree, unknowns

_LIST: Final = r"(?:of|for|in)?:? ?(?:the )?(?:following )?(?:numbers|values|data(?: set)?|list|set|sequence|scores)?:? ?[\[({]?(?P<list>[^?\[\](){}]+?)[\])}]?"
_DEVIATION: Final = r"(?:standard deviation|std(?:\.|ev| dev)?|sd)"
_SPACED: Final = re.compile(r"-?\d+(?:\.\d+)?(?: -?\d+(?:\.\d+)?)+")
_RATIO: Final = r"(?P<ratio>[\d.]+(?: ?: ?[\d.]+)+)"


def numbers(text: str) -> tuple[Tree, ...]:
    """The items of `2, 4 and 6` or `2 4 6`. Raises NotMath."""
    text = text.strip()
    items = (
        tuple(parse(item) for item in text.split()) if _SPACED.fullmatch(text) else parse_spoken_list(text)
    )
    if len(items) < 2 or any(unknowns(item) for item in items):
        raise NotMath("a list of numbers is expected")
    return items


def _over(operation: str) -> Builder:
    return lambda match: ask(operation, numbers(match["list"]))


def _ratio(match: re.Match[str]) -> Question:
    return ask("simplify_ratio", tuple(parse(part) for part in re.split(r" ?: ?", match["ratio"])))


def _ratio_of(match: re.Match[str]) -> Question:
    return ask("simplify_ratio", (known(match["a"]), known(match["b"])))


def _split(match: re.Match[str]) -> Question:
    whole = amount(match["x"])
    shares = tuple(parse(part) for part in re.split(r" ?: ?", match["ratio"]))
    return ask("split_in_ratio", whole.tree, shares, whole.currency)


def _shared(match: re.Match[str]) -> Question:
    """`split $120 between 4 people`: equal shares. Raises NotMath for people who are no whole number, and for things that do
    not come out even, as nobody says who gets the last one; of money the answer says what is left.
    """
    whole, people = amount(match["x"], operand), known(match["n"])
    count = value_of(people)
    if count.denominator != 1 or count < 1 or value_of(whole.tree) <= 0:
        raise NotMath("people are expected")
    if (value_of(whole.tree) / count * 100).denominator == 1:
        return ask("shared", whole.tree, people, whole.currency)
    is_bill = bool(_OF_BILL.search(match[0]))
    if not (whole.currency or is_bill) or (value_of(whole.tree) * 100).denominator != 1:
        raise NotMath("it does not come out even")
    return ask("shared", whole.tree, people, whole.currency)


def _dealt(match: re.Match[str]) -> Question:
    """`share 24 sweets between 6 children`: whole things. Raises NotMath where they do not come out even."""
    things, people = known(match["x"]), known(match["n"])
    share = Apply("/", (things, people))
    if not isinstance(things, Number) or not isinstance(people, Number) or integer_of(share) < 1:
        raise NotMath("it does not come out even")
    return ask("counted", share, match["things"]) if match["things"] else ask("evaluate", share)


LISTS = family(
    "mean average median mode range deviation std variance stdev sd avg",
    form(r"(?:if )?(?:my|the|our|her|his) (?:test )?(?:scores|grades|marks|numbers|values|times|ages) (?:are|were) (?P<list>[\d., and]{3,120}?)[,;.]? (?:then )?what(?:'s| is| was) (?:my|the|their|our|her|his) (?:average|mean)(?: score| grade| mark)?", _over("mean")),
    form(r"(?:if )?(?:i|he|she|we|they|you) (?:scored|got|ran|had|have|get) (?P<list>[\d.]{1,9}(?:, [\d.]{1,9}){0,20},? and [\d.]{0,8}\d)(?: points| on my tests| in my exams)?[,;.]? (?:then )?what(?:'s| is| was) (?:my|his|her|our|their|your|the) (?:average|mean)(?: score| grade| mark)?", _over("mean")),
    form(rf"(?:the )?(?:arithmetic )?(?:mean|average|avg)(?: value)? {_LIST}", _over("mean")),
    form(rf"average {_LIST}", _over("mean")),
    form(rf"(?:the )?median(?: value)? {_LIST}", _over("median")),
    form(rf"(?:the )?mode {_LIST}", _over("mode")),
    form(rf"(?:the )?(?:statistical )?range {_LIST}", _over("range")),
    form(rf"(?:the )?population {_DEVIATION} {_LIST}", _over("population_deviation")),
    form(rf"(?:the )?sample {_DEVIATION} {_LIST}", _over("sample_deviation")),
    form(rf"(?:the )?{_DEVIATION} {_LIST}", _over("deviations")),
    form(rf"(?:the )?population variance {_LIST}", _over("population_variance")),
    form(rf"(?:the )?variance {_LIST}", _over("variances")),
    form(rf"(?:the )?sample variance {_LIST}", _over("sample_variance")),
)  # fmt: skip

RATIOS = family(
    "ratio :",
    form(rf"(?:simplify|reduce)(?: the)? ratio(?: of)? {_RATIO}", _ratio),
    form(rf"(?:simplify|reduce) {_RATIO}", _ratio),
    form(rf"(?:the )?ratio {_RATIO} (?:simplified|in (?:its )?(?:simplest|lowest) (?:form|terms))", _ratio),
    form(r"(?:(?:simplify|reduce) (?:the )?ratio|(?:simplify )?(?:the )?(?:simplified )?ratio (?:of|between)) (?:of )?(?P<a>[\d.,]+) (?:to|and) (?P<b>[\d.,]*\d)(?: in (?:its )?(?:simplest|lowest) (?:form|terms)|,? simplified|,? reduced)?", _ratio_of),
    form(rf"(?:split|divide|share)(?: up)? (?P<x>.+?) (?:in|into|by|using) (?:the |a )?(?:ratio(?: of)? )?{_RATIO}(?: ratio)?", _split),
)  # fmt: skip

_OF_BILL: Final = re.compile(r"\b(?:bill|check|tab|rent)\b", re.IGNORECASE)
_BILL: Final = r"(?:(?:restaurant |dinner |lunch )?(?:bill|check|tab|meal|dinner|rent|cost))"
_EVENLY: Final = r"(?: equally| evenly)?"
_PEOPLE: Final = r"(?:people|persons|friends|children|kids|students|workers|players|roommates|housemates|siblings|brothers|sisters|guests)"
_SUM: Final = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:\.\d\d?)?"
_PAID_SUM: Final = rf"(?P<x>[$€£] ?{_SUM}|{_SUM} (?:dollars?|euros?|bucks)|{_SUM}(?= (?:bill|check|tab)\b))"
_BILL_OF: Final = rf"(?:bill|check|tab|rent) of (?P<x>[$€£] ?{_SUM}|{_SUM}(?: (?:dollars?|euros?|bucks))?)"
_COUNT: Final = r"(?P<n>\d{1,4}|[a-z]+(?:-[a-z]+)?)"
_EACH_PAYS: Final = r"(?:how much each|how much (?:does|do|will|would|should|must) (?:each(?: one| person| of (?:us|them))?|everyone|everybody|they each|we each|one person|they|we) (?:pay|get|owe)(?: each)?|how much (?:is it|is that)? ?(?:each|per person)|what does each (?:person )?pay)"

SHARES = family(
    "split divide share divided shared among amongst between",
    form(r"(?:split|divide|share)(?: up)? (?:an? |the )?(?P<x>[^,;]+?)(?: (?:bill|check|tab))?(?: equally| evenly)? (?:between|among|amongst) (?P<n>[\w-]+)"
         rf" {_PEOPLE}(?: equally| evenly)?", _shared),
    form(rf"(?:split|divide|share)(?: up)? (?:an? |the )?{_PAID_SUM}(?: {_BILL})?{_EVENLY} (?:(?:between|among|amongst) )?{_COUNT} ways{_EVENLY}", _shared),
    form(rf"(?:split|divide)(?: up)? (?P<x>{_SUM}){_EVENLY} {_COUNT} ways{_EVENLY}", _shared),
    form(rf"(?:split|divide|share)(?: up)? (?:an? |the )?{_PAID_SUM}(?: {_BILL})?{_EVENLY} (?:between|among|amongst) {_COUNT}(?: of us)?{_EVENLY}", _shared),
    form(rf"(?:the )?(?:bill|check|tab|rent|dinner|lunch|meal|taxi|cab|cost|total) (?:of|was|is|comes to|came to) {_PAID_SUM},? (?:and )?(?:split|divided|shared){_EVENLY} (?:(?:between|among|amongst|by) )?{_COUNT} (?:ways|of us|{_PEOPLE}){_EVENLY}", _shared),
    form(rf"(?:an? |the )?{_PAID_SUM}(?: {_BILL})? (?:split|divided|shared){_EVENLY} (?:(?:between|among|amongst|by) )?{_COUNT} (?:ways|{_PEOPLE}){_EVENLY}", _shared),
    form(rf"(?P<x>{_SUM}) (?:split|divided|shared){_EVENLY} {_COUNT} ways{_EVENLY}", _shared),
    form(rf"(?:split|divide|share)(?: up)? (?P<x>\d{{1,12}}\.\d\d){_EVENLY} (?:between|among|amongst) {_COUNT}(?: {_PEOPLE})?{_EVENLY}", _shared),
    form(rf"(?:split|divide|share)(?: up)? (?:an? |the )?{_BILL_OF}{_EVENLY} (?:(?:between|among|amongst) )?{_COUNT}(?: (?:ways|of us|{_PEOPLE}))?{_EVENLY}", _shared),
    form(rf"(?:an? |the )?{_BILL_OF},? (?:split|divided|shared){_EVENLY} (?:(?:between|among|amongst|by) )?{_COUNT} (?:ways|of us|{_PEOPLE}){_EVENLY}", _shared),
    form(rf"(?:if )?{_COUNT} (?:{_PEOPLE}|of us) (?:split|share) (?:an? |the )?{_PAID_SUM}(?: {_BILL})?{_EVENLY}[,;.:?]? {_EACH_PAYS}", _shared),
    form(rf"{_EACH_PAYS} (?:if|when) {_COUNT} {_PEOPLE} (?:split|share) (?:an? |the )?{_PAID_SUM}(?: {_BILL})?{_EVENLY}", _shared),
    form(rf"(?:split|divide|share|distribute)(?: up)? (?P<x>\d{{1,9}})(?: (?P<things>[a-z]+))?{_EVENLY} (?:between|among|amongst) {_COUNT}(?: {_PEOPLE})?{_EVENLY}", _dealt),
    form(rf"(?P<x>\d{{1,9}})(?: (?P<things>[a-z]+))? (?:divided|split|shared){_EVENLY} (?:between|among|amongst) {_COUNT}(?: {_PEOPLE})?{_EVENLY}", _dealt),
    form(rf"(?:if )?(?P<x>\d{{1,9}}) (?P<things>[a-z]+) (?:(?:are |is )?(?:divided|split|shared){_EVENLY} )?(?:between|among|amongst|by) {_COUNT} {_PEOPLE}{_EVENLY}(?:[,;.]? how many (?:(?P=things) )?(?:each|(?:does|do|will|would) (?:each|they each|each (?:child|kid|person|friend|one|student|player|of them))(?: (?:get|have|receive))?))", _dealt),
)  # fmt: skip
