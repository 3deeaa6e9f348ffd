"""What the dashboard and the rules ask for, and what the code exports."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import yaml
from prometheus_client import Counter, Histogram

from orchestrator.settings import PROJECT_ROOT
from orchestrator.telemetry.metrics import Metrics

DASHBOARD = PROJECT_ROOT / "docker" / "grafana" / "dashboards" / "council.json"
RULES = PROJECT_ROOT / "docker" / "prometheus" / "rules.yml"
CPU_MODEL = PROJECT_ROOT / "triton_repo" / "llama_cpu" / "gauges.py"

PROMQL_WORDS = frozenset({"sum", "on", "and", "or", "vector", "rate", "deriv", "histogram_quantile"})


def dashboard_queries() -> list[str]:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def names_in(query: str) -> set[str]:
    """The series a PromQL expression reads. Labels and grouping are left out first, then PromQL's own words."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\b(by|on)\s*\([^)]*\)', " ", query)
    return set(re.findall(r"[A-Za-z_:][\w:]*", bare)) - PROMQL_WORDS


def exported() -> set[str]:
    """Every series Council's API and CPU model write, and `up`, which Prometheus writes itself."""
    return {"up", *_of_the_api(), *_of_the_cpu_model()}


def _of_the_api() -> Iterator[str]:
    for metric in vars(Metrics()).values():
        if not hasattr(metric, "_name"):
            continue
        if isinstance(metric, Histogram):
            yield from (f"{metric._name}_{part}" for part in ("bucket", "sum", "count"))
        else:
            yield metric._name + ("_total" if isinstance(metric, Counter) else "")


def _of_the_cpu_model() -> Iterator[str]:
    """The names its metric families are made with; the module itself loads inside Triton only."""
    for node in ast.walk(ast.parse(CPU_MODEL.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pb_utils.MetricFamily":
            yield from (ast.literal_eval(word.value) for word in node.keywords if word.arg == "name")
