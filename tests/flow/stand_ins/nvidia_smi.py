"""Stand-in for `nvidia-smi`: answers the two queries Council asks, in the real one's format, and refuses others."""

from __future__ import annotations

import sys

from recorded import faults

CARD = "NVIDIA GeForce RTX 4070, 8.9, 12282, 580.65.06"
FORMAT = "--format=csv,noheader,nounits"

if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--query-gpu=name,compute_cap,memory.total,driver_version", arguments] if arguments == FORMAT:
            print(faults().get("gpu", CARD))
        case ["--id=0", "--query-gpu=memory.free", arguments] if arguments == FORMAT:
            print(faults().get("free_mib", 11264))
        case _:
            sys.exit(f"the stand-in does not know {sys.argv[1:]}")
