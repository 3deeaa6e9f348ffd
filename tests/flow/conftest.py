from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.site import Site, prepared


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return prepared(tmp_path)
