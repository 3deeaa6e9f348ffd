"""What goes into one decode: every running stream, then prompts in bounded chunks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from llama_cpu.batch_plan import PlanLimits, PrefillSpeed, plan_batch
from llama_cpu.sampling import SamplingSpec
from llama_cpu.slots import GenerationRequest, Slot, choose_slot

LIMITS = PlanLimits(batch_tokens=64, idle_prefill_tokens=32, shared_prefill_ms=40.0, min_prefill_tokens=4)


class Silent:
    def tokens(self, token_ids: object, log_probs: object, final: bool) -> None: ...

    def error(self, message: str) -> None: ...


def slot(sequence: int, prompt_tokens: int, cached: int, generated: int = 0) -> Slot:
    prompt = list(range(prompt_tokens))
    request = GenerationRequest(str(sequence), prompt, 100, SamplingSpec(end_id=None), Silent())
    held = prompt[:cached] + list(range(max(0, generated - 1)))
    return Slot(sequence, cached=held, request=request, generated=list(range(generated)))


def running(sequence: int) -> Slot:
    return slot(sequence, 5, 5, generated=3)


slots = st.lists(st.tuples(st.integers(2, 90), st.floats(0, 0.99), st.booleans()), max_size=16).map(
    lambda rows: [
        running(number) if is_running else slot(number, length, int(length * done))
        for number, (length, done, is_running) in enumerate(rows)
    ]
)


@given(slots, st.floats(0.05, 2.0))
def test_every_plan_is_a_valid_batch(some: list[Slot], rate: float) -> None:
    plan = plan_batch(some, LIMITS, rate, now_s=0.0)
    assert len(plan.rows) <= LIMITS.batch_tokens
    for piece in plan.pieces:
        rows = plan.rows[piece.first_row : piece.first_row + len(piece.tokens)]
        assert [row.token for row in rows] == list(piece.tokens)
        assert [row.position for row in rows] == [len(piece.slot.cached) + i for i in range(len(rows))]
        assert {row.sequence for row in rows} == {piece.slot.sequence}
    assert {piece.slot.sequence for piece in plan.pieces} >= {s.sequence for s in some if s.generated}
    assert not some or plan.rows


@given(slots, st.floats(0.05, 2.0))
def test_a_prompt_gets_logits_for_its_last_token_only(some: list[Slot], rate: float) -> None:
    for piece in plan_batch(some, LIMITS, rate, now_s=0.0).pieces:
        if piece.slot.generated:
            continue
        wanted = [row for row in range(len(piece.tokens))][-1:]
        is_last = len(piece.slot.cached) + len(piece.tokens) == len(piece.slot.request.prompt)
        rows = plan_rows(some, rate)[piece.first_row : piece.first_row + len(piece.tokens)]
        assert [i for i, row in enumerate(rows) if row.wants_logits] == (wanted if is_last else [])


def plan_rows(some: list[Slot], rate: float) -> list:
    return plan_batch(some, LIMITS, rate, now_s=0.0).rows


def test_prompts_share_a_step_with_running_streams_only_for_their_time_budget() -> None:
    alone = plan_batch([slot(0, 90, 0)], LIMITS, prefill_tokens_per_ms=0.25, now_s=0.0)
    shared = plan_batch([running(1), slot(0, 90, 0)], LIMITS, prefill_tokens_per_ms=0.25, now_s=0.0)
    assert len(alone.rows) == 32
    assert len(shared.rows) == 1 + 10  # 40 ms at 0.25 tokens a ms


def test_the_shortest_prompt_goes_first_unless_another_starves() -> None:
    long, short = slot(0, 90, 0), slot(1, 10, 0)
    assert plan_batch([long, short], LIMITS, 1.0, now_s=0.5).pieces[0].slot is short
    short.last_step_s = 2.0
    assert plan_batch([long, short], LIMITS, 1.0, now_s=2.1).pieces[0].slot is long


def free(sequence: int, cached: list[int], last_used_s: float) -> Slot:
    return Slot(sequence, cached=cached, last_used_s=last_used_s)


def test_a_conversation_comes_back_to_its_slot() -> None:
    conversation, other = free(0, list(range(40)), 1.0), free(1, [9, 9], 0.0)
    assert choose_slot([other, conversation], [*range(40), 77]) is conversation


def test_a_shared_system_prompt_does_not_evict_a_long_conversation() -> None:
    conversation, empty = free(0, list(range(400)), 1.0), free(1, [], 2.0)
    assert choose_slot([conversation, empty], [*range(20), *range(900, 960)]) is empty


def test_the_whole_prompt_is_never_taken_from_the_cache() -> None:
    assert free(0, [1, 2, 3], 0.0).prefix_tokens([1, 2, 3]) == 2


def test_small_chunks_beside_a_stream_do_not_shrink_the_learned_speed() -> None:
    """A step costs 30 ms for its stream and 2 ms a prompt token: 0.5 tokens/ms, whatever the chunk."""
    speed, stream, prompt = PrefillSpeed(), running(0), slot(1, 5000, 0)
    for _ in range(10):
        speed.learn(plan_batch([stream], LIMITS, 0.1, now_s=0.0), 30.0)
    for _ in range(100):
        plan = plan_batch([stream, prompt], LIMITS, speed.tokens_per_ms, now_s=0.0)
        speed.learn(plan, 30.0 + 2.0 * (len(plan.rows) - 1))
    assert abs(speed.tokens_per_ms - 0.5) < 0.01
