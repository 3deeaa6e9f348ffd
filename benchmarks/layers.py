"""Three ways to run the same prompts: the engine in process, Triton direct, and the orchestrator.

The clients are as light as they can be, since on two cores whatever they use is taken from the engine.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.timing import Load, StreamTiming
from engines.record import ModelRecord, load_records
from orchestrator.inference.registry import InstalledModel
from orchestrator.inference.triton import TritonBackend
from orchestrator.inference.types import Sampling, TokenRequest
from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.ports import free_ports
from orchestrator.supervision.triton_server import HUGE_PAGES, TritonLaunch, TritonPorts, TritonServer

MODEL = "smollm2-135m"
MODELS_DIR = PROJECT_ROOT / "data" / "models"
TRITON_PYTHON = PROJECT_ROOT / ".venv-triton" / "bin" / "python"
Messages = list[dict[str, str]]


class Layer(Protocol):
    name: str

    async def run(self, prompts: Sequence[Messages], max_tokens: int) -> Load: ...


@dataclass(frozen=True)
class Rendered:
    """Chat prompts as the engine gets them."""

    model: InstalledModel

    @classmethod
    def load(cls) -> Rendered:
        return cls(InstalledModel.load(load_records()[MODEL], MODELS_DIR / MODEL))

    def ids(self, messages: Messages) -> list[int]:
        return self.model.template.render_ids(messages)

    @property
    def record(self) -> ModelRecord:
        return self.model.record


class InProcess:
    name = "engine in process"

    def __init__(self, rendered: Rendered, process: asyncio.subprocess.Process) -> None:
        self._rendered = rendered
        self._process = process

    async def run(self, prompts: Sequence[Messages], max_tokens: int) -> Load:
        reply = await self.run_ids([self._rendered.ids(messages) for messages in prompts], max_tokens, 0)
        streams = [StreamTiming(item["arrivals_ms"], item["tokens"]) for item in reply["streams"]]
        return Load(streams, reply["wall_ms"])

    async def run_ids(self, prompts: Sequence[list[int]], max_tokens: int, min_tokens: int) -> dict[str, Any]:
        """The child's whole answer, token ids included."""
        end_id = self._rendered.record.tokenizer.end_ids[0]
        job = {"prompts": prompts, "max_tokens": max_tokens, "min_tokens": min_tokens, "end_id": end_id}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        await self._process.stdin.drain()
        return json.loads(await self._process.stdout.readline())


@asynccontextmanager
async def in_process(
    rendered: Rendered, *, wheel: bool = False, fixed_threads: bool = False, **changes: object
) -> AsyncIterator[InProcess]:
    """The engine with the record's configuration, changed by `changes`, in a child of its own.

    `wheel` hides the build of llama.cpp for this processor; with `fixed_threads` none is given up to others.
    """
    cpu = rendered.record.cpu
    assert cpu is not None
    config = {
        "slots": cpu.slots, "max_seq_len": rendered.record.limits.max_seq_len,
        "max_queue_size": cpu.max_queue_size, "threads": len(os.sched_getaffinity(0)),
        "stream_period_ms": 0, "first_token_pause_ms": 0, "prompt_lookup": cpu.prompt_lookup, **changes,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        str(TRITON_PYTHON), str(PROJECT_ROOT / "benchmarks" / "in_process.py"),
        str(MODELS_DIR / MODEL / "model.gguf"), json.dumps(config),
        *(["wheel"] if wheel else []), *(["fixed_threads"] if fixed_threads else []),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24,
        env={**HUGE_PAGES, **os.environ, "PYTHONPATH": str(PROJECT_ROOT / "triton_repo")},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    if not await process.stdout.readline():
        raise SystemExit("the engine did not start")
    try:
        yield InProcess(rendered, process)
    finally:
        process.stdin.close()
        await process.wait()


class TritonDirect:
    name = "Triton direct"

    def __init__(self, rendered: Rendered, backend: TritonBackend) -> None:
        self._rendered = rendered
        self._backend = backend

    async def run(self, prompts: Sequence[Messages], max_tokens: int) -> Load:
        ids = [self._rendered.ids(messages) for messages in prompts]
        began_s = time.perf_counter()
        streams = await asyncio.gather(*(self._stream(prompt, max_tokens) for prompt in ids))
        return Load(streams, (time.perf_counter() - began_s) * 1e3)

    async def _stream(self, prompt: list[int], max_tokens: int) -> StreamTiming:
        tokenizer = self._rendered.record.tokenizer
        request = TokenRequest(
            str(uuid.uuid4()), prompt, max_tokens, tokenizer.end_ids[0], tokenizer.pad_id,
            Sampling(top_k=1),
        )  # fmt: skip
        timing, sent_s = StreamTiming(), time.perf_counter()
        async for chunk in self._backend.generate(MODEL, request):
            if chunk.token_ids:
                timing.arrivals_ms.append((time.perf_counter() - sent_s) * 1e3)
                timing.tokens += len(chunk.token_ids)
        return timing


class Orchestrator:
    name = "orchestrator"

    def __init__(self, port: int) -> None:
        self.port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def run(self, prompts: Sequence[Messages], max_tokens: int) -> Load:
        began_s = time.perf_counter()
        answers = await asyncio.gather(*(self._read(messages, max_tokens) for messages in prompts))
        wall_ms = (time.perf_counter() - began_s) * 1e3
        return Load([answer.timing() for answer in answers], wall_ms)

    async def _read(self, messages: Messages, max_tokens: int) -> _Answer:
        async with self.chat(messages, max_tokens) as answer:
            await answer.read_whole()
        return answer

    @asynccontextmanager
    async def chat(self, messages: Messages, max_tokens: int) -> AsyncIterator[_Answer]:
        """A streaming chat over a plain socket: an HTTP client would cost as much as what is measured.

        Connections are kept and used again, as API clients do; one whose answer was not read to its end is closed.
        """
        body = json.dumps({
            "model": MODEL, "messages": messages, "max_tokens": max_tokens, "temperature": 0,
             "stream": True, "stream_options": {"include_usage": True},
        }).encode()  # fmt: skip
        sent_s = time.perf_counter()
        reader, writer = await self._connection()
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = _Answer(reader, sent_s)
        try:
            yield answer
        finally:
            if answer.is_whole:
                self._idle.append((reader, writer))
            else:
                writer.close()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            # The server closes what was idle for long.
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self.port)


class _Answer:
    """One chunked HTTP answer, kept as it came and looked at when it is over."""

    def __init__(self, reader: asyncio.StreamReader, sent_s: float) -> None:
        self._reader = reader
        self._sent_s = sent_s
        self._pieces: list[tuple[float, bytes]] = []
        self.is_whole = False

    async def read_whole(self) -> None:
        last = b""
        while not self.is_whole:
            data = await self._reader.read(2**16)
            if not data:
                raise SystemExit("the orchestrator closed a stream before its end")
            self._pieces.append(((time.perf_counter() - self._sent_s) * 1e3, data))
            last = last[-8:] + data
            self.is_whole = last.endswith(b"\r\n0\r\n\r\n")

    def timing(self) -> StreamTiming:
        timing, rest = StreamTiming(), b""
        for arrived_ms, data in self._pieces:
            *lines, rest = (rest + data).split(b"\n")
            events = [json.loads(line[6:]) for line in lines if line.startswith(b"data: {")]
            for event in events:
                if "error" in event:
                    raise SystemExit(f"the orchestrator answered with an error: {event['error']}")
                if event.get("usage"):
                    timing.tokens = event["usage"]["completion_tokens"]
            if any(_has_text(event) for event in events):
                timing.arrivals_ms.append(arrived_ms)
        return timing


def _has_text(event: dict[str, Any]) -> bool:
    return bool(event["choices"] and event["choices"][0]["delta"].get("content"))


@dataclass(frozen=True)
class Stack:
    """Everything running: the three layers and the server behind two of them."""

    rendered: Rendered
    engine: InProcess
    triton: TritonDirect
    orchestrator: Orchestrator
    server: TritonServer

    @property
    def layers(self) -> tuple[Layer, ...]:
        return self.engine, self.triton, self.orchestrator


@asynccontextmanager
async def running_stack(run_dir: Path) -> AsyncIterator[Stack]:
    async with AsyncExitStack() as stack:
        rendered = Rendered.load()
        launch = TritonLaunch(
            models=[MODEL], models_dir=MODELS_DIR, run_dir=run_dir, ports=TritonPorts.free()
        )
        server = await stack.enter_async_context(TritonServer(launch))
        backend = TritonBackend(server.grpc_url, first_token_timeout_s=120, inter_token_timeout_s=60)
        stack.push_async_callback(backend.aclose)
        port = await stack.enter_async_context(_orchestrator(launch.ports.grpc, run_dir))
        engine = await stack.enter_async_context(in_process(rendered))
        yield Stack(rendered, engine, TritonDirect(rendered, backend), Orchestrator(port), server)


@asynccontextmanager
async def _orchestrator(triton_grpc_port: int, run_dir: Path) -> AsyncIterator[int]:
    """With a journal of its own: what is measured is nobody's usage."""
    (port,) = free_ports(1, "127.0.0.1")
    env = {
        **os.environ,
        "COUNCIL_PORT": str(port),
        "COUNCIL_TRITON_GRPC_PORT": str(triton_grpc_port),
        "COUNCIL_DATABASE_URL": f"sqlite+aiosqlite:///{run_dir / 'council.db'}",
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "orchestrator.serve", env=env)
    try:
        await _until_listening(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def _until_listening(port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise SystemExit("the orchestrator did not start")
