"""Examples that a task states, `f(2) = 4` or a doctest, as calls with literal arguments and literal results.

Only what parses as a call of literals is an example: nothing is ever evaluated here, and prose that merely looks like
one is left alone. What a person means by "for input 3 return 9" is one argument of a function without a name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

MAX_EXAMPLES = 32
MAX_TEXT_CHARS = 20_000
_MAX_TRIES = 200  # of things that begin like an example
_MAX_LITERAL_CHARS = 500

_SAYS = r"(?:==|=>|=|->|→|(?:should|must|will|shall)\s+(?:return|give|be|equal|yield)|returns?|gives?|equals|is|yields)"
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w{0,60})\(")
_SAYS_AFTER_CALL = re.compile(rf"[`*\s]*{_SAYS}\s*[`*]*")
_FOR_INPUT = re.compile(
    r"\bfor\s+(?:an?\s+|the\s+)?(?:input|argument|value)s?\s*(?:of\s+)?`?(?=[\d\"'(\[{-]|[Tt]rue|[Ff]alse)",
    re.IGNORECASE,
)
_THEN_RETURNS = re.compile(
    r"`?\s*,?\s*(?:it\s+)?(?:should\s+|must\s+|will\s+)?(?:return|give|output|print|yield)s?\s+`?",
    re.IGNORECASE,
)
_SIMPLE_LITERAL = re.compile(
    r""""(?:[^"\\\n]|\\.){0,400}"|'(?:[^'\\\n]|\\.){0,400}'|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]*\w)|[A-Za-z]+\b"""
)
_DOCTEST = re.compile(
    r"^[ \t]*>>>[ \t]*(?P<call>[^\n]{1,500})\n[ \t]*(?P<result>[^\n>]{1,500})$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Example:
    """`function` is empty when the task names none. Arguments and result are Python literals, as written."""

    function: str
    arguments: str
    result: str

    def __str__(self) -> str:
        return f"{self.function or 'f'}({self.arguments}) == {self.result}"


def stated_examples(text: str) -> list[Example]:
    """What the text states, each once, at most MAX_EXAMPLES. Looks at the first MAX_TEXT_CHARS."""
    text = text[:MAX_TEXT_CHARS]
    found = dict.fromkeys([*_doctests(text), *_calls(text), *_inputs(text)])
    return list(found)[:MAX_EXAMPLES]


def _doctests(text: str) -> Iterator[Example]:
    for match in islice(_DOCTEST.finditer(text), _MAX_TRIES):
        call, result = match["call"].strip(), _literal(match["result"].strip())
        parsed = _parsed_call(call)
        if parsed is not None and result is not None:
            yield Example(*parsed, result)


def _calls(text: str) -> Iterator[Example]:
    for match in islice(_CALL.finditer(text), _MAX_TRIES):
        end = _closing(text, match.end() - 1)
        parsed = _parsed_call(text[match.start() : end]) if end else None
        says = _SAYS_AFTER_CALL.match(text, end) if parsed else None
        result = _leading_literal(text, says.end())[0] if says else None
        if parsed is not None and result is not None:
            yield Example(*parsed, result)


def _inputs(text: str) -> Iterator[Example]:
    for match in islice(_FOR_INPUT.finditer(text), _MAX_TRIES):
        given, end = _leading_literal(text, match.end())
        says = _THEN_RETURNS.match(text, end) if given is not None else None
        result = _leading_literal(text, says.end())[0] if says else None
        if given is not None and result is not None:
            yield Example("", given, result)


def _closing(text: str, opening: int) -> int:
    """Where the bracket that opens here is closed, exclusive; 0 when it is not. Brackets in strings count not."""
    depth, quote = 0, ""
    for index in range(opening, min(len(text), opening + _MAX_LITERAL_CHARS)):
        char = text[index]
        if quote:
            quote = "" if char == quote and text[index - 1] != "\\" else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return index + 1
    return 0


def _parsed_call(source: str) -> tuple[str, str] | None:
    """Name and arguments of a call of a plain name with literal arguments only."""
    try:
        call = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
        return None
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    named = all(keyword.arg for keyword in call.keywords)
    if not named or any(_literal(ast.unparse(value)) is None for value in given):
        return None
    words = [ast.unparse(value) for value in call.args]
    words += [f"{keyword.arg}={ast.unparse(keyword.value)}" for keyword in call.keywords]
    return call.func.id, ", ".join(words)


def _literal(source: str) -> str | None:
    """The literal in Python's own writing, or None. `true`, `false` and `null` are read as Python's."""
    source = {"true": "True", "false": "False", "null": "None", "none": "None"}.get(source, source)
    try:
        return repr(ast.literal_eval(source))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _leading_literal(text: str, start: int) -> tuple[str | None, int]:
    """The literal that stands at `start`, where a sentence may go on after it, and where it ends."""
    if text[start : start + 1] in ("(", "[", "{"):
        end = _closing(text, start)
        return (_literal(text[start:end]) if end else None), end
    match = _SIMPLE_LITERAL.match(text, start)
    return (_literal(match[0]), match.end()) if match else (None, start)
