"""Bring the pinned uv into .tools/, using nothing but Python's standard library.

Guarantees: the wheel's sha256 is one of those below before anything is unpacked, and the binary appears
in one atomic rename, so an interrupted run leaves either the whole uv or none. The path of the binary is
printed on stdout; progress and errors go to stderr.
"""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import html.parser
import io
import os
import platform
import stat
import sys
import tempfile
import urllib.parse
import zipfile
from pathlib import Path

from download import DownloadError, download, without_password

ROOT = Path(__file__).resolve().parent.parent
UV_VERSION = "0.13.9"
DEFAULT_INDEX = "https://pypi.org/simple"

# (system, machine, C library) -> (wheel tag, sha256 as the index states it)
WHEELS = {
    ("Linux", "x86_64", "glibc"): (
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    ("Linux", "x86_64", "musl"): (
        "musllinux_1_1_x86_64",
        "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    ),
    ("Linux", "aarch64", "glibc"): (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    ("Linux", "aarch64", "musl"): (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    ("Darwin", "x86_64", ""): (
        "macosx_10_12_x86_64",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
    ("Darwin", "arm64", ""): (
        "macosx_11_0_arm64",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
}


def wheel_for_this_machine() -> tuple[str, str]:
    """Return the wheel's file name and its sha256. Raises DownloadError on a platform without one."""
    system, machine = platform.system(), platform.machine()
    machine = {"amd64": "x86_64", "AMD64": "x86_64"}.get(machine, machine)
    libc = ""
    if system == "Linux":
        libc = "glibc" if platform.libc_ver()[0] == "glibc" else "musl"
    try:
        tag, sha256 = WHEELS[system, machine, libc]
    except KeyError:
        raise DownloadError(
            f"no pinned uv for {system} {machine} {libc}: install uv {UV_VERSION} yourself and set UV=/path/to/uv"
        ) from None
    return f"uv-{UV_VERSION}-py3-none-{tag}.whl", sha256


def index_url() -> str:
    """Return the package index: uv's variables, then pip's, then pip's configuration files, then the default."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if os.environ.get(name):
            return os.environ[name].rstrip("/")
    return (_pip_config_index() or DEFAULT_INDEX).rstrip("/")


def _pip_config_index() -> str | None:
    home = os.environ.get("HOME", "")
    candidates = [os.environ.get("PIP_CONFIG_FILE", "")]
    candidates += [f"{home}/.config/pip/pip.conf", f"{home}/.pip/pip.conf"] if home else []
    parser = configparser.RawConfigParser()
    for path in [*candidates, "/etc/pip.conf"]:
        with contextlib.suppress(configparser.Error, OSError, UnicodeDecodeError):
            parser.clear()
            parser.read(path)
            for section in ("install", "global"):
                if parser.has_option(section, "index-url"):
                    return parser.get(section, "index-url")
    return None


class _Links(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hrefs += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _index_hint() -> str:
    return "set UV_DEFAULT_INDEX or PIP_INDEX_URL to your index"


def find_wheel_url(index: str, filename: str) -> str:
    """Return the URL of `filename` on a PEP 503 index. Raises DownloadError if the index lacks it."""
    page_url = f"{index}/uv/"
    page = _Links()
    page.feed(download(page_url, "package index", _index_hint()).decode("utf-8", "replace"))
    base = page_url
    for href in page.hrefs:
        url, _, _ = urllib.parse.urljoin(base, href).partition("#")
        if urllib.parse.unquote(url.rpartition("/")[2]) == filename:
            return _with_credentials(url, index)
    raise DownloadError(
        f"{without_password(page_url)} has no {filename}: {_index_hint()}, or set UV=/path/to/uv"
    )


def _with_credentials(url: str, index: str) -> str:
    """Carry the index's user and password over, but only to the same host."""
    source, target = urllib.parse.urlsplit(index), urllib.parse.urlsplit(url)
    if source.username and source.hostname == target.hostname and not target.username:
        user_info = source.netloc.rpartition("@")[0]
        return urllib.parse.urlunsplit(target._replace(netloc=f"{user_info}@{target.netloc}"))
    return url


def unpack_uv(wheel: bytes, sha256: str, target: Path) -> None:
    """Check the wheel and move its uv binary to `target` in one rename."""
    actual = hashlib.sha256(wheel).hexdigest()
    if actual != sha256:
        raise DownloadError(
            f"the uv wheel has sha256 {actual}, expected {sha256}: it was altered or cut short; nothing was installed"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        binary = archive.read(f"uv-{UV_VERSION}.data/scripts/uv")
    handle, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(binary)
        Path(name).chmod(stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def get_uv(tools: Path = ROOT / ".tools") -> Path:
    """Return a uv: $UV if set, else the pinned one, fetched on first use. Raises DownloadError."""
    if os.environ.get("UV"):
        return Path(os.environ["UV"])
    target = tools / f"uv-{UV_VERSION}" / "uv"
    if target.is_file() and os.access(target, os.X_OK):
        return target
    filename, sha256 = wheel_for_this_machine()
    url = find_wheel_url(index_url(), filename)
    try:
        unpack_uv(download(url, f"uv {UV_VERSION}", _index_hint()), sha256, target)
    except OSError as error:
        raise DownloadError(
            f"cannot write {target}: {error}; free some disk space or fix its permissions"
        ) from None
    return target


if __name__ == "__main__":
    try:
        print(get_uv())
    except DownloadError as error:
        sys.exit(f"setup: {error}")
