"""The Triton server on the CPU: what its command line and environment are, and running one alone.

Every address is loopback, which other users of the machine reach too, and they can read Triton's command line. With
model control one runs code as the user of Council (a load request may bring the model's files), so it is open to nobody,
as are shared memory, trace and logging: Triton asks for a header that cannot be sent (`CLOSED_GRPC`, `CLOSED_HTTP`).
Inference over HTTP asks for a random key of this start, for web pages reach HTTP on loopback and the supervisor's probe
needs it. The key keeps out web pages; inference over gRPC is open to every user of the machine.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from orchestrator.supervision.errors import ServiceFailed
from orchestrator.supervision.guardian import close_shared_memory, remove_shared_memory
from orchestrator.supervision.ports import PortNeed, free_ports
from orchestrator.supervision.probe import http_ok, http_post_status, until_true
from orchestrator.supervision.process import ChildProcess, Guardian
from orchestrator.supervision.service import Service
from orchestrator.supervision.triton_installation import TritonInstallation

LOOPBACK = "127.0.0.1"
EXIT_TIMEOUT_S = 10
PROBE_KEY_NAME = "council-probe"
CONTROL_KEY_NAME = "council-control"
CONTROL = "shared-memory,model-repository,trace,logging"
CLOSED_GRPC = "Council-Closed=to-all"
"""A header's name with capitals: a server of HTTP/2 must refuse the request that has one (RFC 9113, 8.2.1), and does."""
CLOSED_HTTP = "council-closed=to\nall"
"""A header's value with a line feed, at which HTTP/1 has the header end."""
# Stopping a request that does not exist is answered by the model itself, at once and without a token. That
# Triton answers says nothing: its readiness stays 200 when the Python backend's process is dead or hung.
STOP_OF_NOTHING = json.dumps(
    {"id": "council-alive", "input_ids": [1], "input_lengths": 1, "request_output_len": 1, "stop": True}
).encode()
# 2 ms when idle. Overload is no reason to restart anything, so a probe may take very much longer.
ANSWER_TIMEOUT_S = 10.0
NOT_INHERITED = frozenset(
    {"COUNCIL_API_KEY", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV", "LD_PRELOAD"}
)

HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Has malloc ask Linux for huge pages, where the model's weights and KV cache lie: 4 % (2 to 6) more tokens/s at one
stream and 6 % (4 to 9) at eight (docs/performance.md). Nothing where the kernel or the C library has none."""


@dataclass(frozen=True, slots=True)
class TritonPorts:
    grpc: int
    http: int
    metrics: int

    @classmethod
    def free(cls) -> TritonPorts:
        return cls(*free_ports(3, LOOPBACK))

    def needs(self) -> tuple[PortNeed, ...]:
        return (
            PortNeed(LOOPBACK, self.grpc, "Triton's gRPC", "triton_grpc_port"),
            PortNeed(LOOPBACK, self.http, "Triton's HTTP", "triton_http_port"),
            PortNeed(LOOPBACK, self.metrics, "Triton's metrics", "triton_metrics_port"),
        )


@dataclass(frozen=True, slots=True)
class TritonLaunch:
    """One start of a Triton server. `models` are loaded at start; nothing else of the repository is."""

    models: Sequence[str]
    models_dir: Path
    run_dir: Path
    ports: TritonPorts
    installation: TritonInstallation = TritonInstallation()
    repository: Path | None = None
    verbose: bool = False
    extra_env: Mapping[str, str] = field(default_factory=dict)
    probe_key: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    control_key: str = field(default="", repr=False)
    """Opens model control, shared memory, trace and logging; without one they are closed. Every user can read it."""

    @property
    def repository_dir(self) -> Path:
        return self.repository or self.installation.root / "triton_repo" / "cpu"

    @property
    def memory_prefix(self) -> str:
        """Name of this server's shared memory: no other running server has the same directory and port."""
        directory = hashlib.sha256(str(self.run_dir.resolve()).encode()).hexdigest()[:8]
        return f"council_{directory}_{self.ports.grpc}_"

    @property
    def control_headers(self) -> dict[str, str]:
        """gRPC metadata that opens the control protocols, such as load and unload, where there is a key for them."""
        return {f"triton-grpc-protocol-{CONTROL_KEY_NAME}": self.control_key} if self.control_key else {}

    def command(self) -> tuple[str, ...]:
        """Raises TritonNotInstalled."""
        opened = f"{CONTROL_KEY_NAME}={self.control_key}" if self.control_key else ""
        return (
            str(self.installation.binary),
            f"--model-repository={self.repository_dir}",
            f"--backend-directory={self.installation.assemble_backends(self.run_dir)}",
            "--model-control-mode=explicit",
            *(f"--load-model={model}" for model in self.models),
            f"--http-address={LOOPBACK}",
            f"--grpc-address={LOOPBACK}",
            f"--metrics-address={LOOPBACK}",
            f"--http-port={self.ports.http}",
            f"--grpc-port={self.ports.grpc}",
            f"--metrics-port={self.ports.metrics}",
            "--allow-gpu-metrics=false",
            "--pinned-memory-pool-byte-size=0",
            f"--grpc-restricted-protocol={CONTROL}:{opened or CLOSED_GRPC}",
            f"--http-restricted-api={CONTROL}:{opened or CLOSED_HTTP}",
            f"--http-restricted-api=inference,model-config:{PROBE_KEY_NAME}={self.probe_key}",
            f"--backend-config=python,shm-region-prefix-name={self.memory_prefix}",
            f"--exit-timeout-secs={EXIT_TIMEOUT_S}",
            f"--log-info={'true' if self.verbose else 'false'}",
        )

    def env(self) -> dict[str, str]:
        """The caller's environment without its secrets, bent to Triton's. Raises LibpythonMissing."""
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        libraries = [self.installation.libraries, self.installation.libpython().parent]
        return {
            **HUGE_PAGES,
            **inherited,
            "PATH": f"{self.installation.venv / 'bin'}:{inherited.get('PATH', '/usr/bin:/bin')}",
            "LD_LIBRARY_PATH": ":".join(str(directory) for directory in libraries),
            "PYTHONPATH": str(self.installation.root / "triton_repo"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COUNCIL_MODELS_DIR": str(self.models_dir),
            **self.extra_env,
        }

    async def ready(self) -> bool:
        """True when the server and every model it was told to load answer as ready. From then on none but us opens what
        they have in shared memory."""
        paths = [f"/v2/models/{model}/ready" for model in self.models]
        is_ready = await http_ok(LOOPBACK, self.ports.http, "/v2/health/ready", *paths)
        if is_ready:
            close_shared_memory(self.memory_prefix)
        return is_ready

    async def alive(self) -> bool:
        """True when every model does what it is asked, and its engine is neither dead nor stuck."""
        for model in self.models:
            path = f"/v2/models/{model}/generate_stream"
            status = await http_post_status(
                LOOPBACK,
                self.ports.http,
                path,
                headers={PROBE_KEY_NAME: self.probe_key},
                body=STOP_OF_NOTHING,
                timeout_s=ANSWER_TIMEOUT_S,
            )
            if status != 200:
                return False
        return True

    def service(self) -> Service:
        """The supervised form. Raises TritonNotInstalled or LibpythonMissing now, not at the first start."""
        prefix = self.memory_prefix
        return Service(
            name="triton",
            command=self.command(),
            env=self.env(),
            cwd=self.installation.root,
            ready=self.ready,
            alive=self.alive,
            ports=self.ports.needs(),
            prepare=lambda: remove_shared_memory(prefix),
            memory_prefixes=(prefix,),
            # Said as an error on every machine without a GPU, where nothing is wrong.
            harmless=() if self.verbose else ("CudaDriverHelper has not been initialized",),
            stop_timeout_s=EXIT_TIMEOUT_S + 5.0,
            fix="run: council doctor",
        )


class TritonServer:
    """One Triton server for tests and benchmarks: `async with TritonServer(launch) as server:`.

    It is not restarted when it dies; `start()` after `kill()` or `stop()` starts it anew on the same ports.
    """

    def __init__(self, launch: TritonLaunch) -> None:
        self.launch = launch
        self._guardian: Guardian | None = None
        self._process: ChildProcess | None = None

    async def __aenter__(self) -> TritonServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def grpc_url(self) -> str:
        return f"{LOOPBACK}:{self.launch.ports.grpc}"

    @property
    def http_url(self) -> str:
        return f"http://{LOOPBACK}:{self.launch.ports.http}"

    @property
    def metrics_url(self) -> str:
        return f"http://{LOOPBACK}:{self.launch.ports.metrics}/metrics"

    @property
    def control_headers(self) -> dict[str, str]:
        return self.launch.control_headers

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def log(self) -> str:
        """The last lines the server printed, for the message of a failing test."""
        return "\n".join(self._process.last_lines) if self._process else ""

    async def start(self, timeout_s: float = 60.0) -> None:
        """Start and wait until every model is ready. Raises ServiceFailed with the server's last lines."""
        service = self.launch.service()
        service.prepare()
        if self._guardian is None:
            self._guardian = Guardian()
            self._guardian.watch_memory(self.launch.memory_prefix)
        self._process = await ChildProcess.start(
            service.command, env=service.env, cwd=service.cwd, guardian=self._guardian
        )
        try:
            async with asyncio.timeout(timeout_s):
                await self._until_ready(self._process)
        except BaseException as error:
            self._process.kill()
            await self.stop()
            if isinstance(error, TimeoutError):
                raise ServiceFailed(
                    f"Triton was not ready after {timeout_s:g} s:\n{self.log}", fix=""
                ) from None
            raise

    async def stop(self) -> bool:
        """Drain and stop; true when it ended by itself. Nothing happens when it is not running."""
        in_time = True
        if self._process is not None and self._process.running:
            self.resume()
            in_time = await self._process.stop(EXIT_TIMEOUT_S + 5.0)
        if self._guardian is not None:
            # In a thread: the guardian's end is waited for, and the loop may have others to serve.
            await asyncio.to_thread(self._guardian.close)
            self._guardian = None
        return in_time

    async def kill(self) -> None:
        """SIGKILL the server and its children, as a crash would, and wait until they are gone."""
        process = self._running
        process.kill()
        await process.wait()

    def pause(self) -> None:
        """Hang the server and its children (SIGSTOP): connections stay open and nothing is answered."""
        os.killpg(self._running.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.killpg(self._running.pid, signal.SIGCONT)

    @property
    def _running(self) -> ChildProcess:
        assert self._process is not None, "the server was not started"
        return self._process

    async def _until_ready(self, process: ChildProcess) -> None:
        async def ready_or_dead() -> bool:
            return not process.running or await self.launch.ready()

        await until_true(ready_or_dead)
        if not process.running:
            await process.wait()
            raise ServiceFailed(f"Triton ended before it was ready:\n{self.log}", fix="")
