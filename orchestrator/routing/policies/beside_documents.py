"""What supplied documents change: a question beside them is for `knowledge`, the only skill that reads them.

Words of a sum or of programming are then words about the documents ("How many chairs were ordered?", "How do I install
it?"). What stays with its skill is a sum that its recogniser reads, code to be run, code that is given along to be worked
on, and an order to write some.
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.routing.code_signs import CodeSigns
from orchestrator.routing.policies.beside_sums import names_program
from orchestrator.routing.policies.language_words import wants_code
from orchestrator.routing.words import Words, vocabulary
from orchestrator.seams import SkillName

KNOWLEDGE = "knowledge"

_EVIDENCE: Mapping[SkillName, str] = {
    "math": "documents came with it, and it is no sum that can be computed as it stands",
    "code": "documents came with it, and it orders no code to be written or run",
}
_LEAD = vocabulary(
    "please, hi, hello, hey, now, then, and, also, bitte, can, could, would, will, you, just, i, we, want, need, like, to, kindly"
)
_ORDERS = vocabulary(
    "write, implement, code, create, make, build, develop, program, generate, fix, debug, refactor, rewrite, port, convert, translate",
    "optimise, optimize, schreibe, schreib, implementiere, écris, escribe, scrivi",
)
_WISHES = vocabulary("need, want, like, give")
_ANY = frozenset({"a", "an"})
_LONGEST_LEAD = 8


def beside_documents(skill: SkillName, signs: CodeSigns) -> tuple[SkillName, str] | None:
    """The skill to take for one that was told from words, with the evidence; None where it stays."""
    if skill not in ("math", "code", "logic", "general") or (skill == "code" and _is_for_code(signs)):
        return None
    return KNOWLEDGE, _EVIDENCE.get(skill, "documents came with it")


def _is_for_code(signs: CodeSigns) -> bool:
    return signs.fenced or signs.line_share > 0 or _orders_code(signs.words)


def _orders_code(words: Words) -> bool:
    """Whether the first words, politeness aside, order something to be made and it is code, or wish for a program."""
    for at, word in enumerate(words.order[:_LONGEST_LEAD]):
        if word in _ORDERS:
            return names_program(words.order, at) or wants_code(words)
        if word in _WISHES and _ANY.intersection(words.order[at + 1 : at + 3]):
            return names_program(words.order, at)
        if word not in _LEAD:
            return False
    return False
