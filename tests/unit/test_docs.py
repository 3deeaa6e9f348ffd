"""Documents stay true: every command line and option in them exists, every link leads somewhere.

Nothing is run: words are looked up in the programs' own parsers, Makefile and scripts.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import typer.main
from doc_lines import ASSIGNMENT, PROGRAM, Line, command_lines

from engines import __main__ as engines_main
from engines import triton_config
from orchestrator.cli import app

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("triton_repo/*.md"),
        *ROOT.glob("tests/*/*.md"),
    ]
)
MISSING = object()
LINES = [line for path in DOCS for line in command_lines(path, path.read_text())]


def fault(line: Line, config: pytest.Config) -> str | None:
    """What is wrong with a command line, or None. `a|b` in `code` stands for both."""
    for words in product(*(word.split("|") if not line.whole else [word] for word in line.words)):
        program, *arguments = words
        name = program.removeprefix(".venv/bin/")
        if found := _fault(name, arguments, config):
            return f"{line}: {found}"
    return None


def _fault(name: str, arguments: list[str], config: pytest.Config) -> str | None:
    if name == "council":
        return council_fault(arguments)
    if name == "make":
        return make_fault(arguments)
    if name == "pytest":
        return pytest_fault(arguments, config)
    if name.startswith("scripts/"):
        return script_fault(name, arguments)
    return python_fault(arguments, config)


def council_fault(arguments: list[str]) -> str | None:
    command: Any = typer.main.get_command(app)
    context = command.context_class(command, info_name="council")
    while arguments and hasattr(command, "commands"):
        if arguments[0].startswith("-"):
            break
        name, *arguments = arguments
        if name not in command.commands and hasattr(command, "default_command"):
            name, arguments = command.default_command, [name, *arguments]
        if name not in command.commands:
            return f"{context.command_path} has no command {name!r}"
        command = command.commands[name]
        context = command.context_class(command, info_name=name, parent=context)
    known = {
        name for option in command.get_params(context) for name in (*option.opts, *option.secondary_opts)
    }
    if unknown := [word for word in options_of(arguments) if word not in known]:
        return f"{context.command_path} has no option {unknown}"
    takes = [option for option in command.get_params(context) if option.param_type_name == "argument"]
    _, left, _ = command.make_parser(context).parse_args([*arguments])
    return f"{context.command_path} takes no {left}" if left and not takes else None


def options_of(arguments: list[str]) -> list[str]:
    return [word.split("=", 1)[0] for word in arguments if word.startswith("-") and word not in ("-", "--")]


def make_fault(arguments: list[str]) -> str | None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wrong = [
        word for word in arguments if not ASSIGNMENT.match(word) and word not in targets and word != "..."
    ]
    return f"no target {wrong}" if wrong else None


def pytest_fault(arguments: list[str], config: pytest.Config) -> str | None:
    unknown = [word for word in options_of(arguments) if config.getoption(word, default=MISSING) is MISSING]
    paths = [word for word in arguments if word.startswith("tests/") and not (ROOT / word).exists()]
    return f"pytest does not know {unknown or paths}" if unknown or paths else None


def script_fault(name: str, arguments: list[str]) -> str | None:
    script = ROOT / name
    if not (script.is_file() and (os.access(script, os.X_OK) or script.suffix == ".py")):
        return "there is no such script"
    if name == "scripts/build_engines.sh" and "--help" not in arguments:
        return argparse_fault(engines_main._parser(), ["build", *arguments])
    text = script.read_text() + (ROOT / "scripts/setup.py").read_text() * (name == "scripts/setup")
    unknown = [word for word in options_of(arguments) if not re.search(rf"(?<![\w-]){word}(?![\w-])", text)]
    return f"has no option {unknown}" if unknown else None


def python_fault(arguments: list[str], config: pytest.Config) -> str | None:
    if arguments[:1] != ["-m"]:
        script = arguments[0] if arguments else "-"
        ours = script.endswith(".py") and not script.startswith(("data/", "/", "$"))
        return f"there is no {script}" if ours and not (ROOT / script).is_file() else None
    module, rest = arguments[1], arguments[2:]
    if module == "pytest":
        return pytest_fault(rest, config)
    if module == "engines":
        return argparse_fault(engines_main._parser(), rest)
    if module == "engines.triton_config":
        return argparse_fault(triton_config._parser(), rest)
    found = "..." in module or importlib.util.find_spec(module)
    if not found:
        return f"there is no module {module}"
    source = Path(str(found.origin)).read_text() if options_of(rest) else ""  # type: ignore[union-attr]
    unknown = [word for word in options_of(rest) if f'"{word}"' not in source]
    return f"{module} has no option {unknown}" if unknown else None


def argparse_fault(parser: argparse.ArgumentParser, arguments: list[str]) -> str | None:
    """Placeholders such as `N` are no values, so only names are looked up."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            if not arguments:
                return None
            if arguments[0] not in action.choices:
                return f"has no command {arguments[0]!r}"
            return argparse_fault(action.choices[arguments[0]], arguments[1:])
    unknown = [word for word in options_of(arguments) if word not in parser._option_string_actions]
    return f"has no option {unknown}" if unknown else None


def test_command_lines_are_found_at_all() -> None:
    seen = {(line.path.name, PROGRAM.sub(r"\1\2", line.words[0])) for line in LINES}
    assert {
        ("engines.md", name) for name in ("council", "make", "scripts/build_engines.sh", "python")
    } <= seen
    assert {("gpu-checklist.md", name) for name in ("council", "scripts/setup", "python")} <= seen
    assert ("README.md", "make") in seen


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_and_option_exists(path: Path, pytestconfig: pytest.Config) -> None:
    faults = [found for line in LINES if line.path == path and (found := fault(line, pytestconfig))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "text",
    [
        "council engine plan",
        "council engines plan --card x",
        ".venv/bin/council engines build phi-2",
        "council models list|push",
        "make deploy",
        "scripts/no_such.sh",
        "scripts/build_engines.sh --model x --fast",
        "scripts/setup --devel",
        "python -m engines.no_such",
        "python3 -m engines build --quick",
        "cd x && python -m engines.triton_config --out x",
        "python -m pytest tests/contract --no-such-option x",
        "python -m pytest tests/no_such",
        "X=$(python3 -m engines picture)",
        "python benchmarks/no_such.py",
    ],
)
@pytest.mark.parametrize("form", ["```sh\n{}\n```", "see `{}`."])
def test_a_wrong_command_line_is_caught(text: str, form: str, pytestconfig: pytest.Config) -> None:
    if "|" in text and form.startswith("```"):
        text = "council models push"
    lines = list(command_lines(ROOT / "x.md", form.format(text)))
    assert [line for line in lines if fault(line, pytestconfig)]


def slugs(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(path: Path, text: str) -> list[str]:
    links = re.findall(
        r"\[[^\]]*\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    )
    dead = []
    for link in links:
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        file = (path.parent / target).resolve() if target else path
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in slugs(file)):
            dead.append(link)
    return dead


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    assert dead_links(path, path.read_text()) == []


def test_a_dead_link_is_caught() -> None:
    text = "[a](gone.md) [b](engines.md#gone) [c](engines.md#what-fits) [d](https://example.org/x)"
    assert dead_links(ROOT / "docs" / "x.md", text) == ["gone.md", "engines.md#gone"]
