"""Where the CPU Triton server's files are, and the backend directory assembled from them."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.errors import LibpythonMissing, TritonNotInstalled
from orchestrator.supervision.interpreter import Interpreter, ask
from orchestrator.supervision.libpython import find_libpython


@dataclass(frozen=True, slots=True)
class TritonInstallation:
    """Triton's environment and the model repository, under one project root."""

    root: Path = PROJECT_ROOT

    @property
    def venv(self) -> Path:
        return self.root / ".venv-triton"

    @property
    def site_packages(self) -> Path:
        """Raises TritonNotInstalled."""
        for directory in sorted(self.venv.glob("lib/python3.*/site-packages")):
            if (directory / "pytriton" / "tritonserver").is_dir():
                return directory
        raise TritonNotInstalled(f"the Triton server is not installed in {self.venv}", fix="run: make setup")

    @property
    def python_minor(self) -> str:
        match = re.fullmatch(r"python(3\.\d+)", self.site_packages.parent.name)
        assert match is not None
        return match[1]

    @property
    def interpreter(self) -> Interpreter:
        """The Python that the environment was made from. Raises TritonNotInstalled."""
        if python := ask(self.venv / "bin" / "python"):
            return python
        raise TritonNotInstalled(
            f"the Python of {self.venv} is missing or does not run", fix="run: make setup"
        )

    @property
    def binary(self) -> Path:
        return self.site_packages / "pytriton" / "tritonserver" / "bin" / "tritonserver"

    @property
    def libraries(self) -> Path:
        return self.site_packages / "nvidia_pytriton.libs"

    @property
    def stub(self) -> Path:
        stubs = self.site_packages / "pytriton" / "tritonserver" / "python_backend_stubs"
        return stubs / self.python_minor / "triton_python_backend_stub"

    def libpython(self) -> Path:
        """Raises TritonNotInstalled or LibpythonMissing."""
        if found := find_libpython(self.interpreter, self.root / ".tools"):
            return found
        raise LibpythonMissing(
            f"libpython{self.python_minor}.so.1.0, which Triton's Python backend links, is not on this machine",
            fix=f"run: make setup (or: apt-get install libpython{self.python_minor})",
        )

    def assemble_backends(self, run_dir: Path) -> Path:
        """Return a backend directory with the stub for our Python in it, made once for each wheel version.

        The wheel's own directory is left as it is. Atomic, and safe to race with another start.
        """
        target = run_dir / "triton-backends" / self._backends_version()
        if target.is_dir():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".partial-") as scratch:
            made = Path(scratch) / "backends"
            shutil.copytree(self.site_packages / "pytriton" / "tritonserver" / "backends", made)
            stub = made / "python" / "triton_python_backend_stub"
            shutil.copyfile(self.stub, stub)
            stub.chmod(0o755)
            try:
                made.rename(target)
            except OSError:
                if not target.is_dir():
                    raise
        return target

    def _backends_version(self) -> str:
        """Name what the directory is made from, so that an upgrade or another Python makes a new one."""
        stat = self.stub.stat()
        backend = (self.site_packages / "pytriton/tritonserver/backends/python/libtriton_python.so").stat()
        facts = f"{self.python_minor} {stat.st_size} {backend.st_size} {backend.st_mtime_ns}"
        return hashlib.sha256(facts.encode()).hexdigest()[:16]
