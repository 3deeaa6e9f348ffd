"""What the commands share: settings, problems shown to a person, and log lines with a service's name."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import typer

from orchestrator.cli.program import as_typed

if TYPE_CHECKING:
    from orchestrator.settings import Settings

RED = 31
COLOURS = {"triton": 36, "orchestrator": 35, "council": 32}
NAME_WIDTH = max(len(name) for name in COLOURS)


class Problem(Exception):
    """Something the person at the terminal can fix: what is wrong, and what to do."""

    def __init__(self, message: str, fix: str = "", exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.exit_code = exit_code


def report_problem(problem: Problem) -> int:
    """Show a problem on stderr, the same way for every command; return the exit code it stands for."""
    print_to(sys.stderr, paint(f"error: {problem.message}", RED, sys.stderr))
    if problem.fix:
        print_to(sys.stderr, f"fix: {as_typed(problem.fix)}")
    return problem.exit_code


@contextmanager
def reported_errors() -> Iterator[None]:
    """Show a typed error of `engines`, or a Problem, and leave the command with its exit code."""
    from engines.build_command import exit_code
    from engines.errors import EngineError

    try:
        yield
    except EngineError as error:
        raise typer.Exit(report_problem(Problem(error.message, error.fix, exit_code(error)))) from None
    except Problem as problem:
        raise typer.Exit(report_problem(problem)) from None


def load_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings. Raises Problem naming each wrong one."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from orchestrator.settings import Settings

    try:
        return Settings(**dict(overrides or {}))
    except ValidationError as error:
        lines = [_setting_error(dict(item)) for item in error.errors(include_input=False, include_url=False)]
        raise Problem("; ".join(lines), "correct it in council.toml or in the environment", 2) from None
    except (SettingsError, ValueError) as error:
        raise Problem(
            f"the settings cannot be read: {error}", "correct council.toml or the environment", 2
        ) from None


def _setting_error(item: Mapping[str, Any]) -> str:
    name = "_".join(str(part) for part in item["loc"])
    prefix = f"COUNCIL_{name.upper()}: " if name else ""
    return f"{prefix}{item['msg'].removeprefix('Value error, ')}"


def reachable_host(host: str) -> str:
    """Return the address under which a server bound to `host` is reached from this machine, ready for a URL."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"[{host}]" if ":" in host else host


def print_to(stream: TextIO, text: str, end: str = "\n") -> None:
    """Write and flush. A reader that went away is no reason to end."""
    try:
        stream.write(text + end)
        stream.flush()
    except OSError:
        return


def paint(text: str, colour: int, stream: TextIO) -> str:
    if stream.isatty() and "NO_COLOR" not in os.environ:
        return f"\x1b[{colour}m{text}\x1b[0m"
    return text


def log_line(service: str, text: str) -> None:
    """Print one line of a service's output behind its name."""
    name = paint(f"{service:<{NAME_WIDTH}} |", COLOURS.get(service, 33), sys.stdout)
    print_to(sys.stdout, f"{name} {text}")
