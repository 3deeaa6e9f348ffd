"""Reads the `config.json` that `trtllm-build` writes beside the engine: what was really built.

`trtllm-build` corrects some wishes with no more than a warning in its log (an INT8 KV cache switches paged context
FMHA off, `max_seq_len` is cut to the model's), so its arguments prove nothing. The keys read here are those of
`EngineConfig.to_dict` in TensorRT-LLM's `builder.py` and `plugin/plugin.py`; the others are left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from engines.errors import EngineConfigBroken
from engines.record_part import RecordPart


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


def _lower_name(value: Any) -> Any:
    # 'PAGED' in some versions, 'paged' in others.
    return value.lower() if isinstance(value, str) else value


def _speculative_name(value: Any) -> Any:
    # An integer flag; 1 is NONE (SpeculativeDecodingMode in tensorrt_llm/models/modeling_utils.py).
    return "none" if value in (None, 1, "NONE") else str(value).lower()


class Quantization(_Read):
    quant_algo: str | None = None
    kv_cache_quant_algo: str | None = None


class PretrainedConfig(_Read):
    architecture: str
    dtype: str
    vocab_size: int
    quantization: Quantization = Quantization()


class PluginConfig(_Read):
    tokens_per_block: int
    use_paged_context_fmha: bool
    context_fmha: bool = True
    use_fp8_context_fmha: bool = False
    multiple_profiles: bool = False
    gemm_plugin: str | None = None
    lora_plugin: str | None = None


class BuildConfig(_Read):
    max_batch_size: int
    max_num_tokens: int
    max_seq_len: int
    max_input_len: int
    max_beam_width: int
    kv_cache_type: Annotated[str, BeforeValidator(_lower_name)]
    gather_context_logits: bool = False
    speculative_decoding_mode: Annotated[str, BeforeValidator(_speculative_name)] = "none"
    max_draft_len: int = 0
    plugin_config: PluginConfig


class EngineConfig(_Read):
    """`version` is that of the TensorRT-LLM that built the engine; only the same one can load it."""

    version: str
    pretrained_config: PretrainedConfig
    build_config: BuildConfig

    @property
    def result(self) -> EngineResult:
        build, plugins = self.build_config, self.build_config.plugin_config
        return EngineResult(
            max_batch_size=build.max_batch_size,
            max_num_tokens=build.max_num_tokens,
            max_seq_len=build.max_seq_len,
            max_input_len=build.max_input_len,
            max_beam_width=build.max_beam_width,
            kv_cache_type=build.kv_cache_type,
            tokens_per_block=plugins.tokens_per_block,
            use_paged_context_fmha=plugins.use_paged_context_fmha,
            use_fp8_context_fmha=plugins.use_fp8_context_fmha,
            multiple_profiles=plugins.multiple_profiles,
            gather_context_logits=build.gather_context_logits,
            speculative_decoding_mode=build.speculative_decoding_mode,
            max_draft_len=build.max_draft_len,
            lora_plugin=plugins.lora_plugin,
        )


class EngineResult(RecordPart):
    """The values of a built engine that bound what a server may ask of it."""

    max_batch_size: Annotated[int, Field(gt=0)]
    max_num_tokens: Annotated[int, Field(gt=0)]
    max_seq_len: Annotated[int, Field(gt=0)]
    max_input_len: Annotated[int, Field(gt=0)]
    max_beam_width: Annotated[int, Field(gt=0)]
    kv_cache_type: str
    tokens_per_block: Annotated[int, Field(gt=0)]
    use_paged_context_fmha: bool
    use_fp8_context_fmha: bool
    multiple_profiles: bool
    gather_context_logits: bool
    speculative_decoding_mode: str
    max_draft_len: Annotated[int, Field(ge=0)]
    lora_plugin: str | None


def read_engine_config(path: Path) -> EngineConfig:
    """Raises EngineConfigBroken when the file is missing, no JSON, or lacks a value that must be known."""
    fix = "build the engine again"
    try:
        return EngineConfig.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EngineConfigBroken(f"{path} cannot be read: {error.strerror}", fix=fix) from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "(file)"
        raise EngineConfigBroken(f"{path}: {where}: {fault['msg']}", fix=fix) from error
