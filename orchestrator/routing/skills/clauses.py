"""The clause of a sentence around a verb: its subject, and whether it happened, is so, is only planned, or is denied.

Seen by the form of short English sentences: no word is looked up but auxiliaries and the irregular pasts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestrator.routing.skills.denials import only_denies
from orchestrator.routing.skills.overlap import IRREGULAR_FORMS, content

AUXILIARY = (
    r"is|are|was|were|be|been|being|has|have|had|do|does|did|will|would|can|could|may|might|must|shall|should"
)
_UNCHANGED = "cut|set|put|hit|read|cast|cost|shut|let|hurt|split|spread|burst|quit|beat|bet|come|become"
_OTHER_PASTS = (
    "born|found|lit|hid|hidden|met|shot|struck|laid|fed|bent|dug|hung|swung|stuck|fought|sought|shown|sewn|sown|felt|dealt|heard|knelt|lain"
    "|slept|swept|wept|bound|bitten|bled|bred|clung|crept|dreamt|leapt|learnt|spelt|spilt|spoilt|burnt|mown|proven|said|shook|shaken|shone"
    "|spun|spat|sprang|sprung|stung|swore|sworn|tore|torn|woke|woken|wove|woven|rang|rung|done|made|overcame|undertook|undertaken"
    "|understood|withstood|forgave|forgiven|forbade|forbidden|arose|arisen|rebuilt|resold|rewritten|redrawn"
)
_NOT_IN_ED = r"(?!(?:speed|seed|feed|need|deed|weed|breed|indeed|hundred|sacred|shed|sled)\b)"
PAST = rf"(?:{_NOT_IN_ED}[a-z]{{2,20}}ed|{'|'.join(sorted(IRREGULAR_FORMS))}|{_UNCHANGED}|{_OTHER_PASTS})"
LATER = r"(?:(?:first|last|ever|usually|originally|officially|finally|also|then|still|once|never|often|now|[a-z]{2,20}ly)\s+)*"
_NO_PAST = r"(?:dies|dying|goes|[a-z]{1,20}men|men|women|children|feet|teeth|mice)"
_DETERMINER = r"(?:the|(?-i:an?)|my|our|your|his|her|its|their|this|that|these|those|no|any|every|each|some)"
_NUMBER = (
    r"(?:\d[\d.,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|several|many|few|all)"
)
_DETERMINER_BEFORE = re.compile(rf"(?:\b(?:{_DETERMINER}|of|without)|['’]s)\s+$", re.I)
_FOR_BEFORE = re.compile(r"\b(?:for|during|with|despite)\s+$", re.I)
_NUMBER_BEFORE = re.compile(rf"\b(?:{_NUMBER}|with)\s+$", re.I)
_NAMED_BY_NUMBER = re.compile(
    r"\b(?:[A-Z]\w*|line|team|building|room|gate|bus|train|platform|group|class|section|clause|article|item|step|unit|house|boat|flight) \d+\s+$"
)
# "Five resigned in May", and not "five broken beams".
_BEHIND_A_VERB = re.compile(r"\s*[,;.]|\s+(?:by|in|on|at|to|from|for|with|into|until|since|during)\b|$", re.I)
_BE_BEFORE = re.compile(rf"\b(?:is|are|was|were|be|been|being|gets?|got)\s+(?:not\s+)?{LATER}$", re.I)
_BEGUN_BEFORE = re.compile(r"\b(?:stop|start|keep|kept|beg[aiu]n|continu|finish|ceas)[a-z]{0,4}\s+$", re.I)
# What begins another clause behind "and": a verb, or somebody with a verb.
_NEXT_CLAUSE = (
    rf"(?:(?:then|later|also|now|[a-z]{{2,20}}ly)\s+)*(?:(?:{AUXILIARY}|{PAST}|he|she|they|it|we|who|which)\b"
    rf"|(?-i:[a-z]{{2,20}}s)\s+(?:(?:the|an?|its|his|her|their|out|up|to|\d+)\b|(?-i:[A-Z]|[a-z]{{2,20}}s\b))"
    rf"|(?-i:[A-Z])[^\s,;.]*\s+(?:(?-i:[A-Z])[^\s,;.]*\s+)?(?-i:[a-z]{{2,20}}s)\s"
    rf"|(?:[^\s,;.]+\s+){{1,3}}(?:{AUXILIARY}|{PAST})\b)"
)
_BORDER = re.compile(
    rf";|:(?!\d)|\.\s|\s[–—-]\s|,?\s+(?:and|but|or)\s+(?={_NEXT_CLAUSE})|,?\s+(?:then|while|whereas|where|although|though)\s+"
    rf"|,?\s+(?=(?:who|which|whose)\s)|,\s+(?={PAST}\b)|,\s+(?=(?:{_DETERMINER}\s+)?(?:[^\s,;.]+\s+){{1,3}}(?:{AUXILIARY})\b)",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")
_SOMETHING = re.compile(r"[^\W_]")
_RELATIVE = re.compile(r"^\W*(?P<which>who|which|whose)\b", re.I)
_LAST_RELATIVE = re.compile(r",?\s(?P<which>who|which)\s(?:(?!\s(?:who|which)\s)[^;.])*$", re.I)
_THAT_BEFORE = re.compile(
    rf"\bthat\s+(?:(?:{AUXILIARY})\s+)?(?:(?!(?:{AUXILIARY})\b)[^\s,;.]+\s+){{0,4}}$", re.I
)
_MAIN_VERB = re.compile(rf"\s(?:{AUXILIARY})\s", re.I)
_VERB = re.compile(
    rf"(?<!^)\b(?:{AUXILIARY}|{PAST})\b|(?<=\w)\s(?-i:[a-z]{{2,20}}s)\s+(?:(?:the|an?|its|his|her|their|out|up|to|in|on|at|\d+)\b|(?-i:[A-Z]))",
    re.I,
)
_LONGEST_ANTECEDENT = 6
_CHAIN = rf"(?:(?:(?:{AUXILIARY}|ca|wo)(?:n['’]t|not)?|to|not|never|[a-z]{{2,20}}ly|ever|already|also|first|soon|later|then|just)\s+){{1,6}}"
_CHAIN_BEFORE = re.compile(rf"\b{_CHAIN}$", re.I)
_CHAINS = re.compile(rf"\b{_CHAIN}", re.I)
_OBJECT_BEHIND = re.compile(rf"\s+(?:{_DETERMINER}\b|it\b|them\b|him\b|{_NUMBER}\s|(?-i:[A-Z]))", re.I)
_BE = re.compile(r"\b(?:is|are|was|were|be|been|being)(?:n['’]t)?\b", re.I)
_MODAL = re.compile(r"\b(?:will|would|can|could|may|might|must|shall|should|to|ca|wo)(?:n['’]t|not)?\b", re.I)
_PRESENT_BE = re.compile(r"\b(?:is|are)(?:n['’]t)?\b", re.I)
_PAST_AUX = re.compile(r"\b(?:was|were|had|did)(?:n['’]t)?\b", re.I)
_NOT_DONE = re.compile(r"^\W*(?:if|unless|should|in case|whether)\b", re.I)
_NEARLY = re.compile(
    r"\b(?:nearly|almost|not|never|stop(?:s|ped)|ceased?|no longer|neither|nor)\b|n['’]t\b", re.I
)
_IS_THOUGHT = re.compile(
    r"\b(?:thought|said|believed|known|reported|supposed|considered|assumed)\s+to\s+have\s+(?:been\s+)?$",
    re.I,
)
# "Mike claims that Joe broke the window."
_HEARSAY = re.compile(
    r"\b(?:claim(?:s|ed)?|alleg\w+|den(?:y|ies|ied)|suspect(?:s|ed)?|doubt(?:s|ed)?|pretend(?:s|ed)?|hop(?:es?|ed)|fear(?:s|ed)?)\s+that\b[^;]*$",
    re.I,
)
_IF = re.compile(r"\b(?:if|unless|in case|whether)\b", re.I)
_STAYS = re.compile(r"\b(?:stay|remain|keep|seem|look)s?\s+$", re.I)
_SINCE = re.compile(r"\bsince\b", re.I)
_NEEDED = re.compile(
    r"\b(?:ha(?:ve|s)|needs?|required|able|allowed|obliged|asked|(?:is|are) used|entitled|free|is|are)\s+(?:not\s+)?to\s+(?:be\s+)?$",
    re.I,
)
_ASKED = re.compile(
    r"\b(?:ask\w*|wonder\w*|unclear|unknown|not known|discuss\w*|debat\w*|decid\w*|question\w*)(?:\s+[a-z]+)?\W*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """`before` and `after` the verb within the clause; `earlier` is all of the sentence before the verb."""

    before: str
    verb: str
    after: str
    earlier: str
    sentence: str

    @property
    def text(self) -> str:
        return f"{self.before}{self.verb}{self.after}"

    @property
    def subject(self) -> str:
        """What stands before the verb, or before that of the clause that it goes on from: of "built in 1760 and restored" too."""
        relative = _RELATIVE.match(self.before)
        if relative is None and _SOMETHING.search(_CHAINS.sub(" ", f"{self.before} ")):
            return self.before
        earlier = self.earlier[: len(self.earlier) - len(self.before)]
        if relative is not None:
            return _meant_by(relative["which"].casefold(), earlier)
        if begun := _LAST_RELATIVE.search(earlier):
            # "who was born in Prague and died in 1920": of the one that the "who" means
            return _meant_by(begun["which"].casefold(), earlier[: begun.start()])
        first = _VERB.search(earlier)
        return earlier[: first.start()] if first else earlier

    @property
    def goes_on_about(self) -> str:
        """The words that a "who" or "which" means with which it, or the clause that it goes on from, begins; else none."""
        goes_on = not _SOMETHING.search(_CHAINS.sub(" ", f"{self.before} "))
        is_relative = _RELATIVE.match(self.before) or (goes_on and _LAST_RELATIVE.search(self.earlier))
        return self.subject if is_relative else ""

    @property
    def has_owner_as_subject(self) -> bool:
        return re.match(r"\W*whose\b", self.before, re.I) is not None

    @property
    def own_auxiliaries(self) -> str:
        chain = _CHAIN_BEFORE.search(self.before)
        return chain[0] if chain else ""

    @property
    def auxiliaries(self) -> str:
        """Its auxiliaries; those of the clause before where it goes on from that: "was built in 1760 and restored in 1911"."""
        if own := self.own_auxiliaries:
            return own
        if _WORD.search(self.before) or not is_past(self.verb) or _OBJECT_BEHIND.match(self.after):
            return ""
        chains = [each[0] for each in _CHAINS.finditer(self.earlier) if _BE.search(each[0])]
        return chains[-1] if chains else ""

    @property
    def is_passive(self) -> bool:
        return is_past(self.verb) and _BE.search(self.auxiliaries) is not None

    @property
    def may_be_active(self) -> bool:
        """Whether it is no passive but for the auxiliary of the clause before: "was born in 1920 and died in 1999"."""
        return not (self.is_passive and _BE.search(self.own_auxiliaries))

    @property
    def is_denied(self) -> bool:
        """Whether it says that it is not so: no bound ("not before 9:00") and no correction."""
        near = f"{self.auxiliaries}{self.before}" if len(self.before) < 60 else self.auxiliaries
        return _NEARLY.search(near) is not None and only_denies(f"not {self.text}")

    @property
    def has_happened(self) -> bool:
        """Whether it is told as done: in a past, and not as planned, possible, under a condition, or asked about."""
        auxiliaries = self.auxiliaries
        if _MODAL.search(auxiliaries) and not _IS_THOUGHT.search(self.before):
            return False
        if any(sign.search(self.before) for sign in (_NOT_DONE, _IF, _STAYS)) or _HEARSAY.search(
            self.earlier
        ):
            return False
        if self._is_asked_about:
            return False
        if self.verb.casefold().endswith("ing"):
            return _PAST_AUX.search(auxiliaries) is not None
        if not is_past(self.verb):
            return _SINCE.search(self.after) is not None
        return not (_PRESENT_BE.search(auxiliaries) and not re.search(r"\bbeen\b", auxiliaries, re.I))

    @property
    def is_so(self) -> bool:
        """Whether it is told as what is the case, must be, or comes: not in the past, and not as wanted only."""
        if self._is_asked_about or _PAST_AUX.search(self.auxiliaries):
            return False
        if re.search(r"\bto\s+(?:be\s+)?$", self.before, re.I):
            return _NEEDED.search(self.before) is not None
        is_simple_past = is_past(self.verb) and not _is_unchanged(self.verb)
        return not is_simple_past or bool(self.auxiliaries.strip()) or not _WORD.search(self.before)

    @property
    def is_only_possible(self) -> bool:
        return _MODAL.search(self.auxiliaries) is not None

    @property
    def _is_asked_about(self) -> bool:
        relative = _RELATIVE.match(self.before)
        earlier = self.earlier[: len(self.earlier) - len(self.before)]
        return relative is not None and _ASKED.search(earlier) is not None


def is_past(word: str) -> bool:
    """Whether it may be the past or the participle of a verb."""
    return bool(re.fullmatch(PAST, word, re.I)) and not re.fullmatch(_NO_PAST, word, re.I)


def is_noun(sentence: str, word: re.Match[str]) -> bool:
    """Whether it is the "painting" of "the painting" or of "a large painting", or the "broken" of "four broken beams"."""
    before = sentence[: word.start()]
    if _DETERMINER_BEFORE.search(before) or _FOR_BEFORE.search(before):
        return True
    if _NUMBER_BEFORE.search(before) and not _NAMED_BY_NUMBER.search(before):
        if is_past(word[0]):
            return _BEHIND_A_VERB.match(sentence, word.end()) is None
        return word[0].endswith("s")
    is_begun = _BE_BEFORE.search(before) or _BEGUN_BEFORE.search(before)
    return word[0].casefold().endswith(("ing", "ings")) and not is_begun


def clause_around(sentence: str, verb: re.Match[str]) -> Clause:
    """Up to the next clause, or the one behind it where that begins with another verb right away: "designed and built in 1760"."""
    starts, ends = 0, len(sentence)
    for border in _BORDER.finditer(sentence):
        if border.end() <= verb.start():
            starts = border.end()
        elif border.start() >= verb.end() and _WORD.search(sentence, verb.end(), border.start()):
            ends = border.start()
            break
    # "The freezer that Omar sold us was built in 1998."
    begun = _THAT_BEFORE.search(sentence, starts, verb.start())
    if begun and begun.start() > starts:
        main = _MAIN_VERB.search(sentence, verb.end(), ends)
        starts, ends = begun.start(), main.start() if main else ends
    return Clause(
        sentence[starts : verb.start()],
        verb[0],
        sentence[verb.end() : ends],
        sentence[: verb.start()],
        sentence,
    )


def _is_unchanged(word: str) -> bool:
    return re.fullmatch(_UNCHANGED, word, re.I) is not None


def _meant_by(which: str, earlier: str) -> str:
    """What a "which" behind a text may mean: all that is told there behind the verb; of a "who" the last name or noun."""
    words = earlier.rstrip(" ,").split()
    begin = len(words)
    is_name = bool(words) and words[-1][0].isupper()
    while begin and len(words) - begin < _LONGEST_ANTECEDENT:
        word = words[begin - 1]
        if which == "which":
            if is_past(word) or re.fullmatch(AUXILIARY, word, re.I):
                break
        elif not word[0].isupper() if is_name else not content(word) or is_past(word):
            break
        begin -= 1
    return " ".join(words[begin:])
