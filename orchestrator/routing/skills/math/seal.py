"""The words that say of an answer that it was computed. They are the skill's own: a model that reads them in a
conversation writes them behind its own sums, so it is never shown them.
"""

from __future__ import annotations

import re
from typing import Final

EXACTLY: Final = "computed exactly"
NEARLY: Final = "computed, to the digits shown"
_SEAL: Final = re.compile(
    rf"\s*[*_`]*\(\s*[*_]*(?:{re.escape(EXACTLY)}|{re.escape(NEARLY)})[*_]*\s*\)[*_`]*", re.IGNORECASE
)


def sealed(statement: str, *, nearly: bool) -> str:
    return f"{statement} ({NEARLY if nearly else EXACTLY})"


def unsealed(text: str) -> str:
    """The text without the seal, wherever it stands, also as a client's Markdown or another case has it."""
    return _SEAL.sub("", text) if "(" in text else text
