"""Sums of money: `$5 + $3.50`, `$19.99 times 3`. The currency is kept, and has to be the same and to make sense."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse
from orchestrator.routing.skills.math.question import Question, ask
from orchestrator.routing.skills.math.show import decimal_text
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, parts, replaced

SIGN: Final = re.compile(r"[$€£]")
_MONEY: Final = re.compile(
    r"([$€£]) ?(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?|\.\d{1,2})(?![\d.,%A-Za-z^!])"
)
_NAMED: Final = re.compile(r"(?<![\w.,$€£])(\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,2})?|\d{1,12}(?:\.\d{1,2})?) (dollars?|bucks|euros?)\b", re.IGNORECASE)  # fmt: skip
"""`5 dollars`, which is `$5`."""
_AND_CENTS: Final = re.compile(r"([$€]) ?(\d{1,12}) and (\d{1,2}) ?(?:cents?|¢)", re.IGNORECASE)
_CENTS: Final = re.compile(r"(?<![\w.,$€£])(\d{1,6}) ?(?:cents?\b|¢)", re.IGNORECASE)
_PENCE: Final = re.compile(r"(?<![\w.,$€£])(\d{1,6}) ?(?:pence|p)\b", re.IGNORECASE)
MONEY: Final = re.compile(r"[$€£]|\d (?:dollars?|bucks|euros?|cents?)\b", re.IGNORECASE)
"""What a sum of money is known by."""
_LETTERS: Final = "abcdjklmnopq"


def money(text: str) -> Question:
    """The question of a text with currency signs. Raises NotMath for two currencies, `$5 + 3`, `$5 * $5`."""
    text = _in_signs(text)
    if not SIGN.search(text):
        return _of_cents(text)
    found = list(_MONEY.finditer(text))
    currencies = {match[1] for match in found}
    if len(currencies) != 1 or len(found) > len(_LETTERS) or len(SIGN.findall(text)) != len(found):
        raise NotMath("one currency is expected")
    letters = iter(_LETTERS)
    amounts = [match[2].replace(",", "") for match in found]
    tree = parse(_MONEY.sub(lambda _: f"({next(letters)})", text))
    if any(isinstance(part, Apply) and part.implicit for part in parts(tree)):
        raise NotMath("two amounts side by side")
    if not isinstance(tree, Apply) or _power(tree) != 1:
        raise NotMath("no sum of money")
    (currency,) = currencies
    values: dict[str, Tree] = {
        letter: Number(Fraction(amount), "." in amount)
        for letter, amount in zip(_LETTERS, amounts, strict=False)
    }
    names: dict[str, Tree] = {
        letter: Name(f"{currency}{amount}") for letter, amount in zip(_LETTERS, amounts, strict=False)
    }
    sum_of_money = _with(tree, values)
    value = value_of(sum_of_money)
    if value < 0 or decimal_text(value) is None:
        raise NotMath("no amount of money, or a range as `$5 - $10`")
    return ask("money", sum_of_money, _with(tree, names), currency)


def _of_cents(text: str) -> Question:
    """`50 cents + 75 cents`. Raises NotMath for a number that is none of cents."""
    found = list(_CENTS.finditer(text))
    if not found or len(found) > len(_LETTERS):
        raise NotMath("no amounts")
    letters = iter(_LETTERS)
    tree = parse(_CENTS.sub(lambda _: f"({next(letters)})", text))
    if (
        not isinstance(tree, Apply)
        or _power(tree) != 1
        or any(isinstance(part, Apply) and part.implicit for part in parts(tree))
    ):
        raise NotMath("no sum of money")
    values: dict[str, Tree] = {
        letter: Number(Fraction(match[1])) for letter, match in zip(_LETTERS, found, strict=False)
    }
    total = _with(tree, values)
    if value_of(total) < 0:
        raise NotMath("no amount of money")
    return ask("counted", total, "cents")


def _in_signs(text: str) -> str:
    """`5 dollars and 50 cents` as `$5.50`, and cents and pence beside the one currency of the text."""
    text = _NAMED.sub(lambda match: f"{'€' if match[2][0] in 'eE' else '$'}{match[1]}", text)
    text = _AND_CENTS.sub(lambda match: f"{match[1]}{match[2]}.{int(match[3]):02}", text)
    signs = set(SIGN.findall(text))
    if len(signs) == 1:
        (sign,) = signs
        small = _PENCE if sign == "£" else _CENTS
        text = small.sub(lambda match: f"{sign}{int(match[1]) // 100}.{int(match[1]) % 100:02}", text)
    return text


def _with(tree: Tree, values: dict[str, Tree]) -> Tree:
    return replaced(tree, lambda part: values[part.name] if isinstance(part, Name) else None)


def _power(tree: Tree) -> int:
    """Which power of money it is: 1 for `$5`, 0 for a number. Raises NotMath for `$5 + 3`."""
    if isinstance(tree, Name):
        if tree.name not in _LETTERS:
            raise NotMath("an unknown")
        return 1
    if isinstance(tree, Number):
        return 0
    powers = [_power(argument) for argument in tree.arguments]
    if tree.function in ("+", "-", "sum", "neg") and len(set(powers)) == 1:
        return powers[0]
    if tree.function == "*":
        return sum(powers)
    if tree.function == "/":
        return powers[0] - powers[1]
    if tree.function == "of" and not powers[0]:
        return powers[1]
    if not any(powers) and tree.function in ("^", "%"):
        return 0
    raise NotMath("no sum of money")
