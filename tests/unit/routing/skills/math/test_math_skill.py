"""The skill: evidence, refusals, processes that are killed, many at once, nothing left behind."""

from __future__ import annotations

import asyncio
import json
import time

import psutil
import pytest

from orchestrator.routing.skills.math import MathLimits, MathSkill, pool
from orchestrator.routing.skills.math.pool import PoolSize
from orchestrator.routing.skills.math.worker import answer as worker_answer
from orchestrator.routing.skills.registry import SkillRegistry
from orchestrator.routing.skills.unable import SkillUnable
from orchestrator.seams import Skill, SkillAnswer
from orchestrator.telemetry.metrics import Metrics
from tests.unit.routing.skills.math.asking import task

SLOW = f"prime factors of {(10**39 + 3) * (10**41 + 7)}"
SLOW_FORMULA = "integrate sin(x^5)/x^7*e^(x^3) dx"


async def asked(skill: MathSkill, text: str) -> SkillAnswer:
    found = await skill.answer(task(text))
    assert found is not None, text
    return found


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def test_it_is_a_skill_and_answers_a_sum_without_a_process() -> None:
    skill: Skill = MathSkill()
    found = await skill.answer(task("hi, what is 3*4?"))
    assert isinstance(skill, MathSkill)
    assert skill.pids == ()
    assert found is not None
    assert found.text == "3 * 4 = 12 (computed exactly)"
    assert (found.skill, found.method, found.confidence) == ("math", "computed", 1.0)
    assert found.evidence["exact"] == "12"
    assert found.evidence["engine"] == "exact arithmetic"
    await skill.aclose()


async def test_evidence_is_json_and_names_the_engine(math_skill: MathSkill) -> None:
    for text, engine in (("2/6", "exact"), ("sqrt(8)", "sympy 1."), ("5 miles in km", "pint 0.")):
        found = await asked(math_skill, f"what is {text}?")
        evidence = json.loads(json.dumps(dict(found.evidence)))
        assert evidence["engine"].startswith(engine)
        assert {"expression", "exact", "approx", "checked"} <= set(evidence)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2 + 2 = 5, right?", "No, 2 + 2 = 4"),
        ("1/2 + 1/3 = 2/5, right?", "No, 1 / 2 + 1 / 3 = 5/6 ≈ 0.8333333"),
        (
            "sum of integers between 1 and 10",
            "The sum of the integers between 1 and 10 is 55 with 1 and 10 included, 44 without them",
        ),
        ("sum of odd numbers between 2 and 10", "The sum of the odd numbers between 2 and 10 is 24"),
        ("is 3.10 > 3.9?", "No, as decimal numbers 3.1 < 3.9"),
        ("what is 3.10 > 3.9?", "No, as decimal numbers 3.1 < 3.9"),
        ("which is larger, 3.10 or 3.9?", "As decimal numbers, 3.9 > 3.1"),
        ("is 4.5 > 3.9?", "Yes, 4.5 > 3.9"),
        ("tan(pi/2)", "tan(pi / 2) is undefined: it divides by cos(pi / 2), which is 0"),
        ("what is ln(x) at x = 0", "ln(x) at x = 0 is undefined: no logarithm of zero"),
        ("integrate x^n dx", "The integral of x^n dx = x^(n + 1)/(n + 1) + C, for n != -1"),
        ("solve x^2 + 1 = 0 over the reals", "x^2 + 1 = 0 has no real solution"),
        ("mod inverse of 2 mod 4", "2 has no inverse mod 4: they share the factor 2"),
        ("pi to 5 digits", "The first 5 digits of pi: 3.1415"),
        ("solve 4^x = 8", "4^x = 8: x = 3/2"),
        ("solve 2^x = 3", "2^x = 3: x = ln(3)/ln(2) (≈ 1.584963)"),
        ("d/dx tan x", "d/dx (tan(x)) = 1/cos(x)^2"),
        ("derivative of tan(2x)", "d/dx (tan(2x)) = 2/cos(2*x)^2"),
        ("limit of x ln x as x -> 0", "The limit of x * ln(x) as x -> 0+ is 0"),
        ("a gallon in quarts", "1 US gallon = 4 US quarts"),
        ("sum of squares from 1 to 10", "The sum of k^2 for k from 1 to 10 = 385"),
        ("how many handshakes among 10 people?", "10 choose 2 = 45, where every two shake hands once"),
        ("split $50 between 4 people", "$50 / 4 = $12.50"),
    ],
)
async def test_an_answer_says_what_it_is_an_answer_to(text: str, says: str, math_skill: MathSkill) -> None:
    assert (await asked(math_skill, text)).text == f"{says} (computed exactly)"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("10 kg to pounds", "≈ 22.04623 pounds"),
        ("180 cm in feet and inches", "≈ 5 feet 10.86614 inches"),
        ("1 is what percent of 7", "≈ 14.28571%"),
        ("percentage change from 7 to 6", "≈ -14.28571%"),
        ("solve x^2 + x + 1 = 0", "no real solution; complex: -1/2 - sqrt(3)*i/2, -1/2 + sqrt(3)*i/2"),
        ("5 miles in km", None),
        ("solve x^2 = 4", None),
    ],
)
async def test_a_short_form_is_given_where_the_exact_value_alone_would_not_do(
    text: str, short: str | None, math_skill: MathSkill
) -> None:
    assert (await asked(math_skill, text)).evidence.get("short") == short


@pytest.mark.parametrize(
    "text",
    ["9**9**9**9", "what is (2^1000000)!", "expand (a+b+c)^50", "the 10^12th prime", "fibonacci(10^7)"],
)
async def test_too_large_is_refused_in_a_sentence(text: str, math_skill: MathSkill) -> None:
    if text.startswith("the 10"):
        text = "the 1000000000000th prime"
    found = await asked(math_skill, text)
    assert found.text.startswith("Not computed: ")
    assert found.text.endswith(".")
    assert (found.method, found.confidence) == ("computed", None)
    assert found.evidence["refused"]


async def test_a_hopeless_number_is_refused_in_milliseconds() -> None:
    skill = MathSkill()
    started = time.process_time()
    for _ in range(20):
        await asked(skill, "9**9**9**9")
    assert (time.process_time() - started) / 20 < 0.005


async def test_a_slow_computation_is_stopped_and_the_next_one_works() -> None:
    children_before = {child.pid for child in psutil.Process().children(recursive=True)}
    skill = MathSkill(MathLimits(compute_s=1.0, size=PoolSize(workers=1)))
    await skill.start()
    (slow_pid,) = skill.pids
    try:
        started = time.monotonic()
        found = await asked(skill, SLOW)
        assert time.monotonic() - started < 5.0
        assert found.confidence is None
        assert "not finished after 1 s" in found.text
        assert skill.pids == (slow_pid,)
        with pytest.raises(SkillUnable, match="the computation was not finished after 1 s"):
            await skill.answer(task(SLOW_FORMULA))
        patient = MathSkill(MathLimits(compute_s=30.0, size=PoolSize(workers=1)))
        patient._pool = skill._pool
        assert (await asked(patient, "sqrt(8)")).evidence["exact"] == "2*sqrt(2)"
    finally:
        pids = skill.pids
        await skill.aclose()
    assert all(is_gone(pid) for pid in pids)
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= children_before


async def test_a_computation_that_cannot_be_stopped_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_STOP_S", 0.3)
    skill = MathSkill(MathLimits(compute_s=0.5, size=PoolSize(workers=1)))
    await skill.start()
    (pid,) = skill.pids
    psutil.Process(pid).suspend()
    try:
        with pytest.raises(SkillUnable, match="the computation was not finished after 0.8 s"):
            await skill.answer(task("solve x^2 = 7"))
        assert is_gone(pid)
        patient = MathSkill(MathLimits(compute_s=30.0, size=PoolSize(workers=1)))
        patient._pool = skill._pool
        assert await patient.answer(task("solve x^2 = 4")) is not None
    finally:
        await skill.aclose()


async def test_hopeless_questions_do_not_keep_others_waiting() -> None:
    """Each gives its process up once others wait; nothing is killed for it."""
    skill = MathSkill(MathLimits(compute_s=5.0, size=PoolSize(workers=1)))
    await skill.start()
    (pid,) = skill.pids
    try:
        hopeless = [asyncio.create_task(skill.answer(task(f"{SLOW} "))) for _ in range(3)]
        await asyncio.sleep(0.2)
        easy = asyncio.create_task(skill.answer(task("solve x^2 = 4", deadline_s=100.0)))
        found = await asyncio.wait_for(easy, 30.0)
        assert found is not None
        assert found.evidence["exact"] == "-2, 2"
        assert skill.pids == (pid,)
        refusals = [each.text for each in await asyncio.gather(*hopeless) if each is not None]
        assert len(refusals) == 3
        assert all(text.startswith("Not computed: it was not finished after ") for text in refusals)
        hurried = [text for text in refusals if text.endswith(" s, when others were waiting.")]
        assert hurried
        assert all(float(text.split(" after ")[1].split(" s")[0]) < 4.0 for text in hurried)
    finally:
        await skill.aclose()


async def test_waiting_for_a_process_has_its_share_of_a_short_deadline() -> None:
    """The process is at a hopeless question for a second more; a deadline of 4 s is enough to wait for it and to compute."""
    skill = MathSkill(MathLimits(compute_s=4.0, size=PoolSize(workers=1)))
    await skill.start()
    try:
        hopeless = asyncio.create_task(skill.answer(task(SLOW)))
        await asyncio.sleep(0.1)
        found = await skill.answer(task("solve x^2 = 4", deadline_s=4.0))
        assert found is not None
        assert found.evidence["exact"] == "-2, 2"
        stopped = await hopeless
        assert stopped is not None
        assert stopped.text.endswith(" s, when others were waiting.")
    finally:
        await skill.aclose()


async def test_the_registry_says_why_a_question_of_its_own_was_not_answered() -> None:
    skill = MathSkill(MathLimits(size=PoolSize(workers=1)))
    await skill.aclose()
    skills = SkillRegistry.of([skill], [], Metrics())
    asked = await skills.ask("math", task("sqrt(8)"))
    assert (asked.answer, asked.fell_through, asked.detail) == (
        None,
        "failed",
        "the math workers are stopped",
    )
    assert (await skills.ask("math", task("a poem about the sea"))).fell_through == "declined"


async def test_a_worker_that_dies_is_replaced(math_skill: MathSkill) -> None:
    for pid in math_skill.pids:
        psutil.Process(pid).kill()
    answers = [await _answer_or_reason(math_skill, "what is sqrt(18)?") for _ in range(4)]
    reasons = {found for found in answers if isinstance(found, str)}
    assert reasons <= {"the math worker process ended while it computed"}
    assert isinstance(answers[-1], SkillAnswer)
    assert answers[-1].evidence["exact"] == "3*sqrt(2)"


async def _answer_or_reason(skill: MathSkill, text: str) -> SkillAnswer | str | None:
    try:
        return await skill.answer(task(text))
    except SkillUnable as unable:
        return unable.reason


async def test_cancelling_the_caller_kills_the_computation() -> None:
    skill = MathSkill(MathLimits(compute_s=60.0, size=PoolSize(workers=1)))
    await skill.start()
    (pid,) = skill.pids
    running = asyncio.create_task(skill.answer(task(SLOW)))
    await asyncio.sleep(0.3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert is_gone(pid)
    await skill.aclose()


async def test_memory_is_held() -> None:
    """A process may take 1 GiB of address space: a sum of enough terms to pass that is refused, not the machine's."""
    skill = MathSkill(MathLimits(compute_s=30.0, size=PoolSize(workers=1, memory_bytes=1024 * 2**20)))
    await skill.start()
    (pid,) = skill.pids
    assert psutil.Process(pid).rlimit(psutil.RLIMIT_AS) == (1024 * 2**20, 1024 * 2**20)
    assert psutil.Process(pid).rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    await skill.aclose()


def test_a_worker_says_that_memory_ran_out() -> None:
    def greedy(*_: object) -> None:
        raise MemoryError

    reply = worker_answer("sqrt(8)", {"evaluate": greedy})
    assert reply["spent"]
    assert "memory" in reply["refused"]


async def test_fifty_at_once(math_skill: MathSkill) -> None:
    texts = [f"what is the square root of {n}?" for n in range(2, 27)] + [f"{n} * {n + 1}" for n in range(25)]
    answers = await asyncio.gather(*(math_skill.answer(task(text)) for text in texts))
    assert all(found is not None and found.confidence == 1.0 for found in answers)
    roots = [found.evidence["approx"] for found in answers[:25] if found]
    assert roots == pytest.approx([n**0.5 for n in range(2, 27)])


async def test_the_tasks_deadline_is_kept() -> None:
    """No process is warm yet: the answer does not wait for one longer than it may."""
    skill = MathSkill(MathLimits(size=PoolSize(workers=1)))
    started = time.monotonic()
    with pytest.raises(SkillUnable, match="no math worker was free in time"):
        await skill.answer(task("sqrt(8)", deadline_s=0.05))
    assert time.monotonic() - started < 2.0
    await skill.aclose()


async def test_closing_twice_and_asking_afterwards(math_skill: MathSkill) -> None:
    skill = MathSkill(MathLimits(size=PoolSize(workers=1)))
    await skill.start()
    pids = skill.pids
    await skill.aclose()
    await skill.aclose()
    assert all(is_gone(pid) for pid in pids)
    with pytest.raises(SkillUnable, match="stopped"):
        await skill.answer(task("sqrt(8)"))
    assert (await asked(skill, "2+2")).text.startswith("2 + 2 = 4")
