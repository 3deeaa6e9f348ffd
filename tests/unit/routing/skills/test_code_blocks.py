"""Fences as models write them, right and wrong."""

from __future__ import annotations

import pytest

from orchestrator.routing.skills.code_blocks import CodeBlock, code_blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("no code at all", []),
        ("inline `x = 1` is no block", []),
        ("a\n```python\nx = 1\n```\nb", [CodeBlock("python", "x = 1\n")]),
        ("```py\na\n```\nand\n```\nb\n```", [CodeBlock("python", "a\n"), CodeBlock("", "b\n")]),
        ("~~~sh\nls\n~~~", [CodeBlock("bash", "ls\n")]),
        ("~~~\n```\ninner\n```\n~~~", [CodeBlock("", "```\ninner\n```\n")]),
        ("````md\n```py\nx\n```\n````", [CodeBlock("md", "```py\nx\n```\n")]),
        ("1. First:\n   ```py\n   if x:\n       y\n   ```", [CodeBlock("python", "if x:\n    y\n")]),
        ("> ```js\n> f()\n> ```", [CodeBlock("javascript", "f()\n")]),
        ("text\n\n    ```py\n    z = 1\n    ```\n", [CodeBlock("python", "z = 1\n")]),
        ("``` Python title=a.py\nx\n```", [CodeBlock("python", "x\n")]),
        ("```{.python}\nx\n```", [CodeBlock("python", "x\n")]),
        ("```py\nx = 1", [CodeBlock("python", "x = 1", closed=False)]),
        ("```py\nx = 1\n\n", [CodeBlock("python", "x = 1\n\n", closed=False)]),
        ("```py\n```", [CodeBlock("python", "")]),
        ("```py", [CodeBlock("python", "", closed=False)]),
        ("```py\na\n``` \nmore", [CodeBlock("python", "a\n")]),
        ("```py\na\n```py\nb\n```", [CodeBlock("python", "a\n```py\nb\n")]),
        ("```c++\nint x;\n```", [CodeBlock("c++", "int x;\n")]),
        ("```\r\nx\r\n```\r\n", [CodeBlock("", "x\n")]),
        ("run this: ```python\nx\n```", [CodeBlock("python", "x\n")]),
        ("Here: ```py\nx\n```\nIt is x.", [CodeBlock("python", "x\n")]),
        ("Here: ```py\nx\n```\nand\n```\ny\n```", [CodeBlock("python", "x\n"), CodeBlock("", "y\n")]),
        ("```py\nx\n```\nIt says: ```\ny\n```", [CodeBlock("python", "x\n"), CodeBlock("", "y\n")]),
        ("````md\nsay: ```py\nx\n```\n````", [CodeBlock("md", "say: ```py\nx\n```\n")]),
        ("```py\nf('say ```\nx')\n```", [CodeBlock("python", "f('say ```\nx')\n")]),
        ("run this: ```python3.11\r\nx\r\n```\r\n", [CodeBlock("python", "x\n")]),
        ("1. Do ```js\n   f()\n   ```", [CodeBlock("javascript", "f()\n")]),
        ("```python3.11\nx\n```", [CodeBlock("python", "x\n")]),
        ("```py3\nx\n```", [CodeBlock("python", "x\n")]),
        ("```python2\nx\n```", [CodeBlock("python2", "x\n")]),
        ("see ```x``` and `y`", []),
    ],
)
def test_blocks(text: str, blocks: list[CodeBlock]) -> None:
    assert code_blocks(text) == blocks


def test_megabyte_of_fences_ends_soon() -> None:
    assert len(code_blocks("```\nx\n```\n" * 20_000)) == 20_000
