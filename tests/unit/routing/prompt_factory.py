"""Features for tests: four models, one of each role, and whatever a test changes."""

from __future__ import annotations

import re
from typing import Any

from orchestrator.seams import Features, ModelState

FAST = ModelState(
    "tiny", ("fast",), ready=True, context_tokens=2048, parameters=1_000, usd_per_1k_tokens=0.01
)
BALANCED = ModelState(
    "mid", ("balanced",), ready=True, context_tokens=4096, parameters=3_000, usd_per_1k_tokens=0.02
)
CODE = ModelState(
    "coder", ("code",), ready=True, context_tokens=8192, parameters=7_000, usd_per_1k_tokens=0.03
)
LONG = ModelState(
    "long", ("long_context",), ready=True, context_tokens=32768, parameters=7_000, usd_per_1k_tokens=0.04
)
ALL = (FAST, BALANCED, CODE, LONG)


def features(text: str, requested: str = "council/auto", **changes: Any) -> Features:
    return Features(text=text, requested=requested, **{"models": ALL, **changes})


def sums(text: str) -> float:
    """A recogniser of plain sums behind a greeting, as the math skill brings a better one."""
    return float(
        bool(re.fullmatch(r"\W*(?:hi\W+)?(?:what is |calculate )?\d+\s*[-+*/]\s*\d+\W*", text.lower()))
    )
