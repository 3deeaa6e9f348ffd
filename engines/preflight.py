"""Whether an engine on disk may be served here: every difference, with both values and what it means.

The rules are the table of the inference contract, section 6.3. What is not known here (no GPU seen, no tokenizer
installed) is said, never assumed equal. `quick` compares the sizes of the engine's files and not their contents: it
does not catch a flipped bit, or a file replaced by another one of the same size.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engines.convert_commands import Command
from engines.disk import sha256_of
from engines.engine_config import EngineConfig, EngineResult, read_engine_config
from engines.errors import EngineConfigBroken, GpuUnreadable, ManifestError
from engines.expected import chat_template_sha256, expected_quantization, tokenizer_files
from engines.finding import Finding, Verdict, compare, unknown
from engines.gpu import Gpu
from engines.installed import pinned_by_first_pull
from engines.known_gpus import same_card
from engines.manifest import (
    CONFIG,
    FILES,
    MANIFEST,
    EngineManifest,
    FileFacts,
    portable_arguments,
    read_manifest,
)
from engines.progress import Progress, Silent
from engines.quality_check import NEEDED_AGREEMENT, REFERENCE, needs_gate, text_sha256
from engines.record import ModelRecord, SnapshotSource
from engines.toolchain import Toolchain, driver_branch
from engines.vram import UNALLOCATED_BYTES


@dataclass(frozen=True)
class Wanted:
    """What an engine is compared with. None: not known here, which is reported where it matters.

    `source_dir` holds the model's tokenizer files; `convert` and `build` are the commands a build would run now.
    """

    record: ModelRecord
    gpu: Gpu | None = None
    toolchain: Toolchain | None = None
    source_dir: Path | None = None
    convert: Command | None = None
    build: Command | None = None
    os: str = field(default_factory=lambda: platform.system().lower())
    arch: str = field(default_factory=lambda: platform.machine().lower())


def verify(
    directory: Path, wanted: Wanted, *, quick: bool = False, progress: Progress | None = None
) -> tuple[Finding, ...]:
    """Compare the engine in `directory` with `wanted`, field by field; equal fields are `ok` findings.

    Raises OSError only for a disk that fails while a file is read.
    """
    try:
        manifest = read_manifest(directory)
    except ManifestError as error:
        return (Finding("manifest", MANIFEST, type(error).__name__, "rebuild", error.message),)
    try:
        config = read_engine_config(directory / CONFIG)
    except EngineConfigBroken as error:
        broken = Finding("files.config.json", "readable", "not readable", "rebuild", error.message)
        return (broken, *_files(directory, manifest, quick=quick, progress=progress or Silent()))
    return (
        *_identity(directory, manifest, wanted),
        *_source(manifest, wanted),
        *_tokenizer(manifest, wanted),
        *_toolchain(manifest, config, wanted),
        *_platform(manifest, wanted),
        *_precision(manifest, config, wanted.record),
        *_build(manifest, config, wanted),
        *_files(directory, manifest, quick=quick, progress=progress or Silent()),
        *_check(manifest, wanted.record),
    )


def memory_before_load(manifest: EngineManifest, record: ModelRecord, free_bytes: int) -> Finding:
    """Whether the engine, its KV budget, its runtime and the reserve fit into what is free on the card now."""
    if record.gpu is None:
        raise ValueError(f"{record.id} has no [gpu] table")
    engine = sum(facts.size_bytes for name, facts in manifest.files.items() if name.endswith(".engine"))
    needed = engine + record.gpu.kv_budget_bytes + record.gpu.runtime_bytes + UNALLOCATED_BYTES
    parts = ", ".join(
        f"{what} {size / 2**30:.2f}"
        for what, size in (
            ("engine", engine),
            ("KV cache", record.gpu.kv_budget_bytes),
            ("runtime", record.gpu.runtime_bytes),
            ("kept free", UNALLOCATED_BYTES),
        )
    )
    verdict: Verdict = "ok" if needed <= free_bytes else "refuse"
    reason = "" if verdict == "ok" else f"GiB needed: {parts}; unload another model first"
    return Finding(
        "memory", f"{free_bytes / 2**30:.2f} GiB free", f"{needed / 2**30:.2f} GiB needed", verdict, reason
    )


def _identity(directory: Path, manifest: EngineManifest, wanted: Wanted) -> Iterator[Finding]:
    place = f"{directory.parent.name}/{directory.name}"
    identity = manifest.identity
    yield compare(
        "identity.engine_id", place, identity.engine_id, "refuse", "the manifest is of another engine"
    )
    yield compare("identity.model_id", wanted.record.id, identity.model_id, "refuse", "it is another model")


def _source(manifest: EngineManifest, wanted: Wanted) -> Iterator[Finding]:
    source, made = wanted.record.source, manifest.source
    if isinstance(source, SnapshotSource):
        yield compare("source.repo", source.repo, made.repo, "rebuild", "the record names another repository")
        yield compare(
            "source.revision", source.revision, made.revision, "rebuild", "the record pins another commit"
        )
        # Where the record states no hash, those that were pulled here are the pin.
        pinned = pinned_by_first_pull(source, wanted.source_dir) if wanted.source_dir else source
        for file in pinned.files:
            if file.path.endswith(".safetensors") and file.sha256:
                reason = "it was not made from the pinned weights"
                yield compare(
                    f"source.weights.{file.path}", file.sha256, made.weights.get(file.path), "rebuild", reason
                )
    if wanted.convert:
        _, converter, *flags = wanted.convert.argv
        yield compare(
            "source.converter", converter, made.converter, "rebuild", "another program converts it now"
        )
        arguments = portable_arguments(tuple(flags))
        yield compare(
            "source.arguments", arguments, made.arguments, "rebuild", "it is converted differently now"
        )


def _tokenizer(manifest: EngineManifest, wanted: Wanted) -> Iterator[Finding]:
    record, made = wanted.record, manifest.tokenizer
    why = "prompts would become other tokens than the engine was built for"
    for name in tokenizer_files(record):
        field_name = f"tokenizer.{name}"
        path = wanted.source_dir / name if wanted.source_dir else None
        if path is None or not path.is_file():
            reason = f"it is not installed: council models pull --tokenizer-only {record.id}"
            yield unknown(field_name, made.files.get(name), reason)
        else:
            yield compare(field_name, sha256_of(path), made.files.get(name), "refuse", why)
    yield compare("tokenizer.chat_template", chat_template_sha256(record), made.chat_template, "refuse", why)
    yield compare("tokenizer.vocab_size", record.tokenizer.vocab_size, made.vocab_size, "refuse", why)
    ends = "answers would not end where they should"
    yield compare("tokenizer.end_ids", record.tokenizer.end_ids, made.end_ids, "refuse", ends)
    yield compare("tokenizer.pad_id", record.tokenizer.pad_id, made.pad_id, "refuse", ends)


def _toolchain(manifest: EngineManifest, config: EngineConfig, wanted: Wanted) -> Iterator[Finding]:
    made, version = manifest.toolchain, "toolchain.tensorrt_llm"
    bound = "an engine loads only in the version that built it"
    if config.version != made.tensorrt_llm:
        yield Finding(
            version, config.version, made.tensorrt_llm, "rebuild", "config.json names another version"
        )
    toolchain = wanted.toolchain
    if toolchain is None:
        yield unknown(version, made.tensorrt_llm, "no server version to compare with")
        return
    yield compare(version, toolchain.tensorrt_llm, config.version, "rebuild", bound)
    if made.tensorrt is None:
        yield Finding(
            "toolchain.tensorrt", toolchain.tensorrt, "none", "warn", "it was not seen at the build"
        )
    else:
        yield compare("toolchain.tensorrt", toolchain.tensorrt, made.tensorrt, "rebuild", bound)
    yield compare("toolchain.image", toolchain.image, made.image, "warn", "it was built in another container")
    if toolchain.digest:
        reason = "the container was published again under this tag"
        yield compare("toolchain.digest", toolchain.digest, made.digest, "warn", reason)


def _platform(manifest: EngineManifest, wanted: Wanted) -> Iterator[Finding]:
    made = manifest.platform
    sm_of_name = manifest.identity.engine_id.rpartition("-sm")[2]
    bound = "an engine is bound to the platform it was built on"
    yield compare("platform.os", wanted.os, made.os, "rebuild", bound)
    yield compare("platform.cpu_arch", wanted.arch, made.cpu_arch, "rebuild", bound)
    if sm_of_name != str(made.sm):
        yield Finding(
            "platform.sm", sm_of_name, str(made.sm), "rebuild", "its directory names another architecture"
        )
    gpu = wanted.gpu
    if gpu is None:
        yield unknown("platform.gpu", made.gpu_name, "no GPU was seen to compare with")
        return
    yield compare("platform.sm", gpu.sm, made.sm, "rebuild", "it was built for another GPU architecture")
    tuned = "kernels were chosen on another card of the architecture; a rebuild may be faster"
    named = made.gpu_name if same_card(gpu.name, made.gpu_name) else gpu.name
    yield compare("platform.gpu_name", named, made.gpu_name, "warn", tuned)
    if gpu.driver is not None:
        yield _driver(gpu.driver, made.driver, wanted.toolchain)


def _driver(driver: str, built_with: str, toolchain: Toolchain | None) -> Finding:
    try:
        too_old = toolchain is not None and driver_branch(driver) < toolchain.min_driver
    except GpuUnreadable as error:
        return Finding("platform.driver", driver, built_with, "warn", error.message)
    if too_old and toolchain is not None:
        reason = f"CUDA {toolchain.cuda} needs driver R{toolchain.min_driver} or later"
        return Finding("platform.driver", driver, built_with, "refuse", reason)
    return compare("platform.driver", driver, built_with, "warn", "the driver has changed since the build")


def _precision(manifest: EngineManifest, config: EngineConfig, record: ModelRecord) -> Iterator[Finding]:
    made, read = manifest.precision, config.pretrained_config
    quant_algo, kv_quant_algo = expected_quantization(record, made.precision)
    named = manifest.identity.engine_id.rpartition("/")[2].partition("-")[0]
    other = "it has another precision than is wanted"
    yield compare("precision.precision", named, made.precision, "rebuild", other)
    if record.gpu is None or made.precision not in record.gpu.precisions:
        yield Finding(
            "precision.offered", "in the record", made.precision, "refuse", "the record does not offer it"
        )
    yield compare("precision.dtype", "float16", made.dtype, "rebuild", other)
    yield compare("precision.quant_algo", quant_algo, made.quant_algo, "rebuild", other)
    yield compare("precision.kv_cache_quant_algo", kv_quant_algo, made.kv_cache_quant_algo, "rebuild", other)
    found = (read.dtype, read.quantization.quant_algo, read.quantization.kv_cache_quant_algo)
    noted = (made.dtype, made.quant_algo, made.kv_cache_quant_algo)
    yield compare(
        "precision.config", noted, found, "rebuild", "config.json and the manifest contradict each other"
    )


def _build(manifest: EngineManifest, config: EngineConfig, wanted: Wanted) -> Iterator[Finding]:
    made = manifest.build
    contradiction = "config.json and the manifest contradict each other"
    for name in EngineResult.model_fields:
        actual, noted = getattr(config.result, name), getattr(made.result, name)
        yield compare(f"build.{name}", actual, noted, "rebuild", contradiction)
    if wanted.build:
        arguments = portable_arguments(wanted.build.argv[1:])
        yield compare("build.arguments", arguments, made.arguments, "rebuild", "it is built differently now")


def _files(
    directory: Path, manifest: EngineManifest, *, quick: bool, progress: Progress
) -> Iterator[Finding]:
    for name in FILES:
        if name not in manifest.files:
            yield Finding(f"files.{name}", "in the manifest", "missing", "rebuild", "it was built without it")
    for name, facts in manifest.files.items():
        yield _file(directory / name, name, facts, quick=quick, progress=progress)


def _file(path: Path, name: str, facts: FileFacts, *, quick: bool, progress: Progress) -> Finding:
    label = f"files.{name}"
    if not path.is_file():
        return Finding(label, f"{facts.size_bytes} bytes", "missing", "rebuild", "the file is gone")
    size = path.stat().st_size
    if size != facts.size_bytes:
        return Finding(
            label, f"{facts.size_bytes} bytes", f"{size} bytes", "rebuild", "the file is cut short or changed"
        )
    if quick:
        return Finding(label, f"{facts.size_bytes} bytes", f"{size} bytes", "ok", "contents were not read")
    progress.step(f"hash {name}", size)
    return compare(
        label, facts.sha256, sha256_of(path, progress.advance), "rebuild", "the content has changed"
    )


def _check(manifest: EngineManifest, record: ModelRecord) -> Iterator[Finding]:
    check, gated = manifest.check, needs_gate(record, manifest.precision.precision)
    fix = "run scripts/check_engines.sh"
    if check.status == "failed":
        yield Finding("check.status", "passed", "failed", "refuse", f"its answers are not good enough; {fix}")
    elif check.status == "passed":
        yield Finding("check.status", "passed", "passed", "ok")
    elif gated:
        reason = f"upstream does not test this precision of the model: it is served after its own check only; {fix}"
        yield Finding("check.status", "passed", check.status, "refuse", reason)
    else:
        reason = f"nobody has looked at its answers; {fix}"
        yield Finding("check.status", "passed", check.status, "warn", reason)
    if check.status == "passed" and gated and (check.agreement or 0) < NEEDED_AGREEMENT:
        found = "no comparison" if check.agreement is None else f"{check.agreement:.3f}"
        reason = f"upstream does not test this precision: it must agree with {REFERENCE}"
        yield Finding("check.agreement", f"{NEEDED_AGREEMENT} or more", found, "refuse", reason)
    if check.text_sha256 and check.text_sha256 != text_sha256():
        yield Finding(
            "check.text_sha256", text_sha256(), check.text_sha256, "warn", "it was asked about another text"
        )
