"""`scripts/check_engines.sh`, run as it is, with stand-ins for docker, nvidia-smi and NVIDIA's programs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from engines.gpu_serving import Precision
from engines.record import load_records
from tests.fakes.engines_on_disk import write_engine
from tests.flow.site import ROOT, Site

PHI = load_records()["phi-2"]
PRECISIONS: tuple[Precision, ...] = ("fp16", "int8")
SCRIPT = ROOT / "scripts" / "check_engines.sh"
# A server that nobody can reach: what is behind it is tested with a real one (tests/e2e/test_engine_check.py).
DOCKER = """#!/bin/sh
printf '%s\\n' "$@" >>"$STAND_IN_DIR/docker"
case "$1" in
    run)
        for word in "$@"; do
            case "$word" in *:/council/models:ro) cp -r "${word%%:*}" "$STAND_IN_DIR/repository" ;; esac
        done
        echo council-container ;;
    port) echo 127.0.0.1:1 ;;
    logs) echo "E1124 the server's own words" ;;
esac
"""


@pytest.fixture
def with_docker(site: Site) -> Site:
    docker = site.root / "bin" / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    return site


def run_script(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    places = {"COUNCIL_ENGINES_DIR": str(site.engines_dir), "COUNCIL_MODELS_DIR": str(site.models_dir)}
    return subprocess.run(
        [str(SCRIPT), *arguments], env=site.environ | places, capture_output=True, text=True, timeout=120
    )


def test_it_is_clean_to_shellcheck() -> None:
    checker = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([str(checker), str(SCRIPT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_help_is_shown_without_anything_installed() -> None:
    done = subprocess.run(
        [str(SCRIPT), "--help"], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "phi-2/int8-sm89" in done.stdout


def test_without_an_engine_nothing_is_started(with_docker: Site) -> None:
    done = run_script(with_docker)
    assert done.returncode == 1
    assert "nothing to serve: build an engine first" in done.stderr
    assert not (with_docker.root / "stand-in" / "docker").exists()


def test_the_server_is_private_sees_every_engine_and_is_always_ended(
    with_docker: Site,
) -> None:
    for precision in PRECISIONS:
        write_engine(with_docker.engines_dir, PHI, precision, checked=False)
    done = run_script(with_docker, "phi-2/int8-sm89", "--wait-s=0")
    assert done.returncode == 1
    # Nothing is asked of the server before this side has all it needs.
    assert re.search(r"fix: run: \S*council models pull --tokenizer-only phi-2", done.stderr)
    assert "the server's own words" in done.stderr
    called = (with_docker.root / "stand-in" / "docker").read_text().splitlines()
    assert "127.0.0.1::8001" in called
    assert f"{with_docker.engines_dir}:/engines:ro" in called
    assert "--model-control-mode=explicit" in called
    assert not [word for word in called if word.startswith("--load-model")]
    assert called[-3:] == ["rm", "--force", "council-container"]
    served = {
        path.parent.name for path in (with_docker.root / "stand-in" / "repository").glob("*/config.pbtxt")
    }
    assert served == {"phi-2.fp16-sm89", "phi-2.int8-sm89"}
