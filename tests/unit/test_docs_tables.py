"""Tables, variables and Python of the documents are those of the code."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.gpu import GIB
from engines.gpu_serving import Precision
from engines.manifest import EngineManifest
from engines.plan import PRECISIONS
from engines.record import load_records
from engines.toolchain import FALLBACK, PRIMARY
from engines.vram import HEADLESS_RESERVE_BYTES, plan_residency, resident_set
from orchestrator.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*/*.md")])
ENGINES = (ROOT / "docs" / "engines.md").read_text()
RECORDS = {model_id: record for model_id, record in load_records().items() if record.gpu}
CARDS_GIB = (12, 16, 24, 80)


def table(heading: str) -> list[str]:
    """The rows below the table head that begins with this text."""
    _, _, below = ENGINES.partition(f"\n| {heading} |")
    assert below, heading
    return [line for line in below.split("\n\n")[0].splitlines()[2:]]


def first_cells(heading: str) -> list[str]:
    return [row.split(" | ")[0].removeprefix("| ").strip("`") for row in table(heading)]


def offered() -> Iterator[tuple[str, Precision]]:
    by_size = sorted(RECORDS, key=lambda model_id: RECORDS[model_id].gpu.architecture.parameters)  # type: ignore[union-attr]
    for model_id in by_size:
        gpu = RECORDS[model_id].gpu
        assert gpu is not None
        yield from ((model_id, precision) for precision in PRECISIONS if precision in gpu.precisions)


def test_sizes_of_the_engines() -> None:
    rows = []
    for model_id, precision in offered():
        gpu = RECORDS[model_id].gpu
        assert gpu is not None
        weights, kv = gpu.weight_bytes(precision), gpu.kv_bytes_per_token(precision)
        sizes = f"{weights / 1e9:.2f} GB | {weights / GIB:.2f} GiB | {kv // 1024} KiB"
        rows.append(f"| {model_id} | {precision} | {sizes} | {gpu.kv_budget_tokens(precision)} |")
    assert table("model | precision | weights | on the card | KV cache a token | KV tokens served") == rows


def test_what_fits_together() -> None:
    plans = [plan_residency(RECORDS, card * GIB) for card in CARDS_GIB]
    rows = [
        f"| {', '.join(sets[0].model_ids)} | {' | '.join(each.verdict for each in sets)} |"
        for sets in zip(*(plan.sets for plan in plans), strict=True)
    ]
    assert table("resident together | 12 GB | 16 GB | 24 GB | 80 GB") == rows


def test_room_for_one_engine_alone() -> None:
    rows = []
    for model_id, precision in offered():
        cells = []
        for card in CARDS_GIB:
            alone = resident_set(RECORDS, {model_id: precision}, card * GIB - HEADLESS_RESERVE_BYTES)
            cells.append(str(alone.residents[0].room_tokens) if alone.verdict == "yes" else alone.verdict)
        rows.append(f"| {model_id} | {precision} | {' | '.join(cells)} |")
    assert table("model | precision | 12 GB | 16 GB | 24 GB | 80 GB") == rows


def refusal_codes() -> set[str]:
    """What stands first in a pair, or third in a Refusal, and looks like a code."""
    found: set[str] = set()
    for name in ("refusals", "plan"):
        for node in ast.walk(ast.parse((ROOT / "engines" / f"{name}.py").read_text())):
            parts = (
                node.elts[:1]
                if isinstance(node, ast.Tuple)
                else node.args[2:3]
                if isinstance(node, ast.Call)
                else []
            )
            found |= {
                each.value for each in parts if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
    return {code for code in found if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", code)} - {"x86_64"}


def test_every_refusal_is_explained() -> None:
    assert len(refusal_codes()) > 10
    assert set(first_cells("code | meaning | what helps")) == refusal_codes()


def test_every_group_of_the_manifest_is_explained() -> None:
    named = {
        word
        for cell in first_cells("group of the manifest | what | a difference means")
        for word in re.findall(r"\w+", cell)
    }
    assert named == set(EngineManifest.model_fields)


def test_the_two_containers() -> None:
    rows = "\n".join(table("container | primary | fallback"))
    for name in ("image", "tensorrt_llm", "tensorrt", "cuda"):
        assert getattr(PRIMARY, name) in rows
        assert getattr(FALLBACK, name) in rows
    assert f"R{PRIMARY.min_driver} or later | R{FALLBACK.min_driver} or later" in rows
    assert f"{PRIMARY.image_bytes / 1e9:.2f} GB | {FALLBACK.image_bytes / 1e9:.2f} GB" in rows


def test_licences() -> None:
    assert sorted(first_cells("model | licence | may be passed on")) == sorted(RECORDS)


def variables_of_ours() -> str:
    sources = [
        ROOT / "compose.yaml",
        *ROOT.glob("scripts/*"),
        *ROOT.glob("docker/**/*"),
        *ROOT.glob("triton_repo/llm*/*.py"),
    ]
    read = "\n".join(path.read_text() for path in sources if path.is_file())
    code = "\n".join(
        path.read_text() for top in ("orchestrator", "engines") for path in (ROOT / top).rglob("*.py")
    )
    return "\n".join([read, code, *(f"COUNCIL_{name.upper()}" for name in Settings.model_fields)])


def test_every_variable_is_read_somewhere() -> None:
    known = set(re.findall(r"COUNCIL_[A-Z_]*[A-Z]", variables_of_ours()))
    named = {(p.name, v) for p in DOCS for v in re.findall(r"COUNCIL_[A-Z_]*[A-Z]\b(?!\*)", p.read_text())}
    assert not [pair for pair in named if pair[1] not in known]


def python_sources(text: str) -> Iterator[str]:
    yield from re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for head, body in re.findall(r"^(.*)<<'END'\n(.*?)^END$", block, re.MULTILINE | re.DOTALL):
            if "python" in head or ".py" in head:
                yield body


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_in_documents_compiles_and_imports_what_exists(path: Path) -> None:
    for source in python_sources(path.read_text()):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module:
                module = importlib.import_module(node.module)
                assert all(hasattr(module, alias.name) for alias in node.names), ast.unparse(node)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_shell_in_documents_is_shell(path: Path) -> None:
    for block in re.findall(r"^```sh\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL):
        done = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), block
