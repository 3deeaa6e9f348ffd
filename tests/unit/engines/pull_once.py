"""A process of its own that pulls one model: `pull_once.py MODELS_DIR RECORD.json [MAX_FILE_BYTES]`.

Prints each step as it begins. With MAX_FILE_BYTES the kernel refuses to let any file grow beyond it, as a
full disk or a quota would. Ends with `done`, or with the error's class and text.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from engines.errors import EngineError
from engines.record import ModelRecord
from engines.store import ModelStore


class Printed:
    def step(self, name: str, total_bytes: int | None) -> None:
        print(name, flush=True)

    def advance(self, done_bytes: int) -> None:
        pass


def main() -> None:
    models_dir, record_file, *limit = sys.argv[1:]
    record = ModelRecord.model_validate_json(Path(record_file).read_text())
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit[0]), int(limit[0])))
    store = ModelStore(Path(models_dir), {record.id: record}, os.environ)
    try:
        store.pull(record.id, Printed())
    except EngineError as error:
        print(f"{type(error).__name__}: {error.message} | {error.fix}", flush=True)
    else:
        print("done", flush=True)


main()
