"""Cues and signs of code: whole words only, and nothing out of quotes or code."""

from __future__ import annotations

import time

import pytest

from orchestrator.routing.cues import CUE_NAMES, cues
from orchestrator.routing.features import readable_part, text_features, without_greeting
from orchestrator.routing.languages import FOREIGN
from orchestrator.routing.shape import SHAPE_NAMES, shape, without_answer_cue
from orchestrator.routing.words import Words


def found(text: str) -> set[str]:
    features = text_features(text)
    return {name for name, value in zip(CUE_NAMES, features.cues, strict=True) if value > 0}


@pytest.mark.parametrize("text", ["Tell me about this", "architecture", "I do not like white chilli", "ohio"])
def test_no_greeting_is_found_inside_a_word(text: str) -> None:
    assert not found(text) & {"a greeting", "a greeting and no more"}


@pytest.mark.parametrize(
    ("text", "and_no_more"),
    [("hi", True), ("Hi there!", True), ("hi, what is 3*4?", False), ("Bonjour !", True)],
)
def test_a_greeting_is_the_whole_message_or_only_its_beginning(text: str, and_no_more: bool) -> None:
    assert "a greeting" in found(text)
    assert ("a greeting and no more" in found(text)) is and_no_more


@pytest.mark.parametrize(
    "text",
    [
        "run this:\n```python\nprint(1)\n```",
        "please execute print(2 + 2)",
        "run this bash command: ls -la",
        "Führe das aus:\n```python\nprint(1)\n```",
        "运行这段代码\n```python\nprint(1)\n```",
        "run it\n\nfor i in range(3):\n    print(i)",
    ],
)
def test_code_that_came_along_and_is_to_be_run(text: str) -> None:
    assert text_features(text).signs.runnable


@pytest.mark.parametrize(
    "text",
    [
        "run this code",
        'he said "run this code" and left',
        "I run every morning",
        "calculate 2+2",
        "Explain this:\n```python\nrun()\n```",
        "do not run it, explain it:\n```python\nprint(1)\n```",
        "tell me the output without executing it: print(1)",
        "```\nplease run this\n```",
        "",
    ],
)
def test_nothing_is_run_without_both(text: str) -> None:
    assert not text_features(text).signs.runnable


@pytest.mark.parametrize(
    "text", ["fix my code", "my class has a method", "debug it", "a script which counts files"]
)
def test_words_of_programming(text: str) -> None:
    assert "a word for programming" in found(text)


@pytest.mark.parametrize(
    "text", ["Are returns accepted?", "morse code for SOS", "the dress code", "a dance class"]
)
def test_a_word_that_means_other_things_too_is_no_word_of_programming_alone(text: str) -> None:
    assert "a word for programming" not in found(text)


@pytest.mark.parametrize(("documents", "is_one"), [(0, False), (2, True)])
def test_a_summary_is_of_the_documents_where_some_came(documents: int, is_one: bool) -> None:
    values = dict(zip(CUE_NAMES, text_features("Summarise it, please", documents).cues, strict=True))
    assert bool(values["a summary of supplied documents"]) is is_one


def test_words_are_whole_lower_case_and_have_neighbours() -> None:
    words = Words.of("Don’t STOP me_now, c++!")
    assert words.order == ("don't", "stop", "me", "now", "c", "++")
    assert words.has(frozenset({"c ++"}))
    assert not words.has(frozenset({"top"}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("写脚本 please", ("写", "脚", "本", "please")),
        ("Pythonのコード", ("python", "の", "コード")),
        ("안녕", ("안", "녕")),
        ("c++ и код", ("c", "++", "и", "код")),
    ],
)
def test_where_no_spaces_are_set_every_character_is_a_word(text: str, words: tuple[str, ...]) -> None:
    assert Words.of(text).order == words


def test_words_of_other_languages_belong_to_a_cue_and_can_be_found() -> None:
    assert set(FOREIGN) <= set(CUE_NAMES)
    longest = Words.of("a b c").known
    assert max(term.count(" ") for term in longest) == 2, "phrases of three words are known"
    assert not [term for words in FOREIGN.values() for term in words if term.count(" ") > 2]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Bitte schreibe mir ein Skript, das alle Dateien umbenennt", "a word for programming"),
        ("帮我写一个脚本", "a word for programming"),
        ("簡単なプログラムを作って", "a word for programming"),
        ("напиши стих о море", "a wish to write"),
        ("¿Por qué el cielo es azul?", "an explanation or a cause"),
        ("Rätsel: was hat Zähne?", "a puzzle"),
        ("证明它", "a wish for a proof"),
        ("Suggest a name for my shop", "a wish for a name or a title"),
        ("What is DNS", "computing as a subject"),
    ],
)
def test_cues_in_other_languages_and_on_other_subjects(text: str, cue: str) -> None:
    assert cue in found(text)


def test_hashed_words_are_the_same_in_every_process() -> None:
    assert Words.of("the same words").hashed().nonzero()[0].tolist() == [308, 324, 389, 486, 652]


def test_the_answer_cue_of_tests_does_not_count() -> None:
    text = "What is 1+1?\nA. 1\nB. 2\nC. 3\nD. 4"
    assert without_answer_cue(f"{text}\nAnswer:") == text
    assert (shape(f"{text}\nAnswer:", None) == shape(text)).all()


def test_shape_reads_question_and_options() -> None:
    named = dict(zip(SHAPE_NAMES, shape("Which is NOT even?\nA. 2\nB. 3\nC. all of the above"), strict=True))
    assert (named["options"], named["which"], named["negated_in_capitals"], named["all_of_them"]) == (
        3,
        1,
        1,
        1,
    )


def test_of_a_long_text_beginning_and_end_are_read_and_its_length_is_known() -> None:
    text = "begin " + "x" * 1_000_000 + " end"
    part = readable_part(text)
    assert len(part) == 3001
    assert part.startswith("begin ")
    assert part.endswith(" end")
    named = dict(zip(SHAPE_NAMES, text_features(text).shape, strict=True))
    assert named["text_chars"] > 13


@pytest.mark.parametrize(
    "unit",
    [
        "x",
        "(",
        "`",
        '"',
        "a = ",
        "f(",
        "1 + ",
        "\n",
        " ",
        "\nA. ",
        "import ",
        "_",
        "a.",
        "a_",
        "“",
        "don't ",
        "code ",
        "< ",
    ],
)
def test_no_text_takes_long(unit: str) -> None:
    """Time on the processor, so that a busy machine fails nothing; a quadratic pattern takes seconds."""
    text = unit * (1_000_000 // len(unit))
    began = time.process_time()
    text_features(text)
    assert time.process_time() - began < 0.25


def test_cues_are_numbers_between_bounds_for_any_text() -> None:
    for text in ("", "\x00", "\ud800", "😀", "漢字", "٣"):
        features = text_features(text)
        assert len(cues(text, features.signs, 0)) == len(CUE_NAMES)
        assert len(features.shape) == len(SHAPE_NAMES)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("hello there, can you tell me who wrote Dracula?", "who wrote Dracula?"),
        ("Hi! What is the capital of Peru?", "What is the capital of Peru?"),
        ("Good morning,\nwrite me a poem about rain", "write me a poem about rain"),
        ("hey, could you please tell me why the sky is blue", "why the sky is blue"),
        ("Hello: sort this list in Python", "sort this list in Python"),
        ("hello there", "hello there"),
        ("Hi, how are", "Hi, how are"),
        ("hello, thanks", "hello, thanks"),
        ("hello world in Rust, please", "hello world in Rust, please"),
        ("Hello, world in Rust, please", "Hello, world in Rust, please"),
        ("Hidden, as it was before", "Hidden, as it was before"),
        ("", ""),
    ],
)
def test_a_greeting_before_a_request_is_taken_off(text: str, rest: str) -> None:
    assert without_greeting(text) == rest


def test_chat_spelling_of_a_request_to_run() -> None:
    assert text_features("could u run dis 4 me\n```python\nprint(1)\n```").signs.runnable
