"""Third parties' skills from a really installed package: what works, and every way in which one can fail."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvloop
from skill_tasks import MakeTask

from orchestrator.errors import QueueFull
from orchestrator.routing.skills import registry as registry_module
from orchestrator.routing.skills.built_in import built_in_skills
from orchestrator.routing.skills.own_time import FREE_GENERATIONS, OwnTime, TimelessGenerator
from orchestrator.routing.skills.plugin_output import MOST_BYTES
from orchestrator.routing.skills.plugin_process import GRACE_S
from orchestrator.routing.skills.plugin_wire import Wire
from orchestrator.routing.skills.plugins import Plugin, load_plugins
from orchestrator.routing.skills.registry import FAULTS_TO_REST, SkillRegistry
from orchestrator.seams import Ask, Document
from orchestrator.settings import PROJECT_ROOT
from orchestrator.telemetry.metrics import Metrics
from tests.fakes.installed_skills import FURTHER, MODULE, UNUSABLE, install
from tests.fakes.python_runner import PythonRunner
from tests.fakes.saying_generator import SayingGenerator

Load = Callable[..., SkillRegistry]

# The hook that pytest-asyncio wants in place of the fixture is one for the whole session, and would end its loop.
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:Overriding the .event_loop_policy. fixture:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    """The loop that the API runs on; `tests/api/test_council_faults.py` has skills on asyncio's own."""
    policy: asyncio.AbstractEventLoopPolicy = uvloop.EventLoopPolicy()
    return policy


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(MODULE)]:
        del sys.modules[name]


@pytest_asyncio.fixture(loop_scope="module")
async def load(site: Path) -> AsyncIterator[Load]:
    """The registry with these skills of the package, each in its process. Call it once."""
    made: list[SkillRegistry] = []

    def registry(*names: str) -> SkillRegistry:
        install(site, *names)
        made.append(registry_of(load_plugins([skill.name for skill in built_in_skills()])))
        return made[0]

    yield registry
    for each in made:
        await each.aclose()


def registry_of(plugins: list[Plugin]) -> SkillRegistry:
    return SkillRegistry.of(built_in_skills(), plugins, Metrics())


def counted(registry: SkillRegistry, skill: str, outcome: str) -> float | None:
    return registry.metrics.registry.get_sample_value(
        "council_skill_outcomes_total", {"skill": skill, "outcome": outcome}
    )


async def test_a_good_skill_answers_under_its_own_name(load: Load, task: MakeTask) -> None:
    skills = load("weather")
    asked = await skills.ask("weather", task("Will it rain?"))
    assert asked.answer is not None
    assert (asked.answer.text, asked.answer.skill, asked.answer.confidence) == ("Sunny.", "weather", 0.9)
    assert counted(skills, "weather", "answered") == 1


async def test_a_link_that_does_not_come_about_is_told_at_once(
    load: Load, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    skills = load("moody")

    def fail(wire: Wire, transport: asyncio.BaseTransport) -> None:
        raise AssertionError

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: None)
    with monkeypatch.context() as patch:
        patch.setattr(Wire, "connection_made", fail)
        began = time.perf_counter()
        asked = await skills.ask("moody", task("hello", deadline_s=5.0))
    loop.set_exception_handler(None)
    assert (asked.fell_through, asked.detail) == ("failed", "its process ended")
    assert time.perf_counter() - began < 1.0
    assert await evidence(skills, task)


async def test_it_runs_in_a_process_and_session_of_its_own(
    load: Load, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNCIL_CLOUD_API_KEY", "a secret")
    monkeypatch.setenv("WEATHER_KEY", "the plug-in's own")
    skills = load("moody")
    told = await evidence(skills, task)
    assert told["pid"] not in (os.getpid(), 0)
    assert told["session"] == told["pid"]
    assert "WEATHER_KEY" in told["environment"]
    assert not [name for name in told["environment"] if name.startswith("COUNCIL")]
    await skills.aclose()
    assert not is_alive(told["pid"])


async def evidence(skills: SkillRegistry, task: MakeTask) -> Mapping[str, Any]:
    """What `moody` tells of its process."""
    asked = await skills.ask("moody", task("hello", deadline_s=10.0))
    assert asked.answer is not None, asked
    return asked.answer.evidence


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until_gone(*pids: int) -> None:
    async with asyncio.timeout(5):
        while any(map(is_alive, pids)):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(("name", "text"), [("asking", "ONE\nTWO"), ("streaming", "one\n|two")])
async def test_it_generates_through_the_servers_loop(
    load: Load, task: MakeTask, generator: SayingGenerator, name: str, text: str
) -> None:
    skills = load(name)
    generator.says = "one\ntwo"
    asked = await skills.ask(name, task("go"))
    assert asked.answer is not None
    assert (asked.answer.text, len(asked.answer.generated)) == (text, 1)


async def test_an_error_of_the_engine_reaches_the_skill_and_falls_through(
    load: Load, task: MakeTask, generator: SayingGenerator
) -> None:
    skills = load("asking", "streaming")
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
        ("silent", "unusable", "the answer's text is empty"),
        ("stringy", "unusable", "returned str where SkillAnswer or None is wanted"),
        ("unjson", "unusable", "`evidence` cannot be written as JSON"),
    ],
)
async def test_a_failure_is_a_reason_and_never_text(
    load: Load, task: MakeTask, name: str, fell_through: str, detail: str
) -> None:
    skills = load(name)
    asked = await skills.ask(name, task("hello"))
    assert (asked.answer, asked.fell_through, asked.detail) == (None, fell_through, detail)
    assert counted(skills, name, fell_through) == 1


async def test_the_message_of_a_failure_is_not_logged(
    load: Load, task: MakeTask, caplog: pytest.LogCaptureFixture
) -> None:
    skills = load("raising")
    await skills.ask("raising", task("my secret"))
    assert "ValueError" in caplog.text
    assert "my secret" not in caplog.text


# The plug-ins would not come back for an hour, or never; a machine with other work may hold up a call of 0.3 s for seconds.
PATIENCE_S = 10


@pytest.mark.parametrize("name", ["hanging", "blocking"])
async def test_one_that_hangs_falls_through_within_its_deadline(
    load: Load, task: MakeTask, name: str
) -> None:
    skills = load(name)
    began, ticks = time.perf_counter(), 0
    asking = asyncio.create_task(skills.ask(name, task("go", deadline_s=0.2)))
    while not asking.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert asking.result().fell_through == "deadline"
    assert time.perf_counter() - began < PATIENCE_S
    assert ticks > 5, "the server's loop stood still"


@pytest.mark.parametrize("mood", ["sleep", "spin", "backtrack", "persist"])
async def test_one_that_does_not_give_way_is_killed_and_answers_the_next_call(
    load: Load, task: MakeTask, mood: str
) -> None:
    skills = load("moody")
    first = (await evidence(skills, task))["pid"]
    began, ticks = time.perf_counter(), 0
    asking = asyncio.create_task(skills.ask("moody", task(mood, deadline_s=0.3)))
    while not asking.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert asking.result().fell_through == "deadline"
    assert time.perf_counter() - began < PATIENCE_S
    assert ticks > 5, "the server's loop stood still"
    second = (await evidence(skills, task))["pid"]
    assert second != first
    await until_gone(first)


async def test_one_that_is_told_to_answer_and_not_to_at_once_keeps_its_process(
    load: Load, task: MakeTask
) -> None:
    """Both are read together: the first has not begun when the second comes."""
    skills = load("moody")
    pid = (await evidence(skills, task))["pid"]
    os.kill(pid, signal.SIGSTOP)
    asking = asyncio.create_task(skills.ask("moody", task("hello")))
    await asyncio.sleep(0.05)
    asking.cancel()
    await asyncio.wait((asking,))
    os.kill(pid, signal.SIGCONT)
    await asyncio.sleep(GRACE_S + 0.2)
    assert (await evidence(skills, task))["pid"] == pid


async def test_one_that_waits_is_left_alone_and_keeps_its_process(load: Load, task: MakeTask) -> None:
    skills = load("hanging")
    entry = skills.get("hanging")
    assert entry is not None
    assert entry.process is not None
    pid = entry.process.pid
    await skills.ask("hanging", task("go", deadline_s=0.05))
    await asyncio.sleep(GRACE_S + 0.2)
    assert entry.process.pid == pid


async def test_what_it_started_is_killed_with_it(load: Load, task: MakeTask, tmp_path: Path) -> None:
    skills = load("moody")
    note = tmp_path / "pid"
    wanted = task("fork", documents=[Document("note", str(note))], deadline_s=0.5)
    assert (await skills.ask("moody", wanted)).fell_through == "deadline"
    await evidence(skills, task)
    await until_gone(int(note.read_text()))


async def test_one_that_ends_its_process_fails_and_answers_the_next_call(load: Load, task: MakeTask) -> None:
    skills = load("moody")
    asked = await skills.ask("moody", task("exit"))
    assert (asked.fell_through, asked.detail) == ("failed", "its process ended")
    assert await evidence(skills, task)


@pytest.mark.parametrize("asked_before", [False, True])
async def test_one_that_was_killed_while_idle_is_started_again(
    load: Load, task: MakeTask, asked_before: bool
) -> None:
    skills = load("moody")
    if asked_before:
        await evidence(skills, task)
    entry = skills.get("moody")
    assert entry is not None
    assert entry.process is not None
    pid = entry.process.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0.2)
    assert (await evidence(skills, task))["pid"] != pid


async def test_one_that_ends_its_process_again_and_again_rests(load: Load, task: MakeTask) -> None:
    skills = load("moody")
    for _ in range(FAULTS_TO_REST):
        assert (await skills.ask("moody", task("exit"))).fell_through == "failed"
    asked = await skills.ask("moody", task("hello"))
    assert (asked.fell_through, asked.detail) == ("resting", "its process ended")


async def test_one_that_can_no_longer_be_loaded_says_so(load: Load, task: MakeTask, site: Path) -> None:
    skills = load("moody")
    await skills.ask("moody", task("exit"))
    (site / f"{MODULE}.py").write_text("import no_such_dependency\n")
    asked = await skills.ask("moody", task("hello"))
    assert asked.fell_through == "failed"
    assert asked.detail.startswith("loading it raised ModuleNotFoundError")


async def test_what_it_prints_and_reads_is_none_of_the_protocol(load: Load, task: MakeTask) -> None:
    asked = await load("printing").ask("printing", task("go"))
    assert asked.answer is not None
    assert asked.answer.text == "Said."


async def test_what_it_prints_is_passed_on_as_far_as_a_log_can_take_it(
    load: Load, task: MakeTask, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    skills = load("chatty")
    for text, printed, is_cut in (
        ("little", len("said: little\n"), False),
        ("much", MOST_BYTES + 1, True),
        ("little", len("said: little\n"), False),
        ("fast", MOST_BYTES + 1, True),
        ("little", len("said: little\n"), False),
    ):
        caplog.clear()
        await skills.ask("chatty", task(text, deadline_s=1.5))
        await asyncio.sleep(0.2)
        assert len(capfd.readouterr().err) == printed, text
        assert caplog.text.count("is left out, as it is more than 64 KiB") == int(is_cut)


@pytest.mark.parametrize(("name", "text"), [("impatient", "Too slow."), ("skimming", "one\n")])
async def test_a_generation_that_it_leaves_is_stopped(
    load: Load, task: MakeTask, generator: SayingGenerator, name: str, text: str
) -> None:
    generator.says, generator.hangs = "one\ntwo", name == "impatient"
    asked = await load(name).ask(name, task("go"))
    assert asked.answer is not None
    assert asked.answer.text == text
    await asyncio.sleep(0.05)
    assert (generator.running, generator.abandoned) == (0, int(generator.hangs))


async def test_it_runs_code_through_the_servers_runner(
    load: Load, task: MakeTask, runner: PythonRunner
) -> None:
    wanted = task("go", documents=[Document("code", "print(6 * 7)")], runner=runner)
    asked = await load("running").ask("running", wanted)
    assert asked.answer is not None
    assert (asked.answer.text, len(runner.ran)) == ("42\n", 1)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("long", "the answer's text is longer than 1,000,000 characters"),
        ("bytes", "the answer's text is no text but bytes"),
        ("evidence", "the answer is larger than 16 MiB"),
        ("nan", "`confidence` must be None or a number from 0 to 1"),
        ("surrogate", "the answer's text has lone surrogates, which cannot be written as UTF-8"),
    ],
)
async def test_what_is_no_answer_does_not_cross(load: Load, task: MakeTask, text: str, detail: str) -> None:
    asked = await load("odd").ask("odd", task(text))
    assert (asked.fell_through, asked.detail) == ("unusable", detail)


async def test_a_task_crosses_up_to_its_limit_and_is_refused_above(load: Load, task: MakeTask) -> None:
    skills = load("weather")
    for size, fell_through, detail in (
        (15_000_000, None, ""),
        (17_000_000, "failed", "the task is larger than 16 MiB"),
        (100, None, ""),
    ):
        began = time.perf_counter()
        asked = await skills.ask("weather", task("go", documents=[Document("big", "a" * size)], deadline_s=5))
        assert (asked.fell_through, asked.detail) == (fell_through, detail)
        assert time.perf_counter() - began < 2.0


async def test_one_that_blocks_while_the_api_closes_is_killed(load: Load, task: MakeTask) -> None:
    skills = load("moody")
    pid = (await evidence(skills, task))["pid"]
    asking = asyncio.create_task(skills.ask("moody", task("spin")))
    await asyncio.sleep(0.2)
    asking.cancel()
    await asyncio.wait((asking,))
    await skills.aclose()
    assert not is_alive(pid)


async def test_one_that_is_being_started_while_the_api_closes_is_killed(
    load: Load, task: MakeTask, site: Path
) -> None:
    skills = load("moody")
    await skills.ask("moody", task("exit"))
    (site / f"{MODULE}.py").write_text("import time\ntime.sleep(60)\n")
    assert (await skills.ask("moody", task("hello", deadline_s=0.5))).fell_through == "deadline"
    entry = skills.get("moody")
    assert entry is not None
    assert entry.process is not None
    pid = entry.process.pid
    assert pid is not None
    assert is_alive(pid)
    await skills.aclose()
    assert not is_alive(pid)


async def test_it_may_tidy_up_when_the_api_closes(load: Load, task: MakeTask, tmp_path: Path) -> None:
    skills = load("moody")
    note = tmp_path / "note"
    assert (await skills.ask("moody", task("tidy", documents=[Document("note", str(note))]))).answer
    await skills.aclose()
    assert note.read_text() == "tidied"


async def test_what_it_started_ends_when_the_api_closes(load: Load, task: MakeTask, tmp_path: Path) -> None:
    skills = load("moody")
    note = tmp_path / "pid"
    assert (await skills.ask("moody", task("start", documents=[Document("note", str(note))]))).answer
    assert is_alive(int(note.read_text()))
    await skills.aclose()
    await until_gone(int(note.read_text()))


async def test_the_calls_beside_one_that_blocks_are_told(load: Load, task: MakeTask) -> None:
    skills = load("moody")
    blocked = asyncio.create_task(skills.ask("moody", task("sleep", deadline_s=0.3)))
    await asyncio.sleep(0.1)
    beside = await skills.ask("moody", task("hello", deadline_s=10.0))
    assert (await blocked).fell_through == "deadline"
    assert (beside.fell_through, beside.detail) == (
        "failed",
        "its process was killed, as another call held it up",
    )


async def test_no_process_outlives_an_api_that_is_killed(site: Path) -> None:
    install(site, "moody", "weather", "holding")
    program = (
        "from orchestrator.routing.skills.plugins import load_plugins\n"
        "import time\n"
        "plugins = load_plugins([], deadline_s=2)\n"
        "print(*(each.process.pid for each in plugins if each.process), flush=True)\n"
        "time.sleep(60)\n"
    )
    path = os.pathsep.join([str(PROJECT_ROOT), str(site)])
    api = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    )
    with api:
        assert api.stdout is not None
        pids = [int(pid) for pid in api.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(is_alive, pids))
        api.kill()
    await until_gone(*pids)


async def test_a_generation_does_not_outlive_the_call_that_started_it(
    load: Load, task: MakeTask, generator: SayingGenerator
) -> None:
    skills = load("leaking")
    generator.hangs = True
    assert (await skills.ask("leaking", task("go"))).fell_through == "declined"
    await asyncio.sleep(0.05)
    assert (generator.running, generator.abandoned) == (0, 1)


@pytest.mark.parametrize(("name", "text"), [("asking", "ONE\nTWO"), ("streaming", "one\n|two")])
async def test_a_slow_engine_is_not_a_slow_skill(
    load: Load, task: MakeTask, generator: SayingGenerator, name: str, text: str
) -> None:
    skills = load(name)
    generator.says, generator.takes_s = "one\ntwo", 0.5
    asked = await skills.ask(name, task("go", deadline_s=0.2))
    assert asked.answer is not None
    assert (asked.answer.text, len(generator.asks), generator.abandoned) == (text, 1, 0)


async def test_one_that_hangs_behind_its_generation_falls_through(
    load: Load, task: MakeTask, generator: SayingGenerator
) -> None:
    skills = load("sulking")
    generator.takes_s = 0.3
    began = time.perf_counter()
    asked = await skills.ask("sulking", task("go", deadline_s=0.2))
    assert asked.fell_through == "deadline"
    assert 0.45 < time.perf_counter() - began < 1.0


async def test_one_that_asks_for_ever_falls_through(
    load: Load, task: MakeTask, generator: SayingGenerator
) -> None:
    skills = load("insatiable")
    generator.takes_s = 0.02
    asked = await skills.ask("insatiable", task("go", deadline_s=0.2))
    assert asked.fell_through == "deadline"
    assert len(generator.asks) > FREE_GENERATIONS
    await asyncio.sleep(0.05)
    assert generator.running == 0


async def test_one_that_spins_falls_through(load: Load, task: MakeTask) -> None:
    skills = load("spinning")
    began = time.perf_counter()
    assert (await skills.ask("spinning", task("go", deadline_s=0.2))).fell_through == "deadline"
    assert time.perf_counter() - began < 1.0


async def test_leaving_stops_its_generation(load: Load, task: MakeTask, generator: SayingGenerator) -> None:
    skills = load("asking")
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
    load: Load, task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    skills = load("raising")
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


async def test_a_hundred_at_once(load: Load, task: MakeTask, generator: SayingGenerator) -> None:
    skills = load("asking")
    generator.says = "hello"
    asked = await asyncio.gather(*(skills.ask("asking", task("go")) for _ in range(100)))
    assert [each.answer.text for each in asked if each.answer] == ["HELLO"] * 100


@pytest.mark.parametrize(
    ("point", "kind", "words"),
    [
        ("broken", "import_error", "loading it raised ModuleNotFoundError"),
        ("missing", "import_error", "AttributeError"),
        ("gone", "import_error", "ModuleNotFoundError"),
        ("exits", "import_error", "loading it raised SystemExit"),
        ("unmakeable", "import_error", "loading it raised RuntimeError"),
        ("dying", "import_error", "loading it ended its process"),
        ("sleeping", "load_deadline", "longer than"),
        ("holding", "load_deadline", "longer than"),
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
    plugins = load_plugins(["math"], deadline_s=3)
    assert time.perf_counter() - began < 5
    by_point = {plugin.entry_point: plugin for plugin in plugins}
    assert by_point["weather"].fault is None, "one fault must not take the others along"
    registry = registry_of(plugins)
    (entry,) = [entry for entry in registry if entry.fault]
    assert (entry.name, entry.origin, entry.state) == (point, "council-demo-skills 1.2", "faulty")
    assert entry.entry_point == f"{point} = {(UNUSABLE | FURTHER)[point]}"
    assert words in (entry.fault or "")
    assert "licence" not in (entry.fault or ""), "a third party's words may hold a key"
    assert registry.get(point) is None
    assert counted(registry, point, kind) == 1
    await registry.aclose()


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
    wanted = task("Summarise the document.", documents=[document], deadline_s=0.3)
    asked = await registry_of([]).ask("knowledge", wanted)
    assert asked.answer is not None
    assert (asked.answer.text, len(generator.asks)) == (
        "Summary of the documents: Herons eat fish [1].",
        1,
    )


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
