"""The argument lists: every flag is one the script documents, with the values the reference gives for the model."""

from __future__ import annotations

import shlex

import pytest

from engines.convert_commands import BuildPaths, Command, build_command, convert_command, guide_command
from engines.gpu_serving import GpuServing, Precision
from engines.record import ModelRecord, load_records

RECORDS = {model_id: record for model_id, record in load_records().items() if record.gpu}
PATHS = BuildPaths("/models/m", "/work/c", "/engines/e")
ENGINES = [
    (model_id, precision)
    for model_id, record in RECORDS.items()
    for precision in (record.gpu.precisions if record.gpu else ())
]
# What each script of TensorRT-LLM 1.2.1 takes (of what is of use here), and the flags without a value.
DOCUMENTED = {
    "llama/convert_checkpoint.py": {
        *("--model_dir", "--output_dir", "--dtype", "--use_weight_only", "--weight_only_precision"),
        *("--int8_kv_cache", "--load_model_on_cpu", "--load_by_shard", "--workers"),
    },
    "phi/convert_checkpoint.py": {
        *("--model_dir", "--output_dir", "--dtype", "--use_weight_only", "--weight_only_precision", "--workers"),
    },
    "quantization/quantize.py": {
        *("--model_dir", "--output_dir", "--dtype", "--qformat", "--kv_cache_dtype", "--calib_size"),
        *("--calib_dataset", "--device", "--device_map"),
    },
    "generate_xgrammar_tokenizer_info.py": {"--model_dir", "--output_dir"},
    "trtllm-build": {
        *("--checkpoint_dir", "--output_dir", "--gemm_plugin", "--use_fp8_context_fmha", "--kv_cache_type"),
        *("--tokens_per_block", "--use_paged_context_fmha", "--multiple_profiles", "--max_beam_width"),
        *("--max_batch_size", "--max_num_tokens", "--max_seq_len", "--workers"),
        *("--input_timing_cache", "--output_timing_cache"),
    },
}  # fmt: skip
SWITCHES = {"--use_weight_only", "--load_model_on_cpu", "--int8_kv_cache", "--load_by_shard"}
# inference-contract 2.2: B, T, L; L of the 7B models is the smaller one it recommends.
LIMITS = {
    "phi-2": ("8", "2048", "2048"),
    "tinyllama-1.1b": ("16", "2048", "2048"),
    "codellama-7b": ("8", "2048", "8192"),
    "mistral-7b": ("8", "2048", "8192"),
}


def flags(command: Command) -> tuple[str, dict[str, str | None]]:
    """The program's name in DOCUMENTED, and its flags with their values. Fails on anything undocumented."""
    words = list(command.argv[1:] if command.argv[0] == "python3" else command.argv)
    (program,) = [name for name in DOCUMENTED if words[0].endswith(name)]
    found: dict[str, str | None] = {}
    rest = iter(words[1:])
    for word in rest:
        assert word in DOCUMENTED[program], f"{program} has no {word}"
        assert word not in found, f"{word} stands twice"
        found[word] = None if word in SWITCHES else next(rest)
    assert not any(value is not None and value.startswith("--") for value in found.values())
    return program, found


@pytest.mark.parametrize(("model_id", "precision"), ENGINES)
def test_conversion(model_id: str, precision: Precision) -> None:
    program, found = flags(convert_command(RECORDS[model_id], precision, PATHS))
    assert (found.pop("--model_dir"), found.pop("--output_dir")) == ("/models/m", "/work/c")
    assert found.pop("--dtype") == "float16"
    phi = model_id == "phi-2"
    if precision == "fp8":
        assert program == "quantization/quantize.py"
        assert found == {"--qformat": "fp8", "--calib_size": "512", "--device_map": "auto"}
        return
    assert program == ("phi/convert_checkpoint.py" if phi else "llama/convert_checkpoint.py")
    on_cpu = {} if phi else {"--load_model_on_cpu": None}
    int8 = {"--use_weight_only": None, "--weight_only_precision": "int8", **on_cpu}
    assert found == (int8 if precision == "int8" else {})


@pytest.mark.parametrize(("model_id", "precision"), ENGINES)
def test_build(model_id: str, precision: Precision) -> None:
    program, found = flags(build_command(RECORDS[model_id], precision, PATHS))
    assert program == "trtllm-build"
    assert (found["--checkpoint_dir"], found["--output_dir"]) == ("/work/c", "/engines/e")
    assert (found["--max_batch_size"], found["--max_num_tokens"], found["--max_seq_len"]) == LIMITS[model_id]
    assert found["--gemm_plugin"] == ("disable" if precision == "fp8" else "auto")
    assert ("--use_fp8_context_fmha" in found) == (precision == "fp8")
    assert found["--use_paged_context_fmha"] == found["--multiple_profiles"] == "enable"
    assert (found["--kv_cache_type"], found["--tokens_per_block"]) == ("paged", "32")
    assert (found["--max_beam_width"], found["--workers"]) == ("1", "1")


def test_the_tokenizer_for_guides_goes_beside_the_engine() -> None:
    program, found = flags(guide_command(PATHS))
    assert program == "generate_xgrammar_tokenizer_info.py"
    assert found == {"--model_dir": "/models/m", "--output_dir": "/engines/e"}


@pytest.mark.parametrize(("kv_cache", "fmha"), [("float16", "disable"), ("fp8", "enable")])
def test_fp8_attention_goes_with_an_fp8_kv_cache_alone(kv_cache: str, fmha: str) -> None:
    record = with_precisions("mistral-7b", {"fp8": {"kv_cache": kv_cache}})
    assert flags(build_command(record, "fp8", PATHS))[1]["--use_fp8_context_fmha"] == fmha
    asked = flags(convert_command(record, "fp8", PATHS))[1].get("--kv_cache_dtype")
    assert asked == ("fp8" if kv_cache == "fp8" else None)


def test_the_int8_kv_cache_is_the_converters_business() -> None:
    record = with_precisions("mistral-7b", {"int8": {"kv_cache": "int8"}})
    assert "--int8_kv_cache" in flags(convert_command(record, "int8", PATHS))[1]
    assert (
        flags(build_command(record, "int8", PATHS, kv_reuse=False))[1]["--use_paged_context_fmha"]
        == "disable"
    )


def test_a_command_is_printed_so_that_a_shell_reads_it_back() -> None:
    command = convert_command(RECORDS["phi-2"], "fp16", BuildPaths("/my models/$x", "/c", "/e"))
    assert tuple(shlex.split(str(command))) == command.argv


def test_a_record_without_a_gpu_table_has_no_commands() -> None:
    with pytest.raises(ValueError, match="smollm2-135m"):
        build_command(load_records()["smollm2-135m"], "int8", PATHS)


def with_precisions(model_id: str, precisions: dict[str, dict[str, str]]) -> ModelRecord:
    record = RECORDS[model_id]
    assert record.gpu
    serving = GpuServing.model_validate(record.gpu.model_dump() | {"precisions": precisions})
    return record.model_copy(update={"gpu": serving})
