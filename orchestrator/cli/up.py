"""`council up`: the services of this machine, under one supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engines.installed import differences
from engines.record import load_records
from orchestrator.cli.console import Problem, load_settings, log_line, print_to, reachable_host
from orchestrator.cli.program import program
from orchestrator.settings import Settings
from orchestrator.supervision.errors import ModelDamaged, ModelNotInstalled, SupervisionError
from orchestrator.supervision.instance_lock import InstanceLock
from orchestrator.supervision.ports import PortNeed, check_ports
from orchestrator.supervision.probe import http_ok
from orchestrator.supervision.process import Guardian
from orchestrator.supervision.service import Service
from orchestrator.supervision.supervisor import Supervisor
from orchestrator.supervision.triton_server import TritonLaunch, TritonPorts

# Triton's own deadline is for Triton; the API's is the drain plus what closing takes.
CLOSE_S = 8.0
DEFAULT_URL = "http://127.0.0.1:9000"
"""Where `council chat` looks when it is not told."""
FORCED_EXIT = 130


def run_up(overrides: Mapping[str, Any], *, only: str | None, verbose: bool) -> int:
    """Serve until stopped; return the exit code. Raises Problem when it cannot start or a service failed."""
    settings = load_settings(overrides)
    names = [only] if only else ["triton", "orchestrator"]
    try:
        with _locks(settings.run_dir, names) as descriptors:
            check_ports(_ports(settings, names))
            services = [
                *_triton(settings, names, verbose, overrides),
                *_orchestrator(settings, names, overrides),
            ]
            return asyncio.run(_supervise(settings, services, descriptors))
    except SupervisionError as error:
        raise Problem(error.message, error.fix) from None


async def _supervise(settings: Settings, services: Sequence[Service], descriptors: Sequence[int]) -> int:
    guardian = Guardian(keep_open=descriptors)
    try:
        for service in services:
            for prefix in service.memory_prefixes:
                guardian.watch_memory(prefix)
        supervisor = Supervisor(services, guardian=guardian, log=log_line)
        await supervisor.run(lambda: _announce(settings, [service.name for service in services]))
    finally:
        guardian.close()
    return FORCED_EXIT if supervisor.forced else 0


@contextlib.contextmanager
def _locks(run_dir: Path, names: Sequence[str]) -> Iterator[list[int]]:
    """Hold one lock a service, so that `--only` can run the two side by side but nothing runs twice."""
    with contextlib.ExitStack() as stack:
        try:
            locks = []
            for name in names:
                locks.append(InstanceLock(run_dir, name))
                stack.callback(locks[-1].release)
        except OSError as error:
            raise Problem(
                f"cannot write to {run_dir}: {error.strerror}", "choose another with --data-dir"
            ) from None
        yield [lock.fd for lock in locks]


def _ports(settings: Settings, names: Sequence[str]) -> Iterator[PortNeed]:
    if "orchestrator" in names:
        yield _api_port(settings)
    if "triton" in names:
        yield from _triton_ports(settings).needs()


def _api_port(settings: Settings) -> PortNeed:
    return PortNeed(settings.host, settings.port, "the API", "port")


def _triton_ports(settings: Settings) -> TritonPorts:
    return TritonPorts(settings.triton_grpc_port, settings.triton_http_port, settings.triton_metrics_port)


def _triton(
    settings: Settings, names: Sequence[str], verbose: bool, overrides: Mapping[str, Any]
) -> list[Service]:
    if "triton" not in names:
        return []
    # Triton runs in another directory than we do: what was given relative to ours must not be lost.
    models_dir, run_dir = settings.models_dir.resolve(), settings.run_dir.resolve()
    launch = TritonLaunch(
        [settings.default_model], models_dir, run_dir, _triton_ports(settings), verbose=verbose
    )
    _require_model(settings, launch.repository_dir, overrides)
    return [launch.service()]


def _require_model(settings: Settings, repository: Path, overrides: Mapping[str, Any]) -> None:
    model, pull = settings.default_model, f"{program()} models pull {settings.default_model}"
    if not (repository / model / "config.pbtxt").is_file():
        raise ModelNotInstalled(
            f"there is no CPU model {model!r}",
            fix=f"set COUNCIL_DEFAULT_MODEL to one of: {program()} models list",
        )
    # `models pull` has no --data-dir: what was given to us by option reaches it as a variable.
    place = f"COUNCIL_DATA_DIR={shlex.quote(str(settings.data_dir))} " if "data_dir" in overrides else ""
    if not _is_installed(settings):
        raise ModelNotInstalled(f"the model {model} is not installed", fix=f"run: {place}{pull}")
    # 0.1 s for 145 MB on a processor with SHA instructions.
    for found in differences(settings.models_dir / model, load_records()[model], hashes=True):
        raise ModelDamaged(f"{model}/{found.file}: {found.message}", fix=f"run: {place}{pull}")


def _is_installed(settings: Settings) -> bool:
    return (settings.models_dir / settings.default_model / "installed.json").is_file()


def _orchestrator(settings: Settings, names: Sequence[str], overrides: Mapping[str, Any]) -> list[Service]:
    if "orchestrator" not in names:
        return []
    host = reachable_host(settings.host).strip("[]")
    # Alone, it may well be waiting for a Triton that is started later: being alive is enough.
    path = "/health/ready" if "triton" in names else "/health/live"
    return [
        Service(
            name="orchestrator",
            command=(sys.executable, "-m", "orchestrator.serve"),
            env={
                **os.environ,
                **{f"COUNCIL_{name.upper()}": str(value) for name, value in overrides.items()},
            },
            # Where council.toml was found.
            cwd=Path.cwd(),
            ready=lambda: http_ok(host, settings.port, path),
            alive=lambda: http_ok(host, settings.port, "/health/live"),
            ports=(_api_port(settings),),
            stop_timeout_s=settings.drain_timeout_s + CLOSE_S,
            fix=f"run: {program()} doctor",
        )
    ]


async def _announce(settings: Settings, names: Sequence[str]) -> None:
    def say(text: str) -> None:
        print_to(sys.stdout, text)

    if "orchestrator" not in names:
        say(f"\nTriton is ready: gRPC {settings.triton_grpc_url}, loopback only. Ctrl-C stops it.\n")
        return
    url = f"http://{reachable_host(settings.host)}:{settings.port}"
    state = "ready" if "triton" in names else "up; /health/ready tells when Triton is"
    say(f"\nCouncil is {state}. Ctrl-C stops it.\n")
    say(f"  API      {url}/v1   (OpenAI-compatible; model {settings.default_model})")
    say(f"  health   {url}/health/ready")
    say(f"  metrics  {url}/metrics")
    if not _is_installed(settings):
        say(
            f"\nThe model {settings.default_model} is not installed: {program()} models pull, then start this again.\n"
        )
        return
    elsewhere = "" if url == DEFAULT_URL else f" --url {url}"
    say(
        f"\nTry it, from another terminal:\n\n  {_curl_line(settings, url)}\n\nor: {program()} chat{elsewhere}\n"
    )


def _curl_line(settings: Settings, url: str) -> str:
    body = {
        "model": settings.default_model,
        "stream": True,
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Why is the sky blue?"}],
    }
    key = ' -H "Authorization: Bearer $COUNCIL_API_KEY"' if settings.api_key else ""
    return (
        f"curl -N {url}/v1/chat/completions -H 'Content-Type: application/json'{key} -d '{json.dumps(body)}'"
    )
