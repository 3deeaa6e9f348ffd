from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from orchestrator.supervision.errors import PortBusy
from orchestrator.supervision.ports import PortNeed, check_ports, free_ports


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_free_ports_are_different_and_can_be_bound() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    check_ports(PortNeed("127.0.0.1", port, "it", "port") for port in ports)


def test_a_busy_port_is_named_with_its_owner_and_the_setting(busy_port: int) -> None:
    with pytest.raises(PortBusy) as refused:
        check_ports([PortNeed("127.0.0.1", busy_port, "Triton's gRPC", "triton_grpc_port")])
    assert f"port {busy_port} (Triton's gRPC) is in use by " in refused.value.message
    assert f"(pid {os.getpid()})" in refused.value.message
    assert "--triton-grpc-port or COUNCIL_TRITON_GRPC_PORT" in refused.value.fix


def test_a_port_that_was_just_closed_is_free(busy_port: int) -> None:
    """A connection in TIME_WAIT must not keep a restart from binding."""
    (port,) = free_ports(1)
    server = socket.create_server(("127.0.0.1", port))
    client = socket.create_connection(("127.0.0.1", port))
    accepted, _ = server.accept()
    accepted.close()
    client.recv(1)
    client.close()
    server.close()
    check_ports([PortNeed("127.0.0.1", port, "it", "port")])


def test_one_port_for_two_purposes_is_refused() -> None:
    (port,) = free_ports(1)
    needs = [
        PortNeed("127.0.0.1", port, "the API", "port"),
        PortNeed("127.0.0.1", port, "gRPC", "triton_grpc_port"),
    ]
    with pytest.raises(PortBusy, match=f"port {port} is set for both the API and gRPC"):
        check_ports(needs)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(PortBusy, match="has no address"):
        check_ports([PortNeed(host, free_ports(1)[0], "the API", "port")])
