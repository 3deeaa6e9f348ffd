"""What somebody takes to be so and wants to have confirmed: "2 + 2 = 5, right?", "isn't 7*8 = 54?"."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import known
from orchestrator.routing.skills.math.forms.instructions import compared_as, refuse_congruence
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Builder, Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, parts

_LEAD: Final = (
    r"(?:(?:(?:i|we) (?:think|believe|guess|say|thought)(?: that)?|my (?:teacher|friend|boss) says(?: that)?|surely|obviously|clearly"
    r"|isn't it (?:true|right|correct) that|am i right that|(?:is|are)n't|(?:does|do)n't|(?:do )?(?:you|we) agree(?: that)?"
    r"|is it (?:right|correct)(?: to say)? that|it is true that|the answer (?:to|of)):? )"
)
_TAG: Final = (
    r"(?:(?: ?[,.;-]+ ?| )(?:right|correct|true|yes|no|ok|okay|eh|huh|am i right|is(?:n't)? (?:that|this|it)(?: (?:right|correct|true|so))?"
    r"|(?:does|do)n't (?:it|they)|aren't they|innit|or not|don't you think|do you agree|would you agree|agreed))"
)
_IS: Final = r"(?: ?= ?| (?:equals|equal to|equal|is equal to|are equal to|is|are|makes|make|gives|give) )"
_A: Final = r"(?P<a>[^=<>]+?)"
_B: Final = r"(?P<b>[^=<>]+?)"


def _equal(match: re.Match[str]) -> Question:
    left, right = known(match["a"]), known(match["b"])
    refuse_congruence(right)
    if any(isinstance(part, Name) for tree in (left, right) for part in parts(tree)):
        raise NotMath("no fractions")
    if _is_number(left) and _is_number(right):
        raise NotMath("nothing to compute")
    if match["b"].rstrip().endswith("!") and value_of(left) != value_of(right):
        raise NotMath("ambiguous: a factorial or an exclamation mark?")
    return ask("claimed", *((right, left) if _is_number(left) else (left, right)))


def _is_number(tree: Tree) -> bool:
    return isinstance(
        tree.arguments[0] if isinstance(tree, Apply) and tree.function == "neg" else tree, Number
    )


def _order(sign: str) -> Builder:
    def build(match: re.Match[str]) -> Question:
        left, right = known(match["a"]), known(match["b"])
        if isinstance(left, Number) and isinstance(right, Number) and left == right:
            raise NotMath("nothing to compare")
        return ask("in_order", left, right, sign, compared_as(match))

    return build


CLAIMS = family(
    "right correct true yes no ok okay eh huh isn aren doesn don innit agree agreed not think believe guess say says thought surely"
    " obviously clearly am answer",
    form(rf"{_LEAD}{_A}{_IS}{_B}{_TAG}?", _equal),
    form(rf"{_A}{_IS}{_B}{_TAG}", _equal),
    form(rf"(?:{_LEAD}{_A} ?> ?{_B}{_TAG}?)", _order(">")),
    form(rf"(?:{_LEAD}{_A} ?< ?{_B}{_TAG}?)", _order("<")),
    form(rf"{_A} ?> ?{_B}{_TAG}", _order(">")),
    form(rf"{_A} ?< ?{_B}{_TAG}", _order("<")),
)  # fmt: skip
