"""Equations, inequalities, systems, and formulas to factor, expand, simplify or evaluate."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.exact.evaluate import value_of
from orchestrator.routing.skills.math.forms.amounts import known, plain_part
from orchestrator.routing.skills.math.forms.arithmetic import refuse_bare_angles, refuse_bare_logarithms
from orchestrator.routing.skills.math.outcomes import NotMath
from orchestrator.routing.skills.math.parser import parse
from orchestrator.routing.skills.math.question import Builder, Question, ask, ask_symbolic, family, form
from orchestrator.routing.skills.math.tree import (
    Apply,
    Name,
    Number,
    Tree,
    applies,
    number,
    parts,
    unknowns,
    with_value,
)

_X: Final = r"(?P<x>[a-zA-Z])"
_F: Final = r"(?P<f>.+?)"
_EQUATION: Final = r"(?:the )?(?:following )?(?:linear |quadratic |cubic |simple )?(?:equation|inequality|problem)?:? ?(?P<equation>[^=<>]+(?:=|<=?|>=?| equals | is equal to )[^=<>]+?)"
_REALS: Final = r"(?P<reals>,? (?:over|in|for|among)(?: the)? (?:set of )?(?:reals|real numbers))"
_SYSTEM: Final = r"(?P<system>[^=]+=[^=]+(?:(?:,|;| and|, and) [^=]+=[^=]+?){1,3})"
_SOLVE: Final = r"(?:(?:solve|find|solve for|find all|calculate|work out)(?: simultaneously)?:?)"
_NAMES: Final = r"(?:the values? of )?[a-z](?:(?:, | and |, and )[a-z])+"
_GIVEN: Final = r"(?: in| if| when| where| given(?: that)?| such that| for which|:|,|;)+"
_SIDES: Final = re.compile(r"<=|>=|=|<|>| is equal to | equals ", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\s*(?:;|, and |,(?!\d{3}\b)| and )\s*", re.IGNORECASE)
_EXPRESSION: Final = r"(?:the )?(?:following )?(?:expression|polynomial|quadratic|trinomial|binomial|equation)?:? ?(?P<f>[^=]+?)"
_RESULT: Final = r"(?: (?:completely|fully|as much as possible))?"


def _sides(text: str) -> tuple[Tree, str, Tree]:
    """Both sides of an equation or inequality, and the sign between them."""
    signs = _SIDES.findall(text)
    if len(signs) != 1:
        raise NotMath("one sign is expected")
    left, right = _SIDES.split(text)
    sign = signs[0] if signs[0] in ("<=", ">=", "<", ">") else "="
    trees = parse(left), parse(right)
    for tree in trees:
        refuse_bare_logarithms(tree)
    return trees[0], sign, trees[1]


def _solve(match: re.Match[str]) -> Question:
    groups = match.groupdict()
    left, sign, right = _sides(groups["equation"])
    names = sorted({*unknowns(left), *unknowns(right)})
    if len(names) != 1 or (groups.get("x") and groups["x"] != names[0]):
        raise NotMath("one unknown is expected")
    if any(applies(part, "mod") for side in (left, right) for part in parts(side)):
        raise NotMath("a congruence")
    if sign == "=":
        return ask_symbolic("solve", left, right, names[0], "reals" if groups.get("reals") else "")
    return ask_symbolic("solve_inequality", left, sign, right, names[0])


def _between(match: re.Match[str]) -> Question:
    """`2 < x + 1 < 5`."""
    low, middle, high = (parse(match[name]) for name in ("low", "middle", "high"))
    names = unknowns(middle)
    if len(names) != 1 or unknowns(low) or unknowns(high) or match["sign"][0] != match["second"][0]:
        raise NotMath("one unknown, between two numbers")
    for tree in (low, middle, high):
        refuse_bare_logarithms(tree)
    return ask_symbolic("solve_between", low, match["sign"], middle, match["second"], high, names[0])


def _word_problem(match: re.Match[str]) -> Question:
    """`twice a number is 14`, `twice a number plus 7 is 19`."""
    times = {"twice": 2, "double": 2, "triple": 3, "thrice": 3}
    words = match["times"].lower().removesuffix(" times")
    factor = number(times[words]) if words in times else Number(value_of(known(words)))
    if not isinstance(known(match["n"]), Number) or not factor.value:
        raise NotMath("a number is expected")
    left: Tree = Apply("*", (factor, Name("x")), implicit=True)
    if match["shift"]:
        shift = known(match["shift"])
        if not isinstance(shift, Number):
            raise NotMath("a number is expected")
        left = Apply("+" if match["sign"].lower() in ("plus", "+") else "-", (left, shift))
    return ask_symbolic("solve", left, known(match["n"]), "x")


_SAID: Final = {
    "times": "*",
    "multiplied by": "*",
    "plus": "+",
    "added to": "+",
    "minus": "-",
    "divided by": "/",
}


def _unknown_number(match: re.Match[str]) -> Question:
    """`what number times 7 is 63`, `a number divided by 4 is 5`, `half of a number is 12`."""
    groups = match.groupdict()
    shift, result = known(groups.get("shift") or "2"), known(match["n"])
    if not (isinstance(shift, Number) and isinstance(result, Number)):
        raise NotMath("a number is expected")
    left = Apply(_SAID[(groups.get("sign") or "divided by").lower()], (Name("x"), shift))
    return ask_symbolic("solve", left, result, "x")


def _bare_equation(match: re.Match[str]) -> Question:
    """An equation nobody asked to solve: it has to be one, not a definition as `y = 5` or `n = n + 1`."""
    left, _, _ = _sides(match["equation"])
    if isinstance(left, Name):
        raise NotMath("a definition")
    return _solve(match)


def _system(match: re.Match[str]) -> Question:
    equations = [part for part in _BETWEEN.split(match["system"]) if part]
    sides = [_sides(part) for part in equations]
    names = sorted({name for left, _, right in sides for name in (*unknowns(left), *unknowns(right))})
    if any(sign != "=" for _, sign, _ in sides) or not 2 <= len(sides) <= 4 or len(names) != len(sides):
        raise NotMath("as many equations as unknowns are expected")
    lefts, rights = tuple(side[0] for side in sides), tuple(side[2] for side in sides)
    return ask_symbolic("solve_system", lefts, rights, tuple(names))


def _one_of_system(match: re.Match[str]) -> Question:
    """`if x + y = 10 and x = 3, what is y`: the whole solution, with the unknown that was asked for."""
    question = _system(match)
    names = question.arguments[2]
    assert isinstance(names, tuple)
    if match["x"] not in names:
        raise NotMath("another unknown")
    return question


def _bare_system(match: re.Match[str]) -> Question:
    """Equations nobody asked to solve: not a row of definitions as `x = y + 1, y = 2`."""
    question = _system(match)
    lefts = question.arguments[0]
    assert isinstance(lefts, tuple)
    if all(isinstance(left, Name) for left in lefts) and len(set(lefts)) == len(lefts):
        raise NotMath("definitions")
    return question


def _roots(match: re.Match[str]) -> Question:
    tree = _formula(match["f"])
    if len(unknowns(tree)) != 1:
        raise NotMath("one unknown is expected")
    return ask_symbolic("solve", tree, number(0), unknowns(tree)[0])


def _formula(text: str) -> Tree:
    """An expression with an unknown: a function may have its name before it, as `f(x) = x^2`."""
    text = re.sub(r"^(?:[fgh]\(\w\)|y) ?= ?", "", text.strip())
    tree = parse(text)
    if not unknowns(tree):
        raise NotMath("no unknown")
    refuse_bare_logarithms(tree)
    return tree


def _on_formula(operation: str) -> Builder:
    return lambda match: ask_symbolic(operation, _formula(match["f"]))


def _evaluate_at(match: re.Match[str]) -> Question:
    tree = _formula(match["f"])
    pairs = [part.split("=") for part in _BETWEEN.split(match["at"]) if part]
    if any(len(pair) != 2 for pair in pairs):
        raise NotMath("values are expected")
    names = tuple(name.strip() for name, _ in pairs)
    if sorted(names) != list(unknowns(tree)):
        raise NotMath("a value for every unknown is expected")
    return _substituted(tree, names, tuple(plain_part(value) for _, value in pairs))


def _evaluate_given(match: re.Match[str]) -> Question:
    """`x=5, y=3, x+y`: something is computed of the letters, not one of them named."""
    if isinstance(parse(match["f"]), Name):
        raise NotMath("nothing to compute")
    return _evaluate_at(match)


def _substituted(tree: Tree, names: tuple[str, ...], values: tuple[Tree, ...]) -> Question:
    at = tree
    for name, value in zip(names, values, strict=True):
        at = with_value(at, name, value)
    refuse_bare_angles(at)
    return ask("substituted", tree, names, values)


def _plain_expression(match: re.Match[str]) -> Question:
    """`solve 12 * 12`, said for `compute`."""
    tree = known(match["f"])
    if isinstance(tree, Number | Name):
        raise NotMath("nothing to compute")
    refuse_bare_angles(tree)
    refuse_bare_logarithms(tree)
    return ask("evaluate", tree)


def _function_value(match: re.Match[str]) -> Question:
    """`f(x) = 2x + 1, f(3)`."""
    tree = parse(match["f"])
    if match["name"] != match["again"] or unknowns(tree) != (match["x"],):
        raise NotMath("another function")
    refuse_bare_logarithms(tree)
    return _substituted(tree, (match["x"],), (known(match["value"]),))


_MAKES: Final = r"(?:is|equals|is equal to|gives|makes)"
_WHICH: Final = r"(?:[,;.]? ?(?:then )?(?:what is|what's|find) (?:the|that) number)?"
_AT: Final = r"(?P<at>[a-zA-Z] ?= ?[^=]+?(?:(?:,|;| and|, and) [a-zA-Z] ?= ?[^=]+?){0,2})"

EQUATIONS = family(
    "= < > equals equal roots root zeros zeroes solutions number",
    form(rf"{_SOLVE} (?:the )?(?:following )?(?:system(?: of (?:linear )?equations)?|simultaneous equations|equations|pair of equations)?:?(?: of)? ?{_SYSTEM}"
         rf"(?:,? for [a-z](?:,? (?:and )?[a-z])+)?", _system),
    form(rf"(?:if |given |given that )?{_SYSTEM}[,.;]? (?:and )?(?:then )?(?:solve for|find|what (?:is|are)|determine) (?:the values? of )?[a-z](?:(?:, | and |, and )[a-z])+", _system),
    form(rf"(?:(?:{_SOLVE}|what are) (?:for )?)?{_NAMES}{_GIVEN} ?{_SYSTEM}", _system),
    form(rf"(?:if |given |given that |when ){_SYSTEM}[,.;]? (?:then )?(?:solve for|find|what is|what's|determine) (?:the value of )?{_X}", _one_of_system),
    form(_SYSTEM, _bare_system),
    form(rf"(?:{_SOLVE} )?(?:for )?(?:the (?:value|values) of )?{_X}{_GIVEN} ?{_EQUATION}", _solve),
    form(rf"(?:{_SOLVE} )?{_EQUATION}(?:,? for {_X})?{_REALS}", _solve),
    form(rf"solve for {_X} {_EQUATION}", _solve),
    form(rf"{_SOLVE} {_EQUATION}(?: for {_X}|, for {_X}| ?[;,] ?{_X} ?= ?\??)?".replace("(?P<x>", "(?:"), _solve),
    form(rf"(?:the )?(?:value of |solution (?:of|to|for) )?{_X}{_GIVEN} ?{_EQUATION}", _solve),
    form(rf"(?:if |given |given that |when |suppose |let )?{_EQUATION}[,.;]? (?:then )?(?:what is|what's|whats|find|solve for|determine|what does|calculate)"
         rf" (?:the value of )?{_X}(?: equal)?", _solve),
    form(rf"(?:the )?(?:all )?(?:the )?(?:real )?(?:solutions?|roots?|zeros|zeroes) (?:of|to|for|in) {_EQUATION}", _solve),
    form(rf"(?:for )?(?:what|which) (?:value|values) of {_X} (?:is|does|do|are|satisfies|satisfy|solves?|makes?)? ?{_EQUATION}(?: true)?", _solve),
    form(rf"(?:find )?(?:the )?(?:all )?(?:real )?(?:roots?|zeros|zeroes) of (?:the )?(?:polynomial |function |quadratic |equation )?{_F}", _roots),
    form(rf"{_EQUATION}[,;:]? solve(?: (?:it|this|for {_X}))?", _solve),
    form(r"(?:solve:? )?(?P<low>[^=<>]+?) ?(?P<sign><=?|>=?) ?(?P<middle>[^=<>]+?) ?(?P<second><=?|>=?) ?(?P<high>[^=<>]+)", _between),
    form(r"(?:if )?(?P<times>twice|double|triple|thrice|[\w.]+ times) (?:a|some) (?:certain )?number(?: (?P<sign>plus|minus|[+-]) (?P<shift>[\w.-]+))? (?:is|equals|is equal to) (?P<n>[^=<>,;.]+)"
         r"(?:[,;.]? ?(?:then )?(?:what is|what's|find) (?:the|that) number)?", _word_problem),
    form(rf"(?:what|which) number (?P<sign>{'|'.join(_SAID)}) (?P<shift>[\w.-]+) {_MAKES} (?P<n>[^=<>,;.? ]+)", _unknown_number),
    form(rf"(?:if )?(?:a|some) (?:certain )?number (?:is )?(?P<sign>{'|'.join(_SAID)}) (?P<shift>[\w.-]+) {_MAKES} (?P<n>[^=<>,;.? ]+){_WHICH}", _unknown_number),
    form(rf"(?:if )?half (?:of )?(?:a|some) (?:certain )?number {_MAKES} (?P<n>[^=<>,;.? ]+){_WHICH}", _unknown_number),
    form(_EQUATION, _bare_equation),
    form(r"(?P<at>[a-z] ?= ?-?[\d./]+(?:[,;] ?[a-z] ?= ?-?[\d./]+){0,2})[,;] ?(?P<f>[^=<>,;]+)", _evaluate_given),
)  # fmt: skip

FORMULAS = family(
    "factor factorise factorize expand simplify evaluate multiply at when if for where factorization factored simplified expanded foil"
    " solve f g",
    form(r"solve:? (?P<f>[^=<>]+)", _plain_expression),
    form(rf"(?:if |given |let |suppose |for )?(?P<name>[fgh])\((?P<x>[a-z])\) ?= ?{_F}[,.;]? (?:then )?(?:what is|what's|find|evaluate|calculate|compute)?"
         r" ?(?P<again>[fgh])\((?P<value>[^()]+)\)", _function_value),
    form(rf"(?:factor|factori[sz]e)(?: out)?{_RESULT} {_EXPRESSION}{_RESULT}", _on_formula("factor")),
    form(rf"(?:the )?factori[sz]ation of {_EXPRESSION}", _on_formula("factor")),
    form(rf"(?:expand|multiply out|foil|expand and simplify) {_EXPRESSION}", _on_formula("expand")),
    form(rf"(?:the )?expansion of {_EXPRESSION}", _on_formula("expand")),
    form(rf"(?:simplify|reduce|combine like terms(?: in)?) {_EXPRESSION}", _on_formula("simplify")),
    form(r"simplify:? (?P<f>[^=<>]+)", _plain_expression),
    form(r"(?P<f>.+?) (?:simplified|in simplest form)", _on_formula("simplify")),
    form(r"(?P<f>.+?) (?:factored|factori[sz]ed)", _on_formula("factor")),
    form(r"(?P<f>.+?) expanded", _on_formula("expand")),
    form(rf"(?:evaluate )?(?:the (?:expression|polynomial|function) )?{_F} (?:at|when|if|for|where|with|given)(?: the point)? {_AT}", _evaluate_at),
    form(rf"(?:if|when|given|for|let|suppose) {_AT}(?:[,.;:] | (?![-+]))(?:then )?(?:what is|what's|find|evaluate|calculate|compute|what does)?"
         rf" ?(?:the value of )?(?P<f>[^=]+?)(?: equal)?", _evaluate_at),
)  # fmt: skip
