"""Which of a user's own sentences are statements to remember: about themselves, or said to be remembered.

A rule on the form of English sentences: it understands nothing, and leaves a sentence out in doubt. What is asked,
ordered, quoted, imagined, pasted, code or about a fault of the moment is no statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

LONGEST_TURN_CHARS = 4000
LONGEST_SENTENCE_CHARS = 300
LONGEST_PARAGRAPH_CHARS = 800
MOST_STATEMENTS = 8
_FEWEST_WORDS, _MOST_WORDS = 2, 45

_FENCED = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`", re.S)
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.M)
_QUOTED = re.compile(r"“[^”]{12,}”|\"[^\"\n]{12,}\"|«[^»]{12,}»|„[^“”]{12,}[“”]")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|approx|e\.g|i\.e)\.$")
_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+|\n+")

# The turn works on a text or plays a part: what it says is not said of the user.
_ABOUT_A_TEXT = re.compile(
    r"\b(?:translate|summari[sz]e|proof-?read|re-?write|rephrase|paraphrase|correct|edit|reword|classify|shorten|improve|continue"
    r"|complete|analy[sz]e|polish)\b[^.?!\n]{0,60}?(?::|\b(?:this|the following|these|text|sentences?|paragraph|e-?mail|message|grammar)\b)",
    re.I,
)
_IMAGINED = re.compile(
    r"\b(?:imagine|pretend|suppose|assume|role-?play|let'?s (?:say|play|pretend)|act as|hypothetically|what if|in (?:a|my) (?:story|novel|dream)"
    r"|write (?:me )?an? (?:story|poem|song|letter|essay|dialogue|scene))\b",
    re.I,
)
_SECRET = re.compile(
    r"\b(?:pass(?:[ -]?(?:word|code|phrase|wd))?s?|passw[0o]rds?|pwd|pins?|secrets?|keys?|keycodes?|tokens?|bearer|credentials?|cvv|cvc|otp|2fa|mfa|totp|codes?"
    r"|combination|log-?ins?|sign-?ins?|user ?names?|recovery|seed (?:words?|phrase)|master phrase|licen[cs]e number|tax|routing|iban|account (?:number|no)"
    r"|mastercard|visa card|(?:credit|debit|bank) card|card number|amex|ssn|social security|passport|maiden name)\b|\bI use \S+ for (?:all|every)\b",
    re.I,
)

_LEAD = (
    r"(?:(?:hi|hello|hey|please|also|and|so|well|ok(?:ay)?|oh|btw|by the way|fyi|for your information|just so you know|you should know(?: that)?"
    r"|actually|yes|no|sorry|one more thing|for the record|in case it helps|fun fact)\b[\s,.:!-]*)*"
)
_OPENS = re.compile(rf"^\W*{_LEAD}", re.I)
_TO_KEEP = re.compile(
    r"^(?:(?:can|could|will|would) you )?(?:please )?(?:(?:do not|don'?t|never) forget|remember|keep in mind|bear in mind|make a note|note"
    r"|take note)\b(?:(?: that)?\s*[:,]?\s*)(?P<what>.+)$",
    re.I,
)
# "Remember to answer in JSON" is an order to the assistant, "remember when" a reminiscence.
_NOT_TO_KEEP = re.compile(
    r"^(?:to (?:always |never |only )?(?:answer|reply|respond|use|write|speak|talk|say|be|give|keep|format|include|return|stay|act|run|ignore|do)\b"
    r"|when\b|what\b|who\b|where\b|which\b|me\b\W*$|this\W*$|that\W*$|it\W*$|how\b|always\b|never\b|ignore\b|you\b|your\b|(?:the |all )?(?:answers?|repl(?:y|ies)|responses?|outputs?)\b|[b-hj-z]\b)",
    re.I,
)

_ADVERB = (
    r"(?:(?:also|really|usually|always|never|often|currently|still|just|both|only|mostly|actually|now|recently|already|mainly|sometimes|absolutely"
    r"|especially|probably)\s+)?"
)
_NOT = r"(?:(?:do not|don'?t|did not|didn'?t|can'?t|cannot|can not|won'?t|no longer)\s+)?"
_OWN_VERB = (
    r"(?:live|lived|work|worked|study|studied|prefer|preferred|like|liked|love|loved|hate|hated|dislike|drive|drove|own|owned|play|played|speak|spoke"
    r"|use|used|moved|grew up|graduated|got|bought|sold|drink|eat|ate|teach|taught|weigh|support|smoke|sing|paint|cook|collect|commute|wear|retired"
    r"|married|divorced|met|booked|ordered|adopted|named|call|called|decided|chose|agreed|plan|planned|intend|promised|started|joined|left|quit|visited"
    r"|travel|believe in|vote|voted|run|ride|swim|train|practi[sc]e|volunteer|take|go to|belong|come from|came from|was|were|have|had|'ve|enjoy|share"
    r"|(?:will|'ll|’ll) (?:be (?:in|at|away|on)|go|visit|fly|travel|move|marry|start|turn))"
)
_I = re.compile(
    rf"^(?:I|we)(?:'m|’m|'re|’re|'ve|’ve)?\s*(?=\s|'ll|’ll)\s*{_ADVERB}{_NOT}{_ADVERB}(?P<verb>{_OWN_VERB})\b(?P<rest>.*)$",
    re.I,
)
_AM = re.compile(
    rf"^(?:I am|I'm|I’m|Im|we are|we're|we’re|I have been|I've been|I’ve been)\s+(?:not\s+)?{_ADVERB}(?P<rest>.+)$",
    re.I,
)
_HAVE = re.compile(rf"^(?:I|we)(?:'ve|’ve)\s+{_ADVERB}(?:got\s+)?(?P<rest>.+)$", re.I)
_MY = re.compile(
    r"^(?:my|our)\s+(?P<what>[^.!?]{1,60}?)(?:'s|’s)?\s+(?P<verb>is|are|was|were|has|have|had|lives?|lived|works?|worked|likes?|loves?|hates?|prefers?"
    r"|leaves?|starts?|begins?|ends?|closes?|opens?|turned|turns|moved|died|studies|plays?|speaks?|uses?|means|weighs?|costs?|goes|comes|ran|runs|meets?"
    r"|belongs|decided|chose|agreed|won|lost|got|bought|will|expires?|arrives?|departs?|takes?|drinks?|eats?|teaches|owns|drives|and I)\b(?P<rest>.*)$",
    re.I,
)
_IS_MINE = re.compile(r"^[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)? (?:is|are|was|were) (?:my|our) (?P<rest>.+)$")
_CALL_ME = re.compile(
    r"^(?:you (?:can|may) |just )?call me (?!(?:when|if|an?|the|back|later|maybe|crazy|at|on|in|tomorrow|tonight|as|once|after|before|now|again|it|names?)\b)"
    r"(?:by )?[\w'’-]{1,30}(?: [\w'’-]{1,30})?[.!]?$",
    re.I,
)

# What people say of themselves that is a wish, a mood, a fault of the moment or an act in the talk.
_PASSING_MY = re.compile(
    r"^(?:code|function|script|program|programme|query|class|method|loop|regex|tests?|build|bug|error|output|input|question|problem|issue|point|request"
    r"|guess|bad|mistake|prompt|task|answer|apologies|turn|goodness|god|essay|text|sentence|homework|assignment|array|list|data|dataset|data ?frame|string"
    r"|variable|table|matrix|vector|file|csv|json|point)\b",
    re.I,
)
_FAULT = re.compile(
    r"\b(?:error|exception|fails?|failed|failing|crash\w*|broken|bug|throws?|undefined|stack ?trace|stuck|trouble|wrong|"
    r"does(?: not|n'?t) work|not working|isn'?t working)\b",
    re.I,
)
_PASSING_AM = re.compile(
    r"^(?:a (?:bit|little)\b|trying|looking for|looking at|wondering|getting|going to (?:ask|need|try)|not sure|sure|confused|writing|making|building|asking"
    r"|curious|stuck|thinking|thinking of|afraid|having|interested in knowing|sorry|ready|here\b|fine|good|great|ok|okay|tired|bored|hungry|sad|happy|glad|lost"
    r"|done|back|testing|reading|seeing|right|wrong|aware|unable|able|trying|doing|talking|referring|saying|very (?:happy|sad|confused|tired)|so (?:happy|sad|tired)"
    r"|given|told|supposed|about to|just|kidding|joking|following|running|using this|needing|hoping|struggling|worried|in need|in a (?:hurry|rush)|it\b|that\b|sad|impressed|your?\b)\b",
    re.I,
)
_PASSING_HAVE = re.compile(
    r"^\s*(?:an? )?(?:\w+ )?(?:question|problem|issue|idea|doubt|request|task|list|array|string|function|class|script|code|file|dataset|data ?frame|table|bug"
    r"|moment|minute|feeling|no idea|to\b|been trying|the following|this\b|following|tried|seen|read|heard|noticed|forgotten)s?\b",
    re.I,
)
_HANDLING = frozenset(
    {
        "have",
        "had",
        "got",
        "get",
        "bought",
        "eat",
        "ate",
        "sold",
        "run",
        "ran",
        "call",
        "called",
        "use",
        "used",
        "take",
        "started",
    }
)
# Of exercises in arithmetic and of programs, what they handle.
_OF_A_TASK = re.compile(
    r"\b(?:code|functions?|scripts?|program|arrays?|variables?|loop|arguments?|methods?|files?|columns?|query|command|rule|formula|equation|matrix|triangle|rectangle"
    r"|circle|square|dice|die|bag|urn|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|some) (?:\w+ )?(?:apples|oranges|bananas|marbles|coins|candies|sweets|pencils"
    r"|eggs|cookies|balls|cards|pies|boxes|dollars|euros))\b",
    re.I,
)
_PASSING_VERB = re.compile(
    r"^\s*(?:it|that|this|them|to know|your|you|how|the (?:answer|idea|result))\b", re.I
)
_ORDER_BEHIND = re.compile(
    r"(?:[,;]|\b(?:and|so|then))\s*(?:please\s+)?(?:give|write|tell|show|explain|help|make|list|create|suggest|can you|could you|how|what|why|which|is it|should"
    r"|(?:i )?(?:need|want|would like))\b",
    re.I,
)


# Beside a statement nothing else is said in a turn that tells: a letter, a part, an exercise and a quotation tell things, too.
_SOCIAL = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks|thank you|ok(?:ay)?|yes|no|sorry|please|btw|by the way|fyi|nice to meet you|how are you)"
    r"(?: (?:there|council|everyone|all|again|very much|so much|a lot|please))?\W*$",
    re.I,
)


def statements(text: str, is_secret: Callable[[str], bool] = lambda sentence: False) -> list[str]:
    """The sentences to remember, as they were written, at most MOST_STATEMENTS. Pure; a millisecond for a usual turn.

    `is_secret` tells of a sentence whether it holds what must not be kept.
    """
    if len(text) > LONGEST_TURN_CHARS:
        return []
    plain = _QUOTED_LINE.sub("\ufffc", _FENCED.sub("\ufffc", text))
    if _ABOUT_A_TEXT.search(plain) or _IMAGINED.search(plain):
        return []
    plain = _QUOTED.sub("\ufffc", plain)
    sentences = list(_sentences(plain))
    is_telling = len(text) == len(plain) and all(
        _is_statement(each) or _SOCIAL.match(each) for each in sentences
    )
    kept = [each for each in sentences if _is_statement(each) and (is_telling or _is_to_keep(each))]
    known = list(dict.fromkeys(each for each in kept if not _SECRET.search(each) and not is_secret(each)))
    return known[:MOST_STATEMENTS]


def _sentences(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text):
        if len(paragraph) > LONGEST_PARAGRAPH_CHARS:
            continue
        held = ""
        for part in _END.split(paragraph):
            held = f"{held} {part}".strip() if held else part.strip()
            if _ABBREVIATION.search(held):
                continue
            if held:
                yield held
            held = ""
        if held:
            yield held


def _is_statement(sentence: str) -> bool:
    words = sentence.split()
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS:
        return False
    if len(sentence) > LONGEST_SENTENCE_CHARS or "\ufffc" in sentence or "?" in sentence:
        return False
    said = sentence[_OPENS.match(sentence).end() :].strip()  # type: ignore[union-attr]  # it matches the empty text
    told = _TO_KEEP.match(said)
    if told is not None:
        return _is_worth(told["what"])
    if _ORDER_BEHIND.search(said):
        return False
    return any(is_it(said) for is_it in (_is_of_what_is_mine, _is_of_what_i_am, _is_of_what_i_do, _is_named))


def _is_to_keep(sentence: str) -> bool:
    """Said to be remembered, in so many words."""
    said = sentence[_OPENS.match(sentence).end() :].strip()  # type: ignore[union-attr]  # it matches the empty text
    return _TO_KEEP.match(said) is not None


def _is_worth(what: str) -> bool:
    return len(what.split()) > 1 and not _NOT_TO_KEEP.match(what)


def _is_of_what_is_mine(said: str) -> bool:
    mine = _MY.match(said)
    return mine is not None and not _PASSING_MY.match(mine["what"]) and not _FAULT.search(said)


def _is_of_what_i_am(said: str) -> bool:
    am = _AM.match(said)
    return am is not None and not _PASSING_AM.match(am["rest"]) and not _FAULT.search(said)


def _is_of_what_i_do(said: str) -> bool:
    if _FAULT.search(said):
        return False
    does = _I.match(said)
    if does is None:
        have = _HAVE.match(said)
        return have is not None and not _PASSING_HAVE.match(have["rest"])
    verb, rest = does["verb"].lower(), does["rest"].strip(" .!")
    if verb in ("was", "were"):
        return len(rest) > 1 and not _PASSING_AM.match(rest)
    if verb in _HANDLING and _OF_A_TASK.search(rest):
        return False
    passing = _PASSING_HAVE if verb in ("have", "had", "got") else _PASSING_VERB
    return len(rest) > 1 and not passing.match(does["rest"])


def _is_named(said: str) -> bool:
    return bool(_CALL_ME.match(said) or _IS_MINE.match(said))
