"""Where the CPU model's weights and KV cache lie."""

from __future__ import annotations

import re
from pathlib import Path

import psutil
import pytest

from .target import Target

ENABLED = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def test_weights_and_cache_lie_in_huge_pages(target: Target, only_ours: None) -> None:
    if not ENABLED.exists() or "[never]" in ENABLED.read_text():
        pytest.skip("this kernel gives no huge pages")
    assert target.pid is not None
    stubs = [child for child in psutil.Process(target.pid).children(recursive=True) if "stub" in child.name()]
    assert stubs
    rollup = Path(f"/proc/{stubs[0].pid}/smaps_rollup").read_text()
    found = re.search(r"^AnonHugePages:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found is not None
    # A machine with scattered memory gives few; without asking there are none at all.
    assert int(found[1]) >= 100 * 1024
