"""A Docker engine to test with: this machine's own when one answers, else a private one that leaves nothing behind.

The private one has its directories, its socket and its address ranges to itself. Its images stay in the cache
directory, so that a second run builds in seconds.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.compose.firewall import network_left_as_found

MACHINE_SOCKET = Path("/var/run/docker.sock")
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
CACHE_LIMIT_BYTES = 8 * 10**9
# Test-net addresses of RFC 2544: no real network is hidden from this machine while the engine runs.
BRIDGE = "198.18.0.1/24"
POOL = "base=198.19.0.0/16,size=24"


class Engine:
    """The Engine API over its socket, as far as the tests ask."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"unix://{path}"
        transport = httpx.HTTPTransport(uds=str(path))
        self._http = httpx.Client(transport=transport, base_url="http://docker", timeout=120)

    def close(self) -> None:
        self._http.close()

    def answers(self) -> bool:
        # httpx leaks the socket of a connection that was refused.
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(self._path)):
                return False
        try:
            return self._http.get("/_ping").status_code == 200
        except httpx.HTTPError:
            return False

    def get(self, path: str, **parameters: str) -> Any:
        return self._http.get(path, params=parameters).raise_for_status().json()

    def has_image(self, name: str) -> bool:
        return self._http.get(f"/images/{name}/json").status_code == 200

    def import_image(self, root: Path, repository: str, tag: str) -> None:
        """Make an image of a tar file of a root directory."""
        parameters = {"fromSrc": "-", "repo": repository, "tag": tag}
        with root.open("rb") as stream:
            reply = self._http.post("/images/create", params=parameters, content=stream)
        assert reply.status_code == 200, reply.text
        assert "errorDetail" not in reply.text, reply.text

    def run(self, image: str, network: str, *command: str) -> str:
        """What a container of its own, attached to `network` alone, prints. It is removed."""
        body = {"Image": image, "Cmd": command, "Tty": True, "HostConfig": {"NetworkMode": network}}
        identity = self._post("/containers/create", body).json()["Id"]
        try:
            self._post(f"/containers/{identity}/start")
            code = self._post(f"/containers/{identity}/wait").json()["StatusCode"]
            output = self._http.get(
                f"/containers/{identity}/logs", params={"stdout": "1", "stderr": "1"}
            ).text
        finally:
            self._http.delete(f"/containers/{identity}", params={"force": "1", "v": "1"})
        assert code == 0, output
        return output

    @contextmanager
    def network(self, name: str) -> Iterator[str]:
        self._post("/networks/create", {"Name": name})
        try:
            yield name
        finally:
            self._http.delete(f"/networks/{name}").raise_for_status()

    def _post(self, path: str, body: Any = None) -> httpx.Response:
        return self._http.post(path, json=body).raise_for_status()

    def of_project(self, kind: str, project: str) -> list[str]:
        """Names of a project's containers, networks or volumes, the stopped ones included."""
        label = f'{{"label": ["com.docker.compose.project={project}"]}}'
        found = self.get(f"/{kind}" + ("/json" if kind == "containers" else ""), all="1", filters=label)
        if kind == "volumes":
            found = found["Volumes"] or []
        return [item["Names"][0] if kind == "containers" else item["Name"] for item in found]


@contextmanager
def running_engine(scratch: Path, cache: Path) -> Iterator[Engine]:
    engine = Engine(MACHINE_SOCKET)
    try:
        if engine.answers():
            yield engine
            return
    finally:
        engine.close()
    with network_left_as_found(), _private_engine(scratch, cache / "engine") as engine:
        yield engine


@contextmanager
def _private_engine(scratch: Path, data_root: Path) -> Iterator[Engine]:
    assert os.geteuid() == 0, "a private Docker engine needs root: start Docker, or run as root"
    assert shutil.which("dockerd"), "dockerd is missing: run scripts/test-compose, which installs it"
    path, log = scratch / "docker.sock", scratch / "dockerd.log"
    command = ["dockerd", f"--host=unix://{path}", f"--data-root={data_root}", f"--bip={BRIDGE}"]
    command += [f"--exec-root={scratch / 'exec'}", f"--pidfile={scratch / 'pid'}", "--group=root"]
    command += [f"--default-address-pool={POOL}"]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    engine = Engine(path)
    try:
        _wait_until_it_answers(engine, process, log)
        yield engine
        too_large = engine.get("/system/df")["LayersSize"] > CACHE_LIMIT_BYTES
    finally:
        engine.close()
        process.terminate()
        process.wait(STOP_TIMEOUT_S)
    if too_large:
        shutil.rmtree(data_root)


def _wait_until_it_answers(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not engine.answers():
        assert process.poll() is None, f"dockerd ended:\n{log.read_text()[-3000:]}"
        assert time.monotonic() < deadline, f"dockerd does not answer:\n{log.read_text()[-3000:]}"
        time.sleep(0.1)
