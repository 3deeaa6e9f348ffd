"""The server under test, its tokenizer and counters, and the summary of what was measured."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import grpc
import pytest
from tokenizers import Tokenizer
from tritonclient.grpc import service_pb2

from .client import ContractClient, Generation
from .firm import FIRM_TOKENS, PASSAGE_TIMES, begun_again
from .metrics import EngineCounters, idle
from .target import Target
from .timings import Record, table

ANSWER_S = 10.0
RECORD = pytest.StashKey[Record]()
END_TOKENS = ("<|im_end|>", "<|eot_id|>", "</s>", "<|endoftext|>")
STORY = "Once upon a time, in a small village by the sea, there lived an old fisherman who"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = table(config.stash.get(RECORD, Record()))
    if lines:
        terminalreporter.section("contract measurements (ms unless named otherwise)")
    for line in lines:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def record(pytestconfig: pytest.Config) -> Record:
    return pytestconfig.stash.setdefault(RECORD, Record())


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Target:
    """The server named by `--triton`, else the project's own CPU server from the root conftest."""
    option = request.config.getoption
    address: str | None = option("--triton")
    if address is None:
        return _local_target(request)
    if option("--tokenizer") is None:
        pytest.exit("--triton needs --tokenizer PATH/tokenizer.json", pytest.ExitCode.USAGE_ERROR)
    return Target(
        grpc_address=address,
        metrics_address=option("--triton-metrics"),
        model=option("--triton-model"),
        tokenizer_path=Path(option("--tokenizer")),
        max_seq_len=option("--max-seq-len"),
        queue_size=option("--triton-queue-size"),
        pid=None,
        control_headers=dict(pair.split("=", 1) for pair in option("--triton-control-header")),
    )


def _local_target(request: pytest.FixtureRequest) -> Target:
    server = request.getfixturevalue("triton")
    given: str | None = request.config.getoption("--tokenizer")
    return Target(
        grpc_address=server.grpc_address,
        metrics_address=server.metrics_address,
        model=server.model,
        tokenizer_path=Path(given) if given else Path(server.models_dir) / server.model / "tokenizer.json",
        max_seq_len=request.config.getoption("--max-seq-len"),
        queue_size=request.config.getoption("--triton-queue-size"),
        pid=server.process,
        control_headers=server.control_headers,
    )


@pytest.fixture(scope="session")
def only_ours(target: Target) -> None:
    """Skips a test of a rule that only the CPU model has to keep."""
    if target.is_foreign:
        pytest.skip("a rule of the project's CPU model; the server under test is foreign")


@pytest.fixture(scope="session")
async def client(target: Target, pytestconfig: pytest.Config) -> AsyncIterator[ContractClient]:
    timeout_s: float = pytestconfig.getoption("--triton-timeout-s")
    client = ContractClient(target.grpc_address, target.model, timeout_s, target.control_headers)
    try:
        await _require_model(client, target)
        yield client
    finally:
        await client.aclose()


async def _require_model(client: ContractClient, target: Target) -> None:
    """End the run with one sentence, instead of two hundred failures, where there is nothing to test."""
    try:
        reply = await client.stub.ModelReady(
            service_pb2.ModelReadyRequest(name=target.model), timeout=ANSWER_S
        )
    except grpc.aio.AioRpcError as error:
        pytest.exit(
            f"no Triton answers at {target.grpc_address}: {error.details()}", pytest.ExitCode.USAGE_ERROR
        )
    if not reply.ready:
        reason = f"Triton at {target.grpc_address} has no model {target.model!r} loaded: name one with --triton-model"
        pytest.exit(reason, pytest.ExitCode.USAGE_ERROR)


@pytest.fixture(scope="session")
async def counters(target: Target) -> AsyncIterator[EngineCounters]:
    """The engine's counters; skips what needs them when no metrics address was given."""
    if target.metrics_address is None:
        pytest.skip("needs --triton-metrics")
    counters = EngineCounters(target.metrics_address, target.model)
    yield counters
    await counters.aclose()


@pytest.fixture(autouse=True)
async def back_at_baseline(request: pytest.FixtureRequest, target: Target) -> AsyncIterator[None]:
    """Every test must leave the engine with nothing active and nothing waiting."""
    yield
    if target.metrics_address is None:
        return
    counters = EngineCounters(target.metrics_address, target.model)
    try:
        await counters.wait_for(idle, timeout_s=10.0)
    finally:
        await counters.aclose()


@pytest.fixture(scope="session")
def tokenizer(target: Target) -> Tokenizer:
    return Tokenizer.from_file(str(target.tokenizer_path))


@pytest.fixture(scope="session")
def encode(tokenizer: Tokenizer) -> Callable[[str], list[int]]:
    return lambda text: list(tokenizer.encode(text).ids)


@pytest.fixture(scope="session")
def decode(tokenizer: Tokenizer) -> Callable[[list[int]], str]:
    return lambda ids: str(tokenizer.decode(ids, skip_special_tokens=True))


@pytest.fixture(scope="session")
def vocab_size(tokenizer: Tokenizer, pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("--vocab-size") or tokenizer.get_vocab_size())


@pytest.fixture(scope="session")
def end_id(tokenizer: Tokenizer, pytestconfig: pytest.Config) -> int:
    given: int | None = pytestconfig.getoption("--end-id")
    found = [tokenizer.token_to_id(token) for token in END_TOKENS]
    known = [given, *found] if given is not None else found
    return next(token for token in known if token is not None)


@pytest.fixture(scope="session")
def story(encode: Callable[[str], list[int]]) -> list[int]:
    """Free text: many continuations are likely. For tests that need a choice, or only a stream."""
    return encode(STORY)


@pytest.fixture(scope="session")
def firm(encode: Callable[[str], list[int]], pytestconfig: pytest.Config) -> list[int]:
    """A prompt with one likely continuation. For tests that compare answers."""
    return encode(begun_again(pytestconfig.getoption("--firm-passage"), PASSAGE_TIMES, words=5))


@pytest.fixture(scope="session")
async def greedy(client: ContractClient, firm: list[int]) -> Generation:
    """FIRM_TOKENS greedy tokens of the firm prompt, without an end token."""
    return await client.generate(firm, FIRM_TOKENS, runtime_top_k=1)


@pytest.fixture
def answers(client: ContractClient, firm: list[int], greedy: Generation) -> Callable[[], Awaitable[None]]:
    """Call it to prove that the next request still works."""

    async def check() -> None:
        again = await client.generate(firm, 8, runtime_top_k=1)
        assert again.tokens == greedy.tokens[:8]

    return check


@pytest.fixture(scope="session")
async def slots(client: ContractClient) -> int:
    """How many requests the engine runs at once: the declared max_batch_size."""
    return int((await client.model_config()).max_batch_size)
