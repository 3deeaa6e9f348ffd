"""Which Python Triton's environment is made of: CPython 3.11 or 3.12, whatever Council itself runs on.

Triton's Python backend needs numpy 1 (triton-inference-server/server#8301), which has no wheels for Python 3.13
and later, and a libpython of the same minor version. Standard library only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from orchestrator.supervision.errors import LibpythonMissing, TritonPythonMissing
from orchestrator.supervision.interpreter import Interpreter, ask
from orchestrator.supervision.libpython import ensure_libpython, find_libpython

MINORS = ("3.12", "3.11")
HOW_TO_INSTALL = """install Python 3.12 or 3.11, with its shared library, beside the Python that is there:
  Ubuntu 24.04   apt-get install python3.12 libpython3.12
  Debian 12      apt-get install python3.11 libpython3.11
  Fedora, RHEL   dnf install python3.12
  pyenv          PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install 3.12"""


def choose_python(candidates: Iterable[Interpreter], tools: Path) -> Interpreter:
    """The first that has a libpython, else the first whose libpython can be brought.

    Raises TritonPythonMissing when there is no candidate, LibpythonMissing when none can have a libpython.
    """
    without: list[Interpreter] = []
    for python in candidates:
        if find_libpython(python, tools):
            return python
        without.append(python)
    failure: LibpythonMissing | None = None
    for python in without:
        try:
            ensure_libpython(python, tools)
            return python
        except LibpythonMissing as error:
            failure = failure or error
    raise failure or TritonPythonMissing(
        "Triton's Python backend needs Python 3.11 or 3.12, and neither is on this machine",
        fix=HOW_TO_INSTALL,
    )


def candidates(first: Iterable[Path], tools: Path, environ: Mapping[str, str]) -> Iterator[Interpreter]:
    """Every Python 3.11 and 3.12 to be found, each once: those of `first`, then PATH's, pyenv's and uv's."""
    seen: set[Path] = set()
    for executable in (*first, *_on_path(environ), *_in_collections(tools, environ)):
        python = ask(executable) if executable.is_file() else None
        if python and python.executable not in seen and _suits(python):
            seen.add(python.executable)
            yield python


def _suits(python: Interpreter) -> bool:
    return python.implementation == "CPython" and python.minor in MINORS


def _on_path(environ: Mapping[str, str]) -> Iterator[Path]:
    """All, not only the first of a name: pyenv puts programs there that only say what is not chosen."""
    directories = [Path(entry) for entry in environ.get("PATH", "").split(os.pathsep) if entry]
    for name in (*(f"python{minor}" for minor in MINORS), "python3"):
        yield from (directory / name for directory in dict.fromkeys(directories))


def _in_collections(tools: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    for collection in _collections(tools, environ):
        for minor in MINORS:
            yield from sorted(collection.glob(f"*/bin/python{minor}"), reverse=True)


def _collections(tools: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Directories that hold one Python a subdirectory."""
    home = Path(environ.get("HOME") or "/nonexistent")
    yield Path(environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    for entry in environ.get("PATH", "").split(os.pathsep):
        if entry.endswith("/shims"):
            yield Path(entry).parent / "versions"
    yield Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "uv" / "python"
    yield fetched_pythons(tools)


def fetched_pythons(tools: Path) -> Path:
    """Where setup lets uv put the Python that it fetches."""
    return tools / "python"
