"""One engine to build, where that happens, and with which tools."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from engines.convert_commands import EXAMPLES, BuildPaths
from engines.engine_store import EngineStore
from engines.gpu import Gpu
from engines.plan import EnginePlan, PathsOf
from engines.progress import Progress
from engines.record import ModelRecord
from engines.toolchain import Toolchain

STEP_TIMEOUT_S = 120 * 60.0
# Asked of the `python3` that will run the converters; what is not installed there is left out.
_ASK_VERSIONS = """
import importlib.metadata as m, json, platform
found = {}
for name in ("tensorrt_llm", "tensorrt", "nvidia-modelopt"):
    try: found[name] = m.version(name)
    except m.PackageNotFoundError: pass
print(json.dumps(found | {"python": platform.python_version()}))
"""
_ASK_TIMEOUT_S = 60.0


class BuildReport(Progress, Protocol):
    def note(self, text: str) -> None:
        """One line for the person who watches."""


@dataclass(frozen=True)
class SeenTools:
    """What is installed where the build runs; None where it could not be seen.

    The image and its digest cannot be seen from inside: `scripts/build_engines.sh` hands them in.
    """

    image: str | None = None
    digest: str | None = None
    tensorrt_llm: str | None = None
    tensorrt: str | None = None
    cuda: str | None = None
    python: str | None = None
    modelopt: str | None = None


def see_tools(environ: Mapping[str, str]) -> SeenTools:
    """Ask the `python3` first in PATH; nothing is imported into this process, and nothing is raised."""
    try:
        asked = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["python3", "-c", _ASK_VERSIONS],  # noqa: S607 - the one the container puts first in PATH
            env=dict(environ),
            capture_output=True,
            text=True,
            timeout=_ASK_TIMEOUT_S,
            check=True,
        )
        found = json.loads(asked.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        found = {}
    return SeenTools(
        image=environ.get("COUNCIL_BUILD_IMAGE") or None,
        digest=environ.get("COUNCIL_BUILD_DIGEST") or None,
        tensorrt_llm=found.get("tensorrt_llm"),
        tensorrt=found.get("tensorrt"),
        cuda=environ.get("CUDA_VERSION") or None,
        python=found.get("python"),
        modelopt=found.get("nvidia-modelopt"),
    )


@dataclass(frozen=True)
class Workplace:
    """`examples_dir` is where the image keeps TensorRT-LLM's scripts; `device` is the GPU's number in nvidia-smi.

    `lock` is the descriptor of the store's lock (-1: not held yet).
    """

    store: EngineStore
    models_dir: Path
    environ: Mapping[str, str]
    report: BuildReport
    tools: SeenTools = SeenTools()
    examples_dir: str = EXAMPLES
    device: int = 0
    step_timeout_s: float = STEP_TIMEOUT_S
    grace_s: float = 10.0
    keep_checkpoints: bool = False
    builder_host: str = field(default_factory=lambda: platform.node() or "unknown")
    lock: int = -1

    def child_environ(self) -> dict[str, str]:
        """The environment of the build's programs: one GPU, logs without delay."""
        own = {"PYTHONUNBUFFERED": "1", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
        return {"CUDA_VISIBLE_DEVICES": str(self.device)} | dict(self.environ) | own


@dataclass(frozen=True)
class Job:
    """One engine, with everything its steps need to know."""

    plan: EnginePlan
    record: ModelRecord
    gpu: Gpu
    toolchain: Toolchain
    place: Workplace

    @property
    def engine_id(self) -> str:
        return self.plan.engine_id

    @property
    def work(self) -> Path:
        return self.place.store.work(self.engine_id)

    @property
    def checkpoint(self) -> Path:
        return self.work / "checkpoint"

    @property
    def engine(self) -> Path:
        return self.work / "engine"

    @property
    def source(self) -> Path:
        return self.place.models_dir / self.record.id

    @property
    def timing_cache(self) -> Path:
        """Kernel timings hold for one architecture and one version."""
        name = f"{self.toolchain.tensorrt_llm}-sm{self.plan.sm}.timing"
        return self.place.store.engines_dir / ".cache" / name

    @property
    def convert_argv(self) -> tuple[str, ...]:
        return self._with_examples(self.plan.convert.argv)

    @property
    def guide_argv(self) -> tuple[str, ...]:
        return self._with_examples(self.plan.guide.argv)

    @property
    def build_argv(self) -> tuple[str, ...]:
        made = str(self.work / "timing.cache")
        timing = ("--input_timing_cache", str(self.timing_cache), "--output_timing_cache", made)
        return (*self.plan.build.argv, *timing)

    def _with_examples(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        program, script, *flags = argv
        return (program, self.place.examples_dir + script.removeprefix(EXAMPLES), *flags)


def paths_below(engines_dir: Path, models_dir: Path) -> PathsOf:
    """Where a plan's commands read and write when they are run for these directories."""
    store = EngineStore(engines_dir)

    def paths_of(model_id: str, engine_id: str) -> BuildPaths:
        work = store.work(engine_id)
        return BuildPaths(str(models_dir / model_id), str(work / "checkpoint"), str(work / "engine"))

    return paths_of
