from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind
from model_factory import write_gguf

from engines.errors import ConversionError
from engines.record import Quantization
from engines.requantize import SCHEMES, requantize, tensor_bytes


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "tiny.gguf"
    write_gguf(path)
    return path


def weights(tensor: gguf.ReaderTensor) -> np.ndarray:
    return gguf.quants.dequantize(tensor.data, tensor.tensor_type)


@pytest.mark.parametrize(
    ("quantization", "kind", "file_type", "largest_error"),
    [("Q4_0", Kind.Q4_0, 2, 0.15), ("Q8_0", Kind.Q8_0, 7, 0.02)],
)
def test_matrices_change_format_and_keep_their_values(
    source: Path, tmp_path: Path, quantization: Quantization, kind: Kind, file_type: int, largest_error: float
) -> None:
    done: list[int] = []
    requantize(source, tmp_path / "out.gguf", SCHEMES[quantization], done.append)
    before, after = gguf.GGUFReader(source), gguf.GGUFReader(tmp_path / "out.gguf")
    assert [t.name for t in after.tensors] == [t.name for t in before.tensors]
    assert [t.tensor_type for t in after.tensors] == [Kind.Q8_0, Kind.F32, kind, kind]
    assert after.fields["general.file_type"].contents() == file_type
    assert sum(done) == tensor_bytes(source)
    for old, new in zip(before.tensors, after.tensors, strict=True):
        assert list(old.shape) == list(new.shape)
        error = np.sqrt(np.mean((weights(old) - weights(new)) ** 2))
        assert error <= largest_error, old.name
    np.testing.assert_array_equal(before.tensors[0].data, after.tensors[0].data)


def test_all_other_metadata_is_kept(source: Path, tmp_path: Path) -> None:
    requantize(source, tmp_path / "out.gguf", SCHEMES["Q4_0"], lambda _done: None)
    before, after = gguf.GGUFReader(source).fields, gguf.GGUFReader(tmp_path / "out.gguf").fields
    assert list(after) == list(before)
    for key in before.keys() - {"general.file_type"}:
        assert after[key].contents() == before[key].contents(), key
        assert after[key].types == before[key].types, key


def test_a_missing_file_type_is_added(tmp_path: Path) -> None:
    write_gguf(tmp_path / "in.gguf", file_type=None)
    requantize(tmp_path / "in.gguf", tmp_path / "out.gguf", SCHEMES["Q8_0"], lambda _done: None)
    fields = gguf.GGUFReader(tmp_path / "out.gguf").fields
    assert fields["general.file_type"].contents() == 7
    assert fields["tokenizer.ggml.pre"].contents() == "smollm"


def test_the_same_input_gives_the_same_bytes(source: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        requantize(source, tmp_path / name, SCHEMES["Q4_0"], lambda _done: None)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("content", [b"not a model" * 10, b"GGUF" + b"\3\0\0\0"], ids=["other", "cut off"])
def test_what_is_no_gguf_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.gguf").write_bytes(content)
    with pytest.raises(ConversionError, match="in.gguf is not a GGUF file"):
        requantize(tmp_path / "in.gguf", tmp_path / "out.gguf", SCHEMES["Q4_0"], lambda _done: None)
