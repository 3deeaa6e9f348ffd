"""`knowledge`: an answer must be about what was asked. What is said of somebody else is none."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import pytest
from knowledge_cases import CASES, DOCUMENTS
from skill_tasks import MakeTask
from subject_cases import HELD_OUT, PEOPLE, PLANETS, SET_ON, SET_ON_TOO, VISITS, SubjectCase

from orchestrator.errors import EmbedderUnavailable
from orchestrator.memory.embed import MiniLmEmbedder
from orchestrator.routing.skills.knowledge import NEAREST, UNKNOWN, KnowledgeSkill
from orchestrator.routing.skills.subjects import subjects
from orchestrator.seams import Document, SkillAnswer
from orchestrator.settings import PROJECT_ROOT
from tests.fakes.saying_generator import SayingGenerator


class Asker:
    """Asks the skill, which asks no model."""

    def __init__(self, task: MakeTask, generator: SayingGenerator) -> None:
        self._task = task
        self.generator = generator

    async def __call__(
        self, question: str, *texts: str | Document, earlier: Sequence[str] = ()
    ) -> SkillAnswer:
        documents = [text if isinstance(text, Document) else Document("d", text) for text in texts]
        found = await KnowledgeSkill().answer(self._task(question, *earlier, documents=documents))
        assert found is not None
        return found


@pytest.fixture
def ask(task: MakeTask, generator: SayingGenerator) -> Asker:
    return Asker(task, generator)


# -- a subject that is not there


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where does Carol live?", PEOPLE),
        ("where does carol live?", PEOPLE),
        ("WHERE DOES CAROL LIVE?", PEOPLE),
        ("do you know where carol lives?", PEOPLE),
        ("In which city is Carol's house?", PEOPLE),
        ("In which city is Carol’s house?", PEOPLE),
        ("what is carol's age?", PEOPLE),
        ("Where do the Carols live?", PEOPLE),
        ("I am Bob. Where does Carol live?", PEOPLE),
        ("How long is a year on Venus?", PLANETS),
        ("How many visitors came in 2021?", VISITS),
        ("卡罗尔住在哪里?", "爱丽丝住在巴黎。鲍勃住在罗马。"),
        ("キャロルはどこに住んでいますか?", "アリスはパリに住んでいます。ボブはローマに住んでいます。"),
        ("캐럴은 어디에 살아요?", "앨리스는 파리에 살아요. 밥은 로마에 살아요."),
        ("Где живёт Ольга?", "Анна живёт в Париже. Иван живёт в Риме."),
        ("Πού μένει η Ελένη;", "Η Άννα μένει στο Παρίσι. Ο Νίκος μένει στη Ρώμη."),
        ("أين تعيش كارول؟", "تعيش أليس في باريس. يعيش بوب في روما."),
        ("कैरोल कहाँ रहती है?", "ऐलिस पेरिस में रहती है। बॉब रोम में रहता है।"),
    ],
)  # fmt: skip
async def test_an_absent_subject_is_said_to_be_unsaid(ask: Asker, question: str, text: str) -> None:
    found = await ask(question, text)
    assert (found.text, found.confidence, found.evidence["sources"]) == (UNKNOWN, None, [])


async def test_a_noun_that_is_not_there_may_be_said_by_another_word(ask: Asker) -> None:
    found = await ask("How much does the oven weigh?", DOCUMENTS[1].text)
    assert found.text.startswith(f"{NEAREST} “The pump weighs 18 kg")
    assert not ask.generator.asks


async def test_the_absent_subject_is_told_and_costs_no_tokens(ask: Asker) -> None:
    found = await ask("How long is a year on Venus?", PLANETS)
    assert (found.evidence["absent"], found.generated) == (["Venus"], ())
    assert not ask.generator.asks


async def test_what_is_named_in_another_document_is_not_said_by_the_cited_one(ask: Asker) -> None:
    """Carol is in the first, but Rome is not said of her."""
    found = await ask("Where does Carol live?", "Bob lives in Rome.")
    assert "Rome" not in found.text


# -- a subject that is there, in another form


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where does Alice live?", PEOPLE),
        ("where does alice live?", PEOPLE),
        ("WHERE DOES ALICE LIVE?", PEOPLE),
        ("What is Alice's age?", PEOPLE),
        ("What is Alice’s age?", PEOPLE),
        ("Where do the Bobs live?", PEOPLE),
        ("Who is Dr. Haddad?", "Dr Haddad sits on the board."),
        ("Where is Zürich?", "Zurich is in the north of Switzerland."),
        ("When may the French leave the treaty?", "France may leave the treaty in 1983."),
        ("What did the WHO recommend?", "The World Health Organization recommended rest."),
        ("Who was the chair in 2021?", "From 2019 to 2022 Ms Okafor was the chair."),
        ("Is the shop open on Tuesdays?", "The shop is open Monday to Friday."),
        ("How many days is Mercury's year?", PLANETS),
        ("How many visitors came in 2020?", VISITS),
        ("How many visitors did the museum count after 2015?", VISITS),
        ("Give me 2 numbers of visitors of the museum", VISITS),
        ("Who lives in Rome?", PEOPLE),
        ("小明住在哪里?", "小明住在北京。小红住在上海。"),
        ("밥은 어디에 살아요?", "앨리스는 파리에 살아요. 밥은 로마에 살아요."),
        ("Кто помог Анне в школе?", "Анна училась в школе, и Иван помог ей."),
        ("تعيش أين أليس؟", "تعيش أليس في باريس."),
    ],
)  # fmt: skip
async def test_a_subject_in_another_form_is_found(ask: Asker, question: str, text: str) -> None:
    found = await ask(question, text)
    assert "[1]" in found.text
    assert "quoted" in found.evidence


async def test_a_title_names_the_subject_of_its_document(ask: Asker) -> None:
    page = Document("v", "A day lasts 243 Earth days. The surface reaches 465 degrees.", "Venus")
    found = await ask("How long is a day on Venus?", page)
    assert found.text == "“A day lasts 243 Earth days.” [1]"


async def test_she_is_who_stood_before_in_the_document(ask: Asker) -> None:
    filler = "The weather of that year was much as the weather of other years had been. " * 9
    text = f"Ada Lovelace was born in London. {filler}The academy gave her a medal in 1852."
    found = await ask("When did Lovelace get a medal of the academy?", text)
    assert found.text == "“The academy gave her a medal in 1852.” [1]"


# -- several subjects, none, or one that was named before


async def test_of_two_subjects_the_absent_one_is_said_to_be_unsaid(ask: Asker) -> None:
    found = await ask("Where do Alice and Carol live?", PEOPLE)
    assert found.text == (
        "“Alice is 30 years old and lives in Paris.” [1] The documents do not say anything about Carol."
    )
    assert found.evidence["absent"] == ["Carol"]


async def test_one_sentence_about_both_falls_with_the_absent_one(ask: Asker) -> None:
    found = await ask("Where do Alice and Carol live?", PEOPLE)
    assert "Rome" not in found.text
    assert "do not say anything about Carol" in found.text


async def test_an_absent_year_beside_one_that_is_there(ask: Asker) -> None:
    found = await ask("How many visitors came in 2020 and 2021?", VISITS)
    assert (
        found.text
        == "“In 2020 the museum counted 41,000 visitors.” [1] The documents do not say anything about 2021."
    )


async def test_a_question_without_a_named_subject_is_answered(ask: Asker) -> None:
    assert subjects("Which is cheaper?") == ()
    found = await ask("Which is cheaper, and why?", "Rye is cheaper than wheat.")
    assert found.text == "“Rye is cheaper than wheat.” [1]"


@pytest.mark.parametrize(
    ("who", "text"), [("Alice", "“Alice is 30 years old and lives in Paris.” [1]"), ("Carol", UNKNOWN)]
)
async def test_she_is_whom_the_turn_before_was_about(ask: Asker, who: str, text: str) -> None:
    earlier = [f"Where does {who} live?", "In a city."]
    found = await ask("And how many years old is she?", PEOPLE, earlier=earlier)
    assert found.text == text


async def test_and_carol(ask: Asker) -> None:
    found = await ask("And Carol?", PEOPLE, earlier=["Where does Alice live?", "In Paris [1]."])
    assert found.text == UNKNOWN


# -- what is said of another, and what is not said


async def test_what_is_said_of_another_is_not_said_of_her(ask: Asker) -> None:
    found = await ask("Where does Alice live?", PEOPLE)
    assert "Rome" not in found.text
    assert found.text == "“Alice is 30 years old and lives in Paris.” [1]"


async def test_a_quotation_that_settles_nothing_says_so_and_has_no_confidence(ask: Asker) -> None:
    found = await ask("How old is Bob?", PEOPLE)
    assert found.text == f"{NEAREST} “Bob lives in Rome.” [1]"
    assert found.evidence["quoted"]


async def test_no_quotation_has_its_relevance_for_a_confidence(ask: Asker) -> None:
    found = await ask("What do herons eat?", DOCUMENTS[4])
    assert found.evidence["quoted"]
    assert found.confidence is None


async def test_a_number_of_the_question_is_checked_in_the_answer_too(ask: Asker) -> None:
    found = await ask("Did more than 50000 come in 2020?", VISITS)
    assert "50000" not in found.text


async def test_a_long_question_is_read_in_no_time(ask: Asker) -> None:
    began = time.perf_counter()
    await ask("Where does Carol and Bob 2020 live " * 20_000 + "?", PEOPLE)
    assert time.perf_counter() - began < 5


# -- how often "do not say" is right


@pytest.fixture(scope="module")
def embedder() -> Iterator[MiniLmEmbedder]:
    try:
        found = MiniLmEmbedder.load(PROJECT_ROOT / "data" / "models")
    except EmbedderUnavailable as error:
        pytest.skip(error.message)
    yield found
    found.close()


GRADED = [SubjectCase("", case.question, case.number is not None) for case in CASES]


@pytest.mark.parametrize(
    ("name", "cases", "precision", "recall"),
    [
        ("held out", HELD_OUT, 0.8, 1),
        ("set on", SET_ON + SET_ON_TOO, 0.81, 1),
        ("graded", GRADED, 0.74, 1),
    ],
)
@pytest.mark.parametrize("by_meaning", [True, False], ids=["embedder", "words"])
async def test_how_often_do_not_say_is_right(
    task: MakeTask, embedder: MiniLmEmbedder, by_meaning: bool, name: str,
    cases: Sequence[SubjectCase], precision: float, recall: float,
) -> None:  # fmt: skip
    """Silent is "do not say" and what stands behind the lead."""
    skill = KnowledgeSkill(embedder if by_meaning else None)
    silent = right = 0
    for case in cases:
        documents = [Document("d", case.document)] if case.document else DOCUMENTS
        found = await skill.answer(task(case.question, documents=documents))
        assert found is not None
        is_silent = any(lead in found.text for lead in ("documents do not say", NEAREST))
        silent += is_silent
        right += is_silent and not case.is_answered
    unanswered = sum(not case.is_answered for case in cases)
    print(
        f"\n{name}: {len(cases)} questions, {unanswered} without an answer: {silent} silent, {right} of them rightly"
    )
    assert right / silent >= precision
    assert right / unanswered >= recall
