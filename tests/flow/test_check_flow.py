"""`check`: our flow, with engines of stand-ins and a stand-in for the server. Tests with a real one: tests/e2e."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from engines.check_command import CheckRequest, run_check
from engines.errors import CheckError, CheckServerError, NothingToCompare, StoreBusy
from engines.manifest import QualityCheck, read_manifest
from engines.quality_check import Answerer, Greedy, Place, Questions
from engines.record import ModelRecord
from tests.flow.site import Site
from tests.flow.tiny_model import MODEL, record_data, write_record

FP16, INT8 = f"{MODEL}/fp16-sm89", f"{MODEL}/int8-sm89"
PLACES = 100
QUESTIONS = Questions(tuple(Place((n,), n + 1) for n in range(PLACES)), (1, 2, 3))


@dataclass
class StandInServer:
    """Answers rightly at every place, but for the number of places in `wrong`; `breaks` fails when it is loaded."""

    wrong: dict[str, int] = field(default_factory=dict)
    breaks: str = ""
    loads: list[str] = field(default_factory=list)
    now: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def loaded(self, engine_id: str, record: ModelRecord) -> AsyncIterator[Answerer]:
        assert not self.now, "two engines are loaded"
        self.loads.append(engine_id)
        if engine_id == self.breaks:
            raise CheckServerError("failed to load: out of memory")
        self.now.append(engine_id)
        try:
            yield StandInEngine(self.wrong.get(engine_id, 0))
        finally:
            self.now.remove(engine_id)


@dataclass
class StandInEngine:
    wrong: int

    async def greedy(self, prompt_ids: Sequence[int], max_tokens: int) -> Greedy:
        if max_tokens > 1:
            return Greedy((7, 8, 9), 50.0)
        (number,) = prompt_ids
        return Greedy((number + 1,) if number >= self.wrong else (), None)


@pytest.fixture
def built(site: Site) -> Site:
    """FP16, and an INT8 that must be compared with it."""
    write_record(site.records_dir, record_data(precisions={"fp16": {}, "int8": {"needs_quality_gate": True}}))
    assert site.run("build").returncode == 0
    return site


def check(site: Site, server: StandInServer, *engine_ids: str, again: bool = False) -> tuple[int, str]:
    request = CheckRequest(
        site.engines_dir, site.models_dir, engine_ids, again=again, records_dir=site.records_dir
    )
    said: list[str] = []
    with site.as_environ():
        code = asyncio.run(run_check(request, server, lambda _record: QUESTIONS, said.append))
    assert server.now == []
    return code, "\n".join(said)


def written(site: Site, engine_id: str) -> QualityCheck:
    return read_manifest(site.engines_dir / engine_id).check


def test_a_gated_engine_is_served_after_it_has_passed(built: Site) -> None:
    assert built.served() == [FP16]
    code, said = check(built, StandInServer(wrong={INT8: 5}), INT8)
    assert code == 0
    assert built.served() == [FP16, INT8]
    found = written(built, INT8)
    assert (found.status, found.places, found.agreement, found.accuracy) == ("passed", 100, 0.95, 0.95)
    assert (found.needed_agreement, found.reference_engine) == (0.95, FP16)
    assert found.samples[0].token_ids == (7, 8, 9)
    assert found.tokens_per_s == 50.0
    assert f"names the same token as {FP16} at 95.0%, 95% needed" in said
    assert written(built, FP16).status == "not_run"


def test_one_that_agrees_too_little_is_not(built: Site) -> None:
    code, said = check(built, StandInServer(wrong={INT8: 6}), INT8)
    assert code == 1
    assert f"{INT8}: failed" in said
    assert written(built, INT8).agreement == 0.94
    assert built.served() == [FP16]
    refusal = built.findings(INT8)["check.status"]
    assert (refusal["verdict"], refusal["found"]) == ("refuse", "failed")


def test_a_reference_that_answers_noise_fails_and_is_not_served(built: Site) -> None:
    code, _ = check(built, StandInServer(wrong={FP16: 81, INT8: 81}))
    assert code == 1
    assert written(built, FP16).accuracy == 0.19
    assert (written(built, INT8).status, written(built, INT8).agreement) == ("failed", 1.0)
    assert built.served() == []


def test_what_has_passed_is_asked_again_only_when_that_is_wanted(built: Site) -> None:
    server = StandInServer()
    assert check(built, server)[0] == 0
    assert server.loads == [FP16, INT8]
    first = written(built, INT8)
    code, said = check(built, server)
    assert (code, server.loads) == (0, [FP16, INT8])
    assert f"{INT8}: has passed before" in said
    assert check(built, server, again=True)[0] == 0
    assert server.loads == [FP16, INT8] * 2
    second = written(built, INT8)
    assert second.model_copy(update={"checked_at": None}) == first.model_copy(update={"checked_at": None})


def test_what_has_failed_is_asked_again(built: Site) -> None:
    assert check(built, StandInServer(wrong={INT8: 50}))[0] == 1
    assert check(built, StandInServer())[0] == 0
    assert written(built, INT8).status == "passed"


def test_a_check_leaves_the_rest_of_the_manifest_as_it_was(built: Site) -> None:
    path = built.engines_dir / INT8 / "council-engine.json"
    before = json.loads(path.read_text())
    check(built, StandInServer())
    after = json.loads(path.read_text())
    assert before.pop("check") != after.pop("check")
    assert before == after


def test_a_gated_engine_needs_its_reference(built: Site) -> None:
    for path in (built.engines_dir / FP16).iterdir():
        path.unlink()
    with pytest.raises(NothingToCompare, match="which is not built") as caught:
        check(built, StandInServer(), INT8)
    assert "--precision fp16" in caught.value.fix


def test_one_without_a_gate_is_checked_by_itself_then(site: Site) -> None:
    assert site.build(precision="int8").returncode == 0
    code, said = check(site, StandInServer())
    assert code == 0
    assert written(site, INT8).agreement is None
    assert "compared with no other engine" in said


def test_a_server_that_fails_changes_no_manifest(built: Site) -> None:
    with pytest.raises(CheckServerError, match="out of memory"):
        check(built, StandInServer(breaks=INT8), INT8)
    assert written(built, INT8) == QualityCheck()


@pytest.mark.parametrize("engine_ids", [(), (INT8,)])
def test_an_engine_that_could_not_be_loaded_is_not_tried(built: Site, engine_ids: tuple[str, ...]) -> None:
    (built.engines_dir / INT8 / "rank0.engine").write_bytes(b"cut short")
    server = StandInServer()
    if engine_ids:
        with pytest.raises(CheckError, match="cut short"):
            check(built, server, *engine_ids)
    else:
        assert f"{INT8}: left out, files.rank0.engine" in check(built, server)[1]
    assert INT8 not in server.loads


def test_a_check_and_a_build_keep_out_of_each_others_way(built: Site) -> None:
    (built.engines_dir / INT8 / "rank0.engine").write_bytes(b"damaged")
    built.fault(build="hang")
    builder = built.start_build("int8")
    try:
        built.wait_for("reached")
        with pytest.raises(StoreBusy):
            check(built, StandInServer())
    finally:
        builder.terminate()
        builder.communicate(timeout=30)


def test_an_engine_that_is_built_anew_must_be_checked_anew(built: Site) -> None:
    check(built, StandInServer())
    (built.engines_dir / INT8 / "rank0.engine").write_bytes(b"damaged")
    assert built.build(precision="int8").returncode == 0
    assert written(built, INT8).status == "not_run"
    assert built.served() == [FP16]


def test_what_an_engine_takes_of_the_card_is_noted(built: Site) -> None:
    class GrowingServer(StandInServer):
        @asynccontextmanager
        async def loaded(self, engine_id: str, record: ModelRecord) -> AsyncIterator[Answerer]:
            built.fault(free_mib=8000)
            async with super().loaded(engine_id, record) as engine:
                # Longer than the watch takes to look again.
                await asyncio.sleep(1.5)
                yield engine

    check(built, GrowingServer(), FP16)
    assert written(built, FP16).peak_vram_bytes == (11264 - 8000) << 20
