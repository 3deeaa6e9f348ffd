"""Which models the orchestrator has, and what it takes of each record."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.record import ModelRecord, load_records
from orchestrator.errors import ModelNotFound
from orchestrator.inference.registry import InstalledModel, ModelRegistry, is_installed
from tests.unit.inference import vocabularies

RECORDS = load_records()
PHI, MISTRAL = RECORDS["phi-2"], RECORDS["mistral-7b"]


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    """Phi-2's tokenizer is here, of Mistral's snapshot only another file, of the others nothing."""
    (tmp_path / PHI.id).mkdir()
    (tmp_path / PHI.id / "tokenizer.json").write_text(vocabularies.phi_json())
    (tmp_path / MISTRAL.id).mkdir()
    (tmp_path / MISTRAL.id / "config.json").write_text("{}")
    return tmp_path


def test_models_that_are_not_installed_are_not_there(models_dir: Path) -> None:
    registry = ModelRegistry.load(models_dir, RECORDS)
    assert [model.id for model in registry] == [PHI.id]
    assert MISTRAL.id not in registry
    with pytest.raises(ModelNotFound, match="served here: phi-2"):
        registry.get(MISTRAL.id)


def test_an_inline_template_is_the_record_s_whatever_lies_beside_the_tokenizer(models_dir: Path) -> None:
    (models_dir / PHI.id / "chat_template.jinja").write_text("{{ 'another' }}")
    model = InstalledModel.load(PHI, models_dir / PHI.id)
    assert model.template.render_text([{"role": "user", "content": "a"}]) == "Instruct: a\nOutput:"
    assert model.installed_s > 1_700_000_000


def test_a_model_with_its_own_template_needs_that_file(models_dir: Path) -> None:
    own = RECORDS["smollm2-135m"]
    assert is_installed(models_dir / PHI.id, PHI)
    assert not is_installed(models_dir / PHI.id, own)
    (models_dir / PHI.id / "chat_template.jinja").write_text("{{ 'x' }}")
    assert is_installed(models_dir / PHI.id, own)


def test_the_space_before_an_answer_is_the_format_s(models_dir: Path) -> None:
    assert InstalledModel.load(PHI, models_dir / PHI.id).tokenizer.strips_first_space
    chat = PHI.chat.model_copy(update={"answer_starts_with_space": False})
    without = PHI.model_copy(update={"chat": chat})
    assert not InstalledModel.load(without, models_dir / PHI.id).tokenizer.strips_first_space


def test_a_sequence_is_as_long_as_the_cache_allows(models_dir: Path) -> None:
    code = RECORDS["codellama-7b"]
    (models_dir / code.id).mkdir()
    source = vocabularies.sentencepiece_json(marks_every_piece=True)
    (models_dir / code.id / "tokenizer.json").write_text(source)
    assert InstalledModel.load(code, models_dir / code.id).max_seq_len == 3072


@pytest.mark.parametrize(("marks_every_piece", "sound"), [(False, True), (True, False)])
def test_a_tokenizer_of_another_kind_is_noticed(tmp_path: Path, marks_every_piece: bool, sound: bool) -> None:
    """Mistral's files before they were aligned with mistral-common put one space too many into every prompt."""
    source = vocabularies.sentencepiece_json(marks_every_piece=marks_every_piece)
    (tmp_path / "tokenizer.json").write_text(source)
    fault = InstalledModel.load(MISTRAL, tmp_path).example_fault()
    if sound:
        assert fault is None
    else:
        assert fault
        assert "[1, 28705, 733, 16289" in fault
        assert "expects [1, 733, 16289" in fault


def test_a_record_without_an_example_has_no_fault(tmp_path: Path) -> None:
    chat = MISTRAL.chat.model_copy(update={"example_ids": ()})
    record: ModelRecord = MISTRAL.model_copy(update={"chat": chat})
    (tmp_path / "tokenizer.json").write_text(vocabularies.sentencepiece_json(marks_every_piece=True))
    assert InstalledModel.load(record, tmp_path).example_fault() is None
