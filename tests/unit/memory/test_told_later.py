"""What is told later: of those known by name, of what changed, and what is no answer for what was asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.memory.acquaintances import names_told
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.memory.recall import Recall
from orchestrator.memory.statements import meant, statements
from orchestrator.memory.store import Statement
from orchestrator.memory_setup import secrecy
from orchestrator.routing.features import without_greeting
from orchestrator.routing.skills.remembered import NOT_OUTRIGHT, TOLD, TOLD_LAST_FIRST, answer_from_memory
from tests.unit.memory.test_recall import embedder, recall  # noqa: F401 - fixtures

FIRST = datetime(2026, 11, 1, tzinfo=UTC)

CHANGED = (
    ("I take 50 mg of sertraline.", "My doctor put me up to 100 mg of sertraline.", "How much sertraline do I take?"),
    ("I take 50 mg of sertraline.", "My dose was doubled.", "How much sertraline do I take?"),
    ("I work as a waiter.", "I'm a bus driver now.", "What do I work as?"),
    ("My dog is called Rex.", "We renamed Rex to Bolt.", "What is my dog called?"),
    ("We have two kids.", "We had a third baby in March.", "How many kids do we have?"),
    ("My flight is at 9 on Friday.", "Turns out my flight is at 11 on Friday.", "When is my flight?"),
    ("My flight is at 9 on Friday.", "Oops, I got that wrong: the flight is at 11.", "When is my flight?"),
    ("My boss is Lena.", "Farid is my boss now.", "Who is my boss?"),
    ("My boss is Lena.", "Lena left, my new boss is Farid.", "Who is my boss?"),
    ("My sister Eva lives in Turin.", "Eva has moved to Milan.", "Where does my sister live?"),
    ("My sister Eva lives in Turin.", "Eva lives in Milan.", "Where does my sister live?"),
    ("I'm meeting Jo at 5.", "Jo cancelled.", "When am I meeting Jo?"),
    ("I smoke ten cigarettes a day.", "I haven't smoked since March.", "How many cigarettes do I smoke?"),
    ("I'm allergic to nuts.", "The allergist says I'm not allergic to nuts after all.", "What am I allergic to?"),
    ("I'm dating Marco.", "Marco and I broke up.", "Am I dating anyone?"),
    ("We meet at 6 on Friday.", "No wait, we meet at 7 on Friday.", "When do we meet on Friday?"),
    ("My boss is Lena.", "Farid took over from Lena.", "Who is my boss?"),
    ("I owe Shireen £60.", "I paid Shireen the £60.", "How much do I owe Shireen?"),
    ("I have a cat called Pepper.", "We had to put Pepper down last week.", "What is my cat called?"),
    ("I drive a Fiesta.", "I wrote off the Fiesta on the M6.", "What car do I drive?"),
    ("My boyfriend is Marco.", "I dumped Marco.", "Who is my boyfriend?"),
    ("My boyfriend is Marco.", "I split up with Marco in January.", "Who is my boyfriend?"),
    ("I work for Barclays.", "I got made redundant.", "Who do I work for?"),
    ("I work for Barclays.", "I handed in my notice yesterday.", "Where do I work?"),
    ("I work at Lloyds.", "I start at HSBC on Monday.", "Where do I work?"),
    ("We live in a rented flat in Bath.", "We bought a house in Frome.", "Where do we live?"),
    ("My flight is at 9.", "They changed my flight to 8:40.", "When is my flight?"),
    ("I have an interview at Arup on the 5th.", "The interview is now on the 7th.", "When is my interview?"),
    ("My rent is 795 pounds.", "The rent goes up to 820 from January.", "How much is my rent?"),
    ("My meeting is at 3.", "The meeting was moved to 4.", "When is my meeting?"),
)  # fmt: skip

NEAR_ONLY = (
    ("I was born on 4 May 1990.", "Where was I born?"),
    ("We got married on 14 June 2008.", "Where did we get married?"),
    ("We got married on the 14th of June.", "Where did we get married?"),
    ("I bought a sofa on Tuesday.", "Where did I buy the sofa?"),
    ("I met my wife in 2004.", "Where did I meet my wife?"),
    ("I work on Sundays.", "Where do I work?"),
    ("I work in the mornings.", "Where do I work?"),
    ("My sister works on Sundays.", "Where does my sister work?"),
    ("I left my phone at 5.", "Where did I leave my phone?"),
    ("I was born in winter.", "Where was I born?"),
    ("We moved in on 3 May.", "Where did we move?"),
    ("I fell on Monday.", "Where did I fall?"),
    ("I paid 80 euros for the tickets and Kim paid for dinner.", "How much did I pay for dinner?"),
    ("I have a meeting with Tom on Friday.", "What's my meeting about?"),
    ("I broke my arm in 2019.", "How did I break my arm?"),
    ("I play on Saturdays.", "What do I play?"),
    ("I can't eat gluten.", "Is there anything I can't eat?"),
    ("Hey, just so you know I'm a piano teacher in Bristol.", "What do I teach?"),
    ("I split up with Marco in January.", "Am I still with Marco?"),
    ("I borrowed The Hobbit from Aisha.", "Whose copy of The Hobbit do I have?"),
)

NOT_OF_THE_QUESTION = (
    (
        ("My sister Kate lives in Toronto.", "Kate is coming to visit in August."),
        "What car does Kate drive?",
        "August",
    ),
    (
        ("I'm 41 and I live in Exeter with my husband Paul.", "We got married on 14 June 2008."),
        "How old am I?",
        "married",
    ),
)

OUTRIGHT = (
    (("I was born in Leeds on 4 May 1990.",), "Where was I born?"),
    (("I parked on level 3.",), "Where did I park?"),
    (("We met in Rome in 2010.",), "Where did we meet?"),
    (("I live at 12 Mill Road.",), "Where do I live?"),
    (("My kids go to Park School.",), "Which school do my kids go to?"),
    (("I keep my passport in the blue folder.",), "Where is my passport?"),
    (("I park my car on weekdays at the station.",), "Where do I park my car?"),
    (("My dog is called Rex.",), "What is my dog called?"),
    (("My doctor is Dr Weber.",), "Who's my GP?"),
    (("I'm hoping to run the London Marathon next year.",), "What am I hoping to run?"),
    (("My car is a Volvo.", "The car is in the garage."), "Where is my car?"),
    (("My sister Eva lives in Turin.", "Eva is in Milan now."), "Where does Eva live?"),
)

KEPT_OF_THOSE_KNOWN = (
    ("We have three children: Leo, Ruby and Finn.", "Finn is allergic to cashews."),
    ("We have three children: Leo, Ruby and Finn.", "Leo plays rugby on Sundays."),
    ("My brother Paul is 30.", "Paul is a paramedic."),
    ("I met Tom in Rome.", "Tom is moving to Paris in May."),
    ("I lived with Kate.", "Kate is coming to visit in August."),
)

NOT_OF_THEM = (
    ("I live in Leeds.", "Leeds won the cup."),
    ("I work with Sam.", "Sam, can you help me?"),
    ("My sister Ruth lives in Hove.", "Forget about Ruth."),
    ("My sister Ruth lives in Hove.", "Tell me about Ruth"),
    ("My sister Ruth lives in Hove.", "Show me what you know about Ruth"),
    ("My son Leo is 7.", "Help Leo with his maths"),
    ("My son Leo is 7.", "Explain fractions to Leo like he is 11."),
    ("My son Leo is 7.", "Do you remember Leo"),
    ("My safe is in the cellar.", "The safe is 31 then 7 then 22."),
    ("My data is in a table.", "The table has 3 columns."),
    ("My son Leo is 7.", "Leo has 5 apples and gives 2 to Tom. How many are left?"),
    ("My son Leo is 7.", "Leo said hello."),
    ("My flight is on Monday.", "Monday is a holiday."),
    ("My sister Eva lives in Turin.", "The weather is nice."),
)

KEPT = (
    "My appointment with Dr. Chen is on Monday.",
    "I always fly with KLM.",
    "The spare key is under the blue flowerpot.",
    "I'm seeing the accountant on Friday at 2.",
    "I need to pick up Sam at 5.",
    "Remind me that the car is due for service in June.",
    "My email is bob@example.org.",
)

LEFT_OUT = (
    "Remember the vault: 31-7-22.",
    "Remember the bike lock: 7 3 9 1.",
    "Remember the shed: 4-4-8.",
    "Our safe is behind the painting, 10-20-30.",
    "My Starling is 4471 and my Monzo is 9920.",
    "Remember, admin panel is root / toor.",
    "My router admin is root / toor.",
    "I keep my Netflix under paul@example.com / monkey.",
    "I use the same word, Cranberry, for all my accounts.",
    "Remember that Gmail is Cranberry.",
    "Remember that my laptop wants 'swordfish' when it boots.",
    "My ATM number is the year of the Great Fire.",
    "Here is my poem: I wandered lonely as a cloud.",
    "I'm a customer and my order is late. Respond as the support agent.",
    "My character is a knight named Roland.",
    "I run a bakery and sold 200 loaves at 3 euros. What is my revenue?",
    "I need to write an essay by Friday.",
    "I wrote 4821 on a sticky note for the cash machine.",
    "Remember that the cash machine takes 4821.",
    "Remember 8842 is for the SIM card.",
    "Remember that 66-12 gets the babysitter in.",
    "My Revolut is @jo and 771204 confirms it.",
)


def kept_of(told: tuple[str, ...]) -> list[str]:
    """What is kept of what was told in turns, one after the other."""
    kept: list[str] = []
    for text in told:
        kept += statements(text, secrecy(), names_told(kept))
    return kept


async def answered(recall: Recall, embedder: MiniLmEmbedder, told: tuple[str, ...], question: str) -> str:  # noqa: F811
    rows = [
        Statement("local", text, await embedder.embed(meant(text)), "req", FIRST + timedelta(days=number))
        for number, text in enumerate(kept_of(told))
    ]
    await recall.store.put(rows)
    found = await recall.near("local", await embedder.embed(without_greeting(question)))
    answer = answer_from_memory(question, found)
    return answer.text if answer else ""


@pytest.mark.parametrize(("before", "later", "question"), CHANGED)
async def test_what_changed_stands_first(
    recall: Recall,  # noqa: F811
    embedder: MiniLmEmbedder,  # noqa: F811
    before: str,
    later: str,
    question: str,
) -> None:
    said = await answered(recall, embedder, (before, later), question)
    assert said == f"{TOLD_LAST_FIRST} “{later}” [1] (2026-11-02), “{before}” [2] (2026-11-01)"


@pytest.mark.parametrize(("told", "question"), NEAR_ONLY)
async def test_what_is_no_answer_comes_behind_the_lead(
    recall: Recall,  # noqa: F811
    embedder: MiniLmEmbedder,  # noqa: F811
    told: str,
    question: str,
) -> None:
    assert await answered(recall, embedder, (told,), question) == f"{NOT_OUTRIGHT} “{told}” [1]"


@pytest.mark.parametrize(("told", "question", "other"), NOT_OF_THE_QUESTION)
async def test_what_is_said_of_something_else_is_not_shown(
    recall: Recall,  # noqa: F811
    embedder: MiniLmEmbedder,  # noqa: F811
    told: tuple[str, ...],
    question: str,
    other: str,
) -> None:
    said = await answered(recall, embedder, told, question)
    assert said.startswith(NOT_OUTRIGHT)
    assert other not in said


@pytest.mark.parametrize(("told", "question"), OUTRIGHT)
async def test_what_answers_is_quoted_outright(
    recall: Recall,  # noqa: F811
    embedder: MiniLmEmbedder,  # noqa: F811
    told: tuple[str, ...],
    question: str,
) -> None:
    assert await answered(recall, embedder, told, question) == f"{TOLD} “{told[-1]}” [1]"


@pytest.mark.parametrize(("before", "later"), KEPT_OF_THOSE_KNOWN)
def test_what_is_told_of_one_who_is_known_is_kept(before: str, later: str) -> None:
    assert kept_of((before, later)) == [before, later]
    assert kept_of((later,)) == []


@pytest.mark.parametrize(("before", "later"), NOT_OF_THEM)
def test_what_only_looks_like_that_is_not(before: str, later: str) -> None:
    assert later not in " ".join(kept_of((before, later)))


@pytest.mark.parametrize("told", KEPT)
def test_plain_statements_are_kept(told: str) -> None:
    assert kept_of((told,)) == [told]


@pytest.mark.parametrize("told", LEFT_OUT)
def test_secrets_and_tasks_are_not(told: str) -> None:
    assert kept_of((told,)) == []
