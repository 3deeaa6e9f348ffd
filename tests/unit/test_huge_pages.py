"""What is kept lies in huge pages afterwards, with what was in it, and where they are not wanted nothing happens."""

from __future__ import annotations

import mmap
import platform
import re
from pathlib import Path

import pytest

from orchestrator import huge_pages


@pytest.fixture
def memory() -> mmap.mmap:
    kept = mmap.mmap(-1, 8 * huge_pages.HUGE_BYTES, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for page in range(0, len(kept), mmap.PAGESIZE):
        kept[page : page + 4] = page.to_bytes(4, "little")
    return kept


def _gathered_bytes() -> int:
    rollup = Path("/proc/self/smaps_rollup").read_text()
    found = re.search(r"^AnonHugePages:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def _kernel() -> tuple[int, int]:
    major, minor = platform.release().split(".")[:2]
    return int(major), int(re.match(r"\d+", minor)[0])  # type: ignore[index]


@pytest.mark.skipif(_kernel() < (6, 1) or not huge_pages.wanted(), reason="this kernel gathers nothing")
def test_what_is_kept_is_gathered_and_stays_what_it_was(memory: mmap.mmap) -> None:
    before = _gathered_bytes()
    huge_pages.gather()
    assert _gathered_bytes() - before >= 6 * huge_pages.HUGE_BYTES
    pages = range(0, len(memory), mmap.PAGESIZE)
    assert all(memory[page : page + 4] == page.to_bytes(4, "little") for page in pages)


def test_who_wants_none_gets_none(memory: mmap.mmap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enabled = tmp_path / "enabled"
    enabled.write_text("always madvise [never]\n")
    monkeypatch.setattr(huge_pages, "ENABLED", enabled)
    before = _gathered_bytes()
    huge_pages.gather()
    assert _gathered_bytes() <= before
