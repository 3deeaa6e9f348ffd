"""What the converters' stand-ins share: the flags both scripts have, and a checkpoint of the published shape."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from recorded import faults, fingerprint, write


def add_shared_flags(parser: argparse.ArgumentParser, weight_only: list[str]) -> None:
    parser.add_argument("--model_dir", required=True)
    parser.add_argument("--output_dir", required=True)
    parser.add_argument("--dtype", default="auto", choices=["auto", "float16", "bfloat16", "float32"])
    parser.add_argument("--use_weight_only", action="store_true")
    parser.add_argument("--weight_only_precision", default="int8", choices=weight_only)
    parser.add_argument("--tp_size", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)


def write_checkpoint(options: argparse.Namespace, quant_algo: str | None, kv_cache: str | None) -> None:
    source, target = Path(options.model_dir), Path(options.output_dir)
    if target.exists():
        sys.exit(f"the stand-in was given a directory with something in it: {target}")
    weights = list(source.glob("*.safetensors"))
    if not weights or not (source / "config.json").exists():
        sys.exit(f"OSError: no model in {source}")
    config = {
        "architecture": "LlamaForCausalLM",
        "dtype": options.dtype,
        "vocab_size": 64,
        "quantization": {"quant_algo": quant_algo, "kv_cache_quant_algo": kv_cache},
    }
    write(target / "config.json", json.dumps(config).encode(), "convert_config")
    mark = f"{fingerprint(*weights)} {options.dtype} {quant_algo} {kv_cache} ".encode()
    if faults().get("convert") != "nothing_written":
        write(target / "rank0.safetensors", mark * 64, "convert")
