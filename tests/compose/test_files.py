"""The Dockerfiles, their scripts, the dashboard and the rules, checked without an engine."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.settings import PROJECT_ROOT
from tests.compose.monitoring import DASHBOARD, dashboard_queries, exported, names_in, rules

TOOLS = Path(sys.executable).parent
DOCKER = PROJECT_ROOT / "docker"
DOCKERFILES = [DOCKER / "Dockerfile", Path(__file__).parent / "prometheus.Dockerfile"]
SCRIPTS = [
    DOCKER / "install-locked",
    DOCKER / "triton" / "start",
    DOCKER / "prometheus" / "start",
    PROJECT_ROOT / "scripts" / "make-base-image",
    PROJECT_ROOT / "scripts" / "test-compose",
]


def lint(tool: str, *arguments: Path | str) -> str:
    done = subprocess.run([TOOLS / tool, *arguments], capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_hadolint(path: Path) -> None:
    assert lint("hadolint", "--no-color", path) == ""


def test_hadolint_sees_a_fault(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN apt-get install curl\n")
    assert "DL3006" in lint("hadolint", "--no-color", tmp_path / "Dockerfile")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck(path: Path) -> None:
    assert lint("shellcheck", path) == ""
    assert path.stat().st_mode & 0o111


def locked_for_run_time() -> list[dict[str, Any]]:
    """The packages uv.lock installs on Linux without any dependency group."""
    lock = tomllib.loads((PROJECT_ROOT / "uv.lock").read_text())
    packages = {package["name"]: package for package in lock["package"]}
    found: dict[str, dict[str, Any]] = {}
    waiting = ["council"]
    while waiting:
        package = packages[waiting.pop()]
        if package["name"] not in found:
            found[package["name"]] = package
            waiting += [
                needed["name"]
                for needed in package.get("dependencies", [])
                if "win32" not in (marker := needed.get("marker", "")) or "!=" in marker
            ]
    del found["council"]
    return list(found.values())


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_orchestrator_has_wheels_for(machine: str) -> None:
    """The image is built without a compiler."""

    def suits(wheel: str) -> bool:
        return wheel.endswith("-any.whl") or ("manylinux" in wheel and machine in wheel)

    def wheels(package: dict[str, Any]) -> list[str]:
        return [wheel["url"].rpartition("/")[2] for wheel in package.get("wheels", [])]

    packages = locked_for_run_time()
    assert len(packages) > 30
    assert [p["name"] for p in packages if not any(map(suits, wheels(p)))] == []


def test_dashboard_asks_for_what_is_exported() -> None:
    known = exported() | {rule["record"] for rule in rules() if "record" in rule}
    for query in dashboard_queries():
        assert names_in(query), query
        assert names_in(query) <= known, query


def test_rules_ask_for_what_is_exported() -> None:
    known = exported() | {rule["record"] for rule in rules() if "record" in rule}
    for rule in rules():
        assert names_in(rule["expr"]) <= known, rule


def test_a_name_that_is_not_exported_is_noticed() -> None:
    assert names_in('sum by (model, le) (rate(council_nothing_total{a="b"}[5m])) > up') - exported() == {
        "council_nothing_total"
    }


def test_every_alert_has_a_test_and_a_summary() -> None:
    tests = yaml.safe_load((Path(__file__).parent / "rules_test.yml").read_text())["tests"]
    tested = {
        case["alertname"] for test in tests for case in test.get("alert_rule_test", []) if case["exp_alerts"]
    }
    alerts = {rule["alert"]: rule for rule in rules() if "alert" in rule}
    assert tested == set(alerts)
    assert all(rule["annotations"]["summary"] for rule in alerts.values())


def test_dashboard_uses_the_provisioned_datasource() -> None:
    sources = yaml.safe_load((DOCKER / "grafana/provisioning/datasources/prometheus.yml").read_text())
    (provider,) = yaml.safe_load((DOCKER / "grafana/provisioning/dashboards/council.yml").read_text())[
        "providers"
    ]
    uids = {source["uid"] for source in sources["datasources"]}
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert {panel["datasource"]["uid"] for panel in panels} == uids
    assert {target["datasource"]["uid"] for panel in panels for target in panel["targets"]} == uids
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert provider["options"]["path"] == "/etc/grafana/dashboards"


def test_scraped_targets_are_services() -> None:
    config = yaml.safe_load((DOCKER / "prometheus" / "prometheus.yml").read_text())
    targets = {
        job["job_name"]: [target for group in job["static_configs"] for target in group["targets"]]
        for job in config["scrape_configs"]
    }
    assert targets == {"council": ["orchestrator:9000"], "triton": ["triton:8002"]}
