"""Combinatorics: how many ways to choose, arrange, spell."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from orchestrator.routing.skills.math.forms.amounts import known
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply

_N: Final = r"(?P<n>[\w-]+?)"
_K: Final = r"(?P<k>[\w-]+?)"
_OF: Final = r"(?:people|items?|objects?|things?|books?|students?|players?|members?|elements?|letters?|balls?|cards?|persons?|men|women|boys|girls|children|kids|friends|toppings|flavou?rs|candidates|employees|songs|colou?rs|digits|numbers|guests|runners|options|choices|applicants|marbles|fruits|courses|volunteers|questions|different \w+|distinct \w+|unique \w+)"
_DISTINCT: Final = r"(?:people|persons?|students?|players?|men|women|boys|girls|children|kids|friends|guests|runners|books|songs|employees|candidates|(?:different|distinct|unique) \w+)"
_THINGS: Final = rf"(?: {_OF})?"
_WAYS: Final = r"(?:(?:in )?how many (?:different |distinct |possible )?ways(?: are there|(?: can| could) (?:you|we|i|one)| is it possible)?|(?:the )?number of (?:different )?ways)(?: to)?"
_HOW_MANY: Final = r"(?:how many|(?:the )?(?:total )?number of)(?: different| distinct| possible| unique)*"
_FROM: Final = r"(?:from|of|out of|among|from among|in)(?: a (?:group|set|class|team|pool|deck|list|menu|committee|collection) of)?"
_PICK: Final = (
    r"(?:choose|select|pick|draw|form a (?:team|committee|group) of|make a (?:team|committee|group) of)"
)
_PLACED: Final = (
    r"(?:arranged?|seat(?:ed)?|sit|stand|line up|lined up|ordered?|permuted?|queue(?: up)?|placed?|put|rank(?:ed)?)"
    r"(?: (?:in (?:(?:a|one) )?(?:row|line|queue|sequence|straight line)|on a (?:shelf|bench)|in order|up|next to each other))*"
)
_BE: Final = r"(?:(?:can|could|may) )?"
_WORD: Final = r"[\"']?(?P<word>[A-Za-z]{2,30})[\"']?"
_LETTERS: Final = r"(?:the )?(?:letters (?:of|in)(?: the word)?|word)"


def _choose(match: re.Match[str]) -> Question:
    return ask("evaluate", Apply("choose", (known(match["n"]), known(match["k"]))))


def _permute(match: re.Match[str]) -> Question:
    return ask("evaluate", Apply("permute", (known(match["n"]), known(match["k"]))))


def _factorial(match: re.Match[str]) -> Question:
    return ask("evaluate", Apply("!", (known(match["n"]),)))


def _spelled(match: re.Match[str]) -> Question:
    word = match["word"]
    text = match[0].lower()
    if not (
        (word.isupper() and not match[0].isupper())
        or any(hint in text for hint in ('"', "'", "letters", "word ", "anagram"))
    ):
        raise NotMath("things, not letters")
    if word.lower() in ("it", "them", "this", "that", "word", "all"):
        raise NotMath("no word to arrange")
    return ask("arrangements", word)


def _handshakes(match: re.Match[str]) -> Question:
    pairs = ask("evaluate", Apply("choose", (known(match["n"]), known("2"))))
    return replace(pairs, note=", where every two shake hands once")


def _subsets(match: re.Match[str]) -> Question:
    return ask("evaluate", Apply("^", (known("2"), known(match["n"]))))


COUNTING = family(
    "ways combinations permutations permutation combination arrangements anagrams choose subsets committees arranged"
    " teams handshakes rearrangements rearranged binomial orderings permute",
    form(rf"{_N} (?:choose|c) {_K}", _choose),
    form(rf"{_WAYS} {_PICK} (?:a )?(?:(?:committee|team|group|set|subset|hand|panel|jury) of )?{_K}{_THINGS} {_FROM} {_N}{_THINGS}", _choose),
    form(rf"{_WAYS}(?: can| could)? {_K}{_THINGS} (?:can )?be (?:chosen|selected|picked|drawn) {_FROM} {_N}{_THINGS}", _choose),
    form(rf"{_HOW_MANY} (?:committees|teams|groups|combinations|subsets|hands|selections) of (?:size )?{_K}{_THINGS}"
         rf"(?: are there| can be (?:formed|made|chosen|selected|created|drawn)| exist)? {_FROM} {_N}{_THINGS}", _choose),
    form(rf"{_WAYS}(?: can| could)? an? (?:committee|team|group|set|subset|hand) of {_K}{_THINGS} (?:can )?be"
         rf" (?:chosen|selected|picked|drawn|formed|made) {_FROM} {_N}{_THINGS}", _choose),
    form(rf"combinations of {_N}{_THINGS} (?:taken|chosen) {_K} at a time", _choose),
    form(rf"(?:the )?(?:number of )?combinations of {_K}{_THINGS} {_FROM} {_N}{_THINGS}", _choose),
    form(rf"(?:the )?(?:number of )?permutations of {_N}{_THINGS} (?:taken|chosen) {_K} at a time", _permute),
    form(rf"{_HOW_MANY} permutations of {_K}{_THINGS}(?: are there| can be made)? (?:from|out of|chosen from) {_N}{_THINGS}", _permute),
    form(rf"(?:the )?binomial coefficient(?: of)? {_N} (?:choose|over|and) {_K}", _choose),
    form(rf"{_WAYS} {_PLACED} {_N} {_DISTINCT}(?: {_PLACED})?(?: in (?:a )?(?:row|line|order)| on a (?:shelf|bench))?", _factorial),
    form(rf"{_WAYS}(?: can| could)? {_N} {_DISTINCT} {_BE}(?:be )?{_PLACED}", _factorial),
    form(rf"{_HOW_MANY} (?:permutations|orderings|arrangements)(?: are there)? (?:of|for) {_N} (?:{_DISTINCT}|items?|objects?|things?|elements?)(?: are there)?", _factorial),
    form(rf"(?:the )?(?:number of )?(?:permutations|arrangements) of {_N} (?:{_DISTINCT}|items?|objects?|things?|elements?)", _factorial),
    form(rf"{_HOW_MANY} (?:permutations|arrangements|rearrangements|anagrams|orderings)(?: are there| can be (?:made|formed))?"
         rf" (?:of|for|from|in) (?:{_LETTERS} )?{_WORD}(?: are there| have)?", _spelled),
    form(rf"(?:the )?(?:number of )?(?:distinct |different |unique )?(?:permutations|arrangements|anagrams|rearrangements) of"
         rf" (?:{_LETTERS} )?{_WORD}", _spelled),
    form(rf"{_WAYS} (?:arrange|permute|rearrange|order) {_LETTERS} {_WORD}", _spelled),
    form(rf"{_WAYS} (?:arrange|permute|rearrange) {_WORD}", _spelled),
    form(rf"{_HOW_MANY} handshakes(?: are there| take place| happen)? (?:among|amongst|between|in a group of|for|with) {_N} people"
         r"(?:,? (?:if|when|where) (?:everyone|everybody|each person) shakes hands(?: with (?:everyone|everybody|each other person)(?: else)?)?(?: (?:exactly )?once)?)?", _handshakes),
    form(rf"{_WAYS}(?: can)? {_LETTERS} {_WORD} (?:can )?be (?:arranged|rearranged|ordered|permuted|written)", _spelled),
    form(rf"{_HOW_MANY} (?:anagrams|permutations|arrangements) does (?:{_LETTERS} )?{_WORD} have", _spelled),
    form(rf"{_HOW_MANY} subsets (?:does|of|are there (?:of|in|for)) a set (?:with|of|containing) {_N}(?: {_OF})?(?: have)?", _subsets),
)  # fmt: skip
