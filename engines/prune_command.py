"""`prune`, as both command lines share it: removes what no server needs, after showing it with its size."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engines.build_command import DONE, FAILED, CardChoice, Write
from engines.disk import disk_errors, sync
from engines.engine_store import EngineStore, size_of
from engines.finding import Finding
from engines.manifest import MANIFEST
from engines.record import RECORDS_DIR
from engines.verify_command import Judged, VerifyRequest, judge


@dataclass(frozen=True)
class PruneRequest:
    """`stale`: also the engines that must be built again, or must not be served."""

    engines_dir: Path
    models_dir: Path
    card: CardChoice = CardChoice()
    stale: bool = False
    records_dir: Path = RECORDS_DIR


@dataclass(frozen=True)
class Leftover:
    path: Path
    what: str
    size_bytes: int


def run_prune(request: PruneRequest, write: Write, confirmed: Callable[[str], bool]) -> int:
    """Show what would go, ask, and remove it. 0: done or nothing to do, 1: not confirmed. Raises EngineError."""
    store = EngineStore(request.engines_dir)
    if not request.engines_dir.is_dir():
        write(f"nothing to remove in {request.engines_dir}")
        return DONE
    with store.locked():
        store.recover()
        with disk_errors("listing what can go", request.engines_dir):
            leftovers = [*_work(store), *_half_built(store), *_old_logs(store)]
            if request.stale:
                leftovers += _stale(request, {item.path for item in leftovers})
        for item in leftovers:
            write(
                f"{item.size_bytes / 1e6:10,.1f} MB  {item.path.relative_to(request.engines_dir)}  {item.what}"
            )
        total = sum(item.size_bytes for item in leftovers) / 1e6
        if not leftovers:
            write(f"nothing to remove in {request.engines_dir}")
            return DONE
        if not confirmed(f"remove {len(leftovers)} ({total:,.1f} MB)?"):
            return FAILED
        for item in leftovers:
            _remove(store, item.path)
        write(f"removed {len(leftovers)}, {total:,.1f} MB freed")
    return DONE


def _work(store: EngineStore) -> Iterator[Leftover]:
    for path in sorted((store.engines_dir / ".work").glob("*/*")):
        if path.is_dir():
            has = [name for name in ("checkpoint", "engine", "replaced") if (path / name).is_dir()]
            what = f"work of a build: {', '.join(has) or 'nothing in it'}"
            yield Leftover(path, what, size_of(path))


def _half_built(store: EngineStore) -> Iterator[Leftover]:
    for engine in store.found():
        if not (engine.path / MANIFEST).exists():
            yield Leftover(engine.path, f"half-built: no {MANIFEST}", engine.size_bytes)


def _old_logs(store: EngineStore) -> Iterator[Leftover]:
    """Every log but the newest of each step; a log's name begins with its time."""
    for directory in sorted((store.engines_dir / ".logs").glob("*/*")):
        newest: dict[str, Path] = {}
        for log in sorted(directory.glob("*.log")):
            step = log.stem.partition("-")[2]
            if step in newest:
                yield Leftover(newest[step], "old log", size_of(newest[step]))
            newest[step] = log


def _stale(request: PruneRequest, listed: set[Path]) -> list[Leftover]:
    question = VerifyRequest(
        request.engines_dir,
        request.models_dir,
        card=request.card,
        quick=True,
        records_dir=request.records_dir,
    )
    return [
        Leftover(each.engine.path, f"stale: {found.verdict}, {found}", each.engine.size_bytes)
        for each in judge(question)
        if (found := each.unfit or _failed_check(each)) and each.engine.path not in listed
    ]


def _failed_check(each: Judged) -> Finding | None:
    """One that is still to be run is no reason."""
    checks = (found for found in each.findings if found.field == "check.status" and found.found == "failed")
    return next(checks, None)


def _remove(store: EngineStore, path: Path) -> None:
    """Take the path out of sight in one step, then delete it: half of it is never listed."""
    with disk_errors("removing", path):
        removed = store.engines_dir / ".work" / ".removed"
        if path.is_dir():
            removed.mkdir(parents=True, exist_ok=True)
            gone = removed / f"{path.parent.name}-{path.name}"
            shutil.rmtree(gone, ignore_errors=True)
            os.rename(path, gone)
            sync(path.parent)
            shutil.rmtree(gone)
        else:
            path.unlink()
