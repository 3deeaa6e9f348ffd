"""Expressions as trees: what the parser makes, and all that is ever evaluated. Text never is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

CONSTANTS: Final = frozenset({"pi", "e", "i", "infinity"})


@dataclass(frozen=True, slots=True)
class Number:
    """`decimal` is true for one written with a point or an exponent: its answers are shown as decimals."""

    value: Fraction
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A constant of CONSTANTS, or an unknown of one letter."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """A function or operator applied to its arguments.

    Operators are `+ - * / // ^ mod of`, `neg`, `!`, `%` and `deg`. `implicit` marks a product written without a
    sign, as in `2x`.
    """

    function: str
    arguments: tuple[Tree, ...]
    implicit: bool = False


Tree = Number | Name | Apply


def number(value: int | Fraction) -> Number:
    return Number(Fraction(value))


def parts(tree: Tree) -> Iterator[Tree]:
    """The tree and everything below it."""
    yield tree
    if isinstance(tree, Apply):
        for argument in tree.arguments:
            yield from parts(argument)


def unknowns(tree: Tree) -> tuple[str, ...]:
    """The letters that stand for unknowns, in alphabetical order."""
    found = {part.name for part in parts(tree) if isinstance(part, Name)} - CONSTANTS
    return tuple(sorted(found))


def has_decimals(tree: Tree) -> bool:
    return any(isinstance(part, Number) and part.decimal for part in parts(tree))


def applies(tree: Tree, *functions: str) -> bool:
    return isinstance(tree, Apply) and tree.function in functions


def replaced(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with every part for which `change` gives another replaced by that, from the top."""
    other = change(tree)
    if other is not None:
        return other
    if isinstance(tree, Apply):
        arguments = tuple(replaced(argument, change) for argument in tree.arguments)
        return Apply(tree.function, arguments, tree.implicit)
    return tree


def with_value(tree: Tree, name: str, value: Tree) -> Tree:
    """The tree with the unknown `name` replaced."""
    return replaced(tree, lambda part: value if part == Name(name) else None)
