"""Plans as JSON values: what `--json` prints and the golden plans are compared with. Sizes are bytes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engines.plan import BuildPlan, EnginePlan
from engines.vram import ResidencyPlan, Resident, ResidentSet


def plan_as_json(plan: BuildPlan) -> dict[str, Any]:
    return {
        "gpu": asdict(plan.gpu),
        "toolchain": asdict(plan.toolchain) | {"supported_sm": sorted(plan.toolchain.supported_sm)},
        "host": asdict(plan.host),
        "needed_disk_bytes": plan.needed_disk_bytes,
        "engines": [_engine(each) for each in plan.engines],
        "refused": [asdict(each) for each in plan.refused],
        "warnings": list(plan.warnings),
    }


def residency_as_json(plan: ResidencyPlan) -> dict[str, Any]:
    return {
        "gpu_vram_bytes": plan.gpu_vram_bytes,
        "usable_bytes": plan.usable_bytes,
        "recommended": _set(plan.recommended) if plan.recommended else None,
        "load_order": list(plan.load_order),
        "swaps": [{"load": _resident(each.incoming), "unload": list(each.unload)} for each in plan.swaps],
        "never": list(plan.never),
        "sets": [_set(each) for each in plan.sets],
    }


def _engine(plan: EnginePlan) -> dict[str, Any]:
    values = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
    return values | {
        "convert": list(plan.convert.argv),
        "build": list(plan.build.argv),
        "guide": list(plan.guide.argv),
        "minutes": asdict(plan.minutes),
        "limits": plan.limits.model_dump(),
        "warnings": list(plan.warnings),
    }


def _set(each: ResidentSet) -> dict[str, Any]:
    return {
        "verdict": each.verdict,
        "left_bytes": each.left_bytes,
        "total_bytes": each.total_bytes,
        "models": [_resident(one) for one in each.residents],
    }


def _resident(one: Resident) -> dict[str, Any]:
    return asdict(one) | {"total_bytes": one.total_bytes}
