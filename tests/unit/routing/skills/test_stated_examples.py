"""What counts as an example that a task states, and what only looks like one."""

from __future__ import annotations

import time

import pytest

from orchestrator.routing.skills.examples import MAX_EXAMPLES, stated_examples


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write f so that f(2) = 4 and f(3) == 9.", ["f(2) == 4", "f(3) == 9"]),
        ("add(1, 2) should return 3", ["add(1, 2) == 3"]),
        ("`is_even(3)` → False; is_even(4) returns true", ["is_even(3) == False", "is_even(4) == True"]),
        (">>> rev('abc')\n'cba'\n>>> rev([1,2])\n[2, 1]", ["rev('abc') == 'cba'", "rev([1, 2]) == [2, 1]"]),
        ("for input 3 return 9", ["f(3) == 9"]),
        ("for an input of 'a', it should return 'aa'. ", ["f('a') == 'aa'"]),
        ("assert g([1,2], k=3) == {'a': (1,2)}", ["g([1, 2], k=3) == {'a': (1, 2)}"]),
        ("the value f(2) is 4.5.", ["f(2) == 4.5"]),
        ("f(')') == '('", ["f(')') == '('"]),
        ("f(-1) returns -1 and f(1e5)=2", ["f(-1) == -1", "f(100000.0) == 2"]),
        ("f() -> None", ["f() == None"]),
        ("f(2) = 4. I said f(2) = 4!", ["f(2) == 4"]),
        ("f(x) = x + 1", []),
        ("print(2) is cool", []),
        ("f(__import__('os')) == 1", []),
        ("os.f(2) = 4", []),
        ("f(2) equals g(3)", []),
        ("for inputs such as these it returns 3", []),
        ("", []),
    ],
)
def test_examples(text: str, found: list[str]) -> None:
    assert [str(example) for example in stated_examples(text)] == found


def test_not_more_than_are_worth_running() -> None:
    text = " ".join(f"f({number}) = {number}" for number in range(100))
    assert len(stated_examples(text)) == MAX_EXAMPLES


@pytest.mark.parametrize(
    "piece", ["f(", "f(2) = 4 ", "for input ", "for input 3 ", ">>> a\n", "f('", "((", "'"]
)
def test_a_megabyte_of_nearly_examples_ends_soon(piece: str) -> None:
    began = time.perf_counter()
    stated_examples(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - began < 0.5
