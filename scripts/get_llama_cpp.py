"""Bring llama.cpp with kernels for this machine's processor into Triton's environment. Standard library only.

`scripts/get_llama_cpp.py [SITE_PACKAGES]`; `scripts/setup` calls it. The carrier is the npm package
@node-llama-cpp/linux-x64 (MIT, as llama.cpp itself), of which only llama.cpp's own libraries are kept: one CPU
backend for each generation of x86 processors. The `xllamacpp` wheel, which the engine falls back to, has AVX2 only.

Guarantees: the tarball's sha512 is the one below, which is the registry's own, before anything is unpacked, and
the directory appears in one rename, so an interrupted run leaves either all of it or none.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import os
import re
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from download import DownloadError, download

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "@node-llama-cpp/linux-x64"
VERSION = "3.22.1"
INTEGRITY = "sha512-5uCCDNqWCNfaAm8aR/Uzxbo4HBpKgNF91kCHPepKhgMgV2OAmatoefbOlMihsqCiH2Od35E/eUHQCFbfRBJuOg=="
DEFAULT_REGISTRY = "https://registry.npmjs.org"
DIRECTORY = "llama_cpp_native"
WANTED = re.compile(r"package/(?:LICENSE|bins/linux-x64/(?:libllama\.v[\d.]+|libggml[\w.-]*)\.so)")
HINT = "set npm_config_registry to your npm registry"


def registry_url() -> str:
    """Return the npm registry: npm's variable, then ~/.npmrc, then the default."""
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if os.environ.get(name):
            return os.environ[name].rstrip("/")
    with contextlib.suppress(OSError, UnicodeDecodeError):
        npmrc = Path(os.environ.get("HOME") or "/nonexistent", ".npmrc").read_text()
        if found := re.search(r"^\s*registry\s*=\s*(\S+)", npmrc, re.MULTILINE):
            return found[1].strip("\"'").rstrip("/")
    return DEFAULT_REGISTRY


def installed(site_packages: Path) -> bool:
    """True when this version is there, complete."""
    with contextlib.suppress(OSError):
        return (site_packages / DIRECTORY / "VERSION").read_text().strip() == VERSION
    return False


def get_llama_cpp(site_packages: Path) -> Path:
    """Return the directory with the libraries, fetched on first use. Raises DownloadError."""
    target = site_packages / DIRECTORY
    if installed(site_packages):
        return target
    name = PACKAGE.rpartition("/")[2]
    url = f"{registry_url()}/{PACKAGE}/-/{name}-{VERSION}.tgz"
    tarball = download(url, f"llama.cpp ({PACKAGE} {VERSION})", HINT)
    _check(tarball)
    try:
        _unpack(tarball, target)
    except OSError as error:
        raise DownloadError(
            f"cannot write {target}: {error}; free some disk space or fix its permissions"
        ) from None
    return target


def _check(tarball: bytes) -> None:
    actual = "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    if actual != INTEGRITY:
        raise DownloadError(
            f"{PACKAGE} {VERSION} is {actual}, expected {INTEGRITY}: it was altered or cut short; nothing was installed"
        )


def _unpack(tarball: bytes, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".llama-cpp-") as scratch:
        made = Path(scratch) / "new"
        made.mkdir()
        with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
            for member in archive:
                if member.isreg() and WANTED.fullmatch(member.name):
                    content = archive.extractfile(member)
                    assert content is not None
                    (made / Path(member.name).name).write_bytes(content.read())
        (made / "VERSION").write_text(VERSION + "\n")
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)


def triton_site_packages() -> Path:
    """The one of .venv-triton. Raises DownloadError."""
    for directory in sorted((ROOT / ".venv-triton").glob("lib/python3.*/site-packages")):
        return directory
    raise DownloadError("there is no .venv-triton yet: run scripts/setup, which fetches llama.cpp as well")


if __name__ == "__main__":
    try:
        print(get_llama_cpp(Path(sys.argv[1]) if len(sys.argv) > 1 else triton_site_packages()))
    except DownloadError as error:
        sys.exit(f"setup: {error}")
