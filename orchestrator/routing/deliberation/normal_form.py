"""What an answer says, without how it says it: two answers with the same normal form are one opinion.

None means that the answer is not of the form that was asked for, a choice that names no option, a number question
without a number; or that it says no result: it only repeats the question's numbers, or was cut off before it came to
one. Such an answer has no vote.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation

from orchestrator.routing.deliberation.question import Question, states_a_sum

MAX_SHORT_WORDS = 5
_MAX_CHARS = 20_000
_SAID_WITHIN_CHARS = 40
_SAID_FIRST_CHARS = 200  # patterns that skip signs on both sides take quadratic time
_NUMBER = re.compile(r"(?<![\w.])[-−]?\$?\d+(?:,\d{3})*(?:\.\d+)?(?![\d])")
_SAID_NUMBER = re.compile(
    r"(?:answer|result|total|sum)\s*(?:is|:|=)\s*(?:about\s+)?$|####\s*$", re.IGNORECASE
)
_STATED = re.compile(
    r"(?:=|≈|\b(?:is|are|equals?|makes|gives|comes to)(?:\s+(?:about|approximately|exactly|equal to))?)\s*[*(]*$",
    re.IGNORECASE,
)
_HAD = re.compile(
    r"(?::|\b(?:is|are|was|were|be|has|have|gets?|got|leaves|costs?|needs?|takes|owns|stays?(?: at)?|remains?(?: at)?|left with|total of)"
    r"(?:\s+(?:only|about|exactly|still|just|now))?)\s*[*(]*$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:\W{0,9}(?:so|thus|therefore|still|about|exactly|only|just|it's|it’s)\b)?[^\w$−-]{0,9}[-−]?\$?\d[\d,.]*\s?[%°€£]?[^\w\n]{0,4}(?!(?:in|as|to|of|is|by|from|and|or|are|plus|minus|times)\b)"
    r"(?:[^\W\d]+(?:[ -](?!(?:in|as|to|of|is|by|from|and|or|are)\b)[^\W\d]+)?)?[^\w\n]{0,9}",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?\n]['\"”’)*_]{0,4}\s*$")
_STATES = re.compile(r"(?:[=≈:]|\b(?:is|are|was|were|equals?|means|called|named)\b)", re.IGNORECASE)
_LEADS_IN = re.compile(
    r"\W*(?:to|in order|let|let's|let’s|we|you|first|firstly|start|begin|if|when|since|as|because|given|sure|certainly|of course|okay|ok"
    r"|well|i|i'd|i'm|i'll|i’d|i’m|i’ll|here|for|by|using|convert|find|consider|step|this|that|it|there)\b",
    re.IGNORECASE,
)
_OPERATOR_AFTER = re.compile(
    r"\s*(?:[-+*/×÷^%]|plus|minus|times|(?:divided|multiplied) by|added to|(?:more|less) than)\s*\(?\$?\d",
    re.IGNORECASE,
)
_SAID_YES_NO = re.compile(
    r"^\W*(?:the\s+)?(?:(?:correct\s+)?answer\s*(?:to\s+[^.]{1,60}\s)?(?:is)?\s*:?\s*)?\W*(?P<said>yes|no|true|false)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’.,][^\W_]+)*")
_FIRST_SENTENCE = re.compile(r"^.*?(?:[.!?]['\"”’)*_]{0,4}(?=\s|$)|\n|$)", re.DOTALL)
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?!\s|$))+(?:[.!?]+|\n|$)|[.!?\n]")
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and answer are as at be by called for in indeed is it its known named of on or so that the there these "
        "this to was were which with you",
    )
)


def normal_form(question: Question, answer: str, rotation: int = 0, *, cut: bool = False) -> str | None:
    """The answer's normal form, or None when it is not of the form asked for, or says no result.

    `rotation` is how far the options were turned in what this voice was shown, `cut` whether it ended for want of tokens.
    Of an open question's answer it is what its first sentence adds to the words of the question, when that is short,
    else the whole text.
    """
    answer = answer.strip()[:_MAX_CHARS]
    match question.form:
        case "choice":
            return _choice(question, answer, rotation)
        case "number":
            return final_number(answer, question.text, cut=cut)
        case "yes_no":
            return _yes_no(answer)
        case "json":
            return _canonical_json(answer)
        case "open":
            says = says_something(question.text, answer) if question.asks else has_begun(answer)
            if cut and not says:
                return None
            return short_answer(question.text, answer) or _plain(answer) or answer or None


def is_short(form: str) -> bool:
    """Whether a normal form is a short answer rather than a whole text."""
    return len(form.split()) <= MAX_SHORT_WORDS


def final_number(answer: str, question: str = "", *, cut: bool = False) -> str | None:
    """The number an answer comes to: one that it calls its answer, else what it states. None when it states none.

    A bare sum is answered by the first statement, and what follows only explains it. A word problem is worked out: the last
    number counts (as GSM8K is graded) that is the result of an equation or not one of the question's own. A number of the
    question counts only where the answer is said to be that; of a text that was `cut` off, what its last, unfinished
    sentence states.
    """
    found = _numbers(answer, cut=cut)
    if not found:
        return None
    said = next((match for match in reversed(found) if _is_said(answer, match.start())), None)
    result = said or _unsaid(
        answer, found, question, open_from=_unfinished_from(answer) if cut else len(answer)
    )
    return None if result is None else _canonical_number(result.group())


def _unsaid(
    answer: str, found: list[re.Match[str]], question: str, *, open_from: int
) -> re.Match[str] | None:
    own = {_canonical_number(number.group()) for number in _NUMBER.finditer(question)}
    read = _first_stated if states_a_sum(question) else _worked_out
    for match in reversed(read(answer, found, own)):
        if _is_result(answer, match, is_own=_canonical_number(match.group()) in own, open_from=open_from):
            return match
    return None


def _numbers(answer: str, *, cut: bool) -> list[re.Match[str]]:
    """All numbers of the text but one that was cut off at its point: "0." may have been going to be any number below 1."""
    found = list(_NUMBER.finditer(answer))
    at_point = bool(found) and cut and answer[found[-1].end() :] in (".", ",")
    is_half = at_point and (
        _begins(answer[: found[-1].start()]) or _canonical_number(found[-1].group()) == "0"
    )
    return found[:-1] if is_half else found


def _unfinished_from(answer: str) -> int:
    """Where the last sentence begins when nothing ends it; else the end of the text."""
    sentences = list(_SENTENCE.finditer(answer))
    return len(answer) if not sentences or _ENDED.search(sentences[-1].group()) else sentences[-1].start()


def _is_result(answer: str, match: re.Match[str], *, is_own: bool, open_from: int) -> bool:
    """Whether a number that nobody called the answer may be taken for it."""
    unfinished = match.start() >= open_from
    if is_own:
        return not unfinished and (
            _is_stated(answer, match) or _is_had(answer, match) or _is_bare(answer, match)
        )
    return (
        not unfinished
        or _begins(answer[open_from : match.start()])
        or _is_stated(answer, match)
        or _is_had(answer, match)
    )


def _begins(before: str) -> bool:
    return not _WORD.search(before)


def _is_had(answer: str, match: re.Match[str]) -> bool:
    before = answer[max(0, match.start() - _SAID_WITHIN_CHARS) : match.start()]
    return bool(_HAD.search(before)) and not _OPERATOR_AFTER.match(answer, match.end())


def _is_bare(answer: str, match: re.Match[str]) -> bool:
    """Whether its sentence has nothing but it and perhaps its unit."""
    near = max(0, match.start() - _SAID_WITHIN_CHARS)
    sentence = next(
        part
        for part in _SENTENCE.finditer(answer, near, match.end() + _SAID_WITHIN_CHARS)
        if part.end() >= match.end()
    )
    return _BARE.fullmatch(sentence.group()) is not None


def _is_said(answer: str, start: int) -> bool:
    return _SAID_NUMBER.search(answer, max(0, start - _SAID_WITHIN_CHARS), start) is not None


def _first_stated(answer: str, found: list[re.Match[str]], own: set[str | None]) -> list[re.Match[str]]:
    """Of the first sentence with a number: what it states, else its first number that the question has not."""
    sentence = next(
        part for part in _SENTENCE.finditer(answer) if part.start() <= found[0].start() < part.end()
    )
    first = [match for match in found if match.start() < sentence.end()]
    stated = [match for match in first if _is_stated(answer, match)]
    new = [match for match in first if _canonical_number(match.group()) not in own]
    return stated or new[:1] or first[-1:]


def _worked_out(answer: str, found: list[re.Match[str]], own: set[str | None]) -> list[re.Match[str]]:
    worked = [
        match
        for match in found
        if _canonical_number(match.group()) not in own
        or (_is_stated(answer, match) and answer[: match.start()].rstrip().endswith(("=", "≈")))
    ]
    return worked or found[-1:]


def _is_stated(answer: str, match: re.Match[str]) -> bool:
    """Whether it is what something is said to be, and not the beginning of another sum."""
    before = answer[max(0, match.start() - _SAID_WITHIN_CHARS) : match.start()]
    return bool(_STATED.search(before)) and not _OPERATOR_AFTER.match(answer, match.end())


def is_whole(answer: str) -> bool:
    """Whether the first statement of a text that was cut off had ended by then."""
    ended = _FIRST_SENTENCE.match(answer.lstrip())
    return ended is not None and ended.end() < len(answer.lstrip())


def says_something(question: str, answer: str) -> bool:
    """Whether a text that was cut off says something to the question: all of a statement, or part of one that has its word.

    An unfinished one that leads in ("To convert 75 %, you") or has only the question's own words does not.
    """
    if is_whole(answer):
        return True
    known = {word.casefold() for word in _WORD.findall(question)} | _SMALL_WORDS
    statement = _STATES.search(answer)
    if statement is None and _LEADS_IN.match(answer):
        return False
    said = _WORD.findall(answer[statement.end() :] if statement else answer)
    return (not said and not statement) or any(word.casefold() not in known for word in said)


def has_begun(text: str) -> bool:
    """Whether a text that was cut off has more of itself than the article or the word that leads in, such as "The"."""
    if is_whole(text) or not _WORD.search(text):
        return True
    return any(
        word.casefold() not in _SMALL_WORDS for word in _WORD.findall(_LEADS_IN.sub("", text, count=1))
    )


def short_answer(question: str, answer: str) -> str | None:
    """What the first sentence adds to the question's own words, or None when that is nothing or long."""
    sentence = _FIRST_SENTENCE.match(answer)
    known = {word.casefold() for word in _WORD.findall(question)} | _SMALL_WORDS
    said = [word.casefold() for word in _WORD.findall(sentence.group() if sentence else "")]
    new = [word for word in said if word not in known] or [w for w in said if w not in _SMALL_WORDS]
    return " ".join(new) if 1 <= len(new) <= MAX_SHORT_WORDS else None


def _choice(question: Question, answer: str, rotation: int) -> str | None:
    options = question.options
    assert options is not None, "a choice has options"
    index = options.chosen(answer, rotation)
    return None if index is None else options.line(index)


def _yes_no(answer: str) -> str | None:
    said = _SAID_YES_NO.match(answer[:_SAID_FIRST_CHARS])
    if said is None:
        return None
    return "yes" if said["said"].casefold() in ("yes", "true") else "no"


def _canonical_number(written: str) -> str | None:
    try:
        value = Decimal(written.replace(",", "").replace("$", "").replace("−", "-"))
    except InvalidOperation:
        return None
    return f"{value.normalize() + 0:f}"


def _canonical_json(answer: str) -> str | None:
    try:
        return json.dumps(json.loads(answer), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return None


def _plain(answer: str) -> str | None:
    return " ".join(word.casefold() for word in _WORD.findall(answer)) or None
