"""The installed models, each with what turns words into its tokens and back.

Read once at start; a model pulled later is served after a restart of the orchestrator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.record import EXAMPLE_MESSAGE, ModelRecord
from orchestrator.errors import ModelNotFound
from orchestrator.inference.templates import ChatTemplate
from orchestrator.inference.tokenizer import ModelTokenizer

_TOKENIZER_FILE = "tokenizer.json"
_TEMPLATE_FILE = "chat_template.jinja"
_RECEIPT_FILE = "installed.json"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model whose files are on this machine. `installed_s` is Unix time."""

    record: ModelRecord
    tokenizer: ModelTokenizer
    template: ChatTemplate
    installed_s: int

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def max_seq_len(self) -> int:
        """Prompt and new tokens together, at most."""
        return self.record.longest_sequence_tokens

    def chat_stops(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Where a chat answer ends: the wanted strings, and on top of them the format's own."""
        return (*wanted, *self.record.chat.stop_strings)

    @classmethod
    def load(cls, record: ModelRecord, model_dir: Path) -> InstalledModel:
        """Read the tokenizer, and the template where it is the model's own and not the record's.

        Raises UnusableModelFiles or OSError.
        """
        tokenizer = ModelTokenizer.from_dir(model_dir, record)
        source = record.chat.jinja or (model_dir / _TEMPLATE_FILE).read_text(encoding="utf-8")
        return cls(record, tokenizer, ChatTemplate(source, tokenizer), _installed_s(model_dir))

    def example_fault(self) -> str | None:
        """Why prompts would not be the tokens the model was trained with: the record's example gives others."""
        expected = list(self.record.chat.example_ids)
        found = self.template.render_ids([{"role": "user", "content": EXAMPLE_MESSAGE}])
        if not expected or found == expected:
            return None
        return f"a message {EXAMPLE_MESSAGE!r} becomes the tokens {found}, the record expects {expected}"


class ModelRegistry:
    """Installed models by id, in the order of their records."""

    def __init__(self, models: Mapping[str, InstalledModel]) -> None:
        self._models = dict(models)

    @classmethod
    def load(cls, models_dir: Path, records: Mapping[str, ModelRecord]) -> ModelRegistry:
        """Load every record whose files are in `models_dir/<id>/`; the others are not served."""
        found = {
            model_id: record
            for model_id, record in records.items()
            if is_installed(models_dir / model_id, record)
        }
        return cls(
            {model_id: InstalledModel.load(found[model_id], models_dir / model_id) for model_id in found}
        )

    def get(self, model_id: str) -> InstalledModel:
        """Raise ModelNotFound unless the model is installed here."""
        model = self._models.get(model_id)
        if model is None:
            served = ", ".join(self._models) or "none is installed"
            raise ModelNotFound(f"no such model; served here: {served}", param="model")
        return model

    def __iter__(self) -> Iterator[InstalledModel]:
        return iter(self._models.values())

    def __len__(self) -> int:
        return len(self._models)

    def __contains__(self, model_id: object) -> bool:
        return model_id in self._models


def is_installed(model_dir: Path, record: ModelRecord) -> bool:
    """Whether what the orchestrator needs is here; the weights, or an engine, are the inference server's matter."""
    own_template = () if record.chat.jinja else (_TEMPLATE_FILE,)
    return all((model_dir / name).is_file() for name in (_TOKENIZER_FILE, *own_template))


def _installed_s(model_dir: Path) -> int:
    receipt = model_dir / _RECEIPT_FILE
    return int((receipt if receipt.is_file() else model_dir / _TOKENIZER_FILE).stat().st_mtime)
