"""The design document's rules: code to the code model, more than five turns to the long-context model, else balanced.

Needs nothing but the text, so it is what remains when the learned policy cannot be had.
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.routing.cues import CUE_NAMES
from orchestrator.routing.features import TextFeatures
from orchestrator.routing.policies.beside_documents import beside_documents
from orchestrator.routing.policies.judgement import LONG_CONVERSATION_TURNS, Judgement, certain_skill
from orchestrator.routing.policies.language_words import wants_code
from orchestrator.routing.skill_model import SKILLS
from orchestrator.seams import Features, Role, SkillName

_CODE_CUES = ("fenced code", "lines of code", "an error message", "a word for programming")
_PUZZLE = "a puzzle"


class RulesPolicy:
    name = "rules"

    def judge(
        self, features: Features, text: TextFeatures, recognised: Mapping[SkillName, float]
    ) -> Judgement:
        skill, evidence = self._skill(features, text, recognised)
        role, role_evidence = self._role(features, features.skill or skill)
        names = dict.fromkeys([*SKILLS, *recognised])
        scores = {name: float(name == skill) for name in names}
        return Judgement(skill, scores, evidence, role, role_evidence)

    def _skill(
        self, features: Features, text: TextFeatures, recognised: Mapping[SkillName, float]
    ) -> tuple[SkillName, str]:
        if text.signs.runnable:
            return "exec", "it brings code and asks to run it"
        if text.signs.is_command:
            return "exec", "it asks for a command to be run"
        if skill := certain_skill(recognised):
            return skill, f"its own recogniser reads the whole text as {skill}"
        skill, evidence = self._by_words(text)
        beside = beside_documents(skill, text.signs) if features.documents else None
        return beside or (skill, evidence)

    def _by_words(self, text: TextFeatures) -> tuple[SkillName, str]:
        found = {name for name, value in zip(CUE_NAMES, text.cues, strict=True) if value > 0}
        if cue := next((cue for cue in _CODE_CUES if cue in found), None):
            return "code", f"it has {cue}"
        if text.signs.is_sql:
            return "code", "it is a statement of SQL"
        if text.signs.prints:
            return "code", "it has a call that prints"
        if text.signs.is_hello_world:
            return "code", "it wants the program that says hello world"
        if wants_code(text.signs.words):
            return "code", "it asks for code of a language that it names"
        if _PUZZLE in found:
            return "logic", f"it has {_PUZZLE}"
        return "general", "no rule speaks for anything else"

    def _role(self, features: Features, skill: SkillName) -> tuple[Role, str]:
        if skill in ("code", "exec"):
            return "code", "code goes to the code model"
        if features.user_turns > LONG_CONVERSATION_TURNS:
            return "long_context", f"turn {features.user_turns} of a long conversation"
        return "balanced", "the rules' choice for all else"
