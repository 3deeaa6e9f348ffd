"""`council engines`: what can be built for a card, and which models fit on it together.

Exit codes: 0 something can be built or loaded, 1 no card could be read, 2 the command line is wrong, 3 everything
was refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli.console import Problem, load_settings
from orchestrator.cli.engines_build import register

if TYPE_CHECKING:
    from engines.gpu import Gpu
    from engines.host import Host
    from engines.record import ModelRecord
    from engines.vram import Choices

REFUSED = 3
EXIT_CODES = (
    "Exit codes: 0 something fits, 1 no card could be read, 2 the command line is wrong, 3 all was refused."
)

engines_app = typer.Typer(
    no_args_is_help=True, help="TensorRT-LLM engines: plan them for a GPU, build them, check them."
)


def _driver_version(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"\d+(\.\d+)*", text):
        raise typer.BadParameter(f"{text!r} is no driver version: give it as 580.65.06 or 580")
    return text


GpuName = Annotated[
    str | None,
    typer.Option(
        "--gpu",
        "--assume-gpu",
        metavar="NAME",
        help='A card by name, "RTX 4070".',
        show_default="the one in this machine",
    ),
]
Device = Annotated[int, typer.Option(min=0, help="Number of the GPU in nvidia-smi.")]
Models = Annotated[
    list[str] | None,
    typer.Option("--model", metavar="ID", help="Only this model; repeat.", show_default="all"),
]
Precisions = Annotated[
    list[str] | None,
    typer.Option(
        "--precision", metavar="fp16|int8|fp8", help="Only this precision; repeat.", show_default="all"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object; sizes are bytes.")]


@engines_app.command("plan", epilog=EXIT_CODES)
def plan_command(
    gpu: GpuName = None,
    vram_gib: Annotated[float | None, typer.Option(min=1, help="Memory of the named card.")] = None,
    driver: Annotated[
        str | None, typer.Option(callback=_driver_version, help='Driver of the named card, "580.65.06".')
    ] = None,
    ram_gib: Annotated[
        float | None, typer.Option(min=0, help="Plan for this much RAM.", show_default="this machine's")
    ] = None,
    disk_gib: Annotated[
        float | None, typer.Option(min=0, help="Plan for this much free disk.", show_default="this machine's")
    ] = None,
    device: Device = 0,
    model: Models = None,
    precision: Precisions = None,
    commands: Annotated[bool, typer.Option("--commands", help="Show the commands of each engine.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what would be built for a GPU, what it needs, and what is refused and why. Nothing is touched."""
    with reported_errors():
        from engines.build_command import CardChoice, checked_precisions, chosen_gpu, gpu_records
        from engines.plan import make_plan
        from engines.plan_json import plan_as_json
        from orchestrator.cli.engines_tables import print_plan

        card, host = chosen_gpu(CardChoice(gpu, vram_gib, driver, device)), _host(ram_gib, disk_gib)
        plan = make_plan(gpu_records(), card, host, model, checked_precisions(tuple(precision or ())))
    if as_json:
        typer.echo(json.dumps(plan_as_json(plan), indent=2))
    else:
        print_plan(plan, commands=commands)
    if not plan.engines:
        raise typer.Exit(REFUSED)


@engines_app.command("vram", epilog=EXIT_CODES)
def vram_command(
    gpu_gib: Annotated[
        float | None, typer.Option(min=1, help="Memory of the card.", show_default="the card's")
    ] = None,
    gpu: GpuName = None,
    desktop: Annotated[bool, typer.Option("--desktop", help="A screen runs on this card too.")] = False,
    device: Device = 0,
    model: Models = None,
    precision: Precisions = None,
    as_json: AsJson = False,
) -> None:
    """Show which models fit on a card together, with how many KV tokens, and what has to be swapped."""
    with reported_errors():
        from engines.build_command import CardChoice, chosen_gpu, gpu_records
        from engines.gpu import bytes_of
        from engines.plan_json import residency_as_json
        from engines.vram import DESKTOP_RESERVE_BYTES, HEADLESS_RESERVE_BYTES, plan_residency
        from orchestrator.cli.engines_tables import print_residency

        by_size = gpu_gib is not None and gpu is None
        card = None if by_size else chosen_gpu(CardChoice(gpu, gpu_gib, device=device))
        vram_bytes = card.vram_bytes if card else bytes_of(gpu_gib or 0)
        records = _only(gpu_records(), model)
        reserve = DESKTOP_RESERVE_BYTES if desktop else HEADLESS_RESERVE_BYTES
        plan = plan_residency(records, vram_bytes, reserve, _choices(records, precision, card))
    if as_json:
        typer.echo(json.dumps(residency_as_json(plan), indent=2))
    else:
        print_residency(plan)
    if plan.recommended is None:
        raise typer.Exit(REFUSED)


@contextmanager
def reported_errors() -> Iterator[None]:
    """Show a typed error as an error and a fix, and leave with its exit code."""
    from engines.build_command import exit_code
    from engines.errors import EngineError

    try:
        yield
    except (EngineError, Problem) as error:
        typer.echo(f"error: {error.message}", err=True)
        if error.fix:
            typer.echo(f"fix: {error.fix}", err=True)
        raise typer.Exit(error.exit_code if isinstance(error, Problem) else exit_code(error)) from None


def _host(ram_gib: float | None, disk_gib: float | None) -> Host:
    from engines.gpu import bytes_of
    from engines.host import detect_host

    host = detect_host(load_settings().data_dir)
    if ram_gib is not None:
        host = replace(host, ram_bytes=bytes_of(ram_gib), swap_bytes=0)
    return host if disk_gib is None else replace(host, free_disk_bytes=bytes_of(disk_gib))


def _only(records: dict[str, ModelRecord], wanted: list[str] | None) -> dict[str, ModelRecord]:
    from engines.errors import UnknownModel

    for model_id in wanted or ():
        if model_id not in records:
            raise UnknownModel(f"no GPU model {model_id!r}", fix=f"choose one of: {', '.join(records)}")
    return {model_id: record for model_id, record in records.items() if not wanted or model_id in wanted}


def _choices(records: dict[str, ModelRecord], names: list[str] | None, card: Gpu | None) -> Choices:
    """Each model in one precision, or in all that were named; without those its architecture cannot run."""
    from engines.build_command import checked_precisions
    from engines.refusals import precision_rule
    from engines.vram import DEFAULT_ORDER, preferred

    wanted = checked_precisions(tuple(names or ()))
    runs = [each for each in wanted or DEFAULT_ORDER if card is None or not precision_rule(each, card.sm)]
    if wanted is None:
        return preferred(records, runs)
    offered = {
        model_id: tuple(each for each in runs if record.gpu and each in record.gpu.precisions)
        for model_id, record in records.items()
    }
    return {model_id: precisions for model_id, precisions in offered.items() if precisions}


register(engines_app)
