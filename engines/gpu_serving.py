"""The `[gpu]` table of a record: what a TensorRT-LLM engine of the model is made of and how large it is.

Sizes are computed from the architecture, so that no figure stands twice. Sources of the rules: TensorRT-LLM 1.2.1
(`examples/models/core/{llama,phi}/convert_checkpoint.py`, `examples/quantization/quantize.py`, `builder.py`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from engines.record_part import Bytes, RecordPart

Precision = Literal["fp16", "int8", "fp8"]
Converter = Literal["llama", "phi"]
KvCacheType = Literal["float16", "int8", "fp8"]
Count = Annotated[int, Field(gt=0)]

# The lowest compute capability (major * 10 + minor) a precision works on: Ampere, and for FP8 Ada.
PRECISION_MIN_SM: dict[Precision, int] = {"fp16": 80, "int8": 80, "fp8": 89}


class Architecture(RecordPart):
    """Shape of the network, from the `config.json` of the pinned revision.

    `unquantized_parameters` are the embedding and the output layer, which weight-only and FP8 leave in FP16.
    The few of the norms (and Phi's biases) stay in FP16 too; they are below 0.1 % and counted as quantized.
    """

    name: Literal["LlamaForCausalLM", "MistralForCausalLM", "PhiForCausalLM"]
    parameters: Count
    unquantized_parameters: Count
    layers: Count
    kv_heads: Count
    head_size: Count
    vocab_size: Count

    @model_validator(mode="after")
    def _parts_are_parts(self) -> Architecture:
        if self.unquantized_parameters > self.parameters:
            raise ValueError(f"unquantized_parameters must not exceed parameters ({self.parameters})")
        return self


class EngineLimits(RecordPart):
    """`trtllm-build` limits. They bound what Triton may be asked for; the KV budget usually binds earlier."""

    max_batch_size: Annotated[int, Field(ge=1, le=256)]
    max_num_tokens: Annotated[int, Field(ge=256, le=16384)]
    tokens_per_block: Literal[16, 32, 64, 128] = 32


class PrecisionFacts(RecordPart):
    """One precision the model is offered in.

    `needs_quality_gate`: nobody tests this combination upstream; it is served only after its own greedy-agreement
    check against FP16 is in the manifest.
    """

    kv_cache: KvCacheType = "float16"
    needs_quality_gate: bool = False


class GpuServing(RecordPart):
    """How an engine of the model is built and served.

    `kv_budget_bytes` is what the KV cache of one loaded engine gets; `runtime_bytes` is what a loaded engine takes
    besides weights and KV (CUDA context, activations, decoder buffers), an estimate until measured on the card.
    `max_attention_window_tokens` is for models with a sliding window.
    """

    converter: Converter
    architecture: Architecture
    limits: EngineLimits
    precisions: dict[Precision, PrecisionFacts]
    kv_budget_bytes: Bytes
    runtime_bytes: Bytes
    max_queue_size: Annotated[int, Field(ge=1)] = 64
    cancellation_check_period_ms: Annotated[int, Field(ge=1, le=1000)] = 20
    max_attention_window_tokens: Count | None = None

    @field_validator("precisions")
    @classmethod
    def _precisions_are_possible(
        cls, precisions: dict[Precision, PrecisionFacts], info: ValidationInfo
    ) -> dict[Precision, PrecisionFacts]:
        if not precisions:
            raise ValueError("must name at least one precision")
        phi = info.data.get("converter") == "phi"
        for name, facts in precisions.items():
            if name == "fp8" and phi:
                raise ValueError("fp8: TensorRT-LLM has no FP8 conversion for Phi")
            if facts.kv_cache == "int8" and phi:
                raise ValueError(f"{name}.kv_cache: TensorRT-LLM has no INT8 KV cache for Phi")
            if facts.kv_cache == "fp8" and name != "fp8":
                raise ValueError(f"{name}.kv_cache: an FP8 KV cache needs FP8 weights")
        return precisions

    @model_validator(mode="after")
    def _converter_fits(self) -> GpuServing:
        if (self.converter == "phi") != (self.architecture.name == "PhiForCausalLM"):
            raise ValueError(f"converter {self.converter!r} does not convert {self.architecture.name}")
        return self

    def kv_bytes_per_token(self, precision: Precision) -> int:
        """Keys and values of one token in all layers."""
        shape = self.architecture
        element_bytes = 2 if self.precisions[precision].kv_cache == "float16" else 1
        return 2 * shape.layers * shape.kv_heads * shape.head_size * element_bytes

    def weight_bytes(self, precision: Precision) -> int:
        """Bytes of the engine's weights on the card. INT8 and FP8 scales (one a column), below 0.1 %, are left out."""
        shape = self.architecture
        if precision == "fp16":
            return 2 * shape.parameters
        return 2 * shape.unquantized_parameters + (shape.parameters - shape.unquantized_parameters)

    def kv_budget_tokens(self, precision: Precision) -> int:
        """Tokens the KV budget holds, in whole blocks."""
        tokens = self.kv_budget_bytes // self.kv_bytes_per_token(precision)
        return tokens - tokens % self.limits.tokens_per_block
