"""The record of the sentence embedder: `engines/embedders/<id>.toml` and the vocabulary beside it.

The network is fetched and pinned like a model's weights. Its vocabulary, 230 KB under Apache-2.0, is committed: the only
package that has it carries 84 MB.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from engines.errors import RecordError
from engines.record import License
from engines.record_part import ModelId, RecordPart, Sha256, Text
from engines.record_source import FileSource, HuggingFaceSource, WheelSource

EMBEDDERS_DIR = Path(__file__).resolve().parent / "embedders"
DEFAULT_EMBEDDER = "all-minilm-l6-v2"


class Vocabulary(RecordPart):
    """A BERT vocabulary, one word piece a line, in the directory of the record."""

    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    sha256: Sha256
    lowercase: bool


class EmbedderRecord(RecordPart):
    """`max_word_pieces` counts the two marks around the text; what is longer is cut."""

    id: ModelId
    name: Text
    description: Text
    license: License
    source: Annotated[WheelSource | HuggingFaceSource | FileSource, Field(discriminator="kind")]
    vocabulary: Vocabulary
    dimensions: Annotated[int, Field(gt=0, le=4096)]
    max_word_pieces: Annotated[int, Field(ge=8, le=8192)]

    @property
    def vocabulary_path(self) -> Path:
        return EMBEDDERS_DIR / self.vocabulary.file


def load_embedder_record(embedder_id: str = DEFAULT_EMBEDDER) -> EmbedderRecord:
    """Read the record. Raises RecordError."""
    path = EMBEDDERS_DIR / f"{embedder_id}.toml"
    try:
        record = EmbedderRecord.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise RecordError(
            f"{path.name}: {error}", fix="correct the embedder's record and try again"
        ) from error
    if record.id != path.stem:
        raise RecordError(f"{path.name}: id {record.id!r} must equal the file name without .toml")
    return record
