"""What every test may use: a clean environment, the real Triton server and the whole product over it."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import openai
import pytest

from orchestrator.app import build_services, create_app
from orchestrator.settings import PROJECT_ROOT, Settings
from orchestrator.supervision.triton_server import TritonLaunch, TritonPorts, TritonServer
from tests.api.server import AppServer, running_app
from tests.api.v2_report import print_v2_report
from tests.contract.options import add_contract_options

MODEL = "smollm2-135m"
MODELS_DIR = PROJECT_ROOT / "data" / "models"

# Skips that are right on a machine without a GPU; in CI any other skip is a missing dependency and fails.
ALLOWED_SKIPS = (
    "needs an NVIDIA GPU",
    "only on a GPU server",
    "--allow-log-prob-cancel",
    "--skip-guided",
    # A server named by --triton: not ours to kill, and not bound by what only our CPU model promises.
    "not on one that this run did not start",
    "the server under test is foreign",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    add_contract_options(parser)
    parser.addoption("--v2-report", action="store_true", help="print the table of v2's routes, tested")


def pytest_configure() -> None:
    # A shell starts what it runs in the background with Ctrl-C ignored, and what a test starts would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.config.getoption("--v2-report"):
        print_v2_report(terminalreporter)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(allowed in reason for allowed in ALLOWED_SKIPS):
            report.outcome = "failed"
            report.longrepr = f"skipped in CI, where nothing may be missing: {reason}"
    return report


@pytest.fixture(autouse=True, scope="session")
def _clean_environment() -> Iterator[None]:
    """The developer's own COUNCIL_* settings must not change what a test sees."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("COUNCIL_")}
    yield
    os.environ.update(kept)


@dataclass(frozen=True)
class RunningTriton:
    """A real Triton server on the CPU with the default model."""

    server: TritonServer
    model: str = MODEL
    models_dir: Path = MODELS_DIR

    @property
    def grpc_address(self) -> str:
        return self.server.grpc_url

    @property
    def http_address(self) -> str:
        return self.server.http_url.removeprefix("http://")

    @property
    def metrics_address(self) -> str:
        return self.server.metrics_url.removeprefix("http://").removesuffix("/metrics")

    @property
    def control_headers(self) -> dict[str, str]:
        return self.server.control_headers

    @property
    def process(self) -> int:
        return self.server.pid


def triton_launch(run_dir: Path) -> TritonLaunch:
    if not (MODELS_DIR / MODEL / "model.gguf").exists():
        pytest.skip(f"{MODEL} is not installed: run `council models pull {MODEL}`")
    return TritonLaunch(
        models=[MODEL],
        models_dir=MODELS_DIR,
        run_dir=run_dir,
        ports=TritonPorts.free(),
        control_key="key-of-the-tests",
    )


@pytest.fixture(scope="session")
async def triton(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningTriton]:
    async with TritonServer(triton_launch(tmp_path_factory.mktemp("triton"))) as server:
        yield RunningTriton(server)


@pytest.fixture
async def own_triton(tmp_path: Path) -> AsyncIterator[TritonServer]:
    """A Triton server of one test's own, which it may kill, hang and start again."""
    server = TritonServer(triton_launch(tmp_path))
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="session")
def council(triton: RunningTriton, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The orchestrator over the session's Triton, on a free port, its loop in a thread of its own."""
    grpc_port = int(triton.grpc_address.rpartition(":")[2])
    data_dir = tmp_path_factory.mktemp("council")
    (data_dir / "models").symlink_to(MODELS_DIR)
    settings = Settings(data_dir=data_dir, triton_grpc_port=grpc_port)
    with running_council(settings) as server:
        yield server


@contextmanager
def running_council(settings: Settings) -> Iterator[AppServer]:
    services = build_services(settings)
    with running_app(create_app(settings, services), services) as server:
        yield server


@pytest.fixture(scope="session")
def council_url(council: AppServer) -> str:
    return council.url


@pytest.fixture(scope="session")
def openai_client(council_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{council_url}/v1", api_key="unused", max_retries=0) as client:
        yield client
