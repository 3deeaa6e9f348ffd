"""From the count to the verdict: the answer to show, the reason in one sentence, the confidence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestrator.routing.deliberation.ballot import Cluster, Count, Standing, Vote
from orchestrator.routing.deliberation.calibration import Calibration
from orchestrator.routing.deliberation.normal_form import is_short, is_whole
from orchestrator.routing.deliberation.opinion import Opinion, Stop, Verdict, VoteCount
from orchestrator.routing.deliberation.question import Question, states_a_sum
from orchestrator.routing.deliberation.seat import Seat
from orchestrator.seams import Generated

_LEADING_LETTER = re.compile(r"^\W*(?P<sign>[A-Ja-j])(?:[).:]|\W*$)")
_MAX_SHOWN_CHARS = 60
_HOW_PROVED = {
    "computed": "was computed to be right",
    "executed": "passed the task's examples when it was run",
}
_STOPPED = {"tokens": "; the token budget ended it", "time": "; the time budget ended it"}


def make_verdict(
    question: Question,
    seats: Sequence[Seat],
    count: Count,
    *,
    calibration: Calibration | None,
    stop: Stop | None,
    ms: float,
) -> Verdict:
    """`count` has at least one vote."""
    leader = count.leader
    winner = _representative(question, leader, seats)
    opinions = _opinions(seats, count)
    whole = sum(vote.weight for cluster in count.clusters for vote in cluster.votes) or 1.0
    return Verdict(
        answer=_shown(question, winner, seats),
        winner=winner.voice,
        opinions=opinions,
        votes=tuple(_vote_count(cluster, whole) for cluster in count.clusters),
        reason=_reason(question, seats, count, winner) + (_STOPPED.get(stop.cause, "") if stop else ""),
        confidence=_confidence(question, seats, count, calibration),
        consensus=_is_majority(count),
        prompt_tokens=sum(seat.prompt_tokens for seat in seats),
        completion_tokens=sum(seat.used_tokens for seat in seats),
        ms=ms,
        stop=stop,
        warnings=tuple(dict.fromkeys(text for seat in seats for text in seat.warnings)),
    )


def _representative(question: Question, cluster: Cluster, seats: Sequence[Seat]) -> Vote:
    """The member whose words are shown: of its cluster's standing, whole, shown the question as it is, the surest."""

    def preference(vote: Vote) -> tuple[bool, bool, bool, float, int]:
        seat = seats[vote.voice]
        assert seat.generated is not None, "who votes has answered"
        log_prob = seat.generated.mean_log_prob
        return (
            _ended_by_itself(seat.generated),
            _is_complete(question, seat),
            seat.voice.rotation == 0,
            float("-inf") if log_prob is None else log_prob,
            -vote.voice,
        )

    return max((vote for vote in cluster.votes if vote.standing is cluster.standing), key=preference)


def _shown(question: Question, winner: Vote, seats: Sequence[Seat]) -> str:
    """The winner's own words, unless their letter would name another option of the question as the user wrote it."""
    options = question.options
    if options is None or not options.signs or winner.form is None:
        return winner.text
    letter = _LEADING_LETTER.match(winner.text)
    turned = seats[winner.voice].voice.rotation_of(question) != 0
    right = winner.form.lstrip("( ")[:1].upper()
    return winner.form if turned or (letter and letter["sign"].upper() != right) else winner.text


def _opinions(seats: Sequence[Seat], count: Count) -> tuple[Opinion, ...]:
    of_voice = {vote.voice: index for index, cluster in enumerate(count.clusters) for vote in cluster.votes}
    return tuple(seat.opinion(of_voice.get(seat.index)) for seat in seats)


def _vote_count(cluster: Cluster, whole: float) -> VoteCount:
    checked = [vote.passed for vote in cluster.votes if vote.passed is not None]
    return VoteCount(
        answer=next((vote.form for vote in cluster.votes if vote.form is not None), None),
        voices=tuple(vote.voice for vote in cluster.votes),
        weight=cluster.weight,
        share=cluster.weight / whole,
        verified=any(checked) if checked else None,
    )


def _reason(question: Question, seats: Sequence[Seat], count: Count, winner: Vote) -> str:
    leader, answered = count.leader, sum(len(cluster.votes) for cluster in count.clusters)
    who = f"voice {winner.voice + 1} ({seats[winner.voice].voice.model})"
    if leader.standing is Standing.PROVED:
        return f"The answer of {who} {_HOW_PROVED[seats[winner.voice].checked_by or 'computed']}"
    if leader.standing is Standing.REFUTED:
        return f"No answer passed its check; shown is that of {who}"
    if leader.standing is Standing.OUT_OF_FORM:
        return f"No answer {_without_result(count, seats)}; shown is that of {who}"
    if len(leader.votes) == 1:
        alone = "Only one voice answered" if answered == 1 else f"None of {answered} voices agree"
        return f"{alone}; shown is the answer of {who}, {_why_first(count)}"
    said = winner.form if winner.form is not None and is_short(winner.form) else "the same"
    weighs = f"{count.share:.0%} of the weight" + ("" if _is_majority(count) else ", no majority")
    return f"{len(leader.votes)} of {answered} voices say {said[:_MAX_SHOWN_CHARS]!r}, {weighs}"


def _without_result(count: Count, seats: Sequence[Seat]) -> str:
    generated = [seats[vote.voice].generated for cluster in count.clusters for vote in cluster.votes]
    all_cut = all(each is not None and each.finish_reason == "length" for each in generated)
    return "came to a result before it was cut off" if all_cut else "has the form asked for"


def _why_first(count: Count) -> str:
    others = [cluster.weight for cluster in count.clusters[1:] if cluster.standing is Standing.VOTING]
    if not others:
        return "the only one of the form asked for"
    return "whose vote weighs most" if count.leader.weight > max(others) else "which was asked first"


def _confidence(
    question: Question, seats: Sequence[Seat], count: Count, calibration: Calibration | None
) -> float | None:
    leader = count.leader
    if leader.standing is Standing.PROVED:
        return 1.0
    form = leader.votes[0].form
    measured = (
        leader.standing is Standing.VOTING and form is not None and question.asks and _is_majority(count)
    )
    if calibration is None or form is None or not measured:
        return None
    if question.form == "open" and not is_short(form):
        return None  # curves were fitted to short answers
    if sum(_is_complete(question, seats[vote.voice]) for vote in leader.votes) < 2:
        return None  # what was cut off may have gone on to say something else
    models = {seat.voice.model for seat in seats}
    return calibration.confidence(models, question.form, count.share)


def _is_majority(count: Count) -> bool:
    """Two voices or more that are more than half of all that answered, and have more than half of the weight.

    Half of the voices is none: log-probabilities, which break their tie, would make it one by a hair.
    """
    leader = count.leader
    agreeing = sum(vote.standing is leader.standing for vote in leader.votes)
    answered = sum(len(cluster.votes) for cluster in count.clusters)
    return (
        leader.standing >= Standing.VOTING and agreeing > 1 and 2 * agreeing > answered and count.share > 0.5
    )


def _ended_by_itself(generated: Generated) -> bool:
    return generated.finish_reason == "stop" and generated.stopped_by is None


def _is_complete(question: Question, seat: Seat) -> bool:
    """Whether it ended by itself, or was cut off behind the statement that it was read from.

    Where an answer is worked out, what was cut off may be the answer.
    """
    if seat.generated is None or _ended_by_itself(seat.generated):
        return seat.generated is not None
    worked_out = question.form == "number" and not states_a_sum(question.text)
    return not worked_out and is_whole(seat.generated.text)
