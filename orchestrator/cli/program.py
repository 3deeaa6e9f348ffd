"""How this program is called from where its user stands, for the commands that hints name."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

NAME = "council"
_COMMAND = re.compile(r"(?<![\w/.-])council (?=(?:up|chat|doctor|models|engines|route)\b)")


def program() -> str:
    """`council` where the shell finds this one under that name, else the path to it, short where that is possible."""
    here = Path(sys.prefix) / "bin" / NAME
    found = shutil.which(NAME)
    if found is not None and Path(found).parent.resolve() == here.parent.resolve():
        return NAME
    relative = os.path.relpath(here)
    return relative if not relative.startswith("..") else str(here)


def as_typed(text: str) -> str:
    """A hint from parts that do not know how they were called, with `council ...` as the user can type it."""
    return _COMMAND.sub(lambda _: f"{program()} ", text)
