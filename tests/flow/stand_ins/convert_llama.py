"""Stand-in for `examples/models/core/llama/convert_checkpoint.py` (flags of TensorRT-LLM 1.2.1)."""

from __future__ import annotations

import argparse

from checkpoint import add_shared_flags, write_checkpoint
from recorded import parsed, strict


def flags() -> argparse.ArgumentParser:
    parser = strict("convert_checkpoint.py")
    precisions = ["int8", "int4", "int8_gptq", "int4_gptq", "int4_awq"]
    add_shared_flags(parser, precisions)
    parser.add_argument("--smoothquant", type=float)
    for switch in (
        "--per_channel",
        "--per_token",
        "--int8_kv_cache",
        "--fp8_kv_cache",
        "--use_fp8",
        "--use_fp8_rowwise",
        "--load_model_on_cpu",
        "--load_by_shard",
        "--save_config_only",
        "--use_parallel_embedding",
    ):
        parser.add_argument(switch, action="store_true")
    parser.add_argument("--calib_dataset", default="ccdv/cnn_dailymail")
    parser.add_argument("--calib_size", type=int, default=512)
    parser.add_argument("--calib_max_seq_length", type=int, default=512)
    parser.add_argument("--pp_size", type=int, default=1)
    return parser


if __name__ == "__main__":
    options = parsed("convert_llama", flags())
    quant_algo = "W8A16" if options.use_weight_only and options.weight_only_precision == "int8" else None
    write_checkpoint(options, quant_algo, "INT8" if options.int8_kv_cache else None)
