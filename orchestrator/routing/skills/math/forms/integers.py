"""Number theory: primes, divisors, remainders, digits, Fibonacci numbers."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.forms.amounts import known, plain_part
from orchestrator.routing.skills.math.number_words import ORDINAL, ordinal_of
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse_list
from orchestrator.routing.skills.math.question import Builder, Question, ask, family, form
from orchestrator.routing.skills.math.tree import Apply, Number, Tree, applies, number

_N: Final = r"(?:the number )?(?P<n>[^?]+?)"
_A: Final = r"(?P<a>[^?]+?)"
_B: Final = r"(?P<b>[^?]+?)"
_NTH: Final = rf"(?P<nth>{ORDINAL}|[\d,]+(?:st|nd|rd|th))"
_BELOW: Final = r"(?:below|less than|under|smaller than|before)"
_UP_TO: Final = r"(?:up to|to|not (?:above|exceeding)|until|less than or equal to|no greater than|(?:from 1|between 1) (?:to|and))"
_PRIMES: Final = (
    r"(?:(?:the )?(?:all )?(?:of )?(?:the )?(?:list of )?(?:all )?(?:the )?(?:prime numbers|primes))"
)
_LIST: Final = r"(?:list |list out |show |give |name |generate |print |write )?"
_SUM: Final = r"[\d,]+ ?[-+*^][\d^*+() -]*\d"
"""Something computed: a lone `3 prime` is a name."""
_IS: Final = r"(?:(?:check|test|determine|see|say) (?:if|whether) |(?:is|are) (?:it true that )?)"
_HOW_MANY: Final = r"(?:how many|(?:the )?number of|count(?: the)?)"


def _of(operation: str) -> Builder:
    return lambda match: ask(operation, _inside(match, "n"))


def _inside(match: re.Match[str], name: str) -> Tree:
    """A part of a question: an expression. At its end, where the words have no end of their own, one without `plus` and
    `squared`: "digit sum of 12 times 2" has two readings.
    """
    return (plain_part if match.end(name) == match.end() else known)(match[name])


def _pair(operation: str) -> Builder:
    return lambda match: ask(operation, known(match["a"]), known(match["b"]))


def _prime(match: re.Match[str]) -> Question:
    return ask("is_prime", known(match["n"]))


def _nth(operation: str) -> Builder:
    return lambda match: ask(operation, number(ordinal_of(match["nth"].replace(",", ""))))


def _numbered(operation: str) -> Builder:
    return lambda match: ask(operation, known(match["n"]))


def _primes(operation: str, low_from: int, high_from: int) -> Builder:
    """Primes in a range; an offset of 1 shuts out the bound itself."""

    def build(match: re.Match[str]) -> Question:
        groups = match.groupdict()
        low = known(groups["a"]) if groups.get("a") else number(2)
        return ask(operation, low, known(match["b"]), low_from, high_from)

    return build


def _modular_power_of_ten(digits: int) -> Builder:
    def build(match: re.Match[str]) -> Question:
        return ask("evaluate", Apply("mod", (_inside(match, "n"), number(10**digits))))

    return build


def _remainder(match: re.Match[str]) -> Question:
    return ask("evaluate", Apply("mod", (known(match["a"]), _inside(match, "b"))))


def _division(match: re.Match[str]) -> Question:
    return ask("divide_with_remainder", known(match["a"]), known(match["b"]))


def _inverse(match: re.Match[str]) -> Question:
    return ask("inverse_modulo", known(match["a"]), _inside(match, "b"))


def _factors(match: re.Match[str]) -> Question:
    """`factor 360`: prime factors, where it is a number that is to be factored."""
    return ask("prime_factors", _inside(match, "n"))


def _coprime(match: re.Match[str]) -> Question:
    items = parse_list(match["n"])
    if len(items) != 2:
        raise NotMath("two numbers are expected")
    return ask("are_coprime", *items)


def _digits(match: re.Match[str]) -> Question:
    tree = known(match["n"])
    if not isinstance(tree, Number) and not applies(tree, "^", "!", "*", "+", "-"):
        raise NotMath("digits of what?")
    return ask("digit_count", tree)


def _first(match: re.Match[str]) -> Question:
    return ask("first_primes", known(match["n"]))


def _total_of_primes(match: re.Match[str]) -> Question:
    return ask("total_of_primes", known(match["n"]), match["kind"].lower())


def _literal(tree: Tree) -> Tree:
    if not isinstance(tree, Number):
        raise NotMath("a number is expected")
    return tree


PRIMES = family(
    "prime primes composite primality",
    form(rf"{_IS}{_N}(?: is)? (?:a )?prime(?: number)?(?: or not)?", _prime),
    form(rf"{_IS}{_N}(?: is)? (?:a )?composite(?: number)?(?: or not)?", _of("is_composite")),
    form(rf"{_IS}{_N}(?: is)? (?:a )?(?:prime(?: number)? or (?:a )?composite|composite(?: number)? or (?:a )?prime)(?: number)?", _of("prime_or_composite")),
    form(rf"{_N} is (?:a )?prime(?: number)?", _prime),
    form(rf"(?P<n>[\d,]{{2,}}|{_SUM}) prime", _prime),
    form(rf"(?:the )?primality of {_N}", _prime),
    form(rf"(?:the )?{_NTH} prime(?: number)?", _nth("nth_prime")),
    form(r"prime(?: number)? (?:number |#|no\.? )?(?P<n>\d+)", _numbered("nth_prime")),
    form(rf"(?:the )?next prime(?: number)? (?:after|above|greater than|larger than|following) {_N}", _of("next_prime")),
    form(rf"(?:the )?smallest prime(?: number)? (?:above|greater than|larger than|bigger than) {_N}", _of("next_prime")),
    form(rf"(?:the )?(?:previous prime|largest prime|biggest prime|greatest prime)(?: number)? (?:{_BELOW}) {_N}", _of("previous_prime")),
    form(r"(?:the )?(?P<kind>sum|product) of (?:all )?(?:the )?first (?P<n>[\w-]+) (?:prime numbers|primes)", _total_of_primes),
    form(rf"{_LIST}(?:the )?first {_N} (?:prime numbers|primes)", _first),
    form(rf"{_HOW_MANY} (?:prime numbers|primes)(?: are there| exist| lie)? {_BELOW} (?P<b>.+)", _primes("count_primes", 0, 1)),
    form(rf"{_HOW_MANY} (?:prime numbers|primes)(?: are there| exist)? {_UP_TO} (?P<b>.+)", _primes("count_primes", 0, 0)),
    form(rf"{_HOW_MANY} (?:prime numbers|primes)(?: are there| exist| lie)? (?:between|from) {_A} (?:and|to) (?P<b>.+)", _primes("count_primes", 0, 0)),
    form(rf"{_LIST}{_PRIMES} (?:that are )?{_BELOW} (?P<b>.+)", _primes("list_primes", 0, 1)),
    form(rf"{_LIST}{_PRIMES} {_UP_TO} (?P<b>.+)", _primes("list_primes", 0, 0)),
    form(rf"{_LIST}{_PRIMES} (?:between|from) {_A} (?:and|to) (?P<b>.+)", _primes("list_primes", 0, 0)),
    form(rf"(?:the )?(?:prime factors?|prime factori[sz]ation|prime decomposition|prime divisors?) (?:of|for) {_N}", _factors),
    form(rf"prime factori[sz]e {_N}", _factors),
    form(rf"(?:factor|factori[sz]e|decompose|break(?: down)?) {_N} (?:into|in|as) (?:its |a product of )?(?:prime factors|primes)", _factors),
    form(rf"(?:the )?(?:largest|biggest|greatest) prime (?:factor|divisor) of {_N}", _of("largest_prime_factor")),
    form(rf"{_N} as a product of (?:its )?prime(?:s| factors)", _factors),
    form(rf"(?:express|write) {_N} as a product of (?:its )?prime(?:s| factors)", _factors),
    form(rf"{_IS}{_N} (?:coprime|relatively prime|co-prime|mutually prime)", _coprime),
)  # fmt: skip

DIVISORS = family(
    "divisors divisor factors factor factorise factorize divisible coprime factorization factorisation divide divides totient phi perfect"
    " even odd multiple square cube",
    form(rf"(?:factor|factori[sz]e) {_N}", _factors),
    form(rf"(?:the )?factori[sz]ation of {_N}", _factors),
    form(rf"{_LIST}(?:all )?(?:of )?(?:the )?(?:positive )?(?:divisors|factors) (?:of|for) {_N}", _of("divisors")),
    form(rf"{_HOW_MANY} (?:positive )?(?:divisors|factors) (?:does|do|has|of|are there (?:of|for)) {_N}(?: have| has)?", _of("divisor_count")),
    form(rf"(?:the )?sum of (?:all )?(?:the )?(?:positive )?(?:divisors|factors) of {_N}", _of("divisor_sum")),
    form(rf"{_IS}{_A} (?:evenly |exactly )?divisible by {_B}", _pair("is_divisible")),
    form(rf"{_IS}{_A} a multiple of {_B}", _pair("is_divisible")),
    form(rf"{_IS}{_B} a (?:factor|divisor) of {_A}", _pair("is_divisible")),
    form(rf"does {_B} (?:evenly )?divide {_A}(?: evenly)?", _pair("is_divisible")),
    form(rf"{_IS}{_N} coprime", _coprime),
    form(r"(?:(?:the )?euler(?:'s)? )?(?:totient|phi)(?: function)? ?(?:of |(?=\())\(?(?P<n>\d[\d,^*]*)\)?", _of("totient")),
    form(rf"{_IS}{_N} (?:a )?perfect number", _of("is_perfect")),
    form(rf"{_IS}(?P<n>\d+) perfect", _of("is_perfect")),
    form(rf"{_IS}{_N} (?:a )?(?:perfect square|square number)", _of("is_square")),
    form(rf"{_IS}{_N} (?:a )?(?:perfect cube|cube number)", _of("is_cube")),
    form(rf"{_IS}{_N} (?:an? )?(?:even|odd)(?: number)?(?: or (?:even|odd)(?: number)?)?", _of("parity")),
)  # fmt: skip

REMAINDERS = family(
    "remainder mod modulo modular inverse",
    form(rf"(?:the )?remainder (?:when|if|after|of|from) (?:dividing )?{_A} (?:is )?(?:divided )?(?:by|divided by|/) {_B}", _remainder),
    form(rf"(?:the )?remainder of {_A}/{_B}", _remainder),
    form(rf"(?:the )?(?:quotient and (?:the )?)?remainder (?:when|of|for) {_A} (?:is )?(?:divided by|/) {_B}", _remainder),
    form(rf"{_A} (?:divided by|/) {_B} (?:with (?:a )?)?remainder", _division),
    form(rf"divide {_A} by {_B} (?:with|and (?:give|find)) (?:the |a )?remainder", _division),
    form(rf"(?:the )?(?:modular |mod |multiplicative )*inverse of {_A} (?:mod|modulo|modulus) {_B}", _inverse),
    form(rf"(?:the )?(?:modular )?(?:multiplicative )?inverse of {_A} \((?:mod|modulo) {_B}\)", _inverse),
    form(rf"{_A}\^\(?-1\)? (?:mod|modulo) {_B}", _inverse),
)  # fmt: skip

DIGITS = family(
    "digit digits digital",
    form(rf"(?:the )?(?:digit sum|digital sum|sum of (?:all )?(?:of )?(?:the )?digits) (?:of|in|for) {_N}", _of("digit_sum")),
    form(rf"(?:add|sum)(?: up)? (?:all )?the digits (?:of|in) {_N}", _of("digit_sum")),
    form(rf"(?:the )?(?:digital root) of {_N}", _of("digital_root")),
    form(rf"{_HOW_MANY} (?:decimal )?digits (?:are (?:there )?in|does|do|of|in) {_N}(?: have| has)?", _digits),
    form(rf"(?:the )?(?:last|final|units|ones|unit's) digit (?:of|in) {_N}", _modular_power_of_ten(1)),
    form(rf"(?:the )?last (?:two|2) digits of {_N}", _modular_power_of_ten(2)),
    form(rf"(?:the )?last (?:three|3) digits of {_N}", _modular_power_of_ten(3)),
    form(rf"reverse the digits of {_N}", _of("reversed_digits")),
)  # fmt: skip

FIBONACCI = family(
    "fibonacci",
    form(rf"(?:the )?{_NTH} (?:number|term|element)?(?: in| of)?(?: the)? ?fibonacci(?: number| sequence| series| term)?", _nth("fibonacci")),
    form(r"(?:the )?fibonacci(?: number| of)?(?: of)? \(?(?P<n>\d+)\)?", _numbered("fibonacci")),
    form(rf"(?:is|check if|check whether) {_N}(?: is)? a fibonacci(?: number)?", _of("is_fibonacci")),
)  # fmt: skip
