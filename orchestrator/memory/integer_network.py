"""The embedder's network with its matrix products in integers: the installed file's weights in a graph of our own.

The installed file keeps its weights in int8 but multiplies in float32, and derives shapes and masks that one text does
not need. Here each product is uint8 by int8, and attention is one operator. Every word piece has a scale of its own: with
one for all of them, the outliers of a few would take the precision from the rest. What that brings and costs is in
docs/adr/0007-learned-router-and-embedder.md.

Processors without VNNI add two products of uint8 and int8 in 16 bits, where they do not fit. `products_overflow` asks the
processor; there onnxruntime must take its slower, exact product.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from google.protobuf.message import DecodeError
from onnx import TensorProto, helper, numpy_helper

from orchestrator.errors import EmbedderUnavailable

LAYERS = 6
HEADS = 12
# As in the installed file; float32's own resolution is far above it.
NORM_EPSILON = 1e-12
MICROSOFT = "com.microsoft"
OPSETS = {"": 17, MICROSOFT: 1}
# The newest IR that onnxruntime 1.20, the oldest allowed, reads.
IR_VERSION = 10


def integer_network(path: Path) -> bytes:
    """A serialised ONNX model: `input_ids` int64[1, n] to `vectors` float32[1, n, 384] for one text of at most 512 pieces.

    Raises EmbedderUnavailable when the file is no MiniLM with int8 weights.
    """
    try:
        return _Network(onnx.load(path).graph).build()
    except (DecodeError, KeyError, IndexError) as error:
        raise EmbedderUnavailable(f"{path} is no MiniLM with int8 weights: {error!r}") from error


def integer_session(network: bytes) -> onnxruntime.InferenceSession:
    """One thread, and sums that are exact on any processor."""
    return _session(network, exact=_products_overflow())


def _session(network: bytes, *, exact: bool) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Not always: onnxruntime takes the slow product wherever it has two, on processors with VNNI as well.
    options.add_session_config_entry("session.x64quantprecision", "1" if exact else "0")
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])


def _products_overflow() -> bool:
    """Whether 256 products of the largest values add up to less than they should."""
    size, largest = 256, 127
    matrix = numpy_helper.from_array(np.full((size, size), largest, dtype=np.int8), "matrix")
    scale = numpy_helper.from_array(np.ones(size, dtype=np.float32), "scale")
    node = helper.make_node("DynamicQuantizeMatMul", ["ones", "matrix", "scale"], ["sums"], domain=MICROSOFT)
    network = _model(
        [node], ("ones", TensorProto.FLOAT, ["rows", size]), ("sums", ["rows", size]), [matrix, scale]
    )
    sums = _session(network, exact=False).run(None, {"ones": np.ones((8, size), dtype=np.float32)})[0]
    return bool((sums < 0.99 * size * largest).any())


def _model(
    nodes: list[onnx.NodeProto],
    given: tuple[str, int, list[Any]],
    found: tuple[str, list[Any]],
    tensors: list[onnx.TensorProto],
) -> bytes:
    name, kind, shape = given
    inputs = [helper.make_tensor_value_info(name, kind, shape)]
    outputs = [helper.make_tensor_value_info(found[0], TensorProto.FLOAT, found[1])]
    graph = helper.make_graph(nodes, "embedder", inputs, outputs, tensors)
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION).SerializeToString()


class _Network:
    def __init__(self, source: onnx.GraphProto) -> None:
        self._given = {tensor.name: numpy_helper.to_array(tensor) for tensor in source.initializer}
        # An exporter gave the matrices numbers for names; their order is that of the layers.
        seconds = [node.input[1] for node in source.node if node.op_type == "MatMul"]
        self._matrices = [name for name in seconds if f"{name}_q" in self._given]
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: list[onnx.TensorProto] = []

    def build(self) -> bytes:
        states = self._embeddings()
        for layer in range(LAYERS):
            states = self._layer(layer, states)
        self._node("Identity", [states], name="vectors")
        given, found = ("input_ids", TensorProto.INT64, [1, "pieces"]), ("vectors", [1, "pieces", None])
        return _model(self._nodes, given, found, self._tensors)

    def _embeddings(self) -> str:
        words, positions, types = (
            f"inner.embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")
        )
        rows = self._node("Gather", [self._tensor(self._given[f"{words}_q"]), "input_ids"])
        scales = self._node("Gather", [self._tensor(self._given[f"{words}_scale"]), "input_ids"])
        word = self._node("Mul", [self._node("Cast", [rows], to=TensorProto.FLOAT), scales])
        place = self._given[f"{positions}_q"] * self._given[f"{positions}_scale"] + self._given[types][0]
        start = self._tensor(np.zeros(1, dtype=np.int64))
        length = self._node("Shape", ["input_ids"], start=1)
        places = self._node("Slice", [self._tensor(place.astype(np.float32)), start, length])
        return self._norm("inner.embeddings.LayerNorm", self._node("Add", [word, places]))

    def _layer(self, number: int, states: str) -> str:
        query, key, value, out, up, down = self._matrices[6 * number : 6 * number + 6]
        at = f"inner.encoder.layer.{number}"
        heads = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
        joined = self._linear(states, [query, key, value], heads)
        parts = self._split(joined, len(heads))
        mixed = self._node("MultiHeadAttention", parts, domain=MICROSOFT, num_heads=HEADS)
        attended = self._linear(mixed, [out], [f"{at}.attention.output.dense"])
        states = self._norm(f"{at}.attention.output.LayerNorm", self._node("Add", [attended, states]))
        risen = self._linear(states, [up], [f"{at}.intermediate.dense"])
        bent = self._node("Gelu", [risen], domain=MICROSOFT)
        fallen = self._linear(bent, [down], [f"{at}.output.dense"])
        return self._norm(f"{at}.output.LayerNorm", self._node("Add", [fallen, states]))

    def _linear(self, states: str, matrices: list[str], biased: list[str]) -> str:
        """Each row is divided by its largest value before it becomes uint8, and multiplied by it after the product."""
        weight = np.concatenate([self._given[f"{name}_q"] for name in matrices], axis=1)
        scale = np.concatenate([self._given[f"{name}_scale"].reshape(-1) for name in matrices])
        bias = np.concatenate([self._given[f"{name}.bias"] for name in biased])
        largest = self._node("ReduceMax", [self._node("Abs", [states])], axes=[-1], keepdims=1)
        inputs = [self._node("Div", [states, largest]), self._tensor(weight), self._tensor(scale)]
        product = self._node("DynamicQuantizeMatMul", inputs, domain=MICROSOFT)
        return self._node("Add", [self._node("Mul", [product, largest]), self._tensor(bias)])

    def _split(self, joined: str, count: int) -> list[str]:
        parts = [f"{joined}_{number}" for number in range(count)]
        self._nodes.append(helper.make_node("Split", [joined], parts, axis=-1))
        return parts

    def _norm(self, name: str, states: str) -> str:
        gain, offset = (self._tensor(self._given[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._node("LayerNormalization", [states, gain, offset], axis=-1, epsilon=NORM_EPSILON)

    def _node(
        self, operator: str, inputs: list[str], name: str = "", domain: str = "", **attributes: Any
    ) -> str:
        name = name or f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], domain=domain, **attributes))
        return name

    def _tensor(self, values: np.ndarray) -> str:
        name = f"tensor_{len(self._tensors)}"
        self._tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name
