"""Compares a built engine's own `config.json` with the command that asked for it.

`trtllm-build` corrects wishes it cannot meet with a warning and ends well, so only this tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engines.build_job import Job
from engines.engine_config import EngineConfig
from engines.expected import expected_quantization

_NUMBERS = (
    "max_batch_size",
    "max_num_tokens",
    "max_seq_len",
    "max_input_len",
    "max_beam_width",
    "tokens_per_block",
)
_SWITCHES = ("use_paged_context_fmha", "use_fp8_context_fmha", "multiple_profiles")


@dataclass(frozen=True)
class SilentChange:
    name: str
    asked: str
    built: str


def silent_changes(job: Job, config: EngineConfig) -> tuple[SilentChange, ...]:
    """Everything in which the engine is not what its plan asked for; empty when it is."""
    return tuple(change for change in _pairs(job, config) if change.asked != change.built)


def asked_for(argv: tuple[str, ...]) -> dict[str, str]:
    """The flags of a `trtllm-build` command by name, without dashes."""
    names = [index for index, word in enumerate(argv) if word.startswith("--")]
    return {argv[i][2:]: argv[i + 1] for i in names if i + 1 < len(argv) and i + 1 not in names}


def _pairs(job: Job, config: EngineConfig) -> Iterator[SilentChange]:
    flags, result = asked_for(job.plan.build.argv), config.result
    yield SilentChange("version", job.toolchain.tensorrt_llm, config.version)
    for name in _NUMBERS:
        if name in flags:
            yield SilentChange(name, flags[name], str(getattr(result, name)))
    for name in _SWITCHES:
        if name in flags:
            yield SilentChange(name, flags[name], "enable" if getattr(result, name) else "disable")
    yield SilentChange("kv_cache_type", flags.get("kv_cache_type", "paged"), result.kv_cache_type)
    quant_algo, kv_quant_algo = expected_quantization(job.record, job.plan.precision)
    built = config.pretrained_config.quantization
    yield SilentChange("quant_algo", str(quant_algo), str(built.quant_algo))
    yield SilentChange("kv_cache_quant_algo", str(kv_quant_algo), str(built.kv_cache_quant_algo))
    yield SilentChange("dtype", "float16", config.pretrained_config.dtype)
