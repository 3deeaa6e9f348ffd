"""How this program is called from where its user stands, for the commands that hints name."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAME = "council"


def program() -> str:
    """`council` where the shell finds this one under that name, else the path to it, short where that is possible."""
    here = Path(sys.prefix) / "bin" / NAME
    found = shutil.which(NAME)
    if found is not None and Path(found).parent.resolve() == here.parent.resolve():
        return NAME
    relative = os.path.relpath(here)
    return relative if not relative.startswith("..") else str(here)
