"""The names of units, and the unit of the library pint that each stands for."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.outcomes import NotMath

_NAMES: Final[dict[str, str]] = {
    # length
    "millimeter": "mm millimeter millimeters millimetre millimetres",
    "centimeter": "cm centimeter centimeters centimetre centimetres cms",
    "meter": "m meter meters metre metres",
    "kilometer": "km kilometer kilometers kilometre kilometres kms",
    "inch": "inch inches in",
    "foot": "foot feet ft",
    "yard": "yard yards yd yds",
    "mile": "mile miles mi",
    "nautical_mile": "nautical_mile nautical_miles nmi",
    "light_year": "light_year light_years light-year light-years",
    # mass
    "milligram": "mg milligram milligrams",
    "gram": "g gram grams gramme grammes",
    "kilogram": "kg kilogram kilograms kilo kilos kgs",
    "metric_ton": "tonne tonnes metric_ton metric_tons",
    "ounce": "oz ounce ounces",
    "pound": "lb lbs pound pounds",
    "stone": "stone stones",
    # time
    "millisecond": "ms millisecond milliseconds",
    "second": "s sec secs second seconds",
    "minute": "min mins minute minutes",
    "hour": "h hr hrs hour hours",
    "day": "day days",
    "week": "week weeks",
    "fortnight": "fortnight fortnights",
    # temperature
    "degC": "c °c celsius degrees_celsius degree_celsius degrees_c centigrade degrees_centigrade deg_c",
    "degF": "f °f fahrenheit degrees_fahrenheit degree_fahrenheit degrees_f deg_f",
    "kelvin": "k kelvin kelvins degrees_kelvin",
    # volume
    "milliliter": "ml milliliter milliliters millilitre millilitres",
    "liter": "l liter liters litre litres",
    "gallon": "gallon gallons us_gallon us_gallons gal",
    "quart": "quart quarts us_quart us_quarts",
    "pint": "pint pints us_pint us_pints",
    "cup": "cup cups us_cup us_cups",
    "fluid_ounce": "fluid_ounce fluid_ounces fl_oz us_fluid_ounces",
    "tablespoon": "tablespoon tablespoons tbsp",
    "teaspoon": "teaspoon teaspoons tsp",
    "meter ** 3": "cubic_meter cubic_meters cubic_metre cubic_metres m^3",
    "centimeter ** 3": "cubic_centimeter cubic_centimeters cubic_centimetre cubic_centimetres cm^3 cc",
    "foot ** 3": "cubic_foot cubic_feet ft^3",
    # area
    "meter ** 2": "square_meter square_meters square_metre square_metres sq_m m^2 sqm",
    "centimeter ** 2": "square_centimeter square_centimeters square_centimetre square_centimetres cm^2",
    "kilometer ** 2": "square_kilometer square_kilometers square_kilometre square_kilometres km^2",
    "foot ** 2": "square_foot square_feet sq_ft ft^2 sqft",
    "inch ** 2": "square_inch square_inches in^2",
    "yard ** 2": "square_yard square_yards",
    "mile ** 2": "square_mile square_miles",
    "hectare": "hectare hectares ha",
    "international_acre": "acre acres",
    # speed
    "mile / hour": "mph miles_per_hour miles/hour mi/h",
    "kilometer / hour": "kph kmh km/h km/hr kmph kilometers_per_hour kilometres_per_hour km_per_hour",
    "meter / second": "m/s mps meters_per_second metres_per_second",
    "foot / second": "ft/s feet_per_second",
    "knot": "knot knots kt",
    # energy, power, pressure, frequency, angle, data
    "joule": "joule joules",
    "kilojoule": "kj kilojoule kilojoules",
    "kilocalorie": "kcal kilocalorie kilocalories",
    "kilowatt_hour": "kwh kilowatt_hour kilowatt_hours kilowatt-hour kilowatt-hours",
    "watt": "watt watts",
    "kilowatt": "kw kilowatt kilowatts",
    "pascal": "pascal pascals",
    "kilopascal": "kpa kilopascal kilopascals",
    "psi": "psi",
    "bar": "bar bars",
    "atmosphere": "atm atmosphere atmospheres",
    "hertz": "hz hertz",
    "kilohertz": "khz kilohertz",
    "megahertz": "mhz megahertz",
    "gigahertz": "ghz gigahertz",
    "degree": "degree degrees deg °",
    "radian": "radian radians rad",
    "bit": "bit bits",
    "byte": "byte bytes",
    "kibibyte": "kib kibibyte kibibytes",
    "mebibyte": "mib mebibyte mebibytes",
    "gibibyte": "gib gibibyte gibibytes",
}
ALL_UNITS: Final = {name.replace("_", " "): unit for unit, names in _NAMES.items() for name in names.split()}
_CASED: Final = {"M": None, "G": None, "S": None, "H": None, "Mg": None, "mW": None, "T": None}
"""Written so, they are not the unit of the same letters in lower case."""
UNIT: Final = "|".join(re.escape(name) for name in sorted(ALL_UNITS, key=len, reverse=True))
_US: Final = frozenset({"gallon", "quart", "pint", "cup", "fluid_ounce", "tablespoon", "teaspoon"})
_SHOWN: Final = {
    "degC": "°C", "degF": "°F", "kelvin": "K", "international_acre": "acres", "mile / hour": "mph", "kilometer / hour": "km/h",
    "meter / second": "m/s", "foot / second": "ft/s", "psi": "psi", "hertz": "Hz", "kilohertz": "kHz", "megahertz": "MHz",
    "gigahertz": "GHz", "kilowatt_hour": "kWh", "foot": "feet", "inch": "inches", "stone": "stone", "metric_ton": "metric tons",
    "foot ** 2": "square feet", "inch ** 2": "square inches", "foot ** 3": "cubic feet", "kilopascal": "kPa",
}  # fmt: skip
_ONE: Final = {
    "foot": "foot",
    "inch": "inch",
    "international_acre": "acre",
    "metric_ton": "metric ton",
    "foot ** 2": "square foot",
}


def canonical(name: str) -> str:
    """The unit of pint. Raises NotMath."""
    if name in _CASED:
        raise NotMath("another unit in capitals")
    unit = ALL_UNITS.get(re.sub(r"\s+", " ", name.strip().lower()))
    if unit is None:
        raise NotMath("no unit")
    return unit


def shown_unit(unit: str, *, singular: bool = False) -> str:
    """The unit as an answer names it."""
    if unit in _US:
        return f"US {unit.replace('_', ' ')}{'' if singular else 's'}"
    if singular and unit in _ONE:
        return _ONE[unit]
    if unit in _SHOWN:
        return _SHOWN[unit]
    name, _, power = unit.partition(" ** ")
    words = f"{ {'2': 'square ', '3': 'cubic '}.get(power, '') }{name.replace('_', ' ')}"
    return words if singular else f"{words}s"
