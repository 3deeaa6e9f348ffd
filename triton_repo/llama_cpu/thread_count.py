"""How many threads a step is worth on processors that others want too.

ggml's threads wait for each other, spinning, some hundred times a step, so a thread whose processor is taken holds all
the others up. On two cores, tokens/s of one stream with two threads, with one, and with this, in one run of
`python -m benchmarks.busy_processors`: on idle cores 124, 66, 132; beside one busy process 31, 66, 58; beside three 12, 36, 30.
"""

from __future__ import annotations

WINDOW_S = 0.2
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 10.0
WORTH_OF_A_THREAD = 2 / 3
"""Of a thread's share of the work. Two threads that lost 0.21, 0.31 and 0.41 of a processor made 90, 65 and 52 tokens/s where
one made 64, 64 and 69."""


class ThreadCount:
    """`now` is the number to run the next step with, 1 to `most`.

    Threads that spin use all the time they are given: what `now` threads got less than `now` processors was taken from
    them. One thread fewer is faster when that is more than a thread is worth. One more is tried after a pause, which
    doubles with each try that was in vain.
    """

    def __init__(self, most: int) -> None:
        self.now = most
        self._most = most
        self._wall_s = self._cpu_s = 0.0
        self._pause_s = FIRST_PAUSE_S
        self._next_try_s = 0.0

    def learn(self, wall_s: float, cpu_s: float, now_s: float) -> None:
        """A step took `wall_s`, and the process `cpu_s` of processor time meanwhile; it ended at `now_s`."""
        self._wall_s += wall_s
        self._cpu_s += cpu_s
        if self._wall_s < WINDOW_S:
            return
        got = self._cpu_s / self._wall_s
        self._wall_s = self._cpu_s = 0.0
        if self.now > 1 and self.now - got > WORTH_OF_A_THREAD / self.now:
            self._go_down(got, now_s)
        elif self.now == self._most:
            self._pause_s = FIRST_PAUSE_S
        elif now_s >= self._next_try_s:
            self.now += 1

    def _go_down(self, got: float, now_s: float) -> None:
        self.now = max(1, min(self.now - 1, round(got)))
        self._next_try_s = now_s + self._pause_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
