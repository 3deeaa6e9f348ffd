"""An event loop whose time passes only while nothing can run: what takes minutes is tested in milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _NoWait(selectors.DefaultSelector):
    """Gives the time that it would have waited to the loop."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "everybody waits and nothing will happen"
        self.now_s += max(0.0, timeout)
        return super().select(0)


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _NoWait()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now_s


def in_virtual_time(work: Callable[[Callable[[], float]], Coroutine[Any, Any, Result]]) -> Result:
    """What the work gives, which is given its clock."""
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(work(lambda: runner.get_loop().time()))
