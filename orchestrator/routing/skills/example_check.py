"""Generated Python against the examples of its task, inside the sandbox: the program, and what its output means.

Nothing is evaluated in this process. The last line of the output that carries this run's marker has the results; a
program that ended before it wrote them passed nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

import orjson

from orchestrator.routing.skills.examples import Example
from orchestrator.seams import CodeResult, CodeRunner

_PROGRAM = """\
import inspect, json, math
space = {{"__name__": "answer"}}
exec(compile({code}, "answer.py", "exec"), space)
functions = [name for name, value in space.items() if inspect.isfunction(value) and value.__module__ == "answer"]

def same(got, wanted):
    if isinstance(got, float) and isinstance(wanted, (int, float)):
        return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-12)
    return bool(got == wanted)

results = []
for name, arguments, wanted in json.loads({examples}):
    try:
        got = eval(f"{{name or functions[-1]}}({{arguments}})", space)
        results.append([same(got, eval(wanted)), repr(got)[:200]])
    except BaseException as error:
        results.append([False, f"{{type(error).__name__}}: {{error}}"[:200]])
print()
print({marker} + json.dumps(results))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example with what the code gave instead, or in agreement."""

    example: Example
    passed: bool
    got: str


@dataclass(frozen=True, slots=True)
class Checked:
    outcomes: tuple[Outcome, ...]
    result: CodeResult

    @property
    def share_passed(self) -> float:
        return sum(outcome.passed for outcome in self.outcomes) / len(self.outcomes)


async def check_examples(
    runner: CodeRunner, code: str, examples: Sequence[Example], *, timeout_s: float
) -> Checked:
    """Run the code and call it with every example. Raises what the runner raises."""
    marker = f"council-{token_hex(8)}:"
    result = await runner.run(_program(code, examples, marker), "python", timeout_s=timeout_s)
    found = _results(result.stdout, marker, len(examples))
    missing = [(False, _why_none(result))] * len(examples)
    pairs = zip(examples, found or missing, strict=True)
    return Checked(tuple(Outcome(example, *outcome) for example, outcome in pairs), result)


def _program(code: str, examples: Sequence[Example], marker: str) -> str:
    listed = [[each.function, each.arguments, each.result] for each in examples]
    return _PROGRAM.format(code=repr(code), examples=repr(orjson.dumps(listed).decode()), marker=repr(marker))


def _results(stdout: str, marker: str, count: int) -> list[tuple[bool, str]] | None:
    _, found, rest = stdout.rpartition(marker)
    try:
        results = orjson.loads(rest) if found else None
        read = [(passed is True, str(got)) for passed, got in results] if results else None
    except (orjson.JSONDecodeError, TypeError, ValueError):
        return None
    return read if read and len(read) == count else None


def _why_none(result: CodeResult) -> str:
    if result.timed_out:
        return "timed out"
    last = result.stderr.strip().splitlines()
    return last[-1][:200] if last else f"ended with exit code {result.exit_code}"
