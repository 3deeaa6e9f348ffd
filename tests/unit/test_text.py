"""What counts as nothing to read."""

from __future__ import annotations

import pytest

from orchestrator.text import is_blank


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\xa0\u3000\u2028",
        "\u200b\u2060",
        "\ufeff",
        "\u00ad\u200e",
        "\x00\x1b",
        "\u2800\u3164\ufe0f",
    ],
)
def test_nothing_to_read(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", " .", "\u200b0\u200b", "雲", "🙂", "\u0301e", "\u200d👍\ufe0f"])
def test_something_to_read(text: str) -> None:
    assert not is_blank(text)
