"""compose.yaml as Docker Compose itself resolves it, for every profile. No engine is needed."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from engines.triton_llmapi_config import CONTAINER_MODELS
from orchestrator.settings import PROJECT_ROOT, Settings
from orchestrator.supervision.triton_server import TritonLaunch, TritonPorts
from tests.compose.compose_file import PROFILES, ComposeError, environment, resolved

KEY = "a-key-of-more-than-sixteen-characters"
DOCKERFILE = PROJECT_ROOT / "docker" / "Dockerfile"
PULLERS = ("models", "tokenizers")
# The only service that may ever be given the Docker socket (docs/adr/0005); it does not exist yet.
SOCKET_HOLDER = "sandbox-runner"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = resolved(*PROFILES)["services"]
    return found


def each(services: dict[str, Any], *names: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, services[name]) for name in (names or services)]


@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        (["cpu"], {"models", "triton-cpu", "orchestrator"}),
        (["gpu"], {"tokenizers", "triton-gpu", "orchestrator"}),
        (["observability"], {"prometheus", "grafana"}),
        (["cpu", "observability"], {"models", "triton-cpu", "orchestrator", "prometheus", "grafana"}),
        ([], set()),
    ],
)
def test_profiles(profiles: list[str], expected: set[str]) -> None:
    assert set(resolved(*profiles)["services"]) == expected


@pytest.mark.parametrize(
    ("variables", "key"),
    [
        ({}, ""),
        ({"COUNCIL_API_KEY": KEY}, KEY),
        ({"COUNCIL_PUBLISHED_ADDRESS": "0.0.0.0", "COUNCIL_API_KEY": KEY}, KEY),
        ({"COUNCIL_PUBLISHED_ADDRESS": "0.0.0.0"}, None),
        ({"COUNCIL_PUBLISHED_ADDRESS": "192.0.2.7", "COUNCIL_API_KEY": ""}, None),
    ],
)
def test_an_address_needs_a_key(variables: dict[str, str], key: str | None) -> None:
    if key is None:
        with pytest.raises(ComposeError, match=r"COUNCIL_API_KEY.*required when COUNCIL_PUBLISHED_ADDRESS"):
            resolved("cpu", **variables)
        return
    orchestrator = resolved("cpu", **variables)["services"]["orchestrator"]
    assert orchestrator["environment"]["COUNCIL_API_KEY"] == key
    assert orchestrator["ports"][0]["host_ip"] == variables.get("COUNCIL_PUBLISHED_ADDRESS", "127.0.0.1")
    assert orchestrator["environment"]["COUNCIL_PUBLISHED_ADDRESS"] == orchestrator["ports"][0]["host_ip"]


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({"host": "127.0.0.1"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "0.0.0.0", "api_key": KEY}, True),
        ({"host": "0.0.0.0", "published_address": "127.0.0.1"}, True),
        ({"host": "0.0.0.0", "published_address": "0.0.0.0"}, False),
        ({"host": "0.0.0.0", "published_address": ""}, False),
        ({"host": "127.0.0.1", "published_address": "192.0.2.7"}, False),
        ({"host": "0.0.0.0", "published_address": "192.0.2.7", "api_key": KEY}, True),
        ({"host": "0.0.0.0", "published_address": "192.0.2.7", "api_key": "short"}, False),
    ],
)
def test_the_process_refuses_what_compose_let_through(settings: dict[str, Any], allowed: bool) -> None:
    if allowed:
        Settings(**settings)
        return
    with pytest.raises(ValueError, match="COUNCIL_API_KEY"):
        Settings(**settings)


@pytest.mark.parametrize("password", ["", "a password"])
def test_grafana_does_not_start_without_a_password(services: dict[str, Any], password: str) -> None:
    shell, option, script = services["grafana"]["entrypoint"]
    script = script.replace("$$", "$").replace("exec /run.sh", "echo started")
    env = environment(GF_SECURITY_ADMIN_PASSWORD=password)
    done = subprocess.run([shell, option, script], env=env, capture_output=True, text=True)
    assert ("started" in done.stdout) is bool(password)
    assert ("set COUNCIL_GRAFANA_PASSWORD" in done.stderr) is not bool(password)


def test_orchestrator_variables_are_settings(services: dict[str, Any]) -> None:
    names = {name.removeprefix("COUNCIL_").lower() for name in services["orchestrator"]["environment"]}
    assert names <= set(Settings.model_fields)


def test_only_the_api_and_grafana_are_published_on_loopback(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in each(services) if service.get("ports")}
    assert {name: [(p["host_ip"], p["target"]) for p in ports] for name, ports in published.items()} == {
        "orchestrator": [("127.0.0.1", 9000)],
        "grafana": [("127.0.0.1", 3000)],
    }


def test_triton_shares_only_an_internal_network() -> None:
    config = resolved(*PROFILES)
    members = {
        network: {name for name, service in config["services"].items() if network in service["networks"]}
        for network in config["networks"]
    }
    assert [network for network, spec in config["networks"].items() if spec.get("internal")] == [
        "inference",
        "monitoring",
    ]
    assert members["inference"] == {"triton-cpu", "triton-gpu", "orchestrator", "prometheus"}
    for network, names in members.items():
        assert network == "inference" or not names & {"triton-cpu", "triton-gpu"}
    for name in ("triton-cpu", "triton-gpu"):
        assert config["services"][name]["networks"]["inference"]["aliases"] == ["triton"]


def test_every_service_is_hardened(services: dict[str, Any]) -> None:
    for name, service in each(services):
        assert service["read_only"] is True, name
        assert service["init"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["pids_limit"]) > 0, name
        assert service["logging"]["options"]["max-size"], name
        assert not {"privileged", "cap_add", "network_mode", "pid", "ipc"} & set(service), name
        # A limit is a measurement; on a GPU nobody has measured, so the operator sets one.
        assert (int(service.get("mem_limit", 0)) > 0) is (name != "triton-gpu"), name


def test_nobody_runs_as_root(services: dict[str, Any]) -> None:
    stages = re.findall(r"^FROM \S+ AS (\S+)\n(.*?)(?=^FROM |\Z)", DOCKERFILE.read_text(), re.M | re.S)
    users = {stage: re.findall(r"^USER (\d+):\d+$", text, re.M) for stage, text in stages}
    for name, service in each(services):
        target = service.get("build", {}).get("target") or ("orchestrator" if name in PULLERS else "")
        user = service["user"].partition(":")[0] if "user" in service else users[target][-1]
        assert int(user) > 0, name


def test_the_docker_socket_is_given_to_nobody_but_the_runner(services: dict[str, Any]) -> None:
    assert "docker.sock" not in yaml.safe_dump(services.get("orchestrator"))
    for name, service in each(services):
        assert name == SOCKET_HOLDER or not re.search(
            r"(docker|containerd|podman)\.sock", yaml.safe_dump(service)
        ), name


def test_models_and_engines_are_read_only_for_those_who_serve(services: dict[str, Any]) -> None:
    for name, service in each(services):
        for volume in service.get("volumes", []):
            if volume["source"] in ("models", "engines") or volume["type"] == "bind":
                assert volume.get("read_only", False) is (name not in PULLERS), (name, volume)


def test_start_order(services: dict[str, Any]) -> None:
    needed = services["orchestrator"]["depends_on"]
    for triton, puller in {"triton-cpu": "models", "triton-gpu": "tokenizers"}.items():
        assert services[triton]["depends_on"][puller]["condition"] == "service_completed_successfully"
        assert needed[puller]["condition"] == "service_completed_successfully"
        assert needed[triton]["condition"] == "service_healthy"
        assert services[triton]["healthcheck"]["test"]


def test_gpu_service(services: dict[str, Any]) -> None:
    """Launch facts of TensorRT-LLM's Triton image."""
    gpu = services["triton-gpu"]
    assert gpu["image"] == "nvcr.io/nvidia/tritonserver:26.07-trtllm-python-py3"
    (device,) = gpu["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["capabilities"], device["count"]) == ("nvidia", ["gpu"], 1)
    assert int(gpu["shm_size"]) == 2 * 2**30
    assert gpu["ulimits"] == {"memlock": -1, "stack": 67108864}
    assert gpu["environment"]["TRTLLM_ORCHESTRATOR"] == gpu["environment"]["TRTLLM_NO_USAGE_STATS"] == "1"
    assert "--cuda-memory-pool-byte-size=0:0" in gpu["command"]
    sources = {volume["target"]: volume["source"] for volume in gpu["volumes"]}
    assert sources["/engines"] == str(PROJECT_ROOT / "data" / "engines")
    assert sources["/council/models"] == str(PROJECT_ROOT / "triton_repo" / "gpu")
    # Where the generated `llmapi` models look (engines/triton_llmapi_config.py, triton_repo/llmapi/model.py).
    assert sources["/opt/council/triton_repo"] == str(PROJECT_ROOT / "triton_repo")
    assert sources[CONTAINER_MODELS] == str(PROJECT_ROOT / "data" / "models")


def test_gpu_image_engines_and_repository_are_the_operators() -> None:
    chosen = {
        "COUNCIL_TRITON_GPU_IMAGE": "nvcr.io/nvidia/tritonserver:25.10-trtllm-python-py3",
        "COUNCIL_ENGINES": "engines",
        "COUNCIL_WEIGHTS": "models",
        "COUNCIL_GPU_REPOSITORY": "./data/triton_repo",
        "COUNCIL_DEFAULT_MODEL": "mistral-7b",
    }
    gpu = resolved("gpu", **chosen)["services"]["triton-gpu"]
    assert gpu["image"].endswith(":25.10-trtllm-python-py3")
    assert gpu["environment"]["COUNCIL_TRITON_MODELS"] == "mistral-7b"
    sources = {volume["target"]: volume["source"] for volume in gpu["volumes"]}
    assert (sources["/engines"], sources[CONTAINER_MODELS]) == ("engines", "models")
    assert sources["/council/models"] == str(PROJECT_ROOT / "data" / "triton_repo")


def test_images_that_are_pulled_are_pinned_by_digest_where_one_is_known(services: dict[str, Any]) -> None:
    pulled = {name: service["image"] for name, service in each(services) if "build" not in service}
    del pulled["triton-gpu"]  # docs/engines.md, "The two containers"
    ours = {image for image in pulled.values() if image.endswith(":local")}
    named = {name for name, image in pulled.items() if image not in ours}
    assert named == {"prometheus", "grafana"}
    for name in named:
        assert re.fullmatch(r"\S+:v?\d[\d.]+@sha256:[0-9a-f]{64}", pulled[name]), name


def test_base_image_is_pinned_the_same_everywhere(services: dict[str, Any]) -> None:
    builds = [service["build"]["args"]["BASE_IMAGE"] for _, service in each(services) if "build" in service]
    (written,) = set(re.findall(r"^ARG BASE_IMAGE=(\S+)$", DOCKERFILE.read_text(), re.M))
    assert set(builds) == {written}
    assert re.fullmatch(r"debian:bookworm-\d{8}-slim@sha256:[0-9a-f]{64}", written)


def test_images_have_a_version(services: dict[str, Any]) -> None:
    for name, service in each(services):
        assert re.search(r":(local|v?\d+\.\d+[\w.-]*)(@sha256:[0-9a-f]{64})?$", service["image"]), name


def flags(command: list[str]) -> dict[str, str]:
    """`--name=value` flags, repeated ones joined; what differs from start to start is masked."""
    found: dict[str, str] = {}
    for flag in command:
        name, _, value = flag.removeprefix("--").partition("=")
        found[name] = ",".join(filter(None, [found.get(name), re.sub(r"=[0-9a-f]{32}$", "=KEY", value)]))
    return found


def started(tmp_path: Path, *arguments: str) -> dict[str, str]:
    """The flags docker/triton/start hands to tritonserver."""
    (tmp_path / "tritonserver").write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    (tmp_path / "tritonserver").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    env = environment(PATH=path, TMPDIR=str(tmp_path), COUNCIL_TRITON_MODELS="smollm2-135m")
    script = [PROJECT_ROOT / "docker" / "triton" / "start", *arguments]
    done = subprocess.run(script, env=env, capture_output=True, text=True, check=True)
    return flags(done.stdout.removesuffix("\0").split("\0"))


def test_triton_starts_as_it_does_without_containers(tmp_path: Path) -> None:
    """Flag for flag what `council up` starts, but for paths, addresses and the name of the shared memory."""
    (image_command,) = re.findall(r'^CMD (\["start-triton".*?\])', DOCKERFILE.read_text(), re.M | re.S)
    ours = started(tmp_path, *yaml.safe_load(image_command.replace("\\\n", ""))[1:])
    launch = TritonLaunch(["smollm2-135m"], tmp_path, tmp_path, TritonPorts(8001, 8000, 8002))
    theirs = flags(list(launch.command()[1:]))
    assert ours.pop("grpc-address") == ours.pop("metrics-address") == "0.0.0.0"
    assert theirs.pop("grpc-address") == theirs.pop("metrics-address") == "127.0.0.1"
    del theirs["backend-config"]
    for path in ("model-repository", "backend-directory"):
        del ours[path], theirs[path]
    assert ours == theirs


def test_triton_flags_of_the_gpu(tmp_path: Path, services: dict[str, Any]) -> None:
    given = started(tmp_path, *services["triton-gpu"]["command"][1:])
    assert given["model-control-mode"] == "explicit"
    assert given["load-model"] == "smollm2-135m"
    assert given["http-address"] == "127.0.0.1"
    assert given["grpc-restricted-protocol"].startswith("shared-memory,model-repository,")


@pytest.mark.parametrize("names", ["", "one two"])
def test_triton_start_names_its_models(tmp_path: Path, names: str) -> None:
    script = (PROJECT_ROOT / "docker" / "triton" / "start").read_text().replace("exec tritonserver", "echo")
    env = environment(TMPDIR=str(tmp_path), COUNCIL_TRITON_MODELS=names)
    done = subprocess.run(["/bin/sh", "-c", script], env=env, capture_output=True, text=True)
    if names:
        assert "--load-model=one --load-model=two" in done.stdout
    else:
        assert done.returncode != 0
        assert "COUNCIL_TRITON_MODELS" in done.stderr


@pytest.mark.parametrize("name", ["tokenizers", "triton-gpu"])
@pytest.mark.parametrize(
    ("variables", "models"),
    [
        ({}, ""),
        ({"COUNCIL_DEFAULT_MODEL": "phi-2"}, "phi-2"),
        (
            {"COUNCIL_DEFAULT_MODEL": "phi-2", "COUNCIL_TRITON_MODELS": "phi-2 tinyllama-1.1b"},
            "phi-2 tinyllama-1.1b",
        ),
    ],
)
def test_models_of_the_gpu(name: str, variables: dict[str, str], models: str) -> None:
    service = resolved("gpu", **variables)["services"][name]
    assert service["environment"]["COUNCIL_TRITON_MODELS"] == models
    if name == "tokenizers":
        script = service["command"][-1].replace("$$", "$").replace("exec council", "echo")
        env = environment(COUNCIL_TRITON_MODELS=models)
        done = subprocess.run(["/bin/sh", "-c", script], env=env, capture_output=True, text=True)
        assert done.stdout == (f"models pull --tokenizer-only {models} all-minilm-l6-v2\n" if models else "")
        assert ("set COUNCIL_DEFAULT_MODEL" in done.stderr) is not bool(models)


def test_every_pair_of_profiles_resolves() -> None:
    for pair in itertools.combinations(PROFILES, 2):
        assert resolved(*pair)["services"]
