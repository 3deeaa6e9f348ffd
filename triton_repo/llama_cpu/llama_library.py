"""Find and load llama.cpp: the build with kernels for this processor where it is installed, else the wheel's.

- `llama_cpp_native/` in site-packages, brought by scripts/get_llama_cpp.py: llama.cpp and one backend for each
  generation of x86 processors, of which ggml picks the best that runs here (AVX-512, VNNI, AMX). No OpenMP.
- the `xllamacpp` wheel: one shared object, AVX2 at most, OpenMP.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import logging
import os
from ctypes import POINTER, byref, c_char_p, c_int32, c_void_p
from dataclasses import dataclass
from pathlib import Path

from llama_cpu import llama_abi
from llama_cpu.llama_abi import AbiMismatchError, ThreadpoolParams
from llama_cpu.slices import long_slices

log = logging.getLogger("council.llama")

# How long OpenMP threads spin at a barrier before they sleep. libgomp's default spins for milliseconds, which is
# ruin when anything else wants a core. One run beside other busy processes, tokens/s at 1 / 8 streams: default not
# done after 60 s, 10,000 spins 20 / 48, 1,000 spins 113 / 251, sleeping at once 71 / 271. One run on idle cores:
# default 79 / 202, 1,000 spins 76 / 198, sleeping at once 56 / 182. libgomp reads it when it is loaded.
_OPENMP_SPIN_COUNT = "1000"

# ggml's own pool spins between two graphs, too, and its default is as ruinous: beside two busy processes a token
# took 105 ms with it and 40 ms without, on idle cores 7.5 and 7.6 ms.
_THREADPOOL_POLL = 0

_ABORT_LINES = (b"graph_compute:", b"process_ubatch:", b"decode: removing", b"llama_decode: failed")


@dataclass(frozen=True)
class Threadpools:
    """Makes and frees ggml's thread pools (the build without OpenMP)."""

    ggml: ctypes.CDLL
    new: ctypes._CFuncPtr
    free: ctypes._CFuncPtr

    def open(self, threads: int) -> int:
        """A pool of `threads` threads, the caller's among them, that sleep as soon as there is nothing to do."""
        params = self.ggml.ggml_threadpool_params_default(threads)
        params.poll = _THREADPOOL_POLL
        ours = os.sched_getaffinity(0)
        _keep_apart(params, ours)
        with long_slices():
            pool: int | None = self.new(byref(params))
        # ggml gives a processor to who opens the pool, too.
        os.sched_setaffinity(0, ours)
        if not pool:
            raise MemoryError(f"no thread pool of {threads} threads")
        return pool


def _keep_apart(params: ThreadpoolParams, processors: set[int]) -> None:
    """A processor of its own for each thread that ggml starts, where it has as many threads as there are processors.

    Faster in every run with engines taking turns (docs/performance.md). Why was not looked into: supposedly Linux leaves two of them on one
    processor now and then, after somebody else had run there for a moment, and each waits for the other.
    """
    if params.n_threads == len(processors) and max(processors) < len(params.cpumask):
        for processor in processors:
            params.cpumask[processor] = True
        params.strict_cpu = True


@dataclass(frozen=True)
class LlamaLibrary:
    """`api` has what llama_abi declares; `threadpools` is None where OpenMP runs the threads."""

    api: ctypes.CDLL
    threadpools: Threadpools | None


@functools.cache
def load() -> LlamaLibrary:
    """Load llama.cpp once for this process. Raises AbiMismatchError."""
    native = _package("llama_cpp_native")
    library = _load_wheel() if native is None else _load_native(native)
    features = library.api.llama_print_system_info().decode()
    log.info("llama.cpp from %s: %s", "the xllamacpp wheel" if native is None else native.name, features)
    return library


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _load_wheel() -> LlamaLibrary:
    wheel = _package("xllamacpp")
    if wheel is None:
        raise AbiMismatchError("the xllamacpp wheel is not installed")
    os.environ.setdefault("GOMP_SPINCOUNT", _OPENMP_SPIN_COUNT)
    api = _open(wheel / "xllamacpp.abi3.so")
    api.llama_backend_init()
    return LlamaLibrary(api, threadpools=None)


def _load_native(directory: Path) -> LlamaLibrary:
    api = _open(_only(directory, "libllama.*.so"))
    ggml = ctypes.CDLL(str(_only(directory, "libggml.*.so")))
    ggml.ggml_backend_load_all_from_path.argtypes = [c_char_p]
    ggml.ggml_backend_load_all_from_path(str(directory).encode())
    api.llama_backend_init()
    return LlamaLibrary(api, _threadpools(ggml))


def _only(directory: Path, pattern: str) -> Path:
    found = sorted(directory.glob(pattern))
    if len(found) != 1:
        raise AbiMismatchError(f"{directory} has {len(found)} files named {pattern}, expected one")
    return found[0]


def _open(path: Path) -> ctypes.CDLL:
    api = ctypes.CDLL(str(path))
    llama_abi.declare(api, path.name)
    api.llama_log_set(_log_callback, None)
    return api


def _threadpools(ggml: ctypes.CDLL) -> Threadpools:
    """The pool's functions are the CPU backend's own, and the backend is one of many files: ggml knows which."""
    ggml.ggml_backend_reg_by_name.restype, ggml.ggml_backend_reg_by_name.argtypes = c_void_p, [c_char_p]
    backend = ggml.ggml_backend_reg_by_name(b"CPU")
    if not backend:
        raise AbiMismatchError("ggml found no backend that runs on this processor")
    ask = ggml.ggml_backend_reg_get_proc_address
    ask.restype, ask.argtypes = c_void_p, [c_void_p, c_char_p]
    new, free = ask(backend, b"ggml_threadpool_new"), ask(backend, b"ggml_threadpool_free")
    if not new or not free:
        raise AbiMismatchError("ggml's CPU backend has no thread pools")
    ggml.ggml_threadpool_params_default.restype = ThreadpoolParams
    ggml.ggml_threadpool_params_default.argtypes = [c_int32]
    if ggml.ggml_threadpool_params_default(3).n_threads != 3:
        raise AbiMismatchError("ggml_threadpool_params has another layout")
    return Threadpools(
        ggml,
        ctypes.CFUNCTYPE(c_void_p, POINTER(ThreadpoolParams))(new),
        ctypes.CFUNCTYPE(None, c_void_p)(free),
    )


def _log_line(level: int, text: bytes, _user_data: object) -> None:
    # ggml_log_level: 3 warning, 4 error. An abort, which a cancel asks for, is reported as an error in three
    # lines; a true failure also raises DecodeError.
    if level in (3, 4) and not text.startswith(_ABORT_LINES):
        log.warning(text.decode(errors="replace").rstrip())


_log_callback = llama_abi.LOG_CALLBACK(_log_line)
