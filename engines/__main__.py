"""`python3 -m engines`: build and check engines where only the TensorRT-LLM container's packages are.

The same commands as `council engines build|verify|list|prune`; `image` prints the container for this machine's GPU.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engines.build_command import (
    EXIT_CODES,
    STOPPED,
    BuildRequest,
    CardChoice,
    chosen_gpu,
    error_lines,
    exit_code,
    run_build,
)
from engines.build_job import STEP_TIMEOUT_S
from engines.convert_commands import EXAMPLES
from engines.errors import EngineError, WrongUse
from engines.progress_lines import Lines
from engines.prune_command import PruneRequest, run_prune
from engines.record import RECORDS_DIR
from engines.toolchain import choose_toolchain
from engines.verify_command import VerifyRequest, run_list, run_verify

DATA_DIR = Path(__file__).resolve().parent.parent / "data"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        return STOPPED
    except EngineError as error:
        for line in error_lines(error):
            _complain(line)
        return exit_code(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m engines", description="TensorRT-LLM engines.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_build(
        commands.add_parser("build", help="build engines for the GPU of this machine", epilog=EXIT_CODES)
    )
    verify = commands.add_parser("verify", help="compare engines with card, container, record and files")
    verify.add_argument(
        "engine_ids", nargs="*", metavar="ENGINE_ID", help="for example phi-2/fp16-sm89; default: all"
    )
    verify.add_argument(
        "--quick", action="store_true", help="compare sizes; do not read 7 GB for a flipped bit"
    )
    verify.add_argument(
        "--for-load", action="store_true", help="also: does it fit into what is free on the card"
    )
    verify.add_argument("--json", action="store_true", help="one JSON array")
    _add_card(verify)
    _add_directories(verify, _verify)
    listed = commands.add_parser("list", help="show the engines that are there")
    listed.add_argument("--json", action="store_true", help="one JSON array")
    _add_card(listed)
    _add_directories(listed, _list)
    prune = commands.add_parser("prune", help="remove checkpoints, half-built engines and old logs")
    prune.add_argument(
        "--stale", action="store_true", help="also engines that must be built again or not served"
    )
    prune.add_argument("--yes", action="store_true", help="do not ask")
    _add_card(prune)
    _add_directories(prune, _prune)
    image = commands.add_parser("image", help="print the container image for this machine's GPU")
    _add_card(image)
    image.set_defaults(command=_image)
    return parser


def _add_build(build: argparse.ArgumentParser) -> None:
    build.add_argument("--model", action="append", default=[], metavar="ID", help="only this model; repeat")
    build.add_argument("--precision", action="append", default=[], metavar="fp16|int8|fp8", help="repeat")
    build.add_argument(
        "--dry-run", action="store_true", help="show every command, size and time; touch nothing"
    )
    build.add_argument(
        "--download-only", action="store_true", help="get and check the weights, build nothing"
    )
    build.add_argument(
        "--keep-checkpoints", action="store_true", help="keep converted weights for the next build"
    )
    build.add_argument(
        "--step-timeout-min",
        type=_minutes,
        default=STEP_TIMEOUT_S / 60,
        metavar="N",
        help="default: %(default)g",
    )
    build.add_argument(
        "--examples-dir", default=EXAMPLES, help="TensorRT-LLM's scripts; default: %(default)s"
    )
    _add_card(build)
    _add_directories(build, _build)


def _add_card(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--assume-gpu", "--gpu", dest="gpu", metavar="NAME", help='a card by name, "RTX 4070"'
    )
    command.add_argument("--vram-gib", type=float, help="memory of the named card")
    command.add_argument("--driver", help="driver of the named card")
    command.add_argument("--device", type=int, default=0, help="number of the GPU in nvidia-smi; default: 0")


def _add_directories(command: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    for name in ("engines", "models"):
        fallback = os.environ.get(f"COUNCIL_{name.upper()}_DIR") or DATA_DIR / name
        command.add_argument(f"--{name}-dir", type=Path, default=Path(fallback), help="default: %(default)s")
    command.add_argument("--records-dir", type=Path, default=RECORDS_DIR, help="default: %(default)s")
    command.set_defaults(command=run)


def _minutes(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


def _card(options: argparse.Namespace) -> CardChoice:
    return CardChoice(options.gpu, options.vram_gib, options.driver, options.device)


def _build(options: argparse.Namespace) -> int:
    request = BuildRequest(
        engines_dir=options.engines_dir.resolve(),
        models_dir=options.models_dir.resolve(),
        models=tuple(options.model),
        precisions=tuple(options.precision),
        card=_card(options),
        dry_run=options.dry_run,
        download_only=options.download_only,
        keep_checkpoints=options.keep_checkpoints,
        step_timeout_min=options.step_timeout_min,
        examples_dir=options.examples_dir,
        records_dir=options.records_dir,
    )
    return run_build(request, _say)


def _verify(options: argparse.Namespace) -> int:
    request = VerifyRequest(
        engines_dir=options.engines_dir.resolve(),
        models_dir=options.models_dir.resolve(),
        engine_ids=tuple(options.engine_ids),
        card=_card(options),
        quick=options.quick,
        for_load=options.for_load,
        as_json=options.json,
        records_dir=options.records_dir,
    )
    return run_verify(request, _say, Lines(_complain))


def _list(options: argparse.Namespace) -> int:
    request = VerifyRequest(
        engines_dir=options.engines_dir.resolve(),
        models_dir=options.models_dir.resolve(),
        card=_card(options),
        as_json=options.json,
        records_dir=options.records_dir,
    )
    return run_list(request, _say)


def _prune(options: argparse.Namespace) -> int:
    request = PruneRequest(
        engines_dir=options.engines_dir.resolve(),
        models_dir=options.models_dir.resolve(),
        card=_card(options),
        stale=options.stale,
        records_dir=options.records_dir,
    )
    return run_prune(request, _say, lambda question: options.yes or _asked(question))


def _image(options: argparse.Namespace) -> int:
    _say(choose_toolchain(chosen_gpu(_card(options))).reference)
    return 0


def _asked(question: str) -> bool:
    if not sys.stdin.isatty():
        raise WrongUse("no terminal to ask on: add --yes")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _complain(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
