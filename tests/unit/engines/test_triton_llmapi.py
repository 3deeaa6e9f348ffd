"""The LLM API path: the stand-in is what was recorded of TensorRT-LLM, requests become its arguments, results tokens."""

from __future__ import annotations

import importlib.util
import inspect
import json
import subprocess
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from llama_cpu.contract import ContractError, EngineLimits, ParsedRequest, parse
from llmapi.result import MissingLogProb, Progress
from llmapi.sampling import guide_arguments, sampling_arguments

ROOT = Path(__file__).parents[3]
STAND_IN = ROOT / "tests" / "fakes" / "trtllm_stand_in" / "tensorrt_llm"
FACTS = json.loads((ROOT / "tests" / "facts" / "tensorrt_llm_llmapi.json").read_text())
END = 9


@pytest.fixture(scope="module")
def stand_in() -> Any:
    """The stand-in and its `llmapi`, under a name of its own: the real package must not be hidden by it."""
    package = _loaded("stand_in_tensorrt_llm", STAND_IN / "__init__.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "tensorrt_llm", package)
        package.llmapi = _loaded("stand_in_tensorrt_llm_llmapi", STAND_IN / "llmapi.py")
        yield package


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class TestStandIn:
    """Names and signatures are those recorded from TensorRT-LLM's source."""

    @pytest.mark.parametrize(
        "name", ["SamplingParams", "GuidedDecodingParams", "CompletionOutput", "Logprob"]
    )
    def test_fields(self, stand_in: Any, name: str) -> None:
        assert [each.name for each in fields(getattr(stand_in, name))] == FACTS[name]

    @pytest.mark.parametrize("name", ["KvCacheConfig", "CudaGraphConfig"])
    def test_fields_of_llmapi(self, stand_in: Any, name: str) -> None:
        assert [each.name for each in fields(getattr(stand_in.llmapi, name))] == FACTS[name]

    def test_signatures(self, stand_in: Any) -> None:
        generate = list(inspect.signature(stand_in.LLM.generate_async).parameters)
        assert generate == ["self", *FACTS["generate_async"]]
        create = list(inspect.signature(stand_in.LLM.__init__).parameters)
        assert create == ["self", *FACTS["LLM"]["positional"], "kwargs"]
        assert sorted(stand_in.KEYWORDS) == sorted(FACTS["LLM"]["keywords_of_ours"])

    def test_results(self, stand_in: Any) -> None:
        result = stand_in.RequestOutput(0, [1], stand_in.SamplingParams())
        assert all(hasattr(result, name) for name in FACTS["GenerationResult"])


def request(**changes: Any) -> ParsedRequest:
    tensors: dict[str, Any] = {
        "input_ids": np.array([[1, 2, 3]], np.int32),
        "input_lengths": np.array([[3]], np.int32),
        "request_output_len": np.array([[8]], np.int32),
        "end_id": np.array([[END]], np.int32),
    }
    return parse(tensors | changes, EngineLimits(max_seq_len=64, vocab_size=100))


def i32(*values: int) -> Any:
    return np.array([values], np.int32)


def f32(*values: float) -> Any:
    return np.array([values], np.float32)


def text(value: str) -> Any:
    return np.array([[value.encode()]], dtype=object)


SAMPLING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "greedy when nothing is said": ({}, {"top_k": 1, "top_p": None, "temperature": None}),
    "greedy by temperature": (
        {"temperature": f32(0.0), "runtime_top_p": f32(0.5)},
        {"top_k": 1, "top_p": None, "temperature": None},
    ),
    "the whole vocabulary": (
        {"runtime_top_k": i32(0), "runtime_top_p": f32(1.0), "temperature": f32(0.5)},
        {"top_k": 0, "top_p": 1.0, "temperature": 0.5},
    ),
    "penalties": (
        {"repetition_penalty": f32(1.5), "presence_penalty": f32(0.5), "frequency_penalty": f32(-0.5)},
        {"repetition_penalty": 1.5, "presence_penalty": 0.5, "frequency_penalty": -0.5},
    ),
    "seed": ({"seed": np.array([[2**63]], np.uint64)}, {"seed": 2**63}),
    "end token": ({}, {"end_id": END, "ignore_eos": False}),
    "no end token": ({"end_id": i32(-1)}, {"end_id": 2, "ignore_eos": True}),
    "room is kept": ({"request_output_len": i32(500)}, {"max_tokens": 61}),
    "least answer": ({"min_tokens": i32(4)}, {"min_tokens": 4}),
    "forbidden tokens": (
        {"bad_words_list": np.array([[[5, 6], [1, 2]]], np.int32)},
        {"bad_token_ids": [5, 6]},
    ),
    "log-probabilities": ({"return_log_probs": np.array([[True]])}, {"logprobs": 1}),
    "text is not made": ({}, {"detokenize": False, "logprobs": None}),
}


class TestRequest:
    @pytest.mark.parametrize("case", SAMPLING)
    def test_tensors_become_arguments(self, case: str, stand_in: Any) -> None:
        tensors, expected = SAMPLING[case]
        arguments = sampling_arguments(request(**tensors), default_end_id=2)
        assert {name: arguments[name] for name in expected} == expected
        stand_in.SamplingParams(**arguments)

    def test_a_logit_bias_is_passed_on(self) -> None:
        bias = np.linspace(-1, 1, 100, dtype=np.float32)
        arguments = sampling_arguments(request(embedding_bias=bias[None]), default_end_id=2)
        np.testing.assert_array_equal(arguments["embedding_bias"], bias)

    def test_a_forbidden_word_of_two_tokens_is_refused(self) -> None:
        words = np.array([[[5, 6], [2, -1]]], np.int32)
        with pytest.raises(ContractError, match="bad_words_list: the LLM API takes words of one token only"):
            sampling_arguments(request(bad_words_list=words), default_end_id=2)

    @pytest.mark.parametrize(
        ("guide_type", "guide", "expected"),
        [
            ("json", "", {"json_object": True}),
            ("json_schema", '{"type": "object"}', {"json": '{"type": "object"}'}),
            ("regex", "a+", {"regex": "a+"}),
            ("ebnf_grammar", 'root ::= "a"', {"grammar": 'root ::= "a"'}),
        ],
    )
    def test_guides(self, guide_type: str, guide: str, expected: dict[str, Any], stand_in: Any) -> None:
        tensors = {"guided_decoding_guide_type": text(guide_type)} | (
            {"guided_decoding_guide": text(guide)} if guide else {}
        )
        arguments = guide_arguments(request(**tensors))
        assert arguments == expected
        stand_in.GuidedDecodingParams(**arguments)

    def test_a_schema_that_is_no_json_never_reaches_the_engine(self) -> None:
        tensors = {"guided_decoding_guide_type": text("json_schema"), "guided_decoding_guide": text("{")}
        with pytest.raises(ContractError, match="Guided decoding: the schema is not JSON"):
            guide_arguments(request(**tensors))

    def test_no_guide(self) -> None:
        assert guide_arguments(request()) is None


@dataclass
class Completion:
    token_ids: list[int] = field(default_factory=list)
    logprobs: list[Any] = field(default_factory=list)
    finish_reason: str | None = None


class TestResult:
    def test_a_cumulative_result_becomes_new_tokens(self) -> None:
        progress, completion = Progress(request()), Completion()
        taken = []
        for more in ([4], [], [5, 6]):
            completion.token_ids += more
            taken.append(progress.take(completion, finished=False)[0])
        assert taken == [[4], [], [5, 6]]

    @pytest.mark.parametrize("tokens", [[4], [4, END]], ids=["left out", "handed out"])
    def test_the_end_token_is_told_whichever_the_sampler_does(self, tokens: list[int]) -> None:
        assert Progress(request()).take(Completion(tokens, [], "stop"), finished=True)[0] == [4, END]

    def test_an_answer_cut_at_its_length_has_no_end_token(self) -> None:
        assert Progress(request()).take(Completion([4], [], "length"), finished=True)[0] == [4]

    def test_a_stop_word_ends_the_tokens_after_it_even_across_steps(self) -> None:
        progress = Progress(request(stop_words_list=np.array([[[5, 6], [2, -1]]], np.int32)))
        completion = Completion([4, 5])
        assert progress.take(completion, finished=False)[0] == [4, 5]
        assert not progress.ended
        completion.token_ids += [6, 7]
        assert progress.take(completion, finished=True)[0] == [6]
        assert progress.ended

    def test_log_probabilities_of_both_samplers(self, stand_in: Any) -> None:
        progress = Progress(request(return_log_probs=np.array([[True]])))
        entries = [-0.5, {5: stand_in.Logprob(-0.25), 8: stand_in.Logprob(-0.125)}]
        assert progress.take(Completion([4, 5], entries), finished=False) == ([4, 5], [-0.5, -0.25])

    @pytest.mark.parametrize("entries", [[], [{8: None}]], ids=["none", "only another token's"])
    def test_a_missing_log_probability_is_an_error_and_not_a_number(self, entries: list[Any]) -> None:
        with pytest.raises(MissingLogProb):
            Progress(request(return_log_probs=np.array([[True]]))).take(
                Completion([4], entries), finished=False
            )


def test_it_needs_none_of_the_cpu_engines_libraries() -> None:
    """NVIDIA's image has numpy and llguidance (a requirement of TensorRT-LLM 1.2), but no llama.cpp."""
    program = (
        "import sys; sys.modules['xllamacpp'] = None; sys.modules['tensorrt_llm'] = None\n"
        "import llmapi.sampling, llmapi.result"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT / "triton_repo", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
