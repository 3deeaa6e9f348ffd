"""`council engines build|check|verify|list|prune`: those of `python3 -m engines`, with the product's settings, and `check`.

Exit codes: 0 done, 1 something failed or may not be served, 2 the command line is wrong, 3 everything was refused,
130 stopped.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli.console import Problem, load_settings

if TYPE_CHECKING:
    from engines.build_command import CardChoice

WRONG_USE = 2
BUILD_EPILOG = (
    "Exit codes: 0 done, 1 a step failed or no card could be read, 2 the command line is wrong, "
    "3 everything was refused, 130 stopped (run it again: it goes on)."
)
CHECK_EPILOG = (
    "Exit codes: 0 every engine has passed, 1 one has not or the server failed, 2 the command line is wrong, "
    "130 stopped. scripts/check_engines.sh starts the server for it."
)
VERIFY_EPILOG = "Exit codes: 0 every engine may be served, 1 one may not, 2 the command line is wrong."

EnginesDir = Annotated[
    Path | None,
    typer.Option(
        envvar="COUNCIL_ENGINES_DIR", help="Where engines are.", show_default="engines below data_dir"
    ),
]
ModelsDir = Annotated[
    Path | None, typer.Option(help="Where weights are.", show_default="models below data_dir")
]
GpuName = Annotated[
    str | None,
    typer.Option(
        "--assume-gpu",
        "--gpu",
        metavar="NAME",
        help='A card by name, "RTX 4070".',
        show_default="the one in this machine",
    ),
]
VramGib = Annotated[float | None, typer.Option(min=1, help="Memory of the named card.")]
Driver = Annotated[str | None, typer.Option(help='Driver of the named card, "580.65.06".')]
Device = Annotated[int, typer.Option(min=0, help="Number of the GPU in nvidia-smi.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON array.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `council engines`."""
    app.command("build", epilog=BUILD_EPILOG)(build_command)
    app.command("check", epilog=CHECK_EPILOG)(check_command)
    app.command("verify", epilog=VERIFY_EPILOG)(verify_command)
    app.command("list")(list_command)
    app.command("prune")(prune_command)


def build_command(
    model: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this model; repeat.", show_default="all")
    ] = None,
    precision: Annotated[
        list[str] | None,
        typer.Option(metavar="fp16|int8|fp8", help="Only this precision; repeat.", show_default="all"),
    ] = None,
    gpu: GpuName = None,
    vram_gib: VramGib = None,
    driver: Driver = None,
    device: Device = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show every command, size and time; touch nothing.")
    ] = False,
    download_only: Annotated[
        bool, typer.Option("--download-only", help="Get and check the weights, build nothing.")
    ] = False,
    keep_checkpoints: Annotated[
        bool, typer.Option("--keep-checkpoints", help="Keep converted weights for the next build.")
    ] = False,
    step_timeout_min: Annotated[float, typer.Option(min=0.01, help="Longest time for one step.")] = 120.0,
    engines_dir: EnginesDir = None,
    models_dir: ModelsDir = None,
) -> None:
    """Build engines for this machine's GPU, inside the TensorRT-LLM container (scripts/build_engines.sh enters it)."""
    with _reported_errors():
        from engines.build_command import BuildRequest, run_build

        request = BuildRequest(
            engines_dir=_directory("engines", engines_dir),
            models_dir=_directory("models", models_dir),
            models=tuple(model or ()),
            precisions=tuple(precision or ()),
            card=_card(gpu, vram_gib, driver, device),
            dry_run=dry_run,
            download_only=download_only,
            keep_checkpoints=keep_checkpoints,
            step_timeout_min=step_timeout_min,
        )
        code = run_build(request, typer.echo, os.environ)
    raise typer.Exit(code)


def verify_command(
    engine_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ENGINE_ID]...", show_default=False)
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Compare sizes only: does not see a flipped bit, or a swapped file."),
    ] = False,
    for_load: Annotated[
        bool, typer.Option("--for-load", help="Also ask whether it fits into what is free on the card now.")
    ] = False,
    gpu: GpuName = None,
    vram_gib: VramGib = None,
    driver: Driver = None,
    device: Device = 0,
    as_json: AsJson = False,
    engines_dir: EnginesDir = None,
    models_dir: ModelsDir = None,
) -> None:
    """Compare engines (all, or "phi-2/fp16-sm89") with card, container, record, tokenizer and their own files."""
    with _reported_errors():
        from engines.progress_lines import Lines
        from engines.verify_command import VerifyRequest, run_verify

        request = VerifyRequest(
            engines_dir=_directory("engines", engines_dir),
            models_dir=_directory("models", models_dir),
            engine_ids=tuple(engine_ids or ()),
            card=_card(gpu, vram_gib, driver, device),
            quick=quick,
            for_load=for_load,
            as_json=as_json,
        )
        code = run_verify(request, typer.echo, Lines(lambda line: typer.echo(line, err=True)))
    raise typer.Exit(code)


def check_command(
    engine_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ENGINE_ID]...", show_default=False)
    ] = None,
    triton: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="gRPC address of a Triton that has every engine.")
    ] = "127.0.0.1:8001",
    wait_s: Annotated[float, typer.Option(min=0, help="How long to wait for that Triton to start.")] = 10.0,
    again: Annotated[bool, typer.Option("--again", help="Also check what has passed.")] = False,
    device: Device = 0,
    engines_dir: EnginesDir = None,
    models_dir: ModelsDir = None,
) -> None:
    """Compare the answers of engines (all, or "phi-2/int8-sm89") with their FP16 engine's; the result is written down."""
    with _reported_errors():
        from engines.check_command import CheckRequest
        from orchestrator.cli.engines_check import check

        request = CheckRequest(
            engines_dir=_directory("engines", engines_dir),
            models_dir=_directory("models", models_dir),
            engine_ids=tuple(engine_ids or ()),
            card=_card(None, None, None, device),
            again=again,
        )
        code = check(request, triton, wait_s)
    raise typer.Exit(code)


def list_command(
    as_json: AsJson = False, engines_dir: EnginesDir = None, models_dir: ModelsDir = None
) -> None:
    """Show the engines that are there, and whether each may be served. Contents are not read."""
    with _reported_errors():
        from engines.verify_command import VerifyRequest, run_list

        places = (_directory("engines", engines_dir), _directory("models", models_dir))
        run_list(VerifyRequest(*places, as_json=as_json), typer.echo)


def prune_command(
    stale: Annotated[
        bool, typer.Option("--stale", help="Also engines that must be built again, or not be served.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    gpu: GpuName = None,
    vram_gib: VramGib = None,
    driver: Driver = None,
    device: Device = 0,
    engines_dir: EnginesDir = None,
    models_dir: ModelsDir = None,
) -> None:
    """Remove checkpoints, half-built engines and old logs, after showing them with their sizes."""
    with _reported_errors():
        from engines.prune_command import PruneRequest, run_prune

        places = (_directory("engines", engines_dir), _directory("models", models_dir))
        request = PruneRequest(*places, _card(gpu, vram_gib, driver, device), stale)
        code = run_prune(request, typer.echo, lambda question: yes or _asked(question))
    raise typer.Exit(code)


def _directory(name: str, given: Path | None) -> Path:
    return (given or load_settings().data_dir / name).resolve()


def _card(gpu: str | None, vram_gib: float | None, driver: str | None, device: int) -> CardChoice:
    from engines.build_command import CardChoice

    return CardChoice(gpu, vram_gib, driver, device)


def _asked(question: str) -> bool:
    if not sys.stdin.isatty():
        raise Problem("no terminal to ask on: add --yes", exit_code=WRONG_USE)
    return typer.confirm(question)


@contextmanager
def _reported_errors() -> Iterator[None]:
    """Show a typed error as an error and a fix, and leave with its exit code."""
    from engines.build_command import error_lines, exit_code
    from engines.errors import EngineError

    try:
        yield
    except EngineError as error:
        for line in error_lines(error):
            typer.echo(line, err=True)
        raise typer.Exit(exit_code(error)) from None
    except Problem as problem:
        typer.echo(f"error: {problem.message}", err=True)
        if problem.fix:
            typer.echo(f"fix: {problem.fix}", err=True)
        raise typer.Exit(problem.exit_code) from None
