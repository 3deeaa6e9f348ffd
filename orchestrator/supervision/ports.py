"""Which ports are free, and who holds the others."""

from __future__ import annotations

import errno
import random
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from orchestrator.supervision.errors import PortBusy


@dataclass(frozen=True, slots=True)
class PortNeed:
    """A port about to be bound: what for, and the setting (a field of Settings) that changes it."""

    host: str
    port: int
    purpose: str
    setting: str

    @property
    def remedy(self) -> str:
        option = self.setting.replace("_", "-")
        return f"choose another with --{option} or COUNCIL_{self.setting.upper()}"


_NOT_EPHEMERAL = range(20_000, 32_000)
"""Below the ports that Linux gives to outgoing connections (from 32768 on): between the look and the bind one of those took a
port now and then on a busy machine."""


def free_ports(count: int, host: str = "127.0.0.1") -> list[int]:
    """Return `count` different ports that are free at this moment. Raises PortBusy where there are not so many."""
    found: list[int] = []
    for port in random.SystemRandom().sample(_NOT_EPHEMERAL, len(_NOT_EPHEMERAL)):
        if len(found) == count:
            return found
        if bind_error(host, port) is None:
            found.append(port)
    raise PortBusy(
        f"there are not {count} free ports from {_NOT_EPHEMERAL.start} to {_NOT_EPHEMERAL.stop}",
        fix="stop what holds them",
    )


def check_ports(needs: Iterable[PortNeed]) -> None:
    """Raise PortBusy for the first port that cannot be bound or is wanted twice. Binds nothing for good."""
    seen: dict[int, PortNeed] = {}
    for need in needs:
        if other := seen.get(need.port):
            raise PortBusy(
                f"port {need.port} is set for both {other.purpose} and {need.purpose}", fix=need.remedy
            )
        seen[need.port] = need
        if (code := bind_error(need.host, need.port)) is not None:
            raise _refusal(need, code)


def bind_error(host: str, port: int) -> int | None:
    """Return the errno with which binding fails, or None when the port is free."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except socket.gaierror:
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno or errno.EIO
    return None


def _refusal(need: PortNeed, code: int) -> PortBusy:
    if code == errno.EADDRINUSE:
        owner = port_owner(need.port)
        held = f" by {owner}" if owner else ""
        return PortBusy(
            f"port {need.port} ({need.purpose}) is in use{held}", fix=f"stop that process, or {need.remedy}"
        )
    if code == errno.EACCES:
        return PortBusy(f"port {need.port} ({need.purpose}) needs root", fix=need.remedy)
    if code == errno.EADDRNOTAVAIL:
        return PortBusy(
            f"this machine has no address {need.host!r} to bind", fix="set COUNCIL_HOST to one it has"
        )
    return PortBusy(f"port {need.port} ({need.purpose}) cannot be bound (errno {code})", fix=need.remedy)


@dataclass(frozen=True, slots=True)
class PortOwner:
    name: str
    pid: int

    def __str__(self) -> str:
        return f"{self.name} (pid {self.pid})"


def port_owner(port: int) -> PortOwner | None:
    """Return the process that listens on the port, or None where that cannot be seen."""
    try:
        for connection in psutil.net_connections("tcp"):
            # `laddr` is an empty tuple for a socket without an address.
            address: tuple[object, ...] = connection.laddr
            if connection.status == psutil.CONN_LISTEN and address[1:2] == (port,) and connection.pid:
                return PortOwner(psutil.Process(connection.pid).name(), connection.pid)
    except (psutil.Error, OSError):
        return None
    return None
