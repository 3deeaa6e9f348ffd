"""`council engines check` against the real tritonserver, with our CPU model in the place of TensorRT-LLM's backend.

The manifests are those of engines, the answers are those of a real model over the same tensors: what is tested is the
whole way, from loading to what stands in the manifest. "INT8" is the model in Q8_0, or in Q4_0, which is worse.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engines.check_command import CheckRequest, run_check, served_name
from engines.errors import CheckServerError
from engines.manifest import QualityCheck, read_manifest
from engines.quality_check import Questions
from engines.record import ModelRecord, load_records
from engines.requantize import SCHEMES, requantize
from engines.triton_config import cpu_config
from orchestrator.cli.engines_check import Prompts, TritonEngines
from orchestrator.errors import InferenceError, InferenceUnavailable
from orchestrator.inference.triton import TritonBackend
from orchestrator.inference.triton_control import TritonControl
from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.triton_server import TritonServer
from tests.conftest import MODEL, MODELS_DIR
from tests.fakes.engines_on_disk import write_engine
from tests.fakes.stand_in_repository import launch, write_model
from tests.flow.tiny_model import record_data, tiny_record, write_record

TINY = "tiny-llama"
FP16, INT8, POOR = (f"{TINY}/{precision}-sm89" for precision in ("fp16", "int8", "fp8"))
# One whose model in the server is another engine, and one that the server does not have.
MISTAKEN, ABSENT = f"{TINY}/fp16-sm90", f"{TINY}/fp16-sm80"
MODEL_PY = f"""import sys
sys.path.insert(0, {str(PROJECT_ROOT / "triton_repo")!r})
from llama_cpu.triton_model import TritonPythonModel
"""
# Every place would take a minute an engine on two cores.
PLACES = 32


@dataclass
class Machine:
    root: Path
    engines: TritonEngines
    control: TritonControl

    async def check(self, engine_id: str, *, again: bool = False) -> tuple[int, str]:
        said: list[str] = []
        request = CheckRequest(
            self.root / "engines", self.root, (engine_id,), again=again, records_dir=self.root / "records"
        )
        return await run_check(request, self.engines, asked, said.append), "\n".join(said)

    async def states(self) -> set[str]:
        """Of every model that was ever loaded."""
        states = {await self.control.state(served_name(each)) for each in (FP16, INT8, POOR, MISTAKEN)}
        return states - {"KNOWN"}

    def written(self, engine_id: str) -> QualityCheck:
        return read_manifest(self.root / "engines" / engine_id).check


def asked(_record: ModelRecord) -> Questions:
    """In the tokens of the model that really answers."""
    whole = Prompts(MODELS_DIR).of(load_records()[MODEL])
    step = len(whole.places) // PLACES
    return Questions(whole.places[::step][:PLACES], whole.smoke_ids)


@pytest.fixture(scope="module")
async def machine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Machine]:
    root = tmp_path_factory.mktemp("check")
    write_record(root / "records", record_data())
    for engine_id in (FP16, INT8, POOR, MISTAKEN, ABSENT):
        precision, _, sm = engine_id.partition("/")[2].partition("-sm")
        write_engine(root / "engines", tiny_record(), precision, int(sm), checked=False)
    for engine_id in (FP16, INT8, POOR):
        serve(root, engine_id, poor=engine_id == POOR)
    serve(root, FP16, served_name(MISTAKEN))
    async with TritonServer(launch(root / "repository", root)) as server:
        control = TritonControl(server.grpc_url, server.control_headers)
        backend = TritonBackend(server.grpc_url, first_token_timeout_s=60, inter_token_timeout_s=30)
        yield Machine(root, TritonEngines(control, backend), control)
        await backend.aclose()
        await control.aclose()


def serve(root: Path, engine_id: str, name: str = "", *, poor: bool = False) -> None:
    """A model of the server that says it is this engine."""
    name = name or served_name(engine_id)
    config = cpu_config(load_records()[MODEL]).replace(f'name: "{MODEL}"', f'name: "{name}"', 1)
    path = f'parameters {{ key: "gpt_model_path" value: {{ string_value: "/engines/{engine_id}" }} }}\n'
    write_model(root / "repository", name, config + path, MODEL_PY)
    directory = root / name
    directory.mkdir()
    shutil.copy(MODELS_DIR / MODEL / "tokenizer.json", directory)
    if poor:
        requantize(
            MODELS_DIR / MODEL / "model.gguf", directory / "model.gguf", SCHEMES["Q4_0"], lambda _: None
        )
    else:
        (directory / "model.gguf").symlink_to(MODELS_DIR / MODEL / "model.gguf")


async def test_an_engine_that_answers_as_its_reference_passes(machine: Machine) -> None:
    code, said = await machine.check(INT8)
    assert code == 0, said
    found = machine.written(INT8)
    assert (found.status, found.agreement, found.reference_engine) == ("passed", 1.0, FP16)
    assert found.places == PLACES
    assert found.accuracy is not None
    assert 0.2 < found.accuracy < 0.8
    assert len(found.samples[0].token_ids) > 8
    assert found.tokens_per_s is not None
    assert f"{PLACES} questions" in said
    assert await machine.states() == {"UNAVAILABLE"}


async def test_one_of_fewer_bits_fails(machine: Machine) -> None:
    code, said = await machine.check(POOR)
    assert code == 1, said
    found = machine.written(POOR)
    assert found.status == "failed"
    assert found.agreement is not None
    assert found.agreement < 0.9
    assert await machine.states() == {"UNAVAILABLE"}


async def test_an_engine_that_is_loaded_already_is_loaded_anew(machine: Machine) -> None:
    await machine.control.load(served_name(FP16))
    assert (await machine.check(FP16))[0] == 0
    assert machine.written(FP16).reference_engine is None
    assert await machine.states() == {"UNAVAILABLE"}


@pytest.mark.parametrize("state", ["LOADING", "READY"])
async def test_a_check_that_is_stopped_unloads_and_leaves_the_manifest(machine: Machine, state: str) -> None:
    before = machine.written(INT8)
    running = asyncio.create_task(machine.check(INT8, again=True))
    while await machine.control.state(served_name(FP16)) != state:
        assert not running.done(), await running
        await asyncio.sleep(0.005)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert machine.written(INT8) == before
    assert await machine.states() == {"UNAVAILABLE"}


async def test_a_server_that_has_another_engine_under_the_name_is_found_out(machine: Machine) -> None:
    with pytest.raises(CheckServerError, match=f"{served_name(MISTAKEN)} is /engines/{FP16}, not {MISTAKEN}"):
        await machine.check(MISTAKEN)
    assert machine.written(MISTAKEN).status == "not_run"
    assert await machine.states() == {"UNAVAILABLE"}


async def test_a_server_without_the_engine_is_told(machine: Machine) -> None:
    with pytest.raises(
        CheckServerError, match="has no model 'tiny-llama.fp16-sm80' in its repository"
    ) as caught:
        await machine.check(ABSENT)
    assert "scripts/check_engines.sh" in caught.value.fix


async def test_a_server_that_does_not_let_us_load_is_told(machine: Machine) -> None:
    closed = TritonControl(machine.control.url)
    with pytest.raises(InferenceError, match="restricted"):
        await closed.load(served_name(FP16))
    await closed.aclose()


async def test_a_load_that_fails_is_told_with_the_servers_reason(machine: Machine) -> None:
    write_model(machine.root / "repository", "broken", 'name: "broken"\nbackend: "tensorrtllm"\n')
    with pytest.raises(InferenceError, match="loading broken: .*unable to find backend library"):
        await machine.control.load("broken")


async def test_a_server_that_is_gone_is_told() -> None:
    nobody = TritonControl("127.0.0.1:1")
    with pytest.raises(InferenceUnavailable, match="does not answer"):
        await nobody.wait_until_live(0.3)
    await nobody.aclose()
