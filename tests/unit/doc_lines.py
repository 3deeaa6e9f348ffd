"""The command lines of a Markdown file: fenced and indented blocks, and `code` in lines, as words.

Kept are those that begin with a word a person would type for this project: `council`, `make`, `scripts/...`, `python`.
"""

from __future__ import annotations

import contextlib
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROGRAM = re.compile(r"^(?:\.venv/bin/)?(council|make|python3?(?:\.\d+)?|pytest)$|^(scripts/[\w.-]+)$")
ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=")
HEREDOC = re.compile(r"<<-?'?(\w+)'?")
LEADING = {"sudo", "exec", "time", "do", "then", "{", "RESULT"}
OPERATORS = set("&|;()<>\n")


@dataclass(frozen=True)
class Line:
    """A command line as words. `whole`: from a block, where it is meant to be typed as it stands."""

    path: Path
    number: int
    words: tuple[str, ...]
    whole: bool

    def __str__(self) -> str:
        return f"{self.path.name}:{self.number}: {shlex.join(self.words)}"


def command_lines(path: Path, text: str) -> Iterator[Line]:
    block: list[str] | None = None
    started = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            if block is not None:
                yield from block_lines(path, started, block)
            block, started = ([], number + 1) if block is None else (None, 0)
        elif block is not None:
            block.append(line)
        elif line.startswith("    "):
            yield from block_lines(path, number, [line.strip()])
        else:
            for code in re.findall(r"`([^`]+)`", line):
                yield from parsed(path, number, code.replace("\\|", "|"), whole=False)


def block_lines(path: Path, first: int, lines: list[str]) -> Iterator[Line]:
    """The shell lines of a block: continued ones joined, bodies of here-documents left out."""
    until, joined, started = "", "", first
    for number, line in enumerate(lines, first):
        if until:
            until = "" if line.strip() == until else until
            continue
        started = started if joined else number
        joined += line.removesuffix("\\")
        if not line.endswith("\\"):
            heredoc = HEREDOC.search(joined)
            until = heredoc[1] if heredoc else ""
            yield from parsed(path, started, joined, whole=True)
            joined = ""


def parsed(path: Path, number: int, text: str, *, whole: bool) -> Iterator[Line]:
    inner = re.findall(r"\$\(([^()]*)\)", text)
    for part in (re.sub(r"\$\([^()]*\)", "RESULT", text), *inner):
        for words in simple_commands(part, split_pipes=whole):
            if PROGRAM.match(words[0]):
                yield Line(path, number, tuple(words), whole)


def simple_commands(text: str, *, split_pipes: bool) -> Iterator[list[str]]:
    """Words of each command of a shell line, without assignments, `sudo` and redirections."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars="&|;()<>" if split_pipes else "&;()<>")
    lexer.whitespace_split = True
    words: list[str] = []
    with contextlib.suppress(ValueError):  # an apostrophe in `code` that is no shell
        for word in [*lexer, ";"]:
            if set(word) <= OPERATORS:
                if words:
                    yield words
                words = []
            elif words or not (ASSIGNMENT.match(word) or word in LEADING):
                words.append(word)
