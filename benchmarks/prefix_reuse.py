"""Time to first token of turn 5 of a conversation: with its earlier turns cached, and cold.

Cold is the same conversation behind a system message with a new number, so that no cached prefix fits.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.layers import Messages, Stack

TURNS = 5
ROUNDS = 5
QUESTIONS = (
    "Please explain in some detail how a sailing boat can move against the wind.",
    "And what does the keel do while that happens?",
    "How would you teach this to a child of ten years?",
    "What are the most common mistakes that beginners make?",
    "Thank you. Which book should I read next?",
)
ANSWER = (
    "A sail works like a wing. Air flows faster over its curved outer side, and the difference in pressure "
    "pulls the boat forward and sideways. The keel resists the sideways part, so that mostly the forward part "
    "is left. By tacking from side to side the boat gains ground against the wind, step by step. "
) * 2


async def measure(stack: Stack) -> dict[str, Any]:
    warm, cold, prompt_tokens = [], [], 0
    for number in range(ROUNDS):
        last = _conversation(number)
        prompt_tokens = len(stack.rendered.ids(last))
        await stack.orchestrator.run([last[:-2]], 1)
        warm.append(await _first_ms(stack, last))
        cold.append(await _first_ms(stack, _conversation(1000 + number)))
    return {
        "prompt_tokens": prompt_tokens,
        "cached_first_token_p50_ms": median(warm),
        "cold_first_token_p50_ms": median(cold),
        "speedup": median(c / w for c, w in zip(cold, warm, strict=True)),
    }


def _conversation(number: int) -> Messages:
    messages = [{"role": "system", "content": f"{number:06d} You are a patient sailing teacher."}]
    for turn, question in enumerate(QUESTIONS):
        messages.append({"role": "user", "content": question})
        if turn < TURNS - 1:
            messages.append({"role": "assistant", "content": ANSWER})
    return messages


async def _first_ms(stack: Stack, messages: Messages) -> float:
    return (await stack.orchestrator.run([messages], 1)).streams[0].first_ms
