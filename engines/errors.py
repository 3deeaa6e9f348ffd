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
    ├── ConversionError        the pinned file cannot be turned into what is served
    ├── ManifestError          an engine's council-engine.json cannot be used
    │   ├── ManifestMissing        there is none: the engine was not finished, or not made by Council
    │   ├── ManifestBroken         no JSON, or a field is missing or wrong
    │   ├── ManifestForeign        JSON, but of another program
    │   └── ManifestNewer          written by a later version of Council
    ├── GpuError               what card there is, or would be, is not known
    │   ├── GpuNotFound            no driver, or no card
    │   ├── GpuUnreadable          nvidia-smi hangs, or says what no one can read
    │   ├── UnknownGpu             no known card has that name
    │   └── DriverTooOld           no pinned container runs with it
    ├── EngineConfigBroken     an engine's config.json cannot be read
    ├── ServingRefused         this model or engine cannot be served in this way
    ├── UnknownEngine          no engine has that id
    ├── WrongUse               options that contradict each other
    ├── CheckError             an engine's quality could not be checked
    │   ├── NothingToCompare       the engine it must be compared with is not there
    │   └── CheckServerError       the server that has the engines loaded cannot be reached, or failed
    └── BuildError             an engine was not built
        ├── StepFailed             a program of a build ended with an error
        ├── StepTimedOut           a program of a build took too long and was stopped
        ├── BuildStopped           the person, or the system, stopped the build; it can be taken up again
        └── EngineDiffers          the build ended well, but made another engine than was asked for

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


class ManifestError(EngineError):
    pass


class ManifestMissing(ManifestError):
    pass


class ManifestBroken(ManifestError):
    pass


class ManifestForeign(ManifestError):
    pass


class ManifestNewer(ManifestError):
    pass


class EngineConfigBroken(EngineError):
    pass


class UnknownEngine(EngineError):
    pass


class WrongUse(EngineError):
    pass


class CheckError(EngineError):
    pass


class NothingToCompare(CheckError):
    pass


class CheckServerError(CheckError):
    pass


class BuildError(EngineError):
    pass


class StepFailed(BuildError):
    pass


class StepTimedOut(BuildError):
    pass


class BuildStopped(BuildError):
    pass


class EngineDiffers(BuildError):
    pass


class GpuError(EngineError):
    pass


class GpuNotFound(GpuError):
    pass


class GpuUnreadable(GpuError):
    pass


class UnknownGpu(GpuError):
    pass


class DriverTooOld(GpuError):
    pass


class ServingRefused(EngineError):
    pass
