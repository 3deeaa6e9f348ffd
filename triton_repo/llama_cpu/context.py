"""Weights and KV cache of one model: decode a batch, read its logits, forget positions."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from llama_cpu import llama_abi, llama_library
from llama_cpu.thread_count import ThreadCount

ABORTED = 2  # llama_decode's return value when the abort callback said stop


class ModelLoadError(RuntimeError):
    """The weights cannot be read, or the KV cache does not fit into memory."""


class DecodeError(RuntimeError):
    """llama_decode failed for a reason other than an abort."""


@dataclass(frozen=True)
class ContextShape:
    """Sizes fixed at load. KV memory is `sequences` × `tokens_per_sequence` × bytes a token, allocated at once."""

    sequences: int
    tokens_per_sequence: int
    batch_tokens: int
    batch_outputs: int
    threads: int


@dataclass(frozen=True, slots=True)
class BatchToken:
    token: int
    position: int
    sequence: int
    wants_logits: bool


class LlamaContext:
    """Not thread-safe except `abort()`, which any thread may call while `decode()` runs."""

    def __init__(self, model_path: Path, shape: ContextShape) -> None:
        library = llama_library.load()
        self._lib = library.api
        self.shape = shape
        self._model = self._lib.llama_model_load_from_file(
            str(model_path).encode(), self._lib.llama_model_default_params()
        )
        if not self._model:
            raise ModelLoadError(f"llama.cpp cannot load {model_path.name}")
        self._context = self._open_context()
        self._threadpools = library.threadpools
        self._threadpool = self._attach_threadpool()
        self._threads = ThreadCount(shape.threads)
        self._memory = self._lib.llama_get_memory(self._context)
        self._batch = self._lib.llama_batch_init(shape.batch_tokens, 0, 1)
        self._batch_columns = _BatchColumns(self._batch, shape.batch_tokens)
        vocab = self._lib.llama_model_get_vocab(self._model)
        self.vocab_size: int = self._lib.llama_vocab_n_tokens(vocab)

    @property
    def threads(self) -> int:
        """What the next step runs with, `shape.threads` at most."""
        return self._threads.now

    @property
    def library(self) -> ctypes.CDLL:
        return self._lib

    @property
    def handle(self) -> int:
        return self._context

    def _open_context(self) -> int:
        shape = self.shape
        params = self._lib.llama_context_default_params()
        params.n_seq_max = shape.sequences
        params.n_ctx = shape.sequences * shape.tokens_per_sequence
        params.n_batch = params.n_ubatch = shape.batch_tokens
        params.n_outputs_max = shape.batch_outputs
        params.n_threads = params.n_threads_batch = shape.threads
        params.no_perf = True
        # One KV stream a sequence: attention then reads its own sequence only. With the unified cache every
        # sequence's attention walks all cells: 280 instead of 382 tokens/s at 16 streams on 2 cores.
        params.kv_unified = False
        self._abort_flag = ctypes.create_string_buffer(2)
        params.abort_callback, params.abort_callback_data = self._abort_probe()
        context = self._lib.llama_init_from_model(self._model, params)
        if not context:
            raise ModelLoadError(
                f"no memory for a KV cache of {shape.sequences} sequences of {shape.tokens_per_sequence} tokens"
            )
        return context

    def _attach_threadpool(self) -> int | None:
        if self._threadpools is None:
            return None
        pool = self._threadpools.open(self.shape.threads)
        self._lib.llama_attach_threadpool(self._context, pool, pool)
        return pool

    def _abort_probe(self) -> tuple[int | None, int]:
        """A C function that reads our flag, as `bool (*)(void *)`.

        ggml asks it before every graph node, from its worker threads. A Python callback there would take the
        GIL about a thousand times a step; libc's strlen answers the same question (an empty string is false)
        in nanoseconds.
        """
        strlen = ctypes.CDLL(None).strlen
        return ctypes.cast(strlen, ctypes.c_void_p).value, ctypes.addressof(self._abort_flag)

    def abort(self) -> None:
        """Make a running `decode()` return early. Takes effect within one graph node, under a millisecond."""
        self._abort_flag[0] = b"x"

    def clear_abort(self) -> None:
        self._abort_flag[0] = b"\0"

    def decode(self, tokens: Sequence[BatchToken]) -> bool:
        """Evaluate a batch; False when it was aborted. Raises DecodeError.

        After an abort the caller removes this batch's positions with `forget()`: llama.cpp keeps the part
        that was already evaluated.
        """
        self._batch_columns.fill(tokens)
        self._batch.n_tokens = len(tokens)
        result = self._run()
        if result == ABORTED:
            return False
        if result != 0:
            raise DecodeError(f"llama_decode returned {result} for {len(tokens)} tokens")
        return True

    def _run(self) -> int:
        began_s, began_cpu_s = time.monotonic(), time.process_time()
        result: int = self._lib.llama_decode(self._context, self._batch)
        # OpenMP's threads sleep where these spin: what they did not use was not taken from them.
        if self._threadpools is not None:
            before, now_s = self._threads.now, time.monotonic()
            self._threads.learn(now_s - began_s, time.process_time() - began_cpu_s, now_s)
            if self._threads.now != before:
                self._lib.llama_set_n_threads(self._context, self._threads.now, self._threads.now)
        return result

    def logits(self, row: int) -> np.ndarray:
        """The logits of batch row `row`: float32[vocab_size], a writable view valid until the next decode."""
        address = self._lib.llama_get_logits_ith(self._context, row)
        if not address:
            raise DecodeError(f"row {row} has no logits")
        buffer = (ctypes.c_float * self.vocab_size).from_address(address)
        return np.frombuffer(buffer, dtype=np.float32)

    def forget(self, sequence: int, from_position: int) -> None:
        """Drop a sequence's cached positions at and after `from_position`."""
        self._lib.llama_memory_seq_rm(self._memory, sequence, from_position, -1)

    def close(self) -> None:
        self._lib.llama_batch_free(self._batch)
        self._lib.llama_free(self._context)
        self._lib.llama_model_free(self._model)
        if self._threadpools is not None:
            self._threadpools.free(self._threadpool)


class _BatchColumns:
    """numpy views of a llama_batch's arrays."""

    def __init__(self, batch: llama_abi.Batch, size: int) -> None:
        self._token = np.ctypeslib.as_array(batch.token, (size,))
        self._position = np.ctypeslib.as_array(batch.pos, (size,))
        self._logits = np.ctypeslib.as_array(batch.logits, (size,))
        np.ctypeslib.as_array(batch.n_seq_id, (size,))[:] = 1
        # llama_batch_init allocates every row's sequence list on its own, so they are written one by one.
        self._sequence = [batch.seq_id[row] for row in range(size)]

    def fill(self, tokens: Sequence[BatchToken]) -> None:
        for row, item in enumerate(tokens):
            self._token[row] = item.token
            self._position[row] = item.position
            self._logits[row] = item.wants_logits
            self._sequence[row][0] = item.sequence
