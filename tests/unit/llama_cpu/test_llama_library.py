"""Both builds of llama.cpp in Triton's own Python: the one for this processor and the wheel's, which it falls back to."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from orchestrator.settings import PROJECT_ROOT
from orchestrator.supervision.triton_installation import TritonInstallation
from tests.conftest import MODEL, MODELS_DIR

WITHOUT_NATIVE = "import sys; sys.modules['llama_cpp_native'] = None"
GREEDY = """
import json
from pathlib import Path
from llama_cpu import llama_library
from llama_cpu.context import BatchToken, ContextShape, LlamaContext
prompt = {prompt}
context = LlamaContext(Path({model!r}), ContextShape(2, 256, 64, 8, 2))
context.decode([BatchToken(token, place, 0, place == len(prompt) - 1) for place, token in enumerate(prompt)])
ids = [int(context.logits(len(prompt) - 1).argmax())]
for place in range(len(prompt), len(prompt) + 7):
    context.decode([BatchToken(ids[-1], place, 0, True)])
    ids.append(int(context.logits(0).argmax()))
context.close()
print(json.dumps({{"own_threads": llama_library.load().threadpools is not None, "ids": ids}}))
"""


def in_engine(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TritonInstallation().venv / "bin" / "python", "-c", code],
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT / "triton_repo")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def greedy(before: str) -> dict[str, object]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(MODELS_DIR / MODEL / "tokenizer.json"))
    prompt = tokenizer.encode("The capital of France is Paris. The capital of Germany is").ids
    done = in_engine(before + GREEDY.format(prompt=prompt, model=str(MODELS_DIR / MODEL / "model.gguf")))
    assert done.returncode == 0, done.stderr
    assert str(PROJECT_ROOT) not in done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_both_builds_say_the_same() -> None:
    native, wheel = greedy(""), greedy(WITHOUT_NATIVE)
    assert native["own_threads"], "scripts/get_llama_cpp.py has not brought the build for this processor"
    assert not wheel["own_threads"]
    assert native["ids"] == wheel["ids"]


@pytest.mark.parametrize("lacking", ["libllama.v*.so", "libggml-cpu-*.so"])
def test_a_build_that_lacks_a_part_is_refused_in_words(tmp_path: Path, lacking: str) -> None:
    whole = TritonInstallation().site_packages / "llama_cpp_native"
    broken = tmp_path / "llama_cpp_native"
    broken.mkdir()
    for library in set(whole.iterdir()) - set(whole.glob(lacking)):
        (broken / library.name).symlink_to(library)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nfrom llama_cpu import llama_library\nllama_library.load()"
    done = in_engine(code)
    assert done.returncode == 1
    assert "AbiMismatchError: " in done.stderr.splitlines()[-1]
