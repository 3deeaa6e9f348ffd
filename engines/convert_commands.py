"""The exact commands that turn a model's weights into an engine, inside the pinned container.

Flags: TensorRT-LLM 1.2.1, `examples/models/core/{llama,phi}/convert_checkpoint.py`, `examples/quantization/quantize.py`,
`tensorrt_llm/commands/build.py` and `examples/generate_xgrammar_tokenizer_info.py`. Paths are the container's; nothing is run here.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from engines.gpu_serving import GpuServing, Precision
from engines.record import ModelRecord

# Where the image keeps TensorRT-LLM's examples (tensorrtllm_backend, Dockerfile.triton.trt_llm_backend, WORKDIR /app).
EXAMPLES = "/app/examples"
CONVERTER = {
    "llama": f"{EXAMPLES}/models/core/llama/convert_checkpoint.py",
    "phi": f"{EXAMPLES}/models/core/phi/convert_checkpoint.py",
}
QUANTIZER = f"{EXAMPLES}/quantization/quantize.py"
GUIDE_WRITER = f"{EXAMPLES}/generate_xgrammar_tokenizer_info.py"
# The quantizer's own default, which its accuracy figures are for.
CALIBRATION_SAMPLES = 512


@dataclass(frozen=True)
class Command:
    argv: tuple[str, ...]

    def __str__(self) -> str:
        return shlex.join(self.argv)


@dataclass(frozen=True)
class BuildPaths:
    """As the container sees them: the Hugging Face snapshot, the converted checkpoint, the engine (directories),
    and the file of kernel timings that builds on one card share."""

    weights: str
    checkpoint: str
    engine: str
    timing_cache: str | None = None


def convert_command(record: ModelRecord, precision: Precision, paths: BuildPaths) -> Command:
    """The checkpoint conversion (FP16, INT8) or quantization with calibration (FP8)."""
    serving = _serving(record)
    where = ("--model_dir", paths.weights, "--output_dir", paths.checkpoint)
    if precision == "fp8":
        return Command(("python3", QUANTIZER, *where, *_fp8_flags(serving)))
    return Command(("python3", CONVERTER[serving.converter], *where, *_convert_flags(serving, precision)))


def build_command(
    record: ModelRecord, precision: Precision, paths: BuildPaths, *, kv_reuse: bool = True
) -> Command:
    """The `trtllm-build` call. Limits are the record's; what the builder made of them stands in config.json.

    FP8 context FMHA with paged context needs an FP8 KV cache; asked for without one, `builder.py` switches it off.
    """
    serving = _serving(record)
    limits = serving.limits
    fp8 = precision == "fp8"
    fp8_fmha = "enable" if serving.precisions[precision].kv_cache == "fp8" else "disable"
    return Command(
        (
            "trtllm-build",
            *("--checkpoint_dir", paths.checkpoint),
            *("--output_dir", paths.engine),
            *("--gemm_plugin", "disable" if fp8 else "auto"),
            *(("--use_fp8_context_fmha", fp8_fmha) if fp8 else ()),
            *("--kv_cache_type", "paged"),
            *("--tokens_per_block", str(limits.tokens_per_block)),
            *("--use_paged_context_fmha", "enable" if kv_reuse else "disable"),
            *("--multiple_profiles", "enable"),
            *("--max_beam_width", "1"),
            *("--max_batch_size", str(limits.max_batch_size)),
            *("--max_num_tokens", str(limits.max_num_tokens)),
            *("--max_seq_len", str(record.limits.max_seq_len)),
            *("--workers", "1"),
            *_timing_cache_flags(paths),
        )
    )


def guide_command(paths: BuildPaths) -> Command:
    """Write the tokenizer for guided decoding beside the engine; the same for every precision."""
    return Command(("python3", GUIDE_WRITER, "--model_dir", paths.weights, "--output_dir", paths.engine))


def _timing_cache_flags(paths: BuildPaths) -> tuple[str, ...]:
    if paths.timing_cache is None:
        return ()
    return ("--input_timing_cache", paths.timing_cache, "--output_timing_cache", paths.timing_cache)


def _serving(record: ModelRecord) -> GpuServing:
    if record.gpu is None:
        raise ValueError(f"{record.id} has no [gpu] table")
    return record.gpu


def _convert_flags(serving: GpuServing, precision: Precision) -> tuple[str, ...]:
    flags = ["--dtype", "float16"]
    if precision == "int8":
        flags += ["--use_weight_only", "--weight_only_precision", "int8"]
        if serving.converter == "llama":  # the Phi script has no such flag
            flags.append("--load_model_on_cpu")
    if serving.precisions[precision].kv_cache == "int8":
        flags.append("--int8_kv_cache")
    return tuple(flags)


def _fp8_flags(serving: GpuServing) -> tuple[str, ...]:
    # `auto` keeps on the card what fits there and the rest in host memory: the only way for 7B on 12 GB.
    flags = ["--dtype", "float16", "--qformat", "fp8", "--calib_size", str(CALIBRATION_SAMPLES)]
    flags += ["--device_map", "auto"]
    if serving.precisions["fp8"].kv_cache == "fp8":
        flags += ["--kv_cache_dtype", "fp8"]
    return tuple(flags)
