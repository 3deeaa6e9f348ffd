"""How people go on and what they ask of a day: read to the last word, or left to the model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestrator.routing.skills.math import MathSkill
from orchestrator.routing.skills.math.reading import read
from tests.unit.routing.skills.math.asking import task


async def said(skill: MathSkill, text: str) -> str | None:
    found = await skill.answer(task(text))
    return found.text if found else None


@pytest.mark.parametrize(
    "before", ["what about ", "How about ", "and what is ", "ok and ", "now ", "and what about: "]
)
@pytest.mark.parametrize("bare", ["5*7", "10% of 90", "5 plus 7", "half of 8", "5 * 7 + 2"])
def test_a_question_that_goes_on_is_the_bare_one(before: str, bare: str) -> None:
    assert read(bare) is not None
    assert read(f"{before}{bare}?") == read(bare)


@pytest.mark.parametrize(
    "text",
    ["how about 3/4?", "what about 5/6", "how about 9-5?", "what about 9/11?", "what about 20?", "how about - 5 + 3",
     "how about 7", "what about half", "and what about the 5 of us?", "times 2", "and times 2?", "plus 10", "double it"],
)  # fmt: skip
def test_what_proposes_or_hangs_on_the_last_answer_is_left_to_the_model(text: str) -> None:
    assert read(text) is None


LISTS_OF = [
    "average of", "mean of", "the mean of", "median of", "product of", "sum of", "the total of", "lcm of", "gcd of", "hcf of",
    "minimum of", "maximum of", "max of", "range of", "mode of", "standard deviation of", "variance of",
    "population variance of", "geometric mean of", "average", "add", "multiply",
]  # fmt: skip
ASKING = ["", "what is the ", "What's the ", "find the ", "please compute the ", "how much is the "]
SEVERAL = st.lists(st.integers(1, 60).map(str), min_size=2, max_size=5)
NUMBER = st.sampled_from(["1", "2", "5", "12", "five", "ten", "2.5"])


def joined(items: Sequence[str], last: str) -> str:
    return f"{', '.join(items[:-1])}{last}{items[-1]}"


@given(
    asking=st.sampled_from(ASKING),
    function=st.sampled_from(LISTS_OF),
    items=SEVERAL,
    last=st.sampled_from([", ", " and ", ", and "]),
    tail=st.sampled_from([", minus ", ", and minus ", ", - ", " - ", " minus ", ",minus ", "; minus ", ", minus the number "]),
    number=NUMBER,
    end=st.sampled_from(["", "?", "."]),
)  # fmt: skip
@example("What's the ", "average of", ["10", "20", "30"], ", and ", ", minus ", "5", "?")
@example("", "standard deviation of", ["2", "4", "6"], ", ", ", minus ", "1", "")
@settings(max_examples=500, deadline=None)
def test_what_is_taken_away_behind_a_list_is_no_item_of_it(
    asking: str, function: str, items: list[str], last: str, tail: str, number: str, end: str
) -> None:
    if tail.strip().startswith(", and") and last == ", ":
        return  # `10, 20, and minus 5` ends its list by that `and`
    assert read(f"{asking}{function} {joined(items, last)}{tail}{number}{end}") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mean of 10, 20, 30, -6", "mean(10, 20, 30, -6) = 27/2 = 13.5"),
        ("mean of 10, 20, negative 6", "mean(10, 20, -6) = 8"),
        ("mean of 10, 20 and minus 6", "mean(10, 20, -6) = 8"),
        ("sum of 5 and minus 3", "5 + -3 = 2"),
        ("mean of minus 5, minus 3 and 2", "mean(-5, -3, 2) = -2"),
        ("mean of minus 5, minus 3, minus 1", "mean(-5, -3, -1) = -3"),
        ("average(10, 20, minus 6)", "mean(10, 20, -6) = 8"),
    ],
)
async def test_negative_items_stay_items(text: str, says: str, math_skill: MathSkill) -> None:
    assert await said(math_skill, text) == f"{says} (computed exactly)"


@pytest.mark.parametrize(
    "text",
    ["what is the sum of 2 and 3, times 4?", "average of 2, 4 and 6, plus 1", "sum of 2 and 3, divided by 4"],
)
def test_what_is_done_behind_a_list_is_left_to_the_model(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 hour 20 minutes plus 50 minutes", "1 hour 20 minutes + 50 minutes = 2 hours 10 minutes"),
        ("1 hour and 20 minutes plus 50 minutes", "1 hour 20 minutes + 50 minutes = 2 hours 10 minutes"),
        ("1 hour 20 minutes plus 50 minutes in minutes", "1 hour 20 minutes + 50 minutes = 130 minutes"),
        ("5 feet 3 inches plus 10 inches", "5 feet 3 inches + 10 inches = 6 feet 1 inch"),
        ("2 hours + 30 minutes", "2 hours + 30 minutes = 2 hours 30 minutes"),
        ("1 hour 30 minutes + 30 minutes", "1 hour 30 minutes + 30 minutes = 2 hours"),
        ("1 hour minus 20 minutes", "1 hour - 20 minutes = 40 minutes"),
        ("1 hour 20 minutes minus 2 hours", "1 hour 20 minutes - 2 hours = -40 minutes"),
        ("1 hour minus 60 minutes", "1 hour - 60 minutes = 0 hours"),
        ("1.5 hours + 20 minutes", "1.5 hours + 20 minutes = 1 hour 50 minutes"),
        ("5 lb 3 oz + 14 oz", "5 pounds 3 ounces + 14 ounces = 6 pounds 1 ounce"),
        ("1 hour + 90 seconds", "1 hour + 90 seconds = 1 hour 1 minute 30 seconds"),
        ("1 mile + 13 inches", "1 mile + 13 inches = 1 mile 1 foot 1 inch"),
        ("1 yard + 7 feet", "1 yard + 7 feet = 3 yards 1 foot"),
        ("59 seconds + 1 hour", "59 seconds + 1 hour = 1 hour 59 seconds"),
        ("5 km + 300 m", "5 kilometers + 300 meters = 5.3 kilometers"),
        ("90 minutes plus 45 minutes", "90 minutes + 45 minutes = 135 minutes"),
        ("what time is 3 hours after 11pm?", "3 hours after 11 pm is 2 am the next day"),
        ("what time is it 45 minutes before 9:20 am", "45 minutes before 9:20 am is 8:35 am"),
        ("what's the time 90 minutes after 14:30", "1 hour 30 minutes after 14:30 is 16:00"),
        ("an hour and a half after 11:15 p.m.", "1 hour 30 minutes after 11:15 pm is 12:45 am the next day"),
        ("what time is it 2 hours before midnight", "2 hours before 12 am (midnight) is 10 pm"),
        ("11 am + 1 hour", "1 hour after 11 am is 12 pm (noon)"),
        ("if it's 10 pm, what time will it be in 5 hours?", "5 hours after 10 pm is 3 am the next day"),
        ("it is 10 am now, what time was it 12 hours ago?", "12 hours before 10 am is 10 pm the day before"),
        ("how many hours from 9am to 5:30pm", "From 9 am to 5:30 pm: 8 hours 30 minutes"),
        ("how long is it from 11pm to 2am", "From 11 pm to 2 am the next day: 3 hours"),
        ("price went from $120 to $90, what's the percent decrease?", "From 120 to 90 is a decrease of 25%"),
        ("price went from $120 to $90, what's the percent increase?", "No increase: from 120 to 90 is a decrease of 25%"),
        ("what is the percent change if rent went from $1000 to $1100", "From 1000 to 1100 is an increase of 10%"),
        ("120 including 20% VAT, what is the net?", "120 / 1.2 = 100"),
        ("what is the net of $120 including 20% VAT?", "$120 / 1.2 = $100"),
        ("£120 with 20% VAT included, what is the price without VAT?", "£120 / 1.2 = £100"),
        ("how much VAT is in $120 including 20% VAT?", "$120 - $120 / 1.2 = $20"),
        ("$25/hour for 40 hours", "$25 * 40 = $1000"),
        ("how much is $25 an hour for 40 hours?", "$25 * 40 = $1000"),
        ("40 hrs at $25.50 per hour", "$25.50 * 40 = $1020"),
        ("if i earn $25 an hour and work 40 hours, how much do i make?", "$25 * 40 = $1000"),
        ("5 apples at $2 each", "$2 * 5 = $10"),
        ("area of a rectangle 3 by 4", "3 * 4 = 12"),
        ("what is the area of a rectangle 3 m by 4 m?", "3 meters by 4 meters: area = 12 square meters"),
        ("area of a rectangle with length 3 m and width 40 cm", "3 meters by 40 centimeters: area = 1.2 square meters"),
        ("perimeter of a rectangle with sides 3 and 4", "2 * (3 + 4) = 14"),
        ("area of a 10 ft by 12 ft room", "10 feet by 12 feet: area = 120 square feet"),
        ("perimeter of a square with side 5", "4 * 5 = 20"),
        ("area of a triangle with base 3 and height 4", "3 * 4 / 2 = 6"),
        ("what is the hypotenuse of 3 and 4?", "sqrt(3^2 + 4^2) = 5"),
        ("hypotenuse of a right triangle with legs 5 and 12", "sqrt(5^2 + 12^2) = 13"),
        ("20% off $19.99", "20% off $19.99 = $15.992 ≈ $15.99"),
        ("20% off $80", "20% off $80 = $64"),
        ("average of 10%, 20%, 30%", "mean(10%, 20%, 30%) = 1/5 = 0.2 = 20%"),
        ("10% plus 10%", "10% + 10% = 1/5 = 0.2 = 20%"),
        ("double 20%", "2 * 20% = 2/5 = 0.4 = 40%"),
        ("10% of 50%", "10% of 50% = 1/20 = 0.05 = 5%"),
        ("50 * 10%", "50 * 10% = 5"),
        ("123.456 to 1 decimal place", "123.456 to 1 decimal place is 123.5"),
        ("percent change from 75 to 75", "From 75 to 75 is no change: 0%"),
        ("price went from 50 to 60, what percent increase?", "From 50 to 60 is an increase of 20%"),
        ("went from 200 to 150, what percent drop", "From 200 to 150 is a decrease of 25%"),
        ("how long is it from 8:15 to 16:45", "From 08:15 to 16:45: 8 hours 30 minutes"),
        ("how many hours between 9am and 17:00", "From 09:00 to 17:00: 8 hours"),
        ("5 subtracted from 12", "12 - 5 = 7"),
        ("round 149 to nearest hundred", "149 to the nearest 100 = 100"),
        ("was ist 2+2", "2 + 2 = 4"),
        ("combien font 2+2?", "2 + 2 = 4"),
        ("cuánto es 2+2", "2 + 2 = 4"),
        ("Hallo, was ist (5 + 1) mal 3?", "(5 + 1) * 3 = 18"),
        ("Hola, ¿cuánto es 20 entre 4?", "20 / 4 = 5"),
        ("what is 9-5?", "9 - 5 = 4"),
        ("what is 12-5", "12 - 5 = 7"),
        ("what is 100-50-25", "100 - 50 - 25 = 25"),
        ("what is 5 - 7?", "5 - 7 = -2"),
        ("calculate 7-11", "7 - 11 = -4"),
        ("7-11 = ?", "7 - 11 = -4"),
        ("what is 3x4", "3 * 4 = 12"),
        ("what is 2 x 4", "2 * 4 = 8"),
        ("what is 150/75", "150 / 75 = 2"),
        ("what is 300 over 50", "300 / 50 = 6"),
        ("-5 + 3", "-5 + 3 = -2"),
        ("- what is 2+2", "2 + 2 = 4"),
    ],
)  # fmt: skip
async def test_sums_of_a_day(text: str, says: str, math_skill: MathSkill) -> None:
    assert await said(math_skill, text) == f"{says} (computed exactly)"


@pytest.mark.parametrize(
    "text",
    [
        "3 hours after 11", "what time is 2 days after 5 pm", "13pm plus 1 hour", "0 am plus 1 hour",
        "3 hours after 11pm EST", "what time is it", "what time is it 3 hours after lunch", "3 hours after 9:75 am", "how many hours between 5pm and 9am",
        "how many hours from 9 to 5", "meet me 3 hours after 11 pm", "3 hours after 11 pm tomorrow", "from 9am to 9am",
        "price went from $120 to €90, what's the percent change?",
        "120 including 20% VAT", "120 including 20% VAT and 10% tip, what is the net?", "120 plus 20% VAT, what is the net?",
        "120 including VAT, what is the net?", "$25 an hour for 40 minutes", "$25 an hour for 40 hours a week", "$25 an hour for 2 people",
        "$25 an hour for -4 hours", "5 apples at $2", "area of a rectangle 3 m by 4", "area of a rectangle with perimeter 12 and width 4",
        "area of a rectangle with length 3 and length 4", "area of a triangle 3 by 4", "area of a triangle with length 3 and width 4",
        "area of a square with sides 3 and 4", "area of a rectangle 3 m by 4 kg by 5", "hypotenuse of 3, 4 and 5", "hypotenuse of 3",
        "area of a rectangle 0 by 4", "area of a rectangle", "what is 120 over 80", "120 over 80", "what is 120/80", "what's 4-7-8", "what is 5-7-5?", "what is 50-50?",
        "what is 8-8-8", "what is 7-11?", "what is 7-11!", "was ist 7-11?", "what is 2x4", "what is 4x4?", "5% more than 10%", "10% increased by 5%", "- 5 + 3", "- 5 + 3!", "— 5 + 3",
        "how long is it from 9am to 8:15", "area of a room 3 by 4 by 5",
    ],
)  # fmt: skip
async def test_what_is_said_otherwise_is_left_to_the_model(text: str, math_skill: MathSkill) -> None:
    assert await said(math_skill, text) is None


@given(
    start=st.integers(0, 1439), hours=st.integers(0, 40), minutes=st.integers(0, 59), sign=st.sampled_from(["after", "before"])
)  # fmt: skip
@settings(max_examples=200, deadline=None)
async def test_a_time_of_day_is_what_a_clock_shows(start: int, hours: int, minutes: int, sign: str) -> None:
    if not hours + minutes:
        return
    began = datetime(2026, 1, 15, tzinfo=UTC) + timedelta(minutes=start)
    span = timedelta(hours=hours, minutes=minutes)
    ended = began + span if sign == "after" else began - span
    parts = [f"{hours} hours"] * (hours > 0) + [f"{minutes} minutes"] * (minutes > 0)
    found = await MathSkill().answer(task(f"{' '.join(parts)} {sign} {began:%I:%M %p}"))
    assert found is not None
    shown = f"{ended:%I:%M %p}".lower().lstrip("0").replace(":00", "")
    assert str(found.evidence["exact"]).partition(" (")[0] == shown
