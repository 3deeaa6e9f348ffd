"""`council route`: what would be done with a prompt and why, without doing it. Nothing is generated.

In this process it needs no server: installed models then count as ready and idle. With --url a server is asked, which
knows how busy its models are.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from orchestrator.cli.console import Problem, load_settings, reported_errors
from orchestrator.cli.program import program

if TYPE_CHECKING:
    from orchestrator.settings import Settings

EXPLAIN = "explain"
PIPED_WIDTH = 120
_SUM_FROM_MINUS = re.compile(r"-(?=[\d.(])(?![\d.]+$)")
TIMEOUT_S = 30.0
RECORDED_HELP = (
    'Recorded prompts, one JSON object a line: {"prompt": "..."}, with requested (a model\'s name), user_turns, history_chars, '
    'documents (how many) and id where they matter; or a chat request: {"messages": [...]}, with model, documents and id.'
)


class PromptGroup(TyperGroup):
    """A prompt where a command's name is expected is explained: `council route "2+2"`."""

    default_command = EXPLAIN

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            args = [EXPLAIN, *_marked(args)]
        return super().parse_args(ctx, args)


def _marked(args: list[str]) -> list[str]:
    """The arguments with a sum like `-1+2`, which would be taken for options, behind a `--`. A mere number may be an option's value."""
    sums = [arg for arg in args if _SUM_FROM_MINUS.match(arg)]
    if len(sums) != 1 or "--" in args:
        return args
    return [*(arg for arg in args if arg not in sums), "--", *sums]


route_app = typer.Typer(
    cls=PromptGroup,
    no_args_is_help=True,
    help="What Council would do with a prompt, and why. PROMPT alone explains it; one that is a command's name is asked by `council route explain PROMPT`.",
    subcommand_metavar="PROMPT | COMMAND",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON, as /api/route answers.")]


@route_app.command(EXPLAIN)
def explain(
    prompt: Annotated[str, typer.Argument(help="The user's words; - reads them from standard input.")],
    model: Annotated[str, typer.Option(help="A name of Council's own, or a model's.")] = "council/auto",
    policy: Annotated[
        str | None, typer.Option(help="learned or rules.", show_default="from the settings")
    ] = None,
    quality: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Share of prompts for the better model.", show_default="from the settings"
        ),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Ask the server at this address instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Explain one prompt."""
    if policy not in (None, "learned", "rules"):
        raise typer.BadParameter("choose learned or rules", param_hint="--policy")
    prompt = sys.stdin.read() if prompt == "-" else prompt
    with reported_errors():
        settings = load_settings()
        ask = {"prompt": prompt, "model": model, "policy": policy, "quality": quality}
        told = _asked(url, settings, ask) if url else _decided(settings, ask)
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    else:
        _show(told)


@route_app.command()
def replay(
    file: Annotated[Path, typer.Argument(help=RECORDED_HELP, exists=True, dir_okay=False)],
    before: Annotated[str, typer.Option(help="Policy to compare: learned or rules.")] = "rules",
    after: Annotated[str, typer.Option(help="Policy to compare it with.")] = "learned",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Decide recorded prompts by two policies and show where they differ.

    A line that is none is refused with its number and its fault; the others are decided, and it ends with 1.

    Council's own journal has no prompts: record them where they are sent.
    """
    for name, value in (("--before", before), ("--after", after)):
        if value not in ("learned", "rules"):
            raise typer.BadParameter("choose learned or rules", param_hint=name)
    from orchestrator.cli.route_here import replay_here
    from orchestrator.errors import CouncilError

    with reported_errors():
        try:
            told = replay_here(load_settings(), file, before, after)
        except CouncilError as error:
            raise Problem(error.message) from None
        if not told["prompts"] and not told["skipped"]:
            raise Problem(f"{file} has no prompts: there is nothing to replay")
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    else:
        _show_replay(told, before, after)
    if told["skipped"]:
        for reason in told["skipped"]:
            typer.echo(f"warning: {reason}", err=True)
        typer.echo(f"warning: {len(told['skipped'])} lines were skipped", err=True)
        raise typer.Exit(1)


def _decided(settings: Settings, ask: dict[str, Any]) -> dict[str, Any]:
    # Here and not above: `council --help` must not wait for sympy and onnxruntime.
    from orchestrator.cli.route_here import decide_here
    from orchestrator.errors import CouncilError

    try:
        return asyncio.run(decide_here(settings, **ask))
    except CouncilError as error:
        raise Problem(error.message) from None


def _asked(url: str, settings: Settings, ask: dict[str, Any]) -> dict[str, Any]:
    import httpx

    key = settings.api_key.get_secret_value() if settings.api_key else None
    try:
        reply = httpx.post(
            f"{url.rstrip('/')}/api/route",
            json={name: value for name, value in ask.items() if value is not None},
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=TIMEOUT_S,
            trust_env=False,
        )
        told: dict[str, Any] = reply.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Problem(
            f"no answer from {url} ({type(error).__name__})", f"is it running? try: {program()} up"
        ) from None
    if reply.status_code != 200:
        raise Problem(str(told.get("error", {}).get("message", f"HTTP {reply.status_code}")))
    return told


def _show(told: dict[str, Any]) -> None:
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    decision = told["decision"]
    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name in ("skill", "model", "policy", "reason", "difficulty", "degradation"):
        if decision[name] not in (None, "none"):
            table.add_row(name, _text(decision[name]))
    for warning in decision["warnings"]:
        table.add_row("warning", warning)
    table.add_row("decided in", _took(told))
    console.print(table)
    console.print(_scores(decision))
    if decision["alternatives"]:
        console.print(_alternatives(decision))


def _show_replay(told: dict[str, Any], before: str, after: str) -> None:
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    table = Table("line", "prompt", before, after, box=None)
    for each in told["differences"]:
        table.add_row(str(each["line"]), _short(each["prompt"]), _said(each, "before"), _said(each, "after"))
    console.print(f"{told['differing']} of {told['prompts']} prompts are decided otherwise")
    if told["refused"]:
        console.print(f"{told['refused']} of {told['prompts']} cannot be decided")
    if told["differences"]:
        console.print(table)


def _said(difference: dict[str, Any], side: str) -> str:
    decision = difference[side]
    return f"{decision['skill']}, {decision['model']}" if decision else difference["fault"]


def _short(prompt: str, most: int = 50) -> str:
    line = " ".join(prompt.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _took(told: dict[str, Any]) -> str:
    embed_ms, decided_ms = told["embed_ms"], told["decision"]["decided_ms"]
    embedding = "no embedding" if embed_ms is None else f"{embed_ms:.1f} ms for the embedding"
    return f"{decided_ms:.2f} ms, {embedding}"


def _text(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _scores(decision: dict[str, Any]) -> Table:
    table = Table("skill", "score", box=None)
    for skill, score in sorted(decision["scores"].items(), key=lambda item: -item[1]):
        table.add_row(skill, f"{score:.3f}")
    return table


def _alternatives(decision: dict[str, Any]) -> Table:
    table = Table("instead", "model", "score", "why not", box=None)
    for each in decision["alternatives"]:
        table.add_row(each["skill"], each["model"], f"{each['score']:.2f}", each["reason"])
    return table
