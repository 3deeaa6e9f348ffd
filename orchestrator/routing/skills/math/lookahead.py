"""What the tokens ahead decide: per cent or modulo, a portion of something, a further function."""

from __future__ import annotations

from orchestrator.routing.skills.math.application import is_plain_fraction
from orchestrator.routing.skills.math.cursor import Cursor
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.tokens import Token
from orchestrator.routing.skills.math.tree import Tree, applies


class Lookahead(Cursor):
    def is_modulo(self, token: Token) -> bool:
        after = self.peek(1)
        if token.spoken or after is None or after.spoken:
            return False
        if not (after.kind in ("number", "symbol") or after.text == "("):
            return False
        if token.spaced != after.spaced:
            raise NotMath("ambiguous: per cent or modulo?")
        return True

    def is_portion(self, left: Tree) -> bool:
        """Whether something can be taken `of` it: 15%, 2/3, half."""
        before = self.peek(-1)
        if before is None:
            return False
        return applies(left, "%") or (before.portion and not before.is_mixed) or is_plain_fraction(left)

    def ends_in_spoken_postfix(self) -> bool:
        """Whether `squared`, `factorial` or `percent` was just read."""
        before = self.peek(-1)
        return before is not None and before.kind == "postfix" and before.spoken and before.text != "deg"

    def has_spoken_end(self, begin: int) -> bool:
        """Whether what was read since there ends in `squared`, `percent`, `to the power of 3`, outside of any brackets."""
        if self.ends_in_spoken_postfix():
            return True
        depth = 0
        for token in self.tokens[begin : self.position]:
            if token.kind == "operator":
                depth += (token.text == "(") - (token.text == ")")
            if depth == 0 and token.spoken and token.text == "^":
                return True
        return False

    def has_spoken_operator(self) -> bool:
        """Whether an operator in words stands outside of any brackets, other than in `5 to the power of 2` and `pi over 2`; `minus` at the beginning is a sign."""
        depth = 0
        for place, token in enumerate(self.tokens):
            if token.kind == "operator":
                depth += (token.text == "(") - (token.text == ")")
                is_half_pi = token.text == "/" and self.tokens[place - 1].kind == "symbol"
                if depth == 0 and token.spoken and place > 0 and token.text != "^" and not is_half_pi:
                    return True
        return False

    def is_tight_fraction(self, begin: int) -> bool:
        """Whether just `1/2` stands between there and here, without spaces."""
        taken = self.tokens[begin : self.position]
        kinds = [token.kind for token in taken]
        return kinds == ["number", "operator", "number"] and not (
            taken[1].spoken or taken[1].spaced or taken[2].spaced
        )

    def tight_denominator(self) -> Token | None:
        """The 4 of `/4` that follows without a space, as in `1/2 of 3/4`."""
        sign, after = self.peek(), self.peek(1)
        if sign is None or after is None or sign.text != "/" or sign.spaced or sign.spoken:
            return None
        return after if after.kind == "number" and not after.spaced else None

    def follows_slash(self) -> bool:
        """Whether what was just read is the 4 of `3/4` or `3 over 4`; in `3 squared over 4 squared` each has its own square."""
        before, sign, above = self.peek(-1), self.peek(-2), self.peek(-3)
        if before is None or sign is None or before.kind != "number" or sign.text != "/":
            return False
        return above is None or above.kind != "postfix" or not above.spoken

    def follows_mixed_number(self) -> bool:
        """Whether `one and three quarters` was just read."""
        before = self.peek(-1)
        return before is not None and before.is_mixed

    def is_share_at(self, place: int) -> bool:
        """Whether `a third` stands there, and no `a third of` something."""
        following = self.tokens[place + 1] if place + 1 < len(self.tokens) else None
        return self.tokens[place].is_share and (following is None or following.text != "of")

    def starts_function(self) -> bool:
        """Whether a further function in words, or a portion of something, comes next."""
        token, after, then = self.peek(), self.peek(1), self.peek(2)
        if token is None:
            return False
        if token.kind in ("function", "list_function"):
            return True
        return bool(after and after.text == "%" and then and then.text == "of") or (
            token.portion and after is not None and after.text == "of"
        )
