"""A Pratt parser over the tokens of an expression. What has two readings is refused, not guessed.

Refused as ambiguous: `6/2(1+2)`, `1/2x`, `e^2x`, `100 + 10%`, `10% 3`, `5!!`, "square root of 16 plus 9",
"20% of 50 plus 10", "minus three squared".
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math.lexer import Token, tokens_of
from orchestrator.routing.skills.math.limits import MAX_DEPTH
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, applies, number

_INFIX: Final = {
    "+": 10, "-": 10, "*": 20, "/": 20, "//": 20, "mod": 20, "%": 20, "of": 36, "choose": 45, "permute": 45, "^": 50,
}  # fmt: skip
_NEGATION: Final = 27
_IMPLICIT: Final = 30
_POSTFIX: Final = 60
_LIST_ENDS: Final = frozenset({",", ";", "and", ")"})
_CONSTANT_LETTERS: Final = frozenset({"e", "i"})
_FUNCTION_LETTERS: Final = frozenset({"f", "g", "h"})


def parse(text: str) -> Tree:
    """The tree of an expression in plain notation. Raises NotMath, and TooLarge for a literal too long."""
    return _Parser(tokens_of(text)).whole()


def parse_list(text: str) -> tuple[Tree, ...]:
    """The trees of `4, 8, 15 and 16`. Raises NotMath."""
    parser = _Parser(tokens_of(text))
    items = parser.items(spoken=False)
    parser.expect_end()
    return items


class _Parser:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0
        self.bars = 0
        self.open_end = -1
        """Where the argument of a function in words ended: an operator just there would be ambiguous."""

    def whole(self) -> Tree:
        tree = self.expression(0)
        self.expect_end()
        return tree

    def expect_end(self) -> None:
        if self.position != len(self.tokens):
            raise NotMath("more than one expression")

    def expression(self, least: int) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotMath("nested too deeply")
        left = self.operand()
        while (strength := self._strength(left)) > least:
            left = self._extended(left, strength)
        self.depth -= 1
        return left

    def _peek(self, ahead: int = 0) -> Token | None:
        place = self.position + ahead
        return self.tokens[place] if 0 <= place < len(self.tokens) else None

    def _take(self) -> Token:
        token = self._peek()
        if token is None:
            raise NotMath("an operand is missing")
        self.position += 1
        return token

    def _take_sign(self, sign: str) -> bool:
        token = self._peek()
        if token is not None and token.kind == "operator" and token.text == sign:
            self.position += 1
            return True
        return False

    # What an operand begins with

    def operand(self) -> Tree:
        token = self._take()
        if token.kind == "number":
            return Number(token.value, token.decimal)
        if token.kind == "symbol":
            return Name(token.text)
        if token.kind == "function":
            return self._function(token)
        if token.kind == "list_function":
            return self._list_function(token)
        if token.text == "-":
            return self._negated(token)
        if token.text == "+" and self.position == 1:
            return self.expression(_NEGATION)
        if token.text == "(":
            return self._bracketed()
        if token.text == "|":
            return self._absolute()
        raise NotMath(f"no operand: {token.text}")

    def _negated(self, token: Token) -> Tree:
        tree = self.expression(_NEGATION)
        before = self._peek(-1)
        if before is not None and before.text in ("squared", "cubed"):
            raise NotMath("ambiguous: what is squared?")
        if isinstance(tree, Number) and self._peek(-2) is token:
            return Apply("neg", (tree,))
        return Apply("neg", (tree,))

    def _bracketed(self) -> Tree:
        tree = self.expression(0)
        if not self._take_sign(")"):
            raise NotMath("a bracket is not closed")
        return Apply(tree.function, tree.arguments) if isinstance(tree, Apply) else tree

    def _absolute(self) -> Tree:
        self.bars += 1
        tree = self.expression(0)
        self.bars -= 1
        if not self._take_sign("|"):
            raise NotMath("a bar is not closed")
        return Apply("abs", (tree,))

    def _function(self, token: Token) -> Tree:
        power = self._power_of_function(token)
        following = self._peek()
        if following is not None and following.text == "(" and following.kind == "operator":
            self.position += 1
            arguments = self.items(spoken=False)
            if not self._take_sign(")"):
                raise NotMath("a bracket is not closed")
        else:
            arguments = (self._open_argument(token),)
        tree: Tree = _applied(token.text, arguments)
        return Apply("^", (tree, power)) if power else tree

    def _power_of_function(self, token: Token) -> Tree | None:
        """The square in `sin^2(x)`."""
        if token.spoken or not self._take_sign("^"):
            return None
        bracket = self._take_sign("(")
        power = self._take()
        if power.kind != "number" or not 2 <= power.value <= 9 or (bracket and not self._take_sign(")")):
            raise NotMath("ambiguous: an inverse or a power of a function")
        return Number(power.value)

    def _open_argument(self, token: Token) -> Tree:
        """The argument of `sin 2x` or `the square root of 16`, which must end plainly."""
        tree = self.expression(_NEGATION)
        symbolic = not token.spoken and bool(_letters(tree))
        if not symbolic:
            self.open_end = self.position
        return tree

    def _list_function(self, token: Token) -> Tree:
        following = self._peek()
        if following is not None and following.text == "(":
            self.position += 1
            arguments = self.items(spoken=False)
            if not self._take_sign(")"):
                raise NotMath("a bracket is not closed")
        else:
            self._take_sign(";")
            arguments = self.items(spoken=True)
            self.open_end = self.position
        if len(arguments) < 2:
            raise NotMath("a list is expected")
        return Apply(token.text, arguments)

    def items(self, *, spoken: bool) -> tuple[Tree, ...]:
        """`a, b and c`. Spoken lists hold no sums or products: where they end would be ambiguous."""
        separated = any(
            token.text in (",", ";") and (after is None or after.spaced)
            for token, after in zip(self.tokens, [*self.tokens[1:], None], strict=False)
        ) or any(token.text == "and" for token in self.tokens)
        found: list[Tree] = []
        while True:
            token = self._peek()
            if token is not None and token.grouped and not separated:
                self.position += 1
                found.extend(number(_plain(part)) for part in token.text.split(","))
            else:
                found.append(self._item(spoken))
            if not self._take_separator():
                return tuple(found)

    def _item(self, spoken: bool) -> Tree:
        tree = self.expression(0)
        plain_fraction = applies(tree, "/") and all(isinstance(p, Number) for p in _arguments(tree))
        if spoken and applies(tree, "+", "-", "*", "/", "mod", "//", "of") and not plain_fraction:
            raise NotMath("ambiguous: where does the list end?")
        return tree

    def _take_separator(self) -> bool:
        if self._take_sign(",") or self._take_sign(";"):
            self._take_sign("and")
            return True
        return self._take_sign("and")

    # What may follow an operand

    def _strength(self, left: Tree) -> int:
        token = self._peek()
        if token is None or token.text in _LIST_ENDS:
            return -1
        if token.kind == "postfix" or (token.text == "%" and not self._is_modulo(token)):
            return _POSTFIX
        if token.kind == "operator" and token.text in _INFIX:
            if token.text == "of" and not self._is_portion(left):
                return -1
            return _INFIX[token.text]
        return _IMPLICIT if self._multiplies(token) else -1

    def _extended(self, left: Tree, strength: int) -> Tree:
        token = self._peek()
        assert token is not None
        if strength == _POSTFIX:
            self.position += 1
            return _with_postfix(left, token, self._peek())
        if strength == _IMPLICIT and token.text not in _INFIX:
            return self._implicit(left, token)
        self.position += 1
        if self.open_end == self.position - 1 and token.text != "choose" and not self._starts_function():
            raise NotMath("ambiguous: where does the argument end?")
        return self._infix(left, token, strength)

    def _infix(self, left: Tree, token: Token, strength: int) -> Tree:
        if token.text == "^":
            return self._raised(left)
        right = self.expression(strength)
        if token.text in ("/", "//", "mod", "%") and isinstance(right, Apply) and right.implicit:
            raise NotMath("ambiguous: what is divided?")
        if token.text in "+-" and applies(left, "%") != applies(right, "%"):
            raise NotMath("ambiguous: per cent of what?")
        if token.text == "of":
            self.open_end = self.position
        return Apply("mod" if token.text == "%" else token.text, (left, right))

    def _raised(self, base: Tree) -> Tree:
        exponent = self.expression(_INFIX["^"] - 1)
        before, following = self._peek(-1), self._peek()
        plain_base = isinstance(base, Number) or base == Name("e")
        if plain_base and following is not None and before is not None and before.text != ")":
            if following.kind in ("symbol", "function") and not following.spaced or following.text == "(":
                raise NotMath("ambiguous: what is the exponent?")
        return Apply("^", (base, exponent))

    def _implicit(self, left: Tree, token: Token) -> Tree:
        right = self.expression(_IMPLICIT)
        del token
        return Apply("*", (left, right), implicit=True)

    def _multiplies(self, token: Token) -> bool:
        """Whether a product without a sign begins here."""
        before = self._peek(-1)
        if before is None or self.open_end == self.position or token.spoken:
            return False
        if token.text == "|" and token.kind == "operator":
            return self.bars == 0 and before.kind == "number"
        if token.text == "(" and token.kind == "operator":
            return before.text not in _FUNCTION_LETTERS and before.kind != "postfix" and not before.spoken
        if token.kind not in ("symbol", "function") or before.spoken:
            return False
        if before.kind == "symbol" and token.kind == "symbol" and token.spaced:
            return token.text in ("e", "pi")
        return True

    def _is_modulo(self, token: Token) -> bool:
        after = self._peek(1)
        if token.spoken or after is None or after.spoken:
            return False
        if not (after.kind in ("number", "symbol") or after.text == "("):
            return False
        if token.spaced != after.spaced:
            raise NotMath("ambiguous: per cent or modulo?")
        return True

    def _is_portion(self, left: Tree) -> bool:
        """Whether something can be taken `of` it: 15%, 2/3, half."""
        before = self._peek(-1)
        if before is None:
            return False
        plain = applies(left, "/") and all(isinstance(part, Number) for part in _arguments(left))
        return applies(left, "%") or before.portion or plain

    def _starts_function(self) -> bool:
        """Whether a further function in words, or a portion of something, comes next."""
        token, after, then = self._peek(), self._peek(1), self._peek(2)
        if token is None:
            return False
        if token.kind in ("function", "list_function"):
            return True
        return bool(after and after.text == "%" and then and then.text == "of") or (
            token.portion and after is not None and after.text == "of"
        )


def _letters(tree: Tree) -> bool:
    if isinstance(tree, Apply):
        return any(_letters(argument) for argument in tree.arguments)
    return isinstance(tree, Name) and tree.name not in ("pi", "infinity")


def _arguments(tree: Tree) -> tuple[Tree, ...]:
    return tree.arguments if isinstance(tree, Apply) else ()


def _plain(digits: str) -> Fraction:
    if digits[0] == "0" and digits != "0":
        raise NotMath("a number with leading zeros")
    return Fraction(digits)


def _applied(name: str, arguments: tuple[Tree, ...]) -> Tree:
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


def _with_postfix(left: Tree, token: Token, following: Token | None) -> Tree:
    if token.text in ("squared", "cubed"):
        return Apply("^", (left, number(2 if token.text == "squared" else 3)))
    if token.text == "!" and (applies(left, "!") or (following is not None and following.text == "!")):
        raise NotMath("ambiguous: a double factorial")
    return Apply(token.text, (left,))
