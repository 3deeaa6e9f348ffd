"""What the classifier of words takes for code against its signs, and code that it takes for something else.

A statement of SQL as it stands is code whatever its names and numbers resemble, and so are a call that prints, whatever sum
it prints, and the program "hello world", whose name greets. A text that is hardly thought to be code, and
has neither code nor a word of programming nor a language's name, is none ("I don't like coriander."). A command that the
whole text asks to be run is for `exec`, which refuses it where there is no sandbox: a model would make its output up.
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.routing.cues import CUE_NAMES
from orchestrator.routing.features import TextFeatures
from orchestrator.routing.policies.language_words import wants_code
from orchestrator.seams import SkillName

HARDLY = 0.4
_SIGNS = frozenset(
    {
        "fenced code",
        "lines of code",
        "function calls",
        "an error message",
        "a word for programming",
        "a programming language",
    }
)
_ELSE: tuple[SkillName, ...] = ("general", "knowledge")


def beside_code(
    skill: SkillName, chances: Mapping[SkillName, float], text: TextFeatures
) -> tuple[SkillName, str] | None:
    """The skill to take in the place of `skill`, with the evidence; None where it stays."""
    if text.signs.is_command and skill != "exec":
        return "exec", "it asks for a command to be run"
    if text.signs.is_sql and skill not in ("code", "exec"):
        return "code", "it is a statement of SQL"
    if text.signs.prints and skill not in ("code", "exec"):
        return ("exec" if text.signs.runnable else "code"), "it has a call that prints"
    if text.signs.is_hello_world and skill not in ("code", "exec"):
        return "code", "it wants the program that says hello world"
    if skill == "code" and chances["code"] < HARDLY and not _has_signs(text):
        return max(_ELSE, key=lambda name: chances[name]), "nothing in it is of code"
    return None


def _has_signs(text: TextFeatures) -> bool:
    found = {name for name, value in zip(CUE_NAMES, text.cues, strict=True) if value > 0}
    signs = text.signs
    return (
        bool(_SIGNS & found)
        or signs.supplied
        or signs.is_sql
        or signs.is_hello_world
        or wants_code(signs.words)
    )
