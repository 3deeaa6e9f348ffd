"""The dependency rules of the design, read from the import statements themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FEATURES = {"inference", "routing", "scheduling", "memory", "sandbox", "accounts", "cloud"}
# A library may be imported only from the files below these paths.
ONLY_IN = {
    "fastapi": ("orchestrator/app.py", "orchestrator/api/"),
    "starlette": ("orchestrator/app.py", "orchestrator/api/"),
    "sse_starlette": ("orchestrator/api/",),
    "tritonclient": ("orchestrator/inference/triton.py", "orchestrator/inference/triton_control.py"),
    "grpc": ("orchestrator/inference/triton.py", "orchestrator/inference/triton_control.py"),
    "docker": ("orchestrator/sandbox/docker.py",),
    "sqlalchemy": ("orchestrator/storage/", "orchestrator/accounts/"),
    "alembic": ("orchestrator/storage/",),
    "phonenumbers": ("orchestrator/cloud/redaction.py",),
    "stdnum": ("orchestrator/cloud/redaction_forms.py",),
    "lancedb": ("orchestrator/memory/store.py",),
    "pytriton": (),
    "xllamacpp": (),
}


def source_files() -> list[Path]:
    return sorted(path for top in ("orchestrator", "engines") for path in (ROOT / top).rglob("*.py"))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            yield node.module or ""


def feature_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "orchestrator" and len(parts) > 1 and parts[1] in FEATURES else None


def violations(name: str, imported: str) -> Iterator[str]:
    """`name` is a file's path from the project root."""
    parts = Path(name).parts
    if parts[0] == "engines" and imported.split(".")[0] == "orchestrator":
        yield f"{name}: engines must not import the orchestrator ({imported})"
    own = parts[1] if parts[0] == "orchestrator" and parts[1] in FEATURES else None
    if own:
        other = feature_of(imported)
        if other and other != own:
            yield f"{name}: feature {own} imports feature {other}"
        if imported.startswith(("orchestrator.api", "orchestrator.app", "orchestrator.turn")):
            yield f"{name}: feature {own} imports {imported}"
    allowed = ONLY_IN.get(imported.split(".")[0])
    if allowed is not None and not name.startswith(allowed):
        yield f"{name}: {imported} may only be imported in {allowed or 'nothing of ours'}"


def test_imports_keep_their_direction() -> None:
    found = [
        line
        for path in source_files()
        for imported in imports_of(path)
        for line in violations(str(path.relative_to(ROOT)), imported)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("name", "imported"),
    [
        ("engines/store.py", "orchestrator.settings"),
        ("orchestrator/inference/x.py", "orchestrator.memory.store"),
        ("orchestrator/inference/x.py", "orchestrator.api.openai"),
        ("orchestrator/inference/x.py", "fastapi"),
        ("orchestrator/api/x.py", "tritonclient.grpc"),
    ],
)
def test_the_rules_catch_a_wrong_import(name: str, imported: str) -> None:
    assert list(violations(name, imported))


def test_the_orchestrator_has_no_file_without_a_subject() -> None:
    banned = {"utils.py", "util.py", "helpers.py", "helper.py", "manager.py", "common.py", "misc.py"}
    assert not [path for path in source_files() if path.name in banned]
