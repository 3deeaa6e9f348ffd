"""A guide that cannot be followed is an error. It never ends an answer as if that had matched."""

from __future__ import annotations

import json

import numpy as np
import pytest
from llama_cpu.guides import LONGEST_GUIDE_BYTES, GuideCompiler, GuideError, GuideState

from tests.conftest import MODEL, MODELS_DIR

VOCABULARY, END = 49152, 2
NOTHING_BUT_ITSELF = {"$ref": "#"}
GROWS_WITHOUT_END = {"type": "string", "pattern": "^(([a-z]{1,100}){1,100}){1,100}$"}
FITS_NO_FINITE_TEXT = {
    "$defs": {"a": {"type": "object", "properties": {"x": {"$ref": "#/$defs/a"}}, "required": ["x"]}},
    "$ref": "#/$defs/a",
}


@pytest.fixture(scope="module")
def compiler() -> GuideCompiler:
    vocabulary = MODELS_DIR / MODEL / "tokenizer.json"
    if not vocabulary.exists():
        pytest.skip(f"{MODEL} is not installed: run `council models pull {MODEL}`")
    return GuideCompiler(vocabulary, VOCABULARY, END)


def allowed(guide: GuideState) -> list[int]:
    logits = np.zeros(VOCABULARY, np.float32)
    guide.mask(logits)
    return [int(token) for token in np.flatnonzero(np.isfinite(logits))]


def follow(guide: GuideState, most: int) -> list[int]:
    """Draw tokens, each from the middle of those allowed, until the end token."""
    tokens: list[int] = []
    while len(tokens) < most:
        fitting = allowed(guide)
        token = fitting[len(fitting) // 2]
        tokens.append(token)
        if token == END:
            break
        guide.accept(token)
    return tokens


def test_a_guide_that_can_be_followed_ends_with_the_end_token(compiler: GuideCompiler) -> None:
    guide = compiler.compile("json_schema", json.dumps({"const": ""}))
    assert follow(guide, 5)[-1] == END


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("json_schema", json.dumps(NOTHING_BUT_ITSELF)),
        ("json_schema", json.dumps({"$defs": {"a": NOTHING_BUT_ITSELF}, "$ref": "#"})),
        ("regex", r"[^\s\S]"),
    ],
)
def test_a_guide_that_nothing_can_match_is_refused(compiler: GuideCompiler, kind: str, source: str) -> None:
    with pytest.raises(GuideError, match="^Guided decoding: no text can match it$"):
        compiler.compile(kind, source)


@pytest.mark.parametrize("schema", [GROWS_WITHOUT_END, FITS_NO_FINITE_TEXT])
def test_a_guide_that_breaks_on_the_way_is_an_error_and_does_not_show_the_answer(
    compiler: GuideCompiler, schema: dict[str, object]
) -> None:
    guide = compiler.compile("json_schema", json.dumps(schema))
    with pytest.raises(GuideError, match="^Guided decoding: ") as failed:
        follow(guide, 50)
    assert "Tokens" not in str(failed.value)


def test_a_guide_that_is_too_long_is_refused(compiler: GuideCompiler) -> None:
    longest = json.dumps({"const": ""}).ljust(LONGEST_GUIDE_BYTES)
    assert follow(compiler.compile("json_schema", longest), 5)[-1] == END
    with pytest.raises(GuideError, match="^Guided decoding: the guide has 262145 bytes, at most 262144$"):
        compiler.compile("json_schema", f"{longest} ")
