"""`council models`: list, pull, verify and remove the models on this machine.

Exit codes: 0 done, 1 it failed or something was found wrong, 2 the command line is wrong.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Task, TaskID, TextColumn, TransferSpeedColumn
from rich.progress import Progress as RichProgress
from rich.table import Column, Table
from rich.text import Text

from orchestrator.cli.console import Problem, load_settings
from orchestrator.cli.embedder import (
    embedder_faults,
    embedder_json,
    embedder_size,
    open_embedder_store,
    pull_embedder,
)
from orchestrator.cli.program import as_typed, program
from orchestrator.private_files import make_private

if TYPE_CHECKING:
    from engines.embedder_store import EmbedderStore
    from engines.progress import Progress
    from engines.record import ModelRecord
    from engines.store import ModelStatus, ModelStore
    from orchestrator.settings import Settings

models_app = typer.Typer(no_args_is_help=True, help="The models on this machine.")

ModelIds = Annotated[list[str] | None, typer.Argument(metavar="ID...", show_default=False)]
WRONG_USE = 2
PIPED_WIDTH = 160


@models_app.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False) -> None:
    """Show every known model: installed or not, size, licence, roles, quantisation."""
    with _reported_errors():
        store, records, settings = _open_store()
        rows = [_as_json(store.status(model_id)) for model_id in records]
        rows.append(embedder_json(open_embedder_store(settings.models_dir)))
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        # Where nobody's screen sets a width, a row stays on one line.
        Console(width=None if sys.stdout.isatty() else PIPED_WIDTH).print(_as_table(rows))


@models_app.command()
def pull(
    ids: ModelIds = None,
    from_file: Annotated[
        Path | None, typer.Option(help="Take this copy of the published file instead of downloading it.")
    ] = None,
    tokenizer_only: Annotated[
        bool,
        typer.Option(
            "--tokenizer-only",
            help="Leave the weights of GPU models out: enough to serve engines built elsewhere.",
        ),
    ] = False,
) -> None:
    """Download, check, convert and install models (the default model and the embedder if none is named).

    A GPU model is brought as its makers published it, ready for `scripts/build_engines.sh`.
    """
    from engines.disk import disk_errors

    with _reported_errors():
        store, _, settings = _open_store()
        embedder = open_embedder_store(settings.models_dir)
        with disk_errors("preparing the data directory", settings.data_dir):
            make_private(settings.data_dir)
        wanted = ids or [settings.default_model]
        if from_file and len(wanted) != 1:
            _wrong_use("--from-file holds one model: name exactly one ID")
        if wanted == [embedder.record.id]:
            with _shown_progress() as progress:
                pull_embedder(embedder, progress, from_file)
            return
        for model_id in wanted:
            if model_id != embedder.record.id:
                _pull_one(store, model_id, from_file, weights=not tokenizer_only)
        if embedder.record.id in wanted or not (ids or from_file):
            _pull_beside(embedder)


@models_app.command()
def verify(ids: ModelIds = None) -> None:
    """Read installed files again and compare them with what was installed (every model if none is named)."""
    with _reported_errors():
        store, records, settings = _open_store()
        embedder = open_embedder_store(settings.models_dir)
        wanted = ids or [model_id for model_id in records if store.status(model_id).state != "absent"]
        if not ids and embedder.state() != "absent":
            wanted.append(embedder.record.id)
        broken = [model_id for model_id in wanted if not _verify_one(store, embedder, model_id)]
    if not wanted:
        typer.echo("no model is installed")
    for model_id in broken:
        as_pulled = "" if model_id == embedder.record.id else _as_pulled(store, model_id)
        typer.echo(f"fix: run: {program()} models pull {model_id}{as_pulled}", err=True)
    if broken:
        raise typer.Exit(1)


@models_app.command()
def remove(
    model_id: Annotated[str, typer.Argument(metavar="ID")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete an installed model."""
    with _reported_errors():
        store, _, settings = _open_store()
        embedder = open_embedder_store(settings.models_dir)
        is_embedder = model_id == embedder.record.id
        if is_embedder or model_id == settings.default_model:
            _refuse_while_served(model_id, settings)
        size_bytes = embedder_size(embedder) if is_embedder else store.status(model_id).size_bytes
        if not yes and size_bytes and not _confirmed(f"remove {model_id} ({_megabytes(size_bytes)})?"):
            raise typer.Exit(1)
        freed = embedder.remove() if is_embedder else store.remove(model_id)
        typer.echo(f"removed {model_id}, {_megabytes(freed)} freed")


def _refuse_while_served(model_id: str, settings: Settings) -> None:
    """Without its files a running Council works until its next restart, and not after it."""
    from orchestrator.supervision.instance_lock import InstanceLock

    if any(InstanceLock.is_held(settings.run_dir, name) for name in ("triton", "orchestrator")):
        raise Problem(f"{model_id} is in use: Council is running from {settings.data_dir}", "stop it first")


def _open_store() -> tuple[ModelStore, dict[str, ModelRecord], Settings]:
    # Here and not above: `council --help` must not wait for numpy and gguf.
    from engines.record import load_records
    from engines.store import ModelStore

    settings, records = load_settings(), load_records()
    return ModelStore(settings.models_dir, records), records, settings


@contextmanager
def _reported_errors() -> Iterator[None]:
    from engines.errors import EngineError, UnknownModel

    try:
        yield
    except (EngineError, Problem) as error:
        typer.echo(f"error: {error.message}", err=True)
        if error.fix:
            typer.echo(f"fix: {as_typed(error.fix)}", err=True)
        unknown = isinstance(error, UnknownModel)
        raise typer.Exit(error.exit_code if isinstance(error, Problem) else 2 if unknown else 1) from None
    except KeyboardInterrupt:
        typer.echo("stopped; nothing was half-installed, the next pull goes on from here", err=True)
        raise typer.Exit(130) from None


def _wrong_use(message: str) -> NoReturn:
    raise Problem(message, exit_code=WRONG_USE)


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        _wrong_use("no terminal to ask on: add --yes")
    return typer.confirm(question)


def _pull_one(store: ModelStore, model_id: str, from_file: Path | None, *, weights: bool) -> None:
    record = store.status(model_id).record
    if not weights and record.gpu is None:
        _wrong_use(f"{model_id} is one file: it cannot be pulled without its weights")
    typer.echo(f"{record.name}: licence {record.license.spdx}, {record.license.url}")
    if record.license.notice:
        typer.echo(record.license.notice)
    with _shown_progress() as progress:
        fresh = store.pull(model_id, progress, from_file=from_file, weights=weights)
    status = store.status(model_id)
    state = f"{'' if fresh else 'already '}installed"
    what = status.state if status.state == "tokenizer only" else _quantization(record)
    typer.echo(f"{model_id} {state}: {what}, {_megabytes(status.size_bytes)}, {status.directory}")
    if fault := _prompt_fault(status):
        raise Problem(
            f"{model_id}: {fault}", "do not serve it: its tokenizer is not the one the record is for"
        )
    if record.gpu and weights:
        typer.echo(f"next: scripts/build_engines.sh --model {model_id}")


def _pull_beside(embedder: EmbedderStore) -> None:
    """Bring the embedder too. Without it Council runs and routes less well, so this is no reason to fail."""
    from engines.errors import EngineError

    try:
        with _shown_progress() as progress:
            pull_embedder(embedder, progress)
    except EngineError as error:
        typer.echo(f"warning: {error.message}; routing goes on without embeddings", err=True)
        typer.echo(f"fix: run: {program()} models pull {embedder.record.id}", err=True)


def _verify_one(store: ModelStore, embedder: EmbedderStore, model_id: str) -> bool:
    if model_id == embedder.record.id:
        faults = embedder_faults(embedder)
    else:
        found = store.verify(model_id)
        faults = [f"{model_id}/{difference.file}: {difference.message}" for difference in found]
        if not faults and (fault := _prompt_fault(store.status(model_id))):
            faults = [f"{model_id}: {fault}"]
    for line in faults:
        typer.echo(f"error: {line}", err=True)
    if not faults:
        typer.echo(f"{model_id}: ok")
    return not faults


def _as_pulled(store: ModelStore, model_id: str) -> str:
    from engines.installed import read_manifest

    manifest = read_manifest(store.status(model_id).directory)
    return " --tokenizer-only" if manifest and not manifest.weights else ""


def _prompt_fault(status: ModelStatus) -> str | None:
    """Why the installed tokenizer does not make the prompts that the record expects."""
    from orchestrator.inference.registry import InstalledModel
    from orchestrator.inference.tokenizer import UnusableModelFiles

    if not status.record.chat.example_ids:
        return None
    try:
        return InstalledModel.load(status.record, status.directory).example_fault()
    except UnusableModelFiles as error:
        return str(error)


@contextmanager
def _shown_progress() -> Iterator[Progress]:
    """Bars on a terminal, one plain line a step elsewhere (a log, a CI job)."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(lambda line: typer.echo(line, err=True))
        return
    columns = (TextColumn("{task.description:>12}"), BarColumn(), _Size(), _Speed())
    with RichProgress(*columns, console=console) as bars:
        shown = _Bars(bars)
        yield shown
        shown.finish()


class _Size(DownloadColumn):
    """Nothing for a step that has no size."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.fields["has_size"] else Text()


class _Speed(TransferSpeedColumn):
    """Nothing for a step that has no size."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.fields["has_size"] else Text()


class _Lines:
    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def step(self, name: str, total_bytes: int | None) -> None:
        self._write(f"  {name}" + (f" {_megabytes(total_bytes)}" if total_bytes else ""))

    def advance(self, done_bytes: int) -> None:
        pass


class _Bars:
    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._task: TaskID | None = None
        self._has_size = True

    def step(self, name: str, total_bytes: int | None) -> None:
        self.finish()
        self._has_size = total_bytes is not None
        self._task = self._bars.add_task(name, total=total_bytes, has_size=self._has_size)

    def finish(self) -> None:
        """The last step is over. One without a size has pulsed until now and is shown full."""
        if self._task is not None and not self._has_size:
            self._bars.update(self._task, total=1, completed=1)

    def advance(self, done_bytes: int) -> None:
        if self._task is not None:
            self._bars.advance(self._task, done_bytes)


def _as_json(status: ModelStatus) -> dict[str, Any]:
    record = status.record
    return {
        "id": record.id,
        "name": record.name,
        "state": status.state,
        "size_bytes": status.size_bytes,
        "download_bytes": record.download_bytes,
        "source": record.source.kind,
        "backend": record.backend,
        "needs_gpu": record.gpu is not None,
        "quantization": record.served_quantization,
        "precisions": list(record.gpu.precisions) if record.gpu else [],
        "roles": list(record.roles),
        "license": {"spdx": record.license.spdx, "url": record.license.url},
    }


def _as_table(rows: list[dict[str, Any]]) -> Table:
    model = Column("model", no_wrap=True)
    table = Table(model, "state", "size", "quantisation", "runs on", "roles", "licence", box=None)
    for row in rows:
        absent = row["state"] == "absent"
        size = f"{_megabytes(row['download_bytes'])} to get" if absent else _megabytes(row["size_bytes"])
        quantization = ", ".join(row["precisions"]) or row["quantization"]
        runs_on = "GPU" if row["needs_gpu"] else "CPU"
        spdx = row["license"]["spdx"]
        table.add_row(row["id"], row["state"], size, quantization, runs_on, ", ".join(row["roles"]), spdx)
    return table


def _quantization(record: ModelRecord) -> str:
    """What is served: of a GPU model the precisions its engines can be built in."""
    return ", ".join(record.gpu.precisions) if record.gpu else record.served_quantization


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"
