"""What the form of a question demands of a bare answer beyond its words: the "against" of "who voted against it", somebody's
own doing to "what does Tunde do", a verb of making to "who makes it". Light words ("do", "make", "go") are no content."""

from __future__ import annotations

import re

_PREPOSITION = re.compile(r"\b(?:against|without)\b", re.I)
_ASKS_FOR_DOING = re.compile(
    r"^\W*(?:and\s+)?what\s+(?:does|do|did)\s+(?P<who>(?-i:[A-Z])[\w'’-]+)(?:\s+(?-i:[A-Z])[\w'’-]+)*\s+do\W*(?:for a living|for work)?\W*$",
    re.I,
)
_DOES = (
    r"(?:\s+[A-Z][\w'’-]+)?(?:,|\s+\(|:|(?:\s+\w+){0,2}\s+(?:is|was|are|were|works?|worked|runs?|ran|studies|studied|teaches|taught|owns?|leads?|led|heads?|manages?|managed"
    r"|plays?|writes?|wrote|makes?|made|sells?|sold|drives?|drove|cooks?|builds?|built|[a-z]+ed|[a-z]+s)\b)"
)
_DEMANDS = tuple(
    (re.compile(asks, re.I), re.compile(says, re.I))
    for asks, says in (
        (r"^\W*(?:and\s+)?who\s+(?:makes?|made)\b", r"\b(?:mak|mad|manufactur|produc|built|build)|:|\bby\b"),
        (r"\bgo(?:es)?\s+with\b", r"\b(?:go(?:es)?|pairs?|serve[ds]?|drink|match\w*|suits?)\b"),
    )
)


def meets_the_demands(question: str, text: str) -> bool:
    """Whether a text has what the question's form demands; true of a question that demands nothing."""
    if any(not re.search(rf"\b{each}\b", text, re.I) for each in _PREPOSITION.findall(question)):
        return False
    if any(asks.search(question) and not says.search(text) for asks, says in _DEMANDS):
        return False
    asked = _ASKS_FOR_DOING.match(question)
    if asked is None or (named := re.search(rf"\b{re.escape(asked['who'])}\b", text)) is None:
        return True
    return re.match(_DOES, text[named.end() :]) is not None
