"""The tokenizer as the engine's guided decoding (xgrammar) reads it: `xgrammar_tokenizer_info.json` beside the engine.

NVIDIA's `generate_xgrammar_tokenizer_info.py` writes it from the model's tokenizer. Triton's backend reads three keys
of it without a check when it loads the engine, so they are checked here, where a fault is still only a failed build.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from engines.errors import EngineDiffers
from engines.manifest import GUIDES
from engines.record import ModelRecord

_FIX = "read the step's log, then run it again"


class GuideFile(BaseModel):
    """`encoded_vocab` is in the order of the token ids; `tokenizer_str` is a `tokenizer.json` as text."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    encoded_vocab: list[str]
    tokenizer_str: str
    stop_token_ids: list[int]


def check_guide_file(directory: Path, record: ModelRecord) -> None:
    """Raise EngineDiffers unless the file is there, can be read by the backend and is of this model's tokenizer."""
    path = directory / GUIDES
    try:
        guides = GuideFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EngineDiffers(f"{path} cannot be read: {error.strerror}", fix=_FIX) from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "(file)"
        raise EngineDiffers(f"{path}: {where}: {fault['msg']}", fix=_FIX) from error
    if faults := "; ".join(_faults(guides, record)):
        raise EngineDiffers(f"{path}: {faults}", fix=_FIX)


def _faults(guides: GuideFile, record: ModelRecord) -> Iterator[str]:
    facts = record.tokenizer
    # Fewer is right: the network's vocabulary is padded (Phi-2: 50,295 of 51,200).
    if not 0 < len(guides.encoded_vocab) <= facts.vocab_size:
        yield f"{len(guides.encoded_vocab)} tokens, the model has {facts.vocab_size}"
    if not guides.stop_token_ids or not set(guides.stop_token_ids) <= set(facts.end_ids):
        yield f"it stops at {guides.stop_token_ids}, the model at {list(facts.end_ids)}"
    try:
        json.loads(guides.tokenizer_str)
    except ValueError:
        yield "tokenizer_str is not JSON"
