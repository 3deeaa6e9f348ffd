"""Every failure of records and the model store, as one tree.

    EngineError
    ├── RecordError            a record file is malformed, or two records contradict each other
    ├── UnknownModel           no record has that id
    ├── ModelNotInstalled      the record exists, its files do not
    ├── SourceError            the bytes could not be had
    │   ├── SourceUnreachable      no network, no DNS, index down, time-out, 5xx
    │   ├── SourceUntrusted        TLS failed, or a redirect left https
    │   ├── SourceNotFound         404, unknown version, file not in the wheel
    │   └── SourceRefused          401 or 403
    ├── IntegrityError         bytes arrived, but not the pinned ones
    ├── DiskError              the local disk refused
    │   ├── DiskFull
    │   └── DiskDenied
    ├── StoreBusy              another process is installing or removing the same model
    └── ConversionError        the pinned file cannot be turned into what is served

`message` says what went wrong, `fix` what the person should do. Neither ever holds a token or a password.
"""

from __future__ import annotations


class EngineError(Exception):
    """Base of the tree."""

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class RecordError(EngineError):
    """`message` has one line per fault: file, key, reason."""


class UnknownModel(EngineError):
    pass


class ModelNotInstalled(EngineError):
    pass


class SourceError(EngineError):
    pass


class SourceUnreachable(SourceError):
    pass


class SourceUntrusted(SourceError):
    pass


class SourceNotFound(SourceError):
    pass


class SourceRefused(SourceError):
    pass


class IntegrityError(EngineError):
    pass


class DiskError(EngineError):
    pass


class DiskFull(DiskError):
    pass


class DiskDenied(DiskError):
    pass


class StoreBusy(EngineError):
    pass


class ConversionError(EngineError):
    pass
