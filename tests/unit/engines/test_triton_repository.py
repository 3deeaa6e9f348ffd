"""The model repository for one machine: what is served of the engines that are there, and what is not and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from engines import triton_repository
from engines.gpu import GIB
from engines.gpu_serving import Precision
from engines.installed import write_manifest as write_installed
from engines.record import ModelRecord, load_records
from engines.triton_config import main
from engines.vram import DESKTOP_RESERVE_BYTES, HEADLESS_RESERVE_BYTES, resident_set
from tests.fakes.engines_on_disk import write_engine

RECORDS = load_records()
MISTRAL, PHI, TINY, CODE = (
    RECORDS[model] for model in ("mistral-7b", "phi-2", "tinyllama-1.1b", "codellama-7b")
)


@pytest.fixture(autouse=True)
def _no_gpu_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


class Machine:
    """Engines and models below one directory, and the command run on them."""

    def __init__(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.engines, self.models, self.output = place / "engines", place / "models", place / "repository"
        self._capsys = capsys

    def run(self, *options: str) -> tuple[int, str, str]:
        where = (
            "--engines-dir",
            str(self.engines),
            "--models-dir",
            str(self.models),
            "--output",
            str(self.output),
        )
        code = main([*where, *options])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def config(self, model: str) -> Any:
        text = (self.output / model / "config.pbtxt").read_text()
        return text_format.Parse(text, model_config_pb2.ModelConfig())

    def value(self, model: str, key: str) -> str:
        return str(self.config(model).parameters[key].string_value)

    @property
    def served(self) -> list[str]:
        return sorted(path.parent.name for path in self.output.glob("*/config.pbtxt"))

    def state(self) -> dict[Path, tuple[bytes, int]]:
        files = (path for path in self.output.rglob("*") if path.is_file())
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    def install(self, record: ModelRecord) -> None:
        directory = self.models / record.id
        directory.mkdir(parents=True)
        for file in record.source.files:  # type: ignore[union-attr]
            (directory / file.path).write_bytes(b"content")
        write_installed(directory, record)


@pytest.fixture
def machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Machine:
    return Machine(tmp_path, capsys)


class TestServed:
    def test_engines_that_were_built_are_served(self, machine: Machine) -> None:
        write_engine(machine.engines, MISTRAL, "int8")
        write_engine(machine.engines, TINY, "fp16")
        code, said, wrong = machine.run()
        assert (code, wrong) == (0, "")
        assert said.splitlines() == [
            "mistral-7b: int8, 10240 KV tokens, batch 8",
            "tinyllama-1.1b: fp16, 11904 KV tokens, batch 16",
            "4 files changed",
        ]
        assert machine.value("mistral-7b", "gpt_model_path") == "/engines/mistral-7b/int8-sm89"
        assert (machine.output / "mistral-7b" / "1").is_dir()

    def test_a_second_run_changes_nothing(self, machine: Machine) -> None:
        write_engine(machine.engines, MISTRAL, "int8")
        machine.run()
        before = machine.state()
        assert machine.run()[1].splitlines()[-1] == "0 files changed"
        assert machine.state() == before

    def test_the_engines_own_limits_win(self, machine: Machine) -> None:
        write_engine(machine.engines, MISTRAL, "int8", max_batch_size=4, max_seq_len=1024)
        machine.run()
        assert machine.config("mistral-7b").max_batch_size == 4
        assert machine.value("mistral-7b", "max_tokens_in_paged_kv_cache") == "4096"

    def test_int8_is_preferred_and_the_preference_can_be_changed(self, machine: Machine) -> None:
        for precision in ("fp16", "int8"):
            write_engine(machine.engines, TINY, precision)  # type: ignore[arg-type]
        machine.run()
        assert machine.value("tinyllama-1.1b", "gpt_model_path").endswith("/int8-sm89")
        machine.run("--prefer", "fp16")
        assert machine.value("tinyllama-1.1b", "gpt_model_path").endswith("/fp16-sm89")

    def test_the_server_may_see_the_engines_elsewhere(self, machine: Machine) -> None:
        write_engine(machine.engines, TINY, "int8")
        machine.run("--engines-root", "/srv/engines")
        assert machine.value("tinyllama-1.1b", "gpt_model_path") == "/srv/engines/tinyllama-1.1b/int8-sm89"


class TestRefused:
    """Everything that preflight refuses, and what fits no card."""

    def refused(self, machine: Machine, reason: str, *options: str) -> None:
        code, _, wrong = machine.run(*options)
        assert code == 1
        assert reason in wrong
        assert machine.served == []

    def test_no_engine_at_all(self, machine: Machine) -> None:
        self.refused(machine, "nothing to serve: build an engine first (council engines build)")

    def test_a_truncated_engine(self, machine: Machine) -> None:
        engine = write_engine(machine.engines, MISTRAL, "int8") / "rank0.engine"
        engine.write_bytes(engine.read_bytes()[:-1])
        self.refused(machine, "mistral-7b/int8-sm89: rank0.engine has 22 bytes instead of 23")

    def test_an_engine_without_a_manifest(self, machine: Machine) -> None:
        (write_engine(machine.engines, MISTRAL, "int8") / "council-engine.json").unlink()
        self.refused(machine, "council-engine.json does not exist")

    def test_a_model_without_a_record(self, machine: Machine) -> None:
        write_engine(machine.engines, MISTRAL.model_copy(update={"id": "of-another"}), "int8")
        self.refused(machine, "no record has this model")

    def test_another_architecture(self, machine: Machine) -> None:
        write_engine(machine.engines, MISTRAL, "int8", sm=86)
        self.refused(machine, "platform.sm: expected 89, found 86", "--assume-gpu", "RTX 4070")

    def test_a_precision_whose_quality_was_not_checked(self, machine: Machine) -> None:
        write_engine(machine.engines, PHI, "int8", checked=False)
        self.refused(machine, "phi-2/int8-sm89: check.status")

    def test_a_7b_model_in_fp16_on_12_gib(self, machine: Machine) -> None:
        write_engine(machine.engines, CODE, "fp16")
        self.refused(
            machine,
            "codellama-7b in fp16 does not fit the 11.5 GiB that the card leaves",
            "--max-gpu-gib",
            "12",
        )

    def test_two_architectures_and_no_gpu_to_tell(self, machine: Machine) -> None:
        for sm in (86, 89):
            write_engine(machine.engines, MISTRAL, "int8", sm=sm)
        self.refused(machine, "engines for several GPU architectures are there and no GPU was seen")
        code, _, wrong = machine.run("--assume-gpu", "RTX 4070")
        assert (code, machine.served) == (0, ["mistral-7b"])
        assert "mistral-7b/int8-sm86" in wrong

    def test_one_bad_engine_does_not_keep_the_others_out(self, machine: Machine) -> None:
        write_engine(machine.engines, TINY, "int8")
        (write_engine(machine.engines, MISTRAL, "int8") / "rank0.engine").unlink()
        code, said, wrong = machine.run()
        assert (code, machine.served) == (0, ["tinyllama-1.1b"])
        assert "mistral-7b" in wrong
        assert "mistral-7b" not in said

    def test_what_does_not_fit_falls_back_to_what_does(self, machine: Machine) -> None:
        for precision in ("fp16", "int8"):
            write_engine(machine.engines, MISTRAL, precision)  # type: ignore[arg-type]
        machine.run("--prefer", "fp16", "--max-gpu-gib", "12")
        assert machine.value("mistral-7b", "gpt_model_path").endswith("/int8-sm89")
        machine.run("--prefer", "fp16", "--max-gpu-gib", "24")
        assert machine.value("mistral-7b", "gpt_model_path").endswith("/fp16-sm89")

    def test_the_kv_cache_shrinks_to_the_card(self, machine: Machine) -> None:
        write_engine(machine.engines, MISTRAL, "int8")
        machine.run("--max-gpu-gib", "9")
        assert 1024 <= int(machine.value("mistral-7b", "max_tokens_in_paged_kv_cache")) < 10240


class TestDirectory:
    def test_an_engine_that_is_gone_is_no_longer_served(self, machine: Machine) -> None:
        write_engine(machine.engines, TINY, "int8")
        gone = write_engine(machine.engines, MISTRAL, "int8")
        machine.run()
        assert machine.served == ["mistral-7b", "tinyllama-1.1b"]
        gone.rename(machine.engines / "elsewhere")
        machine.run()
        assert machine.served == ["tinyllama-1.1b"]
        assert not (machine.output / "mistral-7b").exists()

    def test_models_of_others_are_left_alone(self, machine: Machine) -> None:
        theirs = machine.output / "theirs" / "config.pbtxt"
        theirs.parent.mkdir(parents=True)
        theirs.write_text('name: "theirs"\n')
        write_engine(machine.engines, TINY, "int8")
        machine.run()
        assert theirs.read_text() == 'name: "theirs"\n'

    def test_a_crash_while_writing_leaves_the_old_config(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_engine(machine.engines, TINY, "int8")
        machine.run()
        before = (machine.output / "tinyllama-1.1b" / "config.pbtxt").read_bytes()

        def crash(_from: Path, _to: Path) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(triton_repository.os, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            machine.run("--engines-root", "/elsewhere")
        monkeypatch.undo()
        assert (machine.output / "tinyllama-1.1b" / "config.pbtxt").read_bytes() == before

    def test_a_directory_that_cannot_be_written_is_named(self, machine: Machine) -> None:
        write_engine(machine.engines, TINY, "int8")
        machine.output.write_text("a file is in its place")
        code, _, wrong = machine.run()
        assert code == 1
        assert f"writing the model repository failed at {machine.output}" in wrong


class TestTogether:
    """What is loaded at once gets what `council engines vram` says of that set."""

    @pytest.fixture
    def both(self, machine: Machine) -> Machine:
        write_engine(machine.engines, MISTRAL, "int8")
        write_engine(machine.engines, TINY, "int8")
        return machine

    @pytest.mark.parametrize("reserve", [HEADLESS_RESERVE_BYTES, DESKTOP_RESERVE_BYTES])
    @pytest.mark.parametrize("card_gib", [10, 12, 24])
    def test_the_generator_and_the_plan_agree(self, both: Machine, card_gib: int, reserve: int) -> None:
        desktop = ["--desktop"] if reserve == DESKTOP_RESERVE_BYTES else []
        plan = resident_set(RECORDS, {MISTRAL.id: "int8", TINY.id: "int8"}, card_gib * GIB - reserve)
        options = ("--max-gpu-gib", str(card_gib), *desktop, "--together", MISTRAL.id, TINY.id)
        code, _, wrong = both.run(*options)
        if plan.verdict != "yes":
            assert code == 1
            assert "does not fit" in wrong
            return
        assert code == 0, wrong
        for one in plan.residents:
            assert both.value(one.model_id, "max_tokens_in_paged_kv_cache") == str(one.kv_tokens)

    def test_alone_each_gets_its_budget(self, both: Machine) -> None:
        both.run("--max-gpu-gib", "12", "--desktop")
        alone = both.value(MISTRAL.id, "max_tokens_in_paged_kv_cache")
        both.run("--max-gpu-gib", "12", "--desktop", "--together", MISTRAL.id, TINY.id)
        assert int(both.value(MISTRAL.id, "max_tokens_in_paged_kv_cache")) < int(alone) == 10240

    def test_a_model_without_an_engine_is_named(self, both: Machine) -> None:
        code, _, wrong = both.run("--max-gpu-gib", "12", "--together", MISTRAL.id, "phi-2")
        assert code == 1
        assert "phi-2 cannot be loaded together" in wrong

    def test_it_needs_the_size_of_the_card(self, both: Machine) -> None:
        code, _, wrong = both.run("--together", MISTRAL.id)
        assert code == 1
        assert "add --max-gpu-gib" in wrong


class TestEveryEngine:
    def test_each_is_a_model_of_its_own_checked_or_not(self, machine: Machine) -> None:
        precisions: tuple[Precision, ...] = ("fp16", "int8")
        for precision in precisions:
            write_engine(machine.engines, PHI, precision, checked=False)
        code, _, wrong = machine.run("--every-engine")
        assert code == 0, wrong
        assert machine.served == ["phi-2.fp16-sm89", "phi-2.int8-sm89"]
        assert machine.config("phi-2.int8-sm89").name == "phi-2.int8-sm89"
        assert machine.value("phi-2.int8-sm89", "gpt_model_path") == "/engines/phi-2/int8-sm89"

    def test_one_that_cannot_be_loaded_is_left_out_with_the_reason(self, machine: Machine) -> None:
        write_engine(machine.engines, PHI, "fp16", checked=False)
        directory = write_engine(machine.engines, PHI, "int8", checked=False)
        (directory / "rank0.engine").unlink()
        code, _, wrong = machine.run("--every-engine")
        assert code == 0
        assert machine.served == ["phi-2.fp16-sm89"]
        assert "phi-2/int8-sm89: files.rank0.engine: expected" in wrong


class TestLlmApi:
    def test_installed_weights_are_served(self, machine: Machine) -> None:
        for record in (TINY, PHI):
            machine.install(record)
        code, said, wrong = machine.run("--backend", "llmapi")
        assert (code, machine.served) == (0, ["tinyllama-1.1b"])
        assert said.startswith("tinyllama-1.1b: fp16, 11904 KV tokens, batch 16\n")
        assert "not served: phi-2: phi-2 is PhiForCausalLM" in wrong
        assert machine.value("tinyllama-1.1b", "model_dir") == "/models/tinyllama-1.1b"
        assert "llmapi.triton_model" in (machine.output / "tinyllama-1.1b" / "1" / "model.py").read_text()

    def test_a_7b_model_does_not_fit_12_gib(self, machine: Machine) -> None:
        machine.install(MISTRAL)
        code, _, wrong = machine.run("--backend", "llmapi", "--max-gpu-gib", "12")
        assert code == 1
        assert "mistral-7b in fp16 does not fit the 11.5 GiB" in wrong

    def test_a_damaged_model_is_not_served(self, machine: Machine) -> None:
        machine.install(TINY)
        (machine.models / TINY.id / "model.safetensors").write_bytes(b"cut")
        assert machine.run("--backend", "llmapi")[0] == 1
        assert machine.served == []
