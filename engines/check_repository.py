"""The model repository of `council engines check`: each engine as a model of its own, checked or not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engines.build_command import CardChoice
from engines.check_command import served_name
from engines.record import ModelRecord
from engines.served_engine import built_engine
from engines.triton_gpu_config import CONTAINER_ENGINES, gpu_config
from engines.triton_repository import CONFIG, ENGINE_VERSION, Refused, Served
from engines.verify_command import VerifyRequest, judge


def every_engine(
    engines_dir: Path,
    models_dir: Path,
    records: Mapping[str, ModelRecord],
    card: CardChoice,
    *,
    engines_root: str = CONTAINER_ENGINES,
) -> tuple[list[Served], list[Refused]]:
    """Every engine that can be loaded, and those that cannot. Raises EngineError."""
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
