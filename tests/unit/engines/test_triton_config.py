"""The committed Triton configs are those of the records, and Triton's own protobuf can read them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from engines import triton_config
from engines.triton_config import generated_files, main
from engines.triton_tensors import INPUTS, OUTPUTS

FILES = generated_files()
CONFIGS = [path for path in FILES if path.name == "config.pbtxt"]
ROOT = Path(__file__).parents[3]


def test_committed_files_are_the_generated_ones() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "engines.triton_config", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stderr}run: python -m engines.triton_config"


def test_every_model_directory_is_of_a_record() -> None:
    """A file that stays behind when a record goes would be served."""
    for repository in ("cpu", "gpu"):
        committed = {path for path in (ROOT / "triton_repo" / repository).glob("*/config.pbtxt")}
        assert committed == {path for path in CONFIGS if path.parent.parent.name == repository}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.parent.name)
def test_tritons_own_parser_reads_every_tensor(path: Path) -> None:
    config = text_format.Parse(path.read_text(), model_config_pb2.ModelConfig())
    assert config.model_transaction_policy.decoupled
    assert [tensor.name for tensor in config.input] == [spec.name for spec in INPUTS]
    assert [tensor.name for tensor in config.output] == [spec.name for spec in OUTPUTS]


class TestCheck:
    """On a repository of its own."""

    @pytest.fixture(autouse=True)
    def repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(triton_config, "REPOSITORY", tmp_path / "triton_repo")
        assert main([]) == 0
        return tmp_path / "triton_repo"

    def test_regeneration_changes_nothing(self, repository: Path) -> None:
        def state() -> dict[Path, tuple[bytes, int]]:
            files = (path for path in repository.rglob("*") if path.is_file())
            return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

        before = state()
        assert len(before) == len(FILES)
        assert main([]) == 0
        assert main(["--check"]) == 0
        assert state() == before

    @pytest.mark.parametrize("change", ["edited", "gone"])
    def test_a_difference_fails_and_is_named(
        self, repository: Path, change: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = repository / "gpu" / "mistral-7b" / "config.pbtxt"
        if change == "edited":
            path.write_text(path.read_text().replace('"10240"', '"20480"'))
        else:
            path.unlink()
        assert main(["--check"]) == 1
        assert capsys.readouterr().err == "triton_repo/gpu/mistral-7b/config.pbtxt differs from its record\n"
        assert main([]) == 0
        assert main(["--check"]) == 0
