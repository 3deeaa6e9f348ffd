"""A machine to build on, made of stand-ins: a PATH, an examples directory, a model, and the real `python3 -m engines`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engines.build_command import BuildRequest, CardChoice, run_build
from engines.verify_command import Judged, VerifyRequest, judge
from tests.flow.tiny_model import MODEL, install, record_data, tiny_record, write_record

ROOT = Path(__file__).resolve().parents[2]
STAND_INS = Path(__file__).with_name("stand_ins")
EXAMPLES = {
    "models/core/llama/convert_checkpoint.py": "convert_llama.py",
    "models/core/phi/convert_checkpoint.py": "convert_phi.py",
    "quantization/quantize.py": "quantize.py",
    "generate_xgrammar_tokenizer_info.py": "guide_writer.py",
}
PROGRAMS = {"trtllm-build": "trtllm_build.py", "nvidia-smi": "nvidia_smi.py"}
ENGINE = f"{MODEL}/fp16-sm89"
DEADLINE_S = 60.0


@dataclass(frozen=True)
class Site:
    root: Path
    environ_more: dict[str, str] = field(default_factory=dict)

    @property
    def engines_dir(self) -> Path:
        return self.root / "engines"

    @property
    def models_dir(self) -> Path:
        return self.root / "models"

    @property
    def records_dir(self) -> Path:
        return self.root / "records"

    @property
    def examples_dir(self) -> Path:
        return self.root / "examples"

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        path = f"{self.root / 'bin'}:/usr/bin:/bin"
        own = {"PATH": path, "PYTHONPATH": str(ROOT), "STAND_IN_DIR": str(self.root / "stand-in")}
        image = {"COUNCIL_BUILD_IMAGE": "nvcr.io/nvidia/tritonserver:26.07-trtllm-python-py3"}
        return kept | own | image | self.environ_more

    def arguments(self, command: str, *more: str) -> list[str]:
        places = [f"--{name}-dir={getattr(self, f'{name}_dir')}" for name in ("engines", "models", "records")]
        examples = [f"--examples-dir={self.examples_dir}"] if command == "build" else []
        return [sys.executable, "-m", "engines", command, *places, *examples, *more]

    def run(self, command: str, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.arguments(command, *more),
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )

    def build(self, *more: str, precision: str = "fp16") -> subprocess.CompletedProcess[str]:
        return self.run("build", f"--precision={precision}", *more)

    def build_here(self) -> tuple[int, str]:
        """As `build`, in this process: quicker, for runs that are expected to go well."""
        request = BuildRequest(
            engines_dir=self.engines_dir,
            models_dir=self.models_dir,
            precisions=("fp16",),
            examples_dir=str(self.examples_dir),
            records_dir=self.records_dir,
        )
        said: list[str] = []
        with self.as_environ():
            return run_build(request, said.append, dict(os.environ)), "\n".join(said)

    def verify_here(self) -> list[Judged]:
        """What `verify` is made of, contents read, with the stand-in for nvidia-smi."""
        request = VerifyRequest(self.engines_dir, self.models_dir, records_dir=self.records_dir)
        with self.as_environ():
            return judge(request)

    @contextmanager
    def as_environ(self) -> Iterator[None]:
        before = dict(os.environ)
        os.environ.update(self.environ)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def start_build(self, precision: str = "fp16") -> subprocess.Popen[str]:
        """A builder that a test may stop or kill."""
        return subprocess.Popen(
            self.arguments("build", f"--precision={precision}"),
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def fault(self, **faults: Any) -> None:
        """What goes wrong from now on; nothing without arguments."""
        (self.root / "stand-in" / "faults.json").write_text(json.dumps(faults))

    def calls(self, program: str) -> list[list[str]]:
        """The argument lists a stand-in was called with."""
        path = self.root / "stand-in" / "calls.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        called = [json.loads(line) for line in lines]
        return [call["argv"] for call in called if call["program"] == program]

    def wait_for(self, name: str) -> str:
        """Wait until a stand-in has left this file, and return what is in it."""
        path, deadline = self.root / "stand-in" / name, time.monotonic() + DEADLINE_S
        while not (path.exists() and path.read_text()):
            assert time.monotonic() < deadline, f"no stand-in reached {name}"
            time.sleep(0.02)
        return path.read_text()

    def found(self) -> list[Judged]:
        """What `list` is made of; in this process, because it is asked often."""
        request = VerifyRequest(self.engines_dir, self.models_dir, quick=True, records_dir=self.records_dir)
        return judge(replace(request, card=CardChoice("RTX 4070", driver="580.65.06")))

    def served(self) -> list[str]:
        """The engines that are offered to a server."""
        return [each.engine.engine_id for each in self.found() if each.servable]

    def findings(self, *more: str) -> dict[str, dict[str, str]]:
        """What `verify` says of the one engine, without what is in order."""
        done = self.run("verify", "--json", *more)
        (engine,) = json.loads(done.stdout)
        assert (done.returncode == 0) == engine["servable"]
        return {found["field"]: found for found in engine["findings"] if found["verdict"] != "ok"}


def prepared(root: Path, *models: str) -> Site:
    """A site with stand-ins first in PATH and the weights of `models` installed."""
    site = Site(root)
    for directory in (root / "bin", root / "stand-in", site.models_dir):
        directory.mkdir(parents=True)
    shutil.copytree(STAND_INS, root / "programs", ignore=shutil.ignore_patterns("__pycache__"))
    for name, program in PROGRAMS.items():
        _script(root / "bin" / name, root / "programs" / program)
    _script(root / "bin" / "python3", None)
    for name, program in EXAMPLES.items():
        target = site.examples_dir / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            f"import runpy, sys\nsys.path.insert(0, {str(root / 'programs')!r})\n"
            f"runpy.run_path({str(root / 'programs' / program)!r}, run_name='__main__')\n"
        )
    for model_id in models or (MODEL,):
        write_record(site.records_dir, record_data(model_id))
        install(site.models_dir, tiny_record(model_id))
    return site


def _script(path: Path, program: Path | None) -> None:
    # Isolated from site-packages: a stand-in is quick to start, and needs nothing.
    target = f' "{program}"' if program else ""
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -B{target} "$@"\n')
    path.chmod(0o755)
