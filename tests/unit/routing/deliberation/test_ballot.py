"""The count: clusters, ranks, ties, and that what is called decided is decided."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.routing.deliberation.ballot import Alike, Standing, Vote, count

LETTERS = "abcd"
PAIRS = [(one, other) for one in LETTERS for other in LETTERS if one < other]

votes_of = st.lists(
    st.tuples(
        st.sampled_from([*LETTERS, None]),
        st.sampled_from([0.1, 0.2, 0.25, 0.3, 0.5, 0.7, 0.9, 1.0]),
        st.sampled_from([None, None, None, None, None, True, False]),
    ),
    min_size=1,
    max_size=7,
)


def vote(voice: int, form: str | None, weight: float = 1.0, passed: bool | None = None) -> Vote:
    return Vote(voice, form or "?", form, weight, passed)


def winner(votes: Sequence[Vote], alike: Alike | None = None) -> tuple[int, ...]:
    return tuple(each.voice for each in count(votes, alike).leader.votes)


def test_the_most_frequent_answer_leads() -> None:
    counted = count([vote(0, "a"), vote(1, "b"), vote(2, "b")])
    assert [cluster.weight for cluster in counted.clusters] == [2, 1]
    assert counted.share == pytest.approx(2 / 3)
    assert winner([vote(0, "a", 0.9), vote(1, "b", 0.4), vote(2, "b", 0.4)]) == (0,)


def test_a_tie_goes_to_the_surest_then_to_who_was_asked_first() -> None:
    assert winner([vote(0, "a"), vote(1, "b")]) == (0,)
    assert winner([vote(0, "a", 0.5), vote(1, "b", 0.7), vote(2, "a", 0.5), vote(3, "b", 0.3)]) == (1, 3)


def test_an_answer_without_a_form_never_beats_one_with() -> None:
    assert winner([vote(0, None), vote(1, None), vote(2, "a", 0.1)]) == (2,)
    assert count([vote(0, None), vote(1, None)]).leader.standing is Standing.OUT_OF_FORM


def test_a_refuted_answer_wins_only_among_refuted_ones() -> None:
    assert winner([vote(0, "a", passed=False), vote(1, "a", passed=False), vote(2, None, 0.1)]) == (2,)
    assert count([vote(0, "a", passed=False)]).leader.standing is Standing.REFUTED


def test_a_proved_answer_wins_against_all_others() -> None:
    assert winner([vote(0, "a"), vote(1, "a"), vote(2, "b", 0.1, passed=True)]) == (2,)


def test_order_of_arrival_changes_nothing() -> None:
    votes = [vote(0, "a", 0.5), vote(1, "b", 0.3), vote(2, "c", 0.6), vote(3, "b", 0.2)]
    bridge = [("a", "d"), ("c", "d")]
    for order in permutations([*votes, vote(4, "d", 0.1)]):
        assert winner(order) == (2,)
        assert winner(order, related(bridge)) == (0, 2, 4)


def test_nobody_decides_nothing() -> None:
    assert not count([]).is_decided(0, may_merge=False, may_be_proved=False)


@pytest.mark.parametrize(
    ("forms", "to_come", "decided"),
    [
        ("aa", 1, True),
        ("ab", 1, False),
        ("aab", 2, False),
        ("aaa", 2, True),
        ("aabb", 0, False),
        ("a", 1, False),
    ],
)
def test_a_majority_decides(forms: str, to_come: int, decided: bool) -> None:
    counted = count([vote(index, form) for index, form in enumerate(forms)])
    assert counted.is_decided(to_come, may_merge=False, may_be_proved=False) is decided


def test_a_check_to_come_keeps_it_open_and_a_proof_ends_it() -> None:
    assert not count([vote(0, "a"), vote(1, "a")]).is_decided(1, may_merge=False, may_be_proved=True)
    assert count([vote(0, "a", 0.1, passed=True)]).is_decided(9, may_merge=True, may_be_proved=True)


@given(rows=votes_of, order=st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_what_is_decided_stays_decided(
    rows: list[tuple[str | None, float, bool | None]], order: object
) -> None:
    check_stays(rows, order, None)


@given(rows=votes_of, order=st.randoms(use_true_random=False), pairs=st.sets(st.sampled_from(PAIRS)))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_what_is_decided_stays_decided_where_meanings_chain(
    rows: list[tuple[str | None, float, bool | None]], order: object, pairs: set[tuple[str, str]]
) -> None:
    check_stays(rows, order, related(list(pairs)))


def check_stays(
    rows: list[tuple[str | None, float, bool | None]], order: object, alike: Alike | None
) -> None:
    """Count after every arrival; once it is called decided, the winner is within the final winner."""
    checks = any(passed is not None for _, _, passed in rows)
    votes = [vote(index, *row) for index, row in enumerate(rows)]
    order.shuffle(votes)  # type: ignore[attr-defined]
    final = set(winner(votes, alike))
    for arrived in range(1, len(votes) + 1):
        counted = count(votes[:arrived], alike)
        to_come = float(len(votes) - arrived)
        if counted.is_decided(to_come, may_merge=alike is not None, may_be_proved=checks):
            leader = counted.leader
            if leader.standing is Standing.PROVED:
                assert any(each.passed for each in votes if each.voice in final)
            else:
                assert {each.voice for each in leader.votes} <= final
            return


def related(pairs: list[tuple[str, str]]) -> Alike:
    return lambda one, other: (one.form, other.form) in pairs or (other.form, one.form) in pairs
