"""Stop strings in a running text, across any borders between its pieces."""

from __future__ import annotations

from collections.abc import Sequence


class StopStrings:
    """Cuts a text off before the first stop string in it.

    "First" is the match that is complete first, of several that end together the longest: what a reader of
    one character at a time would see, so the cut does not depend on the pieces. Held back is only the longest end of the text that could still
    become a stop string, so never more than the longest of them less one character. A push costs time linear
    in its length, whatever the text. `met` is the stop string that ended the text.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        """Raises ValueError for an empty stop string."""
        if not all(stops):
            raise ValueError("a stop string must not be empty")
        self._machines = [_Prefixes(stop) for stop in dict.fromkeys(stops)]
        self._held = ""
        self.met: str | None = None

    def push(self, text: str) -> tuple[str, bool]:
        """Return the text that is safe to show, and whether a stop string was met.

        The stop string and all that follows is swallowed; after it was met, pushes give nothing.
        """
        if self.met is not None:
            return "", True
        match = self._first_match(text)
        self._held += text
        if match is not None:
            begin, self.met = match
            shown, self._held = self._held[:begin], ""
            return shown, True
        safe = len(self._held) - max((m.matched for m in self._machines), default=0)
        shown, self._held = self._held[:safe], self._held[safe:]
        return shown, False

    def flush(self) -> str:
        """Return what was held back, at the end of a text in which no stop string was met."""
        shown, self._held = self._held, ""
        return shown

    def _first_match(self, text: str) -> tuple[int, str] | None:
        """Where the first match begins, counted from the start of what is held back, and what matched."""
        matches = [
            (end, len(self._held) + end - len(machine.stop), machine.stop)
            for machine in self._machines
            if (end := machine.feed(text)) is not None
        ]
        return min(matches)[1:] if matches else None


def before_stop(text: str, stops: Sequence[str]) -> tuple[str, bool]:
    """A whole text up to the first stop string in it, and whether there was one."""
    cut = StopStrings(stops)
    shown, met = cut.push(text)
    return shown + cut.flush(), met


class _Prefixes:
    """Knuth-Morris-Pratt over one stop string: how much of it the end of the text so far matches."""

    def __init__(self, stop: str) -> None:
        self.stop = stop
        self.matched = 0
        self._fallback = _borders(stop)

    def feed(self, text: str) -> int | None:
        """Return how many characters of `text` there are up to the end of the first match in it, if any."""
        stop, fallback, matched = self.stop, self._fallback, self.matched
        for count, char in enumerate(text, start=1):
            while matched and char != stop[matched]:
                matched = fallback[matched - 1]
            if char == stop[matched]:
                matched += 1
            if matched == len(stop):
                return count
        self.matched = matched
        return None


def _borders(stop: str) -> list[int]:
    """For each prefix of `stop`, the length of its longest proper prefix that is also its suffix."""
    borders = [0] * len(stop)
    length = 0
    for end in range(1, len(stop)):
        while length and stop[end] != stop[length]:
            length = borders[length - 1]
        if stop[end] == stop[length]:
            length += 1
        borders[end] = length
    return borders
