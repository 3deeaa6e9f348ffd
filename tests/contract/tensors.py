"""The tensors of the contract, and requests and responses in raw `KServe v2` protobufs.

Written against the contract and not against the orchestrator, so that the two can disagree.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tritonclient.grpc import service_pb2

Tensor = NDArray[Any]

NUMPY_TYPES: Mapping[str, str] = {
    "INT32": "<i4",
    "FP32": "<f4",
    "UINT64": "<u8",
    "INT64": "<i8",
    "BOOL": "?",
}
REQUIRED = ("input_ids", "input_lengths", "request_output_len")
WORD_LISTS = ("stop_words_list", "bad_words_list")

INPUTS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "input_ids": ("INT32", (-1,)),
    "input_lengths": ("INT32", (1,)),
    "request_output_len": ("INT32", (1,)),
    "end_id": ("INT32", (1,)),
    "pad_id": ("INT32", (1,)),
    "beam_width": ("INT32", (1,)),
    "num_return_sequences": ("INT32", (1,)),
    "runtime_top_k": ("INT32", (1,)),
    "min_tokens": ("INT32", (1,)),
    "runtime_top_p": ("FP32", (1,)),
    "temperature": ("FP32", (1,)),
    "repetition_penalty": ("FP32", (1,)),
    "presence_penalty": ("FP32", (1,)),
    "frequency_penalty": ("FP32", (1,)),
    "len_penalty": ("FP32", (1,)),
    "seed": ("UINT64", (1,)),
    "stop_words_list": ("INT32", (2, -1)),
    "bad_words_list": ("INT32", (2, -1)),
    "embedding_bias": ("FP32", (-1,)),
    "return_log_probs": ("BOOL", (1,)),
    "exclude_input_in_output": ("BOOL", (1,)),
    "return_perf_metrics": ("BOOL", (1,)),
    "streaming": ("BOOL", (1,)),
    "stop": ("BOOL", (1,)),
    "guided_decoding_guide_type": ("BYTES", (1,)),
    "guided_decoding_guide": ("BYTES", (1,)),
}
OUTPUTS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "output_ids": ("INT32", (-1, -1)),
    "sequence_length": ("INT32", (-1,)),
    "cum_log_probs": ("FP32", (-1,)),
    "output_log_probs": ("FP32", (-1, -1)),
}
TOKENS = ("output_ids", "sequence_length")
LOG_PROBS = (*TOKENS, "cum_log_probs", "output_log_probs")


class Refused(Exception):
    """The server answered in-band with an error; `str()` is its text."""


@dataclass(frozen=True, slots=True)
class Response:
    """One message of a stream: outputs as sent, leading dimensions included."""

    request_id: str
    outputs: Mapping[str, Tensor]
    datatypes: Mapping[str, str]
    final: bool
    at_s: float

    @property
    def tokens(self) -> list[int]:
        """The valid token ids of beam 0; empty for a bare final."""
        if "output_ids" not in self.outputs:
            return []
        length = int(self.outputs["sequence_length"].reshape(-1)[0])
        return [int(token) for token in self.outputs["output_ids"].reshape(-1)[:length]]


def word_list(words: Sequence[Sequence[int]]) -> Tensor:
    """Row 0: all words' tokens; row 1: the end offset of each word, padded with -1."""
    flat = list(chain.from_iterable(words))
    offsets = list(accumulate(len(word) for word in words))
    rows = [flat, offsets + [-1] * (len(flat) - len(offsets))]
    return np.asarray([rows], dtype="<i4")


def encode(name: str, value: Any) -> tuple[str, list[int], bytes]:
    """Datatype, shape with the batch dimension, and raw bytes of one input of the contract."""
    datatype = INPUTS[name][0]
    if datatype == "BYTES":
        payload = str(value).encode()
        return datatype, [1, 1], struct.pack("<I", len(payload)) + payload
    if name in WORD_LISTS:
        array = word_list(value)
    else:
        array = np.asarray(value, dtype=NUMPY_TYPES[datatype]).reshape(1, -1)
    return datatype, list(array.shape), array.tobytes()


def add_input(
    request: service_pb2.ModelInferRequest, name: str, datatype: str, shape: list[int], raw: bytes
) -> None:
    """Append an input exactly as told, valid or not; replaces one of the same name."""
    for index, existing in enumerate(request.inputs):
        if existing.name == name:
            del request.inputs[index]
            del request.raw_input_contents[index]
            break
    request.inputs.append(
        service_pb2.ModelInferRequest.InferInputTensor(name=name, datatype=datatype, shape=shape)
    )
    request.raw_input_contents.append(raw)


def drop_input(request: service_pb2.ModelInferRequest, name: str) -> None:
    index = [tensor.name for tensor in request.inputs].index(name)
    del request.inputs[index]
    del request.raw_input_contents[index]


def infer_request(
    model: str,
    prompt_ids: Sequence[int],
    max_tokens: int,
    *,
    request_id: str = "",
    outputs: Sequence[str] = TOKENS,
    **inputs: Any,
) -> service_pb2.ModelInferRequest:
    """A streaming request with `enable_empty_final_response`; keyword arguments are inputs by name."""
    request = service_pb2.ModelInferRequest(model_name=model, id=request_id)
    request.parameters["triton_enable_empty_final_response"].bool_param = True
    values = {
        "input_ids": prompt_ids,
        "input_lengths": len(prompt_ids),
        "request_output_len": max_tokens,
        "streaming": True,
        **inputs,
    }
    for name, value in values.items():
        add_input(request, name, *encode(name, value))
    for name in outputs:
        request.outputs.add(name=name)
    return request


def parse(message: service_pb2.ModelStreamInferResponse, at_s: float) -> Response:
    """Decode one message. Raises Refused for an in-band error."""
    if message.error_message:
        raise Refused(message.error_message)
    response = message.infer_response
    outputs: dict[str, Tensor] = {}
    for tensor, raw in zip(response.outputs, response.raw_output_contents, strict=True):
        array = np.frombuffer(raw, dtype=NUMPY_TYPES[tensor.datatype])
        outputs[tensor.name] = array.reshape(list(tensor.shape))
    return Response(
        request_id=response.id,
        outputs=outputs,
        datatypes={tensor.name: tensor.datatype for tensor in response.outputs},
        final=response.parameters["triton_final_response"].bool_param,
        at_s=at_s,
    )
