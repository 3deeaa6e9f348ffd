from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.cli import doctor
from orchestrator.cli.doctor import GIB, Finding, Status
from orchestrator.settings import PROJECT_ROOT, Settings
from orchestrator.supervision.ports import free_ports


def test_this_machine_is_fit_and_every_finding_is_complete() -> None:
    findings = {finding.check: finding for finding in doctor.examine()}
    for check in ("python", "system", "council packages", "triton packages", "libpython", "triton server"):
        assert findings[check].status == "ok", findings[check]
    assert findings["triton python stub"].status == "ok"
    assert all(finding.detail for finding in findings.values())
    assert all(finding.fix for finding in findings.values() if finding.status == "missing")


def test_json_and_the_exit_code_say_that_something_is_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orchestrator.cli", "doctor", "--json"],
        env={"PATH": "/usr/bin:/bin", "COUNCIL_DATA_DIR": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    findings = {item["check"]: item for item in json.loads(done.stdout)}
    assert done.returncode == 1
    assert findings["model"]["status"] == "missing"
    assert "council models pull" in findings["model"]["fix"]
    assert findings["embedder"]["status"] == "warning"
    assert "council models pull" in findings["embedder"]["fix"]


@pytest.mark.parametrize(
    ("have_bytes", "status"), [(8 * GIB, "ok"), (int(1.5 * GIB), "warning"), (GIB // 2, "missing")]
)
def test_memory_is_judged_by_what_council_needs(have_bytes: int, status: Status) -> None:
    assert doctor.memory(have_bytes).status == status


@pytest.mark.parametrize(
    ("cpuinfo", "status", "words"),
    [
        ("flags : sse avx2 fma f16c\n", "ok", "avx2, fma, f16c"),
        ("flags : sse avx2 fma\n", "warning", "without f16c"),
        ("processor : 0\n", "warning", "without avx2, fma, f16c"),
    ],
)
def test_a_slow_cpu_is_a_warning(tmp_path: Path, cpuinfo: str, status: Status, words: str) -> None:
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    found = doctor.cpu_flags(tmp_path / "cpuinfo")
    assert (found.status, words in found.detail) == (status, True)


def test_shared_memory_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert doctor.shared_memory(tmp_path / "none").status == "missing"


def test_an_environment_that_is_absent_incomplete_or_not_as_locked(tmp_path: Path) -> None:
    project = PROJECT_ROOT / "triton_repo"
    assert doctor.environment("it", tmp_path / "none", project) == Finding(
        "it", "missing", f"there is no environment in {tmp_path / 'none'}", "run: make setup"
    )
    site = tmp_path / "venv" / "lib" / "python3.11" / "site-packages"
    for name in ("numpy", "llguidance", "xllamacpp", "nvidia_pytriton"):
        source = next(PROJECT_ROOT.glob(f".venv-triton/lib/python3.*/site-packages/{name}-*.dist-info"))
        shutil.copytree(source, site / source.name)
    assert doctor.environment("it", tmp_path / "venv", project).status == "ok"

    metadata = next(site.glob("numpy-*.dist-info")) / "METADATA"
    metadata.write_text(metadata.read_text().replace("Version: 1.", "Version: 2.", 1))
    changed = doctor.environment("it", tmp_path / "venv", project)
    assert changed.status == "warning"
    assert "numpy 2." in changed.detail

    shutil.rmtree(metadata.parent)
    absent = doctor.environment("it", tmp_path / "venv", project)
    assert (absent.status, absent.detail) == ("missing", "not installed: numpy")


def test_a_busy_port_is_missing_with_its_owner_and_its_setting() -> None:
    ports = free_ports(4)
    settings = Settings(
        port=ports[0], triton_grpc_port=ports[1], triton_http_port=ports[2], triton_metrics_port=ports[3]
    )
    with socket.create_server(("127.0.0.1", ports[1])):
        findings = {finding.check: finding for finding in doctor.ports(settings)}
    assert findings["triton grpc port"].status == "missing"
    assert "(pid " in findings["triton grpc port"].detail
    assert "COUNCIL_TRITON_GRPC_PORT" in findings["triton grpc port"].fix
    assert findings["port"].status == "ok"


def test_settings_that_cannot_be_read_are_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNCIL_PORT", "ninethousand")
    found = {finding.check: finding for finding in doctor.examine()}["settings"]
    assert found.status == "missing"
    assert found.detail.startswith("COUNCIL_PORT: ")
