"""What a skill and its answers must look like. Third parties write both, so nothing about them is taken for granted."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import orjson

from orchestrator.seams import Generated, Skill, SkillAnswer, SkillName
from orchestrator.text import is_blank

MAX_TEXT_CHARS = 1_000_000
MAX_EXAMPLES = 32
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_METHODS = frozenset(get_args(inspect.get_annotations(SkillAnswer, eval_str=True)["method"]))


class Misshapen(Exception):
    """What is wrong, in words for the one who wrote the skill. Never holds text of a conversation."""


@dataclass(frozen=True, slots=True)
class Described:
    """A skill with what it says of itself, read once: later it may say something else."""

    name: SkillName
    description: str
    examples: tuple[str, ...]
    skill: Skill


def described(skill: Any) -> Described:
    """Raise Misshapen for what does not keep the Skill protocol, or whatever its properties raise."""
    name, description = getattr(skill, "name", None), getattr(skill, "description", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Misshapen("`name` must be a lower-case word: letters, digits, - and _, at most 32")
    if not isinstance(description, str) or not 0 < len(description.strip()) <= 300:
        raise Misshapen("`description` must be a text of 1 to 300 characters")
    if not inspect.iscoroutinefunction(getattr(skill, "answer", None)):
        raise Misshapen("`answer` must be an `async def` method")
    return Described(name, description.strip(), _examples(getattr(skill, "examples", ())), skill)


def _examples(given: Any) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise Misshapen("`examples` must be a list of prompts")
    if len(given) > MAX_EXAMPLES or not all(isinstance(each, str) and each.strip() for each in given):
        raise Misshapen(f"`examples` must be at most {MAX_EXAMPLES} prompts, none of them empty")
    return tuple(given)


def checked_answer(answer: Any, name: SkillName) -> SkillAnswer:
    """The answer under the name its skill is registered by. Raises Misshapen for what is no answer."""
    if not isinstance(answer, SkillAnswer):
        raise Misshapen(f"returned {type(answer).__name__} where SkillAnswer or None is wanted")
    if not isinstance(answer.text, str):
        raise Misshapen(f"the answer's text is no text but {type(answer.text).__name__}")
    if len(answer.text) > MAX_TEXT_CHARS:
        raise Misshapen(f"the answer's text is longer than {MAX_TEXT_CHARS:,} characters")
    if is_blank(answer.text):
        raise Misshapen("the answer's text is empty")
    if _has_surrogates(answer.text):
        raise Misshapen("the answer's text has lone surrogates, which cannot be written as UTF-8")
    if answer.method not in _METHODS:
        raise Misshapen(f"`method` must be one of {', '.join(sorted(_METHODS))}")
    if not _is_confidence(answer.confidence):
        raise Misshapen("`confidence` must be None or a number from 0 to 1")
    if not all(isinstance(each, Generated) for each in answer.generated):
        raise Misshapen("`generated` must hold Generated values only")
    try:
        evidence = orjson.loads(orjson.dumps(answer.evidence, option=orjson.OPT_NON_STR_KEYS))
    except (orjson.JSONEncodeError, TypeError) as error:
        raise Misshapen("`evidence` cannot be written as JSON") from error
    if not isinstance(evidence, dict):
        raise Misshapen("`evidence` must be a mapping")
    return replace(answer, skill=name, evidence=evidence)


def _is_confidence(value: Any) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, float | int)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and 0 <= value <= 1
    )


def _has_surrogates(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)
