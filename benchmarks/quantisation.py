"""Which quantisation does the CPU default serve? Quality and speed of the candidates, side by side in one run.

    python benchmarks/quantisation.py MODEL.gguf      # the file as published, Q4_1

Needs Triton's environment (`.venv-triton`) beside the project. Prints a table and writes
`benchmarks/results/quantisation.json`. Exits 1 when the quantisation of the record misses the quality gate.
The text is what ships with Python (its language reference and one of its modules, PSF licence): free to use,
the same on every machine of that Python version, prose and code.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from gguf import GGMLQuantizationType, LlamaFileType

PROJECT_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT_ROOT))

from engines.record import load_records  # noqa: E402
from engines.requantize import SCHEMES, Scheme, requantize, type_in_q4_0  # noqa: E402

AS_PUBLISHED, REFERENCE = "Q4_1 (as published)", "Q8_0"


def type_in_mix(name: str) -> GGMLQuantizationType:
    """4 bits only where they hurt least: the two matrices before a feed-forward layer's product."""
    is_gate_or_up = "ffn_gate" in name or "ffn_up" in name
    return type_in_q4_0(name) if is_gate_or_up else GGMLQuantizationType.Q8_0


CANDIDATES: dict[str, Scheme] = {
    "Q4_0": SCHEMES["Q4_0"],
    "Q4_0 gate+up, Q8_0": Scheme(LlamaFileType.MOSTLY_Q8_0, type_in_mix),
    "Q8_0": SCHEMES["Q8_0"],
}
# The published file has paid for 4 bits once; a second loss must stay small. At 1.05 one greedy token in eight
# is another one (the mix below), against one in 27 between two formats that hold the same weights.
PERPLEXITY_GATE = 1.05
PASSAGE_CHARS = 12_000
SUBJECTS = (
    "What is the capital of France?", "Write a haiku about rain.", "Explain photosynthesis to a child.",
    "List three uses of a paperclip.", "Translate 'good morning' into Spanish.", "What is 17 plus 25?",
    "Write a Python function that reverses a string.", "Why is the sky blue?", "Name four oceans.",
    "Summarise the story of Cinderella in two sentences.", "What does HTTP stand for?",
    "Give me a recipe for pancakes.", "Who wrote Hamlet?", "Write a SQL query that counts users per country.",
    "How do I boil an egg?", "What is the difference between a list and a tuple in Python?",
    "Write a polite e-mail asking for a day off.", "What causes tides?", "Suggest a name for a bakery.",
    "Describe a sunset over the sea.",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description="Quality and speed of the quantisation candidates.")
    parser.add_argument("model", type=Path, help="the published GGUF file")
    parser.add_argument("--repeats", type=int, default=7, help="rounds of the speed measurement")
    parser.add_argument("--out", type=Path, default=PROJECT_ROOT / "benchmarks/results/quantisation.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="council-quantisation-") as scratch:
        files = {AS_PUBLISHED: options.model} | prepare(options.model, Path(scratch))
        report = measure(files, options.repeats)
        for name, path in files.items():
            report["files"][name]["size_bytes"] = path.stat().st_size
    judge(report)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2) + "\n")
    print_table(report)
    return 0 if report["files"][served()]["passes_gate"] else 1


def prepare(model: Path, scratch: Path) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for position, (name, scheme) in enumerate(CANDIDATES.items()):
        files[name] = scratch / f"{position}.gguf"
        requantize(model, files[name], scheme, lambda _done: None)
    return files


def measure(files: dict[str, Path], repeats: int) -> dict:
    texts = passages()
    job = {
        "files": {name: str(path.resolve()) for name, path in files.items()},
        "reference": REFERENCE,
        "passages": texts,
        "prompts": [
            f"<|im_start|>user\n{subject}<|im_end|>\n<|im_start|>assistant\n" for subject in SUBJECTS
        ],
        "repeats": repeats,
        "threads": os.cpu_count(),
    }
    worker = [
        str(PROJECT_ROOT / ".venv-triton/bin/python"),
        str(Path(__file__).with_name("quantisation_engine.py")),
    ]
    done = subprocess.run(worker, input=json.dumps(job), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the engine failed:\n{done.stderr}")
    text_sha256 = hashlib.sha256("".join(texts).encode()).hexdigest()
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "text_sha256": text_sha256}
    return {"machine": machine, "repeats": repeats} | json.loads(done.stdout)


def passages() -> list[str]:
    import textwrap
    from pydoc_data.topics import topics

    prose = "\n".join(topics[name] for name in sorted(topics))
    return [prose[:PASSAGE_CHARS], inspect.getsource(textwrap)]


def judge(report: dict) -> None:
    limit = report["files"][AS_PUBLISHED]["perplexity"] * PERPLEXITY_GATE
    for measured in report["files"].values():
        measured["perplexity_ratio"] = round(measured["perplexity"] / limit * PERPLEXITY_GATE, 4)
        measured["passes_gate"] = measured["perplexity"] <= limit
    report["perplexity_gate"] = PERPLEXITY_GATE


def served() -> str:
    quantization = load_records()["smollm2-135m"].served_quantization
    return AS_PUBLISHED if quantization == "source" else quantization


def print_table(report: dict) -> None:
    columns = ("size MB", "perplexity", "ratio", "agreement", "1 stream", "8 streams", "prefill", "gate")
    print(f"{'':22}" + "".join(f"{column:>12}" for column in columns))
    for name, m in report["files"].items():
        cells = (
            f"{m['size_bytes'] / 1e6:.1f}", f"{m['perplexity']:.3f}", f"{m['perplexity_ratio']:.3f}",
            f"{m['agreement']:.3f}", f"{m['decode_1_tokens_per_s']:.0f}", f"{m['decode_8_tokens_per_s']:.0f}",
            f"{m['prefill_tokens_per_s']:.0f}", "pass" if m["passes_gate"] else "miss",
        )  # fmt: skip
        print(f"{name:22}" + "".join(f"{cell:>12}" for cell in cells))
    print(
        f"{report['scored_tokens']} scored tokens, {report['reply_tokens']} greedy tokens of {REFERENCE}; "
        f"speeds in tokens/s, median of {report['repeats']} rounds; gate: perplexity ratio <= {PERPLEXITY_GATE}"
    )


if __name__ == "__main__":
    sys.exit(main())
