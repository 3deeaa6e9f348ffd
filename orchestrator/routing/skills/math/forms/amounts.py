"""Amounts in questions about percentages and shares: an expression, perhaps of money."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from orchestrator.routing.skills.math.lexer import tokens_of
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse, parse_part
from orchestrator.routing.skills.math.tree import Tree, applies, unknowns

_SIGN: Final = re.compile(r"^([$€£])\s*(?=[\d.])")
_NAME: Final = re.compile(r"\s+(dollars?|euros?|bucks|usd|eur)$", re.IGNORECASE)
_TORN: Final = ("+", "-", "*", "/", "//", "mod", "of")
_TIGHT: Final = re.compile(r"-?\d+(?:\.\d+)?/\d+(?:\.\d+)?")
_SIGN_OF_NAME: Final = {"d": "$", "b": "$", "u": "$", "e": "€"}


@dataclass(frozen=True, slots=True)
class Amount:
    tree: Tree
    currency: str


def amount(text: str, read: Callable[[str], Tree] | None = None) -> Amount:
    """`$80`, `80 dollars`, `80` or, read as any expression, `2 * 40`. Raises NotMath."""
    text = text.strip()
    currency = ""
    if found := _SIGN.match(text):
        currency, text = found[1], text[found.end() :]
    elif found := _NAME.search(text):
        currency, text = _SIGN_OF_NAME[found[1][0].lower()], text[: found.start()]
    return Amount((read or known)(text), currency)


def operand(text: str) -> Tree:
    """A part of a question that the words around it must not tear apart: a number, `3/4`, or all of it in brackets.

    Raises NotMath for `4 divided by 2` and `4 squared`, since "the difference of 10 and 4 divided by 2" has two readings.
    """
    tree = parse_part(text)
    if unknowns(tree):
        raise NotMath("an unknown")
    if applies(tree, *_TORN) and not (_is_enclosed(text.strip()) or _TIGHT.fullmatch(text.strip())):
        raise NotMath("ambiguous: which comes first?")
    return tree


def is_share(text: str) -> bool:
    """Whether the text is the name of a fraction, as `a third`, which may be one of something."""
    tokens = tokens_of(text)
    return len(tokens) == 1 and tokens[0].is_share


def _is_enclosed(text: str) -> bool:
    """Whether the bracket that begins the text is closed by its last sign."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return place == len(text) - 1 and place > 0
    return False


def plain_part(text: str) -> Tree:
    """A part at the end of a question in words: an expression in signs. Raises NotMath for `10 plus 5` and `10 squared`."""
    tree = parse_part(text, in_signs=True)
    if unknowns(tree):
        raise NotMath("an unknown")
    return tree


def known(text: str) -> Tree:
    """The tree of an expression without unknowns. Raises NotMath."""
    tree = parse(text)
    if unknowns(tree):
        raise NotMath("an unknown")
    return tree
