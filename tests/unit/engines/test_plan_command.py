"""`council engines plan` and `council engines vram`, run as a person runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from engines.gpu import GIB
from engines.host import Host, detect_host
from orchestrator.cli import app

ROOMY = ("--ram-gib", "64", "--disk-gib", "500")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["engines", *arguments])


def value(*arguments: str, exit_code: int = 0) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


def words(result: Result) -> str:
    """The output as one line, for sentences that are wrapped."""
    return " ".join(result.output.split())


@pytest.fixture
def nvidia_smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of nvidia-smi; the test writes what it does."""
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return program


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


class TestPlan:
    def test_an_rtx_4070(self) -> None:
        result = run("plan", "--gpu", "RTX 4070", "--vram-gib", "12", *ROOMY)
        assert result.exit_code == 0, result.output
        text = words(result)
        assert "RTX 4070, SM 89, 12.0 GiB, driver not known" in text
        assert "nvcr.io/nvidia/tritonserver:26.07-trtllm-python-py3" in text
        assert "mistral-7b/int8-sm89 7.5 GB 10240 29.5 GB 22.0 GB 7.5 GiB 2.5-7.1" in text
        assert (
            "codellama-7b fp16: the FP16 weights alone take 12.55 GiB, "
            "11.50 GiB of this card's 12.00 GiB are usable [weights_over_vram]"
        ) in text
        assert "TensorRT-LLM: the fastest LLM engine" in text
        assert "convert_checkpoint.py" not in text

    def test_the_commands_are_shown_when_asked_for(self) -> None:
        lines = run("plan", "--gpu", "L4", "--model", "phi-2", "--commands", *ROOMY).stdout.splitlines()
        at = lines.index("# phi-2/int8-sm89")
        assert lines[at + 1].startswith(
            "python3 /app/examples/models/core/phi/convert_checkpoint.py --model_dir "
        )
        assert lines[at + 2].startswith("trtllm-build --checkpoint_dir ")

    def test_json_has_bytes_and_arguments(self) -> None:
        plan = value("plan", "--gpu", "A100", "--vram-gib", "80", "--model", "mistral-7b", *ROOMY)
        assert plan["gpu"] == {"name": "A100", "sm": 80, "vram_bytes": 80 * GIB, "driver": None}
        assert [each["engine_id"] for each in plan["engines"]] == [
            "mistral-7b/int8-sm80",
            "mistral-7b/fp16-sm80",
        ]
        assert plan["engines"][0]["build"][0] == "trtllm-build"
        assert [each["code"] for each in plan["refused"]] == ["fp8_below_sm89"]
        assert plan["host"]["ram_bytes"] == 64 * GIB

    def test_a_card_that_is_refused_wholly_has_its_own_exit_code(self) -> None:
        result = run("plan", "--gpu", "GTX 1080", *ROOMY)
        assert result.exit_code == 3
        assert "GTX 1080 is SM 61; TensorRT-LLM 1.2.1 supports SM 80, 86, 89, 90, 100, 103, 120" in words(
            result
        )
        assert value("plan", "--gpu", "GTX 1080", *ROOMY, exit_code=3)["engines"] == []

    def test_this_machines_memory_and_disk_count_unless_others_are_given(self) -> None:
        assert "RAM" in words(run("plan", "--gpu", "L4"))
        short = value("plan", "--gpu", "L4", "--ram-gib", "8", "--disk-gib", "500", "--precision", "int8")
        assert {each["code"] for each in short["refused"]} == {"ram_short"}
        short = value("plan", "--gpu", "L4", "--ram-gib", "64", "--disk-gib", "20", "--precision", "int8")
        assert {each["code"] for each in short["refused"]} == {"disk_short"}

    def test_the_driver_chooses_the_container(self) -> None:
        plan = value("plan", "--gpu", "L4", "--driver", "550.54.14", *ROOMY)
        assert plan["toolchain"]["tag"] == "25.10-trtllm-python-py3"
        assert value("plan", "--gpu", "L4", "--driver", "470", *ROOMY, exit_code=3)["engines"] == []

    @pytest.mark.parametrize(
        ("arguments", "error", "fix"),
        [
            (["--gpu", "RTX 4075"], "no known card is called 'RTX 4075'", "RTX 4070"),
            (["--gpu", "L4", "--model", "gpt"], "no GPU model 'gpt'", "choose one of: "),
            (["--gpu", "L4", "--precision", "int4"], "no precision 'int4'", "choose from: int8, fp16, fp8"),
            (["--vram-gib", "12"], "describe a card named with", ""),
        ],
    )
    def test_a_wrong_command_line_is_an_error_and_a_fix(
        self, arguments: list[str], error: str, fix: str
    ) -> None:
        result = run("plan", *arguments)
        assert result.exit_code == 2
        assert f"error: {error}" in result.stderr or error in result.stderr
        assert fix in result.stderr
        assert "Traceback" not in result.output

    def test_a_driver_that_is_none_is_a_usage_error(self) -> None:
        result = run("plan", "--gpu", "L4", "--driver", "new")
        assert result.exit_code == 2
        assert "no driver version" in words(result)

    def test_help_names_the_exit_codes(self) -> None:
        for command in ("plan", "vram"):
            assert "3 all was refused" in words(run(command, "--help"))


class TestDetection:
    def test_the_card_in_the_machine_is_planned_for(self, nvidia_smi: Path) -> None:
        write_program(nvidia_smi, "echo 'NVIDIA GeForce RTX 4070, 8.9, 12282, 580.65.06'")
        plan = value("plan", *ROOMY)
        assert plan["gpu"]["vram_bytes"] == 12282 << 20
        assert plan["toolchain"]["tensorrt_llm"] == "1.2.1"
        assert not any("driver is not known" in text for text in plan["warnings"])

    def test_a_further_card_is_chosen_by_its_number(self, nvidia_smi: Path) -> None:
        cards = ("Tesla T4, 7.5, 15360, 580.65.06", "NVIDIA L4, 8.9, 23034, 580.65.06")
        write_program(nvidia_smi, "".join(f"echo '{card}'; " for card in cards))
        assert value("plan", "--device", "1", *ROOMY)["gpu"]["name"] == "NVIDIA L4"
        assert value("plan", *ROOMY, exit_code=3)["gpu"]["name"] == "Tesla T4"
        assert value("vram", "--device", "1")["gpu_vram_bytes"] == 23034 << 20
        assert "there is no GPU 2" in run("plan", "--device", "2").stderr

    @pytest.mark.parametrize(
        ("script", "error", "fix"),
        [
            (
                "echo 'NVIDIA-SMI has failed'; exit 9",
                "ended with code 9: NVIDIA-SMI has failed",
                "modprobe nvidia",
            ),
            ("echo 'No devices were found'", "found no device", "passed through"),
            ("echo gibberish", "printed 'gibberish'", "--gpu NAME"),
        ],
    )
    def test_a_broken_driver_is_said_so(self, nvidia_smi: Path, script: str, error: str, fix: str) -> None:
        write_program(nvidia_smi, script)
        for command in ("plan", "vram"):
            result = run(command)
            assert result.exit_code == 1
            assert error in result.stderr
            assert fix in result.stderr

    def test_no_nvidia_smi(self, nvidia_smi: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(nvidia_smi.parent))
        result = run("plan")
        assert result.exit_code == 1
        assert "nvidia-smi is not on this machine" in result.stderr
        assert "--gpu NAME" in result.stderr


class TestVram:
    def test_12_gb(self) -> None:
        text = words(run("vram", "--gpu-gib", "12"))
        assert "card 12.0 GiB, 11.5 GiB usable, 0.5 GiB of it kept free" in text
        assert "mistral-7b int8: 10240 / 10240, tinyllama-1.1b int8: 11904 / 11904 8.14 1.50 0.99 yes" in text
        assert "mistral-7b int8: 10240 / 24832 6.99 1.25 2.77 yes" in text
        assert "1. load mistral-7b int8 with 10240 KV tokens" in text
        assert "for codellama-7b int8 (3072 KV tokens) unload mistral-7b" in text

    def test_json(self) -> None:
        plan = value("vram", "--gpu-gib", "12")
        assert plan["load_order"] == ["mistral-7b", "tinyllama-1.1b"]
        assert len(plan["sets"]) == 15
        assert plan["recommended"]["verdict"] == "yes"
        assert plan["usable_bytes"] == int(11.5 * GIB)

    def test_a_desktop_leaves_less(self) -> None:
        assert value("vram", "--gpu-gib", "12", "--desktop")["usable_bytes"] == int(10.5 * GIB)

    def test_named_precisions_are_all_judged(self) -> None:
        plan = value(
            "vram", "--gpu-gib", "12", "--model", "mistral-7b", "--precision", "int8", "--precision", "fp16"
        )
        verdicts = {each["models"][0]["precision"]: each["verdict"] for each in plan["sets"]}
        assert verdicts == {"int8": "yes", "fp16": "no"}

    def test_a_card_rules_out_what_it_cannot_run(self) -> None:
        plan = value("vram", "--gpu", "B200")
        used = {one["precision"] for each in plan["sets"] for one in each["models"]}
        assert used == {"fp8", "fp16"}
        assert plan["gpu_vram_bytes"] == 180 * GIB

    def test_a_named_card_may_be_given_other_memory(self) -> None:
        assert value("vram", "--gpu", "RTX 3060", "--gpu-gib", "12")["gpu_vram_bytes"] == 12 * GIB

    def test_nothing_fits(self) -> None:
        result = run("vram", "--gpu-gib", "1")
        assert result.exit_code == 3
        assert "no model fits on this card" in result.output

    def test_an_unknown_model_is_a_wrong_command_line(self) -> None:
        result = run("vram", "--gpu-gib", "12", "--model", "gpt")
        assert result.exit_code == 2
        assert "no GPU model 'gpt'" in result.stderr


def test_the_command_line_loads_no_planner_until_it_is_asked_to() -> None:
    code = "import sys, orchestrator.cli; print([m for m in sys.modules if m.startswith('engines.')])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_the_host_is_read_where_the_engines_will_go(tmp_path: Path) -> None:
    host = detect_host(tmp_path / "not" / "yet" / "there")
    assert isinstance(host, Host)
    assert host.ram_bytes > 100 << 20
    assert host.free_disk_bytes > 0
    assert (host.os, host.os.lower()) == (host.os, host.os)


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--gpu", "L4", "--vram-gib", "inf"),
        ("plan", "--gpu", "L4", "--ram-gib", "inf"),
        ("plan", "--gpu", "L4", "--disk-gib", "1e300"),
        ("vram", "--gpu-gib", "inf"),
        ("vram", "--gpu-gib", "1e12"),
    ],
)
def test_what_is_no_amount_of_memory_is_a_wrong_command_line(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "is no amount of memory" in result.stderr
