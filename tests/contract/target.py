"""The server under test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Target:
    """Where the server under test is, and what its engine was built with."""

    grpc_address: str
    metrics_address: str | None
    model: str
    tokenizer_path: Path
    max_seq_len: int
    queue_size: int
    pid: int | None
    control_headers: Mapping[str, str] = field(default_factory=dict)
    """gRPC metadata that opens the model repository protocol, where it is restricted."""

    @property
    def is_foreign(self) -> bool:
        """True for a server that this run did not start: it cannot be stopped or killed."""
        return self.pid is None
