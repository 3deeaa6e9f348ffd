"""What no document can answer: a greeting, thanks, and a request to make something up."""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day|night)|greetings|thanks?(?: you)?(?: (?:so|very) much)?"
    r"|bye|goodbye|how are you(?: (?:doing|today))*|nice to meet you|hallo|guten (?:tag|morgen|abend)|danke|bonjour|salut|merci"
    r"|hola|gracias|ciao|grazie|ol[aá])(?:\s+(?:there|all|everyone|again|council|you))*\W*)+$",
    re.I,
)
_MADE_UP = re.compile(
    r"^\W*(?:(?:please|hi|hello|hey|now|then|can you|could you|would you|will you|i (?:want|would like) you to)[,\s]+)*"
    r"(?:(?:write|compose|make up|invent|create|tell|sing|give|draft)\s+(?:me\s+|us\s+)?(?:an?|some|another|the)?\s*(?:\w+[\s-]+){0,2}?"
    r"(?:poems?|haikus?|limericks?|sonnets?|songs?|lyrics|rhymes?|ballads?|jokes?|riddles?|stor(?:y|ies)|fairy tales?|tales?|fables?|verses?"
    r"|slogans?|raps?|puns?)\b(?!\s+(?:that|which)\s)|schreib\w*\s+(?:mir\s+)?(?:bitte\s+)?(?:ein|eine)\s+(?:gedicht|geschichte|lied|witz)\b)",
    re.I,
)


def asks_for_no_fact(text: str) -> bool:
    """Whether it greets or wants something made up: there is no answer in the documents to be looked for."""
    return bool(_GREETING.match(text[:200]) and len(text) <= 200) or _MADE_UP.match(text) is not None
