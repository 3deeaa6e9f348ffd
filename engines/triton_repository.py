"""A Triton model repository for what is on one machine: the engines that were built, or the installed weights.

Guarantees: a model is in the repository only if its engine passed the preflight (sizes, not contents) and fits the
card; a config appears or changes in one step; running it again changes nothing; directories of others are left alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.build_command import CardChoice
from engines.check_command import served_name
from engines.disk import disk_errors, sync
from engines.errors import ServingRefused
from engines.finding import SEVERITY
from engines.gpu import GIB
from engines.gpu_serving import Precision
from engines.installed import differences, read_manifest
from engines.record import ModelRecord
from engines.served_engine import PREFERENCE, ServedEngine, built_engine
from engines.triton_gpu_config import CONTAINER_ENGINES, gpu_config
from engines.triton_llmapi_config import CONTAINER_MODELS, llmapi_config, llmapi_engine
from engines.verify_command import Judged, VerifyRequest, judge
from engines.vram import resident_set

CONFIG = "config.pbtxt"
GENERATED = "# Generated from engines/models/"
LLMAPI_MODEL = Path(__file__).resolve().parent.parent / "triton_repo" / "llmapi" / "model.py"
# Triton wants a version directory, and git keeps no empty one.
ENGINE_VERSION: Mapping[str, str] = {"1/.gitkeep": ""}


@dataclass(frozen=True)
class Served:
    """One model of the repository: `files` by path below its directory."""

    model_id: str
    engine: ServedEngine
    files: Mapping[str, str]


@dataclass(frozen=True)
class Refused:
    what: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """`prefer` comes before the other precisions. `usable_bytes` is what a card leaves to engines, None: not looked at.

    Each model must fit it alone; those of `together` must fit it beside each other, and share what is left for KV.
    """

    prefer: Precision | None = None
    usable_bytes: int | None = None
    together: tuple[str, ...] = ()
    card: CardChoice = CardChoice()

    @property
    def order(self) -> tuple[Precision, ...]:
        rest = tuple(precision for precision in PREFERENCE if precision != self.prefer)
        return (self.prefer, *rest) if self.prefer else rest


def engine_models(
    engines_dir: Path,
    models_dir: Path,
    records: Mapping[str, ModelRecord],
    choice: Choice,
    *,
    engines_root: str = CONTAINER_ENGINES,
) -> tuple[list[Served], list[Refused]]:
    """One engine for each model that has one which may be served, and every engine that is not. Raises EngineError."""
    judged = judge(VerifyRequest(engines_dir, models_dir, card=choice.card, quick=True))
    refused = [Refused(each.engine.engine_id, _reason(each)) for each in judged if not each.servable]
    engines: dict[str, ServedEngine] = {}
    for model_id in dict.fromkeys(each.engine.path.parent.name for each in judged if each.servable):
        candidates = [each for each in judged if each.servable and each.engine.path.parent.name == model_id]
        try:
            engines[model_id] = _first_that_fits(records[model_id], candidates, choice)
        except ServingRefused as error:
            refused.append(Refused(model_id, error.message))
    engines |= _sharing(records, engines, choice)
    served = [
        Served(
            model_id,
            engine,
            {**ENGINE_VERSION, CONFIG: gpu_config(records[model_id], engine, engines_root=engines_root)},
        )
        for model_id, engine in engines.items()
    ]
    return served, refused


def every_engine(
    engines_dir: Path,
    models_dir: Path,
    records: Mapping[str, ModelRecord],
    card: CardChoice,
    *,
    engines_root: str = CONTAINER_ENGINES,
) -> tuple[list[Served], list[Refused]]:
    """Each engine that can be loaded, checked or not, as a model of its own: for `council engines check`."""
    served: list[Served] = []
    refused: list[Refused] = []
    for each in judge(VerifyRequest(engines_dir, models_dir, card=card, quick=True)):
        manifest = each.engine.manifest
        if manifest is None or each.unfit:
            refused.append(Refused(each.engine.engine_id, str(each.unfit or each.engine.reason)))
            continue
        record, name = records[manifest.identity.model_id], served_name(each.engine.engine_id)
        engine = built_engine(record, manifest)
        config = gpu_config(record, engine, engines_root=engines_root, name=name)
        served.append(Served(name, engine, {**ENGINE_VERSION, CONFIG: config}))
    return served, refused


def llmapi_models(
    models_dir: Path,
    records: Mapping[str, ModelRecord],
    choice: Choice,
    *,
    models_root: str = CONTAINER_MODELS,
) -> tuple[list[Served], list[Refused]]:
    """The installed GPU models that the LLM API can serve, and those it cannot."""
    served: list[Served] = []
    refused: list[Refused] = []
    for record in records.values():
        if not _has_weights(models_dir / record.id, record):
            continue
        try:
            engine = fitted(record, llmapi_engine(record), choice.usable_bytes)
        except ServingRefused as error:
            refused.append(Refused(record.id, error.message))
        else:
            files = {CONFIG: llmapi_config(record, engine, models_root=models_root)}
            served.append(Served(record.id, engine, files | {"1/model.py": LLMAPI_MODEL.read_text()}))
    return served, refused


def fitted(record: ModelRecord, engine: ServedEngine, usable_bytes: int | None) -> ServedEngine:
    """The engine with no more KV tokens than fit into what the card leaves to it alone. Raises ServingRefused."""
    if usable_bytes is None:
        return engine
    return _shared({record.id: record}, {record.id: engine}, usable_bytes)[record.id]


def _sharing(
    records: Mapping[str, ModelRecord], engines: Mapping[str, ServedEngine], choice: Choice
) -> dict[str, ServedEngine]:
    """The engines that are loaded together, with the KV tokens that `council engines vram` gives them."""
    if missing := [model_id for model_id in choice.together if model_id not in engines]:
        raise ServingRefused(
            f"{', '.join(missing)} cannot be loaded together with others: no engine of it may be served",
            fix="run without --together to see why, or leave it out",
        )
    if choice.usable_bytes is None or not choice.together:
        return {}
    return _shared(
        records, {model_id: engines[model_id] for model_id in choice.together}, choice.usable_bytes
    )


def _shared(
    records: Mapping[str, ModelRecord], engines: Mapping[str, ServedEngine], usable_bytes: int
) -> dict[str, ServedEngine]:
    """The engines with the KV tokens they get beside each other. Raises ServingRefused."""
    found = resident_set(records, {name: engine.precision for name, engine in engines.items()}, usable_bytes)
    if found.verdict != "yes":
        names = ", ".join(f"{one.model_id} in {one.precision}" for one in found.residents)
        raise ServingRefused(
            f"{names} does not fit the {usable_bytes / GIB:.1f} GiB that the card leaves: weights {found.weight_bytes / GIB:.2f} GiB, with the "
            f"least KV cache and working memory {found.total_bytes / GIB:.2f} GiB",
            fix="build in a smaller precision, or load fewer models together",
        )
    return {one.model_id: engines[one.model_id].with_kv_tokens(one.kv_tokens) for one in found.residents}


def write_repository(output: Path, models: Sequence[Served]) -> list[Path]:
    """Make `output` hold these models and no other generated one; returns what was changed. Raises DiskError."""
    changed: list[Path] = []
    with disk_errors("writing the model repository", output):
        output.mkdir(parents=True, exist_ok=True)
        for stale in _generated(output, except_for={model.model_id for model in models}):
            # The config goes first: a directory without one is no model.
            (stale / CONFIG).unlink()
            shutil.rmtree(stale)
            changed.append(stale)
        for model in models:
            changed += _write_model(output / model.model_id, model.files)
    return changed


def _has_weights(directory: Path, record: ModelRecord) -> bool:
    """Sizes are compared, contents are not."""
    installed = read_manifest(directory)
    return (
        installed is not None and installed.weights and not any(differences(directory, record, hashes=False))
    )


def _first_that_fits(record: ModelRecord, candidates: Sequence[Judged], choice: Choice) -> ServedEngine:
    """Raises ServingRefused: the reason of the engine that was preferred."""
    manifests = [each.engine.manifest for each in candidates if each.engine.manifest]
    if len({manifest.platform.sm for manifest in manifests}) > 1:
        raise ServingRefused(
            "engines for several GPU architectures are there and no GPU was seen; name it with --assume-gpu",
            fix="",
        )
    ordered = sorted(manifests, key=lambda manifest: choice.order.index(manifest.precision.precision))
    refusal: ServingRefused | None = None
    for manifest in ordered:
        try:
            return fitted(record, built_engine(record, manifest), choice.usable_bytes)
        except ServingRefused as error:
            refusal = refusal or error
    assert refusal is not None
    raise refusal


def _reason(judged: Judged) -> str:
    if judged.engine.reason:
        return judged.engine.reason
    return str(max(judged.findings, key=lambda each: SEVERITY[each.verdict]))


def _generated(output: Path, except_for: set[str]) -> list[Path]:
    """Model directories that an earlier run wrote."""
    configs = sorted(output.glob(f"*/{CONFIG}"))
    return [
        config.parent
        for config in configs
        if config.parent.name not in except_for and config.read_text(errors="replace").startswith(GENERATED)
    ]


def _write_model(directory: Path, files: Mapping[str, str]) -> Iterable[Path]:
    """Write what differs; the config comes last, for it makes the directory a model."""
    changed = []
    for name in sorted(files, key=lambda name: name == CONFIG):
        path = directory / name
        if not path.is_file() or path.read_text(errors="replace") != files[name]:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f".{path.name}.part")
            partial.write_text(files[name])
            sync(partial)
            os.replace(partial, path)
            changed.append(path)
    return changed
