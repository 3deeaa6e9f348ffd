"""How a defect is written to the log: its type and place, never its message, which may quote a prompt."""

from __future__ import annotations

import traceback


def describe_defect(error: BaseException) -> str:
    """Type and place of an exception, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
    return f"{type(error).__name__} in {places}"
