"""Model repositories with stand-ins in them, for the real tritonserver."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import grpc
from tritonclient.grpc import service_pb2, service_pb2_grpc

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.triton_server import TritonLaunch, TritonPorts, TritonServer

STAND_INS = PROJECT_ROOT / "tests" / "fakes" / "trtllm_stand_in"
MODEL = "mistral-7b"


def launch(repository: Path, run_dir: Path, **env: str) -> TritonLaunch:
    return TritonLaunch(
        models=[],
        models_dir=run_dir,
        run_dir=run_dir,
        ports=TritonPorts.free(),
        repository=repository,
        control_key="key-of-the-tests",
        extra_env=env,
    )


async def load_error(server: TritonServer, model: str) -> str:
    """Why the server does not load a model; empty when it does."""
    async with grpc.aio.insecure_channel(server.grpc_url) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        request = service_pb2.RepositoryModelLoadRequest(model_name=model)
        try:
            await stub.RepositoryModelLoad(request, metadata=tuple(server.control_headers.items()))
        except grpc.aio.AioRpcError as error:
            return error.details() or error.code().name
    return ""


def write_model(repository: Path, name: str, config: str, model_py: str = "") -> None:
    version = repository / name / "1"
    version.mkdir(parents=True)
    (repository / name / "config.pbtxt").write_text(config)
    if model_py:
        (version / "model.py").write_text(model_py)


def named(config: str, name: str) -> str:
    assert f'name: "{MODEL}"' in config
    return config.replace(f'name: "{MODEL}"', f'name: "{name}"', 1)


def changed(config: str, change: tuple[str, str]) -> str:
    assert change[0] in config
    return config.replace(*change)


def noted(log: Path) -> list[Any]:
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
