"""`check`: asks a running server for engines and their reference, and writes what it found into their manifests.

What has passed is not checked again. Guarantees: a manifest is changed only when a check has ended, in one step; the
builder is kept out meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from engines.build_command import DONE, FAILED, CardChoice, Write, gpu_records
from engines.engine_store import EngineStore, FoundEngine
from engines.errors import CheckError, NothingToCompare
from engines.manifest import EngineManifest, GreedySample, QualityCheck, write_manifest
from engines.quality_check import (
    NEEDED_ACCURACY,
    NEEDED_AGREEMENT,
    REFERENCE,
    SMOKE_PROMPT,
    Answerer,
    Answers,
    Questions,
    ask,
    needs_gate,
    text_sha256,
)
from engines.record import RECORDS_DIR, ModelRecord
from engines.verify_command import VerifyRequest, judge
from engines.vram_watch import VramWatch


@dataclass(frozen=True)
class CheckRequest:
    """`again`: also those that have passed."""

    engines_dir: Path
    models_dir: Path
    engine_ids: tuple[str, ...] = ()
    card: CardChoice = CardChoice()
    again: bool = False
    records_dir: Path = RECORDS_DIR


class EngineServer(Protocol):
    """A server whose repository has every engine under `served_name`; one is loaded at a time."""

    def loaded(self, engine_id: str, record: ModelRecord) -> AbstractAsyncContextManager[Answerer]:
        """Load the engine, and unload it at the end. Raises CheckServerError."""
        ...


@dataclass(frozen=True)
class Asked:
    """What an engine answered, and what it took of the card."""

    answers: Answers
    peak_vram_bytes: int | None


def served_name(engine_id: str) -> str:
    """The engine's model in a repository that has several engines of a model."""
    return engine_id.replace("/", ".")


async def run_check(
    request: CheckRequest,
    server: EngineServer,
    questions_of: Callable[[ModelRecord], Questions],
    write: Write,
) -> int:
    """Check the named engines, or all. 0: each one has passed, 1: one has not. Raises EngineError."""
    store = EngineStore(request.engines_dir)
    with store.locked():
        records, chosen = gpu_records(request.records_dir), list(_chosen(request, write))
        run = _Run(server, records, questions_of, write, request.card.device, {})
        passed = [await _check_one(run, each, store) for each in chosen]
    if not chosen:
        write("nothing to check")
    return DONE if all(passed) else FAILED


@dataclass(frozen=True)
class _Run:
    """`asked` keeps what engines answered: a reference is asked once."""

    server: EngineServer
    records: Mapping[str, ModelRecord]
    questions_of: Callable[[ModelRecord], Questions]
    write: Write
    device: int
    asked: dict[str, Asked]


def _chosen(request: CheckRequest, write: Write) -> Iterator[FoundEngine]:
    question = VerifyRequest(
        request.engines_dir,
        request.models_dir,
        request.engine_ids,
        card=request.card,
        quick=True,
        records_dir=request.records_dir,
    )
    for each in judge(question):
        engine = each.engine
        if each.unfit:
            if request.engine_ids:
                raise CheckError(
                    f"{engine.engine_id} cannot be loaded: {each.unfit}", fix="run: council engines verify"
                )
            write(f"{engine.engine_id}: left out, {each.unfit}")
        elif engine.manifest and not request.again and _has_passed(engine.manifest.check):
            write(f"{engine.engine_id}: has passed before")
        else:
            yield engine


def _has_passed(check: QualityCheck) -> bool:
    return check.status == "passed" and check.text_sha256 == text_sha256()


async def _check_one(run: _Run, engine: FoundEngine, store: EngineStore) -> bool:
    manifest = engine.manifest
    assert manifest is not None
    record = run.records[manifest.identity.model_id]
    reference_id = _reference(manifest, record, store)
    reference = await _ask(run, reference_id, record) if reference_id else None
    asked = await _ask(run, engine.engine_id, record)
    check = _judged(asked, reference, reference_id, run.questions_of(record))
    write_manifest(engine.path, manifest.model_copy(update={"check": check}))
    for line in check_lines(engine.engine_id, check):
        run.write(line)
    return check.status == "passed"


def _reference(manifest: EngineManifest, record: ModelRecord, store: EngineStore) -> str | None:
    """The engine to compare with; None for one that is a reference itself, or when there is none and need be none."""
    precision = manifest.precision.precision
    if precision == REFERENCE:
        return None
    reference = f"{record.id}/{REFERENCE}-sm{manifest.platform.sm}"
    if any(each.engine_id == reference and each.state == "complete" for each in store.found()):
        return reference
    if needs_gate(record, precision):
        raise NothingToCompare(
            f"{manifest.identity.engine_id} is served only after a comparison with {reference}, which is not built",
            fix=f"run: scripts/build_engines.sh --model {record.id} --precision {REFERENCE}",
        )
    return None


async def _ask(run: _Run, engine_id: str, record: ModelRecord) -> Asked:
    if engine_id not in run.asked:
        questions = run.questions_of(record)
        run.write(f"{engine_id}: loading, then {len(questions.places)} questions")
        async with VramWatch(run.device) as watch, run.server.loaded(engine_id, record) as engine:
            answers = await ask(engine, questions)
        run.asked[engine_id] = Asked(answers, watch.peak_bytes)
    return run.asked[engine_id]


def _judged(
    asked: Asked, reference: Asked | None, reference_id: str | None, questions: Questions
) -> QualityCheck:
    accuracy = asked.answers.accuracy(questions.places)
    agreement = asked.answers.agreement(reference.answers) if reference else None
    passed = accuracy >= NEEDED_ACCURACY and (agreement is None or agreement >= NEEDED_AGREEMENT)
    smoke = asked.answers.smoke
    return QualityCheck(
        status="passed" if passed else "failed",
        checked_at=datetime.now(UTC),
        text_sha256=text_sha256(),
        places=len(questions.places),
        accuracy=accuracy,
        needed_accuracy=NEEDED_ACCURACY,
        reference_engine=reference_id,
        agreement=agreement,
        needed_agreement=None if agreement is None else NEEDED_AGREEMENT,
        samples=(GreedySample(prompt=SMOKE_PROMPT, token_ids=smoke.token_ids),),
        tokens_per_s=smoke.tokens_per_s,
        peak_vram_bytes=asked.peak_vram_bytes,
    )


def check_lines(engine_id: str, check: QualityCheck) -> Iterator[str]:
    """A check as a person reads it."""
    assert check.accuracy is not None
    yield f"{engine_id}: {check.status}"
    yield f"  names the text's next token at {check.accuracy:.1%} of {check.places} places, {check.needed_accuracy:.0%} needed"
    if check.agreement is None:
        yield f"  compared with no other engine: there is none in {REFERENCE}, or this is it"
    else:
        agreed = f"{check.agreement:.1%}, {check.needed_agreement:.0%} needed"
        yield f"  names the same token as {check.reference_engine} at {agreed}"
    (sample,) = check.samples
    yield f"  first tokens of {sample.prompt!r}: {' '.join(map(str, sample.token_ids[:8]))}"
    speed = (
        f"{check.tokens_per_s:.1f} tokens/s alone"
        if check.tokens_per_s
        else "too short an answer for a speed"
    )
    memory = (
        f"{check.peak_vram_bytes / 2**30:.2f} GiB of the card" if check.peak_vram_bytes else "memory not seen"
    )
    yield f"  {speed}, {memory}"
