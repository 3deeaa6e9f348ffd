"""Third parties' skills, found as entry points of the group `council.skills`.

Each is imported, made and described in the process that it will run in, all at once and within LOAD_DEADLINE_S: one that
raises, exits, hangs or has a bad shape is listed with its fault and takes nothing else along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from time import monotonic
from typing import Literal

from orchestrator.routing.skills.plugin_child import Child, ChildEnded, ChildSilent
from orchestrator.routing.skills.plugin_process import LOAD_DEADLINE_S, PluginProcess
from orchestrator.seams import SkillName

GROUP = "council.skills"

LoadFault = Literal["import_error", "bad_shape", "name_taken", "load_deadline"]


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point: a skill in its process, or the kind of its fault with words for the operator."""

    entry_point: str
    target: str
    package: str
    process: PluginProcess | None = None
    examples: tuple[str, ...] = ()
    fault_kind: LoadFault | None = None
    fault: str | None = None


def load_plugins(
    taken: Collection[SkillName],
    found: Iterable[EntryPoint] | None = None,
    deadline_s: float = LOAD_DEADLINE_S,
) -> list[Plugin]:
    """Every entry point of the group, usable or not, in the order of their names. `taken` names are refused."""
    points = sorted(entry_points(group=GROUP) if found is None else found, key=lambda point: point.name)
    until = monotonic() + deadline_s
    loads = [_Load(point, deadline_s) for point in points]
    plugins: list[Plugin] = []
    names = set(taken)
    for load in loads:
        plugin = load.plugin(until - monotonic(), names)
        names |= {plugin.process.name} if plugin.process else set()
        plugins.append(plugin)
    return plugins


class _LoadFailure(Exception):
    def __init__(self, kind: LoadFault, words: str) -> None:
        super().__init__(words)
        self.kind = kind
        self.words = words


class _Load:
    def __init__(self, point: EntryPoint, deadline_s: float) -> None:
        self._point = point
        self._deadline_s = deadline_s
        self._child: Child | None = None
        self._unstarted = ""
        try:
            self._child = Child(point.value)
        except OSError as error:
            self._unstarted = f"its process did not start: {type(error).__name__}"

    def plugin(self, wait_s: float, taken: Collection[SkillName]) -> Plugin:
        point = self._point
        package = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown"
        try:
            process, examples = self._process(wait_s, taken)
        except _LoadFailure as fault:
            if self._child is not None:
                self._child.end()
            return Plugin(point.name, point.value, package, fault_kind=fault.kind, fault=fault.words)
        return Plugin(point.name, point.value, package, process, examples)

    def _process(self, wait_s: float, taken: Collection[SkillName]) -> tuple[PluginProcess, tuple[str, ...]]:
        if self._child is None:
            raise _LoadFailure("import_error", self._unstarted)
        try:
            said = self._child.first_message(wait_s)
        except ChildSilent:
            words = f"loading it took longer than {self._deadline_s:g} s"
            raise _LoadFailure("load_deadline", words) from None
        except ChildEnded:
            raise _LoadFailure("import_error", "loading it ended its process") from None
        if "fault" in said:
            raise _LoadFailure(*said["fault"])
        name = said["name"]
        if name in taken:
            raise _LoadFailure("name_taken", f"the name {name!r} belongs to another skill")
        process = PluginProcess(name, said["description"], self._point.value, self._child)
        return process, tuple(said["examples"])
