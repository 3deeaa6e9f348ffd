"""Stories of one who has so many and gets or loses some: `Tom has 5 apples and gives 2 to Mary, how many has he left?`

A story is read clause by clause, each to its last word: who has how many of what, what is added or taken away of the
same things, and a question for what there is then. A verb that is not known here, other things, another person or a
riddle's turn of phrase leaves the whole to the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.counts import (
    COUNT,
    MONEY_NAME,
    PERSON,
    SHARE,
    THINGS,
    WORD,
    count_of,
    currency_of,
    is_measure,
    one,
    product,
    quotient,
    same_things,
    share_of,
    so_many,
    so_much,
)
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.question import Question, family, form
from orchestrator.routing.skills.math.tree import Apply, Tree, number

_LOSS: Final = (
    "gives?|gave|gives? away|gave away|spends?|spent|eats?|ate|loses?|lost|sells?|sold|uses?|used|drinks?|drank|donates?|donated"
    "|throws? away|threw away|lends?|lent|pays?|paid|hands? out|handed out"
)
_GAIN: Final = (
    "gets?|got|buys?|bought|finds?|found|receives?|received|wins?|won|earns?|earned|picks?|picked|collects?|collected"
    "|saves?|saved|makes?|made|bakes?|baked"
)
_MONEY_IN: Final = re.compile(r"(?:gets?|got|finds?|found|receives?|received|wins?|won|earns?|earned|saves?|saved)", re.IGNORECASE)  # fmt: skip
_LEAVING: Final = (
    "leaves?|left|go home|went home|goes home|fly away|flew away|flies away|gets? off|got off|(?:are|is|were|was) (?:absent|missing|sold|eaten|lost|away"
    "|gone|used|given away)|have left|has left|run away|ran away|swim away|swam away|walk away|walked away"
)
_COMING: Final = (
    "comes?|came|joins?|joined|arrives?|arrived|gets? on|got on|(?:are|is|were|was) added|comes? in|came in"
)
_PLACE: Final = rf"(?: (?:in|on|at) (?:a|an|the|my|his|her|our|their) {WORD}(?: {WORD})?)?"
_Q: Final = (
    rf"(?:(?P<sign>[$€£]) ?)?(?P<n>{COUNT}|{SHARE})(?: (?P<name>{MONEY_NAME}))?"
    rf"(?: (?:more|of (?:them|it|these|those)))?(?: (?P<things>{THINGS}))?"
)
_WHERE: Final = (
    rf"(?: (?:to|for|on|at|from|in) (?P<tail>(?:(?:a|an|the|my|his|her|their|our) )?{WORD}(?: {WORD})?))?"
)
_WHEN: Final = r"(?: (?:today|yesterday|later|back))?"
_START: Final = re.compile(
    rf"(?:(?:if|suppose|say|when) )?(?:there (?:are|were|is|was)|(?P<who>{PERSON}) (?:has|have|had|starts? with|started with|bought|buys?|picked|baked|collected|got|holds?|contains?))"
    rf" {_Q}(?P<place>{_PLACE})(?: (?:yesterday|today|left))?",
    re.IGNORECASE,
)
_LYING: Final = re.compile(rf"(?:(?:if|suppose|say|when) )?{_Q} (?:are|were|sit|sat)(?P<who>)(?P<place> (?:in|on|at) (?:a|an|the|my|his|her|our|their) {WORD}(?: {WORD})?)", re.IGNORECASE)  # fmt: skip
_EVENT: Final = re.compile(
    rf"(?:(?P<who>{PERSON}) )?(?:(?P<loss>{_LOSS})|(?P<gain>{_GAIN}))(?: (?P<to>me|him|her|them|us|you|(?-i:[A-Z][a-z]+)))? {_Q}(?: away)?{_WHERE}{_WHEN}",
    re.IGNORECASE,
)
_MOVING: Final = re.compile(
    rf"{_Q} (?:(?P<loss>{_LEAVING})|(?P<gain>{_COMING})){_PLACE}{_WHEN}", re.IGNORECASE
)
_PAYING: Final = re.compile(
    rf"(?:(?P<who>{PERSON}) )?(?P<verb>buys?|bought|orders?|ordered|gets?|got) (?P<what>(?:an?|the|some|my) {WORD}(?: {WORD})?|lunch|dinner|breakfast) (?:for|at)"
    rf" (?:(?P<sign>[$€£]) ?)?(?P<n>{COUNT})(?: (?P<name>{MONEY_NAME}))?",
    re.IGNORECASE,
)
_ALSO_PAYING: Final = re.compile(
    rf"(?P<what>(?:an?|the|some|my) {WORD}(?: {WORD})?) (?:for|at) (?:(?P<sign>[$€£]) ?)?(?P<n>{COUNT})(?: (?P<name>{MONEY_NAME}))?",
    re.IGNORECASE,
)
_ALSO: Final = re.compile(rf"{_Q}(?: away)?{_WHERE}{_WHEN}", re.IGNORECASE)
_END: Final = r"(?:left over|left|now|remaining|in total|altogether|in all|then|at the end)"
_ASKED: Final = re.compile(
    rf"(?P<what>what (?:is left|remains))|how (?:many|much)(?: (?P<things>{THINGS}))?(?:(?: (?:is|are|was|were|will be|would be)(?: there)?(?: still)?| (?:do|does|did|have|has|will|would|must))"
    rf"(?: (?P<who>{PERSON}))?(?: (?:still )?(?:have|has|got))?(?: (?P<end>{_END}))?(?: (?:left|now))?(?P<place>{_PLACE})(?: (?P<there>present|there))?|(?: will)? (?P<remains>remains?))",
    re.IGNORECASE,
)
_NOW: Final = re.compile(r"(?:(?:if|suppose|say|when) )?(?:there (?:are|is)|[^?]{1,30}? (?:has|have|starts? with|holds?|contains?|are))\b", re.IGNORECASE)  # fmt: skip
_BEFORE: Final = re.compile(
    r"\b(?:gave|spent|ate|lost|sold|used|drank|donated|threw|lent|paid|handed|got|bought|found|received|won|earned|picked|collected|saved|made|baked"
    r"|went|flew|ran|swam|walked|came|joined|arrived|ordered|was|were)\b|\d (?:[a-z]{2,18} )?left\b",
    re.IGNORECASE,
)
"""What happened: `I have 3 apples and ate 2` may be told of those that are there no more."""
_EARLIER: Final = re.compile(r"\b(?:yesterday|earlier|ago|before)\b", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[,;.] (?:(?:and|but|then|so|also) ){0,2}|,? (?:and|but|then) (?:then |also )?", re.IGNORECASE)  # fmt: skip
_LEFT: Final = frozenset({"left", "left over", "remaining"})
_ALL: Final = frozenset({"in total", "altogether", "in all"})
_FIRST_PERSONS: Final = frozenset({"i", "we", "you"})
_OBJECT: Final = {"me": "i", "us": "we"}
_PRONOUNS: Final = frozenset({"he", "she", "they", "it", "him", "her", "them"})
_MOST_CLAUSES: Final = 7


@dataclass
class _Story:
    """What somebody has, as it is told: `tree` is the sum so far."""

    who: str
    things: str
    currency: str
    is_money: bool
    tree: Tree
    place: str = ""
    is_now: bool = False
    is_unclear: bool = False
    """Told of what is, and then of what was: perhaps of before."""
    lost: bool = False
    others: bool = False
    events: int = 0
    verb: re.Match[str] | None = None
    buying: bool = False

    @property
    def is_measured(self) -> bool:
        """Whether a part of one is an amount of them too."""
        return self.is_money or is_measure(self.things)

    def is_of(self, who: str | None) -> bool:
        """Whether it is the one whom the story is of."""
        if not who:
            return True
        who = _OBJECT.get(who.lower(), who.lower())
        if who == self.who:
            return True
        return bool(self.who) and self.who not in _FIRST_PERSONS and who in _PRONOUNS

    def amount(self, match: re.Match[str]) -> Tree:
        """How many of the things of the story it is. Raises NotMath for other things."""
        groups = match.groupdict()
        currency = currency_of(match["sign"] or match["name"])
        things = groups.get("things") or ""
        if currency and currency != self.currency:
            raise NotMath("another currency, or no money")
        if things and not (self.things and same_things(self.things, things)):
            raise NotMath("other things")
        share = share_of(match["n"])
        if share is None:
            count = count_of(match["n"])
            if not self.is_measured and value_of(count).denominator != 1 and not currency:
                raise NotMath("a part of a thing")
            return count
        if self.events:
            raise NotMath("ambiguous: a share of what was there, or of what is left?")
        return Apply("*", (number(share), self.tree))

    def change(self, amount: Tree, *, is_loss: bool) -> None:
        self.tree = Apply("-" if is_loss else "+", (self.tree, amount))
        self.lost = self.lost or is_loss
        self.events += 1
        if value_of(self.tree) < 0 or (not self.is_measured and value_of(self.tree).denominator != 1):
            raise NotMath("no number of things")


def _begun(text: str) -> _Story:
    match = _START.fullmatch(text) or _LYING.fullmatch(text)
    if match is None or share_of(match["n"]) is not None:
        raise NotMath("no story")
    currency = currency_of(match["sign"] or match["name"])
    if match["things"] and currency:
        raise NotMath("no money, and no things")
    things = match["things"] or ""
    count = count_of(match["n"])
    is_money = bool(currency) or not things
    if not is_money and not is_measure(things) and value_of(count).denominator != 1:
        raise NotMath("a part of a thing")
    who = (match["who"] or "").lower()
    place = _last_word(match["place"]) or _last_word(who)
    return _Story(who, things, currency, is_money, count, place, is_now=bool(_NOW.match(text)))


def _last_word(text: str | None) -> str:
    return text.split()[-1].lower() if text else ""


def _told(story: _Story, clause: str) -> None:
    """One clause more. Raises NotMath for what is not read to its last word."""
    if story.is_now and _EARLIER.search(clause):
        raise NotMath("ambiguous: before, or since?")
    if story.is_now and _BEFORE.search(clause):
        story.is_unclear = story.is_unclear or " more" not in clause.lower()
    if story.is_money and (match := _PAYING.fullmatch(clause)):
        if not story.is_of(match["who"]):
            raise NotMath("another person")
        story.buying, story.verb = True, None
        story.change(story.amount(match), is_loss=True)
    elif match := _EVENT.fullmatch(clause):
        _acted(story, match)
    elif match := _MOVING.fullmatch(clause):
        if story.is_money:
            raise NotMath("no things")
        story.change(story.amount(match), is_loss=bool(match["loss"]))
    elif story.buying and (match := _ALSO_PAYING.fullmatch(clause)):
        story.change(story.amount(match), is_loss=True)
    elif story.verb is not None and (match := _ALSO.fullmatch(clause)):
        _note_other(story, match, story.verb)
        story.change(story.amount(match), is_loss=bool(story.verb["loss"]))
    else:
        raise NotMath("not told here")


def _acted(story: _Story, match: re.Match[str]) -> None:
    who, to, is_loss = match["who"], match["to"], bool(match["loss"])
    is_own = story.is_of(who)
    if to:
        if not is_loss or match["loss"].lower() not in _GIVING:
            raise NotMath("whose are they?")
        if who and who.lower() in _PRONOUNS and to.lower() in _PRONOUNS:
            raise NotMath("ambiguous: who gives whom?")
        if not is_own:
            if not story.is_of(to):
                raise NotMath("another person")
            is_loss = False
        elif story.is_of(to):
            raise NotMath("to themselves")
        else:
            story.others = True
    elif not is_own and not (not story.who and _CONSUMED.fullmatch(match["loss"] or "")):
        raise NotMath("another person")
    if not is_loss and story.is_money and not to and not _MONEY_IN.fullmatch(match["gain"] or ""):
        raise NotMath("no money that comes in")
    _note_other(story, match, match)
    if not to:
        story.verb, story.buying = match, False
    else:
        story.verb = None
    story.change(story.amount(match), is_loss=is_loss)


_CONSUMED: Final = re.compile(r"eats?|ate|uses?|used|sells?|sold|drinks?|drank", re.IGNORECASE)
"""What anybody may do with the things there are."""
_GIVING: Final = frozenset({"give", "gives", "gave", "lend", "lends", "lent", "pay", "pays", "paid"})


def _note_other(story: _Story, match: re.Match[str], verb: re.Match[str]) -> None:
    """Remember that another person is told of. Raises NotMath for `gives 2 to his friends`: perhaps 2 to each."""
    tail = match["tail"] or ""
    if not tail or not (verb["loss"] or "").lower().startswith(
        ("give", "gave", "lend", "lent", "hand", "pay", "paid")
    ):
        return  # fmt: skip
    last = tail.split()[-1]
    if last.islower() and (last.endswith("s") or last in ("children", "people", "men", "women")):
        raise NotMath("ambiguous: to each of them?")
    story.others = True


def _asked(story: _Story, text: str, told: frozenset[str]) -> Question:
    """`told` are the words of the story: a name that is none of them is of whom `he` in it says."""
    match = _ASKED.fullmatch(text)
    if match is None or not story.events:
        raise NotMath("not asked for what there is")
    end = (match["end"] or "").lower()
    is_left = end in _LEFT or bool(match["remains"] or match["what"])
    things = match["things"] or ""
    is_unnamed = story.is_money and not story.currency and things.lower() not in _CASH
    if things and is_unnamed and value_of(story.tree).denominator == 1:
        story.things, story.is_money = things, False
    if things and not (things.lower() in _CASH if story.is_money else same_things(story.things, things)):
        raise NotMath("other things")
    if match["place"] and _last_word(match["place"]) != story.place:
        raise NotMath("another place")
    if not story.is_of(match["who"]) and not (
        story.who in ("he", "she") and match["who"].lower() not in told
    ):
        raise NotMath("another person")
    if story.others and (match["who"] or "").lower() in _PRONOUNS and not is_left:
        raise NotMath("ambiguous: who of them?")
    is_past = bool(re.search(r"\b(?:did|was|were|had)\b", text, re.IGNORECASE))
    if (story.is_unclear and not is_left) or (is_past and not end and not is_left):
        raise NotMath("ambiguous: before, or after?")
    if (end in _ALL and story.lost) or (is_left and not story.lost):
        raise NotMath("asked for something else")
    if (
        not match["who"]
        and not end
        and not (match["remains"] or match["what"] or match["there"] or match["place"])
    ):
        raise NotMath("asked for something else")
    if story.is_money:
        return so_much(story.tree, story.currency)
    return so_many(story.tree, story.things)


_CASH: Final = frozenset({"money", "cash"})


def _read(match: re.Match[str]) -> Question:
    clauses = [clause.strip() for clause in _BETWEEN.split(match["story"])]
    if not 1 < len(clauses) <= _MOST_CLAUSES:
        raise NotMath("no story")
    story = _begun(clauses[0])
    for clause in clauses[1:]:
        _told(story, clause)
    return _asked(story, match["asked"], frozenset(re.findall("[a-z]+", match["story"].lower())))


def _together(match: re.Match[str]) -> Question:
    """`Tom has 5 apples and Mary has 3, how many do they have together?`"""
    things = match["things"]
    for name in ("also", "asked"):
        if match[name] and not same_things(things, match[name]):
            raise NotMath("other things")
    if match["who"].lower() == match["other"].lower():
        raise NotMath("two persons are expected")
    first, second = count_of(match["n"]), count_of(match["m"])
    if any(value_of(count).denominator != 1 for count in (first, second)):
        raise NotMath("a part of a thing")
    return so_many(Apply("+", (first, second)), things)


_TIMES_AS: Final = {
    "twice": 2,
    "double": 2,
    "two times": 2,
    "three times": 3,
    "four times": 4,
    "five times": 5,
    "ten times": 10,
}
_KINDS: Final = (
    ({"boy", "girl"}, {"child", "student", "pupil", "kid", "person"}),
    ({"man", "woman", "adult", "child", "kid", "boy", "girl"}, {"person"}),
    ({"apple", "orange", "pear", "banana", "lemon", "peach", "plum", "mango"}, {"fruit", "piece of fruit"}),
    ({"cat", "dog", "rabbit", "hamster", "bird"}, {"pet", "animal"}),
    ({"cow", "pig", "sheep", "chicken", "goat", "horse", "duck"}, {"animal"}),
    ({"car", "bike", "truck", "bus", "motorcycle"}, {"vehicle"}),
    ({"rose", "tulip", "daisy", "lily"}, {"flower"}),
)  # fmt: skip
"""Kinds, and what they are all called."""


def _compared(match: re.Match[str]) -> Question:
    """`Tom has 5 apples and Mary has 3 more, how many does Mary have?`"""
    things = match["things"]
    for name in ("also", "asked"):
        if match[name] and not same_things(things, match[name]):
            raise NotMath("other things")
    first, other = match["who"].lower(), match["other"].lower()
    than, whose = (match["than"] or "").lower(), (match["whose"] or "").lower()
    if (
        first == other
        or (than and than not in (first, "him", "her", "me", "that"))
        or (than == "me") != (first == "i" and bool(than))
    ):
        raise NotMath("than whom?")
    if whose and whose not in (other, "she", "he"):
        raise NotMath("whose?")
    count = count_of(match["n"])
    if match["more"]:
        tree: Tree = Apply("+" if match["more"].lower() == "more" else "-", (count, count_of(match["m"])))
    elif match["times"].lower() == "half":
        tree = quotient(count, number(2))
    else:
        tree = product(number(_TIMES_AS[match["times"].lower()]), count)
    if match["both"]:
        tree = Apply("+", (count, tree))
    if value_of(tree).denominator != 1 or value_of(tree) < 0:
        raise NotMath("a part of a thing")
    return so_many(tree, things)


def _kinds(match: re.Match[str]) -> Question:
    """`12 boys and 15 girls, how many children in total`. Raises NotMath where the two have no name together."""
    kinds, asked = {one(match["first"]), one(match["second"])}, match["asked"].lower()
    if len(kinds) < 2 or not any(kinds <= those and one(asked) in names for those, names in _KINDS):
        raise NotMath("two of what?")
    return so_many(Apply("+", (count_of(match["n"]), count_of(match["m"]))), asked)


def _coloured(match: re.Match[str]) -> Question:
    """`12 red and 8 blue pens, how many pens`."""
    if match["one"].lower() == match["two"].lower() or not same_things(match["things"], match["asked"]):
        raise NotMath("other things")
    return so_many(Apply("+", (count_of(match["n"]), count_of(match["m"]))), match["things"])


def _both_prices(match: re.Match[str]) -> Question:
    """`a shirt costs 25 and a pair of jeans 40, how much together?`"""
    found = [
        (currency_of(match[f"sign{k}"] or match[f"name{k}"]), match[f"n{k}"])
        for k in (1, 2, 3)
        if match[f"n{k}"]
    ]
    currencies = {currency for currency, _ in found}
    if len(currencies) > 1:
        raise NotMath("one currency is expected")
    return so_much(Apply("sum", tuple(count_of(text) for _, text in found)), currencies.pop())


_COLOUR: Final = r"(?:red|blue|green|yellow|black|white|brown|pink|purple|orange|grey|gray|big|small|large|little|old|new|long|short)"
_HOW_MANY_OF: Final = r"how many (?P<asked>[a-z]{2,15}(?: of [a-z]{2,10})?)(?: (?:are (?:there|in it)|is (?:that|it)|(?:do|does|did|have|has) [a-z]{1,12}(?: (?:have|buy|own|get))?))?(?: (?:in total|altogether|in all))?"
_LEADING: Final = rf"(?:(?:if )?(?:there (?:are|were)|{PERSON} (?:has|have|had|bought|buys?|owns?)) )?"
_ITEM_NAME: Final = rf"(?:{WORD}(?: of {WORD}| {WORD})?)"


def _item(k: int) -> str:
    verb = "(?:costs?|is|was)" if k == 1 else "(?:(?:costs?|is|was) )?"
    name = rf"(?:{_ITEM_NAME})" if k == 1 else rf"(?:{_ITEM_NAME} )?"
    return rf"(?:(?:an?|the|one|my|another|some) )?{name} ?{verb} ?(?P<sign{k}>[$€£] ?)?(?P<n{k}>{COUNT})(?: (?P<name{k}>{MONEY_NAME}))?"


_TOGETHER: Final = (
    r"(?:how much (?:is (?:that|it)|are (?:they|both)|(?:do|does|did|will) (?:they|it|both|i|we|that)(?: (?:both|all))?(?: (?:cost|pay|spend))?|for (?:both|all)(?: of them)?)?(?: ?(?:together|in total|altogether|in all))?"
    r"|what(?: is|'s| was) the total(?: cost| price| bill)?)"
)

STORIES = family(
    "how what",
    form(rf"(?:if )?(?P<who>{PERSON}) (?:has|have) (?P<n>{COUNT}) (?P<things>{THINGS})(?: and|, and|,|;|\.) (?P<other>{PERSON}) (?:has|have) (?:(?P<m>{COUNT}) (?P<more>more|fewer|less)(?: (?P<also>{THINGS}))?(?: than (?P<than>[a-z]{{1,15}}))?|(?P<times>twice|double|half|two times|three times|four times|five times|ten times) (?:as many|that many)(?: as [a-z]{{1,15}})?)[,;.]? (?:then )?how many"
         rf"(?: (?P<asked>{THINGS}))? (?:(?:does|do) (?P<whose>(?!they\b|we\b){PERSON}) have|(?P<both>do (?:they|we)(?: both)? have (?:together|altogether|in total|in all)))", _compared),
    form(rf"{_LEADING}(?P<n>{COUNT}) (?P<first>{WORD})(?:,? and|,) (?P<m>{COUNT}) (?P<second>{WORD}){_PLACE}[,;.]? (?:so )?{_HOW_MANY_OF}", _kinds),
    form(rf"{_LEADING}(?P<n>{COUNT}) (?P<one>{_COLOUR}) and (?P<m>{COUNT}) (?P<two>{_COLOUR}) (?P<things>{WORD}){_PLACE}[,;.]? (?:so )?{_HOW_MANY_OF}", _coloured),
    form(rf"(?:if )?{_item(1)}(?:,? and|,) {_item(2)}(?:(?:,? and|,) {_item(3)})?[,;.:]? (?:so |then )?{_TOGETHER}", _both_prices),
    form(rf"(?:if )?(?P<who>{PERSON}) (?:has|have) (?P<n>{COUNT}) (?P<things>{THINGS})(?: and|, and|,|;|\.) (?P<other>{PERSON}) (?:has|have) (?P<m>{COUNT})(?: (?P<also>{THINGS}))?[,;.]? (?:then )?how many"
         rf"(?: (?P<asked>{THINGS}))? do (?:they|we)(?: both)? have (?:together|altogether|in total|in all)", _together),
    form(r"(?P<story>[^?]{8,300}?)[,;.:]? (?:and |so |then ){0,2}(?P<asked>how (?:many|much) [^,;.?]{2,60}|how (?:many|much) remains?|what (?:is left|remains))", _read),
)  # fmt: skip
