"""Downloads one file over HTTP into a local file, resuming where an earlier attempt stopped.

Guarantees: a request never leaves https (loopback, and a plain-http mirror the operator named, excepted),
credentials are sent to the host they belong to and nowhere else, an answer longer than announced is cut off.
Does not check the content: the caller compares hashes, and deletes the file when they differ.
"""

from __future__ import annotations

import ipaddress
import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from engines.disk import disk_errors
from engines.errors import IntegrityError, SourceNotFound, SourceRefused, SourceUnreachable, SourceUntrusted
from engines.progress import Progress

MAX_REDIRECTS = 5
MAX_PAGE_BYTES = 32 << 20
BACKOFFS_S = (0.5, 1.0, 2.0, 4.0)
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_NETWORK_FIX = "check the network (and HTTPS_PROXY where one is needed) and run it again; it resumes"


@dataclass(frozen=True)
class Endpoint:
    """A server the operator or the record names, with the credentials that are for it alone."""

    base_url: httpx.URL
    authorization: str | None = field(default=None, repr=False)

    def admits(self, url: httpx.URL) -> bool:
        """May bytes be taken from `url`, which this endpoint, or a redirect of it, has named?"""
        if url.scheme == "https":
            return True
        same_mirror = self.base_url.scheme == "http" and url.host == self.base_url.host
        return url.scheme == "http" and (same_mirror or (is_loopback(url) and is_loopback(self.base_url)))

    def headers_for(self, url: httpx.URL) -> dict[str, str]:
        own = (url.scheme, url.host, url.port) == (
            self.base_url.scheme,
            self.base_url.host,
            self.base_url.port,
        )
        private = url.scheme == "https" or is_loopback(url)
        return {"Authorization": self.authorization} if self.authorization and own and private else {}


def is_loopback(url: httpx.URL) -> bool:
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False


def shown(url: httpx.URL) -> str:
    """The address for messages: without user, password and query, which may hold secrets."""
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.host}{port}{url.path}"


def read_page(endpoint: Endpoint, url: httpx.URL, accept: str) -> httpx.Response:
    """GET a page of an index, following safe redirects; `.url` is its final address. Raises SourceError."""
    for wait_s in (*BACKOFFS_S[:2], None):
        try:
            with _client() as client, _answer(client, endpoint, url, {"Accept": accept}) as response:
                body = b""
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_PAGE_BYTES:
                        raise IntegrityError(f"{shown(url)} is larger than an index page can be")
                return httpx.Response(
                    200, headers=_text_headers(response), content=body, request=response.request
                )
        except SourceUnreachable:
            if wait_s is None:
                raise
            time.sleep(wait_s)
    raise AssertionError("unreachable: the last attempt returns or raises")


def download(
    endpoint: Endpoint, url: httpx.URL, target: Path, size_bytes: int | None, progress: Progress
) -> None:
    """Bring `url` to `target`, continuing what `target` holds; retries a broken connection with a pause.

    Raises SourceError, IntegrityError when the length is not `size_bytes`, DiskError. What has arrived stays
    in `target` except after IntegrityError.
    """
    started = target.stat().st_size if target.exists() else 0
    progress.step("download", size_bytes)
    progress.advance(started)
    failures = 0
    while True:
        before = target.stat().st_size if target.exists() else 0
        if size_bytes is not None and before == size_bytes:
            return
        try:
            with _client() as client:
                return _transfer(client, endpoint, url, target, size_bytes, progress)
        except SourceUnreachable:
            failures = 0 if target.exists() and target.stat().st_size > before else failures + 1
            if failures >= len(BACKOFFS_S):
                raise
            time.sleep(BACKOFFS_S[failures])


def discard(target: Path) -> None:
    """Forget a download, finished or not."""
    target.unlink(missing_ok=True)
    _validator_path(target).unlink(missing_ok=True)


def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False, verify=_trusted())


def _trusted() -> ssl.SSLContext:
    """httpx's authorities, and those that this machine trusts besides: an inspecting proxy's is installed there."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


def _text_headers(response: httpx.Response) -> dict[str, str]:
    return {"Content-Type": response.headers.get("Content-Type", "")}


@contextmanager
def _answer(
    client: httpx.Client, endpoint: Endpoint, url: httpx.URL, headers: dict[str, str]
) -> Iterator[httpx.Response]:
    """The first answer that is not a redirect. Raises SourceError for a status other than 200, 206 and 416."""
    with _network_errors(url):
        for _ in range(MAX_REDIRECTS + 1):
            if not endpoint.admits(url):
                raise SourceUntrusted(
                    f"refusing {shown(url)}: it is not https", fix="use an https index or mirror"
                )
            with client.stream("GET", url, headers=headers | endpoint.headers_for(url)) as response:
                if not response.has_redirect_location:
                    _check_status(response)
                    yield response
                    return
                url = url.join(response.headers["Location"])
        raise SourceUnreachable(
            f"more than {MAX_REDIRECTS} redirects, last to {shown(url)}", fix=_NETWORK_FIX
        )


@contextmanager
def _network_errors(url: httpx.URL) -> Iterator[None]:
    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise SourceUntrusted(f"{shown(url)} is not a web address", fix="use an https address") from error
    except httpx.HTTPError as error:
        if _caused_by_tls(error):
            fix = "check the clock and the certificate store (SSL_CERT_FILE names one)"
            raise SourceUntrusted(f"TLS with {url.host} failed: {error}", fix=fix) from error
        reason = str(error) or type(error).__name__
        raise SourceUnreachable(f"{shown(url)}: {reason}", fix=_NETWORK_FIX) from error


def _caused_by_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _check_status(response: httpx.Response) -> None:
    status, where = response.status_code, shown(response.url)
    if status in (200, 206, 416):
        return
    if status in (404, 410):
        raise SourceNotFound(
            f"{where} does not exist ({status})", fix="check the record's source and the index URL"
        )
    if status in (401, 403):
        fix = "set the credentials for it (HF_TOKEN, or user and password in the index URL)"
        raise SourceRefused(f"{where} refused access ({status})", fix=fix)
    raise SourceUnreachable(
        f"{where} answered {status}", fix="try again later, or name another index or mirror"
    )


def _transfer(
    client: httpx.Client,
    endpoint: Endpoint,
    url: httpx.URL,
    target: Path,
    size_bytes: int | None,
    progress: Progress,
) -> None:
    have = target.stat().st_size if target.exists() else 0
    with _answer(client, endpoint, url, _range_headers(target, have)) as response:
        if response.status_code == 416 or (response.status_code == 206 and not _continues(response, have)):
            discard(target)
            progress.advance(-have)
            raise SourceUnreachable(f"{shown(url)} cannot be resumed", fix=_NETWORK_FIX)
        if response.status_code == 200:
            progress.advance(-have)
            have = 0
        with disk_errors("the download", target.parent):
            _remember_validator(target, response)
        total = _append(response, target, have, size_bytes, progress)
    announced = response.headers.get("Content-Length")
    if announced is not None and total < have + int(announced):
        raise SourceUnreachable(f"{shown(url)} ended early", fix=_NETWORK_FIX)
    if size_bytes is not None and total != size_bytes:
        discard(target)
        raise IntegrityError(
            f"{shown(url)} has {total:,} bytes, {size_bytes:,} were announced",
            fix="try again, or another mirror",
        )


def _append(
    response: httpx.Response, target: Path, have: int, size_bytes: int | None, progress: Progress
) -> int:
    """Write the body after the first `have` bytes; returns the file's length, at most one chunk over."""
    with disk_errors("the download", target.parent), target.open("r+b" if have else "wb") as out:
        out.seek(have)
        out.truncate()
        for chunk in response.iter_raw():
            out.write(chunk)
            have += len(chunk)
            progress.advance(len(chunk))
            if size_bytes is not None and have > size_bytes:
                break
    return have


def _continues(response: httpx.Response, have: int) -> bool:
    return bool(response.headers.get("Content-Range", "").startswith(f"bytes {have}-"))


def _range_headers(target: Path, have: int) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity"}
    if have and _validator_path(target).exists():
        headers["Range"] = f"bytes={have}-"
        # Some servers name no version of a file. It is resumed all the same: the hash tells if it has changed.
        if validator := _recalled_validator(target):
            headers["If-Range"] = validator
    return headers


def _validator_path(target: Path) -> Path:
    return target.with_name(target.name + ".json")


def _remember_validator(target: Path, response: httpx.Response) -> None:
    etag = response.headers.get("ETag", "")
    # A weak tag says the content is equivalent, not that the bytes are the same.
    validator = etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified")
    _validator_path(target).write_text(json.dumps({"validator": validator}))


def _recalled_validator(target: Path) -> str | None:
    try:
        validator = json.loads(_validator_path(target).read_text())["validator"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return validator if isinstance(validator, str) else None
