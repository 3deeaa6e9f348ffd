"""Command-line options of the conformance suite; registered by the root conftest."""

from __future__ import annotations

import pytest

from .firm import PASSAGE

CPU_MODEL = "smollm2-135m"
CPU_MAX_SEQ_LEN = 4096


def add_contract_options(parser: pytest.Parser) -> None:
    """Register every option. Without `--triton` the suite starts on the project's own CPU server."""
    group = parser.getgroup("contract", "Triton conformance suite (tests/contract)")
    group.addoption("--triton", metavar="HOST:PORT", help="gRPC address of the server under test")
    group.addoption("--triton-metrics", metavar="HOST:PORT", help="its metrics address")
    group.addoption(
        "--triton-control-header",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="gRPC metadata that the server's restricted model-repository protocol asks for",
    )
    group.addoption("--triton-model", default=CPU_MODEL, metavar="NAME", help="model to test")
    group.addoption("--tokenizer", metavar="PATH", help="tokenizer.json of that model")
    group.addoption("--max-seq-len", type=int, default=CPU_MAX_SEQ_LEN, help="the engine's max_seq_len")
    group.addoption("--triton-queue-size", type=int, default=64, help="the model's max_queue_size")
    group.addoption(
        "--firm-passage", default=PASSAGE, metavar="TEXT", help="copied by the model without a doubt"
    )
    group.addoption("--vocab-size", type=int, help="logit width, where it is not the tokenizer's size")
    group.addoption("--end-id", type=int, help="end token, where the tokenizer's usual names do not tell")
    group.addoption("--triton-timeout-s", type=float, default=120.0, help="a call longer than this hangs")
    group.addoption("--triton-load-timeout-s", type=float, default=300.0, help="longest model load")
    group.addoption("--cancel-bound-ms", type=float, default=100.0, help="bound of the median cancel")
    group.addoption("--cancel-tries", type=int, default=5, help="cancels measured for each phase and way")
    group.addoption("--skip-guided", action="store_true", help="the engine has no guided decoding backend")
    group.addoption(
        "--allow-log-prob-cancel",
        action="store_true",
        help="also cancel streams with log-probs (crashes TensorRT-LLM 1.1.0 and 1.2.0rc7)",
    )
