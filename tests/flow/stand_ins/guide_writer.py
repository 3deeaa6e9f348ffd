"""Stand-in for `examples/generate_xgrammar_tokenizer_info.py` (flags and keys of TensorRT-LLM 1.2.1)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from recorded import faults, parsed, strict, write

if __name__ == "__main__":
    parser = strict("generate_xgrammar_tokenizer_info.py")
    parser.add_argument("--model_dir", required=True)
    parser.add_argument("--output_dir", required=True)
    options = parsed("guide", parser)
    if not (Path(options.model_dir) / "tokenizer.json").exists():
        sys.exit(f"OSError: no tokenizer in {options.model_dir}")
    info = {"encoded_vocab": [f"t{n}" for n in range(60)], "tokenizer_str": "{}", "stop_token_ids": [2]}
    info |= dict(faults().get("guide_file", {}))
    if faults().get("guide") != "nothing_written":
        write(Path(options.output_dir) / "xgrammar_tokenizer_info.json", json.dumps(info).encode(), "guide")
