"""The GPU configs: what the pinned template knows, the contract's tensors, and nothing above the engine's limits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from hypothesis import given
from hypothesis import strategies as st
from tritonclient.grpc import model_config_pb2

from engines.errors import ServingRefused
from engines.gpu import GIB
from engines.gpu_serving import Precision
from engines.record import load_records
from engines.served_engine import ServedEngine, built_engine, default_precision, planned_engine
from engines.triton_config import generated_files
from engines.triton_gpu_config import CONTAINER_ENGINES, EXECUTOR_WORKER, gpu_config
from engines.triton_llmapi_config import CONTAINER_MODELS, llmapi_config, llmapi_engine
from engines.triton_tensors import INPUTS, OUTPUTS
from engines.vram import HEADLESS_RESERVE_BYTES, resident_set
from tests.fakes.engines_on_disk import manifest_of

FACTS = json.loads((Path(__file__).parents[2] / "facts" / "trtllm_triton_template.json").read_text())
RECORDS = {model_id: record for model_id, record in load_records().items() if record.gpu}
CONFIGS = {path.parent.name: text for path, text in generated_files().items() if path.name == "config.pbtxt"}
GPU_MODELS = sorted(RECORDS)
CPU_MODEL = "smollm2-135m"


def parsed(text: str) -> Any:
    """By Triton's own protobuf; text that it does not know is an error."""
    return text_format.Parse(text, model_config_pb2.ModelConfig())


def parameters(text: str) -> dict[str, str]:
    return {key: value.string_value for key, value in parsed(text).parameters.items()}


def names_and_shapes(tensors: Any) -> list[tuple[str, int, list[int]]]:
    return [(tensor.name, tensor.data_type, list(tensor.dims)) for tensor in tensors]


def test_there_is_a_config_for_every_gpu_record() -> None:
    assert GPU_MODELS == ["codellama-7b", "mistral-7b", "phi-2", "tinyllama-1.1b"]
    assert set(CONFIGS) == {*GPU_MODELS, CPU_MODEL}


@pytest.mark.parametrize("model", GPU_MODELS)
class TestCommitted:
    def test_it_is_direct_and_decoupled(self, model: str) -> None:
        config = parsed(CONFIGS[model])
        assert (config.name, config.backend) == (model, "tensorrtllm")
        assert config.model_transaction_policy.decoupled
        assert not config.HasField("ensemble_scheduling")
        limits = RECORDS[model].gpu.limits  # type: ignore[union-attr]
        assert config.max_batch_size == limits.max_batch_size
        assert list(config.dynamic_batching.preferred_batch_size) == [limits.max_batch_size]
        assert config.dynamic_batching.max_queue_delay_microseconds == 0
        assert config.dynamic_batching.default_queue_policy.max_queue_size == 64

    def test_every_parameter_is_known_to_the_template(self, model: str) -> None:
        assert set(parameters(CONFIGS[model])) <= set(FACTS["parameters"])

    def test_parameters_without_a_default_are_there(self, model: str) -> None:
        assert set(FACTS["backend"]["parameters_that_must_exist"]) <= set(parameters(CONFIGS[model]))

    def test_values_are_those_the_backend_reads(self, model: str) -> None:
        values = parameters(CONFIGS[model])
        for key, allowed in FACTS["backend"]["values"].items():
            assert values[key] in allowed, key
        for key in (
            "enable_kv_cache_reuse",
            "enable_chunked_context",
            "exclude_input_in_output",
            "normalize_log_probs",
        ):
            assert values[key] in FACTS["backend"]["booleans"], key

    def test_the_parameters_are_the_contracts(self, model: str) -> None:
        values, serving = parameters(CONFIGS[model]), RECORDS[model].gpu
        assert serving is not None
        precision = default_precision(RECORDS[model])
        assert values["gpt_model_path"] == f"{CONTAINER_ENGINES}/{model}/{precision}-sm89"
        assert values["max_tokens_in_paged_kv_cache"] == str(serving.kv_budget_tokens(precision))
        assert values["kv_cache_free_gpu_mem_fraction"] == "0.9"
        assert values["exclude_input_in_output"] == "true"
        assert values["batch_scheduler_policy"] == "guaranteed_no_evict"
        assert values["cancellation_check_period_ms"] == "20"
        assert values["executor_worker_path"] == EXECUTOR_WORKER

    def test_tensors_are_the_cpu_models(self, model: str) -> None:
        gpu, cpu = parsed(CONFIGS[model]), parsed(CONFIGS[CPU_MODEL])
        assert names_and_shapes(gpu.input) == names_and_shapes(cpu.input)
        assert names_and_shapes(gpu.output) == names_and_shapes(cpu.output)
        assert [tensor.optional for tensor in gpu.input] == [tensor.optional for tensor in cpu.input]

    def test_nothing_is_unfilled_and_no_path_is_of_a_machine(self, model: str) -> None:
        values = parameters(CONFIGS[model])
        assert "${" not in CONFIGS[model]
        places = {value for value in values.values() if value.startswith("/")}
        guides = f"{values['gpt_model_path']}/xgrammar_tokenizer_info.json"
        assert (values["guided_decoding_backend"], values["xgrammar_tokenizer_info_path"]) == (
            "xgrammar",
            guides,
        )
        assert places == {values["gpt_model_path"], EXECUTOR_WORKER, guides}
        assert not re.search(r"(?<![\w:.])/(?!engines/|opt/tritonserver/)\w", "\n".join(values.values()))

    def test_it_fits_a_12_gib_card(self, model: str) -> None:
        alone = resident_set(
            RECORDS, {model: default_precision(RECORDS[model])}, 12 * GIB - HEADLESS_RESERVE_BYTES
        )
        assert alone.verdict == "yes"
        assert alone.residents[0].kv_tokens >= int(parameters(CONFIGS[model])["max_tokens_in_paged_kv_cache"])


class TestTemplate:
    """The table of tensors against the facts of NVIDIA's template."""

    INPUT_FACTS = {row["name"]: row for row in FACTS["inputs"]}
    OUTPUT_FACTS = {row["name"]: row for row in FACTS["outputs"]}

    @pytest.mark.parametrize("spec", INPUTS, ids=lambda spec: spec.name)
    def test_an_input_is_the_templates(self, spec: Any) -> None:
        fact = self.INPUT_FACTS[spec.name]
        assert (spec.data_type, list(spec.dims)) == (fact["data_type"], fact["dims"])
        flags = {
            *(["optional"] if spec.optional else []),
            *(["reshape"] if spec.is_scalar else []),
            *(["ragged"] if spec.ragged else []),
        }
        # A prompt is left out only for encoder models, which are not served.
        missing = {"optional"} if spec.name == "input_ids" else set()
        assert flags == set(fact["flags"]) - missing

    @pytest.mark.parametrize("spec", OUTPUTS, ids=lambda spec: spec.name)
    def test_an_output_is_the_templates(self, spec: Any) -> None:
        fact = self.OUTPUT_FACTS[spec.name]
        assert (spec.data_type, list(spec.dims)) == (fact["data_type"], fact["dims"])

    def test_the_cpu_config_lacks_only_the_batchers_flags(self) -> None:
        """Reshape and ragged act behind Triton's batcher, which the CPU model does without: the wire is the same."""
        gpu, cpu = parsed(CONFIGS["mistral-7b"]), parsed(CONFIGS[CPU_MODEL])
        for tensor in gpu.input:
            tensor.ClearField("reshape")
            tensor.ClearField("allow_ragged_batch")
        assert list(gpu.input) == list(cpu.input)
        assert list(gpu.output) == list(cpu.output)

    def test_the_facts_name_their_source(self) -> None:
        for part in ("template", "backend"):
            assert re.fullmatch(r"[0-9a-f]{40}", FACTS[part]["commit"])
            assert FACTS[part]["repo"] == "NVIDIA/TensorRT-LLM"


# What trtllm-build may have made of the record's limits: less, as much, or more.
RESULTS = st.fixed_dictionaries(
    {
        "max_batch_size": st.integers(1, 64),
        "max_num_tokens": st.integers(1, 8192),
        "max_seq_len": st.integers(1, 40_000),
        "tokens_per_block": st.sampled_from([16, 32, 64, 128]),
        "use_paged_context_fmha": st.booleans(),
    }
)


class TestManifest:
    @given(
        st.sampled_from(GPU_MODELS).flatmap(
            lambda model: st.tuples(st.just(model), st.sampled_from(sorted(RECORDS[model].gpu.precisions)))  # type: ignore[union-attr]
        ),
        RESULTS,
    )
    def test_no_value_is_above_the_engines(
        self, chosen: tuple[str, Precision], result: dict[str, Any]
    ) -> None:
        record = RECORDS[chosen[0]]
        manifest = manifest_of(record, chosen[1], **result)
        engine = built_engine(record, manifest)
        assert engine.max_batch_size <= result["max_batch_size"]
        assert engine.max_num_tokens <= result["max_num_tokens"]
        assert engine.max_seq_len <= result["max_seq_len"]
        assert engine.kv_tokens <= result["max_batch_size"] * result["max_seq_len"]
        assert engine.kv_tokens <= record.gpu.kv_budget_tokens(chosen[1])  # type: ignore[union-attr]
        assert engine.kv_tokens % result["tokens_per_block"] == 0
        if engine.kv_tokens == 0:
            with pytest.raises(ServingRefused, match="no block of tokens"):
                gpu_config(record, engine)
            return
        text = gpu_config(record, engine)
        config, values = parsed(text), parameters(text)
        assert config.max_batch_size == engine.max_batch_size
        assert list(config.dynamic_batching.preferred_batch_size) == [engine.max_batch_size]
        assert int(values["max_tokens_in_paged_kv_cache"]) == engine.kv_tokens
        paged = "true" if result["use_paged_context_fmha"] else "false"
        assert (values["enable_chunked_context"], values["enable_kv_cache_reuse"]) == (paged, paged)

    def test_a_quantized_kv_cache_is_not_reused(self) -> None:
        record = RECORDS["mistral-7b"]
        engine = ServedEngine("int8", 89, 8, 2048, 8192, 1024, pages_context=True, quantizes_kv=True)
        values = parameters(gpu_config(record, engine))
        assert values["enable_kv_cache_reuse"] == "false"
        assert values["enable_chunked_context"] == "true"

    def test_an_attention_window_is_not_above_the_sequence(self) -> None:
        record = RECORDS["mistral-7b"]
        assert record.gpu is not None
        windowed = record.model_copy(
            update={"gpu": record.gpu.model_copy(update={"max_attention_window_tokens": 4096})}
        )
        engine = built_engine(windowed, manifest_of(windowed, "int8", max_seq_len=2048))
        assert parameters(gpu_config(windowed, engine))["max_attention_window_size"] == "2048"
        assert "max_attention_window_size" not in parameters(CONFIGS["mistral-7b"])

    def test_a_manifest_of_another_kv_cache_type_is_refused(self) -> None:
        record = RECORDS["mistral-7b"]
        manifest = manifest_of(record, "int8")
        precision = manifest.precision.model_copy(update={"kv_cache_quant_algo": "INT8"})
        with pytest.raises(ServingRefused, match="another KV cache type"):
            built_engine(record, manifest.model_copy(update={"precision": precision}))

    def test_a_precision_the_record_does_not_offer_is_refused(self) -> None:
        with pytest.raises(ServingRefused, match="phi-2 is not offered in fp8"):
            planned_engine(RECORDS["phi-2"], "fp8", 89)


def test_the_default_precision_is_one_without_a_quality_gate() -> None:
    assert {model: default_precision(RECORDS[model]) for model in GPU_MODELS} == {
        "codellama-7b": "int8", "mistral-7b": "int8", "phi-2": "fp16", "tinyllama-1.1b": "int8",
    }  # fmt: skip


class TestLlmApi:
    @pytest.mark.parametrize("model", ["tinyllama-1.1b", "codellama-7b", "mistral-7b"])
    def test_its_tensors_are_the_cpu_models_to_the_last_flag(self, model: str) -> None:
        text = llmapi_config(RECORDS[model], llmapi_engine(RECORDS[model]))
        config, cpu = parsed(text), parsed(CONFIGS[CPU_MODEL])
        assert list(config.input) == list(cpu.input)
        assert list(config.output) == list(cpu.output)
        assert config.model_transaction_policy.decoupled
        assert parameters(text)["model_dir"] == f"{CONTAINER_MODELS}/{model}"
        assert "${" not in text

    def test_phi_2_is_refused_with_the_reason(self) -> None:
        with pytest.raises(
            ServingRefused, match="PhiForCausalLM, which TensorRT-LLM's PyTorch path does not have"
        ):
            llmapi_engine(RECORDS["phi-2"])

    def test_a_model_without_fp16_is_refused(self) -> None:
        record = RECORDS["mistral-7b"]
        assert record.gpu is not None
        only_int8 = record.gpu.model_copy(update={"precisions": {"int8": record.gpu.precisions["int8"]}})
        with pytest.raises(ServingRefused, match="not offered in fp16"):
            llmapi_engine(record.model_copy(update={"gpu": only_int8}))

    def test_a_record_can_ask_for_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        record = RECORDS["mistral-7b"].model_copy(update={"backend": "llmapi"})
        monkeypatch.setattr("engines.triton_config.load_records", lambda: {record.id: record})
        files = {"/".join(path.parts[-3:]): text for path, text in generated_files().items()}
        assert parsed(files["gpu/mistral-7b/config.pbtxt"]).backend == "python"
        assert "llmapi.triton_model" in files["mistral-7b/1/model.py"]
