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
_FENCES = ("```", "~~~")
# "run this: ```python" at the end of a line: no fence to CommonMark, but people write such.
_BEHIND_WORDS = re.compile(r"(?<=[^\s`~])[ \t]{0,8}(?=(?:`{3,9}|~{3,9})[\w+-]{0,20}[ \t]{0,8}$)", re.M)


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

    Where no fence has code, one that opens behind words is read too.
    """
    found = list(_fences(text, inside_indent=False))
    if any(block.code.strip() for block in found):
        return found
    return list(_fences(_BEHIND_WORDS.sub("\n", text), inside_indent=False))


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
    return CodeBlock(LANGUAGES.get(language, language), token.content, _is_closed(token))


def _is_closed(token: Token) -> bool:
    assert token.map is not None, "a block token knows its lines"
    first, end = token.map
    written = token.content.count("\n") + (not token.content.endswith("\n") and token.content != "")
    return end - first == written + 2
