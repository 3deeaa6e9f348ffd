"""Stand-in for `examples/models/core/phi/convert_checkpoint.py` (flags of TensorRT-LLM 1.2.1: fewer than llama's)."""

from __future__ import annotations

from checkpoint import add_shared_flags, write_checkpoint
from recorded import parsed, strict

if __name__ == "__main__":
    parser = strict("convert_checkpoint.py")
    add_shared_flags(parser, ["int8", "int4"])
    options = parsed("convert_phi", parser)
    write_checkpoint(options, "W8A16" if options.use_weight_only else None, None)
