"""The words that expressions are written in, other than numbers."""

from __future__ import annotations

from typing import Final

OPERATORS: Final = {
    "plus": "+", "added to": "+", "minus": "-", "take away": "-", "times": "*", "multiplied by": "*", "multiply by": "*",
    "divided by": "/", "divide by": "/", "over": "/", "mod": "mod", "modulo": "mod", "modulus": "mod", "choose": "choose",
    "to the power of": "^", "to the power": "^", "raised to the power of": "^", "raised to the power": "^",
    "raised to": "^", "of": "of", "and": "and", "ncr": "choose", "npr": "permute",
}  # fmt: skip
POSTFIX: Final = {
    "squared": "squared", "cubed": "cubed", "factorial": "!", "percent": "%", "per cent": "%",
    "degrees": "deg", "degree": "deg",
}  # fmt: skip
FUNCTIONS: Final = {
    **{name: name for name in ["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "sqrt", "cbrt", "ln", "log", "exp", "abs", "floor", "gcd", "lcm"]},
    **{name: name for name in ["max", "min", "mean", "median", "factorial", "round", "log2", "log10"]},
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "asin": "asin", "acos": "acos", "atan": "atan",
    "ceil": "ceil", "ceiling": "ceil", "gcf": "gcd", "hcf": "gcd", "average": "mean", "avg": "mean", "fib": "fibonacci",
    "fibonacci": "fibonacci", "ncr": "choose", "npr": "permute", "binom": "choose", "binomial": "choose",
    "comb": "choose", "perm": "permute", "totient": "totient", "sgn": "sign", "pow": "power",
}  # fmt: skip
"""Written as in mathematics, before a bracket or an argument."""
SPOKEN_FUNCTIONS: Final = {
    "square root of": "sqrt", "sqrt of": "sqrt", "root of": "sqrt", "square root": "sqrt", "cube root of": "cbrt",
    "cube root": "cbrt", "cubic root of": "cbrt", "factorial of": "factorial", "absolute value of": "abs",
    "natural log of": "ln", "natural logarithm of": "ln", "ln of": "ln", "sine of": "sin", "cosine of": "cos",
    "tangent of": "tan", "sin of": "sin", "cos of": "cos", "tan of": "tan", "square of": "square", "cube of": "cube",
    "reciprocal of": "reciprocal", "double": "double", "twice": "double", "triple": "triple", "log of": "log",
    "thrice": "triple", "floor of": "floor", "ceiling of": "ceil", "common log of": "log10",
    "totient of": "totient", "euler's totient of": "totient", "negative of": "neg", "double of": "double",
}  # fmt: skip
"""One argument follows; where it ends has to be plain."""
LIST_FUNCTIONS: Final = {
    "sum of": "sum", "total of": "sum", "product of": "product", "average of": "mean", "mean of": "mean",
    "arithmetic mean of": "mean", "mean average of": "mean", "avg of": "mean", "median of": "median",
    "greatest common divisor of": "gcd", "greatest common factor of": "gcd", "highest common factor of": "gcd",
    "greatest common denominator of": "gcd", "largest common divisor of": "gcd", "gcd of": "gcd", "gcf of": "gcd",
    "hcf of": "gcd", "lcm of": "lcm", "least common multiple of": "lcm", "lowest common multiple of": "lcm",
    "smallest common multiple of": "lcm", "maximum of": "max", "max of": "max", "minimum of": "min", "min of": "min",
    "gcd for": "gcd", "lcm for": "lcm", "geometric mean of": "geometric_mean", "harmonic mean of": "harmonic_mean",
}  # fmt: skip
"""A list follows: `12, 18 and 30`."""
SKIPPED: Final = frozenset({"the", "number", "numbers", "following", "value", "values", "integers"})
CONSTANTS: Final = {"pi": "pi", "infinity": "infinity", "inf": "infinity"}
LONGEST_PHRASE: Final = 5
