"""scripts/setup.py where the machine's Python is not one that Triton can use. uv is a stand-in: nothing is downloaded."""

from __future__ import annotations

import importlib.util
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.triton_installation import TritonInstallation


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script for a directory of its own, on a machine that has nothing but the Python that runs this."""
    monkeypatch.syspath_prepend(str(PROJECT_ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location("council_setup", PROJECT_ROOT / "scripts" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "TOOLS", tmp_path / "tools")
    monkeypatch.setattr(module, "TRITON_VENV", tmp_path / ".venv-triton")
    (tmp_path / "tools").mkdir()
    for name in ("PYENV_ROOT", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", "/nonexistent")
    return module


@pytest.fixture
def too_new(setup: ModuleType, tmp_path: Path) -> object:
    """The Python of such a machine."""
    own = setup.own_python()
    return setup.Interpreter(tmp_path / "none", "CPython", (3, 13, 0), (), own.triplet)


def test_a_python_that_suits_triton_serves_for_both(setup: ModuleType) -> None:
    python = TritonInstallation().interpreter
    assert setup.triton_python(python) == python


def test_where_no_python_suits_uv_brings_one_for_triton_alone(
    setup: ModuleType, too_new: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = TritonInstallation().interpreter
    brought = tmp_path / "tools" / "python" / "cpython-3.12.16-linux-x86_64-gnu" / "bin" / "python3.12"
    log = tmp_path / "uv.log"
    uv = program(
        tmp_path / "uv",
        f'echo "$UV_PYTHON_DOWNLOADS $*" >{log}; /bin/mkdir -p {brought.parent}; /bin/ln -s {real.executable} {brought}',
    )
    monkeypatch.setenv("UV", str(uv))
    assert setup.triton_python(too_new) == real
    assert log.read_text() == f"manual python install --no-bin --install-dir={tmp_path}/tools/python 3.12\n"

    log.unlink()
    assert setup.triton_python(too_new) == real
    assert not log.exists(), "what was brought once is found again"


def test_where_uv_cannot_bring_one_it_says_what_to_install(
    setup: ModuleType, too_new: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV", str(program(tmp_path / "uv", "echo 'error: no network' >&2; exit 1")))
    with pytest.raises(setup.SetupError) as failed:
        setup.triton_python(too_new)
    for words in (
        "Python 3.12 could not be fetched",
        "HTTPS_PROXY",
        "apt-get install python3.11 libpython3.11",
    ):
        assert words in str(failed.value)


def test_what_triton_has_is_kept_when_a_better_one_appears(
    setup: ModuleType, too_new: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = TritonInstallation().interpreter
    monkeypatch.setenv("PATH", str(program(tmp_path / "bin" / "python3.12", "exit 1").parent))
    (tmp_path / ".venv-triton" / "bin").mkdir(parents=True)
    (tmp_path / ".venv-triton" / "bin" / "python").symlink_to(real.executable)
    assert setup.triton_python(too_new) == real


def test_an_active_virtual_environment_does_not_change_what_an_environment_was_made_from(
    setup: ModuleType,
) -> None:
    beneath = setup.own_python()
    assert not beneath.executable.is_relative_to(sys.prefix)


def chosen(tmp_path: Path, **pythons: str) -> subprocess.CompletedProcess[str]:
    """Run scripts/setup on a machine with Pythons of these versions; each says its name instead of running setup.py."""
    for name, version in pythons.items():
        answer = f"case $1 in --version) echo Python {version}; exit;; -c) exec {sys.executable} -c"
        answer += (
            f' "import sys; sys.version_info = ({version.replace(".", ", ")}, 0); $2";; esac; echo {name}'
        )
        program(tmp_path / name.replace("_", "."), answer)
    return subprocess.run(
        [str(PROJECT_ROOT / "scripts" / "setup")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHON": os.environ.get("NO_SUCH", "")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_the_machines_own_python_is_taken_from_3_11_on(tmp_path: Path, version: str) -> None:
    assert chosen(tmp_path, python3=version).stdout == "python3\n"


def test_one_beside_it_is_taken_where_it_is_too_old_or_too_new(tmp_path: Path) -> None:
    assert chosen(tmp_path, python3="3.9", python3_13="3.13").stdout == "python3_13\n"
    assert chosen(tmp_path, python3="3.15", python3_12="3.12", python3_13="3.13").stdout == "python3_13\n"
