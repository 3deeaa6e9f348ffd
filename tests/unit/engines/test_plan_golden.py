"""Whole plans, compared with committed ones. Write them again: python tests/unit/engines/test_plan_golden.py --write"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from engines.gpu import assumed_gpu
from engines.host import Host
from engines.plan import make_plan
from engines.plan_json import plan_as_json
from engines.record import load_records

GOLDEN = Path(__file__).parent / "golden"
HOST = Host(ram_bytes=64 * 10**9, free_disk_bytes=500 * 10**9, os="linux", arch="x86_64")
# File name: card, GiB, driver.
CARDS: dict[str, tuple[str, float, str]] = {
    "rtx-4070-12gb": ("RTX 4070", 12, "580.65.06"),
    "rtx-3090-24gb": ("RTX 3090", 24, "580.65.06"),
    "rtx-4090-24gb": ("RTX 4090", 24, "575.57.08"),
    "l4-24gb": ("L4", 24, "580.65.06"),
    "a100-80gb": ("A100", 80, "580.65.06"),
    "h100-80gb": ("H100", 80, "590.44.01"),
    "rtx-5090-32gb": ("RTX 5090", 32, "580.65.06"),
    "gtx-1080-8gb": ("GTX 1080", 8, "580.65.06"),
    "b200-180gb": ("B200", 180, "580.65.06"),
}


def golden_text(name: str) -> str:
    card, gib, driver = CARDS[name]
    plan = plan_as_json(make_plan(load_records(), assumed_gpu(card, gib, driver), HOST))
    for engine in plan["engines"]:
        engine.update({step: shlex.join(engine[step]) for step in ("convert", "build", "guide")})
        engine["minutes"] = f"{engine['minutes']['low']}-{engine['minutes']['high']}"
    return json.dumps(plan, indent=1) + "\n"


@pytest.mark.parametrize("name", CARDS)
def test_plan_is_the_committed_one(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    assert path.read_text() == golden_text(name), (
        f"if it is meant to be so: python {Path(__file__).name} --write"
    )


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CARDS)


def golden(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text())
    return loaded


@pytest.mark.parametrize(
    ("name", "built", "refused"),
    [
        ("rtx-4070-12gb", 9, {"codellama-7b fp16", "mistral-7b fp16"}),
        ("rtx-3090-24gb", 8, {"tinyllama-1.1b fp8", "codellama-7b fp8", "mistral-7b fp8"}),
        ("rtx-4090-24gb", 11, set()),
        ("l4-24gb", 11, set()),
        ("a100-80gb", 8, {"tinyllama-1.1b fp8", "codellama-7b fp8", "mistral-7b fp8"}),
        ("h100-80gb", 11, set()),
        ("rtx-5090-32gb", 11, set()),
        (
            "b200-180gb",
            7,
            {f"{each} int8" for each in ("tinyllama-1.1b", "phi-2", "codellama-7b", "mistral-7b")},
        ),
    ],
)
def test_what_the_committed_plans_say(name: str, built: int, refused: set[str]) -> None:
    plan = golden(name)
    assert len(plan["engines"]) == built
    assert {f"{each['model_id']} {each['precision']}" for each in plan["refused"]} == refused


def test_the_gtx_1080_is_refused_wholly() -> None:
    plan = golden("gtx-1080-8gb")
    assert plan["engines"] == []
    assert {each["code"] for each in plan["refused"]} == {"sm_unsupported"}
    assert len(plan["refused"]) == 11


def test_the_driver_of_the_4090_gets_the_older_container() -> None:
    assert golden("rtx-4090-24gb")["toolchain"]["tag"] == "25.10-trtllm-python-py3"
    assert golden("l4-24gb")["toolchain"]["tag"] == "26.07-trtllm-python-py3"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    for card_name in CARDS:
        (GOLDEN / f"{card_name}.json").write_text(golden_text(card_name))
