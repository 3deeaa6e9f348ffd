"""`scripts/build_engines.sh`, run as it is, with stand-ins for docker, nvidia-smi and NVIDIA's programs."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.flow.site import ENGINE, ROOT, Site

SCRIPT = ROOT / "scripts" / "build_engines.sh"
IMAGE = "nvcr.io/nvidia/tritonserver:26.07-trtllm-python-py3"
DIGEST = "sha256:" + "ab" * 32
DOCKER = f"""#!/bin/sh
case "$1 $2" in
    "image inspect") [ "$3" != --format ] || echo "nvcr.io/nvidia/tritonserver@{DIGEST}" ;;
    version*) ;;
    "run --rm") printf '%s\\n' "$@" >"$STAND_IN_DIR/docker" ;;
    *) exit 1 ;;
esac
"""


def run_script(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    places = {
        "COUNCIL_ENGINES_DIR": str(site.engines_dir),
        "COUNCIL_MODELS_DIR": str(site.models_dir),
        "HOME": str(site.root),
    }
    return subprocess.run(
        [str(SCRIPT), *arguments], env=site.environ | places, capture_output=True, text=True, timeout=60
    )


def use_full_python(site: Site) -> None:
    """In the container `python3` has pydantic; so has this one."""
    path = site.root / "bin" / "python3"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')


def test_it_is_clean_to_shellcheck() -> None:
    checker = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([str(checker), str(SCRIPT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_help_is_shown_without_anything_installed(tmp_path: Path) -> None:
    environ = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run([str(SCRIPT), "--help"], env=environ, capture_output=True, text=True)
    assert done.returncode == 0
    assert "--assume-gpu NAME" in done.stdout


def test_a_dry_run_without_a_card_refuses_and_plans_for_an_assumed_one(site: Site) -> None:
    for name in ("nvidia-smi", "trtllm-build"):
        (site.root / "bin" / name).unlink()
    refused = run_script(site, "--dry-run")
    assert refused.returncode == 1
    assert "nothing can be built here: nvidia-smi is not on this machine" in refused.stderr
    assert '--dry-run --assume-gpu "RTX 4070"' in refused.stderr
    planned = run_script(site, "--dry-run", "--assume-gpu", "RTX 4070", "--driver=580.1", "--precision=int8")
    assert planned.returncode == 0, planned.stderr
    assert "tinyllama-1.1b/int8-sm89" in planned.stdout
    assert "codellama-7b/int8-sm89" in planned.stdout
    assert f"docker pull {IMAGE}\n" in planned.stdout
    (entered,) = [line for line in planned.stdout.splitlines() if line.startswith("  docker run --rm")]
    assert shlex.split(entered)[-2:] == ["--models-dir=/models", "--precision=int8"]
    assert not site.engines_dir.exists()


def test_inside_the_container_it_builds(site: Site) -> None:
    use_full_python(site)
    more = (f"--records-dir={site.records_dir}", f"--examples-dir={site.examples_dir}", "--precision=fp16")
    done = run_script(site, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    assert site.served() == [ENGINE]


def test_outside_it_enters_the_pinned_container_with_this_users_ids(site: Site) -> None:
    (site.root / "bin" / "trtllm-build").unlink()
    docker = site.root / "bin" / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    done = run_script(site, f"--records-dir={site.records_dir}", "--precision=int8")
    assert done.returncode == 0, done.stdout + done.stderr
    called = (site.root / "stand-in" / "docker").read_text().splitlines()
    for option in ("--gpus", "--shm-size=2g", "memlock=-1", "stack=67108864", f"{os.getuid()}:{os.getgid()}"):
        assert option in called
    assert f"{site.models_dir}:/models:ro" in called
    assert f"{site.engines_dir}:/engines" in called
    assert f"COUNCIL_BUILD_IMAGE={IMAGE}" in called
    assert f"COUNCIL_BUILD_DIGEST={DIGEST}" in called
    command = called[called.index(IMAGE) + 1 :]
    assert command[:4] == ["python3", "-m", "engines", "build"]
    assert command[-2:] == [f"--records-dir={site.records_dir}", "--precision=int8"]
    source = json.loads((site.engines_dir / ".work" / "tiny-llama" / "source.json").read_text())
    assert "model.safetensors" in source["result"]


def test_outside_without_docker_it_says_what_to_install(site: Site) -> None:
    (site.root / "bin" / "trtllm-build").unlink()
    tools = ("bash", "sh", "dirname", "realpath", "cat", "id", "uname", "mkdir", "sed", "head")
    for name in tools:
        (site.root / "bin" / name).symlink_to(shutil.which(name) or name)
    site.environ_more["PATH"] = str(site.root / "bin")
    done = run_script(site, f"--records-dir={site.records_dir}")
    assert done.returncode == 1
    assert "docker is not on this machine" in done.stderr
    assert "download" not in done.stdout + done.stderr
    assert "NVIDIA Container Toolkit" in done.stderr


def test_the_directories_are_settings_not_options(site: Site) -> None:
    done = run_script(site, "--engines-dir=/elsewhere")
    assert done.returncode == 2
    assert "COUNCIL_ENGINES_DIR" in done.stderr
