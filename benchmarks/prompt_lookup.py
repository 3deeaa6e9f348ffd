"""Prompt-lookup speculation: code-edit prompts, where the answer repeats the question, and free prose.

The engine in process with and without it, on the same prompts. Greedy, so the texts must be equal except where two
tokens are as good as equally likely: a batch of several tokens rounds differently from a batch of one.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.layers import InProcess, Messages, Rendered, in_process

TOKENS = 160
ROUNDS = 3
CODE = '''def total_price(items, tax_rate):
    """Return the price of all items with tax."""
    total = 0.0
    for item in items:
        price = item["price"] * item["quantity"]
        if item.get("discount"):
            price = price - item["discount"]
        total = total + price
    return total * (1.0 + tax_rate)


def print_receipt(items, tax_rate):
    """Print one line per item and the total."""
    for item in items:
        print(item["name"], item["quantity"], item["price"])
    print("total", total_price(items, tax_rate))
'''
EDITS = (
    "Rename the variable `total` to `amount`. Answer with the whole file.",
    "Change the word `price` to `cost` in the docstrings. Answer with the whole file.",
    "Add a parameter `currency` to print_receipt. Answer with the whole file.",
)
PROSE = (
    "Tell me a story about a lighthouse keeper.",
    "Why is the sky blue? Explain step by step.",
    "Write a letter to a friend about a journey by train.",
)


async def measure(rendered: Rendered) -> dict[str, Any]:
    edits: list[Messages] = [[{"role": "user", "content": f"{edit}\n```python\n{CODE}```"}] for edit in EDITS]
    prose: list[Messages] = [[{"role": "user", "content": text}] for text in PROSE]
    async with (
        in_process(rendered, prompt_lookup=False) as plain,
        in_process(rendered, prompt_lookup=True) as fast,
    ):
        return {
            "code_edit": await _compare(rendered, plain, fast, edits),
            "prose": await _compare(rendered, plain, fast, prose),
        }


async def _compare(
    rendered: Rendered, plain: InProcess, fast: InProcess, prompts: list[Messages]
) -> dict[str, float]:
    ratios, accepted, agreeing, tokens = [], 0, 0, 0
    for messages in prompts * ROUNDS:
        ids = [rendered.ids(messages)]
        base = await plain.run_ids(ids, TOKENS, TOKENS)
        own = await fast.run_ids(ids, TOKENS, TOKENS)
        ratios.append(_decode_ms(base) / _decode_ms(own))
        accepted += own["accepted"]
        tokens += TOKENS
        agreeing += sum(
            a == b for a, b in zip(own["streams"][0]["ids"], base["streams"][0]["ids"], strict=True)
        )
    return {
        "speedup_p50": median(ratios),
        "speedup_min": min(ratios),
        "accepted_share": accepted / tokens,
        "equal_tokens_share": agreeing / tokens,
    }


def _decode_ms(reply: dict[str, Any]) -> float:
    arrivals = reply["streams"][0]["arrivals_ms"]
    return arrivals[-1] - arrivals[0]
