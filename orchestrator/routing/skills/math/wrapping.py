"""The conversation around a question: greetings, thanks and praise, "could you please compute", "what is".

Only whole phrases at the beginning and the end are taken off. What is left must be mathematics to the last word, so
nothing else that was asked for is ever dropped. Punctuation is taken off where it cannot be part of a number: a point
before a digit is a decimal point, a minus before an operand its sign, and a dash that could be that sign is not read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from orchestrator.routing.skills.math import vocabulary
from orchestrator.routing.skills.math.number_words import COUNTING
from orchestrator.routing.skills.math.outcomes import NotMath


@dataclass(frozen=True, slots=True)
class Core:
    """What is left of a text. `asked` says that its wrapping made it a question or a request to compute."""

    text: str
    asked: bool


_STOPS: Final = r"(?:\s*(?:[,!;:?]|\.++(?!\.*\d))+(?=\s|$)|(?:[,!;:?]|\.++(?!\d))+)"
"""Punctuation behind a word. Apart from both neighbours, or fast to the word: `hi ,5` and `hi .5` keep theirs."""
_SIGN_AHEAD: Final = r"(?=\s+-[\d.($€£a-z])"
_GREETING: Final = (
    r"(?:hi|hello|hey|hiya|yo|howdy|greetings|good (?:morning|afternoon|evening|day))"
    rf"(?: (?:there|again|everyone|all|council|bot|assistant|friend|buddy|team))?(?:{_STOPS}|(?=\s))\s*"
)
_THANKS: Final = (
    r"(?:(?:(?:many )?thanks|thank (?:you|u)|thx|ty|cheers)(?: so much| a lot| very much| a bunch| again| for (?:that|your help|the help))?"
    r"|(?:(?:that's|that is|very|so|really) )?(?:great|cool|nice|perfect|awesome|amazing|excellent|brilliant|wonderful|fantastic|lovely|good job"
    r"|well done|great job|nice one|got it|sounds good|makes sense))"
    rf"(?:{_STOPS}|(?=\s+-\s+[a-z]{{2}})|(?=\s+(?:what|what's|whats|how|now|and|so)\s))\s*"
)
"""Thanks and praise for the last answer, set off from what follows: `great 5` is none."""
_SAYS: Final = r"(?:my|the|our) (?:homework|teacher|book|textbook|worksheet|assignment|exercise|exam|professor) (?:says|asks|reads)(?: that)?[:,]*\s+"
_FILLER: Final = (
    r"(?:ok|okay|(?:please |pls )?help(?: me| us)?(?=[:!])|so|um+|uh+|er|well|now|alright|all right|right|please|pls|plz|kindly|quickly|just|then|also|but|and"
    r"|sorry|excuse me|oh|hmm+|in math|in maths|mathematically|for my homework|real quick)[,:.!]*\s+"
)
_KIND: Final = "quick|simple|small|short|easy|math|maths|dumb|silly|basic|little|arithmetic"
_LABEL: Final = (
    r"(?:(?:a|one|my|here is a|here's a|i have a|just a|another|got a)?\s*"
    rf"(?:(?:{_KIND}) )*(?:question|(?<=[a-z] )one|problem|query|task|exercise|calculation|math|maths|calc|calculator|arithmetic"
    rf"|q(?=\s*[:,.!?]))(?: for you)?)(?:{_STOPS}|(?=\s+-\s+[a-z]{{2}})|{_SIGN_AHEAD})\s*;?\s*"
)
_ABLE: Final = (
    r"(?:(?:can|could|would|will) (?:you|u|someone|anyone|anybody)|can i ask you to|are you able to) "
)
_TELL: Final = r"(?:(?:tell|show|give) (?:me|us) (?!what|how)|(?:tell|show) (?:me|us) (?=(?:how many|how long|how much|what day|what date|which day|on which) [a-z\d$]))"
_HELP: Final = r"(?:help me|help us)(?: to| with| out)?(?: with)? "
_WANT: Final = r"(?:i|we)(?:'d| would)? (?:need|want|like|have|am trying|was trying)(?: you)? to (?!know what|know how|find out what) ?(?:know (?=[\d($€£]))?"
_WONDER: Final = r"(?:do you know|any idea|i wonder|i was wondering|let me know|know) (?=what|how)"
_VERB: Final = (
    r"(?:calculate|compute|evaluate|work out|figure out|determine|find|find out|get|calc|do the math(?: on)?|do(?! you\b))"
    r"(?: for me)?(?: the)?[: ;]+"
)
_WHAT: Final = (
    r"(?:what(?:'s|s| is| are| would be| will be|'re)|what do (?:you|i|we) get (?:if|when) (?:you|i|we)"
    r"|what do (?:you|i|we) get(?: from| for)?|how much(?: is| are|'s)|how many is)[: ;]+"
)
_VALUE: Final = (
    r"(?:the )?(?:exact |numerical |correct )?(?:value|result|answer|outcome)(?: is)?(?: of| to| for|:) "
    r"(?:the (?:expression|calculation|following)(?: expression)?:? )?"
)
_EXPRESSION: Final = (
    r"(?:the )?(?:following )?(?:expression|calculation|sum(?!.* (?:from|for) ))[: ;]+(?=[\d(\\-])"
)
_ABOUT: Final = re.compile(r"(?:what|how) about[:,]*\s+(?!\d+[-/]\d+[\s?.!]*$)", re.IGNORECASE)
"""Goes on from the last question. `how about 3/4?` or `9-5?` may propose a date or hours."""
_ASKED_LEAD: Final = re.compile(rf"(?:{_VERB}|{_WHAT}|{_VALUE}|{_EXPRESSION}|=\s*)", re.IGNORECASE)
_QUIET_LEAD: Final = re.compile(
    rf"(?:{_GREETING}|{_THANKS}|{_SAYS}|{_FILLER}|{_LABEL}|{_ABLE}|{_TELL}|{_HELP}|{_WANT}|{_WONDER}|\s+|[;:]+|,(?!\d)|\.++(?!\d))",
    re.IGNORECASE,
)
_DASH: Final = re.compile(r"-{1,3}(?:\s+|(?=[a-z]{2}))", re.IGNORECASE)
_BULLET: Final = re.compile(r"-{1,3}\s")
"""At the very beginning: of a list item, or a minus."""
_WORD: Final = re.compile(r"(?:the )?([a-z]{2,})\b", re.IGNORECASE)
_OPERAND_WORDS: Final = (
    COUNTING
    | {*vocabulary.FUNCTIONS, *vocabulary.CONSTANTS, "half", "negative", "minus", "point"}
    | {phrase.split()[0] for phrase in (*vocabulary.SPOKEN_FUNCTIONS, *vocabulary.LIST_FUNCTIONS)}
)
"""Words that a minus may stand before. A dash before any other is punctuation: `hi - what is 2+2`."""
_REPEATING: Final = re.compile(r"\.\d+ ?\.{2,}[\s?.;]*$")
"""`0.999...` at the end: digits that go on for ever, and no full stops."""
_WHAT_DOES: Final = re.compile(
    r"(?:(?:can|could) you )?(?:(?:what|how much) (?:does|do|did|would)|(?:tell|show) (?:me|us) (?:what|how much)|know (?:what|how much)|find out what"
    r"|(?:i|we)(?:'d| would)? (?:need|want|like) to know (?:what|how much)|any idea what|do you know what) "
    r"(?P<rest>.+?)(?: (?:equals?|is|are|be|makes?|comes? to|gives?|adds? up to|works? out to|evaluates? to)(?: equal)?(?: to)?)",
    re.IGNORECASE,
)
_TRAIL: Final = re.compile(
    r"(?:[\s?.;]+|(?:\s+|(?<=[?.!,]))(?:please|pls|plz|for me|right now|quickly|exactly|asap|mate|thx|ta|cheers"
    r"|equals? what|equals|is what|is equal to what|gives what|(?:many )?thanks?(?: you)?(?: so much| a lot| very much| in advance)?)[!.]*"
    r"|(?<=[^!<>=])\s*=\s*(?:\?|what|_+)?|\s*=\s*\?+|,)$",
    re.IGNORECASE,
)
_ASKING_TRAIL: Final = re.compile(r"[?=]|what|\bequals?\b", re.IGNORECASE)
_MAX_ROUNDS: Final = 12


def unwrapped(text: str) -> Core:
    """The question without its wrapping; `text` is in plain notation. Raises NotMath for a dash that may be a minus."""
    text = _without_symbols(text)
    if _BULLET.match(text):
        text = _undashed(text)
    asked, goes_on = False, False
    for _ in range(_MAX_ROUNDS):
        if _REPEATING.search(text):
            raise NotMath("digits without an end")
        if found := _ABOUT.match(text):
            goes_on, text = True, _undashed(text[found.end() :])
        shorter, asking = _round(text)
        asked = asked or asking
        if shorter == text:
            break
        text = shorter
    return Core(text.strip(), asked and not goes_on)


def _round(text: str) -> tuple[str, bool]:
    """One piece of wrapping less, and whether it asked for something."""
    if found := _TRAIL.search(text):
        return text[: found.start()], bool(_ASKING_TRAIL.search(found[0]))
    if found := _WHAT_DOES.fullmatch(text):
        return found["rest"], True
    if found := _ASKED_LEAD.match(text):
        rest = text[found.end() :]
        return _undashed(rest) if ";" in found[0] else rest, True
    if found := _QUIET_LEAD.match(text):
        return _undashed(text[found.end() :]), False
    return text, False


def _undashed(text: str) -> str:
    """What follows a greeting, a label or a line end, without the dash that sets it off: `hi - what is 2+2`.

    A minus before its operand stays: `hi -5 + 3`. Raises NotMath for `hi - 5 + 3`, which may be either.
    """
    dash = _DASH.match(text)
    if dash is None:
        return text
    rest = text[dash.end() :]
    word = _WORD.match(rest)
    if word and word[1].lower() not in _OPERAND_WORDS:
        return rest
    if dash[0][-1].isspace():
        raise NotMath("ambiguous: a dash or a minus?")
    return text


def _without_symbols(text: str) -> str:
    """Without emoji at either end."""
    if text.isascii():
        return text
    start, end = 0, len(text)
    while start < end and _is_symbol(text[start]):
        start += 1
    while end > start and _is_symbol(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_symbol(char: str) -> bool:
    """Also the marks that choose how an emoji looks; no other mark, since one over a digit says that it repeats."""
    if char in "°^":
        return False
    return char.isspace() or unicodedata.category(char) in ("So", "Sk", "Cf") or "\ufe00" <= char <= "\ufe0f"
