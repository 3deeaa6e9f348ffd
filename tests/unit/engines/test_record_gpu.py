"""The records of GPU models: what is refused, and that their sizes are those of the inference contract."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.errors import RecordError
from engines.record import RECORDS_DIR, ModelRecord, SnapshotSource, load_record, load_records

RECORDS = load_records()
GPU_RECORDS = [record for record in RECORDS.values() if record.gpu]
# One TOML file of the product with one line changed, so that the whole way from text to fault is tried.
Change = Callable[[str], str]


def with_line(key: str, value: str | None, table: str = "") -> Change:
    """Set `key` in `[table]`, or take it out."""

    def change(text: str) -> str:
        start = text.index(f"[{table}]\n") if table else 0
        line = re.compile(rf"^{re.escape(key)} = .*\n", re.MULTILINE)
        found = line.search(text, start)
        assert found, key
        new = f"{key} = {value}\n" if value is not None else ""
        return text[: found.start()] + new + text[found.end() :]

    return change


def without_table(name: str) -> Change:
    def change(text: str) -> str:
        changed = re.sub(rf"^\[{re.escape(name)}\]\n(?:(?!\[).*\n)*", "", text, flags=re.MULTILINE)
        assert changed != text
        return changed

    return change


def added(lines: str) -> Change:
    return lambda text: f"{text}\n{lines}\n"


def replaced(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new)

    return change


FILES = "source.files"
BROKEN: list[tuple[str, Change, str, str]] = [
    ("tinyllama-1.1b", added("[gpu.precisions.fp4]"), "gpu.precisions.fp4", "'fp16', 'int8' or 'fp8'"),
    ("phi-2", added("[gpu.precisions.fp8]"), "gpu.precisions", "no FP8 conversion for Phi"),
    ("phi-2", added('[gpu.precisions.fp16]\nkv_cache = "int8"'), "(file)", "twice"),
    (
        "phi-2",
        replaced("[gpu.precisions.fp16]", '[gpu.precisions.fp16]\nkv_cache = "int8"'),
        "gpu.precisions",
        "fp16.kv_cache: TensorRT-LLM has no INT8 KV cache for Phi",
    ),
    (
        "mistral-7b",
        replaced("[gpu.precisions.int8]", '[gpu.precisions.int8]\nkv_cache = "fp8"'),
        "gpu.precisions",
        "int8.kv_cache: an FP8 KV cache needs FP8 weights",
    ),
    (
        "mistral-7b",
        replaced("[gpu.precisions.int8]", '[gpu.precisions.int8]\nkv_cache = "int4"'),
        "gpu.precisions.int8.kv_cache",
        "'float16', 'int8' or 'fp8'",
    ),
    (
        "mistral-7b",
        replaced("[gpu.precisions.int8]", "[gpu.precisions.int8]\nspeed = 2"),
        "gpu.precisions.int8.speed",
        "Extra inputs are not permitted",
    ),
    ("phi-2", with_line("converter", '"llama"', "gpu"), "gpu", "does not convert PhiForCausalLM"),
    ("mistral-7b", with_line("converter", '"gpt"', "gpu"), "gpu.converter", "'llama' or 'phi'"),
    ("mistral-7b", with_line("converter", None, "gpu"), "gpu.converter", "Field required"),
    ("mistral-7b", without_table("gpu.architecture"), "gpu.architecture", "Field required"),
    ("mistral-7b", without_table("gpu.limits"), "gpu.limits", "Field required"),
    ("mistral-7b", without_table("tokenizer"), "tokenizer", "Field required"),
    ("mistral-7b", without_table("price"), "price", "Field required"),
    ("mistral-7b", with_line("layers", "0", "gpu.architecture"), "gpu.architecture.layers", "greater than 0"),
    (
        "mistral-7b",
        with_line("unquantized_parameters", "8000000000", "gpu.architecture"),
        "gpu.architecture",
        "must not exceed parameters",
    ),
    (
        "mistral-7b",
        with_line("vocab_size", "32768", "gpu.architecture"),
        "(record)",
        "gpu.architecture.vocab_size must be tokenizer.vocab_size (32000)",
    ),
    (
        "mistral-7b",
        with_line("name", '"Qwen2ForCausalLM"', "gpu.architecture"),
        "gpu.architecture.name",
        "'LlamaForCausalLM', 'MistralForCausalLM' or 'PhiForCausalLM'",
    ),
    ("mistral-7b", with_line("max_batch_size", "0", "gpu.limits"), "gpu.limits.max_batch_size", "equal to 1"),
    (
        "mistral-7b",
        replaced("max_num_tokens = 2048", "max_num_tokens = 2048\ntokens_per_block = 48"),
        "gpu.limits.tokens_per_block",
        "16, 32, 64 or 128",
    ),
    ("mistral-7b", with_line("kv_budget_bytes", "100000", "gpu"), "(record)", "gpu.kv_budget_bytes holds no block"),
    ("mistral-7b", with_line("kv_budget_bytes", '"1 GiB"', "gpu"), "gpu.kv_budget_bytes", "valid integer"),
    ("mistral-7b", with_line("revision", '"main"', "source"), "source.revision", "match pattern"),
    ("mistral-7b", with_line("revision", '"v0.2"', "source"), "source.revision", "match pattern"),
    ("mistral-7b", with_line("repo", '"mistral"', "source"), "source.repo", "match pattern"),
    ("mistral-7b", replaced('"tokenizer.json"', '"vocab.json"'), "source", "files must have tokenizer.json"),
    ("mistral-7b", replaced('"config.json"', '"tokenizer.json"'), "source", "tokenizer.json more than once"),
    ("mistral-7b", replaced("-00003-of", "-00002-of"), "source", "more than once"),
    ("mistral-7b", replaced(".safetensors", ".bin"), "source", "the weights as safetensors"),
    ("mistral-7b", replaced('"config.json"', '"../config.json"'), f"{FILES}.4.path", "match pattern"),
    ("mistral-7b", replaced('"config.json"', '"a/config.json"'), f"{FILES}.4.path", "match pattern"),
    (
        "mistral-7b",
        replaced('"config.json" }', '"config.json", sha256 = "abc" }'),
        f"{FILES}.4.sha256",
        "match pattern",
    ),
    ("mistral-7b", with_line("roles", '["balanced", "balanced"]'), "roles", "must not name a role twice"),
    ("mistral-7b", with_line("end_ids", "[32000]", "tokenizer"), "tokenizer", "end_ids must be below vocab_size"),
    ("mistral-7b", with_line("end_ids", "[2, 2]", "tokenizer"), "tokenizer", "must not name an id twice"),
    ("mistral-7b", with_line("bos_id", "-1", "tokenizer"), "tokenizer.bos_id", "greater than or equal to 0"),
    ("mistral-7b", with_line("kind", '"gguf"', "tokenizer"), "(record)", "tokenizer.kind 'huggingface'"),
    ("mistral-7b", with_line("template", '"gguf"', "chat"), "chat", "jinja must be given with template 'inline'"),
    ("mistral-7b", replaced("jinja = '''", "jinja = ''#'''"), "(file)", "line"),
    ("mistral-7b", replaced("jinja = '''", "ninja = '''"), "chat.ninja", "Extra inputs are not permitted"),
    (
        "phi-2",
        with_line("stop_strings", '[""]', "chat"),
        "chat.stop_strings.0",
        "at least 1 character",
    ),
    ("mistral-7b", with_line("backend", '"cpu"'), "(record)", "backend 'cpu' needs a [cpu] table"),
    ("mistral-7b", with_line("backend", '"vllm"'), "backend", "'cpu', 'trtllm_engine' or 'llmapi'"),
    ("smollm2-135m", with_line("backend", '"llmapi"'), "(record)", "backend 'llmapi' needs a [gpu] table"),
    (
        "mistral-7b",
        added('[cpu]\nquantization = "source"\nslots = 1\nmax_queue_size = 1\nkv_bytes_per_token = 1'),
        "(record)",
        "backend 'trtllm_engine' has no use for a [cpu] table",
    ),
    ("mistral-7b", with_line("max_seq_len", "65536", "limits"), "limits", "must not exceed context_tokens (32768)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model_id", "change", "key", "reason"), BROKEN, ids=[f"{b[2]}: {b[3]}" for b in BROKEN]
)
def test_a_fault_names_file_key_and_reason(
    tmp_path: Path, model_id: str, change: Change, key: str, reason: str
) -> None:
    name = f"{model_id}.toml"
    (tmp_path / name).write_text(change((RECORDS_DIR / name).read_text()))
    with pytest.raises(RecordError) as caught:
        load_record(tmp_path / name)
    lines = caught.value.message.splitlines()
    assert any(line.startswith(f"{name}: {key}: ") and reason in line for line in lines), lines
    assert not any("[key]" in line for line in lines)
    assert caught.value.fix


def test_two_faults_are_two_lines(tmp_path: Path) -> None:
    text = (RECORDS_DIR / "mistral-7b.toml").read_text()
    text = with_line("repo", '"mistral"', "source")(with_line("layers", "0", "gpu.architecture")(text))
    (tmp_path / "mistral-7b.toml").write_text(text)
    with pytest.raises(RecordError) as caught:
        load_record(tmp_path / "mistral-7b.toml")
    assert [line.split(": ")[1] for line in caught.value.message.splitlines()] == [
        "source.repo",
        "gpu.architecture.layers",
    ]


GIB, MIB, KIB = 2**30, 2**20, 2**10
# The inference contract, 2.4: parameters (1e9), FP16 GB, FP16 GiB, INT8 GB, INT8 GiB, KV KiB a token,
# MiB of KV for one sequence of full length.
CONTRACT = {
    "phi-2": (2.78, 5.56, 5.18, 3.04, 2.83, 320, 640),
    "tinyllama-1.1b": (1.10, 2.20, 2.05, 1.23, 1.15, 22, 44),
    "codellama-7b": (6.74, 13.48, 12.55, 7.00, 6.52, 512, 8 * 1024),
    "mistral-7b": (7.24, 14.48, 13.49, 7.50, 6.99, 128, 4 * 1024),
}


def test_the_contract_s_table_has_all_gpu_models() -> None:
    assert {record.id for record in GPU_RECORDS} == set(CONTRACT)


@pytest.mark.parametrize("model_id", CONTRACT)
def test_sizes_are_those_of_the_contract(model_id: str) -> None:
    record = RECORDS[model_id]
    assert record.gpu
    fp16, int8 = record.gpu.weight_bytes("fp16"), record.gpu.weight_bytes("int8")
    kv = record.gpu.kv_bytes_per_token("fp16")
    found = (
        round(record.gpu.architecture.parameters / 1e9, 2),
        round(fp16 / 1e9, 2),
        round(fp16 / GIB, 2),
        round(int8 / 1e9, 2),
        round(int8 / GIB, 2),
        kv / KIB,
        kv * record.limits.context_tokens / MIB,
    )
    assert found == CONTRACT[model_id]


# Shape of the network as the config.json of each model states it: hidden size, layers, heads, KV heads, MLP size,
# vocabulary, and whether layers have biases and two-matrix MLPs (Phi) or none and three (Llama, Mistral).
SHAPES = {
    "phi-2": (2560, 32, 32, 32, 10240, 51200),
    "tinyllama-1.1b": (2048, 22, 32, 4, 5632, 32000),
    "codellama-7b": (4096, 32, 32, 32, 11008, 32016),
    "mistral-7b": (4096, 32, 32, 8, 14336, 32000),
}


def llama_parameters(hidden: int, layers: int, heads: int, kv_heads: int, mlp: int, vocabulary: int) -> int:
    kv = hidden * kv_heads // heads
    layer = 2 * hidden * hidden + 2 * hidden * kv + 3 * hidden * mlp + 2 * hidden
    return 2 * vocabulary * hidden + layers * layer + hidden


def phi_parameters(hidden: int, layers: int, mlp: int, vocabulary: int) -> int:
    attention = 4 * (hidden * hidden + hidden)
    layer = attention + hidden * mlp + mlp + mlp * hidden + hidden + 2 * hidden
    return 2 * vocabulary * hidden + vocabulary + layers * layer + 2 * hidden


@pytest.mark.parametrize("model_id", SHAPES)
def test_the_parameters_follow_from_the_shape(model_id: str) -> None:
    hidden, layers, heads, kv_heads, mlp, vocabulary = SHAPES[model_id]
    gpu = RECORDS[model_id].gpu
    assert gpu
    shape = gpu.architecture
    assert (shape.layers, shape.kv_heads, shape.head_size, shape.vocab_size) == (
        layers,
        kv_heads,
        hidden // heads,
        vocabulary,
    )
    if gpu.converter == "phi":
        assert shape.parameters == phi_parameters(hidden, layers, mlp, vocabulary)
        assert shape.unquantized_parameters == 2 * vocabulary * hidden + vocabulary
    else:
        assert shape.parameters == llama_parameters(hidden, layers, heads, kv_heads, mlp, vocabulary)
        assert shape.unquantized_parameters == 2 * vocabulary * hidden


def test_fp8_halves_what_int8_halves_and_an_8_bit_cache_holds_twice_the_tokens() -> None:
    gpu = RECORDS["mistral-7b"].gpu
    assert gpu
    assert gpu.weight_bytes("fp8") == gpu.weight_bytes("int8")
    data = RECORDS["mistral-7b"].model_dump()
    data["gpu"]["precisions"]["fp8"]["kv_cache"] = "fp8"
    smaller = ModelRecord.model_validate(data).gpu
    assert smaller
    assert smaller.kv_bytes_per_token("fp8") == gpu.kv_bytes_per_token("fp8") // 2
    assert smaller.kv_budget_tokens("fp8") == 2 * gpu.kv_budget_tokens("fp8")


@pytest.mark.parametrize(
    ("model_id", "tokens"),
    [("smollm2-135m", 4096), ("codellama-7b", 3072), ("mistral-7b", 8192), ("phi-2", 2048)],
)
def test_a_sequence_must_fit_the_cache(model_id: str, tokens: int) -> None:
    assert RECORDS[model_id].longest_sequence_tokens == tokens


def test_kv_budgets_are_whole_blocks() -> None:
    for record in GPU_RECORDS:
        assert record.gpu
        for precision in record.gpu.precisions:
            tokens = record.gpu.kv_budget_tokens(precision)
            assert tokens % record.gpu.limits.tokens_per_block == 0
            assert tokens * record.gpu.kv_bytes_per_token(precision) <= record.gpu.kv_budget_bytes


def test_what_may_not_be_passed_on_without_notice_has_one() -> None:
    """The Llama 2 licence wants its notice with every copy."""
    for record in GPU_RECORDS:
        assert record.license.notice or not record.license.spdx.startswith("LicenseRef-"), record.id


def test_downloads_are_what_is_stated_or_two_bytes_a_parameter() -> None:
    source = RECORDS["tinyllama-1.1b"].source
    assert isinstance(source, SnapshotSource)
    stated = sum(file.size_bytes or 0 for file in source.files)
    assert RECORDS["tinyllama-1.1b"].download_bytes == stated > 2_200_119_864
    assert RECORDS["mistral-7b"].download_bytes == 2 * 7241732096
    assert RECORDS["smollm2-135m"].download_bytes == 98362432


def test_every_role_has_a_gpu_model() -> None:
    roles = {role for record in GPU_RECORDS for role in record.roles}
    assert roles == {"fast", "balanced", "code", "long_context"}


def test_phi_int8_is_served_after_its_own_check_only() -> None:
    gated = {
        (record.id, name)
        for record in GPU_RECORDS
        if record.gpu
        for name, facts in record.gpu.precisions.items()
        if facts.needs_quality_gate
    }
    assert gated == {("phi-2", "int8")}
