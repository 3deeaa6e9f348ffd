"""`knowledge`: a denial only where nothing bears on the question, a quotation without a lead only where it answers.

Documents as people have them: a README, a changelog, a policy, an e-mail, notes, prices, a FAQ.
"""

from __future__ import annotations

import pytest
from skill_tasks import MakeTask

from orchestrator.routing.skills.knowledge import NEAREST, UNKNOWN, KnowledgeSkill
from orchestrator.routing.skills.lines import headings
from orchestrator.routing.skills.passages import PASSAGE_CHARS, read, sentences
from orchestrator.seams import Document

README = """# fastcache

A small in-process cache with snapshots. It requires Python 3.9 or newer.

## Installation

Run `pip install fastcache`.

## Configuration

FASTCACHE_DIR sets where snapshots are written.
FASTCACHE_TTL sets the lifetime of an entry in seconds; the default is 300.

## License

MIT.

## Contact

Maintained by Dana Whitfield.
"""
CHANGELOG = """# Changelog

## 2.4.0 - 2026-03-02

### Added
- Dark mode
- Export to CSV

### Fixed
- Crash when the list is empty

## 2.3.0 - 2026-01-15

### Added
- Two-factor login

## 2.2.0 - 2025-11-30

### Removed
- Support for Python 3.8
"""
NOTES = """Meeting notes, 14 October 2026
Attendees: Lena, Omar, Priya

- Lena is preparing the budget draft
- Omar will call the landlord about the lease
- Priya moved the launch to 3 November

Next meeting: 21 October, 10:00
"""
MAIL = """From: Karen Liu
To: Tom Reyes
Date: 4 May 2026
Subject: Invoice 1187

Hi Tom,
the invoice is due on 20 May. Please send the payment reference to accounting.
Best, Karen
"""
POLICY = (
    "Employees may work from home up to three days per week. Working from abroad needs written approval from the manager. "
    "Pets are not permitted, except service animals."
)
PRICES = """| Plan | Price | Seats |
|---|---|---|
| Starter | $9 | 3 |
| Team | $29 | 10 |
"""
FAQ = """### Can I cancel at any time?
Yes, at the end of the month.

### How do I reset my password?
Click "Forgot password" on the login page.

### Is there a student discount?
Students pay half.
"""
QUARTER = "Q3 revenue was $2.1 million, up 8% on the year. The biggest deal was Contoso with $310,000."
FOUNDER = "Bob founded the company. Alice is the CEO. She joined in 2019."
LEAVING = "Sara left the company in May and was replaced by Igor."
PLANS = (
    "Starter costs 9 dollars a month. The Starter plan does not include phone support; the Team plan does."
)
CONTRACTS = "Contract A ends on 3 March 2027. Contract B ends on 1 June 2026."
LEAFLET = "Adults take one tablet daily. Do not give to children under 16."
SHIPPING = "Shipping is free for orders over $50, otherwise it costs $4.99."


async def _answer(skill: KnowledgeSkill, task: MakeTask, text: str, question: str) -> str:
    answer = await skill.answer(task(question, documents=[Document("1", text)]))
    assert answer is not None
    return answer.text


@pytest.mark.parametrize(
    ("text", "question", "held"),
    [
        (POLICY, "How many days can I work from home?", "up to three days per week"),
        (POLICY, "Can I have a dog?", "Pets are not permitted, except service animals."),
        ("It requires Python 3.9 or newer.", "Can I use it with Python 3.8?", "Python 3.9 or newer"),
        (README, "What Python version do I need?", "It requires Python 3.9 or newer."),
        (README, "How do I change the snapshot directory?", "FASTCACHE_DIR sets where snapshots are written."),
        (README, "Which license does it have?", "License MIT."),
        (README, "How long do entries live?", "FASTCACHE_TTL"),
        (CHANGELOG, "What's new in 2.4.0?", "2.4.0 - 2026-03-02 Added - Dark mode"),
        (CHANGELOG, "Which version dropped support for Python 3.8?", "2.2.0 - 2025-11-30 Removed - Support for"),
        (SHIPPING, "Will shipping be free for a $60 order?", "Shipping is free for orders over $50"),
        (LEAFLET, "How many tablets should I take?", "Adults take one tablet daily."),
        (LEAFLET, "Can my 12-year-old take aspirin?", "“"),
        ("Authentication uses OAuth 2.0.", "How do I authenticate?", "Authentication uses OAuth 2.0."),
        ("The budget is 4,500 euros.", "What is 10% of the budget?", "The budget is 4,500 euros."),
        (MAIL, "Who wrote this email?", "From: Karen Liu"),
        (MAIL, "When do I have to pay the invoice?", "20 May"),
        (PRICES, "What would 5 seats of Team cost?", "| Team | $29 | 10 |"),
        (FAQ, "What do 3 students pay?", "Students pay half."),
    ],
)  # fmt: skip
async def test_what_bears_on_the_question_is_quoted_and_not_denied(
    skill: KnowledgeSkill, task: MakeTask, text: str, question: str, held: str
) -> None:
    found = await _answer(skill, task, text, question)
    assert held in found
    assert UNKNOWN not in found


@pytest.mark.parametrize(
    ("text", "question", "held"),
    [
        (QUARTER, "What was Q2 revenue?", "Q3 revenue was $2.1 million"),
        (QUARTER, "Why did we lose Contoso?", "Contoso with $310,000"),
        (FOUNDER, "Did Alice found the company?", "Alice is the CEO."),
        (LEAVING, "When did Igor leave?", LEAVING),
        (LEAVING, "Who did Sara replace?", LEAVING),
        (PLANS, "How much is the Starter plan?", "“Starter costs 9 dollars a month.”"),
        (CONTRACTS, "Which contract ends first?", CONTRACTS),
        (README, "Can I use it with Python 3.8?", "Python 3.9"),
        (SHIPPING, "Will shipping be free for a $60 order?", SHIPPING),
        (LEAFLET, "Can my 12-year-old take aspirin?", "“"),
    ],
)
async def test_what_does_not_answer_is_quoted_behind_the_lead(
    skill: KnowledgeSkill, task: MakeTask, text: str, question: str, held: str
) -> None:
    found = await _answer(skill, task, text, question)
    assert found.startswith(NEAREST)
    assert held in found


@pytest.mark.parametrize(
    ("text", "question", "quoted"),
    [
        (README, "What license is it under?", "License MIT."),
        (README, "Who maintains fastcache?", "fastcache … Contact Maintained by Dana Whitfield."),
        (README, "How do I install it?", "Installation Run `pip install fastcache`."),
        (CHANGELOG, "When was dark mode added?", "2.4.0 - 2026-03-02 Added - Dark mode"),
        (CHANGELOG, "When was two-factor login added?", "2.3.0 - 2026-01-15 Added - Two-factor login"),
        (NOTES, "What is Lena doing?", "- Lena is preparing the budget draft"),
        (NOTES, "Who will call the landlord?", "- Omar will call the landlord about the lease"),
        (NOTES, "When is the launch?", "- Priya moved the launch to 3 November"),
        (NOTES, "When is the next meeting?", "Next meeting: 21 October, 10:00"),
        (MAIL, "Who wrote this email?", "From: Karen Liu"),
        (PRICES, "How much is the Starter plan?", "| Plan | Price | Seats | | Starter | $9 | 3 |"),
        (PRICES, "How many seats does Team have?", "| Plan | Price | Seats | … | Team | $29 | 10 |"),
        (
            FAQ,
            "How do I reset my password?",
            'How do I reset my password? Click "Forgot password" on the login page.',
        ),
        (FAQ, "Can I cancel at any time?", "Can I cancel at any time? Yes, at the end of the month."),
        (LEAVING, "When did Sara leave?", LEAVING),
        (LEAVING, "Who did Igor replace?", LEAVING),
    ],
)
async def test_the_line_that_answers_is_quoted_with_its_heading_and_without_the_lead(
    skill: KnowledgeSkill, task: MakeTask, text: str, question: str, quoted: str
) -> None:
    found = await _answer(skill, task, text, question)
    assert found == f"“{quoted}” [1]"


async def test_a_name_that_the_documents_lack_is_told_with_the_nearest(
    skill: KnowledgeSkill, task: MakeTask
) -> None:
    found = await _answer(skill, task, POLICY, "Do I need approval to work from Spain?")
    assert found.startswith(f"The documents do not name Spain. {NEAREST} “")
    assert "Working from abroad needs written approval" in found


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (POLICY, "What is the capital of France?"),
        (PRICES, "Who wrote Hamlet?"),
        (NOTES, "How tall is the Eiffel Tower?"),
        ("Alice lives in Paris.", "Where does Carol live?"),
        ("In 2020 the museum counted 41,000 visitors.", "How many visitors came in 2021?"),
    ],
)
async def test_what_the_documents_say_nothing_of_is_denied(
    skill: KnowledgeSkill, task: MakeTask, text: str, question: str
) -> None:
    assert await _answer(skill, task, text, question) == UNKNOWN


# -- lines


def test_prose_that_goes_on_in_the_next_line_is_one_sentence() -> None:
    wrapped = "The lease of the flat in the old mill ends on the last day of\nMarch unless it is renewed."
    assert sentences(f"{wrapped} Then it is not.") == [wrapped, "Then it is not."]


@pytest.mark.parametrize("text", [README, CHANGELOG, NOTES, MAIL, PRICES, FAQ])
def test_a_passage_has_the_sentences_of_its_document(text: str) -> None:
    (passage,) = read(frozenset(), [Document("1", text)]).passages
    assert sentences(passage.text) == sentences(text)


def test_a_passage_below_a_heading_begins_with_it() -> None:
    items = "\n".join(f"- Item {number} of the long list of what was added" for number in range(40))
    passages = read(frozenset(), [Document("1", f"# Log\n\n## 2.4.0\n\n{items}")]).passages
    assert len(passages) > 2
    assert all(each.text.startswith("# Log\n\n## 2.4.0") or each.position == 0 for each in passages)
    assert all(len(each.text) < 2 * PASSAGE_CHARS for each in passages)


def test_each_line_stands_under_its_headings() -> None:
    parts = sentences("# A\n\nOne.\n\n## B\n\nBring:\n- two\n- three\n\nFour.\n\n# C\nFive.")
    under = dict(zip(parts, headings(parts), strict=True))
    assert under["- three"] == ("# A", "## B", "Bring:")
    assert under["Four."] == ("# A", "## B")
    assert under["Five."] == ("# C",)


async def test_a_field_that_only_repeats_the_question_is_not_the_nearest(
    skill: KnowledgeSkill, task: MakeTask
) -> None:
    tickets = [
        Document("a", "Ticket 11. Customer: Ines Falk. Opened on 6 June. She cannot log in. Status: closed."),
        Document(
            "b",
            "Ticket 12. Customer: Mara Oduya. Opened on 7 June. The invoice was too high."
            " The customer was given a credit of 12 euros. Status: closed.",
        ),
    ]
    found = await skill.answer(task("How much credit did Mara Oduya get?", documents=tickets))
    assert found is not None
    assert "credit of 12 euros" in found.text


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What changed in 2.0.0?", "2.0.0 (2024-09-01) - Changed the default timeout to 30 s."),
        ("Which version added dark mode?", "2.1.0 (2025-02-11) - Added dark mode."),
    ],
)
async def test_a_release_without_a_mark_is_the_heading_of_what_changed(
    skill: KnowledgeSkill, task: MakeTask, question: str, shown: str
) -> None:
    changelog = (
        "2.1.0 (2025-02-11)\n- Added dark mode.\n\n2.0.0 (2024-09-01)\n- Changed the default timeout to 30 s."
    )
    found = await skill.answer(task(question, documents=[Document("a", changelog)]))
    assert found is not None
    assert f"“{shown}”" in found.text
