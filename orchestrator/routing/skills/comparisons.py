"""Questions that compare ("who is older, Anna or Ben?", "which is cheaper?"), and what of a text bears on them.

The value of one side answers none of them: a sentence that compares does, else the values of all sides are for the reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from orchestrator.routing.skills.kinds import is_given, of_its_kind
from orchestrator.routing.skills.overlap import content
from orchestrator.routing.skills.subject_words import NUMBER_WORDS
from orchestrator.routing.skills.subjects import subjects

# What is measured, and the comparing forms that ask for it.
_MEASURED = {
    "old": "older oldest elder eldest younger youngest",
    "long": "longer longest shorter shortest",
    "large": "bigger biggest larger largest smaller smallest",
    "tall": "taller tallest higher highest lower lowest shorter shortest",
    "heavy": "heavier heaviest lighter lightest",
    "cost": "cheaper cheapest dearer pricier priciest",
    "fast": "faster fastest slower slowest quicker quickest",
    "wide": "wider widest narrower narrowest broader broadest",
    "deep": "deeper deepest shallower shallowest",
    "thick": "thicker thickest thinner thinnest",
    "far": "farther further farthest furthest nearer nearest closer closest",
    "hot": "hotter hottest warmer warmest colder coldest",
}
_FORMS = {form for forms in _MEASURED.values() for form in forms.split()}
_COMPARATIVE = "|".join(sorted(form for form in _FORMS if not form.endswith("est")))
_SUPERLATIVE = "|".join(sorted(form for form in _FORMS if form.endswith("est")))
_MORE = r"(?:more|less)(?:\s+(?:expensive|costly))?"
_MOST = r"(?:most|least)\s+(?:expensive|costly)"
_COUNT = re.compile(rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|no)\b", re.I)
_NO_NUMBER = rf"(?!\d|[€$£]|(?:an?|half|{'|'.join(NUMBER_WORDS)})\b)"
_LEAD_IN = r"^\W*(?:(?:and|so|but)\s+)*"
_COMPARES = (
    re.compile(
        rf"{_LEAD_IN}(?:who|which)\b[^?]*\b(?<!no )(?P<form>{_COMPARATIVE}|{_MORE}|fewer)(?:\W*$|\s*[,:?]|\s+than\s+{_NO_NUMBER})",
        re.I,
    ),
    re.compile(
        rf"{_LEAD_IN}(?:(?:who|which)\b[^?]*|what(?:'s|\s+(?:is|are|was|were))\s+the)\s+(?P<form>{_SUPERLATIVE}|{_MOST})(?:\s+\w+)?(?:\W*$|\s*[,:?])",
        re.I,
    ),
    re.compile(
        rf"{_LEAD_IN}(?:is|are|was|were|does|do|did|has|have)\b[^?]*\b(?P<form>{_COMPARATIVE}|{_MORE})\s+than\s+(?:the\s+)?{_NO_NUMBER}",
        re.I,
    ),
)
# "Which hotel has more rooms?"
_COUNTS = re.compile(
    rf"{_LEAD_IN}(?:who|which)\b[^?]*\s(?P<form>(?:the )?(?:more|fewer|less|most|fewest|least))\s+(?P<what>(?!than\b)[^\W\d_]+(?:\s+[^\W\d_]+)?)(?:\W*$|\s*[,:?])",
    re.I,
)
_THAN = re.compile(r"\bthan\s+(?!\d)", re.I)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is measured, in the words of `kinds`, the forms that compare it, and the names of what is compared.

    `counted`: the words for what there is more of.
    """

    kinds: frozenset[str]
    forms: frozenset[str]
    names: tuple[frozenset[str], ...]
    counted: frozenset[str] = frozenset()

    def is_settled_by(self, sentence: str) -> bool:
        """Whether the sentence compares too: all that is named where it says "than"."""
        has_form = bool(self.forms & set(re.findall(r"[a-z]+", sentence.casefold())))
        if not _THAN.search(sentence):
            return has_form
        return (has_form or not self.forms) and all(name <= content(sentence) for name in self.names)

    def is_valued_in(self, text: str, under: str = "") -> bool:
        """Whether the text has a value of what is measured, or a number under a heading that names it."""
        if any(is_given(kind, text) for kind in self.kinds):
            return True
        if self.counted and self.counted <= content(f"{under}\n{text}") and _COUNT.search(text):
            return True
        named = frozenset().union(*map(of_its_kind, self.kinds))
        return bool(content(under) & named) and any(map(str.isdigit, text))


@lru_cache(maxsize=512)
def comparison(question: str) -> Comparison | None:
    """What the question compares; None where it compares nothing."""
    match = next((found for each in _COMPARES if (found := each.search(question.strip()))), None)
    if match is None:
        return _of_counts(question)
    form = match["form"].casefold()
    kinds = frozenset(kind for kind, forms in _MEASURED.items() if form in forms.split())
    if form.startswith(("more", "less", "most", "least", "fewer")):
        kinds = content("cost") if form.split()[-1] in ("expensive", "costly") else content(question)
    forms = frozenset(each for kind in kinds for each in _MEASURED.get(kind, "").split())
    return Comparison(kinds, forms, _names(question))


def _of_counts(question: str) -> Comparison | None:
    match = _COUNTS.search(question.strip())
    if match is None:
        return None
    more = frozenset("more most fewer fewest less least".split())  # noqa: SIM905 - a list of literals is no list to read
    return Comparison(frozenset(), more, _names(question), content(match["what"]))


def _names(question: str) -> tuple[frozenset[str], ...]:
    return tuple(
        content(" ".join(each.words)) for each in subjects(question) if each.kind in ("name", "acronym")
    )
