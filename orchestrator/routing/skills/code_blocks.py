"""Code in Markdown, found by a CommonMark parser: longer fences, tildes, fences in lists and quotes, unclosed ones.

A fence indented by four or more spaces is an indented block to CommonMark. Models write such, so it is read as a fence.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

LANGUAGES = {"py": "python", "python3": "python", "js": "javascript", "sh": "bash", "shell": "bash"}
_PYTHON_3 = re.compile(r"(?:python|py)3(?:\.\d{1,2}){0,2}")
_FENCES = ("```", "~~~")
_MARKS = r"(?P<marks>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)"
_AT_BEGINNING = re.compile(rf"{_MARKS}(?P<fence>`{{3,}}(?=[^`]*$)|~{{3,}})?")
# "run this: ```python" at the end of a line: no fence to CommonMark, but people and models write such.
_BEHIND_WORDS = re.compile(r"(?<=[^\s`~])[ \t]{0,8}(?P<fence>`{3,9}|~{3,9})[\w+.-]{0,20}[ \t\r]{0,8}$")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """`language` is the first word of the tag in lower case, short names written out, empty without a tag.

    `closed` is false when the text ended before the fence did.
    """

    language: str
    code: str
    closed: bool = True


def code_blocks(text: str) -> list[CodeBlock]:
    """The fenced blocks of a Markdown text, in order; a fence inside a longer fence belongs to its code.

    One that opens behind words is a fence too.
    """
    return list(_fences("\n".join(_with_fences_on_their_own_lines(text)), inside_indent=False))


def _with_fences_on_their_own_lines(text: str) -> Iterator[str]:
    """The lines of the text; what looks like a fence in the code of another is none."""
    fence: str | None = None
    for line in text.split("\n"):
        if fence:
            is_end = fence in line and not line.strip(f" \t\r>{fence[0]}")
            fence = None if is_end else fence
            yield line
            continue
        begins, behind = _AT_BEGINNING.match(line), _BEHIND_WORDS.search(line)
        assert begins is not None, "every line has its marks, if none"
        fence = begins["fence"]
        if fence or not behind:
            yield line
            continue
        fence = behind["fence"]
        yield line[: behind.start()]
        yield re.sub(r"[^\s>]", " ", begins["marks"]) + line[behind.start("fence") :]


def _fences(text: str, *, inside_indent: bool) -> Iterator[CodeBlock]:
    for token in MarkdownIt("commonmark").disable("inline").parse(text):
        if token.type == "fence":
            yield _block(token)
        elif token.type == "code_block" and not inside_indent:
            content = textwrap.dedent(token.content)
            if content.lstrip().startswith(_FENCES):
                yield from _fences(content, inside_indent=True)


def _block(token: Token) -> CodeBlock:
    tag = token.info.strip().split(maxsplit=1)
    language = tag[0].lower().strip("{}.") if tag else ""
    if _PYTHON_3.fullmatch(language):
        language = "python"
    return CodeBlock(LANGUAGES.get(language, language), token.content, _is_closed(token))


def _is_closed(token: Token) -> bool:
    assert token.map is not None, "a block token knows its lines"
    first, end = token.map
    written = token.content.count("\n") + (not token.content.endswith("\n") and token.content != "")
    return end - first == written + 2
