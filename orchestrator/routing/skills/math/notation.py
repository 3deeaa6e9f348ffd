"""Typeset mathematics to one plain notation: Unicode signs, superscripts, vulgar fractions and simple LaTeX.

What is not understood is left as it is; the lexer then refuses it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SIGNS: Final = str.maketrans({
    "×": "*", "⋅": "*", "·": "*", "∙": "*", "✕": "*", "✖": "*", "➗": " / ", "÷": " / ", "∕": "/", "⁄": "/",
    "−": "-", "–": "-", "—": " - ", "➖": "-", "➕": "+", "π": " pi ", "∞": " infinity ", "≤": "<=", "≥": ">=",
    "≠": "!=", "→": "->", "’": "'", "‘": "'", "“": '"', "”": '"', "º": "°", "∫": " ∫ ",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\t": " ", "…": "...",
})  # fmt: skip
_SUPERSCRIPT: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
_RUN_OF_SUPERSCRIPTS: Final = re.compile(f"[{''.join(_SUPERSCRIPT)}]+")
_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ROOT_SIGN: Final = re.compile(r"([√∛])(?:\s*(\d+(?:\.\d+)?|[a-zA-Z])(?![\w(^!]))?")
_GROUP: Final = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_LATEX_PAIR: Final = re.compile(rf"\\[dt]?(frac|binom)\s*{_GROUP}\s*{_GROUP}")
_LATEX_ROOT: Final = re.compile(rf"\\sqrt\s*(?:\[([^\[\]]*)\])?\s*{_GROUP}")
_LATEX_SCRIPT: Final = re.compile(rf"([\^_])\s*{_GROUP}")
_LATEX_MOD: Final = re.compile(rf"\\pmod\s*{_GROUP}")
_LATEX_TEXT: Final = re.compile(rf"\\(?:text|mathrm|operatorname)\s*{_GROUP}")
_LATEX_NAMES: Final = {
    "cdot": "*", "times": "*", "ast": "*", "div": " / ", "pm": "±", "le": "<=", "leq": "<=", "ge": ">=",
    "geq": ">=", "neq": "!=", "ne": "!=", "pi": " pi ", "infty": " infinity ", "to": "->", "rightarrow": "->",
    "int": " ∫ ", "sum": " ∑ ", "prod": " ∏ ", "lim": " lim ", "left": "", "right": "", "quad": " ", "displaystyle": "",
    "bmod": " mod ", "mod": " mod ", "percent": "%", "degree": "°", "ldots": "...", "cdots": "...", "dots": "...",
    "lt": "<", "gt": ">",
}  # fmt: skip
_LATEX_FUNCTIONS: Final = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "ln",
        "log",
        "exp",
        "gcd",
        "lcm",
        "max",
        "min",
        "det",
    ]
)
_LATEX_NAME: Final = re.compile(r"\\([a-zA-Z]+)")
_LATEX_SPACE: Final = re.compile(r"\\[,;: ]|(?<![\d)a-z])\\!|(?<!\\)\\\\|~")
"""A `\\!` behind an operand may be a factorial's sign in Markdown: it stays, and is not read."""
_DOLLARS: Final = re.compile(r"\$\$?((?=[^$]*[\\^_=+*/x])[^$]*[^$\s*/+^=(-]\s*)\$\$?(?!\s*\.?\d)")
"""Mathematics between dollar signs, and no amounts of money: `$.50 + $.25`, `$ 5 + $ 3`."""


def plain(text: str) -> str:
    """The text in plain notation, on one line: line ends become ` ; `."""
    if not text.isascii():
        text = _from_unicode(text)
    if "\\" in text or "$" in text:
        text = _from_latex(text)
    if "{" in text:
        text = text.replace("{", "(").replace("}", ")")
    return re.sub(r"\s*\n\s*", " ; ", text.strip()) if "\n" in text else text.strip()


def _from_unicode(text: str) -> str:
    text = _RUN_OF_SUPERSCRIPTS.sub(_superscript, text)
    text = "".join(_vulgar_fraction(char) for char in text).translate(_SIGNS).translate(_SUBSCRIPTS)
    text = _ROOT_SIGN.sub(_root_sign, text)
    return "".join(unicodedata.normalize("NFKC", char) if "！" <= char <= "～" else char for char in text)


def _root_sign(match: re.Match[str]) -> str:
    """The sign reaches over the one number or letter behind it."""
    name = "sqrt" if match[1] == "√" else "cbrt"
    return f" {name}({match[2]})" if match[2] else f" {name} "


def _superscript(match: re.Match[str]) -> str:
    return f"^({''.join(_SUPERSCRIPT[char] for char in match[0])})"


def _vulgar_fraction(char: str) -> str:
    """`½` as ` 1/2`: the space makes `3½` the mixed number `3 1/2`."""
    if char.isascii() or unicodedata.category(char) != "No":
        return char
    top, slash, bottom = unicodedata.normalize("NFKC", char).partition("⁄")
    return f" {top}/{bottom}" if slash and top and bottom else char


def _from_latex(text: str) -> str:
    text = _DOLLARS.sub(r" \1 ", text)
    for delimiter in (r"\(", r"\)", r"\[", r"\]"):
        text = text.replace(delimiter, " ")
    text = text.replace(r"\%", "%").replace(r"\$", "$").replace(r"\{", "(").replace(r"\}", ")")
    text = _LATEX_TEXT.sub(r" \1 ", _LATEX_MOD.sub(r" mod (\1)", text))
    text = _repeatedly(_LATEX_PAIR, _pair, _repeatedly(_LATEX_ROOT, _root, text))
    text = _repeatedly(_LATEX_SCRIPT, lambda match: f"{match[1]}({match[2]})", text)
    text = _repeatedly(_LATEX_PAIR, _pair, _repeatedly(_LATEX_ROOT, _root, text))
    return _LATEX_NAME.sub(_name, _LATEX_SPACE.sub(" ", text))


def _repeatedly(pattern: re.Pattern[str], change: object, text: str) -> str:
    """From the inside out, as deep as a person writes."""
    for _ in range(6):
        changed = pattern.sub(change, text)  # type: ignore[call-overload]
        if changed == text:
            break
        text = changed
    return str(text)


def _pair(match: re.Match[str]) -> str:
    if match[1] == "binom":
        return f"(({match[2]}) choose ({match[3]}))"
    return f"(({match[2]})/({match[3]}))"


def _root(match: re.Match[str]) -> str:
    if not match[1]:
        return f" sqrt({match[2]})"
    return f" root_{match[1]} of ({match[2]})" if match[1].isdigit() else match[0]


def _name(match: re.Match[str]) -> str:
    name = match[1]
    if name in _LATEX_FUNCTIONS:
        return f" {name} "
    return _LATEX_NAMES.get(name, match[0])
