"""Measures GGUF files with the llama.cpp of Triton's environment; started by `quantisation.py`, in that environment.

Reads a job from stdin (JSON: `files` name -> path, `reference`, `passages`, `prompts`, `repeats`) and writes
one JSON object to stdout. All files stay loaded and every round measures each of them once, so that a busy
moment of the machine hits all alike; speeds are medians over the rounds.
"""

from __future__ import annotations

import ctypes
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "triton_repo"))

from llama_cpu.context import BatchToken, ContextShape, LlamaContext  # noqa: E402

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
    engines = {name: Engine(Path(path), SHAPE) for name, path in job["files"].items()}
    reference = engines[job["reference"]]
    windows = []
    for passage in job["passages"]:
        tokens = reference.tokenize(passage)
        windows += [tokens[at : at + WINDOW_TOKENS] for at in range(0, len(tokens) - WINDOW_TOKENS, WINDOW_TOKENS)]
    prompts = [reference.tokenize(prompt) for prompt in job["prompts"]]
    replies = [greedy_reply(reference, prompt) for prompt in prompts]
    result: dict = {name: quality(engine, windows, prompts, replies) for name, engine in engines.items()}
    speeds: dict = {name: {"decode_1": [], "decode_8": [], "prefill": []} for name in engines}
    for _ in range(job["repeats"]):
        for name, engine in engines.items():
            speeds[name]["decode_1"].append(decode_tokens_per_s(engine, prompts[0], 1))
            speeds[name]["decode_8"].append(decode_tokens_per_s(engine, prompts[0], 8))
            speeds[name]["prefill"].append(prefill_tokens_per_s(engine, windows[0]))
    for name, rounds in speeds.items():
        result[name] |= {f"{what}_tokens_per_s": round(statistics.median(v), 1) for what, v in rounds.items()}
    scored = len(windows) * (WINDOW_TOKENS - UNSCORED_TOKENS - 1)
    return {"files": result, "scored_tokens": scored, "reply_tokens": len(prompts) * REPLY_TOKENS}


def quality(
    engine: Engine, windows: list[list[int]], prompts: list[list[int]], replies: list[list[int]]
) -> dict[str, float]:
    nll = negative_log_likelihoods(engine, windows)
    return {
        "perplexity": round(float(np.exp(np.mean(nll))), 4),
        "agreement": round(agreement(engine, prompts, replies), 4),
    }


if __name__ == "__main__":
    print(json.dumps(measure(json.load(sys.stdin))))
