"""What a Docker engine changes of a machine's network, put back as it was."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
BRIDGE = "docker0"
# What `iptables-restore` needs to empty a table that was not in use.
EMPTY_TABLES = {
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
}


@contextmanager
def network_left_as_found() -> Iterator[None]:
    """Restore packet filter rules and forwarding, and remove the engine's default bridge if it is new."""
    rules, forwarding, had_bridge = _rules(), FORWARDING.read_text(), _exists(BRIDGE)
    try:
        yield
    finally:
        subprocess.run(["iptables-restore"], input=rules, text=True, check=True)
        FORWARDING.write_text(forwarding)
        if not had_bridge and _exists(BRIDGE):
            subprocess.run(["ip", "link", "delete", BRIDGE], check=True)


def _exists(interface: str) -> bool:
    return Path("/sys/class/net", interface).exists()


def _rules() -> str:
    saved = subprocess.run(["iptables-save"], capture_output=True, text=True, check=True).stdout
    for table, chains in EMPTY_TABLES.items():
        if f"*{table}\n" not in saved:
            policies = "".join(f":{chain} ACCEPT [0:0]\n" for chain in chains)
            saved += f"*{table}\n{policies}COMMIT\n"
    return saved
