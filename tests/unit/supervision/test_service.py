"""One service's loop, with time made short."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.supervision.errors import PortBusy, ServiceFailed
from orchestrator.supervision.ports import PortNeed, free_ports
from orchestrator.supervision.probe import http_ok
from orchestrator.supervision.process import Guardian
from orchestrator.supervision.service import RestartPolicy, Service, ServiceRunner

QUICK = RestartPolicy(
    first_delay_s=0.02,
    max_delay_s=0.1,
    stable_after_s=30,
    max_rapid_crashes=3,
    alive_poll_s=0.05,
    hung_after_s=0.3,
)


@pytest.fixture
async def guardian() -> AsyncIterator[Guardian]:
    guardian = Guardian()
    yield guardian
    guardian.close()


@pytest.fixture
def service(tmp_path: Path) -> Service:
    (port,) = free_ports(1)
    script = Path(__file__).parent / "stand_in_service.py"
    return Service(
        name="it",
        command=(sys.executable, str(script), f"--port={port}", f"--journal={tmp_path / 'journal'}"),
        env=os.environ,
        cwd=tmp_path,
        ready=lambda: http_ok("127.0.0.1", port, "/"),
        alive=lambda: http_ok("127.0.0.1", port, "/"),
    )


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, name: str, text: str) -> None:
        self.lines.append(text)


@pytest.mark.parametrize(
    ("crashes", "delay_s"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 30.0), (10_000, 30.0)]
)
def test_backoff_doubles_up_to_its_cap(crashes: int, delay_s: float) -> None:
    assert RestartPolicy().delay_s(crashes) == delay_s


async def test_a_life_long_enough_starts_the_count_of_crashes_afresh(
    service: Service, guardian: Guardian
) -> None:
    log = Log()
    policy = replace(QUICK, stable_after_s=0.0, max_rapid_crashes=2)
    runner = ServiceRunner(
        replace(service, command=(sys.executable, "-c", "")), guardian=guardian, log=log, policy=policy
    )
    task = runner.start()
    async with asyncio.timeout(10):
        while len(log.lines) < 6:
            await asyncio.sleep(0.02)
    assert not task.done()
    assert {line for line in log.lines} == {"exited with code 0; starting it again in 0.02 s"}
    await runner.stop()


async def test_a_hung_service_is_killed_and_started_again(service: Service, guardian: Guardian) -> None:
    log = Log()
    # A hung process keeps its socket: the probe's own timeout must be the short one here.
    port_probe = service.ready

    async def answers() -> bool:
        try:
            async with asyncio.timeout(0.1):
                return await port_probe()
        except TimeoutError:
            return False

    runner = ServiceRunner(replace(service, alive=answers), guardian=guardian, log=log, policy=QUICK)
    runner.start()
    async with asyncio.timeout(10):
        await runner.ready.wait()
    assert runner.process is not None
    hung = runner.process.pid
    os.kill(hung, signal.SIGSTOP)
    async with asyncio.timeout(10):
        while runner.process.pid == hung:
            await asyncio.sleep(0.02)
        await runner.ready.wait()
    assert any("gave no sign of life for 0.3 s" in line for line in log.lines)
    assert await runner.stop()


@pytest.mark.parametrize("answers", [True, False])
async def test_a_dead_child_is_the_end_of_a_service_that_no_longer_answers(
    service: Service, guardian: Guardian, answers: bool
) -> None:
    log = Log()

    async def alive() -> bool:
        return answers

    runner = ServiceRunner(
        replace(service, command=(*service.command, "--dead-child"), alive=alive),
        guardian=guardian,
        log=log,
        policy=replace(QUICK, hung_after_s=60, crippled_after_s=0.1),
    )
    runner.start()
    async with asyncio.timeout(10):
        await runner.ready.wait()
    await asyncio.sleep(1.0)
    assert any("does not answer since its process true" in line for line in log.lines) is not answers
    await runner.stop()


async def test_a_service_that_never_becomes_ready_is_given_up(service: Service, guardian: Guardian) -> None:
    async def never() -> bool:
        return False

    runner = ServiceRunner(
        replace(service, ready=never, start_timeout_s=0.3, fix="do this"),
        guardian=guardian,
        log=Log(),
        policy=QUICK,
    )
    with pytest.raises(ServiceFailed) as failed:
        async with asyncio.timeout(15):
            await runner.start()
    assert "given up after 3 attempts: not ready after 0.3 s" in failed.value.message
    assert "child says hello" in failed.value.message
    assert failed.value.fix == "do this"
    assert runner.process is not None
    assert not runner.process.running


async def test_a_command_that_does_not_exist_says_so(service: Service, guardian: Guardian) -> None:
    runner = ServiceRunner(
        replace(service, command=("/no/such/binary",)), guardian=guardian, log=Log(), policy=QUICK
    )
    with pytest.raises(ServiceFailed, match="cannot run /no/such/binary: No such file"):
        await runner.start()


def on_port(service: Service, port: int) -> Service:
    """The service as one that listens there, with a probe that whoever listens there passes."""
    script = str(Path(__file__).parent / "stand_in_service.py")
    command = tuple(f"--port={port}" if part.startswith("--port=") else part for part in service.command)
    assert script in command
    return replace(
        service,
        command=command,
        ports=(PortNeed("127.0.0.1", port, "Triton's gRPC", "triton_grpc_port"),),
        ready=answers_always,
        alive=answers_always,
    )


async def answers_always() -> bool:
    """As a server that somebody else started on the same port."""
    return True


async def test_a_port_that_another_holds_is_named_before_anything_starts(
    service: Service, guardian: Guardian
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        runner = ServiceRunner(on_port(service, port), guardian=guardian, log=Log(), policy=QUICK)
        with pytest.raises(PortBusy, match=rf"port {port} \(Triton's gRPC\) is in use by") as refused:
            await runner.start()
    assert "--triton-grpc-port or COUNCIL_TRITON_GRPC_PORT" in refused.value.fix
    assert runner.process is None


async def test_who_took_the_port_meanwhile_is_not_taken_for_the_service(
    service: Service, guardian: Guardian
) -> None:
    (port,), log = free_ports(1), Log()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

        def take_port() -> None:
            other.bind(("127.0.0.1", port))
            other.listen()

        meant = replace(on_port(service, port), prepare=take_port)
        policy = replace(QUICK, ports_free_s=0.1)
        runner = ServiceRunner(meant, guardian=guardian, log=log, policy=policy)
        with pytest.raises(PortBusy, match=f"port {port} "):
            async with asyncio.timeout(15):
                await runner.start()
    assert "ready" not in log.lines


async def test_a_service_on_its_own_port_is_ready_and_again_after_a_crash(
    service: Service, guardian: Guardian
) -> None:
    (port,) = free_ports(1)
    runner = ServiceRunner(on_port(service, port), guardian=guardian, log=Log(), policy=QUICK)
    runner.start()
    async with asyncio.timeout(15):
        await runner.ready.wait()
        first = runner.process
        assert first is not None
        assert first.listens_on([port])
        first.kill()
        while runner.process is first:
            await asyncio.sleep(0.02)
        await runner.ready.wait()
    assert await runner.stop()


async def test_prepare_runs_before_every_start(service: Service, guardian: Guardian) -> None:
    calls: list[int] = []
    runner = ServiceRunner(
        replace(service, command=("/bin/false",), prepare=lambda: calls.append(1)),
        guardian=guardian,
        log=Log(),
        policy=QUICK,
    )
    with pytest.raises(ServiceFailed):
        await runner.start()
    assert len(calls) == 3


async def test_output_without_end_or_newline_is_cut_into_lines(service: Service, guardian: Guardian) -> None:
    log = Log()
    code = "import sys; sys.stdout.buffer.write(b'x' * 100_000 + b'\\xff\\nlast')"
    runner = ServiceRunner(
        replace(service, command=(sys.executable, "-c", code)),
        guardian=guardian,
        log=log,
        policy=replace(QUICK, max_rapid_crashes=1),
    )
    with pytest.raises(ServiceFailed):
        await runner.start()
    assert max(map(len, log.lines)) <= 2 * 16 * 1024
    assert "".join(log.lines) == "x" * 100_000 + "\ufffd" + "last"


async def test_harmless_lines_are_not_shown_but_kept(service: Service, guardian: Guardian) -> None:
    log = Log()
    runner = ServiceRunner(
        replace(
            service, command=(sys.executable, "-c", "print('noise 1'); print('news')"), harmless=("noise",)
        ),
        guardian=guardian,
        log=log,
        policy=replace(QUICK, max_rapid_crashes=1),
    )
    with pytest.raises(ServiceFailed, match="noise 1"):
        await runner.start()
    assert log.lines == ["news"]
