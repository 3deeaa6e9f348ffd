"""A Pratt parser over the tokens of an expression. What has two readings is refused, not guessed.

Refused as ambiguous: `6/2(1+2)`, `1/2x`, `e^2x`, `100 + 10%`, `10% 3`, `5!!`, "square root of 16 plus 9",
"20% of 50 plus 10", "10 over 2 plus 3", "minus three squared", "3/4 squared", "3 over 4 squared", "90 minus a third".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orchestrator.routing.skills.math.application import (
    applied,
    has_letters,
    is_fractional,
    is_plain_fraction,
    plain_digits,
    with_postfix,
)
from orchestrator.routing.skills.math.lexer import tokens_of
from orchestrator.routing.skills.math.limits import MAX_DEPTH
from orchestrator.routing.skills.math.lookahead import Lookahead
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.tokens import Token
from orchestrator.routing.skills.math.tree import Apply, Name, Number, Tree, applies, number

_INFIX: Final = {
    "+": 10, "-": 10, "*": 20, "/": 20, "//": 20, "mod": 20, "%": 20, "of": 36, "choose": 45, "permute": 45, "^": 50,
}  # fmt: skip
_NEGATION: Final = 27
_IMPLICIT: Final = 30
_POSTFIX: Final = 60
_LIST_ENDS: Final = frozenset({",", ";", "and", ")"})
_POWERS: Final = frozenset({"^", "squared", "cubed"})
_TORN: Final = frozenset({"+", "-", "*", "/"})
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


def parse_spoken_list(text: str) -> tuple[Tree, ...]:
    """The same where words stand before the list, as in `average of 10 and 20`. Raises NotMath where `plus 5`, `squared` or
    `percent` behind the last item may as well be meant of the whole.
    """
    parser = _Parser(tokens_of(text))
    items = parser.items(spoken=False, open_end=True)
    parser.expect_end()
    return items


def parse_part(text: str, *, in_signs: bool = False) -> Tree:
    """The tree of the last part of a question in words. Raises NotMath where `squared` or `percent` behind it may as well
    be meant of the whole: `difference of 10 and 4 squared`. `in_signs` refuses `plus 5` too, but
    neither `to the power of 5` nor `5 factorial`, which stand for large numbers.
    """
    parser = _Parser(tokens_of(text))
    tree = parser.whole()
    if in_signs:
        is_open = parser.has_spoken_operator() or (parser.ends_in_spoken_postfix() and not applies(tree, "!"))
    else:
        is_open = parser.has_spoken_end(0)
    if is_open:
        raise NotMath("ambiguous: of what is that the square?")
    return tree


def _begins_with_share(tree: Tree) -> bool:
    """Whether it is `5% * 2`, which behind a `100 +` may be a share of the 100."""
    return isinstance(tree, Apply) and tree.function in ("*", "/") and applies(tree.arguments[0], "%")


class _Parser(Lookahead):
    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self.depth = 0
        self.bars = 0
        self.in_argument = False
        """Within `sin x`, whose argument ends where the next function begins: `sin x cos x` is a product of two."""
        self.open_end = -1
        """Where the argument of a function in words ended: an operator just there would be ambiguous."""

    def whole(self) -> Tree:
        tree = self.expression(0)
        self.expect_end()
        return tree

    def expression(self, least: int) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotMath("nested too deeply")
        left = self.operand()
        while (strength := self._strength(left)) > least:
            left = self._extended(left, strength)
        self.depth -= 1
        return left

    # What an operand begins with

    def operand(self) -> Tree:
        token = self.take()
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

    def _negated(self, sign: Token) -> Tree:
        leading = self.peek(-2)
        if leading is not None and leading.text == "+" and not sign.spaced and not sign.spoken:
            raise NotMath("ambiguous: two signs in one")
        begin = self.position
        tree = self.expression(_NEGATION)
        if any(token.spoken and token.text in _POWERS for token in self.tokens[begin : self.position]):
            raise NotMath("ambiguous: what is squared?")
        return Apply("neg", (tree,))

    def _bracketed(self) -> Tree:
        outer, self.in_argument = self.in_argument, False
        tree = self.expression(0)
        self.in_argument = outer
        self.expect_sign(")")
        return Apply(tree.function, tree.arguments) if isinstance(tree, Apply) else tree

    def _absolute(self) -> Tree:
        self.bars += 1
        tree = self.expression(0)
        self.bars -= 1
        self.expect_sign("|")
        return Apply("abs", (tree,))

    def _function(self, token: Token) -> Tree:
        power = self._power_of_function(token)
        following = self.peek()
        if (
            following is not None
            and following.kind == "number"
            and not following.spaced
            and token.text != "sqrt"
        ):
            raise NotMath("a name with a number")
        if following is not None and following.text == "(" and following.kind == "operator":
            self.position += 1
            arguments = self.items(spoken=False, closed=True)
            self.expect_sign(")")
        else:
            arguments = (self._open_argument(token),)
        tree: Tree = applied(token.text, arguments)
        return Apply("^", (tree, power)) if power else tree

    def _power_of_function(self, token: Token) -> Tree | None:
        """The square in `sin^2(x)`."""
        if token.spoken or not self.take_sign("^"):
            return None
        bracket = self.take_sign("(")
        power = self.take()
        if power.kind != "number" or not 2 <= power.value <= 9 or (bracket and not self.take_sign(")")):
            raise NotMath("ambiguous: an inverse or a power of a function")
        return Number(power.value)

    def _open_argument(self, token: Token) -> Tree:
        """The argument of `sin 2x` or `the square root of 16`, which must end plainly. In `twice 5 plus 3` it is the 5."""
        outer, self.in_argument = self.in_argument, not token.spoken
        tree = self.expression(_NEGATION)
        self.in_argument = outer
        if self.ends_in_spoken_postfix():
            raise NotMath("ambiguous: of what is that the square?")
        symbolic = not token.spoken and bool(has_letters(tree))
        is_multiple = (
            token.said in ("twice", "thrice") and token is self.tokens[0] and isinstance(tree, Number)
        )
        if not symbolic and not is_multiple:
            self.open_end = self.position
        return tree

    def _list_function(self, token: Token) -> Tree:
        following = self.peek()
        if following is not None and following.text == "(":
            self.position += 1
            arguments = self.items(spoken=False, closed=True)
            self.expect_sign(")")
        else:
            self.take_sign(";")
            arguments = self.items(spoken=True)
            self.open_end = self.position
        if len(arguments) < 2:
            raise NotMath("a list is expected")
        return Apply(token.text, arguments)

    def items(self, *, spoken: bool, open_end: bool = False, closed: bool = False) -> tuple[Tree, ...]:
        """`a, b and c`. Spoken lists hold no sums or products: where they end would be ambiguous. With an `open_end` only
        the last item is none. A list in brackets is `closed`: what stands in it is of no whole.
        """
        separated = any(
            token.text in (",", ";") and (after is None or after.spaced)
            for token, after in zip(self.tokens, [*self.tokens[1:], None], strict=False)
        ) or any(token.text == "and" for token in self.tokens)
        found: list[Tree] = []
        begins: list[int] = []
        while True:
            token, begin = self.peek(), self.position
            begins.append(begin)
            if token is not None and token.grouped and not separated:
                self.position += 1
                found.extend(number(plain_digits(part)) for part in token.text.split(","))
            else:
                found.append(self._item(spoken))
            if not self._take_separator():
                if spoken or open_end:
                    self._refuse_open(begin, found)
                if not closed:
                    self._refuse_taken_away(begins)
                    self._refuse_mixed_end(begins)
                return tuple(found)

    def _refuse_taken_away(self, begins: Sequence[int]) -> None:
        """Raise NotMath for `10, 20 and 30, minus 5`: its last words may be meant of the whole. Of one item are a sign in
        digits, `negative 5`, the `minus` behind the one `and` of a list, and those of a list of such items from the first.
        """
        taken = [self._may_take_away(begin) for begin in begins]
        ands = sum(self._follows(begin, "and") for begin in begins)
        for begin, is_taken in zip(begins[1:], taken[1:], strict=True):
            is_joined = self._follows(begin, "and") and ands == 1
            is_one_of_such = taken[0] and (begin != begins[-1] or all(taken))
            if is_taken and not (is_joined or is_one_of_such):
                raise NotMath("ambiguous: is it taken away from the whole?")

    def _refuse_mixed_end(self, begins: Sequence[int]) -> None:
        """Raise NotMath for `5, two and three quarters`: two items, or three with an `and` before the last."""
        if self.tokens[begins[-1]].is_mixed and len(begins) > 1 and not self._follows(begins[-1], "and"):
            raise NotMath("ambiguous: where does the list end?")

    def _may_take_away(self, place: int) -> bool:
        """Whether `minus 5` or `- 5` stands there, and no `-5`."""
        sign = self.tokens[place]
        if sign.kind != "operator" or sign.text != "-" or sign.only_sign:
            return False
        return sign.spoken or self.tokens[place + 1].spaced

    def _follows(self, place: int, word: str) -> bool:
        return place > 0 and self.tokens[place - 1].text == word

    def _item(self, spoken: bool) -> Tree:
        begin, first = self.position, self.peek()
        if spoken and first is not None and first.kind == "list_function":
            raise NotMath("ambiguous: a list in a list")
        tree = self.expression(0)
        if spoken and self.ends_in_spoken_postfix():
            raise NotMath("ambiguous: of what is that the square?")
        if spoken and (applies(tree, "of") or self.has_spoken_end(begin) or self._is_torn(begin, tree)):
            raise NotMath("ambiguous: where does the list end?")
        return tree

    def _is_torn(self, begin: int, tree: Tree) -> bool:
        """Whether what was read since there is a sum or a product, perhaps of the words before it too."""
        return applies(tree, "+", "-", "*", "/", "mod", "//") and not self.is_tight_fraction(begin)

    def _refuse_open(self, begin: int, items: Sequence[Tree]) -> None:
        """Raise NotMath where the last item may end before its last words."""
        shares = {applies(item, "%") for item in items}
        if len(shares) > 1:
            raise NotMath("ambiguous: per cent of what?")
        if self._is_torn(begin, items[-1]) or (shares == {False} and self.has_spoken_end(begin)):
            raise NotMath("ambiguous: where does the list end?")

    def _take_separator(self) -> bool:
        if self.take_sign(",") or self.take_sign(";"):
            self.take_sign("and")
            return True
        return self.take_sign("and")

    # What may follow an operand

    def _strength(self, left: Tree) -> int:
        token = self.peek()
        if token is None or token.text in _LIST_ENDS:
            return -1
        if token.kind == "postfix" or (token.text == "%" and not self.is_modulo(token)):
            return _POSTFIX
        if token.kind == "operator" and token.text in _INFIX:
            if token.text == "of" and not self.is_portion(left):
                return -1
            return _INFIX[token.text]
        return _IMPLICIT if self._multiplies(token) else -1

    def _extended(self, left: Tree, strength: int) -> Tree:
        token = self.peek()
        assert token is not None
        if token.spoken and token.text in _POWERS and (self.follows_slash() or self.follows_mixed_number()):
            raise NotMath("ambiguous: is the whole fraction meant?")
        if strength == _POSTFIX:
            before = self.peek(-1)
            self.position += 1
            is_enclosed = before is not None and before.text == ")"
            return with_postfix(left, token, self.peek(), is_enclosed=is_enclosed)
        if strength == _IMPLICIT and token.text not in _INFIX:
            return Apply("*", (left, self.expression(_IMPLICIT)), implicit=True)
        self.position += 1
        if self.open_end == self.position - 1 and token.text != "choose" and not self.starts_function():
            raise NotMath("ambiguous: where does the argument end?")
        return self._infix(left, token, strength)

    def _infix(self, left: Tree, token: Token, strength: int) -> Tree:
        begin = self.position
        if token.text == "^":
            tree = self._raised(left, token)
            if self.has_spoken_end(begin):
                raise NotMath("ambiguous: what is squared?")
            return tree
        # `50% of 80% of 200` is read from its end.
        right = self.expression(strength - 1 if token.text == "of" else strength)
        if token.text in ("+", "-") and self.is_share_at(begin) and not is_fractional(left):
            raise NotMath("ambiguous: a share of what stands before it?")
        if token.text in ("choose", "permute") and self.has_spoken_end(begin):
            raise NotMath("ambiguous: what is squared?")
        if token.text in ("/", "//", "mod", "%") and isinstance(right, Apply) and right.implicit:
            raise NotMath("ambiguous: what is divided?")
        if token.text in "+-" and applies(left, "%") != (applies(right, "%") or _begins_with_share(right)):
            raise NotMath("ambiguous: per cent of what?")
        if token.said == "over" and self._is_beside_spoken_sum(begin):
            raise NotMath("ambiguous: what stands over what?")
        if token.text == "of":
            right = self._over_denominator(right)
            following = self.peek()
            if following is not None and following.text == "of" and is_plain_fraction(right):
                right = self._infix(right, self.take(), strength)  # `1/2 of 1/3 of 90`
            if self.ends_in_spoken_postfix():
                raise NotMath("ambiguous: of what is that the square?")
            self.open_end = self.position
        return Apply("mod" if token.text == "%" else token.text, (left, right))

    def _is_beside_spoken_sum(self, begin: int) -> bool:
        """Whether the fraction that `over` makes stands beside a `plus` or `minus` in words: `10 over 2 plus 3`."""
        following, before = self.peek(), self.tokens[: begin - 1]
        sums = [token for token in (following, *before) if token is not None and token.text in ("+", "-")]
        return any(token.spoken and token.kind == "operator" for token in sums)

    def _over_denominator(self, numerator: Tree) -> Tree:
        """The fraction in `of 3/4` and `to the power of -1/3`, where its numerator is what was read."""
        if (
            isinstance(numerator, Apply)
            and numerator.function == "neg"
            and isinstance(numerator.arguments[0], Number)
        ):
            return Apply("neg", (self._over_denominator(numerator.arguments[0]),))
        below = self.tight_denominator() if isinstance(numerator, Number) else None
        if below is None:
            return numerator
        self.position += 2
        return Apply("/", (numerator, Number(below.value, below.decimal)))

    def _raised(self, base: Tree, sign: Token) -> Tree:
        exponent = self.expression(_INFIX["^"] - 1)
        if sign.spoken:
            exponent = self._over_denominator(exponent)
            following, after = self.peek(), self.peek(1)
            is_tight = after is not None and not after.spaced
            if following is not None and following.text in _TORN and (following.text == "/" or is_tight):
                raise NotMath("ambiguous: what is the exponent?")
        before, following = self.peek(-1), self.peek()
        plain_base = isinstance(base, Number) or base == Name("e")
        goes_on = following is not None and (
            (following.kind in ("symbol", "function") and not following.spaced) or following.text == "("
        )
        if plain_base and goes_on and before is not None and before.text != ")":
            raise NotMath("ambiguous: what is the exponent?")
        return Apply("^", (base, exponent))

    def _multiplies(self, token: Token) -> bool:
        """Whether a product without a sign begins here."""
        before = self.peek(-1)
        if before is None or self.open_end == self.position or token.spoken:
            return False
        if token.text == "|" and token.kind == "operator":
            return self.bars == 0 and before.kind == "number"
        if token.text == "(" and token.kind == "operator":
            if before.kind == "number" and token.spaced:
                return False
            return before.text not in _FUNCTION_LETTERS and before.kind != "postfix" and not before.spoken
        if token.kind not in ("symbol", "function") or before.spoken:
            return False
        if token.kind == "function" and self.in_argument:
            return False
        if before.kind == "symbol" and token.kind == "symbol" and token.spaced:
            return token.text not in ("a", "i", "I") and before.text not in ("a", "i", "I")
        return True
