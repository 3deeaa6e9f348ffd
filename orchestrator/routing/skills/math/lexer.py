"""Text to the tokens of an expression. The first word that mathematics does not use ends it with NotMath."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from orchestrator.routing.skills.math import vocabulary
from orchestrator.routing.skills.math.limits import MAX_CHARS, MAX_TOKENS
from orchestrator.routing.skills.math.number_words import DENOMINATORS, SCALE_WORD, SCALES, read_number
from orchestrator.routing.skills.math.outcomes import NotMath, TooLarge
from orchestrator.routing.skills.math.rewriting import rewritten
from orchestrator.routing.skills.math.tokens import Token, decimal_value, is_operand, mixed_value

_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<indexed>(?P<index_of>(?:root|log)_(?:\d+|e))\b(?P<spoken>\ of)?)
  | (?P<counting>(?P<n>\d+)(?P<kind>[CP])(?P<k>\d+)\b)
  | (?P<base>0[xX][0-9a-fA-F]+\b|0[bB][01]+\b|0[oO][0-7]+\b)
  | (?P<share>(?<![\d./])(?:\d+\ +)?\d+/\d+(?=\ +(?:SCALE)\b))
  | (?P<mixed>(?<![\d./])\d+\ +\d+/\d+(?![\d.]))
  | (?P<grouped>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]))
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![A-Za-z.]))?)
  | (?P<word>[A-Za-z]+(?:-[A-Za-z]+)?(?:'s)?)
  | (?P<sign>\*\*|//|<=|>=|!=|->|\.\.\.|[-+*/^()%!=<>,;|°\[\]_])
    """.replace("SCALE", f"(?i:{SCALE_WORD})"),
    re.VERBOSE,
)
_AND_A_PART: Final = re.compile(
    rf" +and (?:[a-z]+[ -])?(?:{'|'.join(DENOMINATORS)})\b(?! of\b)", re.IGNORECASE
)
_FOLLOWING_WORD: Final = re.compile(r" +([a-z]+)\b", re.IGNORECASE)
_WORDS: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?(?:'s)?(?: +|$)?")
_MOST_WORDS: Final = 12
_OPERAND_AHEAD: Final = re.compile(r" +[-(]?[\d.(]")


def tokens_of(text: str) -> list[Token]:
    """The tokens of an expression in plain notation. Raises NotMath, and TooLarge for a literal too long."""
    if len(text) > MAX_CHARS:
        raise NotMath("too long")
    lexer = _Lexer(rewritten(text))
    tokens = list(lexer.tokens())
    if len(tokens) > MAX_TOKENS:
        raise NotMath("too many tokens")
    if lexer.too_large is not None:
        raise lexer.too_large
    return tokens


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.spaced = False
        self.before: Token | None = None
        self.before_that: Token | None = None
        self.too_large: TooLarge | None = None
        """Raised at the end, when the rest turned out to be mathematics too."""

    def tokens(self) -> Iterator[Token]:
        while self.position < len(self.text):
            for token in self._next():
                self.before, self.before_that = token, self.before
                yield token
                self.spaced = False

    def _next(self) -> Sequence[Token]:
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            raise NotMath(f"not notation: {self.text[self.position]!r}")
        kind = match.lastgroup
        if kind == "word":
            return self._word(match)
        self.position = match.end()
        if kind == "space":
            self.spaced = True
            return ()
        if kind == "sign":
            return (self._sign(match[0]),)
        if kind == "indexed":
            return self._indexed(match)
        return self._counting(match) if kind == "counting" else (self._number(match),)

    def _indexed(self, match: re.Match[str]) -> Sequence[Token]:
        """`root_3 of`, `log_2`: the parser takes the index from the name."""
        name = "ln" if match["index_of"] == "log_e" else match["index_of"]
        return (Token("function", name, self.spaced, spoken=bool(match["spoken"])),)

    def _counting(self, match: re.Match[str]) -> Sequence[Token]:
        """`5C2` and `5P2`."""
        name = "choose" if match["kind"] == "C" else "permute"
        first = Token("number", match["n"], self.spaced, decimal_value(match["n"]))
        second = Token("number", match["k"], False, decimal_value(match["k"]))
        return first, Token("operator", name, False), second

    def _number(self, match: re.Match[str]) -> Token:
        text = match[0]
        if match.lastgroup == "base":
            return Token("number", text, self.spaced, Fraction(int(text, 0)))
        if match.lastgroup == "share":
            return self._share(text)
        if match.lastgroup == "mixed":
            return Token("number", text, self.spaced, mixed_value(text))
        grouped = match.lastgroup == "grouped"
        try:
            value = decimal_value(text.replace(",", "") if grouped else text)
        except TooLarge as refusal:
            self.too_large = refusal
            value = Fraction(0)
        token = Token(
            "number",
            text,
            self.spaced,
            value,
            "." in text or not (text.isdigit() or grouped),
            grouped=grouped,
        )
        return self._scaled(token)

    def _scaled(self, token: Token) -> Token:
        """`2.5 million`."""
        following = _FOLLOWING_WORD.match(self.text, self.position)
        scale = SCALES.get(following[1].lower()) if following else None
        if following is None or scale is None:
            return token
        self._refuse_quotient()
        self.position = following.end()
        self._refuse_part_behind_scale()
        return Token("number", token.text, token.spaced, token.value * scale, spoken=True)

    def _share(self, text: str) -> Token:
        """`1/2 million` and `2 1/2 million`. Raises NotMath for `3/2 million`, which may be three over so many."""
        value = mixed_value(text if " " in text else f"0 {text}")
        return self._scaled(Token("number", text, self.spaced, value))

    def _refuse_quotient(self) -> None:
        """Raise NotMath for `1 / 2 million` and `three over four million`, where the million may be counted by the half."""
        sign, left = self.before, self.before_that
        if sign is None or left is None or sign.text != "/" or (sign.spoken and sign.said != "over"):
            return
        is_scaled = left.spoken and (not left.said or not SCALES.keys().isdisjoint(left.said.split()))
        if left.kind == "number" and not is_scaled:
            raise NotMath("ambiguous: what is counted in that?")

    def _refuse_part_behind_scale(self) -> None:
        """Raise NotMath for `3 million and a half`: half of one, or of a million."""
        if _AND_A_PART.match(self.text, self.position):
            raise NotMath("ambiguous: half of what?")

    def _sign(self, sign: str) -> Token:
        if sign == "[" and self.before is not None and self.before.kind != "operator":
            raise NotMath("an index, or a list")
        sign = {"**": "^", "[": "(", "]": ")"}.get(sign, sign)
        if sign in ("!", "°"):
            return Token("postfix", "deg" if sign == "°" else sign, self.spaced)
        return Token("operator", sign, self.spaced)

    def _word(self, match: re.Match[str]) -> Sequence[Token]:
        words = self._words_ahead()
        lowered = [word.strip().lower() for word in words]
        phrase = self._phrase(lowered)
        if phrase:
            token, count = phrase
            self._skip_words(words[:count])
            return token
        value, taken = read_number(lowered)
        if taken:
            portion = value.denominator != 1
            self._skip_words(words[:taken])
            said = " ".join(lowered[:taken])
            if lowered[taken - 1] in SCALES and lowered[taken - 1] != "hundred":
                self._refuse_quotient()
            return (Token("number", str(value), self.spaced, value, portion=portion, spoken=True, said=said),)
        return self._letters(match)

    def _words_ahead(self) -> list[str]:
        """The words that follow each other with nothing but spaces between them, a dozen at most."""
        words: list[str] = []
        place = self.position
        while len(words) < _MOST_WORDS and (match := _WORDS.match(self.text, place)):
            words.append(match[0])
            place = match.end()
            if not match[0].endswith(" "):
                break
        return words

    def _skip_words(self, words: Sequence[str]) -> None:
        """Move behind the last of the words."""
        end = self.position + sum(len(word) for word in words)
        while self.text[end - 1] == " ":
            end -= 1
        self.position = end

    def _phrase(self, words: Sequence[str]) -> tuple[Sequence[Token], int] | None:
        for count in range(min(len(words), vocabulary.LONGEST_PHRASE), 0, -1):
            token = self._spoken(" ".join(words[:count]))
            if token is not None:
                return token, count
        return None

    def _spoken(self, phrase: str) -> Sequence[Token] | None:
        """The tokens of a phrase of the vocabulary; none at all for words that only lead to a number."""
        after_operand = self.before is not None and is_operand(self.before)
        if phrase in vocabulary.POSTFIX and after_operand:
            return (Token("postfix", vocabulary.POSTFIX[phrase], self.spaced, spoken=True),)
        if phrase in vocabulary.OPERATORS and (after_operand or phrase in ("minus", "and")):
            return (Token("operator", vocabulary.OPERATORS[phrase], self.spaced, spoken=True, said=phrase),)
        if phrase == "negative":
            return (Token("operator", "-", self.spaced, spoken=True, only_sign=True),)
        if phrase in vocabulary.LIST_FUNCTIONS:
            return (Token("list_function", vocabulary.LIST_FUNCTIONS[phrase], self.spaced, spoken=True),)
        if phrase in vocabulary.SPOKEN_FUNCTIONS:
            name = vocabulary.SPOKEN_FUNCTIONS[phrase]
            return (Token("function", name, self.spaced, spoken=True, said=phrase),)
        if phrase in vocabulary.FUNCTIONS:
            return (Token("function", vocabulary.FUNCTIONS[phrase], self.spaced),)
        if phrase in vocabulary.CONSTANTS:
            return (Token("symbol", vocabulary.CONSTANTS[phrase], self.spaced),)
        return () if phrase in vocabulary.SKIPPED else None

    def _letters(self, match: re.Match[str]) -> Sequence[Token]:
        """One letter, `xy` or `dx` as a product, and `x` between two numbers as a sign."""
        word = match[0].partition("-")[0]
        self.position = match.start() + len(word)
        if word in ("x", "X") and self._multiplies():
            return (Token("operator", "*", self.spaced),)
        if word in ("C", "P") and self.text[self.position : self.position + 1] == "(":
            return (Token("function", "choose" if word == "C" else "permute", self.spaced),)
        if len(word) > 1 and (len(word) > 3 or not set(word) <= set("xyz")):
            raise NotMath(f"no word of mathematics: {word}")
        letters = [Token("symbol", letter, False) for letter in word]
        return (Token("symbol", word[0], self.spaced), *letters[1:])

    def _multiplies(self) -> bool:
        """Whether the `x` just read stands between numbers."""
        if self.before is None or not (self.before.kind == "number" or self.before.text in (")", "!")):
            return False
        rest = self.text[self.position :]
        if rest[:1].isdigit():
            return not self.spaced
        return self.spaced and rest[:1] == " " and bool(_OPERAND_AHEAD.match(rest))
