"""A CodeRunner that runs Python in a child process: no sandbox, for code that the tests themselves wrote."""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter

from orchestrator.errors import InvalidValue
from orchestrator.seams import CodeResult


class PythonRunner:
    def __init__(self) -> None:
        self.ran: list[str] = []

    async def run(self, code: str, language: str, *, timeout_s: float) -> CodeResult:
        if language != "python":
            raise InvalidValue(f"this sandbox does not run {language}", param="language")
        self.ran.append(code)
        began_s = perf_counter()
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-c", code, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        timed_out = False
        try:
            async with asyncio.timeout(timeout_s):
                out, err = await child.communicate()
        except TimeoutError:
            timed_out = True
            child.kill()
            out, err = await child.communicate()
        except BaseException:
            child.kill()
            await child.wait()
            raise
        elapsed_ms = (perf_counter() - began_s) * 1e3
        return CodeResult(out.decode(), err.decode(), child.returncode or 0, elapsed_ms, timed_out)
