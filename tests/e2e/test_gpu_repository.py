"""The GPU model repository and the real tritonserver, without a GPU.

What the server can judge here: it reads each generated config and fails only for the backend it does not have. What
lies behind the backend is judged with a stand-in, and named so: a Python model in the place of the backend.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.record import load_records
from engines.triton_tensors import INPUTS
from orchestrator.inference.triton import TritonBackend
from orchestrator.inference.types import Guide, Sampling, TokenRequest
from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.triton_server import TritonServer
from tests.contract.client import ContractClient
from tests.fakes.stand_in_repository import (
    MODEL,
    STAND_INS,
    changed,
    launch,
    load_error,
    named,
    noted,
    write_model,
)

RECORDS = load_records()
GPU_MODELS = sorted(model for model, record in RECORDS.items() if record.gpu)
GPU_REPOSITORY = PROJECT_ROOT / "triton_repo" / "gpu"
MISSING_BACKEND = "unable to find backend library for backend 'tensorrtllm'"

# Each change makes the config wrong; Triton must not get as far as the missing backend with it.
BROKEN = {
    "unfilled": ("max_batch_size: 8", "max_batch_size: ${triton_max_batch_size}"),
    "unknown field": ("decoupled: true", "decouple: true"),
    "unknown type": ("TYPE_UINT64", "TYPE_UINT65"),
    "batch above the largest": ("preferred_batch_size: [ 8 ]", "preferred_batch_size: [ 9 ]"),
    "negative batch": ("max_batch_size: 8", "max_batch_size: -8"),
}
# Wrong too, but the server sees it only once there is a backend: these are broken for the stand-in.
BROKEN_BEHIND = {
    "reshape of another size": (
        "dims: [ 1 ] reshape: { shape: [ ] }",
        "dims: [ 1 ] reshape: { shape: [ 2 ] }",
    ),
    "empty dims": ("dims: [ -1, -1 ] }", "dims: [ ] }"),
    "dims of zero": ("dims: [ 2, -1 ]", "dims: [ 0, -1 ]"),
}


def slug(case: str) -> str:
    return case.replace(" ", "-")


@pytest.fixture(scope="module")
async def gpu_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TritonServer]:
    place = tmp_path_factory.mktemp("gpu")
    repository = place / "repository"
    shutil.copytree(GPU_REPOSITORY, repository)
    good = (GPU_REPOSITORY / MODEL / "config.pbtxt").read_text()
    for case, change in BROKEN.items():
        write_model(repository, slug(case), changed(named(good, slug(case)), change))
    async with TritonServer(launch(repository, place)) as server:
        yield server


class TestCommitted:
    """As far as the missing backend."""

    @pytest.mark.parametrize("model", GPU_MODELS)
    async def test_only_the_backend_is_missing(self, gpu_server: TritonServer, model: str) -> None:
        assert MISSING_BACKEND in await load_error(gpu_server, model)

    @pytest.mark.parametrize("case", BROKEN)
    async def test_a_broken_config_fails_for_another_reason(
        self, gpu_server: TritonServer, case: str
    ) -> None:
        error = await load_error(gpu_server, slug(case))
        assert error
        assert MISSING_BACKEND not in error


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stand_in") / "log"


@pytest.fixture(scope="module")
async def echo_server(log: Path) -> AsyncIterator[TritonServer]:
    repository = log.parent / "repository"
    good = changed(
        (GPU_REPOSITORY / MODEL / "config.pbtxt").read_text(),
        ('backend: "tensorrtllm"', 'backend: "python"'),
    )
    echo = (STAND_INS / "shape_echo.py").read_text()
    write_model(repository, MODEL, good, echo)
    for case, change in BROKEN_BEHIND.items():
        write_model(repository, slug(case), changed(named(good, slug(case)), change), echo)
    async with TritonServer(launch(repository, log.parent, STAND_IN_LOG=str(log))) as server:
        assert await load_error(server, MODEL) == ""
        yield server


class TestBackendStandIn:
    """The generated GPU config with a Python model in the place of the C++ backend, which notes what reaches it."""

    @pytest.mark.parametrize("case", BROKEN_BEHIND)
    async def test_a_wrong_shape_is_found_once_there_is_a_backend(
        self, echo_server: TritonServer, case: str
    ) -> None:
        assert await load_error(echo_server, slug(case))

    async def test_every_tensor_of_the_contract_reaches_the_backend(
        self, echo_server: TritonServer, log: Path
    ) -> None:
        client = ContractClient(echo_server.grpc_url, MODEL, 10.0, echo_server.control_headers)
        values: dict[str, Any] = {spec.name: 1 for spec in INPUTS if spec.dims == (1,)}
        values |= {
            "stop_words_list": [[1, 2], [3]],
            "bad_words_list": [[4]],
            "embedding_bias": np.zeros(32_000),
        }
        values |= {"guided_decoding_guide_type": "regex", "guided_decoding_guide": "a+"}
        for name in ("input_lengths", "request_output_len"):
            del values[name]
        try:
            await client.generate([5, 6, 7], 1, request_id="all", **values)
        finally:
            await client.aclose()
        seen = dict(noted(log))["all"]
        assert set(seen) == {spec.name for spec in INPUTS}
        # The batch dimension is there; scalars have lost their own behind the wire.
        assert {name: shape for name, (_, shape) in seen.items()} == {
            spec.name: [1] if spec.is_scalar else [1, 1] for spec in INPUTS
        } | {
            "input_ids": [1, 3],
            "stop_words_list": [1, 2, 3],
            "bad_words_list": [1, 2, 1],
            "embedding_bias": [1, 32_000],
        }

    async def test_the_orchestrators_own_requests_get_through(
        self, echo_server: TritonServer, log: Path
    ) -> None:
        backend = TritonBackend(echo_server.grpc_url, first_token_timeout_s=10.0, inter_token_timeout_s=10.0)
        sampling = Sampling(0.5, 40, 0.9, 7, 1.1, 0.1, 0.1, 2, {3: 1.0}, 32_000)
        request = TokenRequest(
            "ours", (1, 2, 3), 8, 2, 2, sampling, Guide("json_schema", "{}"), return_log_probs=True
        )
        try:
            assert await backend.allowed_inputs(MODEL) == {spec.name for spec in INPUTS}
            chunks = [chunk async for chunk in backend.generate(MODEL, request)]
        finally:
            await backend.aclose()
        assert [chunk.final for chunk in chunks] == [True]
        assert "guided_decoding_guide" in dict(noted(log))["ours"]
