"""What is taken of a card while something is loaded and at work, as nvidia-smi sees it."""

from __future__ import annotations

import asyncio
from types import TracebackType

from engines.errors import GpuError
from engines.gpu import Run, run_program
from engines.verify_command import free_vram_bytes

EVERY_S = 0.5


class VramWatch:
    """`async with VramWatch(device) as watch:`; then `watch.peak_bytes`, None where there is no card to ask.

    What other programs take or give back meanwhile is counted too.
    """

    def __init__(self, device: int = 0, run: Run = run_program, every_s: float = EVERY_S) -> None:
        self._device, self._run, self._every_s = device, run, every_s
        self._before: int | None = None
        self._least: int | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def peak_bytes(self) -> int | None:
        if self._before is None or self._least is None or self._least >= self._before:
            return None
        return self._before - self._least

    async def __aenter__(self) -> VramWatch:
        self._before = await self._free()
        if self._before is not None:
            self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            free = await self._free()
            if free is not None and (self._least is None or free < self._least):
                self._least = free
            await asyncio.sleep(self._every_s)

    async def _free(self) -> int | None:
        try:
            return await asyncio.to_thread(free_vram_bytes, self._device, self._run)
        except GpuError:
            return None
