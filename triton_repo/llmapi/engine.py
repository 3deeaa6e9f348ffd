"""Runs generations on `tensorrt_llm.LLM`: one event loop in one thread, one more thread that talks to Triton.

Names and behaviour of the LLM API: TensorRT-LLM 1.2, `tensorrt_llm/llmapi/llm.py`, `tensorrt_llm/executor/result.py`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import triton_python_backend_utils as pb_utils

from llmapi.result import Progress
from llmapi.sampling import guide_arguments, sampling_arguments
from llmapi.stream import Generation

log = logging.getLogger("council.triton")
Result = TypeVar("Result")


class QueueFullError(RuntimeError):
    """As many requests as may run and wait are here."""


@dataclass(frozen=True)
class EngineSettings:
    model_dir: str
    end_id: int
    max_batch_size: int
    max_num_tokens: int
    max_seq_len: int
    max_queue_size: int
    kv_tokens: int
    kv_memory_fraction: float
    tokens_per_block: int
    sampler_type: str
    guided_decoding_backend: str
    cancellation_check_period_ms: int


class LlmEngine:
    """Loads the model at construction; raises whatever the LLM API raises. `close()` it."""

    def __init__(self, settings: EngineSettings) -> None:
        # Here and not at the top: the import takes the GPU.
        from tensorrt_llm import LLM, SamplingParams
        from tensorrt_llm.llmapi import CudaGraphConfig, GuidedDecodingParams, KvCacheConfig

        self._settings = settings
        self._sampling_params, self._guided_params = SamplingParams, GuidedDecodingParams
        self._llm = LLM(
            model=settings.model_dir,
            backend="pytorch",
            max_batch_size=settings.max_batch_size,
            max_num_tokens=settings.max_num_tokens,
            max_seq_len=settings.max_seq_len,
            enable_chunked_prefill=True,
            sampler_type=settings.sampler_type,
            guided_decoding_backend=settings.guided_decoding_backend,
            # A graph for each batch size takes memory, up to 200 MB: none for sizes that are not served.
            cuda_graph_config=CudaGraphConfig(max_batch_size=settings.max_batch_size),
            kv_cache_config=KvCacheConfig(
                max_tokens=settings.kv_tokens,
                free_gpu_memory_fraction=settings.kv_memory_fraction,
                enable_block_reuse=True,
                tokens_per_block=settings.tokens_per_block,
            ),
        )
        self._tasks: dict[Generation, asyncio.Task[None]] = {}
        self._admitted = 0
        self._admission = threading.Lock()
        self._triton = ThreadPoolExecutor(max_workers=1, thread_name_prefix="council-triton")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run_loop, name="council-llm", daemon=True)
        self._thread.start()

    def submit(self, generation: Generation) -> None:
        """Raises QueueFullError, or ContractError for what the LLM API lacks."""
        parameters = self._parameters(generation)
        with self._admission:
            if self._admitted >= self._settings.max_batch_size + self._settings.max_queue_size:
                raise QueueFullError(f"Exceeds maximum queue size ({self._settings.max_queue_size})")
            self._admitted += 1
        self._loop.call_soon_threadsafe(self._start, generation, parameters)

    def cancel(self, request_id: str) -> None:
        """An unknown id is no error: the request may just have finished."""
        self._loop.call_soon_threadsafe(self._cancel_id, request_id)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._triton.shutdown()
        self._llm.shutdown()

    def _parameters(self, generation: Generation) -> Any:
        arguments = sampling_arguments(generation.parsed, self._settings.end_id)
        guide = guide_arguments(generation.parsed)
        if guide is not None:
            arguments["guided_decoding"] = self._guided_params(**guide)
        return self._sampling_params(**arguments)

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        watch = self._loop.create_task(self._watch())
        self._loop.run_forever()
        for task in (watch, *self._tasks.values()):
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(watch, *self._tasks.values(), return_exceptions=True))
        self._loop.close()

    def _start(self, generation: Generation, parameters: Any) -> None:
        task = self._loop.create_task(self._serve(generation, parameters))
        self._tasks[generation] = task
        task.add_done_callback(lambda _done: self._forget(generation))

    def _forget(self, generation: Generation) -> None:
        # A task that is cancelled before its first step runs no line of its own. After a final response, no-op.
        self._triton.submit(generation.send, None, True)
        del self._tasks[generation]
        with self._admission:
            self._admitted -= 1

    def _cancel_id(self, request_id: str) -> None:
        for generation, task in self._tasks.items():
            if generation.request_id == request_id:
                task.cancel()

    async def _serve(self, generation: Generation, parameters: Any) -> None:
        """A cancelled generation ends with a bare final response: `_forget` sends it."""
        try:
            await self._stream(generation, parameters)
        except (
            Exception
        ) as error:  # the edge of a request: whatever went wrong, its client must get a final response
            log.exception("request %s failed", generation.request_id)
            text = f"Executor failed process requestId {generation.request_id} due to the following error: {error}"
            await self._on_triton(lambda: generation.fail(text, pb_utils.TritonError.INTERNAL))

    async def _stream(self, generation: Generation, parameters: Any) -> None:
        parsed = generation.parsed
        progress = Progress(parsed)
        held: list[int] = [] if parsed.exclude_input else list(parsed.prompt)
        held_log_probs: list[float] = []
        result = self._llm.generate_async(parsed.prompt, parameters, streaming=True)
        try:
            async for output in result:
                tokens, log_probs = progress.take(output.outputs[0], output.finished)
                if tokens:
                    generation.note_tokens()
                held, held_log_probs = held + tokens, held_log_probs + log_probs
                final = output.finished or progress.ended
                if final or (parsed.streaming and held):
                    response = generation.response(held, held_log_probs)
                    held, held_log_probs = [], []
                    await self._on_triton(
                        lambda response=response, final=final: generation.send(response, final)
                    )
                if final:
                    break
        finally:
            if not result.finished:
                result.abort()

    async def _watch(self) -> None:
        """Cancel what nobody waits for any more."""
        while True:
            await asyncio.sleep(self._settings.cancellation_check_period_ms / 1e3)
            running = dict(self._tasks)
            try:
                gone = await self._on_triton(
                    lambda asked=tuple(running): [one for one in asked if one.has_left()]
                )
            except Exception:  # the edge to Triton: one failed question must not end the watch
                log.exception("Triton could not say which clients left")
                continue
            for generation in gone:
                running[generation].cancel()

    async def _on_triton(self, call: Callable[[], Result]) -> Result:
        """A call to the server process is a round trip; the loop goes on meanwhile."""
        return await self._loop.run_in_executor(self._triton, call)
