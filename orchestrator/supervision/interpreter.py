"""What a Python on this machine says of itself. Standard library only: setup asks before anything is installed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

ASK_TIMEOUT_S = 20
_QUESTION = """
import json, os, platform, sys, sysconfig
json.dump({
    "executable": os.path.realpath(sys._base_executable),
    "implementation": platform.python_implementation(),
    "version": sys.version_info[:3],
    "libraries": [sysconfig.get_config_var("LIBDIR") or "", os.path.join(sys.base_prefix, "lib")],
    "triplet": sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu",
}, sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One Python. Asked through a virtual environment, it is the Python that this was made from.

    `libraries` is where it keeps its own shared libraries, `triplet` what Debian calls its architecture.
    """

    executable: Path
    implementation: str
    version: tuple[int, ...]
    libraries: tuple[Path, ...]
    triplet: str

    @property
    def minor(self) -> str:
        """Its version as in library names, such as "3.12"."""
        return f"{self.version[0]}.{self.version[1]}"

    def __str__(self) -> str:
        return f"Python {'.'.join(map(str, self.version))} at {self.executable}"


def ask(executable: Path) -> Interpreter | None:
    """Run `executable` to see what it is; None when it is not there or is no Python that works."""
    try:
        done = subprocess.run(  # noqa: S603 - a Python that the person at the terminal has
            [str(executable), "-I", "-S", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ASK_TIMEOUT_S,
            check=False,
        )
        told = json.loads(done.stdout)
        return Interpreter(
            executable=Path(told["executable"]),
            implementation=told["implementation"],
            version=tuple(told["version"]),
            libraries=tuple(Path(directory) for directory in told["libraries"] if directory),
            triplet=told["triplet"],
        )
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return None
