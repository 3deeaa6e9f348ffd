"""`council models`, run as a person runs it, with the product's settings and records replaced by small ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from file_server import FileServer
from hub_factory import MODEL_ID as GPU_ID
from hub_factory import TREE, put_snapshot, snapshot_files, snapshot_record
from model_factory import MODEL_ID, pin, record, wheel_source
from typer.testing import CliRunner

from engines.embedder_record import EmbedderRecord, load_embedder_record
from engines.record import ModelRecord, load_records
from engines.record_source import FileSource
from orchestrator.cli.models import models_app
from orchestrator.settings import Settings
from orchestrator.supervision.instance_lock import InstanceLock

PRODUCT = load_records()
EMBEDDER = load_embedder_record()
EMBEDDER_ID = EMBEDDER.id
NETWORK = b"not a network, but pinned"
SNAPSHOT = snapshot_files()


def embedder_record(path: Path, content: bytes) -> EmbedderRecord:
    return EMBEDDER.model_copy(update={"source": FileSource(kind="file", path=str(path), **pin(content))})


@pytest.fixture
def _product(
    index: FileServer,
    models_dir: Path,
    environ: dict[str, str],
    gguf_bytes: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COUNCIL_DATA_DIR", str(models_dir.parent))
    monkeypatch.setenv("COUNCIL_DEFAULT_MODEL", MODEL_ID)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    records = {MODEL_ID: record(wheel_source(gguf_bytes))}
    monkeypatch.setattr("engines.record.load_records", lambda: records)
    (models_dir.parent / "network.onnx").write_bytes(NETWORK)
    embedder = embedder_record(models_dir.parent / "network.onnx", NETWORK)
    monkeypatch.setattr("engines.embedder_record.load_embedder_record", lambda: embedder)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(models_app, list(arguments))


def assert_problem(result: Result, exit_code: int, error: str, fix: str) -> None:
    assert result.exit_code == exit_code, result.output
    assert re.search(f"^error: .*{error}", result.stderr, re.MULTILINE), result.stderr
    assert re.search(f"^fix: .*{fix}", result.stderr, re.MULTILINE), result.stderr
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("_product")
class TestModelsCommand:
    def test_pull_takes_the_default_model_and_shows_its_licence(self) -> None:
        result = run("pull")
        assert result.exit_code == 0, result.output
        assert "licence Apache-2.0, https://www.apache.org/licenses/LICENSE-2.0" in result.stdout
        assert re.search(r"^tiny installed: Q4_0, 4\.7 MB, /", result.stdout, re.MULTILINE)
        assert f"{EMBEDDER_ID} installed: 0.0 MB, /" in result.stdout
        steps = ["download", "check", "unpack", "convert", "finish", "copy"]
        assert [line.split()[0] for line in result.stderr.splitlines()] == steps
        assert re.search(r"^  download \d\.\d MB$", result.stderr, re.MULTILINE)
        assert "tiny already installed" in run("pull", MODEL_ID).stdout

    def test_pull_takes_a_local_copy(self, tmp_path: Path, gguf_bytes: bytes, index: FileServer) -> None:
        (tmp_path / "copy.gguf").write_bytes(gguf_bytes)
        assert run("pull", MODEL_ID, "--from-file", str(tmp_path / "copy.gguf")).exit_code == 0
        assert index.requests == []

    def test_list_shows_state_and_facts(self) -> None:
        before, _ = json.loads(run("list", "--json").stdout)
        run("pull")
        after, embedder = json.loads(run("list", "--json").stdout)
        assert (before["state"], before["size_bytes"]) == ("absent", 0)
        assert (after["state"], after["quantization"]) == ("installed", "Q4_0")
        assert after["size_bytes"] > 4_700_000
        assert after["license"]["spdx"] == "Apache-2.0"
        assert after["roles"] == ["fast", "balanced"]
        assert (embedder["state"], embedder["roles"]) == ("installed", ["embedding"])
        assert embedder.keys() == after.keys()
        assert re.search(r"tiny +installed +4\.7 MB +Q4_0", run("list").stdout)

    def test_verify_reports_each_difference(self, models_dir: Path) -> None:
        assert "no model is installed" in run("verify").stdout
        run("pull")
        assert run("verify").stdout == f"tiny: ok\n{EMBEDDER_ID}: ok\n"
        (models_dir / MODEL_ID / "tokenizer.json").unlink()
        (models_dir / MODEL_ID / "chat_template.jinja").write_text("?")
        result = run("verify")
        assert_problem(result, 1, "tiny/tokenizer.json: is missing", r"run: \S*council models pull tiny")
        assert_problem(result, 1, "tiny/chat_template.jinja: has 1 bytes", "council models pull")

    def test_remove_asks_unless_told(self, models_dir: Path) -> None:
        run("pull")
        unasked = run("remove", MODEL_ID)
        assert unasked.exit_code == 2
        assert "add --yes" in unasked.stderr
        assert (models_dir / MODEL_ID).exists()
        assert re.match(r"removed tiny, 4\.7 MB freed", run("remove", MODEL_ID, "--yes").stdout)
        assert not (models_dir / MODEL_ID).exists()

    @pytest.mark.parametrize("service", ["triton", "orchestrator"])
    def test_what_a_running_council_serves_is_not_removed(self, models_dir: Path, service: str) -> None:
        run("pull")
        lock = InstanceLock(Settings().run_dir, service)
        for model_id in (MODEL_ID, EMBEDDER_ID):
            assert_problem(run("remove", model_id, "--yes"), 1, f"{model_id} is in use", "stop it first")
            assert (models_dir / model_id).exists()
        lock.release()
        assert run("remove", MODEL_ID, "--yes").exit_code == 0

    def test_the_embedder_alone_must_be_had(self, models_dir: Path) -> None:
        (models_dir.parent / "network.onnx").unlink()
        assert_problem(run("pull", EMBEDDER_ID), 1, "network.onnx is not a file", "")

    def test_the_embedder_is_pulled_verified_and_removed_by_its_name(self, models_dir: Path) -> None:
        assert run("pull", EMBEDDER_ID).exit_code == 0
        assert not (models_dir / MODEL_ID).exists()
        (models_dir / EMBEDDER_ID / "model.onnx").write_bytes(NETWORK[::-1])
        assert_problem(run("verify"), 1, "not the file the record pins", f"council models pull {EMBEDDER_ID}")
        assert run("pull", EMBEDDER_ID).exit_code == 0
        assert run("verify").stdout == f"{EMBEDDER_ID}: ok\n"
        assert run("remove", EMBEDDER_ID, "--yes").exit_code == 0
        assert not (models_dir / EMBEDDER_ID).exists()

    @pytest.mark.parametrize("names", [(), (EMBEDDER_ID, MODEL_ID)])
    def test_without_the_embedder_a_pull_warns_and_has_done_its_work(
        self, names: tuple[str, ...], models_dir: Path
    ) -> None:
        (models_dir.parent / "network.onnx").unlink()
        result = run("pull", *names)
        assert result.exit_code == 0, result.output
        assert re.search("^warning: .*network.onnx is not a file; routing", result.stderr, re.MULTILINE)
        assert (models_dir / MODEL_ID / "installed.json").exists()

    @pytest.mark.parametrize(
        ("arguments", "exit_code", "error", "fix"),
        [
            (["pull", "other"], 2, "no model 'other'", "choose one of: tiny"),
            (["verify", "other"], 2, "no model 'other'", "choose one of: tiny"),
            (["remove", "../tiny", "--yes"], 2, "no model", "choose one of"),
            (["verify", "tiny"], 1, "not installed", "council models pull tiny"),
            (["pull", "--from-file", "/nonexistent"], 1, "is not a file", "GGUF"),
        ],
    )
    def test_a_problem_is_an_error_and_a_fix(
        self, arguments: list[str], exit_code: int, error: str, fix: str
    ) -> None:
        assert_problem(run(*arguments), exit_code, error, fix)

    def test_an_index_that_is_down_is_a_problem_not_a_traceback(self, index: FileServer) -> None:
        index.statuses["/simple/tiny-model/"] = 503
        assert_problem(run("pull"), 1, "answered 503", "try again")

    def test_a_wrong_setting_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COUNCIL_PORT", "none")
        assert_problem(run("list"), 2, "COUNCIL_PORT", "environment")


@pytest.fixture
def _with_gpu_model(
    _product: None, server: FileServer, gguf_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_snapshot(server, SNAPSHOT)
    small = {MODEL_ID: record(wheel_source(gguf_bytes)), GPU_ID: snapshot_record(SNAPSHOT)}
    records = PRODUCT | small
    monkeypatch.setattr("engines.record.load_records", lambda: records)


@pytest.mark.usefixtures("_with_gpu_model")
class TestGpuModels:
    def test_pull_without_a_name_leaves_them_alone(self, models_dir: Path) -> None:
        assert run("pull").exit_code == 0
        assert not (models_dir / GPU_ID).exists()

    def test_pull_brings_the_snapshot_and_says_what_comes_next(self, models_dir: Path) -> None:
        result = run("pull", GPU_ID)
        assert result.exit_code == 0, result.output
        assert f"{GPU_ID} installed: fp16, int8, fp8, 1.5 MB, {models_dir / GPU_ID}\n" in result.stdout
        assert result.stdout.endswith(f"next: scripts/build_engines.sh --model {GPU_ID}\n")
        assert "  download config.json 0.0 MB\n" in result.stderr
        assert run("verify", GPU_ID).stdout == f"{GPU_ID}: ok\n"

    def test_pull_of_the_tokenizer_alone(self) -> None:
        result = run("pull", GPU_ID, "--tokenizer-only")
        assert result.exit_code == 0, result.output
        assert f"{GPU_ID} installed: tokenizer only, " in result.stdout
        assert "build_engines.sh" not in result.stdout
        assert re.search(rf"{GPU_ID} +tokenizer only +0\.0 MB", run("list").stdout)

    def test_verify_asks_for_no_more_than_was_pulled(self, models_dir: Path) -> None:
        run("pull", GPU_ID, "--tokenizer-only")
        (models_dir / GPU_ID / "config.json").write_text("{}")
        fix = rf"council models pull {GPU_ID} --tokenizer-only$"
        assert_problem(run("verify"), 1, "config.json: has 2 bytes", fix)

    def test_a_model_of_one_file_has_no_tokenizer_to_pull_alone(self, models_dir: Path) -> None:
        result = run("pull", MODEL_ID, "--tokenizer-only")
        assert result.exit_code == 2
        assert "cannot be pulled without its weights" in result.stderr
        assert not models_dir.exists()

    def test_list_says_what_they_run_on(self) -> None:
        by_id = {entry["id"]: entry for entry in json.loads(run("list", "--json").stdout)}
        assert by_id["mistral-7b"]["needs_gpu"] is True
        assert by_id["mistral-7b"]["download_bytes"] == 2 * 7241732096
        assert by_id["mistral-7b"]["precisions"] == ["fp16", "int8", "fp8"]
        assert by_id["phi-2"]["precisions"] == ["fp16", "int8"]
        assert (by_id[MODEL_ID]["needs_gpu"], by_id[MODEL_ID]["precisions"]) == (False, [])
        assert re.search(r"mistral-7b +absent +14483\.5 MB to get", run("list").stdout)

    def test_a_gated_model_says_how_to_get_in(self, server: FileServer) -> None:
        server.statuses[TREE] = 401
        assert_problem(
            run("pull", GPU_ID), 1, r"refused access \(401\)", "accept the terms at https://huggingface.co/"
        )

    @pytest.mark.parametrize("command", [["pull", GPU_ID], ["verify", GPU_ID]], ids=lambda c: c[0])
    def test_a_tokenizer_that_makes_other_prompts_is_a_problem(
        self, command: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("pull", GPU_ID)
        data = snapshot_record(SNAPSHOT).model_dump()
        data["chat"]["example_ids"] = [1, 2]
        changed = ModelRecord.model_validate(data)
        monkeypatch.setattr("engines.record.load_records", lambda: {GPU_ID: changed})
        assert_problem(run(*command), 1, "'Hello' becomes the tokens .* expects", "")
