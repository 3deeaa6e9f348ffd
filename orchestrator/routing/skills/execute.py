"""`exec`: run the code that the user gave, in this turn's own words, and nothing else.

History and documents are never looked at: a recalled "run this code" runs nothing. Without a request in words beside
the code, or without code, the skill declines.
"""

from __future__ import annotations

import ast
import asyncio
import re
from dataclasses import dataclass

from orchestrator.errors import SandboxUnavailable
from orchestrator.routing.skills.code import is_python
from orchestrator.routing.skills.code_blocks import LANGUAGES, CodeBlock, code_blocks
from orchestrator.routing.skills.program_output import output_text, result_fields
from orchestrator.seams import SkillAnswer, SkillTask

RUN_TIMEOUT_S = 10.0
MAX_CODE_CHARS = 100_000
_OFF_LOOP_CHARS = 4096  # above this, parsing Markdown would hold up streams by more than ~10 ms
_VERB = r"(?:run|execute|exec|evaluate|eval)"
_ASKS = re.compile(rf"\b{_VERB}\b", re.IGNORECASE)
_ASKS_NOT_TO = re.compile(rf"\b(?:don'?t|do\s+not|never|without)\s+(?:\w+\s+){{0,3}}{_VERB}", re.IGNORECASE)
_KNOWN = "python3|python|py|javascript|js|node|bash|shell|sh"
_SPAN = re.compile(rf"\b{_VERB}\b[^`\n]{{0,60}}`(?P<code>[^`\n]+)`", re.IGNORECASE)
_AFTER_COLON = re.compile(
    rf"\b{_VERB}\b[^:\n`]{{0,60}}?(?:\b(?P<language>{_KNOWN})\b[^:\n`]{{0,30}})?:\s*(?P<code>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_AFTER_VERB = re.compile(
    rf"^\W*(?:please\s+)?{_VERB}\s+(?:(?P<language>{_KNOWN})\s+)?(?P<code>\S.*)", re.IGNORECASE | re.DOTALL
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
    blocks = [block for block in code_blocks(text) if block.code.strip()]
    words = _outside(text, blocks)
    if not _ASKS.search(words) or _ASKS_NOT_TO.search(words):
        return None
    return _of_blocks(blocks) if blocks else _inline(text)


def _outside(text: str, blocks: list[CodeBlock]) -> str:
    for block in blocks:
        for line in block.code.splitlines():
            text = text.replace(line, "", 1) if line.strip() else text
    return text


def _of_blocks(blocks: list[CodeBlock]) -> _Given | None:
    """All blocks in the language of the first, as one program."""
    language = blocks[0].language
    code = "\n".join(block.code for block in blocks if block.language == language)
    if not language and not is_python(code):
        return None
    return _Given(code, language or "python")


def _inline(text: str) -> _Given | None:
    for pattern in (_SPAN, _AFTER_COLON, _AFTER_VERB):
        match = pattern.search(text)
        if match is None:
            continue
        named = (match.groupdict().get("language") or "").lower()
        language = "javascript" if named == "node" else LANGUAGES.get(named, named)
        code = match["code"].strip().rstrip("`")
        if language not in ("", "python"):
            return _Given(code, language)
        if _does_something(code):
            return _Given(_shown(code), "python")
    return None


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
