"""Amounts in questions about percentages and shares: an expression, perhaps of money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse
from orchestrator.routing.skills.math.tree import Tree, unknowns

_SIGN: Final = re.compile(r"^([$€£])\s*(?=[\d.])")
_NAME: Final = re.compile(r"\s+(dollars?|euros?|bucks|usd|eur)$", re.IGNORECASE)
_SIGN_OF_NAME: Final = {"d": "$", "b": "$", "u": "$", "e": "€"}


@dataclass(frozen=True, slots=True)
class Amount:
    tree: Tree
    currency: str


def amount(text: str) -> Amount:
    """`$80`, `80 dollars`, `80` or `2 * 40`. Raises NotMath."""
    text = text.strip()
    currency = ""
    if found := _SIGN.match(text):
        currency, text = found[1], text[found.end() :]
    elif found := _NAME.search(text):
        currency, text = _SIGN_OF_NAME[found[1][0].lower()], text[: found.start()]
    return Amount(known(text), currency)


def known(text: str) -> Tree:
    """The tree of an expression without unknowns. Raises NotMath."""
    tree = parse(text)
    if unknowns(tree):
        raise NotMath("an unknown")
    return tree
