"""Sums of a day: dates, prices by the piece, bills and tips, interest, percentages added to numbers, multiples of quantities."""

from __future__ import annotations

import time
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.routing.skills.math import MathSkill, recognise
from orchestrator.routing.skills.math.reading import read
from tests.unit.routing.skills.math.asking import task


async def said(skill: MathSkill, text: str) -> str | None:
    found = await skill.answer(task(text))
    return found.text.partition(" (computed")[0] if found else None


DATES = [
    ("how many days between 3 March 2024 and 1 June 2024", "From 3 March 2024 to 1 June 2024: 90 days (91 with both days counted)"),
    ("how many days between 1 June 2024 and 3 March 2024?", "From 3 March 2024 to 1 June 2024: 90 days (91 with both days counted)"),
    ("how many days from 1 Jan to 15 Feb 2025", "From 1 January 2025 to 15 February 2025: 45 days (46 with both days counted)"),
    ("how many days from 1 Jan to 15 Mar", "From 1 January to 15 March: 73 days, or 74 across a 29 February"),
    ("how many days from 1 Dec to 5 Jan", "From 1 December to 5 January: 35 days (36 with both days counted)"),
    ("how many days from 3 March to 1 June 2024 inclusive", "From 3 March 2024 to 1 June 2024, both days counted: 91 days"),
    ("how many weeks between 1 Jan 2024 and 20 Jan 2024", "From 1 January 2024 to 20 January 2024: 2 weeks 5 days"),
    ("how many months from 15 Jan 2024 to 15 March 2025", "From 15 January 2024 to 15 March 2025: 14 months"),
    ("how many years between 4 July 1976 and 5 July 2026", "From 4 July 1976 to 5 July 2026: 50 years 1 day"),
    ("how many months between 20 January 2024 and 5 April 2024", "From 20 January 2024 to 5 April 2024: 2 months 16 days"),
    ("what day of the week was 4 July 1976", "4 July 1976 is a Sunday"),
    ("What weekday is December 25th, 2025?", "25 December 2025 is a Thursday"),
    ("on what day of the week did 20 July 1969 fall", "20 July 1969 is a Sunday"),
    ("can you tell me what day of the week 4 July 1976 was", "4 July 1976 is a Sunday"),
    ("do you know how many days there are between 3 March 2024 and 1 June 2024", "From 3 March 2024 to 1 June 2024: 90 days (91 with both days counted)"),
    ("is 25 December 2025 a Friday?", "No, 25 December 2025 is a Thursday"),
    ("what day was 4 July 1700", "4 July 1700 is a Sunday in the Gregorian calendar"),
    ("what date is 30 days after 15 January 2025", "30 days after 15 January 2025 is 14 February 2025, a Friday"),
    ("90 days before 2024-06-01", "90 days before 1 June 2024 is 3 March 2024, a Sunday"),
    ("10 days after 25 Dec", "10 days after 25 December is 4 January"),
    ("6 months after 15 August 2025", "6 months after 15 August 2025 is 15 February 2026, a Sunday"),
    ("was 1900 a leap year?", "No, 1900 is no leap year"),
    ("how many days in February 2024", "February 2024 has 29 days"),
    ("if I was born in 1990 how old am I in 2025", "Born in 1990, in 2025: 35 years old, 34 before the birthday"),
    ("how many years between 1969 and 2024", "From 1969 to 2024: 55 years"),
]  # fmt: skip
PRICES = [
    ("3 shirts at 14.99 each", "3 * 14.99 = 44.97"),
    ("how much are 3 shirts at 14.99", "3 * 14.99 = 44.97"),
    ("how much is 3 pizzas at $12.50?", "$12.50 * 3 = $37.50"),
    ("what do 6 coffees at 3.50 each cost", "6 * 3.5 = 21"),
    ("I bought 4 books at $12.99 each. How much did I spend?", "$12.99 * 4 = $51.96"),
    ("two hundred shares at $2 each", "$2 * 200 = $400"),
    ("4 tickets at 15 dollars each", "$15 * 4 = $60"),
    ("apples cost $2 each, how much do 5 apples cost", "$2 * 5 = $10"),
    ("4 apples cost $2, how much do 10 apples cost", "$2 / 4 * 10 = $5, at the same price for each"),
    ("12 eggs for $3.60, how much per egg", "$3.60 / 12 = $0.30, at the same price for each"),
    ("a recipe for 4 needs 300 g of flour, how much for 6", "300 * 6 / 4 = 450 g of flour"),
    ("3 shirts at $10 each and 2 hats at $5.50 each", "$10 * 3 + $5.50 * 2 = $41"),
    ("5 lbs of apples at $1.99 a pound", "$1.99 * 5 = $9.95"),
    ("2 dozen eggs at $3 per dozen", "$3 * 2 = $6"),
    ("if gas is $3.49 a gallon how much do 12 gallons cost", "$3.49 * 12 = $41.88"),
    ("how much is $9.99 a month for a year", "$9.99 * 12 = $119.88"),
    ("$52,000 a year is how much per month", "$52000 / 12 = $13000/3 ≈ $4333.33"),
    ("divide $85.50 by 3", "$85.50 / 3 = $28.50"),
    ("a shirt costs $14.99. How much do 3 cost?", "$14.99 * 3 = $44.97, at the same price for each"),
    ("8 hours a day for 5 days", "8 * 5 = 40 hours"),
    ("$15 an hour, 8 hours a day, 5 days a week", "$15 * 8 * 5 = $600"),
    ("I work 6 hours at $14 per hour", "$14 * 6 = $84"),
    ("if 1 euro is 1.08 dollars how much is 250 euros", "250 * 1.08 = 270 dollars"),
]  # fmt: skip
PERCENTAGES = [
    ("120 at 35% off", "35% off 120 = 78"),
    ("25% more than 60", "60 increased by 25% = 75"),
    ("200 + 5%", "200 increased by 5% = 210, where 5% of 200 is added"),
    ("50 minus 10%", "10% off 50 = 45, where 10% of 50 is taken away"),
    ("$200 - 15%", "15% off $200 = $170, where 15% of $200 is taken away"),
    ("150 plus VAT at 20%", "150 increased by 20% = 180"),
    ("how much is a $40 shirt at 25% off", "25% off $40 = $30"),
    ("what's the total for a $60 meal with 18% tip", "$60 increased by 18% = $70.80"),
    ("how much do I save with 20% off $250", "20% of $250 = $50"),
    ("$100 with 20% off and then another 10% off", "$100 * (1 - 20 / 100) * (1 - 10 / 100) = $72"),
    ("increase 50 by 20% then decrease by 10%", "50 * (1 + 20 / 100) * (1 - 10 / 100) = 54"),
    ("$80 bill with a 20% tip split 4 ways", "$80 * (1 + 20 / 100) / 4 = $24"),
    ("10% off $50 then 8% tax", "$50 * (1 - 10 / 100) * (1 + 8 / 100) = $48.60"),
    ("a $1200 laptop is 15% off. How much is it?", "15% off $1200 = $1020"),
    ("was $80 now $60, what percent off", "From 80 to 60 is a decrease of 25%"),
    ("20 is what percent less than 25", "From 25 to 20 is a decrease of 20%"),
    ("what's $47.60 split 4 ways with a 15% tip", "$47.6 * (1 + 15 / 100) / 4 = $13.685 ≈ $13.69; 4 times $13.68 leaves 2 cents"),
    ("I got 18 out of 24, what percent is that", "18 is 75% of 24"),
    ("1000 at 5% compounded yearly for 3 years", "1000 at 5% a year, compounded yearly for 3 years = 1157.625, of which 157.625 is interest"),
    ("compound interest on $1000 at 5% for 2 years", "Interest on $1000 at 5% a year, compounded yearly for 2 years = $102.50, which makes $1102.50 in all"),
    ("how much will $1000 be worth in 3 years at 5% compounded annually", "$1000 at 5% a year, compounded yearly for 3 years ≈ $1157.63, of which $157.63 is interest"),
    ("1000 compounded monthly at 6% for 1 year", "1000 at 6% a year, compounded monthly for 1 year ≈ 1061.68, of which 61.68 is interest"),
    ("1500 at 4% simple interest for 2 years", "Simple interest on 1500 at 4% a year for 2 years = 120"),
]  # fmt: skip
SHARES = [
    ("split $120 4 ways", "$120 / 4 = $30"),
    ("4 people split a $96 bill, how much does each pay?", "$96 / 4 = $24"),
    ("dinner was $90, split between 4 of us", "$90 / 4 = $22.50"),
    ("split $20 between 3 people", "$20 / 3 = $20/3 ≈ $6.67; 3 times $6.66 leaves 2 cents"),
    ("share 24 sweets between 6 children", "24 / 6 = 4 sweets"),
    ("how many is 12 dozen", "12 * 12 = 144"),
    ("12 dozen = ?", "12 * 12 = 144"),
    ("split 120 4 ways", "120 / 4 = 30"),
    ("how many eggs in 5 dozen", "5 * 12 = 60"),
    ("twice 5 plus 3", "2 * 5 + 3 = 13"),
    ("three times as many as 12", "3 * 12 = 36"),
    ("double 3/4", "2 * 3 / 4 = 3/2 = 1.5"),
    ("3 over 4 plus 1 over 4", "3 / 4 + 1 / 4 = 1"),
    ("three over four minus one over two", "3 / 4 - 1 / 2 = 1/4 = 0.25"),
    ("what is twenty - five", "20 - 5 = 15"),
    ("what fraction is 15 of 60", "15 / 60 = 1/4"),
]  # fmt: skip
QUANTITIES = [
    ("3 times 45 minutes", "3 * 45 minutes = 135 minutes"),
    ("3 times 1 hour 20 minutes", "3 * 1 hour 20 minutes = 4 hours"),
    ("half of 1 1/2 cups", "1/2 of 1.5 US cups = 0.75 US cups"),
    ("double 3/4 cup", "2 * 0.75 US cups = 1.5 US cups"),
    ("10% of 5 kg", "10% of 5 kilograms = 0.5 kilograms"),
    ("2 hours / 30 minutes", "2 hours / 30 minutes = 4"),
    ("2h 30m + 1h 45m", "2 hours 30 minutes + 1 hour 45 minutes = 4 hours 15 minutes"),
    ("5 hours at 60 km/h", "60 km/h for 5 hours = 300 kilometers"),
    ("how long is 10:45 to 13:20", "From 10:45 to 13:20: 2 hours 35 minutes"),
    ("area of a trapezoid with bases 3 and 5 and height 4", "(3 + 5) * 4 / 2 = 16"),
    ("diagonal of a 3 by 4 rectangle", "sqrt(3^2 + 4^2) = 5"),
    ("2 hours / 4", "2 hours / 4 = 0.5 hours"),
    ("how fast is 150 km in 2 hours", "150 kilometers in 2 hours = 75 km/h"),
    ("if a car travels at 60 mph for 3.5 hours how far does it go", "60 mph for 3.5 hours = 210 miles"),
    ("how many minutes between 2:15 pm and 3:05 pm", "From 2:15 pm to 3:05 pm: 50 minutes"),
    ("perimeter of a 5 m by 3.2 m rectangle", "5 meters by 3.2 meters: perimeter = 16.4 meters"),
    ("how many square feet is a 10 ft by 12 ft room", "10 feet by 12 feet: area = 120 square feet"),
    ("volume of a 10x20x30 cm box", "10 * 20 * 30 = 6000 cubic centimeters"),
    ("area of a circle with radius 5 cm", "pi * 5^2 = 25*pi ≈ 78.53982 square centimeters"),
    ("how many pieces of 0.75 m can you cut from 7 m", "7 meters in pieces of 0.75 meters = 9, and 0.25 meters left"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), [*DATES, *PRICES, *PERCENTAGES, *SHARES, *QUANTITIES])
async def test_sums_of_a_day(text: str, says: str, math_skill: MathSkill) -> None:
    assert await said(math_skill, text) == says


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("how many days between 03/04/2024 and 05/06/2024", "another with the month first"),
        ("what day was 31 February 2024", "there is no 31 February 2024"),
        ("what day was 4 July 1500", "another calendar"),
        ("999999 years after 1 June 2024", "beyond the years"),
        ("10 days after 25 Feb", "please name the year"),
        ("2 months after 31 December 2024", "February 2025 has no day 31"),
        ("1000 at 5% compounded yearly for 6 months", "part of a period"),
        ("1000 at 5% compounded daily for 300 years", "more than 4,000 periods"),
        ("20 C / 10 C", "temperatures are no amounts"),
        ("interest on 2000 at 3% for 4 years", "simple interest and compound interest differ"),
    ],
)
async def test_what_has_two_readings_or_none_is_refused(
    text: str, reason: str, math_skill: MathSkill
) -> None:
    found = await math_skill.answer(task(text))
    assert found is not None
    assert found.confidence is None
    assert reason in found.evidence["refused"]


@pytest.mark.parametrize(
    "text",
    [
        "10 over 2 plus 3", "3 over 4 plus 1", "double 6 plus 1", "twice 5 squared plus 1", "5 - 10%", "5-10%", "20-10%", "20 +5%",
        "100 + 10% + 10%", "5% + 200", "200 + 5% APR", "50 minus 10% discount code", "how many days until Christmas", "how many days until 1 June 2030",
        "what day is 4 July", "what happened on 4 July 1976", "4 July 1976", "4 July 1976 was a Sunday", "between 3 March 2024 and 1 June 2024",
        "how many days in February", "how many days between 1 June and 3 March",
        "how many days from 29 Feb to 3 March", "how old was Einstein in 1905", "3 dozen eggs at $4 each", "3 dozen at $2 each", "what is the dirty dozen", "tell me how many planets there are", "how many is a few dozen",
        "how many boxes in 12 dozen", "how much are 2 tickets at 7", "how much are 2 shows at 10.30", "5 items at 19.99", "3 shirts at a time",
        "5 people at 3 tables", "3 at 5 each way", "100 or 200 shirts at $2 each", "12 eggs for $3.60, how much per apple", "3 pens cost $6, how much is a pencil",
        "if 5 men are 30 how much is 1", "a $40 million deal with 25% off", "a $40 shirt", "share 25 sweets between 6 children", "split the bill 4 ways",
        "3 pills a day for 7 days", "8 hours a day for 5 people", "3 times a day", "5 times 5 minutes a day", "5 minutes a day + 3 minutes", "20 C times 2",
        "half of 2 feet 3 inches", "10% of 5 star reviews", "75% of the time", "3 x 5 m", "1000 at 5%", "what is 5% compounded yearly",
        "simple interest on 1000 at 5% for 6 months", "volume of a box 2 m by 3", "square meters of a 10 ft by 12 ft room",
        "100 + 5% * 2",  "hours 9am to 5pm", "time 10:45 to 13:20", "30 minutes at 350 F", "5 m at 3 m", "was $80 now $60", "$5 a day for 2 hours",
        "if gas is $3.49 a gallon how much is 12 liters", "3 shirts at $10 each and 2 hats at €5 each", "payment due 30 days after 5 May 2024", "5 business days after 1 March 2024",
        "if 1 euro is 2 coffees how much is 3 euros", "a recipe for 4 needs 3 eggs, how many apples for 6", "twice as much as him", "half as much as before",
    ],
)  # fmt: skip
async def test_what_is_no_sum_or_not_clear_is_left(text: str, math_skill: MathSkill) -> None:
    assert await math_skill.answer(task(text)) is None


DAYS = st.dates(date(1800, 1, 1), date(2200, 12, 31))
WRITTEN = st.sampled_from(
    ["{0:%Y-%m-%d}", "{0.day} {0:%B} {0:%Y}", "{0:%b} {0.day}, {0:%Y}", "{0:%B} {0.day}th {0:%Y}"]
)


@given(first=DAYS, second=DAYS, one=WRITTEN, other=WRITTEN)
@settings(max_examples=200, deadline=None)
async def test_days_between_are_what_a_calendar_counts(
    first: date, second: date, one: str, other: str
) -> None:
    if first == second:
        return
    found = await MathSkill().answer(
        task(f"how many days between {one.format(first)} and {other.format(second)}?")
    )
    assert found is not None
    assert found.evidence["approx"] == abs((second - first).days)


@given(day=DAYS, count=st.integers(1, 5000), written=WRITTEN, sign=st.sampled_from(["after", "before"]))
@settings(max_examples=200, deadline=None)
async def test_a_date_is_what_a_calendar_shows(day: date, count: int, written: str, sign: str) -> None:
    end = day + timedelta(days=count) if sign == "after" else day - timedelta(days=count)
    found = await MathSkill().answer(task(f"what date is {count} days {sign} {written.format(day)}"))
    assert found is not None
    assert found.evidence["exact"] == f"{end.day} {end:%B} {end.year}"
    assert f"a {end:%A}" in found.text


@given(first=st.dates(date(2023, 1, 1), date(2023, 12, 31)), days=st.integers(1, 300))
@settings(max_examples=200, deadline=None)
async def test_days_without_a_year_hold_in_every_year(first: date, days: int) -> None:
    """Where a 29 February may lie between them, both counts are named."""
    second = first + timedelta(days=days)
    if (second.month, second.day) == (2, 29):
        return  # no day of every year
    counts = set()
    for year in range(2019, 2029):
        start = first.replace(year=year)
        counts.add((second.replace(year=year + second.year - first.year) - start).days)
    found = await MathSkill().answer(
        task(f"how many days from {first:%d %B} to {second:%d %B}".replace(" 0", " "))
    )
    assert found is not None
    for count in counts:
        assert f"{count}" in found.text
    assert ("or" in str(found.evidence["exact"]).split()) == (len(counts) > 1)


@given(whole=st.integers(1, 10**6), rate=st.integers(1, 100), less=st.booleans())
@settings(max_examples=200, deadline=None)
async def test_a_percentage_added_is_one_of_the_number(whole: int, rate: int, less: bool) -> None:
    found = await MathSkill().answer(task(f"{whole} {'minus' if less else '+'} {rate}%"))
    assert found is not None
    assert Fraction(found.evidence["exact"]) == whole * (1 + Fraction(-rate if less else rate, 100))


@pytest.mark.parametrize(
    "start",
    [
        "3 shirts at ",
        "how many days from 1 Jan ",
        "split $80 ",
        "3 times ",
        "1000 at 5% ",
        "a recipe for 4 needs ",
    ],
)
@pytest.mark.parametrize("more", ["a ", "1 ", "1 a, ", "each at $1 ", "3 m by ", " "])
def test_a_long_text_is_read_at_once(start: str, more: str) -> None:
    text = (start + more * 600)[:590]
    recognise(text)
    began = time.perf_counter()
    assert recognise(text) < 1.0
    assert read(text) is None
    assert time.perf_counter() - began < 0.25
