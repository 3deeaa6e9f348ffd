"""A running application over the in-memory backend, with the installed model's real tokenizer and template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from engines.record import load_records
from orchestrator.account_setup import build_accounts, build_cloud, metered
from orchestrator.api.deps import Services
from orchestrator.api.readiness import Readiness
from orchestrator.app import create_app
from orchestrator.inference.metered import MeteredBackend
from orchestrator.inference.registry import InstalledModel, ModelRegistry, is_installed
from orchestrator.memory_setup import build_memory
from orchestrator.routing.skills.built_in import built_in_skills
from orchestrator.routing.skills.math import MathSkill
from orchestrator.seams import Skill
from orchestrator.settings import PROJECT_ROOT, Settings
from orchestrator.telemetry.metrics import Metrics
from orchestrator.turn.setup import build_turns
from tests.api.server import AppServer, running_app, wait_until
from tests.fakes.backend import FakeBackend, Script
from tests.fakes.routing import ScriptedDecider

MODEL = "smollm2-135m"
WORDS = " the quick brown fox jumps over the lazy dog"

MakeServices = Callable[..., Services]


@pytest.fixture(scope="session")
def model() -> InstalledModel:
    model_dir = PROJECT_ROOT / "data" / "models" / MODEL
    record = load_records()[MODEL]
    if not is_installed(model_dir, record):
        pytest.skip(f"{MODEL} is not installed: run `council models pull {MODEL}`")
    return InstalledModel.load(record, model_dir)


@pytest.fixture(scope="session")
def words(model: InstalledModel) -> tuple[int, ...]:
    return tuple(model.tokenizer.encode_text(WORDS))


class IdleMathSkill(MathSkill):
    """Its processes start with the first question that needs one: most tests have none."""

    async def start(self) -> None:
        return


def own_skills() -> list[Skill]:
    return [IdleMathSkill(), *(skill for skill in built_in_skills() if skill.name != "math")]


@pytest.fixture(scope="session")
def make_services(model: InstalledModel, words: tuple[int, ...]) -> MakeServices:
    def make(settings: Settings, *, installed: bool = True, **turn_parts: Any) -> Services:
        """`turn_parts` are what `build_turns` takes; a scripted decider and no third parties' skills by default.

        There is a memory where there is an embedder.
        """
        records, metrics = load_records(), Metrics()
        accounts = build_accounts(settings, records, metrics)
        backend = metered(FakeBackend(Script(words)), accounts)
        registry, readiness = ModelRegistry({model.id: model} if installed else {}), Readiness(backend)
        memory = build_memory(settings, turn_parts.get("embedder"), metrics)
        recall = memory.recall if memory is not None else None
        parts = {
            "recall": recall,
            "decider": ScriptedDecider(),
            "plugins": (),
            "own": own_skills(),
            **turn_parts,
        }
        turns = build_turns(settings, registry, backend, metrics, readiness, **parts)
        cloud = build_cloud(settings, accounts, metrics)
        return Services(settings, registry, backend, metrics, readiness, turns, accounts, cloud, memory)

    return make


@pytest.fixture(scope="session")
def app_server(make_services: MakeServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    settings = fake_settings(tmp_path_factory.mktemp("data"))
    services = make_services(settings)
    with running_app(create_app(settings, services), services) as server:
        yield server
    assert fake_backend(services).closed


def fake_backend(services: Services) -> FakeBackend:
    """The backend below the meter."""
    assert isinstance(services.backend, MeteredBackend)
    assert isinstance(services.backend.inner, FakeBackend)
    return services.backend.inner


def fake_settings(data_dir: Path, **changes: object) -> Settings:
    return Settings(data_dir=data_dir, **changes)


@pytest.fixture
def backend(app_server: AppServer, words: tuple[int, ...]) -> FakeBackend:
    backend = fake_backend(app_server.services)
    backend.restart(Script(words))
    return backend


@pytest.fixture
def decider(app_server: AppServer) -> ScriptedDecider:
    decider = app_server.services.turns.decisions.decider
    assert isinstance(decider, ScriptedDecider)
    decider.restart()
    return decider


@pytest.fixture(scope="session")
def connection(app_server: AppServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=app_server.url, timeout=30) as client:
        yield client


@pytest.fixture
def server(
    app_server: AppServer, backend: FakeBackend, words: tuple[int, ...], connection: httpx.Client
) -> Iterator[AppServer]:
    """The running app; afterwards nothing may be left of any generation and the next request must work."""
    yield app_server
    assert_at_rest(app_server)
    backend.restart(Script(words))
    reply = connection.post("/v1/completions", json={"model": MODEL, "prompt": "Hi", "max_tokens": 2})
    assert reply.status_code == 200, reply.text


def assert_at_rest(server: AppServer) -> None:
    backend = fake_backend(server.services)
    wait_until(lambda: not backend.running and not server.tasks())
    assert server.metric("council_active_generations") == 0
    assert server.metric("council_queued_generations") == 0


@pytest.fixture
def http(server: AppServer, connection: httpx.Client) -> httpx.Client:
    return connection


@pytest.fixture(scope="session")
def openai_connection(app_server: AppServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{app_server.url}/v1", api_key="unused", max_retries=0) as client:
        yield client


@pytest.fixture
def fake_client(server: AppServer, openai_connection: openai.OpenAI) -> openai.OpenAI:
    """OpenAI's own client, pointed at the app over the in-memory backend."""
    return openai_connection
