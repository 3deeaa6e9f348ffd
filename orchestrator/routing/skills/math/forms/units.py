"""The names of units, and the unit of the library pint that each stands for."""

from __future__ import annotations

import re
from typing import Final

from orchestrator.routing.skills.math.outcomes import NotMath

_WORDS: Final[dict[str, str]] = {
    # length
    "nanometer": "nanometer nanometers nanometre nanometres",
    "micron": "micron microns micrometer micrometers micrometre micrometres",
    "millimeter": "millimeter millimeters millimetre millimetres",
    "centimeter": "cm centimeter centimeters centimetre centimetres cms",
    "meter": "meter meters metre metres",
    "kilometer": "km kilometer kilometers kilometre kilometres kms",
    "inch": "inch inches in",
    "foot": "foot feet ft",
    "yard": "yard yards yd yds",
    "mile": "mile miles mi",
    "nautical_mile": "nautical_mile nautical_miles nmi",
    "light_year": "light_year light_years light-year light-years",
    # mass
    "microgram": "mcg microgram micrograms",
    "milligram": "milligram milligrams",
    "gram": "gram grams gramme grammes",
    "kilogram": "kg kilogram kilograms kilo kilos kgs",
    "metric_ton": "tonne tonnes metric_ton metric_tons",
    "ounce": "oz ounce ounces",
    "pound": "lb lbs pound pounds",
    "stone": "stone stones",
    # time
    "nanosecond": "nanosecond nanoseconds",
    "microsecond": "microsecond microseconds",
    "millisecond": "millisecond milliseconds",
    "second": "sec secs second seconds",
    "minute": "min mins minute minutes",
    "hour": "hr hrs hour hours",
    "day": "day days",
    "week": "week weeks",
    "fortnight": "fortnight fortnights",
    # temperature
    "degC": "c °c celsius degrees_celsius degree_celsius degrees_c centigrade degrees_centigrade deg_c",
    "degF": "f °f fahrenheit degrees_fahrenheit degree_fahrenheit degrees_f deg_f",
    "kelvin": "k kelvin kelvins degrees_kelvin",
    # volume
    "milliliter": "milliliter milliliters millilitre millilitres",
    "liter": "l liter liters litre litres",
    "gallon": "gallon gallons us_gallon us_gallons gal",
    "quart": "quart quarts us_quart us_quarts",
    "pint": "pint pints us_pint us_pints",
    "cup": "cup cups us_cup us_cups",
    "fluid_ounce": "fluid_ounce fluid_ounces fl_oz us_fluid_ounces",
    "tablespoon": "tablespoon tablespoons tbsp",
    "teaspoon": "teaspoon teaspoons tsp",
    "centimeter ** 3": "cc",
    # area
    "meter ** 2": "sqm",
    "foot ** 2": "sqft",
    "hectare": "hectare hectares ha",
    "international_acre": "acre acres",
    # speed
    "mile / hour": "mph miles_per_hour miles/hour mi/h",
    "kilometer / hour": "kph kmh km/h km/hr kmph kilometers_per_hour kilometres_per_hour km_per_hour",
    "meter / second": "meters_per_second metres_per_second",
    "foot / second": "ft/s feet_per_second",
    "knot": "knot knots kt",
    # force, energy, power, pressure, electricity, frequency, angle, data
    "newton": "newton newtons",
    "kilonewton": "kilonewton kilonewtons",
    "joule": "joule joules",
    "kilojoule": "kj kilojoule kilojoules",
    "megajoule": "megajoule megajoules",
    "kilocalorie": "kcal kilocalorie kilocalories",
    "kilowatt_hour": "kwh kilowatt_hour kilowatt_hours kilowatt-hour kilowatt-hours",
    "milliwatt": "milliwatt milliwatts",
    "watt": "watt watts",
    "kilowatt": "kw kilowatt kilowatts",
    "megawatt": "megawatt megawatts",
    "horsepower": "horsepower hp mechanical_horsepower",
    "pascal": "pascal pascals",
    "hectopascal": "hpa hectopascal hectopascals",
    "kilopascal": "kpa kilopascal kilopascals",
    "megapascal": "megapascal megapascals",
    "psi": "psi",
    "bar": "bar bars",
    "torr": "torr",
    "mmHg": "millimeters_of_mercury millimetres_of_mercury",
    "atmosphere": "atm atmosphere atmospheres",
    "milliampere": "milliamp milliamps milliampere milliamperes",
    "ampere": "amp amps ampere amperes",
    "millivolt": "millivolt millivolts",
    "volt": "volt volts",
    "kilovolt": "kilovolt kilovolts",
    "hertz": "hz hertz",
    "kilohertz": "khz kilohertz",
    "megahertz": "megahertz",
    "gigahertz": "ghz gigahertz",
    "degree": "degree degrees deg °",
    "radian": "radian radians rad",
    "bit": "bit bits",
    "byte": "byte bytes",
    "kibibyte": "kibibyte kibibytes",
    "mebibyte": "mebibyte mebibytes",
    "gibibyte": "gibibyte gibibytes",
}
"""Names in any case: no other case of them is another unit."""
_SYMBOLS: Final[dict[str, str]] = {
    "nanometer": "nm", "micron": "µm um", "millimeter": "mm", "meter": "m", "microgram": "µg ug", "milligram": "mg", "gram": "g",
    "nanosecond": "ns", "microsecond": "µs", "millisecond": "ms", "second": "s", "hour": "h", "milliliter": "ml mL",
    "meter / second": "m/s", "newton": "N", "kilonewton": "kN", "joule": "J", "megajoule": "MJ", "calorie": "cal",
    "milliwatt": "mW", "watt": "W", "megawatt": "MW", "gigawatt": "GW", "mmHg": "mmHg mmhg", "pascal": "Pa", "megapascal": "MPa", "microampere": "µA uA", "milliampere": "mA",
    "ampere": "A", "millivolt": "mV", "volt": "V", "kilovolt": "kV", "megahertz": "MHz Mhz MHZ", "kibibyte": "KiB",
    "mebibyte": "MiB", "gibibyte": "GiB",
}  # fmt: skip
"""Symbols in just this case: `Mm`, `Ms`, `MS`, `ML`, `Nm`, `Cal`, `S`, `Mib` are other units, or nobody knows which."""
_RAISED: Final = ("millimeter", "centimeter", "meter", "kilometer", "inch", "foot", "yard", "mile")


def _with_powers(table: dict[str, str]) -> dict[str, str]:
    """The names, and those of the squares and cubes of lengths: `m2`, `m^2`, `sq ft`, `cubic feet`."""
    found = {name.replace("_", " "): unit for unit, names in table.items() for name in names.split()}
    for unit in _RAISED:
        for name in table.get(unit, "").split():
            for power, words in ((2, ("square", "sq")), (3, ("cubic", "cu"))):
                found |= {spelled: f"{unit} ** {power}" for spelled in (f"{name}{power}", f"{name}^{power}")}
                found |= {f"{word} {name}": f"{unit} ** {power}" for word in words}
    return found


IN_ANY_CASE: Final = _with_powers(_WORDS)
IN_ONE_CASE: Final = _with_powers(_SYMBOLS)
ALL_UNITS: Final = IN_ANY_CASE | IN_ONE_CASE
UNIT: Final = "|".join(re.escape(name) for name in sorted(ALL_UNITS, key=len, reverse=True))
US_VOLUMES: Final = frozenset({"gallon", "quart", "pint", "cup", "fluid_ounce", "tablespoon", "teaspoon"})
_SHOWN: Final = {
    "degC": "°C", "degF": "°F", "kelvin": "K", "international_acre": "acres", "mile / hour": "mph", "kilometer / hour": "km/h",
    "meter / second": "m/s", "foot / second": "ft/s", "psi": "psi", "hertz": "Hz", "kilohertz": "kHz", "megahertz": "MHz",
    "gigahertz": "GHz", "kilowatt_hour": "kWh", "foot": "feet", "inch": "inches", "stone": "stone", "metric_ton": "metric tons",
    "newton": "N", "kilonewton": "kN", "milliampere": "mA", "ampere": "A", "millivolt": "mV", "volt": "V", "kilovolt": "kV",
    "torr": "torr", "mmHg": "mmHg", "horsepower": "mechanical horsepower", "hectopascal": "hPa", "megapascal": "MPa",
    "foot ** 2": "square feet", "inch ** 2": "square inches", "foot ** 3": "cubic feet", "inch ** 3": "cubic inches", "kilopascal": "kPa",
}  # fmt: skip
_ONE: Final = {
    "foot": "foot",
    "inch": "inch",
    "international_acre": "acre",
    "metric_ton": "metric ton",
    "foot ** 2": "square foot",
    "foot ** 3": "cubic foot",
    "inch ** 2": "square inch",
    "inch ** 3": "cubic inch",
}


def canonical(name: str) -> str:
    """The unit of pint. Raises NotMath."""
    name = re.sub(r"\s+", " ", name.strip()).replace("μ", "µ")
    unit = IN_ONE_CASE.get(name) or IN_ANY_CASE.get(name.lower())
    if unit is None:
        raise NotMath("no unit")
    return unit


def shown_unit(unit: str, *, singular: bool = False) -> str:
    """The unit as an answer names it."""
    if unit in US_VOLUMES:
        return f"US {unit.replace('_', ' ')}{'' if singular else 's'}"
    if singular and unit in _ONE:
        return _ONE[unit]
    if unit in _SHOWN:
        return _SHOWN[unit]
    length, _, time = unit.partition(" / ")
    if time:
        return f"{shown_unit(length, singular=singular)} per {shown_unit(time, singular=True)}"
    name, _, power = unit.partition(" ** ")
    words = f"{ {'2': 'square ', '3': 'cubic '}.get(power, '') }{name.replace('_', ' ')}"
    return words if singular else f"{words}s"
