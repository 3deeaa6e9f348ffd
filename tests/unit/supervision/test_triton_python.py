"""Which Python Triton's environment is made of, on machines with several of them or none."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision import triton_python
from orchestrator.supervision.errors import LibpythonMissing, TritonPythonMissing
from orchestrator.supervision.interpreter import Interpreter, ask
from orchestrator.supervision.triton_installation import TritonInstallation
from orchestrator.supervision.triton_python import candidates, choose_python

IN_TRITON = TritonInstallation().venv / "bin" / "python"


def stand_in(program: Path, version: tuple[int, int, int], implementation: str = "CPython") -> Path:
    """A Python that only says what it is."""
    program.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "executable": str(program),
        "implementation": implementation,
        "version": version,
        "libraries": [str(program.parent.parent / "lib")],
        "triplet": "x86_64-linux-gnu",
    }
    program.write_text(f"#!/bin/sh\necho '{json.dumps(told)}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def not_chosen(program: Path) -> Path:
    """What pyenv puts on PATH for a version that it has but that is not chosen."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\necho 'pyenv: {program.name}: command not found' >&2\nexit 127\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def found(environ: dict[str, str], tools: Path, *first: Path) -> list[Path]:
    return [python.executable for python in candidates(first, tools, environ)]


def test_a_python_says_what_it_is() -> None:
    python = ask(Path(sys.executable))
    assert python is not None
    assert python.version == sys.version_info[:3]
    assert python.minor == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert str(python).startswith(f"Python {python.minor}.")


def test_a_virtual_environment_is_asked_for_the_python_beneath() -> None:
    assert sys.prefix != sys.base_prefix, "the tests run in .venv"
    python = ask(Path(sys.executable))
    assert python is not None
    assert not python.executable.is_relative_to(PROJECT_ROOT / ".venv")
    assert ask(python.executable) == python


def test_what_does_not_answer_as_a_python_is_none(tmp_path: Path) -> None:
    assert ask(tmp_path / "none") is None
    assert ask(tmp_path) is None
    assert ask(not_chosen(tmp_path / "python3.12")) is None


def test_path_pyenv_and_uv_are_looked_through_in_this_order(tmp_path: Path) -> None:
    first = stand_in(tmp_path / "first" / "python3", (3, 11, 9))
    shims, on_path = tmp_path / "pyenv" / "shims", tmp_path / "bin"
    not_chosen(shims / "python3.12")
    in_path = stand_in(on_path / "python3.11", (3, 11, 2))
    old = stand_in(tmp_path / "pyenv" / "versions" / "3.11.7" / "bin" / "python3.11", (3, 11, 7))
    new = stand_in(tmp_path / "pyenv" / "versions" / "3.12.1" / "bin" / "python3.12", (3, 12, 1))
    of_uv = stand_in(
        tmp_path / "home/.local/share/uv/python" / "cpython-3.12.9" / "bin" / "python3.12", (3, 12, 9)
    )
    fetched = stand_in(tmp_path / "tools/python" / "cpython-3.12.16" / "bin" / "python3.12", (3, 12, 16))
    environ = {"PATH": f"{shims}:{on_path}:{shims}", "HOME": str(tmp_path / "home")}
    assert found(environ, tmp_path / "tools", first) == [first, in_path, new, old, of_uv, fetched]


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 13, 0), (3, 14, 1)])
def test_a_version_that_the_backend_cannot_use_is_passed_over(
    tmp_path: Path, version: tuple[int, int, int]
) -> None:
    other = stand_in(tmp_path / "bin" / "python3", version)
    assert found({"PATH": str(other.parent)}, tmp_path, other) == []


def test_another_implementation_is_passed_over(tmp_path: Path) -> None:
    pypy = stand_in(tmp_path / "python3.11", (3, 11, 9), "PyPy")
    assert found({}, tmp_path, pypy) == []


@pytest.fixture
def pythons(monkeypatch: pytest.MonkeyPatch) -> list[Interpreter]:
    """Two Pythons, of which only the second has a libpython; nothing can be brought."""
    real = ask(IN_TRITON)
    assert real is not None
    without = replace(real, executable=Path("/without"))
    monkeypatch.setattr(
        triton_python, "find_libpython", lambda python, _: None if python == without else "it"
    )

    def cannot(python: Interpreter, _: Path) -> Path:
        raise LibpythonMissing(f"no libpython for {python.executable}", fix="install it")

    monkeypatch.setattr(triton_python, "ensure_libpython", cannot)
    return [without, real]


def test_one_with_its_library_is_taken_before_one_without(pythons: list[Interpreter], tmp_path: Path) -> None:
    assert choose_python(pythons, tmp_path) == pythons[1]


def test_a_library_is_brought_where_none_has_one(
    pythons: list[Interpreter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triton_python, "ensure_libpython", lambda python, _: python)
    assert choose_python(pythons[:1], tmp_path) == pythons[0]


def test_none_with_a_library_says_so_and_no_python_at_all_says_what_to_install(
    pythons: list[Interpreter], tmp_path: Path
) -> None:
    with pytest.raises(LibpythonMissing, match="no libpython for /without"):
        choose_python(pythons[:1], tmp_path)
    with pytest.raises(TritonPythonMissing) as missing:
        choose_python([], tmp_path)
    assert "3.11 or 3.12" in missing.value.message
    assert "apt-get install python3.11 libpython3.11" in missing.value.fix


def test_it_runs_before_anything_is_installed() -> None:
    bare = f"import sys; sys.path.insert(0, {str(PROJECT_ROOT)!r}); import orchestrator.supervision.triton_python"
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", bare], check=True)
