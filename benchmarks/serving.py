"""The engine in process, Triton direct and the orchestrator, side by side at 1, 4, 8 and 16 streams.

Rounds are interleaved and every ratio is taken inside a round, so that a noisy moment of the machine hits all
three. Every stream makes the same number of greedy tokens: the essay asked for is far longer (`min_tokens` would
send the orchestrator's requests with 200 KB of biases, which nobody else pays). Every prompt starts with a number of
its own, so that no layer profits from another's KV cache.
"""

from __future__ import annotations

from itertools import count
from statistics import median
from typing import Any

from benchmarks.layers import Layer, Messages, Stack
from benchmarks.timing import Load, median_interval, percentile, summary

STREAMS = (1, 4, 8, 16)
TOKENS = 64
ROUNDS = {1: 80, 4: 9, 8: 40, 16: 5}
"""Most where a bar is: medians of 15 rounds of one evening lay 0.09 apart."""
REPLY_TOKENS = 30
REPLY_ROUNDS = 120
FIRST_TOKENS = 6
FIRST_ROUNDS = 200

_numbers = count(100_000)


def prompt() -> Messages:
    wish = "Write a long essay about the sea and the ships that sail on it."
    return [{"role": "user", "content": f"{next(_numbers)} is my lucky number. {wish}"}]


async def measure(stack: Stack) -> dict[str, Any]:
    for layer in stack.layers:
        await layer.run([prompt()], 8)
    by_streams = {str(streams): await _side_by_side(stack, streams) for streams in STREAMS}
    return {"streams": by_streams, "reply": await _reply(stack)}


async def _side_by_side(stack: Stack, streams: int) -> dict[str, Any]:
    loads: dict[str, list[Load]] = {layer.name: [] for layer in stack.layers}
    for number in range(ROUNDS[streams]):
        for layer in _rotated(stack.layers, number):
            loads[layer.name].append(await _run(layer, streams, TOKENS))
    base = loads[stack.engine.name]
    return {name: summary(own) | _ratio_row(own, base) for name, own in loads.items()}


def _ratio_row(own: list[Load], base: list[Load]) -> dict[str, float]:
    ratios = [o.tokens_per_s / b.tokens_per_s for o, b in zip(own, base, strict=True)]
    low, high = median_interval(ratios)
    return {"throughput_ratio": median(ratios), "throughput_ratio_low": low, "throughput_ratio_high": high}


async def _run(layer: Layer, streams: int, tokens: int) -> Load:
    load = await layer.run([prompt() for _ in range(streams)], tokens)
    if any(stream.tokens != tokens for stream in load.streams):
        raise SystemExit(
            f"{layer.name}: an answer ended before its {tokens} tokens: the comparison would be void"
        )
    return load


def _rotated(layers: tuple[Layer, ...], number: int) -> tuple[Layer, ...]:
    turn = number % len(layers)
    return layers[turn:] + layers[:turn]


async def _reply(stack: Stack) -> dict[str, Any]:
    """A 30-token reply of one stream, and the time the layers add before the first token, seen in short replies."""
    replies = await _taking_turns(stack, REPLY_ROUNDS, REPLY_TOKENS)
    firsts = await _taking_turns(stack, FIRST_ROUNDS, FIRST_TOKENS)
    base = stack.engine.name
    return {
        name: _reply_row(replies[name], replies[base]) | _first_row(firsts[name], firsts[base])
        for name in replies
    }


async def _taking_turns(stack: Stack, rounds: int, tokens: int) -> dict[str, list[Load]]:
    loads: dict[str, list[Load]] = {layer.name: [] for layer in stack.layers}
    for number in range(rounds):
        for layer in _rotated(stack.layers, number):
            loads[layer.name].append(await _run(layer, 1, tokens))
    return loads


def _reply_row(own: list[Load], base: list[Load]) -> dict[str, float]:
    ratios = [o.wall_ms / b.wall_ms for o, b in zip(own, base, strict=True)]
    low, high = median_interval(ratios)
    return {
        "reply_p50_ms": median(o.wall_ms for o in own),
        "reply_ratio": median(ratios),
        "reply_ratio_low": low,
        "reply_ratio_high": high,
    }


def _first_row(own: list[Load], base: list[Load]) -> dict[str, float]:
    """Added time is the distance between the two distributions at the same percentile: the difference of two
    single runs would mostly show the machine's noise, which is in both."""
    first, base_first = ([load.streams[0].first_ms for load in loads] for loads in (own, base))
    return {
        "first_token_p50_ms": percentile(first, 0.5),
        "first_token_p95_ms": percentile(first, 0.95),
        "added_first_token_p50_ms": percentile(first, 0.5) - percentile(base_first, 0.5),
        "added_first_token_p95_ms": percentile(first, 0.95) - percentile(base_first, 0.95),
    }
