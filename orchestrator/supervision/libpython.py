"""Find the shared libpython that Triton's Python backend links, or bring it without root.

The backend's stub needs `libpython3.X.so.1.0` of the same minor version as the environment it runs in, which
need not be that of the Python that runs Council. Many Python builds have it beside them; Debian and Ubuntu put
it into a package of its own, which is unpacked under .tools/ here, not installed. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from orchestrator.supervision.errors import LibpythonMissing
from orchestrator.supervision.interpreter import Interpreter

DOWNLOAD_TIMEOUT_S = 180


def find_libpython(python: Interpreter, tools: Path) -> Path | None:
    """Return the first usable libpython of exactly its minor version: its own, unpacked, system-wide."""
    for directory in _directories(python, tools):
        candidate = directory / f"libpython{python.minor}.so.1.0"
        if candidate.is_file() and _loads(candidate):
            return candidate
    return None


def _directories(python: Interpreter, tools: Path) -> Iterator[Path]:
    yield from python.libraries
    yield tools / "libpython" / "usr" / "lib" / python.triplet
    yield from (Path(prefix) / python.triplet for prefix in ("/usr/lib", "/lib"))
    yield from (Path("/usr/lib64"), Path("/usr/local/lib"), Path("/usr/lib"))


def _loads(library: Path) -> bool:
    """True when everything the library itself links is there too. Asked of the loader, in another process."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-S", "-E", "-c", "import ctypes, sys; ctypes.CDLL(sys.argv[1])", str(library)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def ensure_libpython(python: Interpreter, tools: Path) -> Path:
    """Return a libpython, unpacking the distribution's package when there is none. Raises LibpythonMissing."""
    minor = python.minor
    if found := find_libpython(python, tools):
        return found
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise _missing(minor, "this is not a Debian-like system, so it cannot be fetched here")
    _unpack_package(minor, tools)
    if found := find_libpython(python, tools):
        return found
    raise _missing(minor, f"the package libpython{minor} did not bring a library that loads")


def _unpack_package(minor: str, tools: Path) -> None:
    package = f"libpython{minor}"
    tools.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=tools) as scratch:
        # apt drops to its own user for downloads, who must be able to write here; else it prints a warning.
        Path(scratch).chmod(0o777)
        sys.stderr.write(f"setup: fetching {package} for Triton's Python backend (about 2 MB)\n")
        if not _apt(["download", package], scratch) and not (
            os.geteuid() == 0 and _apt(["update"], scratch) and _apt(["download", package], scratch)
        ):
            raise _missing(minor, f"apt-get could not download {package}")
        packages = list(Path(scratch).glob("*.deb"))
        if not packages:
            raise _missing(minor, f"apt-get brought no {package}")
        unpacked = Path(scratch) / "tree"
        subprocess.run(["dpkg", "-x", str(packages[0]), str(unpacked)], check=True)  # noqa: S603, S607
        target = tools / "libpython"
        shutil.rmtree(target, ignore_errors=True)
        unpacked.rename(target)


def _apt(arguments: list[str], directory: str) -> bool:
    command = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command line
            command, cwd=directory, timeout=DOWNLOAD_TIMEOUT_S, check=False, capture_output=True, text=True
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode:
        sys.stderr.write(done.stderr)
    return done.returncode == 0


def _missing(minor: str, why: str) -> LibpythonMissing:
    return LibpythonMissing(
        f"libpython{minor}.so.1.0 is not on this machine ({why})",
        fix=f"install it: apt-get install libpython{minor} (Debian, Ubuntu), dnf install python{minor}-libs "
        f"(Fedora, RHEL), or use a Python {minor} built with --enable-shared",
    )
