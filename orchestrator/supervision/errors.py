"""What can keep Council's processes from running. Each says what happened and what to do about it.

SupervisionError
├── AlreadyRunning      another supervisor holds this data directory
├── PortBusy            a port is taken, or may not be bound
├── TritonNotInstalled  .venv-triton is missing or incomplete
├── TritonPythonMissing there is no Python that Triton's environment can be made of
├── LibpythonMissing    Triton's Python backend has no libpython to link
├── ModelNotInstalled   the weights to serve are not on this machine
├── ModelDamaged        they are not what was installed
└── ServiceFailed       a service ended, or never became ready, and was given up
"""

from __future__ import annotations


class SupervisionError(Exception):
    """`message` says what is wrong, `fix` what the person at the terminal can do."""

    def __init__(self, message: str, *, fix: str) -> None:
        super().__init__(f"{message}\n{fix}" if fix else message)
        self.message = message
        self.fix = fix


class AlreadyRunning(SupervisionError):
    pass


class PortBusy(SupervisionError):
    pass


class TritonNotInstalled(SupervisionError):
    pass


class TritonPythonMissing(SupervisionError):
    pass


class LibpythonMissing(SupervisionError):
    pass


class ModelNotInstalled(SupervisionError):
    pass


class ModelDamaged(SupervisionError):
    pass


class ServiceFailed(SupervisionError):
    pass
