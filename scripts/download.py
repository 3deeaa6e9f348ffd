"""Download a file with nothing but Python's standard library: proxies, credentials in the URL, a progress line.

Messages name the address without its password, the cause, and what to set.
"""

from __future__ import annotations

import base64
import http.client
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT_S = 60
WORTH_A_LINE_BYTES = 2**20


class DownloadError(Exception):
    """Something could not be brought; the message says why and what to do."""


def without_password(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def download(url: str, what: str, hint: str) -> bytes:
    """Fetch `url`, with a progress line for a terminal, elsewhere a line for what is large. Raises DownloadError naming the cause and the `hint`."""
    parts = urllib.parse.urlsplit(url)
    headers = {
        "Accept": "text/html, application/octet-stream;q=0.9, */*;q=0.1",
        "User-Agent": "council-setup",
    }
    if parts.username:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    clean = without_password(url)
    try:
        with urllib.request.urlopen(
            urllib.request.Request(clean, headers=headers), timeout=TIMEOUT_S
        ) as response:
            return _read_with_progress(response, what)
    except urllib.error.HTTPError as error:
        error.close()
        raise DownloadError(f"{clean} answered HTTP {error.code}: is the index right? ({hint})") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLError):
            raise DownloadError(
                f"TLS to {clean} failed ({reason}): set SSL_CERT_FILE to a CA bundle that your proxy or index is signed by"
            ) from None
        raise DownloadError(
            f"cannot reach {clean} ({reason}): check the network, HTTPS_PROXY, or {hint}"
        ) from None


def _read_with_progress(response: object, what: str) -> bytes:
    read, total = response.read, int(response.headers.get("Content-Length") or 0)  # type: ignore[attr-defined]
    parts, done, show = [], 0, sys.stderr.isatty()
    if not show and total > WORTH_A_LINE_BYTES:
        print(f"{what}: {total / 2**20:.1f} MiB", file=sys.stderr, flush=True)
    while chunk := read(256 * 1024):
        parts.append(chunk)
        done += len(chunk)
        if show and total:
            filled = 30 * done // total
            bar = "#" * filled + "." * (30 - filled)
            print(f"\r{what} [{bar}] {done / 2**20:5.1f}/{total / 2**20:.1f} MiB", end="", file=sys.stderr)
    if show and total:
        print(file=sys.stderr)
    if total and done != total:
        raise DownloadError(
            f"{what}: the connection broke after {done} of {total} bytes; run the command again"
        )
    return b"".join(parts)
