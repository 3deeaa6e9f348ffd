"""Stand-in for `examples/quantization/quantize.py` (flags of TensorRT-LLM 1.2.1 that Council may use)."""

from __future__ import annotations

from checkpoint import write_checkpoint
from recorded import parsed, strict

if __name__ == "__main__":
    parser = strict("quantize.py")
    formats = ["nvfp4", "fp8", "int8_sq", "int4_awq", "w4a8_awq", "int8_wo", "int4_wo", "full_prec"]
    parser.add_argument("--model_dir", required=True)
    parser.add_argument("--output_dir", required=True)
    parser.add_argument("--dtype", default="auto", choices=["auto", "float16", "bfloat16", "float32"])
    parser.add_argument("--qformat", required=True, choices=formats)
    parser.add_argument("--kv_cache_dtype", choices=["int8", "fp8"])
    parser.add_argument("--calib_size", type=int, default=512)
    parser.add_argument("--calib_dataset", default="cnn_dailymail")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--device_map", default="auto", choices=["auto", "sequential", "cpu", "gpu"])
    parser.add_argument("--awq_block_size", type=int, default=128)
    parser.add_argument("--tp_size", type=int, default=1)
    options = parsed("quantize", parser)
    kv_cache = options.kv_cache_dtype.upper() if options.kv_cache_dtype else None
    write_checkpoint(options, "FP8" if options.qformat == "fp8" else None, kv_cache)
