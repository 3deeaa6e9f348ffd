"""The classifiers' weights as a file: an `.npz` of plain arrays, read without pickle and checked before use."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orchestrator.errors import RoutingWeightsUnusable
from orchestrator.routing.cues import CUE_NAMES
from orchestrator.routing.difficulty import (
    JUDGED,
    LEVELS,
    SIDES,
    Calibration,
    DifficultyModel,
    Judged,
    Linear,
    Trees,
)
from orchestrator.routing.shape import SHAPE_NAMES
from orchestrator.routing.skill_model import SKILLS, SkillModel
from orchestrator.routing.words import HASHED_WORDS

_PROJECT = Path(__file__).resolve().parents[2]
WEIGHTS_FILE = _PROJECT / "orchestrator" / "routing" / "policies" / "learned.npz"
EMBEDDING_SIZE = 384
_LARGEST_FILE_BYTES = 200_000
_SHAPE, _CUES = len(SHAPE_NAMES), len(CUE_NAMES)
_LINEARS = {
    "skill_with": (len(SKILLS), HASHED_WORDS + EMBEDDING_SIZE + _CUES),
    "skill_without": (len(SKILLS), HASHED_WORDS + _CUES),
    "difficulty_with": (len(SIDES), EMBEDDING_SIZE + _SHAPE),
    "difficulty_without": (len(SIDES), _SHAPE),
    "judged_with": (len(JUDGED), HASHED_WORDS + _CUES + EMBEDDING_SIZE + _SHAPE),
    "judged_without": (len(JUDGED), HASHED_WORDS + _CUES + _SHAPE),
}


@dataclass(frozen=True, slots=True)
class Weights:
    skill: SkillModel
    difficulty: DifficultyModel


def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Read and check the weights. Raises RoutingWeightsUnusable, for whatever reason they are not to be trusted."""
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise RoutingWeightsUnusable(f"{_told(path)} is larger than weights can be")
        content = path.read_bytes()
        _check_record(path, content)
        # From memory: of a broken archive numpy leaves the file open.
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return _unpack({name: archive[name] for name in archive.files})
    except OSError as error:
        raise RoutingWeightsUnusable(f"{_told(path)} cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise RoutingWeightsUnusable(
            f"{_told(path)} cannot be read ({type(error).__name__}: {error})"
        ) from error


def _told(path: Path) -> str:
    """For a message that clients read too: where it lies in the project, and never where the project lies."""
    return str(path.relative_to(_PROJECT)) if path.is_relative_to(_PROJECT) else path.name


def _check_record(path: Path, content: bytes) -> None:
    """Numbers that were altered are numbers still: only the record of the training tells."""
    record = path.with_suffix(".json")
    try:
        told = json.loads(record.read_bytes())["weights_sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RoutingWeightsUnusable(
            f"the record {record.name} of {_told(path)} cannot be read ({type(error).__name__})"
        ) from error
    if told != hashlib.sha256(content).hexdigest():
        raise RoutingWeightsUnusable(f"{_told(path)} is not the file that its record {record.name} tells of")


def names_fingerprint() -> np.ndarray:
    """What the weights were trained for: names and order of all inputs and outputs."""
    names = "\n".join(
        [*SHAPE_NAMES, "", *CUE_NAMES, "", *SKILLS, "", *SIDES, *JUDGED, *LEVELS, str(HASHED_WORDS)]
    )
    return np.array([zlib.crc32(names.encode())], dtype=np.int64)


def pack(weights: Weights) -> dict[str, np.ndarray]:
    """The arrays that `load_weights` reads again."""
    difficulty = weights.difficulty
    linears = {
        "skill_with": weights.skill.with_meaning,
        "skill_without": weights.skill.without_meaning,
        "difficulty_with": difficulty.with_meaning,
        "difficulty_without": difficulty.without_meaning,
        "judged_with": difficulty.judged_with.linear,
        "judged_without": difficulty.judged_without.linear,
    }
    arrays = {
        "names": names_fingerprint(),
        "quantiles": difficulty.quantiles.astype(np.float32),
        "judged_with.levels": difficulty.judged_with.levels.astype(np.float32),
        "judged_without.levels": difficulty.judged_without.levels.astype(np.float32),
    }
    for name, linear in linears.items():
        for part in ("mean", "scale", "weights", "bias"):
            arrays[f"{name}.{part}"] = getattr(linear, part).astype(np.float32)
    for side, trees in zip(SIDES, difficulty.trees, strict=True):
        for part in ("feature", "left", "right"):
            arrays[f"trees_{side}.{part}"] = getattr(trees, part).astype(np.int16)
        for part in ("threshold", "value"):
            arrays[f"trees_{side}.{part}"] = getattr(trees, part).astype(np.float32)
        arrays[f"trees_{side}.prior"] = np.array([trees.prior, trees.depth], dtype=np.float32)
    for name, calibration in (
        ("with", difficulty.calibration_with),
        ("without", difficulty.calibration_without),
    ):
        arrays[f"calibration_{name}"] = np.array([calibration.slope, calibration.offset], dtype=np.float32)
    return arrays


def _unpack(arrays: Mapping[str, np.ndarray]) -> Weights:
    if not np.array_equal(arrays["names"], names_fingerprint()):
        raise RoutingWeightsUnusable("the weights were trained for other features: train them again")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise RoutingWeightsUnusable("the weights hold values that are no numbers")
    linears = {name: _linear(arrays, name, sizes) for name, sizes in _LINEARS.items()}
    strong, weak = (_trees(arrays, f"trees_{side}") for side in SIDES)
    quantiles, levels_with, levels_without = (
        _rising(arrays[name]) for name in ("quantiles", "judged_with.levels", "judged_without.levels")
    )
    difficulty = DifficultyModel(
        linears["difficulty_with"],
        linears["difficulty_without"],
        (strong, weak),
        Judged(linears["judged_with"], levels_with),
        Judged(linears["judged_without"], levels_without),
        Calibration(*map(float, arrays["calibration_with"])),
        Calibration(*map(float, arrays["calibration_without"])),
        quantiles,
    )
    return Weights(SkillModel(linears["skill_with"], linears["skill_without"]), difficulty)


def _rising(quantiles: np.ndarray) -> np.ndarray:
    if quantiles.shape != (101,) or (np.diff(quantiles) < 0).any():
        raise RoutingWeightsUnusable("the weights' quantiles are not 101 rising numbers")
    return quantiles.astype(np.float64)


def _linear(arrays: Mapping[str, np.ndarray], name: str, sizes: tuple[int, int]) -> Linear:
    outputs, inputs = sizes
    expected = {"mean": (inputs,), "scale": (inputs,), "weights": (outputs, inputs), "bias": (outputs,)}
    parts = {part: arrays[f"{name}.{part}"].astype(np.float64) for part in expected}
    if any(parts[part].shape != shape for part, shape in expected.items()) or (parts["scale"] <= 0).any():
        raise RoutingWeightsUnusable(f"the weights' table {name} has another form")
    return Linear(**parts)


def _trees(arrays: Mapping[str, np.ndarray], name: str) -> Trees:
    parts = {part: arrays[f"{name}.{part}"] for part in ("feature", "threshold", "left", "right", "value")}
    prior, depth = map(float, arrays[f"{name}.prior"])
    shape = parts["feature"].shape
    indices = (("feature", _SHAPE), ("left", shape[-1]), ("right", shape[-1]))
    sound = len(shape) == 2 and all(part.shape == shape for part in parts.values()) and 0 < depth <= 64
    if not sound or any((parts[part] < 0).any() or (parts[part] >= limit).any() for part, limit in indices):
        raise RoutingWeightsUnusable(f"the weights' table {name} has another form")
    whole = {part: parts[part].astype(np.intp) for part in ("feature", "left", "right")}
    return Trees(**whole, threshold=parts["threshold"], value=parts["value"], prior=prior, depth=int(depth))
