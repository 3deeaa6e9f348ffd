"""The engine in process on the two builds of llama.cpp: with kernels for this processor, and the wheel's (AVX2).

They take turns, so that a slow moment of the machine hits both. `speedup` is the median of the ratios inside a round.
"""

from __future__ import annotations

from itertools import count
from statistics import median

from benchmarks.layers import Messages, Rendered, in_process
from benchmarks.timing import Load

TOKENS = 64
ROUNDS = {1: 9, 8: 5}

_numbers = count(500_000)


async def measure(rendered: Rendered) -> dict[str, float]:
    rows: dict[str, float] = {}
    async with in_process(rendered) as native, in_process(rendered, wheel=True) as wheel:
        for streams, rounds in ROUNDS.items():
            pairs: list[tuple[Load, Load]] = []
            for _ in range(rounds):
                prompts = [_prompt() for _ in range(streams)]
                pairs.append((await native.run(prompts, TOKENS), await wheel.run(prompts, TOKENS)))
            rows |= _compared(streams, pairs)
    return rows


def _prompt() -> Messages:
    wish = "Write a long essay about the sea and the ships that sail on it."
    return [{"role": "user", "content": f"{next(_numbers)} is my lucky number. {wish}"}]


def _compared(streams: int, pairs: list[tuple[Load, Load]]) -> dict[str, float]:
    last = [max(stream.first_ms for stream in load.streams) for pair in pairs for load in pair]
    first_ms = list(zip(last[::2], last[1::2], strict=True))
    return {
        f"{streams}_streams_tokens_per_s": median(native.tokens_per_s for native, _ in pairs),
        f"{streams}_streams_wheel_tokens_per_s": median(wheel.tokens_per_s for _, wheel in pairs),
        f"{streams}_streams_speedup": median(n.tokens_per_s / w.tokens_per_s for n, w in pairs),
        f"{streams}_streams_prefill_ms": median(native for native, _ in first_ms),
        f"{streams}_streams_wheel_prefill_ms": median(wheel for _, wheel in first_ms),
        f"{streams}_streams_prefill_speedup": median(wheel / native for native, wheel in first_ms),
    }
