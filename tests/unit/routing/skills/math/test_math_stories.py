"""Sums told as stories, ages, packs, chances, times on a dial: read clause by clause, or left to the model."""

from __future__ import annotations

import itertools
import time
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


STORIES = [
    ("I have 50 dollars and spend 12.75 and 8.40, how much is left?", "$50 - $12.75 - $8.40 = $28.85"),
    ("Tom has 5 apples and gives 2 to Mary, how many has he left?", "5 - 2 = 3 apples"),
    ("Tom has 5 apples. Mary gives him 3 more. How many does he have now?", "5 + 3 = 8 apples"),
    ("Sarah had 15 cookies. She ate 3 and gave 4 to her brother. How many cookies does she have left?", "15 - 3 - 4 = 8 cookies"),
    ("I had $80, spent $12.50 on lunch and $20 on gas. How much do I have left?", "$80 - $12.50 - $20 = $47.50"),
    ("If I have 20 dollars and buy a book for 7.99, how much do I have left?", "$20 - $7.99 = $12.01"),
    ("There are 24 students and 5 are absent, how many are present?", "24 - 5 = 19 students"),
    ("A bus has 30 passengers, 8 get off and 5 get on. How many passengers are on the bus?", "30 - 8 + 5 = 27 passengers"),
    ("Tom had 20 stickers and lost half, how many does he have left?", "20 - 1/2 * 20 = 10 stickers"),
    ("how much is left if I have 50 dollars and spend 20?", "$50 - $20 = $30"),
    ("Tom has 5 apples and Mary has 3, how many do they have together?", "5 + 3 = 8 apples"),
    ("each of 6 children gets 4 sweets, how many sweets?", "6 * 4 = 24 sweets"),
    ("A box holds 12 eggs, how many eggs are in 7 boxes?", "7 * 12 = 84 eggs"),
    ("5 shelves with 14 books each, how many books?", "5 * 14 = 70 books"),
    ("how many boxes of 12 do I need for 100 eggs?", "100 / 12 = 25/3, so 9 boxes, the last of them with 4"),
    ("I read 25 pages a day, how many pages in 2 weeks?", "25 * 7 * 2 = 350 pages"),
    ("I make 3200 a month, how much is that a year?", "3200 * 12 = 38400"),
    ("8 friends each pay $15, how much in total?", "$15 * 8 = $120"),
    ("I pay with a 50 and the bill is 37.20, how much change do I get?", "50 - 37.2 = 12.8"),
    ("tom is 12 and his sister is 3 years younger, how old is she?", "12 - 3 = 9 years old"),
    ("Lisa is 8, her brother is twice as old, how old is he?", "2 * 8 = 16 years old"),
    ("tom is 12 and is 3 years older than Ann, how old is Ann?", "12 - 3 = 9 years old"),
    ("the temperature is -5 and rises 8, what is it now", "-5 + 8 = 3"),
    ("I owe 450 and pay back 75 a month, how many months?", "450 / 75 = 6 months"),
    ("Tom has 5 apples and Mary has twice as many, how many do they have together?", "5 + 2 * 5 = 15 apples"),
    ("a class has 12 boys and 15 girls, how many children in total?", "12 + 15 = 27 children"),
    ("I bought 12 red and 8 blue pens, how many pens did I buy?", "12 + 8 = 20 pens"),
    ("how many eggs are in 7 boxes if each box holds 12 eggs?", "7 * 12 = 84 eggs"),
    ("how many pages do I read in 2 weeks if I read 25 pages a day?", "25 * 7 * 2 = 350 pages"),
    ("how many does Tom have left if he has 5 apples and gives 2 to Mary?", "5 - 2 = 3 apples"),
    ("my dog eats 300 g a day, how much in a week?", "300 * 7 = 2100 g"),
    ("I have 50 pounds and spend 12.75, how much is left?", "50 - 12.75 = 37.25 pounds"),
    ("I have 3 apples and ate 2, how many are left?", "3 - 2 = 1 apple"),
    ("Emma is 9. Her brother Max is 4 years older. How old is Max?", "9 + 4 = 13 years old"),
    ("if 36 cookies are shared by 9 kids, how many does each get?", "36 / 9 = 4 cookies"),
    ("I make 60,000 a year, how much is that a month?", "60000 / 12 = 5000"),
    ("if 2 cups make 8 cookies, how many cups for 20 cookies?", "2 * 20 / 8 = 5 cups"),
    ("I take 2 pills twice a day, how many pills in a week?", "2 * 2 * 7 = 28 pills"),
    ("I am 34, how old will I be in 15 years?", "34 + 15 = 49 years old"),
]  # fmt: skip
PRICES = [
    ("3 coffees at 2.80 and 2 cakes at 3.50", "2.8 * 3 + 3.5 * 2 = 15.4"),
    ("2 beers at $4.50 and a burger at $12", "$4.50 * 2 + $12 * 1 = $21"),
    ("I earn 18.50 an hour and work 37 hours, how much is that?", "18.5 * 37 = 684.5"),
    ("cost of 2.5 kg at 3.20 per kg", "2.5 * 3.2 = 8"),
    ("I paid 45 for 3 books, how much is each?", "45 / 3 = 15, at the same price for each"),
    ("a recipe for 4 needs 300 g flour, how much for 6?", "300 * 6 / 4 = 450 g flour"),
    ("a car uses 6 litres per 100 km, how much for 350 km?", "6 * 350 / 100 = 21 litres"),
    ("My rent is 1200 and goes up 3.5%, what is it then?", "1200 increased by 3.5% = 1242"),
    ("price was 80, now 60, what percent off?", "From 80 to 60 is a decrease of 25%"),
    ("the price rose from 2.50 to 3.00, by how many percent", "From 2.5 to 3 is an increase of 20%"),
    ("a 20% discount then 10% discount on 150", "150 * (1 - 20 / 100) * (1 - 10 / 100) = 108"),
    ("gross salary 3000 minus 22% tax", "22% off 3000 = 2340"),
    ("bill of 86.40 split 3 ways with 18% tip", "86.4 * (1 + 18 / 100) / 3 = 33.984"),
    ("$5 + 50 cents", "$5 + $0.50 = $5.50"),
    ("£3.20 + 75p", "£3.20 + £0.75 = £3.95"),
    ("3 dollars and 50 cents times 2", "$3.50 * 2 = $7"),
    ("5 dollars + 3 dollars", "$5 + $3 = $8"),
    ("50 cents + 75 cents", "50 + 75 = 125 cents"),
    ("10 people share a 145 bill, how much each?", "145 / 10 = 14.5"),
    ("86.40 bill, 3 people, 18% tip, how much each?", "86.4 * (1 + 18 / 100) / 3 = 33.984"),
    ("3 tickets at 15 and 2 at 10, how much in total?", "15 * 3 + 10 * 2 = 65"),
    ("2 for 5 euros, how much is one?", "€5 / 2 = €2.50, at the same price for each"),
    ("price including 19% vat is 119, what is the net", "119 / 1.19 = 100"),
    ("a shirt costs 25 and a pair of jeans 40, how much together?", "25 + 40 = 65"),
    ("what is my pay for 37 hours at 18.50 an hour?", "37 * 18.5 = 684.5"),
    ("250 g at 12 per kg", "250 / 1000 * 12 = 3"),
    ("2 adults at 15 and 3 children at 8, how much in total?", "15 * 2 + 8 * 3 = 54"),
    ("a pack of 6 costs $4.50, how much is each?", "$4.50 / 6 = $0.75"),
    ("a dozen eggs cost 3.60, how much is one egg?", "3.6 / 12 = 0.3"),
    ("18 split 3 ways", "18 / 3 = 6"),
]  # fmt: skip
NUMBERS = [
    ("decrease 90 by a third", "90 - (1/3) of 90 = 60"),
    ("increase 50 by 20", "50 + 20 = 70"),
    ("12 less 5", "12 - 5 = 7"),
    ("how much more is 45 than 28", "45 - 28 = 17"),
    ("from 100 take 35", "100 - 35 = 65"),
    ("1/2 of 1/3 of 90", "(1 / 2) of ((1 / 3) of 90) = 15"),
    ("12 more than twice 9", "2 * 9 + 12 = 30"),
    ("add 3, 4 and 5 then divide by 3", "(3 + 4 + 5) / 3 = 4"),
    ("100 increased by 20 then decreased by 30", "100 + 20 - 30 = 90"),
    ("three dozen", "3 * 12 = 36"),
    ("a dozen and a half eggs", "1.5 * 12 = 18"),
    ("is 7 times 8 56?", "Yes, 7 * 8 = 56"),
    ("is 7 times 8 54?", "No, 7 * 8 = 56"),
    ("is 12 squared 144", "Yes, 12^2 = 144"),
    ("1,000.50 - 0.5", "1000.5 - 0.5 = 1000"),
    ("ratio of 24 to 36 simplified", "24:36 = 2:3"),
    ("I scored 80, 90 and 70, what is my average", "mean(80, 90, 70) = 80"),
    ("area of a triangle base 10 height 5", "10 * 5 / 2 = 25"),
    ("area of a triangle with base 6 and height 4", "6 * 4 / 2 = 12"),
    ("volume of a cylinder radius 2 height 5", "pi * 2^2 * 5 = 20*pi ≈ 62.83185"),
    ("distance at 60 mph for 2.5 hours", "60 mph for 2.5 hours = 150 miles"),
    ("how many 250 ml glasses in a 2 litre bottle", "2 liters in pieces of 250 milliliters = 8"),
    ("how many seconds in an hour and a half", "1.5 hours = 5400 seconds"),
    ("2 years and 3 months in months", "2 * 12 + 3 = 27 months"),
    ("how many cents in 5 dollars", "5 * 100 = 500 cents"),
    ("a car drives 60 km in 45 minutes, how fast is it?", "60 kilometers in 45 minutes = 80 km/h"),
    ("three quarters of an hour in minutes", "0.75 hours = 45 minutes"),
    ("135 minutes is how many hours and minutes", "135 minutes = 2 hours 15 minutes"),
    ("how many months in 3.5 years", "3.5 * 12 = 42 months"),
    ("how many years is 60 months", "60 / 12 = 5 years"),
    ("1 GB in MB", "1 GB = 1000 MB (in steps of 1000; in steps of 1024 it is 1024 MB)"),
    ("500 mb in gb", "500 MB = 0.5 GB (in steps of 1000; in steps of 1024 it is 0.48828125 GB)"),
]  # fmt: skip
TIMES = [
    ("what time is it 90 minutes after 10:45", "1 hour 30 minutes after 10:45 is 12:15"),
    ("1 hour 40 minutes after 11:50", "1 hour 40 minutes after 11:50 is 1:30 (13:30 if 11:50 is in the morning)"),
    ("10 minutes after 12:55", "10 minutes after 12:55 is 1:05 (13:05 if 12:55 is after noon)"),
    ("how long is it from 8:15 to 9:45", "From 8:15 to 9:45: 1 hour 30 minutes (13 hours 30 minutes where 12 hours more lie between them)"),
    ("I went to bed at 23:00 and woke up at 06:30, how many hours did I sleep?", "From 23:00 to 06:30 the next day: 7 hours 30 minutes"),
    ("train leaves 14:35 arrives 17:10, how long?", "From 14:35 to 17:10: 2 hours 35 minutes"),
    ("9:15 to 17:45 is how many hours", "From 09:15 to 17:45: 8 hours 30 minutes"),
    ("I work from 8:30 to 17:00, how many hours is that?", "From 08:30 to 17:00: 8 hours 30 minutes"),
    ("the movie starts at 19:30 and lasts 125 minutes, when does it end?", "2 hours 5 minutes after 19:30 is 21:35"),
]  # fmt: skip
CHANCES = [
    ("probability of two sixes with two dice", "1 of 36 cases = 1/36 ≈ 0.02777778, with fair dice of six sides"),
    ("probability of 3 heads in 3 coin flips", "1 of 8 cases = 1/8 = 0.125, with fair coins"),
    ("chance of at least one six with two dice", "11 of 36 cases = 11/36 ≈ 0.3055556, with fair dice of six sides"),
    ("probability of rolling a sum of 7 with two dice", "6 of 36 cases = 1/6 ≈ 0.1666667, with fair dice of six sides"),
    ("probability of drawing an ace", "4 of 52 cases = 1/13 ≈ 0.07692308, of 52 cards without jokers"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), [*STORIES, *PRICES, *NUMBERS, *TIMES, *CHANCES])
async def test_sums_that_are_told(text: str, says: str, math_skill: MathSkill) -> None:
    assert await said(math_skill, text) == says


async def test_the_divisor_of_zeros_alone_is_refused(math_skill: MathSkill) -> None:
    found = await math_skill.answer(task("gcd(0,0)"))
    assert found is not None
    assert found.confidence is None
    assert "every number divides 0" in found.evidence["refused"]


@pytest.mark.parametrize(
    "text",
    [
        "Tom has 5 apples and gives 2 to Mary, how many has Mary?", "Tom has 5 apples and gives 2 to his friends, how many are left?",
        "Tom has 5 apples and eats 2 bananas, how many are left?", "Anna has 5 apples and gives 2 to Mary, how many does she have?",
        "I have 6 eggs, I break 2, fry 2 and eat 2, how many are left?", "A farmer has 17 sheep and all but 9 die, how many are left?",
        "If there are 3 apples and you take away 2, how many do you have?", "I have 100 euros and spend 20 dollars, how much is left?",
        "I have 5 apples and eat 2, how many are in the fridge?", "tom is 12 and his sister is 3 years younger, how old is his brother?",
        "Tom is 12 and Anna is 3 years younger than Bob, how old is Anna?", "each of 6 children gets 4 sweets, how many children?",
        "I work 8 hours a day, how many hours a week?", "I save 50 a week, how much is that a month?", "3 pills a day for 7 days",
        "2 meetings at 10.30 and 3 calls at 11.15", "10 ml at 5.80 and 3 ml at 2.90", "3 nodes at 99.95 and 2 nodes at 98.70", "2 beers at 4.50 and a burger at 12", "decrease 90 by 1/3", "increase 5 by half",
        "my rent is 1200 and goes up 3.5%, is that legal?", "flight leaves 14:35 arrives 17:10, how long?", "9:15 to 5:45", "I have 3 apples today and ate 2 yesterday, how many apples do I have?", "I have 3 apples and ate 2, how many do I have?",
        "Tom had 5 apples and ate 2, how many did he have?", "is 9-11 2001", "is 24/7 365", "each shirt needs 3 hours to dry, how many hours do 5 shirts need?",
        "a recipe for 4 needs 30 minutes, how many minutes for 8?", "a school has 6 lessons a day, how many in a week?", "there are 12 cats and 15 dogs, how many legs are there in total?",
        "3 apples and 4 oranges, how many apples?", "a bat and a ball cost 1.10 and the bat costs 1 more, how much is the ball?", "how many people came if 3 left early?",
        "how many apples does Mary have if Tom has 5 apples and gives 2 to Mary?", "Tom has 5 apples and Mary has 3 more apples than Bob, how many does Mary have?", "I was 12 and my sister was half my age, how old is she now?", "Ann is 30 and Bob is twice as old as Carl, how old is Bob?",
        "12.50 for 5, how much is one", "10% off and 20% off 150", "I have 10 apples and eat 2 every day, how many are left?",
        "movie starts at 7 and lasts 2 hours, when does it end?", "what is 30 minutes after John 3:16", "is 5 times 1 200", "is room 5 10",
        "probability of 2 heads in 3 coin flips", "chance of a six with two dice", "3 heads in 3 coin flips", "odds of two sixes",
        "1 Gb in Mb", "16 gb ram in a laptop", "5 less 12", "how much more is 28 than 45", "£5 + 50 cents", "$5 + 50", "5 dollars",
        "a dozen", "two dozen people attended", "square 1", "square one", "back to square 1", "3 sets of 10", "half of half of 90 people",
    ],
)  # fmt: skip
async def test_what_is_told_otherwise_is_left(text: str, math_skill: MathSkill) -> None:
    assert await math_skill.answer(task(text)) is None


LOSSES = st.sampled_from(["eats", "loses", "gives away", "sells", "uses"])
GAINS = st.sampled_from(["finds", "gets", "buys", "wins", "receives"])


@given(
    who=st.sampled_from(["Tom", "my brother", "she", "Anna"]),
    things=st.sampled_from(["apples", "red marbles", "coins", "boxes"]),
    start=st.integers(1, 500),
    events=st.lists(st.tuples(st.booleans(), LOSSES, GAINS, st.integers(1, 60)), min_size=1, max_size=4),
    stop=st.booleans(),
)
@settings(max_examples=200, deadline=None)
async def test_what_is_left_is_what_the_events_leave(
    who: str,
    things: str,
    start: int,
    events: list[tuple[bool, str, str, int]],
    stop: bool,
) -> None:
    left, clauses = start, [f"{who} has {start} {things}"]
    for is_loss, loss, gain, count in events:
        left += -count if is_loss else count
        if left < 0:
            return
        clauses.append(f"{loss if is_loss else gain} {count}")
    story = (". he " if stop and who == "Tom" else ", ").join(clauses)
    found = await MathSkill().answer(task(f"{story}, how many {things} does {who} have now?"))
    assert found is not None
    assert found.evidence["approx"] == left


@given(hour=st.integers(1, 12), minute=st.integers(0, 59), span=st.integers(1, 900), before=st.booleans())
@settings(max_examples=200, deadline=None)
async def test_a_time_on_a_dial_is_right_before_and_after_noon(
    hour: int, minute: int, span: int, before: bool
) -> None:
    word = "before" if before else "after"
    found = await MathSkill().answer(task(f"{span} minutes {word} {hour}:{minute:02}"))
    assert found is not None
    shown_hour, shown_minute = map(int, str(found.evidence["exact"]).split(":"))
    for half in (0, 12):
        end = (hour % 12 + half) * 60 + minute + (-span if before else span)
        assert (end // 60 % 12, end % 60) == (shown_hour % 12, shown_minute)


@given(dice=st.integers(1, 3), face=st.integers(1, 6), count=st.integers(1, 3), least=st.booleans())
@settings(max_examples=60, deadline=None)
async def test_chances_of_dice_are_those_of_all_throws(dice: int, face: int, count: int, least: bool) -> None:
    if count > dice:
        return
    throws = list(itertools.product(range(1, 7), repeat=dice))
    found = await MathSkill().answer(
        task(
            f"probability of {'at least' if least else 'exactly'} {count} {face}s with {dice} {'die' if dice == 1 else 'dice'}"
        )
    )
    hits = sum(throw.count(face) >= count if least else throw.count(face) == count for throw in throws)
    assert found is not None
    assert Fraction(found.evidence["exact"]) == Fraction(hits, len(throws))


@pytest.mark.parametrize(
    "start",
    ["Tom has 5 apples and gives 2 ", "I have 50 dollars and spend 1, ", "each of 6 children gets 4 ", "3 coffees at 2.80 and ",
     "my rent is 1200 and ", "is 7 times 8 ", "probability of ", "tom is 12 and ", "from 9:15 to ", "how many boxes of 6 ", "add 3, 4, 5 "],
)  # fmt: skip
@pytest.mark.parametrize(
    "more", ["a ", "1 ", "and 1 ", "1 a, ", "2 x at 1.80 and ", "1/2 of ", "the ", "five "]
)
def test_a_long_text_is_read_at_once(start: str, more: str) -> None:
    text = (start + more * 600)[:590]
    recognise(text)
    began = time.perf_counter()
    assert recognise(text) < 1.0
    assert read(text) is None
    assert time.perf_counter() - began < 0.25
