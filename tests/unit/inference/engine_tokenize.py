"""Tokenize with llama.cpp itself: JSON lines `{"text", "parse_special"}` in, JSON lists of token ids out.

Run by the engine's own Python, as `python engine_tokenize.py model.gguf < lines`; it loads only the vocabulary.
`ask` does that from a test.
"""

from __future__ import annotations

import ctypes as c
import json
import subprocess
import sys
from pathlib import Path


def ask(engine_python: Path, gguf: Path, texts: list[str], *, parse_special: bool) -> list[list[int]]:
    """Return the engine's token ids of each text."""
    lines = "".join(json.dumps({"text": text, "parse_special": parse_special}) + "\n" for text in texts)
    done = subprocess.run(
        [engine_python, __file__, gguf], input=lines, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[3] / "triton_repo"))
    from llama_cpu import llama_library

    lib = llama_library.load().api
    lib.llama_tokenize.restype = c.c_int32
    ids_type = c.POINTER(c.c_int32)
    lib.llama_tokenize.argtypes = [
        c.c_void_p, c.c_char_p, c.c_int32, ids_type, c.c_int32, c.c_bool, c.c_bool,
    ]  # fmt: skip
    params = lib.llama_model_default_params()
    params.vocab_only = True
    model = lib.llama_model_load_from_file(sys.argv[1].encode(), params)
    if not model:
        sys.exit(f"the engine cannot load {sys.argv[1]}")
    vocab = lib.llama_model_get_vocab(model)
    for line in sys.stdin:
        job = json.loads(line)
        text = job["text"].encode()
        room = len(text) + 8
        ids = (c.c_int32 * room)()
        count = lib.llama_tokenize(vocab, text, len(text), ids, room, False, job["parse_special"])
        if count < 0:
            sys.exit(f"the engine needs {-count} tokens for {len(text)} bytes")
        print(json.dumps(ids[:count]))


if __name__ == "__main__":
    main()
