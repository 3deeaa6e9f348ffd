"""Whether a text tells something and asks for nothing, so that examples of questions cannot be meant by it.

A rule on the form of English sentences. In doubt, and in another language, a text may ask. What is to be remembered is
known to the caller's `is_told`, as routing has no memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable

IsTold = Callable[[str], bool]

LONGEST_CHARS = 1000
_LEAD = r"(?:(?:hi|hello|hey|please|also|and|so|well|ok(?:ay)?|oh|btw|by the way|fyi|yes|no)\b[\s,.:!-]{0,4}){0,4}"
_TO_REMEMBER = re.compile(
    rf"(?:^|[.!?\n])\W{{0,4}}{_LEAD}(?:(?:can|could|would|will) you )?(?:please )?remember(?: that\b|\s?:)",
    re.I,
)
_ASKS = re.compile(
    r"\?|\b(?:what|which|who|whom|whose|where|why|how|whether|know|knows|wonder|wondering|curious|tell|need|want|wish|ask|asking|asked|please|help|calculate"
    r"|compute|convert|find|give|show|look up|check|guess|question|forgot|forget|not sure|unsure|(?:would|['’]d) (?:like|love))\b",
    re.I,
)
_SUBJECT = (
    r"(?:(?:I|we|he|she|it|they|this|that|there|you|today|yesterday|tomorrow)\b|(?:my|our|his|her|its|their|your|the|a|an|this|that|these|those)(?: [\w'’-]+){1,8}?"
    r"|(?-i:[A-Z])[\w'’-]+(?: (?-i:[A-Z])[\w'’-]+){0,2})"
)
_VERB = r"(?:['’](?:s|m|re|ve|ll|d)|(?: [a-z]{2,12}ly| also| just| still)?(?: am| is| are| was| were| has| have| had| did| will| went| got| came| began| ran| met| took| left| [a-z]{2,12}ed))"
_TELLS = re.compile(rf"^\W*{_LEAD}{_SUBJECT}{_VERB}\b", re.I)


def is_to_be_remembered(text: str) -> bool:
    """ "Remember that ..." and "Remember: ..." are said to nobody's skill."""
    return _TO_REMEMBER.search(text[:LONGEST_CHARS]) is not None


def tells(text: str, is_told: IsTold) -> bool:
    """Whether nothing is asked for: it is to be remembered, or is a sentence that states something."""
    return is_to_be_remembered(text) or is_told(text) or _states(text[:LONGEST_CHARS])


def _states(text: str) -> bool:
    return _ASKS.search(text) is None and _TELLS.match(text) is not None
