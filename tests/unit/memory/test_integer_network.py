"""The integer network against the installed file as onnxruntime runs it, in float32."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from engines.embedder_record import load_embedder_record
from orchestrator.errors import EmbedderUnavailable
from orchestrator.memory import integer_network as module
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.memory.integer_network import integer_network, integer_session
from orchestrator.settings import PROJECT_ROOT
from training.prompts import load_graded

MODELS_DIR = PROJECT_ROOT / "data" / "models"
PATH = MODELS_DIR / load_embedder_record().id / "model.onnx"
LEAST_SIMILARITY = 0.97


@pytest.fixture(scope="module")
def pieces() -> list[np.ndarray]:
    """Word pieces of real prompts, and of the longest text that counts."""
    if not PATH.exists():
        pytest.skip("the embedder is not installed: run `council models pull`")
    embedder = MiniLmEmbedder.load(MODELS_DIR)
    texts = [graded.prompt for graded in load_graded() if graded.prompt.strip()][::4]
    encoded = [embedder._tokenizer.encode(text).ids for text in [*texts, " ".join(texts)]]
    embedder.close()
    assert len(encoded[-1]) == 256
    return [np.asarray([ids], dtype=np.int64) for ids in encoded]


@pytest.fixture(scope="module")
def network(pieces: list[np.ndarray]) -> bytes:
    return integer_network(PATH)


def unit(states: np.ndarray) -> np.ndarray:
    mean = states[0].mean(axis=0)
    return mean / np.linalg.norm(mean)


def embedded(session: onnxruntime.InferenceSession, pieces: list[np.ndarray]) -> np.ndarray:
    names = {each.name for each in session.get_inputs()}
    rows = []
    for ids in pieces:
        all_inputs = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        rows.append(unit(session.run(None, {name: all_inputs[name] for name in names})[0]))
    return np.stack(rows)


@pytest.fixture(scope="module")
def float_vectors(pieces: list[np.ndarray]) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return embedded(onnxruntime.InferenceSession(str(PATH), options, ["CPUExecutionProvider"]), pieces)


def test_vectors_are_near_those_of_float32(
    network: bytes, pieces: list[np.ndarray], float_vectors: np.ndarray
) -> None:
    vectors = embedded(integer_session(network), pieces)
    similar = (vectors * float_vectors).sum(axis=1)
    assert similar.min() > LEAST_SIMILARITY
    assert np.median(similar) > 0.995
    # What memory and routing use are the distances between texts.
    assert np.abs(vectors @ vectors.T - float_vectors @ float_vectors.T).mean() < 0.01


def test_the_exact_product_for_processors_without_vnni_gives_the_same(
    network: bytes, pieces: list[np.ndarray]
) -> None:
    usual, exact = (embedded(module._session(network, exact=exact), pieces) for exact in (False, True))
    if not module._products_overflow():
        assert (usual * exact).sum(axis=1).min() > 0.9999
    assert exact.shape == usual.shape


def test_where_products_overflow_the_exact_one_is_taken(
    network: bytes, pieces: list[np.ndarray], monkeypatch: pytest.MonkeyPatch, float_vectors: np.ndarray
) -> None:
    taken: list[bool] = []
    real = module._session

    def session(network: bytes, *, exact: bool) -> onnxruntime.InferenceSession:
        taken.append(exact)
        return real(network, exact=exact)

    monkeypatch.setattr(module, "_products_overflow", lambda: True)
    monkeypatch.setattr(module, "_session", session)
    vectors = embedded(integer_session(network), pieces)
    assert taken == [True]
    assert (vectors * float_vectors).sum(axis=1).min() > LEAST_SIMILARITY


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x00" * 100])
def test_a_file_of_another_kind_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(EmbedderUnavailable, match="is no MiniLM with int8 weights"):
        integer_network(tmp_path / "model.onnx")


def test_another_network_is_refused(tmp_path: Path) -> None:
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    found = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Abs", ["x"], ["y"])], "other", [given], [found])
    onnx.save(helper.make_model(graph), tmp_path / "model.onnx")
    with pytest.raises(EmbedderUnavailable, match="is no MiniLM"):
        integer_network(tmp_path / "model.onnx")
