"""Third parties' skills from a really installed package: what works, and every way in which one can fail."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from skill_tasks import MakeTask

from orchestrator.errors import QueueFull
from orchestrator.routing.skills import registry as registry_module
from orchestrator.routing.skills.built_in import built_in_skills
from orchestrator.routing.skills.own_time import FREE_GENERATIONS, OwnTime, TimelessGenerator
from orchestrator.routing.skills.plugins import Plugin, load_plugins
from orchestrator.routing.skills.registry import FAULTS_TO_REST, SkillRegistry
from orchestrator.seams import Ask, Document
from orchestrator.telemetry.metrics import Metrics
from tests.fakes.installed_skills import FAILING, GOOD, MODULE, UNUSABLE, install
from tests.fakes.saying_generator import SayingGenerator


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(MODULE)]:
        del sys.modules[name]


@pytest.fixture
async def skills(site: Path) -> AsyncIterator[SkillRegistry]:
    install(site, *(name.lower() for name in (*GOOD, *FAILING)))
    registry = registry_of(load_plugins([skill.name for skill in built_in_skills()]))
    yield registry
    await registry.aclose()


def registry_of(plugins: list[Plugin]) -> SkillRegistry:
    return SkillRegistry.of(built_in_skills(), plugins, Metrics())


def counted(registry: SkillRegistry, skill: str, outcome: str) -> float | None:
    return registry.metrics.registry.get_sample_value(
        "council_skill_outcomes_total", {"skill": skill, "outcome": outcome}
    )


async def test_a_good_skill_answers_under_its_own_name(skills: SkillRegistry, task: MakeTask) -> None:
    asked = await skills.ask("weather", task("Will it rain?"))
    assert asked.answer is not None
    assert (asked.answer.text, asked.answer.skill, asked.answer.confidence) == ("Sunny.", "weather", 0.9)
    assert counted(skills, "weather", "answered") == 1


async def test_it_runs_outside_the_servers_thread(skills: SkillRegistry, task: MakeTask) -> None:
    await skills.ask("weather", task("Will it rain?"))
    assert any(thread.name == "skill-weather" and thread.daemon for thread in threading.enumerate())
    await skills.aclose()
    assert not any(thread.name == "skill-weather" for thread in threading.enumerate())


@pytest.mark.parametrize(("name", "text"), [("asking", "ONE\nTWO"), ("streaming", "one\n|two")])
async def test_it_generates_through_the_servers_loop(
    skills: SkillRegistry, task: MakeTask, generator: SayingGenerator, name: str, text: str
) -> None:
    generator.says = "one\ntwo"
    asked = await skills.ask(name, task("go"))
    assert asked.answer is not None
    assert (asked.answer.text, len(asked.answer.generated)) == (text, 1)


async def test_an_error_of_the_engine_reaches_the_skill_and_falls_through(
    skills: SkillRegistry, task: MakeTask, generator: SayingGenerator
) -> None:
    generator.error = QueueFull("full")
    for name in ("asking", "streaming"):
        asked = await skills.ask(name, task("go"))
        assert (asked.answer, asked.fell_through, asked.detail) == (None, "failed", "raised QueueFull")


@pytest.mark.parametrize(
    ("name", "fell_through", "detail"),
    [
        ("declining", "declined", ""),
        ("raising", "failed", "raised ValueError"),
        ("exiting", "failed", "raised SkillExited"),
        ("cancelling", "failed", "raised SkillExited"),
        ("sure", "unusable", "`confidence` must be None or a number from 0 to 1"),
        ("silent", "unusable", "the answer's text is empty, too long or no text"),
        ("stringy", "unusable", "returned str where SkillAnswer or None is wanted"),
        ("unjson", "unusable", "`evidence` cannot be written as JSON"),
    ],
)
async def test_a_failure_is_a_reason_and_never_text(
    skills: SkillRegistry, task: MakeTask, name: str, fell_through: str, detail: str
) -> None:
    asked = await skills.ask(name, task("hello"))
    assert (asked.answer, asked.fell_through, asked.detail) == (None, fell_through, detail)
    assert counted(skills, name, fell_through) == 1


async def test_the_message_of_a_failure_is_not_logged(
    skills: SkillRegistry, task: MakeTask, caplog: pytest.LogCaptureFixture
) -> None:
    await skills.ask("raising", task("my secret"))
    assert "ValueError" in caplog.text
    assert "my secret" not in caplog.text


@pytest.mark.parametrize("name", ["hanging", "blocking"])
async def test_one_that_hangs_falls_through_within_its_deadline(
    skills: SkillRegistry, task: MakeTask, name: str
) -> None:
    began, ticks = time.perf_counter(), 0
    asking = asyncio.create_task(skills.ask(name, task("go", deadline_s=0.2)))
    while not asking.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert asking.result().fell_through == "deadline"
    assert time.perf_counter() - began < 0.5
    assert ticks > 10, "the server's loop stood still"


async def test_one_that_blocks_its_thread_is_refused_until_it_comes_back(
    skills: SkillRegistry, task: MakeTask
) -> None:
    await skills.ask("blocking", task("go", deadline_s=0.05))
    began = time.perf_counter()
    asked = await skills.ask("blocking", task("go", deadline_s=5.0))
    assert (asked.fell_through, time.perf_counter() - began < 0.1) == ("resting", True)
    await asyncio.sleep(1.6)
    assert (await skills.ask("blocking", task("go", deadline_s=5.0))).fell_through == "declined"


async def test_a_generation_does_not_outlive_the_call_that_started_it(
    skills: SkillRegistry, task: MakeTask, generator: SayingGenerator
) -> None:
    generator.hangs = True
    assert (await skills.ask("leaking", task("go"))).fell_through == "declined"
    await asyncio.sleep(0.05)
    assert (generator.running, generator.abandoned) == (0, 1)


@pytest.mark.parametrize(("name", "text"), [("asking", "ONE\nTWO"), ("streaming", "one\n|two")])
async def test_a_slow_engine_is_not_a_slow_skill(
    skills: SkillRegistry, task: MakeTask, generator: SayingGenerator, name: str, text: str
) -> None:
    generator.says, generator.takes_s = "one\ntwo", 0.5
    asked = await skills.ask(name, task("go", deadline_s=0.2))
    assert asked.answer is not None
    assert (asked.answer.text, len(generator.asks), generator.abandoned) == (text, 1, 0)


async def test_one_that_hangs_behind_its_generation_falls_through(
    skills: SkillRegistry, task: MakeTask, generator: SayingGenerator
) -> None:
    generator.takes_s = 0.3
    began = time.perf_counter()
    asked = await skills.ask("sulking", task("go", deadline_s=0.2))
    assert asked.fell_through == "deadline"
    assert 0.45 < time.perf_counter() - began < 1.0


async def test_one_that_asks_for_ever_falls_through(
    skills: SkillRegistry, task: MakeTask, generator: SayingGenerator
) -> None:
    generator.takes_s = 0.02
    asked = await skills.ask("insatiable", task("go", deadline_s=0.2))
    assert asked.fell_through == "deadline"
    assert len(generator.asks) > FREE_GENERATIONS
    await asyncio.sleep(0.05)
    assert generator.running == 0


async def test_one_that_spins_falls_through(skills: SkillRegistry, task: MakeTask) -> None:
    began = time.perf_counter()
    assert (await skills.ask("spinning", task("go", deadline_s=0.2))).fell_through == "deadline"
    assert time.perf_counter() - began < 1.0


async def test_leaving_stops_its_generation(
    skills: SkillRegistry, task: MakeTask, generator: SayingGenerator
) -> None:
    generator.hangs = True
    asking = asyncio.create_task(skills.ask("asking", task("go")))
    while not generator.running:
        await asyncio.sleep(0.005)
    asking.cancel()
    await asyncio.wait((asking,))
    await asyncio.sleep(0.05)
    assert asking.cancelled()
    assert (generator.running, generator.abandoned) == (0, 1)


async def test_one_that_fails_again_and_again_rests_and_comes_back(
    skills: SkillRegistry, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(FAULTS_TO_REST):
        assert (await skills.ask("raising", task("go"))).fell_through == "failed"
    asked = await skills.ask("raising", task("go"))
    assert (asked.fell_through, asked.detail) == ("resting", "raised ValueError")
    entry = skills.get("raising")
    assert entry is not None
    assert entry.state == "resting"
    later = time.monotonic() + registry_module.REST_S + 1
    monkeypatch.setattr(registry_module, "monotonic", lambda: later)
    assert entry.state == "usable"
    assert (await skills.ask("raising", task("go"))).fell_through == "failed"


async def test_a_hundred_at_once(skills: SkillRegistry, task: MakeTask, generator: SayingGenerator) -> None:
    generator.says = "hello"
    asked = await asyncio.gather(*(skills.ask("asking", task("go")) for _ in range(100)))
    assert [each.answer.text for each in asked if each.answer] == ["HELLO"] * 100


@pytest.mark.parametrize(
    ("point", "kind", "words"),
    [
        ("broken", "import_error", "ModuleNotFoundError: No module named 'no_such_dependency'"),
        ("missing", "import_error", "AttributeError"),
        ("gone", "import_error", "ModuleNotFoundError"),
        ("exits", "import_error", "SystemExit: bye"),
        ("unmakeable", "import_error", "RuntimeError: no licence key"),
        ("sleeping", "load_deadline", "longer than"),
        ("clash", "name_taken", "'math' belongs to another skill"),
        ("synchronous", "bad_shape", "`answer` must be an `async def` method"),
        ("nameless", "bad_shape", "`name` must be"),
        ("number", "bad_shape", "`name` must be"),
    ],
)
async def test_one_that_cannot_be_loaded_is_listed_with_its_fault(
    site: Path, point: str, kind: str, words: str
) -> None:
    install(site, point, "weather")
    began = time.perf_counter()
    plugins = load_plugins(["math"], deadline_s=0.3)
    assert time.perf_counter() - began < 1
    by_point = {plugin.entry_point: plugin for plugin in plugins}
    assert by_point["weather"].fault is None, "one fault must not take the others along"
    registry = registry_of(plugins)
    (entry,) = [entry for entry in registry if entry.fault]
    assert (entry.name, entry.origin, entry.state) == (point, "council-demo-skills 1.2", "faulty")
    assert entry.entry_point == f"{point} = {UNUSABLE[point]}"
    assert words in (entry.fault or "")
    assert registry.get(point) is None
    assert counted(registry, point, kind) == 1


async def test_a_name_of_ours_stays_ours(site: Path) -> None:
    install(site, "clash")
    ours = [skill.name for skill in built_in_skills()]
    registry = registry_of(load_plugins([*ours, "math"]))
    assert all(entry.origin == "council" for entry in registry if not entry.fault)


async def test_our_own_skills_errors_are_passed_on(task: MakeTask, generator: SayingGenerator) -> None:
    generator.error = QueueFull("full")
    with pytest.raises(QueueFull):
        await registry_of([]).ask("code", task("write a sort"))


async def test_our_own_skill_waits_for_a_slow_engine(task: MakeTask, generator: SayingGenerator) -> None:
    generator.says, generator.takes_s = "Herons eat fish.", 0.5
    document = Document("birds", "Herons eat fish, frogs and voles.")
    wanted = task("What do herons eat?", documents=[document], deadline_s=0.3)
    asked = await registry_of([]).ask("knowledge", wanted)
    assert asked.answer is not None
    assert (asked.answer.text, len(generator.asks)) == ("Herons eat fish [1].", 1)


async def test_the_time_before_and_behind_a_generation_is_one(generator: SayingGenerator) -> None:
    """Two generations at the same time stop the clock once; what is its own adds up."""
    generator.takes_s = 0.2
    own, ask = OwnTime(0.3), Ask("tiny", [], 5)
    timed = TimelessGenerator(generator, own)

    async def work() -> None:
        async with own:
            await asyncio.sleep(0.1)
            await asyncio.gather(timed.generate(ask), timed.generate(ask))
            await asyncio.sleep(0.1)
            assert not own.expired
            await asyncio.sleep(3600)

    began = time.perf_counter()
    with pytest.raises(TimeoutError):
        await work()
    assert 0.45 < time.perf_counter() - began < 0.9
    assert own.expired
