"""The `council` command. Commands import what they need when they run: `council --help` stays quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from orchestrator.cli.console import Problem, report_problem
from orchestrator.cli.engines import engines_app
from orchestrator.cli.models import models_app
from orchestrator.cli.route import route_app

ONLY = ("triton", "orchestrator")

app = typer.Typer(
    name="council",
    help="Council: a self-hosted LLM server with an OpenAI-compatible API, on NVIDIA Triton.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(models_app, name="models")
app.add_typer(engines_app, name="engines")
app.add_typer(route_app, name="route")

PortOption = Annotated[int | None, typer.Option(min=1, max=65535, show_default="from the settings")]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"council {version('council')}")
        raise typer.Exit


@app.callback()
def council(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Council: a self-hosted LLM server with an OpenAI-compatible API, on NVIDIA Triton."""


@app.command("up")
def up_command(
    only: Annotated[str | None, typer.Option(help="Start one service alone: triton or orchestrator.")] = None,
    port: PortOption = None,
    triton_grpc_port: PortOption = None,
    triton_http_port: PortOption = None,
    triton_metrics_port: PortOption = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where models and run state are kept.")] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show Triton's own information log.")
    ] = False,
) -> None:
    """Start Triton and the API on this machine and keep them running. Ctrl-C drains and stops them.

    Settings come from council.toml and COUNCIL_* variables; the options here win over both. The ones met first:
    COUNCIL_HOST (the address to bind, 127.0.0.1), COUNCIL_API_KEY (needed for any other address),
    COUNCIL_DEFAULT_MODEL, COUNCIL_DATA_DIR.
    """
    if only is not None and only not in ONLY:
        raise typer.BadParameter(f"choose one of {', '.join(ONLY)}", param_hint="--only")
    from orchestrator.cli.up import run_up

    overrides: dict[str, Any] = {
        "port": port,
        "triton_grpc_port": triton_grpc_port,
        "triton_http_port": triton_http_port,
        "triton_metrics_port": triton_metrics_port,
        "data_dir": data_dir.resolve() if data_dir else None,
    }
    raise typer.Exit(
        run_up({k: v for k, v in overrides.items() if v is not None}, only=only, verbose=verbose)
    )


@app.command("chat")
def chat_command(
    model: Annotated[
        str | None, typer.Option(help="Model to talk to.", show_default="council/auto, which routes")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Address of the API.", show_default="this machine's, from the settings")
    ] = None,
    system: Annotated[str | None, typer.Option(help="A system message to start with.")] = None,
    temperature: Annotated[
        float | None,
        typer.Option(min=0.0, max=2.0, help="0 always says the likeliest. [default: the model's]"),
    ] = None,
) -> None:
    """Chat in the terminal. Ctrl-C stops the answer, Ctrl-D leaves; piped in, each line is one prompt."""
    from orchestrator.cli.chat import run_chat

    raise typer.Exit(run_chat(model=model, url=url, system=system, temperature=temperature))


@app.command("doctor")
def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check what Council needs on this machine, and say how to fix what is missing."""
    from orchestrator.cli.doctor import run_doctor

    raise typer.Exit(run_doctor(as_json=as_json))


def main() -> None:
    """Entry point. A problem a person can fix is shown as such, never as a traceback."""
    try:
        app()
    except Problem as problem:
        raise SystemExit(report_problem(problem)) from None
