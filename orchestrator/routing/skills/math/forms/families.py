"""All families of forms, in the order in which they are tried."""

from __future__ import annotations

from typing import Final

from orchestrator.routing.skills.math.forms.ages import AGES
from orchestrator.routing.skills.math.forms.algebra import EQUATIONS, FORMULAS
from orchestrator.routing.skills.math.forms.bases import BASES, FRACTIONS, ROMAN
from orchestrator.routing.skills.math.forms.calculus import DERIVATIVES, INTEGRALS, LIMITS, SERIES
from orchestrator.routing.skills.math.forms.calendar import CALENDAR
from orchestrator.routing.skills.math.forms.chance import CHANCE
from orchestrator.routing.skills.math.forms.claims import CLAIMS
from orchestrator.routing.skills.math.forms.clock import CLOCK
from orchestrator.routing.skills.math.forms.counting import COUNTING
from orchestrator.routing.skills.math.forms.geometry import FLAT_BODIES, POINTS, ROUND_BODIES, SOLIDS
from orchestrator.routing.skills.math.forms.groups import COINS, DATA, GROUPS, LEVELS, SPANS
from orchestrator.routing.skills.math.forms.instructions import (
    COMPARISONS,
    DIFFERENCES,
    INSTRUCTIONS,
    IS_THAT,
)
from orchestrator.routing.skills.math.forms.integers import DIGITS, DIVISORS, FIBONACCI, PRIMES, REMAINDERS
from orchestrator.routing.skills.math.forms.measures import MEASURES
from orchestrator.routing.skills.math.forms.percent import PERCENT
from orchestrator.routing.skills.math.forms.rates import BASKETS, RATES
from orchestrator.routing.skills.math.forms.statistics import LISTS, RATIOS, SHARES
from orchestrator.routing.skills.math.forms.stories import STORIES
from orchestrator.routing.skills.math.question import Family

FAMILIES: Final[tuple[Family, ...]] = (
    CLAIMS,
    PERCENT,
    BASES,
    FRACTIONS,
    ROMAN,
    COUNTING,
    PRIMES,
    DIVISORS,
    REMAINDERS,
    DIGITS,
    FIBONACCI,
    LISTS,
    RATIOS,
    SHARES,
    ROUND_BODIES,
    SOLIDS,
    POINTS,
    FLAT_BODIES,
    AGES,
    CALENDAR,
    CLOCK,
    RATES,
    BASKETS,
    SPANS,
    COINS,
    DATA,
    GROUPS,
    LEVELS,
    STORIES,
    CHANCE,
    MEASURES,
    DERIVATIVES,
    INTEGRALS,
    LIMITS,
    SERIES,
    DIFFERENCES,
    INSTRUCTIONS,
    IS_THAT,
    COMPARISONS,
    EQUATIONS,
    FORMULAS,
)
