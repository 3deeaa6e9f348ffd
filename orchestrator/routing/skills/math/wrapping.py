"""The conversation around a question: greetings, "could you please compute", "what is", thanks.

Only whole phrases at the beginning and the end are taken off. What is left must be mathematics to the last word, so
nothing else that was asked for is ever dropped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Core:
    """What is left of a text. `asked` says that its wrapping made it a question or a request to compute."""

    text: str
    asked: bool


_GREETING: Final = (
    r"(?:hi|hello|hey|hiya|yo|howdy|greetings|good (?:morning|afternoon|evening|day))"
    r"(?: (?:there|again|everyone|all|council|bot|assistant|friend|buddy|team))?\s*(?:[,.!;:-]+|(?= ))\s*"
)
_FILLER: Final = (
    r"(?:ok|okay|so|um+|uh+|er|well|now|alright|all right|right|please|pls|plz|kindly|quickly|just|then|also|but|and"
    r"|sorry|excuse me|oh|hmm+|in math|in maths|mathematically|for my homework|real quick)[,:.!]*\s+"
)
_LABEL: Final = (
    r"(?:(?:a|one|my|here is a|here's a|i have a|just a|another|got a)?\s*"
    r"(?:(?:quick|simple|small|short|easy|math|maths|dumb|silly|basic|little|arithmetic) )*"
    r"(?:question|one|problem|query|task|exercise|calculation|math|maths|calc|calculator|arithmetic|q)"
    r"(?: for you)?)\s*[:,.!?-]+\s*;?\s*"
)
_ABLE: Final = (
    r"(?:(?:can|could|would|will) (?:you|u|someone|anyone|anybody)|can i ask you to|are you able to) "
)
_TELL: Final = r"(?:tell|show|give) (?:me|us) (?!what|how)"
_HELP: Final = r"(?:help me|help us)(?: to| with| out)?(?: with)? "
_WANT: Final = r"(?:i|we)(?:'d| would)? (?:need|want|like|have|am trying|was trying)(?: you)? to (?!know what|know how|find out what) ?"
_WONDER: Final = r"(?:do you know|any idea|i wonder|i was wondering|let me know|know) (?=what|how)"
_VERB: Final = (
    r"(?:calculate|compute|evaluate|work out|figure out|determine|find|find out|get|calc|do the math(?: on)?|do)"
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
_ASKED_LEAD: Final = re.compile(rf"(?:{_VERB}|{_WHAT}|{_VALUE}|{_EXPRESSION}|=\s*)", re.IGNORECASE)
_QUIET_LEAD: Final = re.compile(
    rf"(?:{_GREETING}|{_FILLER}|{_LABEL}|{_ABLE}|{_TELL}|{_HELP}|{_WANT}|{_WONDER}|[\s;:,.]+)", re.IGNORECASE
)
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
    """The question without its wrapping; `text` is in plain notation."""
    text = _without_symbols(text)
    asked = False
    for _ in range(_MAX_ROUNDS):
        shorter, asking = _round(text)
        asked = asked or asking
        if shorter == text:
            break
        text = shorter
    return Core(text.strip(), asked)


def _round(text: str) -> tuple[str, bool]:
    """One piece of wrapping less, and whether it asked for something."""
    if found := _TRAIL.search(text):
        return text[: found.start()], bool(_ASKING_TRAIL.search(found[0]))
    if found := _WHAT_DOES.fullmatch(text):
        return found["rest"], True
    if found := _ASKED_LEAD.match(text):
        return text[found.end() :], True
    if found := _QUIET_LEAD.match(text):
        return text[found.end() :], False
    return text, False


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
    return char.isspace() or unicodedata.category(char) in ("So", "Sk", "Cf", "Mn") and char != "°"
