"""What the stand-ins have in common: they record how they were called, and fail as they are told.

A stand-in is not NVIDIA's program. It checks its argument list as argparse of the real one would (documented flags
only, nothing abbreviated) and writes files of the published shape. $STAND_IN_DIR/faults.json says what goes wrong,
$STAND_IN_DIR/calls.jsonl keeps every call.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path

DIRECTORY = Path(os.environ["STAND_IN_DIR"])


def faults() -> dict[str, object]:
    path = DIRECTORY / "faults.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def parsed(name: str, parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The arguments, recorded. Unknown and abbreviated flags end the program with status 2, like the real one's."""
    with (DIRECTORY / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps({"program": name, "argv": sys.argv[1:], "pid": os.getpid()}) + "\n")
    return parser.parse_args()


def strict(name: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=name, allow_abbrev=False)


def fingerprint(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write(path: Path, content: bytes, step: str) -> None:
    """Write an output file; in the middle of it happens what faults.json says for `step`."""
    fault = faults().get(step)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        out.write(content[: len(content) // 2])
        out.flush()
        if fault:
            _befall(str(fault))
        out.write(content[len(content) // 2 :])


def _befall(fault: str) -> None:
    (DIRECTORY / "reached").write_text(str(os.getpid()))
    match fault:
        case "fail":
            sys.exit("RuntimeError: the stand-in was told to fail")
        case "out_of_memory":
            sys.exit("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB")
        case "disk_full":
            with open("/dev/full", "wb", buffering=0) as full:
                full.write(b"x")  # raises the system's own ENOSPC
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            time.sleep(600)
        case "hang_deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            (DIRECTORY / "deaf").touch()
            time.sleep(600)
        case "hang_with_orphan":
            if (child := os.fork()) == 0:
                time.sleep(600)
            (DIRECTORY / "orphan").write_text(str(child))
            time.sleep(600)
