"""Plans as a person reads them: tables, then the reasons in full."""

from __future__ import annotations

import textwrap

import typer
from rich.console import Console
from rich.table import Table

from engines.gpu import GIB
from engines.plan import BuildPlan, EnginePlan
from engines.refusals import Refusal
from engines.vram import UNALLOCATED_BYTES, ResidencyPlan, ResidentSet

COLUMNS = 110


def print_plan(plan: BuildPlan, *, commands: bool = False) -> None:
    gpu, toolchain = plan.gpu, plan.toolchain
    driver = f"driver {gpu.driver}" if gpu.driver else "driver not known"
    typer.echo(f"GPU        {gpu.name}, SM {gpu.sm}, {gpu.vram_bytes / GIB:.1f} GiB, {driver}")
    typer.echo(f"container  {toolchain.reference}")
    typer.echo(
        f"           TensorRT-LLM {toolchain.tensorrt_llm}, TensorRT {toolchain.tensorrt}, CUDA {toolchain.cuda}"
    )
    host = plan.host
    ram = f"{host.ram_bytes / 1e9:.1f} GB RAM, {host.swap_bytes / 1e9:.1f} GB swap"
    typer.echo(f"host       {host.os} {host.arch}, {ram}, {host.free_disk_bytes / 1e9:.1f} GB disk free")
    if plan.engines:
        typer.echo("")
        _print_table(_engine_table(plan))
        _print_footing(plan)
    _print_warnings(plan)
    _print_refusals(plan.refused)
    if commands:
        _print_commands(plan)


def _engine_table(plan: BuildPlan) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("engine", no_wrap=True)
    for name in ("size", "KV tokens", "disk", "RAM", "VRAM", "minutes"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in plan.engines:
        table.add_row(*_engine_row(each))
    return table


def _engine_row(each: EnginePlan) -> tuple[str, ...]:
    return (
        each.engine_id,
        f"{each.engine_bytes / 1e9:.1f} GB",
        str(each.kv_tokens),
        f"{each.needed_disk_bytes / 1e9:.1f} GB",
        f"{each.needed_ram_bytes / 1e9:.1f} GB",
        f"{each.peak_vram_bytes / GIB:.1f} GiB",
        f"{each.minutes.low:g}-{each.minutes.high:g}",
    )


def _print_footing(plan: BuildPlan) -> None:
    image = plan.toolchain.image_bytes / 1e9
    typer.echo("")
    _say(
        f"all together {plan.needed_disk_bytes / 1e9:.1f} GB of disk, one checkpoint kept at a time; "
        f"the container image takes another {image:.1f} GB"
    )
    _say("disk, RAM and VRAM are what building needs; minutes are those of trtllm-build alone, measured for:")
    for source in dict.fromkeys(each.minutes.source for each in plan.engines):
        _say(f"- {source}", indent=2)


def _print_warnings(plan: BuildPlan) -> None:
    by_text: dict[str, list[str]] = {}
    for each in plan.engines:
        for text in each.warnings:
            by_text.setdefault(text, []).append(f"{each.model_id} {each.precision}")
    if plan.warnings or by_text:
        typer.echo("\nnotes")
    for text in plan.warnings:
        _say(f"- {text}", indent=2)
    for text, engines in by_text.items():
        _say(f"- {', '.join(engines)}: {text}", indent=2)


def _print_refusals(refused: tuple[Refusal, ...]) -> None:
    if refused:
        typer.echo("\nrefused")
    by_reason: dict[tuple[str, str], list[str]] = {}
    for each in refused:
        by_reason.setdefault((each.code, each.reason), []).append(f"{each.model_id} {each.precision}")
    for (code, reason), engines in by_reason.items():
        _say(f"- {', '.join(engines)}: {reason} [{code}]", indent=2)


def _print_commands(plan: BuildPlan) -> None:
    for each in plan.engines:
        typer.echo(f"\n# {each.engine_id}\n{each.convert}\n{each.build}\n{each.guide}")


def print_residency(plan: ResidencyPlan) -> None:
    usable = f"{plan.usable_bytes / GIB:.1f} GiB usable"
    typer.echo(
        f"card {plan.gpu_vram_bytes / GIB:.1f} GiB, {usable}, {UNALLOCATED_BYTES / GIB:.1f} GiB of it kept free\n"
    )
    _print_table(_residency_table(plan))
    typer.echo("")
    _print_recommendation(plan)


def _residency_table(plan: ResidencyPlan) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("resident together: KV tokens served / room for")
    for name in ("weights", "KV", "left"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for each in plan.sets:
        table.add_row(*_set_row(each), style="bold" if each == plan.recommended else None)
    return table


def _set_row(each: ResidentSet) -> tuple[str, ...]:
    fits = each.verdict != "no"
    names = [
        f"{one.model_id} {one.precision}" + (f": {one.kv_tokens} / {one.room_tokens}" if fits else "")
        for one in each.residents
    ]
    sizes = (each.weight_bytes, each.kv_bytes, each.left_bytes)
    return (", ".join(names), *(f"{size / GIB:.2f}" for size in sizes), each.verdict)


def _print_recommendation(plan: ResidencyPlan) -> None:
    _say(
        "weights, KV (served) and left in GiB; borderline: fits only without the memory kept free, do not plan on it"
    )
    _say("served is the kv_budget_bytes of the record, or what fits of it; raise it there to use the room")
    if plan.recommended is None:
        typer.echo("\nno model fits on this card")
        return
    typer.echo("\nrecommended")
    by_id = {one.model_id: one for one in plan.recommended.residents}
    for number, model_id in enumerate(plan.load_order, start=1):
        one = by_id[model_id]
        _say(f"{number}. load {model_id} {one.precision} with {one.kv_tokens} KV tokens", indent=2)
    for swap in plan.swaps:
        incoming = f"{swap.incoming.model_id} {swap.incoming.precision}"
        _say(
            f"- for {incoming} ({swap.incoming.kv_tokens} KV tokens) unload {', '.join(swap.unload)}",
            indent=2,
        )
    if plan.never:
        _say(f"- never on this card: {', '.join(plan.never)}", indent=2)


def _print_table(table: Table) -> None:
    console = Console()
    Console(width=console.width if console.is_terminal else COLUMNS).print(table)


def _say(text: str, indent: int = 0) -> None:
    """One paragraph, wrapped so that it can be read in a log."""
    typer.echo(
        textwrap.fill(
            text,
            COLUMNS,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + 2),
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
