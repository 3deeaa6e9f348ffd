"""Rewrites a GGUF file with its weight matrices in another block format.

Guarantees: every metadata pair is copied byte for byte except `general.file_type`, tensor names, shapes and
order stay, and the same input gives the same bytes. One tensor is held in memory at a time.
Does not invent precision: quality is bounded by the file it reads (docs/adr/0002-served-quantisation.md).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from gguf import (
    GGML_QUANT_SIZES,
    GGMLQuantizationType,
    GGUFReader,
    GGUFValueType,
    LlamaFileType,
    ReaderTensor,
)
from gguf.quants import QuantError, dequantize, quantize

from engines.errors import ConversionError
from engines.record import Quantization

_Q4_0, _Q8_0 = GGMLQuantizationType.Q4_0, GGMLQuantizationType.Q8_0
_EMBEDDINGS = ("token_embd.weight", "output.weight")
FIXED_HEADER_BYTES = 24


@dataclass(frozen=True)
class Scheme:
    """The format of every matrix by its tensor's name, and what the file calls itself."""

    file_type: LlamaFileType
    type_for: Callable[[str], GGMLQuantizationType]


def type_in_q4_0(name: str) -> GGMLQuantizationType:
    # The embedding is published at 8 bits: tied, it is also the output layer, where 4 bits cost most.
    return _Q8_0 if name in _EMBEDDINGS else _Q4_0


SCHEMES: Mapping[Quantization, Scheme] = {
    "Q4_0": Scheme(LlamaFileType.MOSTLY_Q4_0, type_in_q4_0),
    "Q8_0": Scheme(LlamaFileType.MOSTLY_Q8_0, lambda name: _Q8_0),
}


def requantize(source: Path, target: Path, scheme: Scheme, on_bytes: Callable[[int], None]) -> None:
    """Write `source` as `target` by `scheme`; `on_bytes` gets the source bytes done since its last call.

    Raises ConversionError when `source` is not a readable little-endian GGUF file; OSError from the disk.
    """
    with _conversion_errors(source):
        reader = GGUFReader(source)
        types = [_target_type(tensor, scheme.type_for) for tensor in reader.tensors]
        with target.open("wb") as out:
            _write_head(out, reader, types, scheme.file_type)
            for tensor, kind in zip(reader.tensors, types, strict=True):
                out.write(_padded(_converted(tensor, kind), reader.alignment))
                on_bytes(tensor.n_bytes)


def tensor_bytes(path: Path) -> int:
    """The total that `on_bytes` will have reported when `requantize` of this file is done."""
    with _conversion_errors(path):
        return sum(tensor.n_bytes for tensor in GGUFReader(path).tensors)


@contextmanager
def _conversion_errors(source: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, IndexError, NotImplementedError, QuantError) as error:
        raise ConversionError(
            f"{source.name} is not a GGUF file that can be converted: {error}",
            fix="the published file is not what its record expects: correct the record's source",
        ) from error


def _target_type(
    tensor: ReaderTensor, type_for: Callable[[str], GGMLQuantizationType]
) -> GGMLQuantizationType:
    block = GGML_QUANT_SIZES[_Q8_0][0]
    is_matrix = len(tensor.shape) >= 2 and tensor.name.endswith(".weight")
    if not is_matrix or int(tensor.shape[0]) % block:
        return tensor.tensor_type
    return type_for(tensor.name)


def _converted(tensor: ReaderTensor, kind: GGMLQuantizationType) -> npt.NDArray[np.uint8]:
    if kind == tensor.tensor_type:
        return np.ascontiguousarray(tensor.data).view(np.uint8)
    weights = dequantize(tensor.data, tensor.tensor_type)
    return np.ascontiguousarray(quantize(weights, kind)).view(np.uint8)


def _write_head(
    out: BinaryIO, reader: GGUFReader, types: list[GGMLQuantizationType], file_type: LlamaFileType
) -> None:
    if reader.byte_order != "I" or not reader.tensors:
        raise ValueError("not a little-endian GGUF file with tensors")
    pairs, count = _metadata(reader, int(file_type))
    version = int(reader.fields["GGUF.version"].contents())
    head: bytes = b"GGUF" + struct.pack("<IQQ", version, len(reader.tensors), count) + pairs
    offset = 0
    for tensor, kind in zip(reader.tensors, types, strict=True):
        head += _tensor_info(tensor, kind, offset)
        offset += _aligned(_size_in(tensor, kind), reader.alignment)
    out.write(head.ljust(_aligned(len(head), reader.alignment), b"\0"))


def _metadata(reader: GGUFReader, file_type: int) -> tuple[bytes, int]:
    """The metadata section as it stands, with `general.file_type` replaced or added."""
    section = bytearray(reader.data[FIXED_HEADER_BYTES : reader.tensors[0].field.offset].tobytes())
    count = int(reader.fields["GGUF.kv_count"].contents())
    field = reader.fields.get("general.file_type")
    if field is None:
        key = b"general.file_type"
        pair = struct.pack("<Q", len(key)) + key + struct.pack("<II", GGUFValueType.UINT32, file_type)
        return bytes(section) + pair, count + 1
    if field.types != [GGUFValueType.UINT32]:
        raise ValueError("general.file_type is not a 32-bit integer")
    at = field.offset - FIXED_HEADER_BYTES + sum(int(part.nbytes) for part in field.parts[:-1])
    section[at : at + 4] = struct.pack("<I", file_type)
    return bytes(section), count


def _tensor_info(tensor: ReaderTensor, kind: GGMLQuantizationType, offset: int) -> bytes:
    name: bytes = tensor.name.encode()
    dims = [int(dim) for dim in tensor.shape]
    place = struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, int(kind), offset)
    return struct.pack("<Q", len(name)) + name + place


def _size_in(tensor: ReaderTensor, kind: GGMLQuantizationType) -> int:
    block, block_bytes = GGML_QUANT_SIZES[kind]
    return int(tensor.n_elements // block * block_bytes)


def _aligned(size: int, alignment: int) -> int:
    return -(-size // int(alignment)) * int(alignment)


def _padded(data: npt.NDArray[np.uint8], alignment: int) -> bytes:
    raw: bytes = data.tobytes()
    return raw.ljust(_aligned(len(raw), alignment), b"\0")
