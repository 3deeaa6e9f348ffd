"""A process of its own in which a guide is compiled first.

Some small schemas take hours to compile (two `multipleOf` of large numbers) or all memory, and a thread that compiles
cannot be ended. This process can: a guide that takes more than its share ends it, and the next one starts it anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from llama_cpu.guides import PREFIX, GuideCompiler, GuideError

CPU_S = 2
"""Of processor time, which other processes do not stretch. An object of 2000 properties with patterns takes 0.4 s."""
MEMORY_BYTES = 1 << 30
_TOO_MUCH = f"{PREFIX}: it takes more than {CPU_S} s of processor time or {MEMORY_BYTES >> 30} GB of memory to compile"
# Only for a process that neither works nor answers; what works is ended by its processor time.
_ANSWER_TIMEOUT_S = 60.0
_KNOWN = 1024


class GuideTrial:
    """Tries guides for one vocabulary and remembers how that went. Any thread may call it."""

    def __init__(self, tokenizer_json: Path, vocab_size: int, end_id: int) -> None:
        self._arguments = (str(tokenizer_json), str(vocab_size), str(end_id))
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._faults: OrderedDict[bytes, str] = OrderedDict()

    def knows(self, guide_type: str, guide: str) -> bool:
        """Whether `check` answers without trying."""
        return _key(guide_type, guide) in self._faults

    def check(self, guide_type: str, guide: str) -> None:
        """Raises GuideError when the guide cannot be compiled, or takes too much."""
        key = _key(guide_type, guide)
        fault = self._faults.get(key)
        if fault is None:
            fault = self._found(key, guide_type, guide)
        if fault:
            raise GuideError(fault)

    def _found(self, key: bytes, guide_type: str, guide: str) -> str:
        with self._lock:
            fault = self._faults[key] = self._try(guide_type, guide)
            if len(self._faults) > _KNOWN:
                self._faults.popitem(last=False)
        return fault

    def _try(self, guide_type: str, guide: str) -> str:
        """What is wrong with a guide, empty when nothing is."""
        process = self._running()
        to_child, from_child = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        try:
            to_child.write(json.dumps([guide_type, guide]).encode() + b"\n")
            to_child.flush()
            answered = select.select([from_child], [], [], _ANSWER_TIMEOUT_S)[0]
            answer = from_child.readline() if answered else b""
        except BrokenPipeError:
            answer = b""
        if not answer:
            self.close()
            return _TOO_MUCH
        return cast(str, json.loads(answer))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "llama_cpu.guide_trial", *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).resolve().parent.parent,
            )
        return self._process

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            # What it was not able to read any more is still in the pipe.
            with suppress(BrokenPipeError), self._process:
                self._process = None


def _key(guide_type: str, guide: str) -> bytes:
    return hashlib.sha256(f"{guide_type}\0{guide}".encode()).digest()


def _serve(compiler: GuideCompiler) -> None:
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        # The limit is in whole seconds, so a guide has two to three.
        limit_s = int(time.process_time()) + CPU_S + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, resource.RLIM_INFINITY))
        fault = ""
        try:
            compiler.compile(*json.loads(line))
        except GuideError as error:
            fault = str(error)
        sys.stdout.write(json.dumps(fault) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(GuideCompiler(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
