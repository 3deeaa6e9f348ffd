"""Sentences that tell of another doing, of another clause, or lack who, where and when: quoted behind the lead, never as the answer."""

from __future__ import annotations

import pytest
from clause_cases import CLAUSES
from skill_tasks import MakeTask, is_outright

from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.seams import Document

# Each text with the questions that a sentence of it answers, and with those that none does.
TEXTS: list[tuple[str, list[str], list[str]]] = [
    (
        "The museum bought the painting in 1921. Rosa Lind lived in Bonn.",
        [],
        ["Who painted the painting?", "Who sold the painting?"],
    ),
    (
        "Tom Berg sold the vase to the gallery in May. Marta sold the boat in 2019.",
        ["Who bought the vase?", "Who sold the vase?"],
        ["When did Marta buy the boat?"],
    ),
    (
        "Greta wrote to the mayor in June. The mayor answered Greta in July.",
        ["Who answered Greta?", "Who wrote to the mayor?"],
        [],
    ),
    ("Greta wrote to the mayor in June.", [], ["Who answered Greta?"]),
    (
        "The library lent 40 maps last year. The club rents 12 berths in the harbour.",
        ["How many berths does the club rent?"],
        ["How many maps does the library own?", "How many berths does the club own?"],
    ),
    ("Mikko was born in 1948 and became an engineer.", ["When was Mikko born?"], ["Where was Mikko born?"]),
    (
        "Captain Holt was killed in 1855 and buried two days later.",
        ["When was Captain Holt killed?"],
        ["Where was Captain Holt killed?", "Where was Captain Holt buried?"],
    ),
    (
        "The chapel was built in 1760 and restored in 1911.",
        ["When was the chapel restored?"],
        ["Where was the chapel built?", "Who restored the chapel?", "Who built the chapel?"],
    ),
    (
        "Karim was hired in March 2019. The treaty was signed in autumn.",
        ["When was the treaty signed?"],
        ["Who hired Karim?", "Who signed the treaty?"],
    ),
    (
        "The museum owns 40 maps and lent 12 books last year. In 1890 the museum was founded by Ada Rill. It was moved to Hull in 1902.",
        [
            "How many maps does the museum own?",
            "Who founded the museum?",
            "When was the museum founded?",
            "Where was the museum moved?",
            "When was the museum moved?",
        ],
        [
            "How many books does the museum own?",
            "How many maps did the museum lend?",
            "Where was the museum founded?",
            "Who moved the museum?",
        ],
    ),
    (
        "Ben Ost designed the bridge; Carl Vey built it between 1931 and 1934. The bridge was opened by the mayor on 3 May 1934 and closed for repairs in 1988.",
        [
            "Who designed the bridge?",
            "Who built the bridge?",
            "Who opened the bridge?",
            "When was the bridge opened?",
            "When was the bridge closed?",
            "When did Carl Vey build the bridge?",
        ],
        ["Who closed the bridge?", "When was the bridge designed?", "When did Ben Ost design the bridge?"],
    ),
    (
        "Dr Lena Fox treated 30 patients and trained four nurses in Ghana. She wrote a book about malaria, which was published in Leeds in 1977.",
        [
            "Where did Lena Fox train nurses?",
            "How many nurses did Lena Fox train?",
            "How many patients did Lena Fox treat?",
            "When was the book published?",
            "Where was the book published?",
        ],
        [
            "Who published the book?",
            "When did Lena Fox write the book?",
            "How many nurses did Lena Fox treat?",
        ],
    ),
    (
        "Mia rents a flat in Bonn and owns a house in Kiel. Her brother repaired the roof last summer. The plumber charged 200 euros.",
        [
            "Where does Mia own a house?",
            "Where does Mia rent a flat?",
            "Who repaired the roof?",
            "How much did the plumber charge?",
            "When did the brother repair the roof?",
        ],
        ["Who repaired the house?", "Does Mia own a flat?"],
    ),
    (
        "Team A beat Team B in the final. Jonas scored twice and Pieter was sent off. The cup was handed over by the minister.",
        ["Who scored twice?", "Who was sent off?", "Who did Team A beat?"],
        ["Who beat Team A?", "Who lost the final?"],
    ),
    (
        "The order was placed on 2 June and shipped on 5 June. It was delivered by Fox Freight. Anna paid the invoice on 9 June.",
        [
            "When was the order shipped?",
            "When was the order placed?",
            "Who delivered the order?",
            "Who paid the invoice?",
            "When did Anna pay the invoice?",
        ],
        [
            "When was the order delivered?",
            "Who shipped the order?",
            "Where was the order shipped?",
            "Who placed the order?",
        ],
    ),
    (
        "The novel was translated into Dutch by Els Baar in 1999 and filmed ten years later. Its author, Tim Roe, died in Paris.",
        [
            "Who translated the novel?",
            "When was the novel translated?",
            "When was the novel filmed?",
            "Where did Tim Roe die?",
        ],
        [
            "Who filmed the novel?",
            "When did Tim Roe die?",
            "Where was the novel translated?",
        ],
    ),
    (
        "Employees may work from home on Fridays. Managers approve overtime. Overtime is paid at 150 percent. Sick leave must be reported before 9:00.",
        [
            "Who approves overtime?",
            "When must sick leave be reported?",
            "When may employees work from home?",
            "Where may employees work on Fridays?",
        ],
        ["Who pays overtime?", "Who reports sick leave?", "Who approves sick leave?"],
    ),
    (
        "The printer was repaired by Otto on Monday. Otto ordered a new toner and the accountant rejected the bill.",
        [
            "Who repaired the printer?",
            "When was the printer repaired?",
            "Who ordered a new toner?",
            "Who rejected the bill?",
            "When did Otto repair the printer?",
        ],
        ["Who paid the bill?", "When was the toner ordered?", "Who ordered the printer?"],
    ),
    (
        "Chef Ruiz invented the dish in Lima. It is served with rice. The sauce is boiled for ten minutes and then cooled.",
        ["Who invented the dish?", "Where was the dish invented?", "How long is the sauce boiled?"],
        [
            "When was the dish invented?",
            "How long is the sauce cooled?",
            "Who serves the dish?",
        ],
    ),
    (
        "Mike claims that Joe broke the window. The gym will be closed for repairs. Costs rose less than planned. Raj did not attend the demo.",
        ["Did Raj attend the demo?", "Will the gym be closed?"],
        ["Who broke the window?", "Who repairs the gym?", "By how much did costs rise?"],
    ),
    (
        "Add the turmeric and cook for one minute. Pour in 400 ml of coconut milk.",
        ["How much coconut milk do I need?"],
        ["How much turmeric do I need?"],
    ),
    (
        "Release notes for Kestrel 4.2, 9 September 2025. The team thanks Ravi Shah.",
        ["When was Kestrel 4.2 released?"],
        ["Who released Kestrel 4.2?"],
    ),
    (
        "Walter Brandt (1880-1949) was a painter. He married Elsa Roth, who was born in Prague in 1885 and died in 1920.",
        ["When was Elsa Roth born?", "When did Elsa Roth die?"],
        ["When did Walter Brandt die?", "Where was Walter born?"],
    ),
    (
        "Water is turned off in November. The freezer that Omar sold us was built in 1998. The gate code is changed every quarter by Ida. The client wants to see the budget.",
        ["When is the water turned off?", "When was the freezer built?", "Who changes the gate code?"],
        [
            "When is the water turned on?",
            "When was the freezer sold?",
            "What is the gate code?",
            "Who is the client?",
        ],
    ),
    (
        "Clara Weiss moved to Zurich in 1921. There she married Paul Hirt. Nora was born in 1925.",
        ["Who did Clara marry?", "When was Nora born?"],
        ["Where did Clara marry?", "Where was Nora born?"],
    ),
    (
        "The deposit is returned within six months after the end of the lease. The landlord repairs the heating.",
        ["When is the deposit returned?", "Who repairs the heating?"],
        ["When does the lease end?", "Who returns the deposit?"],
    ),
    (
        "Release 2.4 (May 2024)\n- Added dark mode\n- Removed support for Windows 7\nRelease 2.3 (January 2024)\n- Added PDF export",
        ["When was dark mode added?", "When was PDF export added?"],
        ["Who added dark mode?", "When was Windows 8 dropped?"],
    ),
]
ANSWERED = [(text, question) for text, answered, _ in [*TEXTS, *CLAUSES] for question in answered]
OPEN = [(text, question) for text, _, left in [*TEXTS, *CLAUSES] for question in left]


async def _is_bare(task: MakeTask, text: str, question: str) -> bool:
    answer = await KnowledgeSkill().answer(task(question, documents=[Document("d", text)]))
    assert answer is not None
    return is_outright(answer)


@pytest.mark.parametrize(("text", "question"), ANSWERED, ids=[question for _, question in ANSWERED])
async def test_what_a_clause_answers_is_quoted_bare(task: MakeTask, text: str, question: str) -> None:
    assert await _is_bare(task, text, question)


@pytest.mark.parametrize(("text", "question"), OPEN, ids=[question for _, question in OPEN])
async def test_what_no_clause_answers_is_not(task: MakeTask, text: str, question: str) -> None:
    assert not await _is_bare(task, text, question)
