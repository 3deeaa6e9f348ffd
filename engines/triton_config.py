"""Triton's model configs, generated from the records.

python -m engines.triton_config                      rewrite the committed files under triton_repo/
python -m engines.triton_config --check              fail when they differ from the records
python -m engines.triton_config --engines-dir DIR --output DIR
                                                     a repository for the engines built on this machine
python -m engines.triton_config --every-engine --engines-dir DIR --output DIR
                                                     one with all of them, for `council engines check`
python -m engines.triton_config --backend llmapi --output DIR
                                                     the same without engines, from the installed weights
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from engines.build_command import CardChoice, error_lines, gpu_records
from engines.check_repository import every_engine
from engines.errors import EngineError, WrongUse
from engines.gpu import bytes_of
from engines.record import ModelRecord, load_records
from engines.triton_gpu_config import CONTAINER_ENGINES, committed_gpu_config
from engines.triton_llmapi_config import CONTAINER_MODELS, llmapi_config, llmapi_engine
from engines.triton_repository import (
    CONFIG,
    ENGINE_VERSION,
    LLMAPI_MODEL,
    Choice,
    Refused,
    Served,
    engine_models,
    llmapi_models,
    write_repository,
)
from engines.triton_tensors import parameter_lines, tensor_lines
from engines.vram import DESKTOP_RESERVE_BYTES, HEADLESS_RESERVE_BYTES

REPOSITORY = Path(__file__).resolve().parent.parent / "triton_repo"
DONE, FAILED = 0, 1


def cpu_config(record: ModelRecord) -> str:
    """The CPU model's config. The record must have a `[cpu]` table."""
    cpu = record.cpu
    assert cpu is not None
    parameters = {
        "max_seq_len": str(record.limits.max_seq_len),
        "slots": str(cpu.slots),
        "max_queue_size": str(cpu.max_queue_size),
        "end_id": str(record.tokenizer.end_ids[0]),
        "cancellation_check_period_ms": str(cpu.cancellation_check_period_ms),
        "stream_period_ms": str(cpu.stream_period_ms),
        "first_token_pause_ms": str(cpu.first_token_pause_ms),
        "prompt_lookup": str(cpu.prompt_lookup).lower(),
    }
    head = [
        f"# Generated from engines/models/{record.id}.toml by `python -m engines.triton_config`; do not edit.",
        f'name: "{record.id}"',
        'backend: "python"',
        f"max_batch_size: {cpu.slots}",
        "model_transaction_policy { decoupled: true }",
        "instance_group [ { count: 1 kind: KIND_CPU } ]",
    ]
    return "\n".join([*head, *tensor_lines(batcher_flags=False), *parameter_lines(parameters), ""])


def generated_files() -> dict[Path, str]:
    """Every committed file of every record's model, by its place in the model repositories."""
    return {
        REPOSITORY / name: text
        for record in load_records().values()
        for name, text in _committed(record).items()
    }


def _committed(record: ModelRecord) -> dict[str, str]:
    if record.backend == "cpu":
        return {f"cpu/{record.id}/{CONFIG}": cpu_config(record)}
    if record.backend == "llmapi":
        files = {CONFIG: llmapi_config(record, llmapi_engine(record)), "1/model.py": LLMAPI_MODEL.read_text()}
    else:
        files = {CONFIG: committed_gpu_config(record), **ENGINE_VERSION}
    return {f"gpu/{record.id}/{name}": text for name, text in files.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        if options.output is not None:
            return _make_repository(options)
        return _committed_files(check=options.check)
    except EngineError as error:
        sys.stderr.write("".join(f"{line}\n" for line in error_lines(error)))
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engines.triton_config", description="Triton model configs"
    )
    parser.add_argument("--check", action="store_true", help="fail when a committed file differs")
    parser.add_argument("--output", type=Path, help="write a model repository for this machine there")
    parser.add_argument(
        "--engines-dir", type=Path, default=Path("data/engines"), help="where the engines are"
    )
    parser.add_argument("--models-dir", type=Path, default=Path("data/models"), help="where the models are")
    parser.add_argument("--engines-root", default=CONTAINER_ENGINES, help="the engines as Triton sees them")
    parser.add_argument("--models-root", default=CONTAINER_MODELS, help="the models as Triton sees them")
    parser.add_argument("--backend", choices=("trtllm_engine", "llmapi"), default="trtllm_engine")
    parser.add_argument(
        "--every-engine", action="store_true", help="each engine as a model of its own, checked or not"
    )
    parser.add_argument(
        "--prefer", choices=("int8", "fp8", "fp16"), help="the precision to serve if it is there"
    )
    parser.add_argument("--max-gpu-gib", type=float, help="serve no more than fits a card of this size")
    parser.add_argument("--desktop", action="store_true", help="a screen runs on that card too")
    parser.add_argument(
        "--together",
        nargs="+",
        default=[],
        metavar="ID",
        help="models that are loaded at once; with --max-gpu-gib",
    )
    parser.add_argument("--assume-gpu", metavar="NAME", help="the card, where it is not in this machine")
    return parser


def _committed_files(*, check: bool) -> int:
    files = generated_files()
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    if check:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(REPOSITORY.parent)} differs from its record\n")
        return FAILED if stale else DONE
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path])
    return DONE


def _make_repository(options: argparse.Namespace) -> int:
    """Fails when there is nothing to serve; the repository then has no model of ours."""
    if options.together and options.max_gpu_gib is None:
        raise WrongUse("--together says nothing without the size of the card", fix="add --max-gpu-gib")
    reserve = DESKTOP_RESERVE_BYTES if options.desktop else HEADLESS_RESERVE_BYTES
    usable = None if options.max_gpu_gib is None else max(0, bytes_of(options.max_gpu_gib) - reserve)
    choice = Choice(options.prefer, usable, tuple(options.together), CardChoice(name=options.assume_gpu))
    if options.backend == "llmapi":
        served, refused = llmapi_models(
            options.models_dir, gpu_records(), choice, models_root=options.models_root
        )
    elif options.every_engine:
        served, refused = every_engine(
            options.engines_dir,
            options.models_dir,
            gpu_records(),
            choice.card,
            engines_root=options.engines_root,
        )
    else:
        served, refused = engine_models(
            options.engines_dir, options.models_dir, gpu_records(), choice, engines_root=options.engines_root
        )
    changed = write_repository(options.output, served)
    _report(served, refused, len(changed))
    return DONE if served else FAILED


def _report(served: Sequence[Served], refused: Sequence[Refused], changed: int) -> None:
    for model in served:
        engine = model.engine
        sys.stdout.write(
            f"{model.model_id}: {engine.precision}, {engine.kv_tokens} KV tokens, batch {engine.max_batch_size}\n"
        )
    for each in refused:
        sys.stderr.write(f"not served: {each.what}: {each.reason}\n")
    if not served:
        sys.stderr.write("nothing to serve: build an engine first (council engines build)\n")
    sys.stdout.write(f"{changed} files changed\n")


if __name__ == "__main__":
    raise SystemExit(main())
