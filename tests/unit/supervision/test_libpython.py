from __future__ import annotations

import os
import platform
import stat
import sysconfig
from pathlib import Path

import pytest

from orchestrator.supervision import libpython
from orchestrator.supervision.errors import LibpythonMissing
from orchestrator.supervision.libpython import ensure_libpython, find_libpython, python_minor

TRIPLET = sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu"


@pytest.fixture
def real() -> Path:
    found = find_libpython(python_minor())
    assert found is not None
    return found


@pytest.fixture
def hidden(real: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose only place for a libpython is .tools/."""
    tools = tmp_path / "tools"
    unpacked = tools / "libpython" / "usr" / "lib" / TRIPLET
    monkeypatch.setattr(libpython, "_directories", lambda _: iter([unpacked]))
    return tools


def test_it_is_found_on_this_machine_in_the_minor_version_of_python(real: Path) -> None:
    assert real.name == f"libpython{platform.python_version().rpartition('.')[0]}.so.1.0"


def test_another_minor_version_is_not_taken_for_it(hidden: Path, real: Path) -> None:
    directory = hidden / "libpython" / "usr" / "lib" / TRIPLET
    directory.mkdir(parents=True)
    (directory / f"libpython{python_minor()}.so.1.0").symlink_to(real)
    assert find_libpython(python_minor(), hidden) is not None
    assert find_libpython("3.99", hidden) is None


def test_a_file_that_does_not_load_is_not_taken_for_it(hidden: Path) -> None:
    directory = hidden / "libpython" / "usr" / "lib" / TRIPLET
    directory.mkdir(parents=True)
    (directory / f"libpython{python_minor()}.so.1.0").write_bytes(b"\x7fELF and no more")
    assert find_libpython(python_minor(), hidden) is None


def stand_in(directory: Path, name: str, script: str) -> None:
    directory.mkdir(exist_ok=True)
    program = directory / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def debian(real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """apt-get and dpkg that do as the real ones do with this package, without a network."""
    programs = tmp_path / "bin"
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    stand_in(programs, "apt-get", f"touch libpython{python_minor()}_1_amd64.deb")
    target = f"$3/usr/lib/{TRIPLET}"
    stand_in(programs, "dpkg", f'mkdir -p "{target}" && cp "{real}" "{target}/"')
    return programs


def test_where_it_is_missing_the_package_is_unpacked_without_root(hidden: Path, debian: Path) -> None:
    assert find_libpython(python_minor(), hidden) is None
    found = ensure_libpython(python_minor(), hidden)
    assert found.is_relative_to(hidden)
    assert [path.name for path in hidden.iterdir()] == ["libpython"]
    stand_in(debian, "apt-get", "exit 1")
    assert ensure_libpython(python_minor(), hidden) == found


def test_a_failed_download_names_the_package_to_install(hidden: Path, debian: Path) -> None:
    stand_in(debian, "apt-get", "echo 'Temporary failure resolving' >&2; exit 100")
    with pytest.raises(LibpythonMissing) as missing:
        ensure_libpython(python_minor(), hidden)
    assert f"apt-get install libpython{python_minor()}" in missing.value.fix
    assert list(hidden.iterdir()) == []


def test_without_apt_the_message_says_what_to_install(
    hidden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LibpythonMissing, match="not a Debian-like system"):
        ensure_libpython(python_minor(), hidden)
