"""A process of its own in which builders die: `dying_builder.py SITE [no-exchange]`.

For n = 1, 2, ... a forked builder starts from the same state and is killed (SIGKILL) just before its n-th operation
that must survive a crash: a rename, an exchange, a removal, or a sync. Prints one JSON line a point: what it died
before, which engines a server would find then, and what a second builder made of it. Ends with the first builder
that is done before its n-th operation.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engines import build_steps, disk, engine_store, manifest, step_record
from engines.__main__ import main as engines_command
from tests.flow.site import Site
from tests.flow.tiny_model import record_data, write_record


class Countdown:
    """Kills this process before the operation with this number."""

    def __init__(self, number: int, out: int) -> None:
        self._left, self._out = number, out

    def before(self, name: str, operation: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **keywords: Any) -> Any:
            self._left -= 1
            if self._left == 0:
                os.write(self._out, f"{name} {Path(arguments[0]).name}".encode())
                os.kill(os.getpid(), signal.SIGKILL)
            return operation(*arguments, **keywords)

        return counted


def build_in_child(site: Site, number: int | None) -> tuple[int, str]:
    """Fork a builder; its wait status, and what it died before."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.environ.update(site.environ)
        sys.stdout = (site.root / "builder.log").open("a")
        if number is not None:
            _arm(Countdown(number, writer))
        os._exit(engines_command(site.arguments("build", "--precision=fp16")[3:]))
    os.close(writer)
    _, status = os.waitpid(child, 0)
    said = os.read(reader, 4096).decode()
    os.close(reader)
    return status, said


def _arm(countdown: Countdown) -> None:
    os.rename = countdown.before("rename", os.rename)
    os.replace = countdown.before("replace", os.replace)
    shutil.rmtree = countdown.before("rmtree", shutil.rmtree)
    engine_store._exchange = countdown.before("exchange", engine_store._exchange)
    synced = countdown.before("sync", disk.sync)
    for module in (engine_store, step_record, manifest, build_steps):
        module.sync = synced


def batch_sizes(site: Site) -> list[int]:
    """The limit of each complete engine: 4 is the old one, 2 the new one."""
    found = engine_store.EngineStore(site.engines_dir).found()
    assert all(engine.state == "complete" for engine in found), found
    return [manifest.read_manifest(engine.path).build.result.max_batch_size for engine in found]


def main() -> None:
    site = Site(Path(sys.argv[1]))
    if sys.argv[2:] == ["no-exchange"]:
        engine_store._exchange = lambda _one, _other: False
    build_in_child(site, None)
    shutil.copytree(site.engines_dir, site.root / "before")
    write_record(site.records_dir, record_data(limits={"max_batch_size": 2, "max_num_tokens": 1024}))
    for number in itertools.count(1):
        shutil.rmtree(site.engines_dir)
        shutil.copytree(site.root / "before", site.engines_dir)
        status, died_before = build_in_child(site, number)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, (site.root / "builder.log").read_text()
            return
        after_death = batch_sizes(site)
        second, _ = build_in_child(site, None)
        left = sorted(path.name for path in (site.engines_dir / ".work").glob("*/*") if path.is_dir())
        print(
            json.dumps(
                {
                    "died_before": died_before,
                    "after_death": after_death,
                    "second_run": os.waitstatus_to_exitcode(second),
                    "in_the_end": batch_sizes(site),
                    "work_left": left,
                }
            ),
            flush=True,
        )


main()
