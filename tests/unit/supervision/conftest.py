from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from supervision_harness import Supervised


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(tmp_path / "journal")
    yield supervised
    supervised.kill_everything()
