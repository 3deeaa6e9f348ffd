"""The math skill: exact answers to what can be computed, by libraries, never by evaluating text.

reading.py    words to a question: notation, wrapping, the forms in forms/, the parser
exact/        computed at once, on fractions and integers of bounded size
symbolic/     computed in a worker process (worker.py, pool.py) by sympy and pint, and verified there
recognise.py  the feature for routing
skill.py      the Skill
"""

from orchestrator.routing.skills.math.recognise import recognise
from orchestrator.routing.skills.math.skill import MathLimits, MathSkill

__all__ = ["MathLimits", "MathSkill", "recognise"]
