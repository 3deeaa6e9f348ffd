"""The engine alone. Runs in Triton's environment as a child: `in_process.py MODEL.gguf CONFIG [wheel] [fixed_threads]`; `wheel` hides
the build of llama.cpp for this processor. Speaks one JSON object a line.

in:  {"prompts": [[id, ...], ...], "max_tokens": n, "min_tokens": n, "end_id": id}
out: {"wall_ms": x, "streams": [{"arrivals_ms": [...], "tokens": n, "ids": [...]}, ...], "accepted": n}
"""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from llama_cpu import thread_count
from llama_cpu.engine import Engine, EngineConfig
from llama_cpu.sampling import SamplingSpec
from llama_cpu.slots import GenerationRequest


class Recorder:
    def __init__(self) -> None:
        self.sent_s = time.perf_counter()
        self.arrivals_ms: list[float] = []
        self.ids: list[int] = []
        self.over = threading.Event()

    def tokens(self, token_ids: Sequence[int], log_probs: Sequence[float], final: bool) -> None:
        self.arrivals_ms.append((time.perf_counter() - self.sent_s) * 1e3)
        self.ids.extend(token_ids)
        if final:
            self.over.set()

    def error(self, message: str) -> None:
        raise SystemExit(message)


def run(engine: Engine, job: dict) -> dict:
    began_s = time.perf_counter()
    accepted = engine.stats().accepted_tokens
    recorders = []
    for number, prompt in enumerate(job["prompts"]):
        recorder = Recorder()
        spec = SamplingSpec(end_id=job["end_id"], min_tokens=job["min_tokens"])
        engine.submit(GenerationRequest(str(number), prompt, job["max_tokens"], spec, recorder))
        recorders.append(recorder)
    for recorder in recorders:
        recorder.over.wait()
    return {
        "wall_ms": (time.perf_counter() - began_s) * 1e3,
        "streams": [
            {"arrivals_ms": item.arrivals_ms, "tokens": len(item.ids), "ids": item.ids} for item in recorders
        ],
        "accepted": engine.stats().accepted_tokens - accepted,
    }


def main() -> None:
    if "wheel" in sys.argv[3:]:
        sys.modules["llama_cpp_native"] = None  # type: ignore[assignment]
    if "fixed_threads" in sys.argv[3:]:
        thread_count.WORTH_OF_A_THREAD = math.inf
    model_path, config = Path(sys.argv[1]), EngineConfig(**json.loads(sys.argv[2]))
    engine = Engine(model_path, config)
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(engine, json.loads(line))) + "\n")
        sys.stdout.flush()
    engine.close()


if __name__ == "__main__":
    main()
