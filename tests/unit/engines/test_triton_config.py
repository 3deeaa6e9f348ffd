"""The committed Triton configs are those of the records, and Triton's own protobuf can read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from engines.triton_config import INPUTS, OUTPUTS, generated_files

FILES = generated_files()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_committed_file_is_the_generated_one(path: Path) -> None:
    assert path.read_text() == FILES[path], "run: python -m engines.triton_config"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_tritons_own_parser_reads_every_tensor(path: Path) -> None:
    config = text_format.Parse(path.read_text(), model_config_pb2.ModelConfig())
    assert config.model_transaction_policy.decoupled
    assert [tensor.name for tensor in config.input] == [spec.name for spec in INPUTS]
    assert [tensor.name for tensor in config.output] == [spec.name for spec in OUTPUTS]
