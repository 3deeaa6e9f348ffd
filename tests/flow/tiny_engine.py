"""An engine of the tiny model, made without any build: for tests that look at engines, not at how they are built."""

from __future__ import annotations

from pathlib import Path

from engines.convert_commands import build_command, convert_command
from engines.gpu import GIB, Gpu
from engines.manifest import EngineManifest
from engines.preflight import Wanted
from engines.toolchain import PRIMARY
from tests.fakes.engines_on_disk import CONTENT, NOWHERE, manifest_of, write_engine
from tests.flow.tiny_model import install, tiny_record

GPU = Gpu("NVIDIA GeForce RTX 4070", 89, 12 * GIB, "580.65.06")
ENGINE_BYTES = CONTENT


def tiny_manifest() -> EngineManifest:
    return manifest_of(tiny_record(), "fp16")


def make_engine(root: Path) -> tuple[Path, Wanted]:
    """An engine directory, and what it is in every respect as wanted for."""
    record = tiny_record()
    source = install(root / "models", record)
    directory = write_engine(root / "engines", record, "fp16")
    wanted = Wanted(
        record=record,
        gpu=GPU,
        toolchain=PRIMARY,
        source_dir=source,
        convert=convert_command(record, "fp16", NOWHERE),
        build=build_command(record, "fp16", NOWHERE),
    )
    return directory, wanted
