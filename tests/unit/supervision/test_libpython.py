from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.supervision import libpython
from orchestrator.supervision.errors import LibpythonMissing
from orchestrator.supervision.interpreter import Interpreter
from orchestrator.supervision.libpython import ensure_libpython, find_libpython
from orchestrator.supervision.triton_installation import TritonInstallation


@pytest.fixture
def python() -> Interpreter:
    """The Python of Triton's environment, which need not be the one that runs this test."""
    return TritonInstallation().interpreter


@pytest.fixture
def real() -> Path:
    return TritonInstallation().libpython()


@pytest.fixture
def hidden(real: Path, python: Interpreter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose only place for a libpython is .tools/."""
    tools = tmp_path / "tools"
    monkeypatch.setattr(libpython, "_directories", lambda _, tools: iter([unpacked_into(tools, python)]))
    return tools


def unpacked_into(tools: Path, python: Interpreter) -> Path:
    return tools / "libpython" / "usr" / "lib" / python.triplet


def test_it_is_that_of_tritons_python_not_of_the_one_that_runs_council(real: Path) -> None:
    assert real.name == f"libpython{TritonInstallation().python_minor}.so.1.0"


def test_a_python_finds_its_own_library_first(python: Interpreter, real: Path, tmp_path: Path) -> None:
    own = tmp_path / "lib"
    own.mkdir()
    (own / real.name).symlink_to(real)
    assert find_libpython(replace(python, libraries=(own,)), tmp_path) == own / real.name


def test_another_minor_version_is_not_taken_for_it(hidden: Path, python: Interpreter, real: Path) -> None:
    directory = unpacked_into(hidden, python)
    directory.mkdir(parents=True)
    (directory / real.name).symlink_to(real)
    assert find_libpython(python, hidden) is not None
    assert find_libpython(replace(python, version=(3, 99, 0)), hidden) is None


def test_a_file_that_does_not_load_is_not_taken_for_it(hidden: Path, python: Interpreter, real: Path) -> None:
    directory = unpacked_into(hidden, python)
    directory.mkdir(parents=True)
    (directory / real.name).write_bytes(b"\x7fELF and no more")
    assert find_libpython(python, hidden) is None


def stand_in(directory: Path, name: str, script: str) -> None:
    directory.mkdir(exist_ok=True)
    program = directory / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def debian(real: Path, python: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """apt-get and dpkg that do as the real ones do with this package, without a network."""
    programs = tmp_path / "bin"
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    stand_in(programs, "apt-get", f"touch libpython{python.minor}_1_amd64.deb")
    target = f"$3/usr/lib/{python.triplet}"
    stand_in(programs, "dpkg", f'mkdir -p "{target}" && cp "{real}" "{target}/"')
    return programs


def test_where_it_is_missing_the_package_is_unpacked_without_root(
    hidden: Path, python: Interpreter, debian: Path
) -> None:
    assert find_libpython(python, hidden) is None
    found = ensure_libpython(python, hidden)
    assert found.is_relative_to(hidden)
    assert [path.name for path in hidden.iterdir()] == ["libpython"]
    stand_in(debian, "apt-get", "exit 1")
    assert ensure_libpython(python, hidden) == found


def test_a_failed_download_names_the_package_to_install(
    hidden: Path, python: Interpreter, debian: Path
) -> None:
    stand_in(debian, "apt-get", "echo 'Temporary failure resolving' >&2; exit 100")
    with pytest.raises(LibpythonMissing) as missing:
        ensure_libpython(python, hidden)
    assert f"apt-get install libpython{python.minor}" in missing.value.fix
    assert list(hidden.iterdir()) == []


def test_without_apt_the_message_says_what_to_install(
    hidden: Path, python: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LibpythonMissing, match="not a Debian-like system"):
        ensure_libpython(python, hidden)
