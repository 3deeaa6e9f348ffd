"""Stand-in for `trtllm-build` (flags and config.json of TensorRT-LLM 1.2.1).

It makes the corrections that `builder.py` makes silently (an INT8 KV cache switches paged context FMHA off), and the
ones that faults.json names under "change".
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from recorded import faults, fingerprint, parsed, strict, write

SWITCHES = (
    "--context_fmha",
    "--use_paged_context_fmha",
    "--use_fp8_context_fmha",
    "--multiple_profiles",
    "--remove_input_padding",
)


def flags() -> argparse.ArgumentParser:
    parser = strict("trtllm-build")
    parser.add_argument("--checkpoint_dir", required=True)
    parser.add_argument("--output_dir", required=True)
    for name, default in (("batch_size", 2048), ("num_tokens", 8192), ("input_len", 1024), ("beam_width", 1)):
        parser.add_argument(f"--max_{name}", type=int, default=default)
    parser.add_argument("--max_seq_len", type=int)
    parser.add_argument("--kv_cache_type", default="paged", choices=["continuous", "paged", "disabled"])
    parser.add_argument("--tokens_per_block", type=int, default=32)
    for switch in SWITCHES:
        parser.add_argument(switch, default="enable", choices=["enable", "disable"])
    parser.set_defaults(multiple_profiles="disable")
    plugins = ["auto", "float16", "bfloat16", "float32", "disable"]
    parser.add_argument("--gemm_plugin", default="disable", choices=plugins)
    parser.add_argument("--gpt_attention_plugin", default="auto", choices=plugins)
    parser.add_argument("--gather_context_logits", action="store_true")
    parser.add_argument("--input_timing_cache")
    parser.add_argument("--output_timing_cache", default="model.cache")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--log_level", default="info")
    return parser


def engine_config(options: argparse.Namespace, checkpoint: dict[str, Any]) -> dict[str, Any]:
    on = {name: getattr(options, name[2:]) == "enable" for name in SWITCHES}
    quantization = checkpoint["quantization"]
    if quantization["kv_cache_quant_algo"] == "INT8":
        on["--use_paged_context_fmha"] = False
    config = {
        "version": faults().get("version", "1.2.1"),
        "pretrained_config": checkpoint,
        "build_config": {
            "max_batch_size": options.max_batch_size,
            "max_num_tokens": options.max_num_tokens,
            "max_seq_len": options.max_seq_len,
            "max_input_len": options.max_input_len,
            "max_beam_width": options.max_beam_width,
            "kv_cache_type": options.kv_cache_type.upper(),
            "gather_context_logits": options.gather_context_logits,
            "speculative_decoding_mode": 1,
            "max_draft_len": 0,
            "plugin_config": {
                "dtype": checkpoint["dtype"],
                "gemm_plugin": None if options.gemm_plugin == "disable" else checkpoint["dtype"],
                "lora_plugin": None,
                "tokens_per_block": options.tokens_per_block,
                **{name[2:]: value for name, value in on.items()},
            },
        },
    }
    for path, value in dict(faults().get("change", {})).items():
        *parents, last = path.split(".")
        place: dict[str, Any] = config
        for parent in parents:
            place = place[parent]
        place[last] = value
    return config


def main() -> None:
    options = parsed("trtllm-build", flags())
    source, target = Path(options.checkpoint_dir), Path(options.output_dir)
    if target.exists():
        sys.exit(f"the stand-in was given a directory with something in it: {target}")
    checkpoint = json.loads((source / "config.json").read_text())
    config = json.dumps(engine_config(options, checkpoint), indent=4).encode()
    timings = Path(options.input_timing_cache)
    known = timings.read_text() if timings.exists() else ""
    write(target / "config.json", config, "build_config")
    if faults().get("build") != "nothing_written":
        write(target / "rank0.engine", fingerprint(source / "rank0.safetensors").encode() * 256, "build")
    Path(options.output_timing_cache).write_text(known + f"{len(known.splitlines())}\n")


main()
