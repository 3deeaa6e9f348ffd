"""`council doctor`: what this machine has, what it lacks, and how to get it."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Literal

import psutil

from orchestrator.cli.console import Problem, load_settings, paint, print_to
from orchestrator.cli.program import as_typed, program
from orchestrator.settings import PROJECT_ROOT, Settings
from orchestrator.supervision.errors import SupervisionError
from orchestrator.supervision.ports import bind_error, port_owner
from orchestrator.supervision.triton_installation import TritonInstallation

Status = Literal["ok", "warning", "missing"]
COLOURS: dict[Status, int] = {"ok": 32, "warning": 33, "missing": 31}
FAST_FLAGS = ("avx2", "fma", "f16c")
MIN_GLIBC = (2, 35)
GIB = 2**30
MIN_RAM_BYTES, GOOD_RAM_BYTES = 1 * GIB, 2 * GIB
MIN_DISK_BYTES, GOOD_DISK_BYTES = GIB // 4, 2 * GIB
GOOD_SHARED_MEMORY_BYTES = 64 * 2**20
RUN_TIMEOUT_S = 20
LOADER = "/lib64/ld-linux-x86-64.so.2"
SETUP = "run: make setup"


@dataclass(frozen=True, slots=True)
class Finding:
    """`missing` means Council cannot run like this; `warning` that it runs, but worse."""

    check: str
    status: Status
    detail: str
    fix: str = ""


def run_doctor(*, as_json: bool) -> int:
    """Print every finding; return 1 when something required is missing."""
    findings = list(examine())
    if as_json:
        print_to(sys.stdout, json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            _show(finding)
    return int(any(finding.status == "missing" for finding in findings))


def _show(finding: Finding) -> None:
    status = paint(f"{finding.status:<8}", COLOURS[finding.status], sys.stdout)
    print_to(sys.stdout, f"{status}{finding.check:<20}{finding.detail}")
    if finding.fix:
        print_to(sys.stdout, f"{'':<28}-> {finding.fix}")


def examine(root: Path = PROJECT_ROOT) -> Iterator[Finding]:
    """Check this machine. Changes nothing; a check that itself cannot be done is a finding too."""
    triton = TritonInstallation(root)
    yield python_version()
    yield operating_system()
    yield cpu_flags(Path("/proc/cpuinfo"))
    yield memory(psutil.virtual_memory().total)
    yield environment("council packages", root / ".venv", root)
    yield environment("triton packages", triton.venv, root / "triton_repo")
    yield from (_guarded("libpython", libpython, triton), _guarded("triton server", server_binary, triton))
    yield _guarded("triton python stub", stub_binary, triton)
    yield _guarded("llama.cpp", llama_cpp, triton)
    yield shared_memory(Path("/dev/shm"))  # noqa: S108 - asked about, not written to
    try:
        settings = load_settings()
    except Problem as problem:
        yield Finding("settings", "missing", problem.message, problem.fix)
        return
    yield Finding("settings", "ok", f"data in {settings.data_dir}")
    yield disk(settings.data_dir)
    yield model(settings)
    yield embedder(settings)
    yield from ports(settings)


def _guarded(
    check: str, probe: Callable[[TritonInstallation], Finding], triton: TritonInstallation
) -> Finding:
    try:
        return probe(triton)
    except SupervisionError as error:
        return Finding(check, "missing", error.message, error.fix)


def python_version() -> Finding:
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] < (3, 15):
        return Finding("python", "ok", f"{version} at {sys.executable}")
    return Finding(
        "python", "missing", version, "use Python 3.11 to 3.14: make setup PYTHON=/path/to/python3.12"
    )


def operating_system() -> Finding:
    name, version = platform.libc_ver()
    detail = f"{platform.system()} {platform.machine()}, {name or 'unknown C library'} {version}"
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if (
        platform.system() == "Linux"
        and platform.machine() == "x86_64"
        and name == "glibc"
        and numbers >= MIN_GLIBC
    ):
        return Finding("system", "ok", detail)
    return Finding(
        "system", "missing", detail, "the CPU server needs Linux on x86-64 with glibc 2.35 or newer"
    )


def cpu_flags(cpuinfo: Path) -> Finding:
    """The engine runs without these instructions, at a fraction of the speed."""
    try:
        lines = [line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")]
    except OSError as error:
        return Finding("cpu", "warning", f"{cpuinfo} cannot be read ({error.strerror})")
    flags = lines[0].split() if lines else []
    lacking = [flag for flag in FAST_FLAGS if flag not in flags]
    cores = f"{os.cpu_count()} cores"
    if lacking:
        return Finding(
            "cpu", "warning", f"{cores}, without {', '.join(lacking)}", "expect slow answers on this CPU"
        )
    return Finding("cpu", "ok", f"{cores}, {', '.join(FAST_FLAGS)}")


def memory(total_bytes: int) -> Finding:
    return _amount("memory", total_bytes, MIN_RAM_BYTES, GOOD_RAM_BYTES, "give this machine more memory")


def disk(data_dir: Path) -> Finding:
    place = data_dir
    while not place.exists():
        place = place.parent
    fix = f"free some space on the disk of {place}, or set COUNCIL_DATA_DIR"
    return _amount("disk", shutil.disk_usage(place).free, MIN_DISK_BYTES, GOOD_DISK_BYTES, fix)


def shared_memory(directory: Path) -> Finding:
    """Triton's Python backend passes tensors through it; a container has 64 MB of it unless told otherwise."""
    if not directory.is_dir():
        return Finding("shared memory", "missing", f"there is no {directory}", "mount a tmpfs there")
    free = shutil.disk_usage(directory).free
    fix = "give the container more (docker run --shm-size=256m), or remove what fills it"
    return _amount("shared memory", free, GOOD_SHARED_MEMORY_BYTES // 4, GOOD_SHARED_MEMORY_BYTES, fix)


def _amount(check: str, have: int, least: int, good: int, fix: str) -> Finding:
    detail = f"{have / GIB:.1f} GiB" if have >= GIB else f"{have / 2**20:.0f} MiB"
    if have >= good:
        return Finding(check, "ok", detail)
    return Finding(check, "warning" if have >= least else "missing", detail, fix)


def environment(check: str, venv: Path, project: Path) -> Finding:
    """Compare what is installed in `venv` with the project's lock file."""
    sites = sorted(venv.glob("lib/python3.*/site-packages"))
    if not sites:
        return Finding(check, "missing", f"there is no environment in {venv}", SETUP)
    installed = {_normal(item.name): item for item in distributions(path=[str(site) for site in sites])}
    locked = _locked_versions(project / "uv.lock")
    absent = sorted(_direct_dependencies(project / "pyproject.toml") - installed.keys())
    if absent:
        return Finding(check, "missing", f"not installed: {', '.join(absent)}", SETUP)
    wrong = sorted(_mismatches(installed, locked))
    if wrong:
        return Finding(
            check, "warning", f"not as locked: {', '.join(wrong)}", f"{SETUP} (first: rm -r {venv})"
        )
    return Finding(check, "ok", f"{len(installed)} packages as locked")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked_versions(lock: Path) -> dict[str, set[str]]:
    """A name can be locked at several versions, one for each range of Python versions."""
    versions: dict[str, set[str]] = {}
    for package in tomllib.loads(lock.read_text())["package"]:
        versions.setdefault(_normal(package["name"]), set()).add(package.get("version", ""))
    return versions


def _direct_dependencies(pyproject: Path) -> set[str]:
    requirements = tomllib.loads(pyproject.read_text())["project"]["dependencies"]
    names = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {_normal(match[0]) for match in names if match}


def _mismatches(installed: dict[str, Distribution], locked: dict[str, set[str]]) -> Iterator[str]:
    for name, item in installed.items():
        if name in locked and item.version not in locked[name]:
            yield f"{name} {item.version} (locked {' or '.join(sorted(locked[name]))})"


def libpython(triton: TritonInstallation) -> Finding:
    return Finding("libpython", "ok", str(triton.libpython()))


def server_binary(triton: TritonInstallation) -> Finding:
    """Its --help exits with 1 as well, so what it says is what tells."""
    done = _run(triton, [str(triton.binary), "--help"])
    if "Usage: tritonserver" in done.stdout + done.stderr:
        return Finding("triton server", "ok", "starts")
    return Finding("triton server", "missing", _last_line(done), f"{SETUP} (first: rm -r {triton.venv})")


def stub_binary(triton: TritonInstallation) -> Finding:
    """Without arguments a stub that loads says so and exits with 1; one that lacks a library exits with 127."""
    # Through the loader: the wheel's copy of the stub need not be executable.
    done = _run(triton, [LOADER, str(triton.stub)])
    if done.returncode == 1:
        return Finding("triton python stub", "ok", f"loads with Python {triton.python_minor}")
    return Finding("triton python stub", "missing", _last_line(done), SETUP)


def llama_cpp(triton: TritonInstallation) -> Finding:
    """The wheel's build has kernels for AVX2 at most; the other one is brought by scripts/get_llama_cpp.py."""
    native = triton.site_packages / "llama_cpp_native"
    try:
        version = (native / "VERSION").read_text().strip()
    except OSError:
        fix = f"run: {as_typed('scripts/get_llama_cpp.py')}"
        return Finding("llama.cpp", "warning", "the slower build, without AVX-512 and AMX", fix)
    backends = len(list(native.glob("libggml-cpu-*.so")))
    return Finding("llama.cpp", "ok", f"{version}, kernels for {backends} generations of processors")


def _run(triton: TritonInstallation, command: list[str]) -> subprocess.CompletedProcess[str]:
    libraries = f"{triton.libraries}:{triton.libpython().parent}"
    env = {**os.environ, "LD_LIBRARY_PATH": libraries}
    try:
        return subprocess.run(  # noqa: S603 - our own binaries
            command, env=env, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 126, "", str(error))


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else f"exits with {done.returncode}"


def model(settings: Settings) -> Finding:
    """Read every byte of the default model and compare it with its record."""
    from engines.errors import EngineError
    from engines.record import load_records
    from engines.store import ModelStore

    name = settings.default_model
    try:
        differences = ModelStore(settings.models_dir, load_records()).verify(name)
    except EngineError as error:
        return Finding("model", "missing", error.message, as_typed(error.fix))
    if differences:
        details = "; ".join(f"{difference.file}: {difference.message}" for difference in differences)
        return Finding(
            "model", "missing", f"{name} is damaged: {details}", f"run: {program()} models pull {name}"
        )
    return Finding("model", "ok", f"{name} is installed and intact")


def embedder(settings: Settings) -> Finding:
    """Without it decisions are made from words alone, which is worse but works."""
    from engines.errors import EngineError
    from orchestrator.cli.embedder import open_embedder_store

    store = open_embedder_store(settings.models_dir)
    try:
        store.verified_path()
    except EngineError as error:
        return Finding("embedder", "warning", error.message, as_typed(error.fix))
    return Finding("embedder", "ok", f"{store.record.id} is installed and intact")


def ports(settings: Settings) -> Iterator[Finding]:
    holders = _our_processes(settings.run_dir)
    for name in ("port", "triton_grpc_port", "triton_http_port", "triton_metrics_port"):
        number = getattr(settings, name)
        host = settings.host if name == "port" else settings.triton_host
        yield _port(name.replace("_", " "), number, host, name, holders)


def _port(check: str, number: int, host: str, setting: str, holders: set[int]) -> Finding:
    if bind_error(host, number) is None:
        return Finding(check, "ok", f"{number} is free")
    owner = port_owner(number)
    if owner and owner.pid in holders:
        return Finding(check, "ok", f"{number} is held by this Council, which is running")
    fix = f"stop it, or choose another port: COUNCIL_{setting.upper()}"
    return Finding(check, "missing", f"{number} is held by {owner or 'an unknown process'}", fix)


def _our_processes(run_dir: Path) -> set[int]:
    """The processes under the supervisors that hold this data directory."""
    pids: set[int] = set()
    for lock in run_dir.glob("*.lock"):
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            supervisor = psutil.Process(int(lock.read_text()))
            pids |= {supervisor.pid, *(child.pid for child in supervisor.children(recursive=True))}
    return pids
