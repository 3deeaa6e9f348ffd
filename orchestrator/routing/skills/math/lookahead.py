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
        return applies(left, "%") or before.portion or is_plain_fraction(left)

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
