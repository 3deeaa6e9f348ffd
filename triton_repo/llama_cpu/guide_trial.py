"""Processes of their own in which a guide is compiled first.

Some small schemas take hours to compile (two `multipleOf` of large numbers) or all memory, and a thread that compiles cannot
be ended. So each guide is tried in a fork of a process that has the vocabulary, which is killed when it takes more than its
share. A try of a quarter of a second decides nearly all; what needs longer is tried apart, so that it delays only its like.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from llama_cpu.guides import PREFIX, GuideCompiler, GuideError

USUAL_GUIDES = (("json", ""), ("json_schema", '{"type":"object"}'))
"""Any JSON, and an object as the API asks for it: tried before somebody asks."""
QUICK_CPU_S = 0.25
CPU_S = 2.0
"""Of processor time, which other processes do not stretch. An object of 2000 properties with patterns takes 0.4 s."""
MEMORY_BYTES = 1 << 30
_TOO_MUCH = f"{PREFIX}: it takes more than {CPU_S:g} s of processor time or {MEMORY_BYTES >> 30} GB of memory to compile"
# Only for a process that neither works nor answers; what works is ended by its processor time.
_ANSWER_TIMEOUT_S = 30.0
_KNOWN = 4096
_PR_SET_PDEATHSIG = 1
# How a fork ends that took too much: its timer's signal, or what an allocation that fails raises in the compiler.
_KILLED = {"ended": signal.SIGKILL}
_TAKES_TOO_LONG = signal.SIGPROF
_TAKES_TOO_MUCH_MEMORY = (signal.SIGABRT, signal.SIGSEGV, signal.SIGTRAP)


class TrialFailedError(Exception):
    """The guide could not be tried, which says nothing of it."""


class GuideTrial:
    """Tries guides for one vocabulary and remembers how that went. Any thread may call it."""

    def __init__(
        self, tokenizer_json: Path, vocab_size: int, end_id: int, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        arguments = (str(tokenizer_json), str(vocab_size), str(end_id), str(memory_bytes))
        # The more it may take, the more it gives way to those that carry tokens.
        self._quick, self._patient = _Compiler((*arguments, "5")), _Compiler((*arguments, "15"))
        self._lock = threading.Lock()
        self._faults: OrderedDict[bytes, str] = OrderedDict()

    def knows(self, guide_type: str, guide: str) -> bool:
        """Whether it was tried to an end, so that `check` answers at once."""
        return self._known(_key(guide_type, guide)) is not None

    def is_decided_quickly(self, guide_type: str, guide: str) -> bool:
        """Try a guide for a short time; False when it needs longer. Raises TrialFailedError."""
        return self._tried(self._quick, QUICK_CPU_S, guide_type, guide) is not None

    def check(self, guide_type: str, guide: str) -> None:
        """Raises GuideError when the guide cannot be compiled or takes too much, TrialFailedError when it was not tried."""
        fault = self._tried(self._patient, CPU_S, guide_type, guide)
        if fault is None:
            fault = self._remember(_key(guide_type, guide), _TOO_MUCH)
        if fault:
            raise GuideError(fault)

    def _tried(self, compiler: _Compiler, cpu_s: float, guide_type: str, guide: str) -> str | None:
        """What is wrong with a guide, empty when nothing is; None when the time was too short to tell."""
        key = _key(guide_type, guide)
        known = self._known(key)
        if known is not None:
            return known
        verdict = compiler.verdict(guide_type, guide, cpu_s)
        if verdict == _KILLED:
            verdict = compiler.verdict(guide_type, guide, cpu_s)
        if verdict == {"ended": _TAKES_TOO_LONG}:
            return None
        if verdict.get("ended") in _TAKES_TOO_MUCH_MEMORY:
            return self._remember(key, _TOO_MUCH)
        if "fault" not in verdict:
            raise TrialFailedError(f"the process ended: {verdict}")
        return self._remember(key, cast(str, verdict["fault"]))

    def _known(self, key: bytes) -> str | None:
        with self._lock:
            if key in self._faults:
                self._faults.move_to_end(key)
            return self._faults.get(key)

    def _remember(self, key: bytes, fault: str) -> str:
        with self._lock:
            self._faults[key] = fault
            if len(self._faults) > _KNOWN:
                self._faults.popitem(last=False)
        return fault

    def close(self) -> None:
        self._quick.close()
        self._patient.close()


def _key(guide_type: str, guide: str) -> bytes:
    return hashlib.sha256(f"{guide_type}\0{guide}".encode()).digest()


class _Compiler:
    """The process that forks, started when it is needed and anew when it ended. One guide at a time."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def verdict(self, guide_type: str, guide: str, cpu_s: float) -> dict[str, Any]:
        """`fault` as it was found, or the signal by which the try `ended`. Raises TrialFailedError when it hangs."""
        line = json.dumps([guide_type, guide, cpu_s]).encode() + b"\n"
        with self._lock:
            try:
                answer = _exchange(self._running(), line, _ANSWER_TIMEOUT_S)
                return cast(dict[str, Any], json.loads(answer))
            except BrokenPipeError:
                self._end()
                return _KILLED
            except (OSError, ValueError) as error:
                self._end()
                raise TrialFailedError(f"no answer: {error}") from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "llama_cpu.guide_trial", *self._arguments],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).resolve().parent.parent,
            )
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                os.set_blocking(pipe.fileno(), False)
        return self._process

    def close(self) -> None:
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            with self._process:
                self._process = None


def _exchange(process: subprocess.Popen[bytes], line: bytes, timeout_s: float) -> bytes:
    """Write a line and read one. Raises OSError when the process ends, or does neither read nor answer within the time."""
    assert process.stdin is not None
    assert process.stdout is not None
    into, out_of = process.stdin.fileno(), process.stdout.fileno()
    deadline_s, answer = time.monotonic() + timeout_s, b""
    while not answer.endswith(b"\n"):
        left_s = max(0.0, deadline_s - time.monotonic())
        readable, writable, _ = select.select([out_of], [into] if line else [], [], left_s)
        if writable:
            line = line[os.write(into, line) :]
        if readable:
            piece = os.read(out_of, 65536)
            if not piece:
                raise BrokenPipeError("the process ended")
            answer += piece
        if not readable and not writable:
            raise TimeoutError(f"silent for {timeout_s:g} s")
    return answer


def _serve(compiler: GuideCompiler, memory_bytes: int) -> None:
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(_forked(compiler, memory_bytes, *json.loads(line))) + "\n")
        sys.stdout.flush()


def _forked(
    compiler: GuideCompiler, memory_bytes: int, guide_type: str, guide: str, cpu_s: float
) -> dict[str, Any]:
    from_child, to_parent = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(from_child)
        with suppress(BaseException):
            _limit(memory_bytes, cpu_s)
            _compile(compiler, guide_type, guide, to_parent)
        os._exit(1)
    os.close(to_parent)
    with open(from_child, "rb") as pipe:
        found = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"fault": found.decode()} if status == 0 else {"ended": -status}


def _limit(memory_bytes: int, cpu_s: float) -> None:
    # The fork outlives none of those who would wait for it.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, cpu_s)


def _compile(compiler: GuideCompiler, guide_type: str, guide: str, to_parent: int) -> None:
    fault = ""
    try:
        compiler.compile(guide_type, guide)
    except GuideError as error:
        fault = str(error)
    except MemoryError:
        os.kill(os.getpid(), signal.SIGABRT)
    os.write(to_parent, fault.encode())
    os._exit(0)


if __name__ == "__main__":
    os.nice(int(sys.argv[5]))
    _serve(GuideCompiler(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), int(sys.argv[4]))
