"""Third parties' skills, found as entry points of the group `council.skills`.

Each is imported, made and described in a daemon thread, all at once and within LOAD_DEADLINE_S: one that raises, exits,
hangs or has a bad shape is listed with its fault and takes nothing else along.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from time import monotonic
from typing import Literal

from orchestrator.routing.skills.shape import Described, Misshapen, described
from orchestrator.seams import SkillName

GROUP = "council.skills"
LOAD_DEADLINE_S = 10.0

LoadFault = Literal["import_error", "bad_shape", "name_taken", "load_deadline"]


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point: a described skill, or the kind of its fault with words for the operator."""

    entry_point: str
    target: str
    package: str
    described: Described | None = None
    fault_kind: LoadFault | None = None
    fault: str | None = None


def load_plugins(
    taken: Collection[SkillName],
    found: Iterable[EntryPoint] | None = None,
    deadline_s: float = LOAD_DEADLINE_S,
) -> list[Plugin]:
    """Every entry point of the group, usable or not, in the order of their names. `taken` names are refused."""
    points = sorted(entry_points(group=GROUP) if found is None else found, key=lambda point: point.name)
    loads = [_Load(point) for point in points]
    until = monotonic() + deadline_s
    plugins: list[Plugin] = []
    names = set(taken)
    for load in loads:
        plugin = load.plugin(max(0.0, until - monotonic()), names)
        names |= {plugin.described.name} if plugin.described else set()
        plugins.append(plugin)
    return plugins


class _Load:
    def __init__(self, point: EntryPoint) -> None:
        self._point = point
        self._described: Described | None = None
        self._fault: tuple[LoadFault, str] | None = None
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"load-skill-{point.name}")
        self._thread.start()

    def _run(self) -> None:
        try:
            loaded = self._point.load()
            self._described = described(loaded() if isinstance(loaded, type) else loaded)
        except Misshapen as error:
            self._fault = "bad_shape", str(error)
        except BaseException as error:  # the edge of a thread that runs foreign code
            self._fault = "import_error", f"loading it raised {type(error).__name__}: {str(error)[:200]}"

    def plugin(self, wait_s: float, taken: Collection[SkillName]) -> Plugin:
        self._thread.join(wait_s)
        fault, skill = self._fault, self._described
        if fault is None and skill is None:
            fault = "load_deadline", f"loading it took longer than {LOAD_DEADLINE_S:g} s"
        if skill is not None and skill.name in taken:
            fault, skill = ("name_taken", f"the name {skill.name!r} belongs to another skill"), None
        point = self._point
        package = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown"
        kind, words = fault or (None, None)
        return Plugin(point.name, point.value, package, skill, kind, words)
