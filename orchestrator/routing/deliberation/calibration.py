"""How often an answer is right, said by curves that were fitted to graded answers (Platt 1999).

`calibration.json` beside this file has the curves with their record: what they were fitted on, with which command, and
how far off they are on questions that they were not fitted on. Where they say nothing, confidence is None.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import exp
from pathlib import Path

from pydantic import BaseModel, ConfigDict

log = logging.getLogger(__name__)

CALIBRATION_FILE = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Logistic:
    """`at(x)` = 1 / (1 + exp(-(slope * x + intercept)))."""

    slope: float
    intercept: float

    def at(self, x: float) -> float:
        exponent = self.slope * x + self.intercept
        # The other half of the curve would overflow.
        return 1 / (1 + exp(-exponent)) if exponent >= 0 else 1 - 1 / (1 + exp(exponent))


class _Curve(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    slope: float
    intercept: float

    @property
    def logistic(self) -> Logistic:
        return Logistic(self.slope, self.intercept)


class Calibration(BaseModel):
    """`by_share`: from the winner's share of the weight to how often it is right, one curve an answer form.

    `by_log_prob`: from one answer's mean log-probability to how often it is right. Both hold for `models` only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: frozenset[str]
    by_share: Mapping[str, _Curve]
    by_log_prob: _Curve
    record: Mapping[str, str | int | float]

    @classmethod
    def load(cls, path: Path = CALIBRATION_FILE) -> Calibration:
        """Raise OSError or ValueError (pydantic's) for a file that is missing or broken."""
        return cls.model_validate_json(path.read_bytes())

    @classmethod
    def load_or_none(cls, path: Path = CALIBRATION_FILE) -> Calibration | None:
        """As `load`, but a file that is missing or broken costs the confidence only, and is told in the log."""
        try:
            return cls.load(path)
        except (OSError, ValueError) as error:
            log.warning("no confidence for deliberations: %s cannot be used: %s", path.name, error)
            return None

    def confidence(self, models: Collection[str], form: str, share: float) -> float | None:
        """How often a winner with this share is right; None for models or forms that were not measured."""
        curve = self.by_share.get(form)
        if curve is None or not self.models.issuperset(models):
            return None
        return curve.logistic.at(share)
