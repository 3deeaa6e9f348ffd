"""Measures GGUF files with the llama.cpp of Triton's environment; started by `quantisation.py`, in that environment.

Reads a job from stdin (JSON: `files` name -> path, `reference`, `passages`, `prompts`, `repeats`, `threads`)
and writes one JSON object to stdout. Speeds are medians over the rounds.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "triton_repo"))

from llama_cpu.context import BatchToken, ContextShape, LlamaContext

WINDOW_TOKENS = 512
UNSCORED_TOKENS = 32  # a window's first tokens have too little context to say anything about the weights
REPLY_TOKENS = 32
STREAM_TOKENS = 48
SHAPE = ContextShape(sequences=8, tokens_per_sequence=1024, batch_tokens=512, batch_outputs=512, threads=2)


class Engine(LlamaContext):
    """A LlamaContext that can also tokenize and run a whole sequence at once."""

    def tokenize(self, text: str) -> list[int]:
        raw = text.encode()
        buffer = (ctypes.c_int32 * (len(raw) + 8))()
        self._lib.llama_tokenize.argtypes = [
            ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32,
            ctypes.c_bool, ctypes.c_bool,
        ]  # fmt: skip
        vocab = self._lib.llama_model_get_vocab(self._model)
        count = self._lib.llama_tokenize(vocab, raw, len(raw), buffer, len(buffer), False, True)
        return list(buffer[:count])

    def run(self, tokens: list[int], wanted_from: int) -> np.ndarray:
        """Logits of the positions from `wanted_from` on, in a fresh sequence 0."""
        self.forget(0, 0)
        batch = [BatchToken(token, at, 0, at >= wanted_from) for at, token in enumerate(tokens)]
        assert self.decode(batch)
        return np.stack([self.logits(row) for row in range(wanted_from, len(tokens))])


def negative_log_likelihoods(engine: Engine, windows: list[list[int]]) -> list[float]:
    values: list[float] = []
    for window in windows:
        logits = engine.run(window, UNSCORED_TOKENS)[:-1]
        top = logits.max(axis=1, keepdims=True)
        log_total = (np.log(np.exp(logits - top).sum(axis=1, keepdims=True)) + top)[:, 0]
        targets = window[UNSCORED_TOKENS + 1 :]
        values += (log_total - logits[np.arange(len(targets)), targets]).tolist()
    return values


def greedy_reply(engine: Engine, prompt: list[int]) -> list[int]:
    token = int(engine.run(prompt, len(prompt) - 1)[0].argmax())
    reply = [token]
    for step in range(REPLY_TOKENS - 1):
        engine.decode([BatchToken(token, len(prompt) + step, 0, True)])
        token = int(engine.logits(0).argmax())
        reply.append(token)
    return reply


def agreement(engine: Engine, prompts: list[list[int]], replies: list[list[int]]) -> float:
    """Share of the reference's greedy tokens that `engine` too ranks first, given the same text before them."""
    same = total = 0
    for prompt, reply in zip(prompts, replies, strict=True):
        choices = engine.run(prompt + reply[:-1], len(prompt) - 1).argmax(axis=1)
        same += int((choices == np.array(reply)).sum())
        total += len(reply)
    return same / total


def decode_tokens_per_s(engine: Engine, prompt: list[int], streams: int) -> float:
    for sequence in range(streams):
        engine.forget(sequence, 0)
        engine.decode([BatchToken(token, at, sequence, False) for at, token in enumerate(prompt)])
    began = time.perf_counter()
    for step in range(STREAM_TOKENS):
        engine.decode([BatchToken(100, len(prompt) + step, sequence, True) for sequence in range(streams)])
    return streams * STREAM_TOKENS / (time.perf_counter() - began)


def prefill_tokens_per_s(engine: Engine, window: list[int]) -> float:
    engine.forget(0, 0)
    began = time.perf_counter()
    last = len(window) - 1
    engine.decode([BatchToken(token, at, 0, at == last) for at, token in enumerate(window)])
    return len(window) / (time.perf_counter() - began)


def measure(job: dict) -> dict:
    """Quality first, on one thread: llama.cpp's threads wait for each other actively, so that on a machine
    with other work two are far slower than one, and here only the numbers count. Speed then on every CPU."""
    reference = open_engine(job, job["reference"], threads=1)
    windows = []
    for passage in job["passages"]:
        tokens = reference.tokenize(passage)
        windows += [
            tokens[at : at + WINDOW_TOKENS] for at in range(0, len(tokens) - WINDOW_TOKENS, WINDOW_TOKENS)
        ]
    prompts = [reference.tokenize(prompt) for prompt in job["prompts"]]
    replies = [greedy_reply(reference, prompt) for prompt in prompts]
    reference.close()
    result = {
        name: quality(open_engine(job, name, threads=1), windows, prompts, replies) for name in job["files"]
    }
    for name, speed in speeds(job, prompts[0], windows[0]).items():
        result[name] |= speed
    scored = len(windows) * (WINDOW_TOKENS - UNSCORED_TOKENS - 1)
    return {"files": result, "scored_tokens": scored, "reply_tokens": len(prompts) * REPLY_TOKENS}


def open_engine(job: dict, name: str, threads: int) -> Engine:
    return Engine(Path(job["files"][name]), dataclasses.replace(SHAPE, threads=threads))


def speeds(job: dict, prompt: list[int], window: list[int]) -> dict[str, dict[str, float]]:
    """All files stay loaded and every round measures each once: a busy moment of the machine hits all alike."""
    engines = {name: open_engine(job, name, threads=job["threads"]) for name in job["files"]}
    rounds: dict = {name: {"decode_1": [], "decode_8": [], "prefill": []} for name in engines}
    for _ in range(job["repeats"]):
        for name, engine in engines.items():
            rounds[name]["decode_1"].append(decode_tokens_per_s(engine, prompt, 1))
            rounds[name]["decode_8"].append(decode_tokens_per_s(engine, prompt, 8))
            rounds[name]["prefill"].append(prefill_tokens_per_s(engine, window))
    return {
        name: {
            f"{what}_tokens_per_s": round(statistics.median(values), 1) for what, values in measured.items()
        }
        for name, measured in rounds.items()
    }


def quality(
    engine: Engine, windows: list[list[int]], prompts: list[list[int]], replies: list[list[int]]
) -> dict[str, float]:
    nll = negative_log_likelihoods(engine, windows)
    same = agreement(engine, prompts, replies)
    engine.close()
    print(f"perplexity {np.exp(np.mean(nll)):.4f}, agreement {same:.4f}", file=sys.stderr, flush=True)
    return {
        "perplexity": round(float(np.exp(np.mean(nll))), 4),
        "agreement": round(same, 4),
    }


if __name__ == "__main__":
    print(json.dumps(measure(json.load(sys.stdin))))
