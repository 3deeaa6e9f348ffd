"""What a plan warns of that is no engine's own matter."""

from __future__ import annotations

import pytest

from engines.host import Host
from engines.plan_notes import image_note
from engines.toolchain import PRIMARY

GB = 10**9


@pytest.mark.parametrize(("free_gb", "warns"), [(100, False), (85.6, True), (60, True)])
def test_an_image_without_room_beside_the_engines_is_told(free_gb: float, warns: bool) -> None:
    host = Host(64 * GB, int(free_gb * GB), "linux", "x86_64")
    notes = list(image_note(int(85.5 * GB), host, PRIMARY))
    assert len(notes) == warns
    assert all("14.2 GB" in note for note in notes)
