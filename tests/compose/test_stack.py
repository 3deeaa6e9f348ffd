"""compose.yaml started for real: the CPU profile with Prometheus, in this order, each test on what the last one left.

Needs a Docker engine, or root and dockerd to start one; see scripts/test-compose.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from orchestrator.settings import PROJECT_ROOT
from tests.compose.engine import Engine, running_engine
from tests.compose.monitoring import RULES, dashboard_queries
from tests.compose.stack import SERVICES, Stack, wait_until

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "council" / "ci"
# Read here, because a fixture takes such variables away.
TRANSCRIPT = os.environ.get("COUNCIL_COMPOSE_TRANSCRIPT", "")
GIVEN_BASE_IMAGE = os.environ.get("COUNCIL_BASE_IMAGE", "")
# A hang is noticed after 30 to 50 s: a check that fails takes 10 s, and the next one begins 5 s later.
RECOVERY_S = 90.0
# Five scrapes and evaluations: a rate needs two, a rule on it one more.
SCRAPES_S = 75.0
TRITON_PORTS = (8000, 8001, 8002)
# Prints the native llama.cpp libraries that processes have mapped. One that starts or ends meanwhile, such as
# the health check, has a map that no one may read.
NATIVE_LIBRARIES = """
import glob, re
for maps in glob.glob("/proc/[0-9]*/maps"):
    try:
        mapped = open(maps).read()
    except OSError:
        continue
    print(*set(re.findall(r"llama_cpp_native/(libggml-cpu-[^ \\n]*)", mapped)))
"""
# Prints one word for each host:port given: open, refused, or unreachable.
PROBE = """
import socket, sys
for target in sys.argv[1:]:
    host, port = target.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
        print("open")
    except ConnectionRefusedError:
        print("refused")
    except OSError:
        print("unreachable")
"""
ASK_PROMETHEUS = """
import sys, urllib.request
for path in sys.argv[1:]:
    print(urllib.request.urlopen("http://127.0.0.1:9090" + path).read().decode())
"""

pytestmark = pytest.mark.timeout(1800)
Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Report progress at once: a run takes minutes."""

    def write(text: str) -> None:
        with capsys.disabled():
            print(f"\n  {text}", flush=True)

    return write


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_engine(tmp_path_factory.mktemp("engine"), CACHE) as engine:
        stack = Stack(engine, GIVEN_BASE_IMAGE or made_base_image(engine))
        try:
            yield stack
        finally:
            stack.down()


def made_base_image(engine: Engine) -> str:
    """Imported once: an image of the same file imported again is another one to the builder's cache."""
    root = CACHE / f"bookworm-{os.uname().machine}.tar"
    subprocess.run([PROJECT_ROOT / "scripts" / "make-base-image", root], check=True)
    repository, tag = "council-test-base", f"bookworm-{root.stat().st_mtime_ns}"
    if not engine.has_image(f"{repository}:{tag}"):
        engine.import_image(root, repository, tag)
    return f"{repository}:{tag}"


def probe(stack: Stack, network: str, *targets: str) -> list[str]:
    return stack.engine.run(stack.image("orchestrator"), network, "python3", "-c", PROBE, *targets).split()


def test_images_are_built(stack: Stack, say: Say) -> None:
    started = time.monotonic()
    stack.build()
    images = {
        service: stack.engine.get(f"/images/{stack.project}-{service}:local/json") for service in SERVICES
    }
    sizes = ", ".join(f"{service} {image['Size'] / 1e6:.0f} MB" for service, image in images.items())
    say(f"built in {time.monotonic() - started:.0f} s: {sizes}")
    for service, image in images.items():
        assert int(image["Config"]["User"].partition(":")[0]) > 0, service


def test_it_starts_healthy_and_streams_an_answer(stack: Stack, say: Say) -> None:
    started = time.monotonic()
    stack.up()
    say(f"healthy in {time.monotonic() - started:.0f} s at {stack.url}")
    assert "Apache-2.0" in stack.compose("logs", "models")
    answer = stack.answer()
    say(f"answer: {answer}")
    assert "Paris" in answer
    say("memory: " + ", ".join(f"{s} {stack.memory_bytes(s) / 2**20:.0f} MiB" for s in SERVICES))


def test_an_answer_keeps_to_a_schema(stack: Stack) -> None:
    """The schema is tried in a process of its own, which the container must let Triton's process start."""
    schema = {"type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"]}
    schema["additionalProperties"] = False
    format_ = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    assert isinstance(json.loads(stack.answer(response_format=format_))["yes"], bool)


def test_pages_of_other_sites_are_refused(stack: Stack) -> None:
    assert stack.status("/v1/models") == 200
    assert stack.status("/v1/models", host="evil.example") == 403
    assert stack.status("/v1/models", origin="http://evil.example") == 403


def test_only_the_api_is_published_and_only_on_loopback(stack: Stack) -> None:
    published = {}
    for service in SERVICES:
        bindings = stack.container(service)["HostConfig"]["PortBindings"] or {}
        published |= {port: [b["HostIp"] for b in hosts] for port, hosts in bindings.items()}
    assert published == {"9000/tcp": ["127.0.0.1"]}


def test_triton_is_out_of_reach(stack: Stack) -> None:
    triton = stack.address("triton-cpu", "inference")
    targets = [f"{triton}:{port}" for port in TRITON_PORTS]
    # That the probe finds what is there: on Triton's own network, and the API on the API's.
    assert probe(stack, f"{stack.project}_inference", *targets) == ["refused", "open", "open"]
    api = f"{stack.address('orchestrator', 'api')}:9000"
    assert probe(stack, f"{stack.project}_api", api, *targets) == ["open"] + ["unreachable"] * 3
    with stack.engine.network(f"{stack.project}-elsewhere") as elsewhere:
        assert probe(stack, elsewhere, api, *targets) == ["unreachable"] * 4


def test_triton_cannot_reach_out(stack: Stack) -> None:
    """Where the model was downloaded from is reachable from an ordinary network, and not from Triton's."""
    index = httpx.URL(stack.package_index)
    outside = f"{index.host}:{index.port or 443}"
    with stack.engine.network(f"{stack.project}-elsewhere") as elsewhere:
        assert probe(stack, elsewhere, outside) == ["open"]
    assert stack.execute("triton-cpu", "python3", "-c", PROBE, outside).split() == ["unreachable"]


def test_the_engine_runs_the_llama_cpp_for_this_processor(stack: Stack) -> None:
    assert "libggml-cpu-" in stack.execute("triton-cpu", "python3", "-c", NATIVE_LIBRARIES)


@pytest.mark.parametrize("service", SERVICES)
def test_containers_are_confined(stack: Stack, service: str) -> None:
    container = stack.container(service)
    host = container["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert not host["Privileged"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert 0 < host["PidsLimit"] <= 256
    assert 0 < host["Memory"] <= 3 * 2**30
    assert not [mount for mount in container["Mounts"] if "docker" in mount["Source"].lower().split("/")[-1]]
    facts = "import os; print(os.getuid(), os.path.exists('/var/run/docker.sock'), os.access('/', os.W_OK))"
    uid, has_socket, may_write = stack.execute(service, "python3", "-c", facts).split()
    assert int(uid) > 0
    assert (has_socket, may_write) == ("False", "False")
    status = stack.execute(service, "python3", "-c", "print(open('/proc/self/status').read())")
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status


def test_prometheus_reads_both_and_the_dashboard_has_data(stack: Stack) -> None:
    # Nobody was refused or left yet: these two series do not exist before.
    assert stack.status("/v1/models", host="evil.example") == 403
    leave_a_stream(stack)
    deadline = time.monotonic() + SCRAPES_S
    while (empty := queries_without_data(stack)) and time.monotonic() < deadline:
        time.sleep(2)
    assert empty == []
    targets = prometheus(stack, "/api/v1/targets")["activeTargets"]
    assert {target["labels"]["job"]: target["health"] for target in targets} == {
        "council": "up",
        "triton": "up",
    }


def prometheus(stack: Stack, path: str) -> Any:
    """The data at a path of Prometheus' API, asked from inside its container: it is not published."""
    return json.loads(stack.execute("prometheus", "python3", "-c", ASK_PROMETHEUS, path))["data"]


def queries_without_data(stack: Stack) -> list[str]:
    queries = dashboard_queries()
    paths = [f"/api/v1/query?query={quote(query)}" for query in queries]
    answers = stack.execute("prometheus", "python3", "-c", ASK_PROMETHEUS, *paths).splitlines()
    return [q for q, answer in zip(queries, answers, strict=True) if not json.loads(answer)["data"]["result"]]


def leave_a_stream(stack: Stack) -> None:
    """Leave a stream after its first bytes."""
    body = {
        "model": "smollm2-135m",
        "stream": True,
        "messages": [{"role": "user", "content": "Count to 900."}],
    }
    with httpx.stream("POST", f"{stack.url}/v1/chat/completions", json=body, timeout=60) as response:
        next(response.iter_bytes())


def test_rules_do_what_they_say(stack: Stack) -> None:
    """`promtool` on the configuration as mounted, and on the tests of the rules."""
    stack.execute("prometheus", "promtool", "check", "config", "/etc/prometheus/prometheus.yml")
    script = (
        'cd /tmp && printf %s "$1" >rules.yml && printf %s "$2" >tests.yml && promtool test rules tests.yml'
    )
    files = [RULES.read_text(), (Path(__file__).parent / "rules_test.yml").read_text()]
    assert "SUCCESS" in stack.engine.run(stack.image("prometheus"), "none", "sh", "-c", script, "sh", *files)


# What a crash leaves: nothing of the container but its init; Triton without its engine's process; or that one stuck.
FAULTS = {
    "Triton is killed": "kill -9 -1 || true",
    "the engine's process is killed": "kill -9 $(cat /tmp/stub)",
    "the engine's process hangs": "kill -STOP $(cat /tmp/stub)",
}
FIND_STUB = """
import pathlib
for stat in pathlib.Path("/proc").glob("[0-9]*/comm"):
    if stat.read_text().startswith("triton_python_b"):
        pathlib.Path("/tmp/stub").write_text(stat.parent.name)
"""


@pytest.mark.parametrize("fault", FAULTS)
def test_it_recovers_when(fault: str, stack: Stack, say: Say) -> None:
    restarts = stack.container("triton-cpu")["RestartCount"]
    stack.execute("triton-cpu", "python3", "-c", FIND_STUB)
    stack.execute("triton-cpu", "sh", "-c", FAULTS[fault])
    started = time.monotonic()
    wait_until(lambda: stack.container("triton-cpu")["RestartCount"] > restarts, RECOVERY_S)
    wait_until(lambda: stack.status("/health/ready") == 503, RECOVERY_S)
    wait_until(lambda: stack.status("/health/ready") == 200, RECOVERY_S)
    answer = stack.answer()
    say(f"{fault}: back after {time.monotonic() - started:.1f} s; answer: {answer}")
    assert "Paris" in answer
    assert stack.container("triton-cpu")["RestartCount"] == restarts + 1
    if TRANSCRIPT:
        Path(TRANSCRIPT).write_text(answer)


def test_it_stops_in_time_and_leaves_nothing(stack: Stack, say: Say) -> None:
    started = time.monotonic()
    stack.compose("stop", "orchestrator", "triton-cpu")
    codes = {
        service: stack.container(service)["State"]["ExitCode"] for service in ("orchestrator", "triton-cpu")
    }
    # 143: ended by the SIGTERM itself; 137 would be the kill after the grace period.
    assert 137 not in codes.values(), codes
    stack.down()
    say(f"stopped in {time.monotonic() - started:.0f} s")
    for kind in ("containers", "networks", "volumes"):
        assert stack.engine.of_project(kind, stack.project) == []
