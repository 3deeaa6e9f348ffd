"""Cards by name, to plan for one that is not in this machine.

Compute capabilities: developer.nvidia.com/cuda-gpus and /cuda-legacy-gpus. Memory: the makers' product pages, in the
GiB the card is sold with; the driver reports a few per cent less on cards with ECC (`nvidia-smi` knows).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from engines.errors import UnknownGpu

# SM -> name -> memory sizes in GiB, the smallest first.
KNOWN: dict[int, dict[str, tuple[int, ...]]] = {
    121: {"GB10": (128,)},
    120: {
        "RTX 5090": (32,),
        "RTX 5080": (16,),
        "RTX 5070 Ti": (16,),
        "RTX 5070": (12,),
        "RTX 5060 Ti": (8, 16),
        "RTX 5060": (8,),
        "RTX 5050": (8,),
        "RTX PRO 6000 Blackwell": (96,),
        "RTX PRO 5000 Blackwell": (48,),
        "RTX PRO 4500 Blackwell": (32,),
        "RTX PRO 4000 Blackwell": (24,),
    },
    103: {"B300": (288,)},
    100: {"B200": (180,)},
    90: {"H100": (80, 94), "H200": (141,), "GH200": (96, 144)},
    89: {
        "RTX 4090": (24,),
        "RTX 4080 SUPER": (16,),
        "RTX 4080": (16,),
        "RTX 4070 Ti SUPER": (16,),
        "RTX 4070 Ti": (12,),
        "RTX 4070 SUPER": (12,),
        "RTX 4070": (12,),
        "RTX 4060 Ti": (8, 16),
        "RTX 4060": (8,),
        "RTX 6000 Ada": (48,),
        "RTX 5000 Ada": (32,),
        "RTX 4500 Ada": (24,),
        "RTX 4000 Ada": (20,),
        "RTX 2000 Ada": (16,),
        "L4": (24,),
        "L40": (48,),
        "L40S": (48,),
    },
    86: {
        "RTX 3090 Ti": (24,),
        "RTX 3090": (24,),
        "RTX 3080 Ti": (12,),
        "RTX 3080": (10, 12),
        "RTX 3070 Ti": (8,),
        "RTX 3070": (8,),
        "RTX 3060 Ti": (8,),
        "RTX 3060": (8, 12),
        "RTX 3050": (6, 8),
        "RTX A6000": (48,),
        "RTX A5000": (24,),
        "RTX A4000": (16,),
        "RTX A2000": (6, 12),
        "A40": (48,),
        "A16": (16,),
        "A10": (24,),
        "A2": (16,),
    },
    80: {"A100": (40, 80), "A30": (24,)},
    75: {
        "T4": (16,),
        "RTX 2080 Ti": (11,),
        "RTX 2080": (8,),
        "RTX 2070": (8,),
        "RTX 2060": (6, 12),
        "GTX 1660 Ti": (6,),
        "GTX 1650": (4,),
    },
    70: {"V100": (16, 32), "TITAN V": (12,)},
    61: {
        "GTX 1080 Ti": (11,),
        "GTX 1080": (8,),
        "GTX 1070 Ti": (8,),
        "GTX 1070": (8,),
        "GTX 1060": (3, 6),
        "GTX 1050": (2,),
        "P40": (24,),
        "P4": (8,),
    },
    60: {"P100": (12, 16)},
}
_MEMORY = re.compile(r"(\d+) ?gi?b", re.IGNORECASE)
# Words that tell makers, boards and memory apart, not chips.
_NOISE = re.compile(r"nvidia|geforce|tesla|quadro|gpu|sxm\d?|pcie|nvl|hbm\d?e?|[^a-z0-9]")


@dataclass(frozen=True)
class KnownCard:
    name: str
    sm: int
    vram_gib: int


def known_card(name: str) -> KnownCard:
    """The card a person names ("rtx4070", "NVIDIA A100-SXM4-80GB"), with the memory the name gives, else the smallest
    it is sold with. Raises UnknownGpu with the nearest names."""
    memory = _MEMORY.search(name)
    key = _key(_MEMORY.sub(" ", name))
    for sm, cards in KNOWN.items():
        for card, sizes in cards.items():
            if _key(card) in (key, f"rtx{key}", f"gtx{key}"):
                return KnownCard(card, sm, int(memory[1]) if memory else sizes[0])
    raise UnknownGpu(f"no known card is called {name!r}", fix=f"choose one of: {', '.join(_near(key))}")


def same_card(one: str, other: str) -> bool:
    """Whether two names ("RTX 4070", "NVIDIA GeForce RTX 4070") are of the same kind of card."""
    return _key(_MEMORY.sub(" ", one)) == _key(_MEMORY.sub(" ", other))


def _key(name: str) -> str:
    return _NOISE.sub("", name.lower())


def _near(key: str) -> list[str]:
    names = {_key(card): card for cards in KNOWN.values() for card in cards}
    near = [names[other] for other in difflib.get_close_matches(key, names, n=5, cutoff=0.5)]
    return near or list(names.values())
