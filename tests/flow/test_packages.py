"""`python3 -m engines build` must run with what the TensorRT-LLM container has; our own environment is not in there.

TensorRT-LLM's requirements.txt lists pydantic and psutil (and openai, which brings httpx); it does not list typer,
rich, gguf or jinja2.
"""

from __future__ import annotations

import json
import subprocess
import sys

from tests.flow.site import ROOT

IN_THE_CONTAINER = {
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "typing_inspection",
    "psutil",
    "engines",
}
PROGRAM = """
import json, sys
before = set(sys.modules)
import engines.__main__
names = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(names - set(sys.stdlib_module_names))))
"""


def test_the_build_command_imports_only_what_the_container_has() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    imported = {name for name in json.loads(done.stdout) if not name.startswith("_")}
    assert "pydantic" in imported
    assert imported <= IN_THE_CONTAINER
