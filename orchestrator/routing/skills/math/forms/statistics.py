"""Lists of numbers: averages, spread, and ratios."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import amount, known, operand
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse, parse_spoken_list
from orchestrator.routing.skills.math.question import Builder, Question, ask, family, form
from orchestrator.routing.skills.math.tree import Tree, unknowns

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
    """`split $120 between 4 people`: equal shares. Raises NotMath where they do not come out, as nobody says who gets the last
    cent.
    """
    whole, people = amount(match["x"], operand), known(match["n"])
    count = value_of(people)
    if count.denominator != 1 or count < 1 or (value_of(whole.tree) / count * 100).denominator != 1:
        raise NotMath("it does not come out even")
    return ask("shared", whole.tree, people, whole.currency)


LISTS = family(
    "mean average median mode range deviation std variance stdev sd avg",
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
    form(r"(?:simplify )?(?:the )?(?:simplified )?ratio (?:of|between) (?P<a>[\d.,]+) (?:to|and) (?P<b>[\d.,]+)(?: in (?:its )?(?:simplest|lowest) (?:form|terms))?", _ratio_of),
    form(rf"(?:split|divide|share)(?: up)? (?P<x>.+?) (?:in|into|by|using) (?:the |a )?(?:ratio(?: of)? )?{_RATIO}(?: ratio)?", _split),
)  # fmt: skip

SHARES = family(
    "split divide share",
    form(r"(?:split|divide|share)(?: up)? (?:an? |the )?(?P<x>[^,;]+?)(?: (?:bill|check|tab))?(?: equally| evenly)? (?:between|among|amongst) (?P<n>[\w-]+)"
         r" (?:people|persons|friends|children|kids|students|workers|players)(?: equally| evenly)?", _shared),
)  # fmt: skip
