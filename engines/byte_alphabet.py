"""The printable characters by which byte-level vocabularies write bytes (the GPT-2 alphabet)."""

from __future__ import annotations


def byte_characters() -> dict[int, str]:
    """Return the character that stands for each byte in a byte-level vocabulary."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(0x100) if byte not in shown]
    return {byte: chr(byte) for byte in shown} | {byte: chr(0x100 + i) for i, byte in enumerate(hidden)}
