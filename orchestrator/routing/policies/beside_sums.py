"""What has the words or digits of a sum and is none: an order for a program, whatever that computes, a question for what a word
means, and names with numbers in them that are set against each other.

For the learned policy, which weighs words: `factorial` speaks so much for `math` that "Write a factorial function" went there.
Nothing but a text that would have gone to `math` is changed by it.
"""

from __future__ import annotations

from orchestrator.routing.words import Words, vocabulary
from orchestrator.seams import SkillName

_MAKING = vocabulary(
    "write, implement, code, create, make, build, develop, program, give, need, want, generate, schreibe, schreib, écris, escribe"
)
_PROGRAMS = vocabulary(
    "function, functions, program, programs, script, scripts, class, classes, method, methods, query, queries, macro, subroutine",
    "procedure, module, snippet, funktion, programm, skript, klasse, methode, fonction, programme, función, programa",
)
_FARTHEST = 6
"""So many words from the making to what is made: "write me a short recursive factorial function"."""
_ENDS_THE_OBJECT = vocabulary(
    "of, for, to, that, which, in, on, about, with, from, by, as, whose, where, using"
)
_MAY_BE_MATHS = vocabulary("function, functions, funktion, fonction, función")
_OF_MATHS = vocabulary(
    "linear, quadratic, cubic, exponential, logarithmic, rational, piecewise, trigonometric, inverse, polynomial, form, notation",
    "rule, roots, zeros, slope, vertex, intercept, passes, passing, graph, asymptote, asymptotes, equation",
)
_LANGUAGES_OF_ONE_LETTER = frozenset("cr")

_MEANS = vocabulary("what is, what's, define")
_ARTICLES = frozenset({"a", "an"})
_LONGEST_NAME = 3
_OF_A_SUM = vocabulary("of, plus, minus, times, divided, multiplied, over, by, percent, squared, cubed, and")

_AGAINST = frozenset({"vs", "versus"})
_MOST_COMPARED = 8
_COMPUTED = vocabulary(
    "sin, cos, tan, log, ln, exp, sqrt, pi, root, squared, cubed, percent, factorial, bigger, larger, greater, smaller, less, more",
    "faster, cheaper, calculate, compute, probability, odds",
)
_UNITS_AND_UNKNOWNS = vocabulary(
    "km, cm, mm, kg, mg, lb, lbs, oz, ml, mph, kmh, mb, gb, tb, kb, hz, khz, mhz, mile, miles, feet, inches, metres, meters, pounds, kilos, litres",
    "hours, minutes, seconds, days, dollars, euros, usd, eur, x, y, z, n, m, s, l, h, w, v, a, b, c, k, th, st, nd, rd, to, and, or, for, the, is",
)
"""Behind digits or alone: no name."""


def beside_sums(words: Words) -> tuple[SkillName, str] | None:
    """The skill that a text with the words of a sum is for, with the evidence; None where it may be one."""
    if _wants_program(words.order):
        return "code", "it asks for a program, whatever that computes"
    if _wants_meaning(words.order):
        return "knowledge", "it asks what a word means"
    if _compares_names(words):
        return "knowledge", "it sets two names against each other"
    return None


def _wants_program(order: tuple[str, ...]) -> bool:
    for at, word in enumerate(order):
        if word in _MAKING and (made := _made(order, at)) is not None:
            return not (order[made] in _MAY_BE_MATHS and _is_of_maths(order, at, made))
    return False


def names_program(order: tuple[str, ...], making: int) -> bool:
    """Whether what the word at `making` makes is a program."""
    return _made(order, making) is not None


def _made(order: tuple[str, ...], making: int) -> int | None:
    """Where the program is that is to be made: before anything that is said of it."""
    for at in range(making + 1, min(making + 1 + _FARTHEST, len(order))):
        if order[at] in _PROGRAMS:
            return at
        if order[at] in _ENDS_THE_OBJECT:
            return None
    return None


def _is_of_maths(order: tuple[str, ...], making: int, made: int) -> bool:
    """A function that is given by its formula, or told by what only a graph or an expression has."""
    following = order[made + 1 : made + 2]
    is_formula = any(len(word) == 1 and word not in _LANGUAGES_OF_ONE_LETTER for word in following)
    return is_formula or not _OF_MATHS.isdisjoint(order[making:])


def _wants_meaning(order: tuple[str, ...]) -> bool:
    """ "What is a prime number?": nothing but a name, and none of what makes a sum."""
    asked = next((size for size in (1, 2) if " ".join(order[:size]) in _MEANS), None)
    if asked is None or not _ARTICLES.intersection(order[asked : asked + 1]):
        return False
    name = order[asked + 1 :]
    is_name = 1 <= len(name) <= _LONGEST_NAME and all(len(word) > 1 and word.isalpha() for word in name)
    return is_name and _OF_A_SUM.isdisjoint(name)


def _compares_names(words: Words) -> bool:
    """ "5g vs 4g", "iphone 15 vs 16": not "2^10 vs 10^2", "sin 30 vs cos 60"."""
    order = words.order
    if len(order) > _MOST_COMPARED or len(_AGAINST.intersection(order[1:-1])) != 1 or words.has(_COMPUTED):
        return False
    named = {word.lstrip("0123456789") for word in order} - _AGAINST
    return not _UNITS_AND_UNKNOWNS & named and any(name.isalnum() for name in named)
