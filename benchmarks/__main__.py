"""Run every serving benchmark: `python -m benchmarks [--out DIR]`. Prints tables; writes JSON and a plot."""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import tempfile
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import cancel, interference, llama_builds, prefix_reuse, prompt_lookup, serving
from benchmarks.layers import Rendered, running_stack

RESULTS = Path(__file__).resolve().parent / "results"


async def measure(console: Console) -> dict[str, Any]:
    results: dict[str, Any] = {"machine": _machine()}
    with tempfile.TemporaryDirectory(prefix="council-bench-") as run_dir:
        async with running_stack(Path(run_dir)) as stack:
            for module in (serving, prefix_reuse, interference, cancel):
                name = module.__name__.rpartition(".")[2]
                console.print(f"measuring {name} ...", style="dim")
                results[name] = await module.measure(stack)
    for alone in (llama_builds, prompt_lookup):
        name = alone.__name__.rpartition(".")[2]
        console.print(f"measuring {name} ...", style="dim")
        results[name] = await alone.measure(Rendered.load())
    return results


def _machine() -> dict[str, Any]:
    return {
        "cpus": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "architecture": platform.machine(),
        "load_before": psutil.getloadavg()[0],
    }


def show(console: Console, results: dict[str, Any]) -> None:
    table = Table(
        "streams", "layer", "tokens/s", "ratio (95 %)", "first token p50 / p95 ms", "gap p50 / p95 ms"
    )
    for streams, layers in results["serving"]["streams"].items():
        for name, row in layers.items():
            table.add_row(
                streams, name, f"{row['tokens_per_s']:.1f}",
                f"{row['throughput_ratio']:.3f} ({row['throughput_ratio_low']:.3f} .. {row['throughput_ratio_high']:.3f})",
                f"{row['first_token_p50_ms']:.1f} / {row['first_token_p95_ms']:.1f}",
                f"{row['inter_token_p50_ms']:.1f} / {row['inter_token_p95_ms']:.1f}",
            )  # fmt: skip
        table.add_section()
    console.print(table)
    for name in ("prefix_reuse", "interference", "cancel", "llama_builds", "prompt_lookup"):
        console.print(_flat(name, results[name]))
    console.print(_flat("30-token reply, one stream", results["serving"]["reply"]))


def _flat(title: str, values: dict[str, Any]) -> Table:
    table = Table("what", "value", title=title, title_justify="left")
    for key, value in values.items():
        if isinstance(value, dict):
            for inner, number in value.items():
                table.add_row(f"{key}: {inner}", f"{number:.3g}")
        else:
            table.add_row(key, f"{value:.4g}")
    return table


def plot(results: dict[str, Any], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    streams = list(results["serving"]["streams"])
    names = list(results["serving"]["streams"][streams[0]])
    figure, axes = pyplot.subplots(1, 2, figsize=(11, 4))
    for name in names:
        rows = [results["serving"]["streams"][count][name] for count in streams]
        axes[0].plot(streams, [row["tokens_per_s"] for row in rows], marker="o", label=name)
        axes[1].plot(streams, [row["first_token_p50_ms"] for row in rows], marker="o", label=name)
    axes[0].set(title="tokens/s, all streams together", xlabel="streams", ylim=(0, None))
    axes[1].set(title="time to first token, p50 (ms)", xlabel="streams", ylim=(0, None))
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for serving.json and serving.png")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    console = Console()
    results = asyncio.run(measure(console))
    show(console, results)
    (out / "serving.json").write_text(json.dumps(results, indent=2) + "\n")
    plot(results, out / "serving.png")
    console.print(f"written: {out / 'serving.json'}, {out / 'serving.png'}")


if __name__ == "__main__":
    main()
