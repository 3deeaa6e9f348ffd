"""`exec`: run the code that the user gave, in this turn's own words, and nothing else.

History and documents are never looked at: a recalled "run this code" runs nothing. Without a request in words beside
the code, or without code, the skill declines.
"""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.errors import SandboxUnavailable
from orchestrator.routing.run_request import RUN_VERBS, asks_to_run
from orchestrator.routing.shell_commands import shell_command
from orchestrator.routing.skills.code import is_python
from orchestrator.routing.skills.code_blocks import LANGUAGES, CodeBlock, code_blocks
from orchestrator.routing.skills.program_output import output_text, result_fields
from orchestrator.seams import SkillAnswer, SkillTask

RUN_TIMEOUT_S = 10.0
MAX_CODE_CHARS = 100_000
_OFF_LOOP_CHARS = 4096  # above this, parsing Markdown would hold up streams by more than ~10 ms
_MAX_CHARS_OF_LINES = 20_000
_MAX_TRIES = 20
_KNOWN = "python3|python|py|javascript|js|node|bash|shell|sh"
_SPAN = re.compile(rf"\b{RUN_VERBS}\b[^`\n]{{0,60}}`(?P<code>[^`\n]+)`", re.IGNORECASE)
_FENCED_SPAN = re.compile(
    rf"\b{RUN_VERBS}\b[^`]{{0,60}}```[ \t]*(?:(?P<language>{_KNOWN})\s+)?(?P<code>[^`]+)```", re.IGNORECASE
)
_AFTER_COLON = re.compile(
    rf"\b{RUN_VERBS}\b[^:\n`]{{0,60}}?(?:\b(?P<language>{_KNOWN})\b[^:\n`]{{0,30}})?:\s*(?P<code>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_AFTER_VERB = re.compile(
    rf"^\W*(?:[a-z]+,\s+)?(?:please\s+)?{RUN_VERBS}\s+(?:(?P<language>{_KNOWN})\s+)?(?P<code>\S.*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Given:
    code: str
    language: str


class ExecSkill:
    name = "exec"
    description = "Runs the code given in this very message, in a sandbox."

    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        """None without code or without being asked to run it. Raises SandboxUnavailable without a sandbox."""
        text = task.text
        given = await asyncio.to_thread(_given, text) if len(text) > _OFF_LOOP_CHARS else _given(text)
        if given is None:
            return None
        if task.runner is None:
            raise SandboxUnavailable("there is no sandbox here to run code in; it was not run")
        result = await task.runner.run(given.code, given.language, timeout_s=RUN_TIMEOUT_S)
        ended = result.exit_code == 0 and not result.timed_out
        evidence = {"language": given.language, "code": given.code, **result_fields(result)}
        # What a program printed is what it printed; whether a failed one says what was wanted is not known.
        return SkillAnswer(
            output_text(result).strip(), self.name, "executed", 1.0 if ended else None, evidence
        )


def _given(text: str) -> _Given | None:
    """The code in these words and its language, or None when there is none or it is not to be run."""
    if len(text) > MAX_CODE_CHARS:
        return None
    if command := shell_command(text):
        return _Given(command, "bash")
    blocks = [block for block in code_blocks(text) if block.code.strip()]
    if not asks_to_run(text):
        return None
    return _of_blocks(blocks) if blocks else _inline(text)


def _of_blocks(blocks: list[CodeBlock]) -> _Given | None:
    """All blocks in the language of the first, as one program."""
    language = blocks[0].language
    code = "\n".join(block.code for block in blocks if block.language == language)
    if not language and not is_python(code):
        return None
    return _Given(code, language or "python")


def _inline(text: str) -> _Given | None:
    """Code in a span, behind a colon, in lines of its own, or right behind the verb."""
    for pattern in (_FENCED_SPAN, _SPAN, _AFTER_COLON):
        if (match := pattern.search(text)) and (given := _named(match, match["code"].strip().rstrip("`"))):
            return given
    if code := next(filter(_does_something, _whole_lines(text)), None):
        return _Given(_shown(code), "python")
    if not (match := _AFTER_VERB.search(text)):
        return None
    tries = (_named(match, code) for code in _up_to_brackets(match["code"].strip()))
    return next((given for given in tries if given), None)


def _named(match: re.Match[str], code: str) -> _Given | None:
    named = (match.groupdict().get("language") or "").lower()
    language = "javascript" if named == "node" else LANGUAGES.get(named, named)
    if language not in ("", "python"):
        return _Given(code, language)
    return _Given(_shown(code), "python") if _does_something(code) else None


def _whole_lines(text: str) -> Iterator[str]:
    """What stands below the first lines, or above the last; the longest first."""
    lines = text.strip().split("\n") if len(text) <= _MAX_CHARS_OF_LINES else []
    tries = range(1, min(len(lines), _MAX_TRIES))
    yield from ("\n".join(lines[start:]).strip("\n") for start in tries)
    yield from ("\n".join(lines[:-end]).strip("\n") for end in tries)


def _up_to_brackets(code: str) -> Iterator[str]:
    """All of it, then each part of its first line that ends with a closing bracket: `print(1) for me`."""
    yield code
    line = code.partition("\n")[0]
    ends = [place for place, char in enumerate(line) if char == ")"][-_MAX_TRIES:]
    yield from (line[: end + 1] for end in reversed(ends))


def _shown(code: str) -> str:
    """As at Python's own prompt: the value of a lone expression is printed."""
    body = ast.parse(code).body
    if len(body) > 1 or not isinstance(body[0], ast.Expr):
        return code
    return f"_ = (\n{code}\n)\nif _ is not None:\n    print(repr(_))"


def _does_something(code: str) -> bool:
    """Python, and not prose that happens to parse: `fast` is a name, `print(2)` does something."""
    if not is_python(code):
        return False
    kinds = (ast.Call, ast.BinOp, ast.Assign, ast.Import, ast.ImportFrom, ast.For, ast.While, ast.FunctionDef)
    return any(isinstance(node, kinds) for node in ast.walk(ast.parse(code)))
