"""A place in a row of tokens."""

from __future__ import annotations

from collections.abc import Sequence

from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.tokens import Token


class Cursor:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.position = 0

    def peek(self, ahead: int = 0) -> Token | None:
        place = self.position + ahead
        return self.tokens[place] if 0 <= place < len(self.tokens) else None

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            raise NotMath("an operand is missing")
        self.position += 1
        return token

    def take_sign(self, sign: str) -> bool:
        token = self.peek()
        if token is not None and token.kind == "operator" and token.text == sign:
            self.position += 1
            return True
        return False

    def expect_sign(self, sign: str) -> None:
        """Raise NotMath unless the sign comes next, and take it."""
        if not self.take_sign(sign):
            raise NotMath(f"{sign} is missing")

    def expect_end(self) -> None:
        if self.position != len(self.tokens):
            raise NotMath("more than one expression")
