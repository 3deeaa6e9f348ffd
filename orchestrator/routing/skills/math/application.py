"""What functions, postfixes and words apply, as trees of plain operators."""

from __future__ import annotations

from fractions import Fraction

from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.tokens import Token
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, applies, number


def has_letters(tree: Tree) -> bool:
    if isinstance(tree, Apply):
        return any(has_letters(argument) for argument in tree.arguments)
    return isinstance(tree, Name) and tree.name not in ("pi", "infinity")


def arguments_of(tree: Tree) -> tuple[Tree, ...]:
    return tree.arguments if isinstance(tree, Apply) else ()


def plain_digits(digits: str) -> Fraction:
    if digits[0] == "0" and digits != "0":
        raise NotMath("a number with leading zeros")
    return Fraction(digits)


def applied(name: str, arguments: tuple[Tree, ...]) -> Tree:
    """Spoken and indexed functions in terms of plain ones."""
    base, _, index = name.partition("_")
    if index.isdigit():
        if len(arguments) != 1:
            raise NotMath("one argument is expected")
        order = number(int(index))
        return Apply("root", (order, *arguments)) if base == "root" else Apply("log", (*arguments, order))
    if name in ("square", "cube"):
        return Apply("^", (*arguments, number(2 if name == "square" else 3)))
    if name in ("double", "triple"):
        return Apply("*", (number(2 if name == "double" else 3), *arguments))
    if name == "reciprocal":
        return Apply("/", (number(1), *arguments))
    if name == "factorial":
        return Apply("!", arguments)
    if name in ("log2", "log10"):
        return Apply("log", (*arguments, number(int(name[3:]))))
    return Apply({"power": "^"}.get(name, name), arguments)


def with_postfix(left: Tree, token: Token, following: Token | None, *, is_enclosed: bool) -> Tree:
    if token.text in ("squared", "cubed"):
        return Apply("^", (left, number(2 if token.text == "squared" else 3)))
    if token.text == "!" and (
        (applies(left, "!") and not is_enclosed) or (following is not None and following.text == "!")
    ):
        raise NotMath("ambiguous: a double factorial")
    return Apply(token.text, (left,))


def is_plain_fraction(tree: Tree) -> bool:
    """Whether it is one number over another."""
    return applies(tree, "/") and all(isinstance(part, Number) for part in arguments_of(tree))


def is_fractional(tree: Tree) -> bool:
    """Whether a fraction beside it is one of the same kind, as in `1 minus a third`, `5/6 minus a half` and `x plus a half`,
    and not a share of it.
    """
    if isinstance(tree, Number):
        return tree.value == 1 or tree.value.denominator != 1
    if applies(tree, "+", "-"):
        return any(is_fractional(part) and part != number(1) for part in arguments_of(tree))
    return isinstance(tree, Name) or is_plain_fraction(tree)
