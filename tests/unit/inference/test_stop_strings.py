"""Stop strings, compared with a reader of one character at a time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.inference.stop_strings import StopStrings

ALPHABET = "ab \n#é😂"


def naive(text: str, stops: list[str]) -> tuple[str, bool]:
    for end in range(1, len(text) + 1):
        ended = [stop for stop in stops if text[:end].endswith(stop)]
        if ended:
            return text[: end - len(max(ended, key=len))], True
    return text, False


def run(pieces: list[str], stops: list[str]) -> tuple[str, bool, list[str]]:
    machine = StopStrings(stops)
    shown: list[str] = []
    for piece in pieces:
        safe, met = machine.push(piece)
        shown.append(safe)
        if met:
            assert machine.flush() == ""
            return "".join(shown), True, shown
    return "".join(shown) + machine.flush(), False, shown


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    stops = draw(st.lists(st.text(ALPHABET, min_size=1, max_size=5), min_size=0, max_size=4))
    filler = st.text(ALPHABET, max_size=6)
    parts = draw(st.lists(st.one_of(filler, st.sampled_from(stops)) if stops else filler, max_size=8))
    text = "".join(parts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)], stops


@given(cut_texts())
def test_any_cutting_gives_what_a_naive_reader_sees(case: tuple[list[str], list[str]]) -> None:
    pieces, stops = case
    text, met, _ = run(pieces, stops)
    assert (text, met) == naive("".join(pieces), stops)


@given(cut_texts())
def test_only_what_could_begin_a_stop_string_is_held_back(case: tuple[list[str], list[str]]) -> None:
    pieces, stops = case
    machine = StopStrings(stops)
    seen = shown = ""
    for piece in pieces:
        safe, met = machine.push(piece)
        seen, shown = seen + piece, shown + safe
        if met:
            return
        could = [n for stop in stops for n in range(len(stop)) if n and seen.endswith(stop[:n])]
        assert len(seen) - len(shown) == max(could, default=0)


@pytest.mark.parametrize(
    ("pieces", "stops", "expected", "met"),
    [
        (["Hello wor", "ld"], ["world"], "Hello ", True),
        (["a", "a", "b"], ["ab"], "a", True),
        (["User", ": hi"], ["User:", "\n"], "", True),
        (["x\n", "\ny"], ["\n\n"], "x", True),
        (["one\r", "\n\r\ntwo"], ["\r\n\r\n"], "one", True),
        (["👩", "\u200d👩 end"], ["👩\u200d👩"], "", True),
        (["abc", "d"], ["abcd", "c"], "ab", True),
        (["abcd"], ["abcd", "c"], "ab", True),
        (["xab"], ["ab", "xab"], "", True),
        (["no sto"], ["stop"], "no sto", False),
        (["plain"], [], "plain", False),
    ],
)
def test_examples(pieces: list[str], stops: list[str], expected: str, met: bool) -> None:
    assert run(pieces, stops)[:2] == (expected, met)


def test_nothing_is_shown_after_a_stop_string_was_met() -> None:
    machine = StopStrings(["#"])
    assert machine.push("a#b") == ("a", True)
    assert machine.push("more") == ("", True)
    assert machine.flush() == ""


def test_an_empty_stop_string_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        StopStrings(["x", ""])


def test_a_hostile_stop_string_costs_linear_time() -> None:
    machine = StopStrings(["a" * 2000 + "b"])
    begin = time.perf_counter()
    for _ in range(1000):
        machine.push("a" * 100)
    assert time.perf_counter() - begin < 2
    assert machine.flush() == "a" * 2000
