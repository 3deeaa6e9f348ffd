"""`code`: the code model writes; where there is a sandbox and something to go by, what was written is run.

It is run when the user asked for that in this turn, or when the task states examples to check it against. What ran
decides the confidence: the share of examples that came true; 0 for a program that failed. Without a run it is the
model's token confidence, and the evidence says why nothing was run.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestrator.errors import CouncilError
from orchestrator.routing.run_request import asks_to_run_the_answer
from orchestrator.routing.skills.code_blocks import CodeBlock, code_blocks
from orchestrator.routing.skills.confidence import token_confidence
from orchestrator.routing.skills.drafting import drafted_answer, plain_ask
from orchestrator.routing.skills.example_check import Checked, check_examples
from orchestrator.routing.skills.examples import Example, stated_examples
from orchestrator.routing.skills.program_output import output_text, result_fields
from orchestrator.seams import Ask, CodeResult, CodeRunner, Generated, SkillAnswer, SkillTask

RUN_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class _Ran:
    """Examples that were checked, or a program that was run; one of the two."""

    checked: Checked | None = None
    result: CodeResult | None = None


class CodeSkill:
    name = "code"
    description = (
        "The code model writes; its code is run against the examples of the task where a sandbox is there."
    )

    def draft(self, task: SkillTask) -> Ask:
        return plain_ask(task)

    async def answer(self, task: SkillTask) -> SkillAnswer | None:
        return await drafted_answer(self, task)

    async def judge(self, task: SkillTask, generated: Generated) -> SkillAnswer:
        blocks = code_blocks(generated.text)
        seen = {"blocks": [{"language": b.language, "lines": b.code.count("\n")} for b in blocks]}
        ran = await _run(task, blocks, generated)
        if isinstance(ran, str):
            return _answer(generated, "generated", token_confidence(generated), {**seen, "not_executed": ran})
        if ran.checked is not None:
            return _answer(generated, "executed", ran.checked.share_passed, {**seen, **_checked(ran.checked)})
        assert ran.result is not None
        failed = ran.result.exit_code != 0 or ran.result.timed_out
        confidence = 0.0 if failed else token_confidence(generated)
        evidence = {**seen, **result_fields(ran.result)}
        return _answer(generated, "executed", confidence, evidence, output_text(ran.result))


async def _run(task: SkillTask, blocks: Sequence[CodeBlock], generated: Generated) -> _Ran | str:
    """What happened when it was run, or why it was not."""
    examples = stated_examples(task.text)
    wanted = asks_to_run_the_answer(task.text)
    if not blocks:
        return "the answer has no code block"
    if not (examples or wanted):
        return "not asked for, and the task states no examples"
    if task.runner is None:
        return "there is no sandbox"
    if generated.finish_reason == "length":
        return "the answer was cut off"
    try:
        return await _run_in(task.runner, blocks, examples)
    except CouncilError as error:
        return f"the sandbox failed: {error.code}"


async def _run_in(runner: CodeRunner, blocks: Sequence[CodeBlock], examples: Sequence[Example]) -> _Ran | str:
    python = _python_of(blocks)
    if examples and python:
        return _Ran(checked=await check_examples(runner, python, examples, timeout_s=RUN_TIMEOUT_S))
    if python:
        return _Ran(result=await runner.run(python, "python", timeout_s=RUN_TIMEOUT_S))
    first = blocks[0]
    if examples or first.language in ("", "python", "text"):
        return "no block of it is valid Python"
    return _Ran(result=await runner.run(first.code, first.language, timeout_s=RUN_TIMEOUT_S))


async def share_passed(runner: CodeRunner, answer: str, examples: Sequence[Example]) -> float | None:
    """The share of examples that an answer's code makes true; None when it has no Python. Raises what the runner does."""
    python = _python_of(code_blocks(answer))
    if not python:
        return None
    return (await check_examples(runner, python, examples, timeout_s=RUN_TIMEOUT_S)).share_passed


def _python_of(blocks: Sequence[CodeBlock]) -> str:
    """All blocks that are Python, as one program: a function and its use often come in two.

    Where one is called Python, those without a name are something else: often the output.
    """
    language = "python" if any(block.language == "python" for block in blocks) else ""
    return "\n".join(block.code for block in blocks if block.language == language and is_python(block.code))


def is_python(code: str) -> bool:
    """Whether it compiles to a syntax tree; it is not run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return bool(ast.parse(code).body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False


def _checked(checked: Checked) -> dict[str, Any]:
    examples = [
        {"example": str(outcome.example), "passed": outcome.passed, "got": outcome.got}
        for outcome in checked.outcomes
    ]
    return {
        "examples": examples,
        "timed_out": checked.result.timed_out,
        "elapsed_ms": checked.result.elapsed_ms,
    }


def _answer(
    generated: Generated,
    method: Any,
    confidence: float | None,
    evidence: Mapping[str, Any],
    added: str = "",
) -> SkillAnswer:
    return SkillAnswer(generated.text + added, "code", method, confidence, evidence, (generated,))
