"""The shape of a question in numbers: lengths, digits, symbols, answer options. What the difficulty is told from.

Answers in a multiple-choice test stand in the prompt as lines `A. ...`; the closing `Answer:` of such tests is not looked
at, in training and in use alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from math import log1p

import numpy as np

OPTION = re.compile(r"\n[A-J][.)] ")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_SYMBOL = re.compile(r"[=+*/^<>|~∨⊃≡·•()\[\]{}$\\]")
_CAPITALISED = re.compile(r"\b[A-Z][a-z]+")
_NUMERICOPTION = re.compile(r"[\s$\d.,/%^()+\-*A-Za-z]{0,25}")
_TRUE_FALSE = frozenset({"True, True", "False, False", "True, False", "False, True"})

_IN_QUESTION: dict[str, re.Pattern[str]] = {
    "negated": re.compile(r"\b(?:NOT|EXCEPT|LEAST|false|incorrect|except|not true)\b"),
    "negated_in_capitals": re.compile(r"\b(?:NOT|EXCEPT|LEAST)\b"),
    "blank": re.compile(r"___"),
    "question_mark": re.compile(r"\?"),
    "ends_as_question": re.compile(r"\?\s*\Z"),
    "statements": re.compile(r"Statement 1"),
    "refers": re.compile(r"refers to|following information"),
    "which": re.compile(r"\bwhich\b", re.IGNORECASE),
    "how_many": re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE),
    "why": re.compile(r"\b(?:why|explain)\b", re.IGNORECASE),
    "calculate": re.compile(
        r"\b(?:find|calculate|compute|evaluate|solve|determine|simplify|estimate"
        r"|what is the (?:value|sum|probability|number|area|volume|mean|median))\b",
        re.IGNORECASE,
    ),
    "if": re.compile(r"\bif\b", re.IGNORECASE),
    "suppose": re.compile(r"\b(?:suppose|assume|let|given|consider)\b", re.IGNORECASE),
    "year": re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b"),
    "quote": re.compile(r"[\"“]"),
    "modal": re.compile(
        r"\b(?:would|could|should|might|most likely|best|primarily|mainly|most)\b", re.IGNORECASE
    ),
    "superlative": re.compile(r"\b(?:best|most)\b", re.IGNORECASE),
    "person": re.compile(r"\b(?:he|she|his|her|patient|man|woman|boy|girl|student)\b", re.IGNORECASE),
}
_IN_TEXT: dict[str, re.Pattern[str]] = {
    "change": re.compile(r"\b(?:increase|decrease|rise|fall|higher|lower)s?d?\b", re.IGNORECASE),
    "dollar": re.compile(r"\$"),
    "percent": re.compile(r"%"),
}
_IN_OPTIONS: dict[str, re.Pattern[str]] = {
    "combined": re.compile(
        r"\b(?:I and II|I only|II only|III|[1-4] and [1-4]|all of the above|none of (?:these|the above)|both)\b",
        re.IGNORECASE,
    ),
    "all_of_them": re.compile(r"all of (?:the above|these)", re.IGNORECASE),
    "none_of_them": re.compile(r"none of (?:the above|these)", re.IGNORECASE),
}

_MEASURED = (
    "question_chars", "text_chars", "options", "sentences", "word_length", "long_words", "numbers", "digits",
    "symbols", "capitals", "option_numbers", "options_numeric", "option_chars", "option_longest", "option_spread",
    "option_share", "true_false", "options_repeat_question", "options_repeat_each_other",
)  # fmt: skip
SHAPE_NAMES: tuple[str, ...] = (*_MEASURED, *_IN_QUESTION, *_IN_TEXT, *_IN_OPTIONS)


def without_answer_cue(text: str) -> str:
    """The text without the `Answer:` that ends the prompts of tests."""
    text = text.strip()
    return text.removesuffix("Answer:").rstrip()


def shape(text: str, whole_chars: int | None = None) -> np.ndarray:
    """float64 in the order of SHAPE_NAMES. `whole_chars` is the real length where `text` is only a part."""
    text = without_answer_cue(text)
    question, *options = OPTION.split(text)
    words = [word.lower() for word in _WORD.findall(question)]
    scale = whole_chars or len(text)
    values = [
        *_measure_question(question, text, words, scale),
        *_measure_options(options, set(words), len(text)),
        *(float(bool(pattern.search(question))) for pattern in _IN_QUESTION.values()),
        *(float(bool(pattern.search(text))) for pattern in _IN_TEXT.values()),
        *(float(any(pattern.search(option) for option in options)) for pattern in _IN_OPTIONS.values()),
    ]
    return np.array(values)


def _measure_question(question: str, text: str, words: Sequence[str], whole_chars: int) -> list[float]:
    count, size = max(len(words), 1), max(len(text), 1)
    question_chars = len(question) + whole_chars - len(text)
    return [
        log1p(question_chars),
        log1p(whole_chars),
        float(len(OPTION.findall(text))),
        log1p(len(_SENTENCE_END.findall(question))),
        sum(map(len, words)) / count,
        sum(len(word) > 8 for word in words) / count,
        log1p(len(_NUMBER.findall(question))),
        sum(map(str.isdigit, text)) / size,
        len(_SYMBOL.findall(text)) / size,
        len(_CAPITALISED.findall(question)) / count,
    ]


def _measure_options(options: Sequence[str], question_words: set[str], text_chars: int) -> list[float]:
    if not options:
        return [0.0] * 9
    lengths = np.array([len(option) for option in options], dtype=float)
    words = [{word.lower() for word in _WORD.findall(option)} for option in options]
    numeric = [bool(_NUMBER.search(option)) for option in options]
    pairs = [len(a & b) / max(len(a | b), 1) for a, b in combinations(words[:10], 2)]
    return [
        sum(numeric) / len(options),
        float(all(numeric) and all(_NUMERICOPTION.fullmatch(option.strip()) for option in options)),
        log1p(lengths.mean()),
        log1p(lengths.max()),
        log1p(lengths.std()),
        lengths.sum() / max(text_chars, 1),
        float(any(option.strip() in _TRUE_FALSE for option in options)),
        sum(len(each & question_words) / max(len(each), 1) for each in words) / len(words),
        sum(pairs) / len(pairs) if pairs else 0.0,
    ]
