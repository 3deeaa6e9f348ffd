"""Counting votes: which answers are one opinion, which opinion leads, and whether that can still change.

Order of arrival changes nothing: clusters are the connected components of "same normal form, or alike in meaning",
and ties go to the best single weight, then to the voice asked first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import fsum

import numpy as np

Alike = Callable[["Vote", "Vote"], bool]

_MARGIN = 1e-8  # wider than what a rank rounds off


class Standing(IntEnum):
    """What an opinion may claim. A higher one wins whatever the weights are."""

    REFUTED = 0
    OUT_OF_FORM = 1
    VOTING = 2
    PROVED = 3


@dataclass(frozen=True, slots=True, eq=False)
class Vote:
    """One voice's answer at the count. `form` is None when it is not of the form asked for: it then has no vote.

    `passed` is the verdict of a check, None where none could be made. `vector` is of unit length.
    """

    voice: int
    text: str
    form: str | None
    weight: float
    passed: bool | None = None
    vector: np.ndarray | None = None

    @property
    def standing(self) -> Standing:
        if self.passed is not None:
            return Standing.PROVED if self.passed else Standing.REFUTED
        return Standing.OUT_OF_FORM if self.form is None else Standing.VOTING


@dataclass(frozen=True, slots=True)
class Cluster:
    """Votes for one opinion, in the order of their voices. `weight` is of the members with its own standing."""

    votes: tuple[Vote, ...]

    @property
    def standing(self) -> Standing:
        return max(vote.standing for vote in self.votes)

    @property
    def weight(self) -> float:
        standing = self.standing
        return fsum(vote.weight for vote in self.votes if vote.standing is standing)

    @property
    def rank(self) -> tuple[Standing, float, float, int]:
        best = max(vote.weight for vote in self.votes)
        return self.standing, round(self.weight, 9), best, -self.votes[0].voice


@dataclass(frozen=True, slots=True)
class Count:
    """The clusters, the leader first."""

    clusters: tuple[Cluster, ...]

    @property
    def leader(self) -> Cluster:
        return self.clusters[0]

    @property
    def share(self) -> float:
        """The leader's part of the whole weight, that of answers without a vote included."""
        whole = fsum(vote.weight for cluster in self.clusters for vote in cluster.votes)
        return self.leader.weight / whole if whole else 0.0

    def is_decided(self, to_come: float, *, may_merge: bool, may_be_proved: bool) -> bool:
        """Whether no answers still to come, of at most `to_come` weight together, can change the winner.

        `may_merge`: they may join other clusters to one, as meanings chain; then all others count together.
        `may_be_proved`: one of them may pass a check, and would win against any weight.
        """
        if not self.clusters:
            return False
        if self.leader.standing is not Standing.VOTING:
            return self.leader.standing is Standing.PROVED
        others = [cluster.weight for cluster in self.clusters[1:] if cluster.standing is Standing.VOTING]
        against = fsum(others) if may_merge else max(others, default=0.0)
        return not may_be_proved and self.leader.weight > against + to_come + _MARGIN


def count(votes: Sequence[Vote], alike: Alike | None = None) -> Count:
    """`alike` says whether two answers of different normal forms mean the same."""
    ordered = sorted(votes, key=lambda vote: vote.voice)
    groups: list[list[Vote]] = []
    for vote in ordered:
        joined = [group for group in groups if any(_same(vote, other, alike) for other in group)]
        merged = sorted([vote, *(each for group in joined for each in group)], key=lambda each: each.voice)
        groups = [group for group in groups if group not in joined] + [merged]
    clusters = [Cluster(tuple(group)) for group in groups]
    return Count(tuple(sorted(clusters, key=lambda cluster: cluster.rank, reverse=True)))


def _same(one: Vote, other: Vote, alike: Alike | None) -> bool:
    if one.form is None or other.form is None:
        return False
    return one.form == other.form or (alike is not None and alike(one, other))
