"""Which words of a model are a document's said again, and that all others are replaced by the document's own."""

from __future__ import annotations

import pytest
from skill_tasks import MakeTask

from orchestrator.routing.skills.knowledge import KnowledgeSkill
from orchestrator.routing.skills.verbatim import is_said_again, tokens
from orchestrator.seams import Document
from tests.fakes.saying_generator import SayingGenerator

SAID_AGAIN = (
    ("The tower is 9 m tall.", "The tower is 9 m tall."),
    ("9 m tall", "The tower is 9 m tall."),
    ("Yes, dogs are allowed on a lead.", "Dogs are allowed on a lead."),
    ("Alice lives in Rome.", "Alice is 30 years old and lives in Rome."),
    ("The X100 weighs 3 kg.", "It weighs 3 kg."),
    ("Bea edited it.", "Ann wrote the book and Bea edited it."),
)
NOT_SAID = (
    ("Sara is a judge.", "Sara's mother is a judge and her father is a pilot."),
    ("Sara's father is a judge.", "Sara's mother is a judge and her father is a pilot."),
    ("Omar is a baker in Lyon.", "Omar's uncle is a baker in Lyon."),
    ("Ann edited it.", "Ann wrote the book and Bea edited it."),
    ("Sales in Germany rose by 9%.", "Sales in Germany fell by 4% while sales in Spain rose by 9%."),
    ("4% of Germany's sales fell by 9%.", "Sales in Germany fell by 4% while sales in Spain rose by 9%."),
    ("Parts for one year.", "The warranty covers parts for two years and labour for one year."),
    ("Nova acquired Brightline.", "Brightline acquired Nova."),
    ("The Y200 weighs 3 kg.", "It weighs 3 kg."),
)
KNOWN = frozenset(tokens("X100 is a pump. It weighs 3 kg."))


@pytest.mark.parametrize(("claim", "statement"), SAID_AGAIN)
def test_said_again(claim: str, statement: str) -> None:
    assert is_said_again(claim, statement, KNOWN)


@pytest.mark.parametrize(("claim", "statement"), NOT_SAID)
def test_not_said(claim: str, statement: str) -> None:
    assert not is_said_again(claim, statement, KNOWN)


@pytest.mark.parametrize(("claim", "statement"), NOT_SAID)
async def test_a_summary_gives_only_the_documents_own_words(
    task: MakeTask, generator: SayingGenerator, claim: str, statement: str
) -> None:
    generator.says = claim
    found = await KnowledgeSkill().answer(
        task("Summarise this.", documents=(Document("d", statement, "Notes"),))
    )
    assert found is not None
    assert claim.rstrip(".") not in found.text.replace(statement, "")
