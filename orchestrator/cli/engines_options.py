"""The options that the commands of `council engines` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
VramGib = Annotated[float | None, typer.Option(min=1, help="Memory of the named card.")]
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
EngineIds = Annotated[list[str] | None, typer.Argument(metavar="[ENGINE_ID]...", show_default=False)]
EnginesDir = Annotated[
    Path | None,
    typer.Option(
        envvar="COUNCIL_ENGINES_DIR", help="Where engines are.", show_default="engines below data_dir"
    ),
]
ModelsDir = Annotated[
    Path | None, typer.Option(help="Where weights are.", show_default="models below data_dir")
]
