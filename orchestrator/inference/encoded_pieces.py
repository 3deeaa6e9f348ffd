"""Pieces of prompts that were encoded before: a conversation says again each turn what it said in the last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

MAX_CHARS = 2**20
"""Of all pieces kept, the least recently used of which go first. Their tokens take about 12 bytes a character."""

Encode = Callable[[Sequence[str]], list[list[int]]]


class EncodedPieces:
    """Keeps what `encode` made of a text that is not the first of a prompt. For several threads at once."""

    def __init__(self, encode: Encode, max_chars: int = MAX_CHARS) -> None:
        """`encode` makes of each text the same tokens whatever stands beside it, but for the first of a call."""
        self._encode = encode
        self._max_chars = max_chars
        self._kept: OrderedDict[str, tuple[int, ...]] = OrderedDict()
        self._chars = 0
        self._lock = threading.Lock()

    def encode_texts(self, texts: Sequence[str]) -> list[Sequence[int]]:
        """As `encode`; raises what it raises."""
        first, *further = texts
        with self._lock:
            known = {text: self._kept[text] for text in further if text in self._kept}
            for text in known:
                self._kept.move_to_end(text)
        missing = list(dict.fromkeys(text for text in further if text not in known))
        encoded = self._encode([first, *missing])
        fresh = {text: tuple(ids) for text, ids in zip(missing, encoded[1:], strict=True)}
        self._keep(fresh)
        return [encoded[0], *(known.get(text) or fresh.get(text, ()) for text in further)]

    def _keep(self, fresh: dict[str, tuple[int, ...]]) -> None:
        with self._lock:
            for text, ids in fresh.items():
                if text in self._kept or len(text) > self._max_chars // 4:
                    continue
                self._kept[text] = ids
                self._chars += len(text)
            while self._chars > self._max_chars:
                self._chars -= len(self._kept.popitem(last=False)[0])
