"""The Triton server's launch: what is exposed, what is assembled, and the real server with an echo model."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest
import tritonclient.grpc.aio as triton_grpc
from tritonclient.utils import InferenceServerException

from orchestrator.supervision.errors import ServiceFailed, TritonNotInstalled
from orchestrator.supervision.guardian import SHARED_MEMORY, remove_shared_memory
from orchestrator.supervision.triton_installation import TritonInstallation
from orchestrator.supervision.triton_server import LOOPBACK, TritonLaunch, TritonPorts, TritonServer

ECHO_MODEL = """
import triton_python_backend_utils as pb_utils
class TritonPythonModel:
    def execute(self, requests):
        return [pb_utils.InferenceResponse([
            pb_utils.Tensor("OUT", pb_utils.get_input_tensor_by_name(request, "IN").as_numpy())
        ]) for request in requests]
"""
ECHO_CONFIG = """
name: "echo"  backend: "python"
input [ { name: "IN" data_type: TYPE_INT32 dims: [ -1 ] } ]
output [ { name: "OUT" data_type: TYPE_INT32 dims: [ -1 ] } ]
instance_group [ { kind: KIND_CPU count: 1 } ]
"""


def echo_launch(tmp_path: Path) -> TritonLaunch:
    model = tmp_path / "repository" / "echo"
    (model / "1").mkdir(parents=True)
    (model / "1" / "model.py").write_text(ECHO_MODEL)
    (model / "config.pbtxt").write_text(ECHO_CONFIG)
    return TritonLaunch(
        models=["echo"],
        models_dir=tmp_path / "models",
        run_dir=tmp_path / "run",
        ports=TritonPorts.free(),
        repository=tmp_path / "repository",
    )


@pytest.fixture
def launch(tmp_path: Path) -> TritonLaunch:
    return echo_launch(tmp_path)


@pytest.fixture(scope="module")
async def shared_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TritonServer]:
    async with TritonServer(echo_launch(tmp_path_factory.mktemp("triton"))) as server:
        yield server


@pytest.fixture
async def server(launch: TritonLaunch) -> AsyncIterator[TritonServer]:
    async with TritonServer(launch) as server:
        yield server


def memory_of(launch: TritonLaunch) -> list[Path]:
    return list(SHARED_MEMORY.glob(f"{launch.memory_prefix}*"))


def test_every_address_is_loopback(launch: TritonLaunch) -> None:
    addresses = [flag.partition("=")[2] for flag in launch.command() if "-address=" in flag]
    assert addresses == ["127.0.0.1"] * 3


def test_secrets_and_a_foreign_python_do_not_reach_it(
    launch: TritonLaunch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNCIL_API_KEY", "a-secret-of-the-api")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    env = launch.env()
    assert "COUNCIL_API_KEY" not in env
    assert "PYTHONHOME" not in env
    assert env["COUNCIL_MODELS_DIR"] == str(launch.models_dir)
    assert env["PATH"].split(":")[0].endswith(".venv-triton/bin")


def test_the_key_is_of_this_start_and_not_in_the_repr(launch: TritonLaunch) -> None:
    assert launch.probe_key != TritonLaunch([], Path(), Path(), launch.ports).probe_key
    assert launch.probe_key not in repr(launch)


def test_shared_memory_names_differ_between_servers(launch: TritonLaunch, tmp_path: Path) -> None:
    names = {
        launch.memory_prefix,
        replace(launch, ports=replace(launch.ports, grpc=launch.ports.grpc + 1)).memory_prefix,
        replace(launch, run_dir=tmp_path / "other").memory_prefix,
    }
    assert len(names) == 3


def test_removing_shared_memory_without_a_name_removes_nothing() -> None:
    file = SHARED_MEMORY / f"council_test_{os.getpid()}"
    file.write_text("kept")
    try:
        remove_shared_memory("")
        assert file.exists()
        remove_shared_memory(file.name)
        assert not file.exists()
    finally:
        file.unlink(missing_ok=True)


def test_the_backends_are_assembled_once_and_leave_the_wheel_alone(tmp_path: Path) -> None:
    installation = TritonInstallation()
    first = installation.assemble_backends(tmp_path)
    made = (first / "python" / "triton_python_backend_stub").stat()
    assert made.st_mode & 0o111
    assert installation.assemble_backends(tmp_path) == first
    assert (first / "python" / "triton_python_backend_stub").stat().st_ino == made.st_ino
    assert [path.name for path in first.parent.iterdir()] == [first.name]
    assert not (
        installation.site_packages / "pytriton/tritonserver/backends/python" / "triton_python_backend_stub"
    ).exists()


def test_a_missing_environment_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(TritonNotInstalled) as missing:
        _ = TritonInstallation(tmp_path).binary
    assert str(tmp_path / ".venv-triton") in missing.value.message
    assert missing.value.fix == "run: make setup"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/health/ready", 200),
        ("GET", "/v2/models/echo", 200),
        ("POST", "/v2/models/echo/infer", 403),
        ("POST", "/v2/repository/models/echo/unload", 403),
        ("POST", "/v2/repository/index", 403),
        ("GET", "/v2/systemsharedmemory/status", 403),
        ("GET", "/v2/trace/setting", 403),
        ("POST", "/v2/logging", 403),
    ],
)
async def test_over_http_only_health_and_metadata_are_open(
    shared_server: TritonServer, method: str, path: str, status: int
) -> None:
    async with httpx.AsyncClient(base_url=shared_server.http_url) as client:
        answer = await client.request(method, path, content=b"{}" if method == "POST" else None)
    assert answer.status_code == status


async def test_over_grpc_control_is_closed(shared_server: TritonServer) -> None:
    async with triton_grpc.InferenceServerClient(shared_server.grpc_url) as client:
        for call in (
            client.get_system_shared_memory_status,
            client.get_model_repository_index,
            client.get_log_settings,
        ):
            with pytest.raises(InferenceServerException, match="protocol is restricted"):
                await call()
        assert await client.is_model_ready("echo")


def grpc_answer(port: int, method: str, header: tuple[str, str] | None) -> bytes:
    """What a server says to a call of raw HTTP/2 frames: a gRPC library would not send every header."""

    def literal(name: str, value: str) -> bytes:
        return b"\x00" + b"".join(bytes([len(text)]) + text.encode() for text in (name, value))

    def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
        return (
            struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload
        )

    headers = [(":method", "POST"), (":scheme", "http"), (":authority", "localhost"), ("te", "trailers")]
    headers += [("content-type", "application/grpc"), (":path", f"/inference.GRPCInferenceService/{method}")]
    headers.sort(key=lambda pair: not pair[0].startswith(":"))
    block = b"".join(literal(*pair) for pair in [*headers, *([header] if header else [])])
    with socket.create_connection((LOOPBACK, port), timeout=1.0) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") + frame(1, 4, 1, block))
        connection.sendall(frame(0, 1, 1, bytes(5)))
        return all_received(connection)


def all_received(connection: socket.socket) -> bytes:
    received = b""
    with suppress(TimeoutError, ConnectionResetError):
        while piece := connection.recv(65536):
            received += piece
    return received


OK_TRAILER = b"\x0bgrpc-status\x010"


async def test_a_key_for_the_tests_opens_control(tmp_path: Path) -> None:
    launch = replace(echo_launch(tmp_path), control_key="key")
    async with TritonServer(launch) as server, triton_grpc.InferenceServerClient(server.grpc_url) as client:
        with pytest.raises(InferenceServerException, match="protocol is restricted"):
            await client.get_model_repository_index()
        assert await client.get_model_repository_index(headers=server.control_headers)
        # Also as raw frames: else the tests of what is refused would pass when the frames were wrong.
        ((name, value),) = server.control_headers.items()
        assert OK_TRAILER in grpc_answer(server.launch.ports.grpc, "RepositoryIndex", (name, value))


@pytest.mark.parametrize(
    "method", ["RepositoryIndex", "SystemSharedMemoryStatus", "TraceSetting", "LogSettings"]
)
def test_nothing_on_the_command_line_opens_control_over_grpc(
    shared_server: TritonServer, method: str
) -> None:
    """All that a user of the machine can read is on the command line: every header in it is tried."""
    port, command = shared_server.launch.ports.grpc, Path(f"/proc/{shared_server.pid}/cmdline").read_bytes()
    flags = [flag for flag in command.decode().split("\0") if "-restricted-" in flag]
    assert len(flags) == 3
    for flag in flags:
        name, value = flag.rpartition(":")[2].split("=")
        for spelled in (name, name.lower()):
            answer = grpc_answer(port, method, (f"triton-grpc-protocol-{spelled}", value))
            assert answer
            assert OK_TRAILER not in answer
    assert OK_TRAILER in grpc_answer(port, "ServerLive", ("any-header", "value"))


@pytest.mark.parametrize(
    "value", ["to\nall", "to\r\nall", "to\r\n all", "to\n all", "to\rall", "to%0Aall", "toall"]
)
def test_nothing_on_the_command_line_opens_control_over_http(shared_server: TritonServer, value: str) -> None:
    request = f"GET /v2/systemsharedmemory/status HTTP/1.1\r\nHost: x\r\ncouncil-closed: {value}\r\n\r\n"
    with socket.create_connection((LOOPBACK, shared_server.launch.ports.http), timeout=1.0) as connection:
        connection.sendall(request.encode())
        assert b"200 OK" not in all_received(connection)


async def test_only_its_owner_reads_its_shared_memory(server: TritonServer) -> None:
    (file,) = memory_of(server.launch)
    assert file.stat().st_mode & 0o777 == 0o600
    async with triton_grpc.InferenceServerClient(server.grpc_url) as client:
        assert await client.is_model_ready("echo")


async def test_kill_leaves_no_process_and_a_new_start_no_memory(server: TritonServer) -> None:
    stubs = psutil.Process(server.pid).children(recursive=True)
    assert stubs
    server.pause()
    await server.kill()
    assert psutil.wait_procs(stubs, timeout=3)[1] == []
    assert len(memory_of(server.launch)) == 1
    await server.start()
    assert len(memory_of(server.launch)) == 1
    assert await server.stop()
    assert memory_of(server.launch) == []


async def test_a_model_that_does_not_load_fails_the_start_with_the_reason(launch: TritonLaunch) -> None:
    (launch.repository_dir / "echo" / "1" / "model.py").write_text("raise ValueError('no weights in here')")
    server = TritonServer(launch)
    with pytest.raises(ServiceFailed, match="no weights in here"):
        await server.start()
    assert memory_of(launch) == []
