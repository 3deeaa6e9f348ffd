"""Chances of fair coins, dice and cards, by counting: `probability of two sixes with two dice`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import product
from math import comb
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import integer_of
from orchestrator.routing.skills.math.forms.amounts import known
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, number

_MOST_COINS: Final = 60
_MOST_DICE: Final = 6
_COINS: Final = ", with fair coins"
_DICE: Final = ", with fair dice of six sides"
_CARDS: Final = ", of 52 cards without jokers"


def _number(text: str | None, otherwise: int = 1) -> int:
    if not text:
        return otherwise
    word = {"a": "1", "an": "1", "both": "2", "once": "1", "twice": "2", "double": "2"}.get(text.lower())
    return integer_of(known(word or re.sub(r" times$", "", text.lower())))


def _of(favourable: int, all_of_them: int, note: str) -> Question:
    """So many of all cases. Raises NotMath where none, or each, is meant."""
    if not 0 < favourable < all_of_them:
        raise NotMath("no chance, or no doubt")
    return replace(ask("chance", Apply("/", (number(favourable), number(all_of_them)))), note=note)


def _heads(match: re.Match[str]) -> Question:
    """Raises NotMath for `2 heads in 3 flips`: exactly, or at least?"""
    groups = match.groupdict()
    count = _number(groups.get("k") or groups.get("times"))
    flips = _number(groups.get("n"), count)
    word = (groups.get("how") or "").lower().strip()
    if not 0 < count <= flips <= _MOST_COINS:
        raise NotMath("so many coins")
    if groups.get("row") and flips != count:
        raise NotMath("ambiguous: somewhere in a row?")
    if word in ("at least", "at most"):
        kinds = range(count, flips + 1) if word == "at least" else range(count + 1)
        return _of(sum(comb(flips, kind) for kind in kinds), 2**flips, _COINS)
    if count != flips and word != "exactly":
        raise NotMath("ambiguous: exactly, or at least?")
    return _of(comb(flips, count), 2**flips, _COINS)


_FACES: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "sixe": 6, **{str(face): face for face in range(1, 7)},
}  # fmt: skip


def _same_faces(match: re.Match[str]) -> Question:
    """`two sixes with two dice`, `a 6 with one die`, `at least one six with 2 dice`. Raises NotMath for `a six with two dice`."""
    count, dice = _number(match["k"]), _number(match["n"])
    face = match["face"].lower().removesuffix("'s").removesuffix("s")
    if face not in _FACES or not 0 < count <= dice <= _MOST_DICE:
        raise NotMath("so many dice")
    word = (match["how"] or "").lower().strip()
    if word == "at least":
        kinds = range(count, dice + 1)
    elif count == dice or word == "exactly":
        kinds = range(count, count + 1)
    else:
        raise NotMath("ambiguous: exactly, or at least?")
    return _of(sum(comb(dice, kind) * 5 ** (dice - kind) for kind in kinds), 6**dice, _DICE)


def _all_the_same(match: re.Match[str]) -> Question:
    """`rolling two sixes`, with so many dice."""
    return _of(1, 6 ** _number(match["k"]), _DICE)


def _total(match: re.Match[str]) -> Question:
    dice, total = _number(match["n"]), _number(match["total"])
    if not 2 <= dice <= _MOST_DICE:
        raise NotMath("so many dice")
    totals = Counter(sum(faces) for faces in product(range(1, 7), repeat=dice))
    return _of(totals[total], 6**dice, _DICE)


def _one_die(match: re.Match[str]) -> Question:
    what = match["what"].lower()
    faces = {"an even number": 3, "an odd number": 3, "a prime": 3, "a prime number": 3}
    return _of(faces[what], 6, _DICE)


def _doubles(match: re.Match[str]) -> Question:
    return _of(6, 36, _DICE)


def _card(match: re.Match[str]) -> Question:
    card = match["card"].lower()
    if card in ("heart", "spade", "diamond", "club"):
        return _of(13, 52, _CARDS)
    if card in ("red card", "black card"):
        return _of(26, 52, _CARDS)
    return _of(12 if card == "face card" else 4, 52, _CARDS)


_A_CHANCE: Final = (
    r"(?:the )?(?:probability|chances?|likelihood) (?:of|to|that (?:i|you|we) (?:get|roll|throw|flip))"
)
_GET: Final = r"(?: (?:getting|rolling|flipping|throwing|tossing|get|roll|flip|throw|toss|having))?"
_K: Final = r"(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|both|\d{1,2})"
_FLIPS: Final = rf"(?:in|with|from|out of|on|when (?:flipping|tossing)|flipping|tossing|if (?:i|you|we) (?:flip|toss)) (?P<n>{_K}) (?:fair )?(?:coins?(?: (?:flips?|toss(?:es)?|throws?))?|flips?|toss(?:es)?)(?: of a (?:fair )?coin)?"
_HOW: Final = r"(?P<how> exactly| at least| at most)?"
_ONE_COIN: Final = (
    r"(?: (?:in|with|on|from|when (?:flipping|tossing)) (?:a|one) (?:fair )?coin(?: (?:flip|toss))?)?"
)
_WITH_DICE: Final = rf"(?:with|on|from|using|when (?:rolling|throwing)|rolling|throwing|in) (?P<n>{_K})(?: fair)?(?: six-sided| 6-sided)? (?:dice|die)(?: rolls?| throws?)?"
_A_DIE: Final = (
    r"(?: (?:with|on|from|using|when rolling) (?:a|one)(?: fair)?(?: six-sided| 6-sided)? (?:die|dice))"
)

CHANCE = family(
    "probability chance chances likelihood",
    form(rf"{_A_CHANCE}{_GET}{_HOW} (?P<k>{_K}) (?:heads?|tails?)(?P<row> in a row)? {_FLIPS}", _heads),
    form(rf"{_A_CHANCE}{_GET} (?P<k>{_K}) (?:heads|tails) in a row", _heads),
    form(rf"{_A_CHANCE}{_GET} (?:heads|tails) (?P<times>twice|{_K} times)(?: in a row)?{_ONE_COIN}", _heads),
    form(rf"{_A_CHANCE}{_GET} (?:a )?(?:heads?|tails?){_ONE_COIN}", _heads),
    form(rf"{_A_CHANCE}{_GET}{_HOW} (?P<k>{_K}) (?P<face>ones?|twos?|threes?|fours?|fives?|six|sixes|[1-6](?:'?s)?) {_WITH_DICE}", _same_faces),
    form(rf"{_A_CHANCE} (?:rolling|throwing|roll|throw)(?P<how>) (?P<k>two|three|four|[234]) (?P<face>ones|twos|threes|fours|fives|sixes|[1-6]'?s)(?P<n>)", _all_the_same),
    form(rf"{_A_CHANCE} (?:rolling|throwing|roll|throw)(?P<how>)(?P<n>) (?P<k>an?) (?P<face>one|two|three|four|five|six|[1-6]){_A_DIE}?", _same_faces),
    form(rf"{_A_CHANCE}{_GET} (?:double (?:six|sixes|6)|snake eyes)(?P<n>)(?: with (?:two|2) dice)?", lambda match: _of(1, 36, _DICE)),
    form(rf"{_A_CHANCE}{_GET} (?:doubles|a double|a pair) {_WITH_DICE.replace('(?P<n>', '(?:').replace(_K, '(?:two|2)')}", _doubles),
    form(rf"{_A_CHANCE}{_GET} a (?:sum|total) of (?P<total>\d{{1,2}}|[a-z]{{3,6}}) {_WITH_DICE}", _total),
    form(rf"{_A_CHANCE}{_GET} (?P<what>an even number|an odd number|a prime(?: number)?){_A_DIE}", _one_die),
    form(rf"{_A_CHANCE} (?:drawing|picking|getting|pulling|draw|pick) an? (?P<card>ace|king|queen|jack|heart|spade|diamond|club|red card|black card|face card)(?: (?:from|out of|in) (?:a|the) (?:(?:standard|full|normal|shuffled|52-card) )?(?:deck|pack)(?: of (?:52 )?(?:playing )?cards)?)?", _card),
)  # fmt: skip
