"""The process that does the heavy mathematics: `python -m orchestrator.routing.skills.math.worker MEMORY_BYTES`.

A line of JSON in, a line of JSON out: {"text", "seconds"} to {"result": ...}, {"refused": reason} or {"none": reason}.
It reads the question from the text again, so that nothing but text crosses the border. SIGALRM ends a computation with
{"hung": true}: its own timer sends it at the deadline, the parent earlier when others wait. It can allocate only so much
memory, write no file, and ends with its standard input.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final, TextIO

from orchestrator.routing.skills.math.computing import computed
from orchestrator.routing.skills.math.outcomes import NeedsSymbols, NotMath, Outcome, Refused
from orchestrator.routing.skills.math.reading import read

READY: Final = "ready"
HUNG: Final = "hung"
_WARM_UP: Final = (
    "solve x^2 - 5x + 6 = 0",
    "integral of x^2 from 0 to 1",
    "limit of sin(x)/x as x -> 0",
    "5 miles in km",
)


def main() -> None:
    _hold_memory(int(sys.argv[1]))
    from orchestrator.routing.skills.math.exact.operations import OPERATIONS as EXACT
    from orchestrator.routing.skills.math.symbolic.operations import OPERATIONS as SYMBOLIC

    operations = {**EXACT, **SYMBOLIC}
    for text in _WARM_UP:
        answer(text, operations)
    _write_nothing()
    serve(sys.stdin, sys.stdout, operations)


class Overtime(BaseException):
    """The time of a computation is over. No Exception: sympy catches those."""


class Alarm:
    """Raises Overtime within `timed`, and is ignored outside: the parent's signal may come when all is said."""

    def __init__(self) -> None:
        self._armed = False
        signal.signal(signal.SIGALRM, self._ring)

    @contextmanager
    def timed(self, seconds: float) -> Iterator[None]:
        self._armed = True
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            self._armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, *_: Any) -> None:
        if self._armed:
            self._armed = False
            raise Overtime


def serve(lines: TextIO, out: TextIO, operations: dict[str, Any]) -> None:
    alarm = Alarm()
    _say(out, {READY: True})
    for line in lines:
        request = json.loads(line)
        try:
            with alarm.timed(request["seconds"]):
                reply = answer(request["text"], operations)
        except Overtime:
            reply = {HUNG: True}
        _say(out, reply)


def answer(text: str, operations: dict[str, Any]) -> dict[str, Any]:
    try:
        question = read(text)
        if question is None:
            return {"none": "no question"}
        return {"result": asdict(computed(question, operations))}
    except Refused as refusal:
        return {"refused": refusal.reason}
    except (NotMath, NeedsSymbols, Outcome) as outcome:
        return {"none": str(outcome)}
    except MemoryError:
        return {
            "refused": "not computed: it needs more memory than a computation may use here",
            "spent": True,
        }
    # The edge of the process: sympy raises what it likes, and no question may end the worker.
    except Exception as error:
        return {"none": f"{type(error).__name__}: {error}"}


def _say(out: TextIO, reply: dict[str, Any]) -> None:
    out.write(json.dumps(reply) + "\n")
    out.flush()


def _hold_memory(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write_nothing() -> None:
    """Only once the libraries are loaded: without their compiled files each start would take 4 s longer."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
