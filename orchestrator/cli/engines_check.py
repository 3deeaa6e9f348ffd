"""`council engines check`: have a running Triton answer, compare, and write the result into the manifests."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import typer

from engines.check_command import CheckRequest, run_check, served_name
from engines.errors import CheckError, CheckServerError
from engines.quality_check import SMOKE_PROMPT, Answerer, Greedy, Questions, questions
from engines.record import ModelRecord
from orchestrator.cli.console import Problem
from orchestrator.errors import CouncilError
from orchestrator.inference.registry import InstalledModel
from orchestrator.inference.tokenizer import UnusableModelFiles
from orchestrator.inference.triton import TritonBackend
from orchestrator.inference.triton_control import TritonControl
from orchestrator.inference.types import Sampling, TokenRequest

FIRST_TOKEN_TIMEOUT_S = 60.0
INTER_TOKEN_TIMEOUT_S = 30.0
STOPPED = 130


def check(request: CheckRequest, triton: str, wait_s: float) -> int:
    """Run the check against the Triton at this gRPC address. Raises EngineError, Problem."""
    try:
        return asyncio.run(_check(request, triton, wait_s))
    except KeyboardInterrupt:
        raise Problem("stopped: no manifest was changed since the last result", "", STOPPED) from None


async def _check(request: CheckRequest, triton: str, wait_s: float) -> int:
    control = TritonControl(triton)
    backend = TritonBackend(
        triton, first_token_timeout_s=FIRST_TOKEN_TIMEOUT_S, inter_token_timeout_s=INTER_TOKEN_TIMEOUT_S
    )
    try:
        engines = TritonEngines(control, backend, wait_s)
        return await run_check(request, engines, Prompts(request.models_dir).of, typer.echo)
    finally:
        await backend.aclose()
        await control.aclose()


class Prompts:
    """The questions of a model, in tokens of its own tokenizer."""

    def __init__(self, models_dir: Path) -> None:
        self._models_dir = models_dir
        self._known: dict[str, Questions] = {}

    def of(self, record: ModelRecord) -> Questions:
        """Raises CheckError."""
        if record.id not in self._known:
            try:
                model = InstalledModel.load(record, self._models_dir / record.id)
            except (UnusableModelFiles, OSError) as error:
                fix = f"run: council models pull --tokenizer-only {record.id}"
                raise CheckError(f"the tokenizer of {record.id} cannot be read: {error}", fix=fix) from error
            smoke = model.template.render_ids([{"role": "user", "content": SMOKE_PROMPT}])
            self._known[record.id] = questions(model.tokenizer.encode_prompt, smoke)
        return self._known[record.id]


class TritonEngines:
    """Implements `engines.check_command.EngineServer`. Waits up to `wait_s` for the server to answer."""

    def __init__(self, control: TritonControl, backend: TritonBackend, wait_s: float = 0.0) -> None:
        self._control = control
        self._backend = backend
        self._wait_s = wait_s

    @asynccontextmanager
    async def loaded(self, engine_id: str, record: ModelRecord) -> AsyncIterator[Answerer]:
        """Load the engine alone, and unload it at the end, whatever happens. Raises CheckServerError."""
        name = served_name(engine_id)
        with server_errors():
            await self._control.wait_until_live(self._wait_s)
            if await self._control.state(name) == "READY":
                await self._control.unload(name)
            await self._load(name)
        try:
            with server_errors():
                served = await self._control.parameter(name, "gpt_model_path") or "no engine"
            if not served.endswith(f"/{engine_id}"):
                raise CheckServerError(f"the server's {name} is {served}, not {engine_id}", fix=_REPOSITORY)
            yield _Engine(self._backend, name, record)
        finally:
            with server_errors():
                await self._control.unload(name)

    async def _load(self, name: str) -> None:
        """The server goes on with a load that nobody waits for: who is stopped meanwhile sees to it that it is undone."""
        loading = asyncio.create_task(self._control.load(name))
        try:
            await asyncio.shield(loading)
        except asyncio.CancelledError:
            await asyncio.wait((loading,))
            if not loading.cancelled() and loading.exception() is None:
                await self._control.unload(name)
            raise


class _Engine:
    """One loaded engine. Implements `Answerer`."""

    def __init__(self, backend: TritonBackend, name: str, record: ModelRecord) -> None:
        self._backend, self._name, self._facts = backend, name, record.tokenizer

    async def greedy(self, prompt_ids: Sequence[int], max_tokens: int) -> Greedy:
        request = TokenRequest(
            request_id=str(uuid.uuid4()),
            prompt_ids=prompt_ids,
            max_tokens=max_tokens,
            end_id=self._facts.end_ids[0],
            pad_id=self._facts.pad_id,
            sampling=Sampling(top_k=1),
        )
        tokens: list[int] = []
        times: list[tuple[float, int]] = []
        with server_errors():
            async for chunk in self._backend.generate(self._name, request):
                if chunk.token_ids:
                    tokens += chunk.token_ids
                    times.append((time.perf_counter(), len(tokens)))
        return Greedy(tuple(tokens), _tokens_per_s(times))


_REPOSITORY = (
    "start it as scripts/check_engines.sh does: its repository has every engine under a name of its own"
)


def _tokens_per_s(times: Sequence[tuple[float, int]]) -> float | None:
    if len(times) < 2:
        return None
    (began, first), (ended, last) = times[0], times[-1]
    return (last - first) / (ended - began)


@contextmanager
def server_errors() -> Iterator[None]:
    """What the inference side raises, as the errors of `engines`."""
    try:
        yield
    except CouncilError as error:
        raise CheckServerError(error.message, fix=_REPOSITORY) from error
