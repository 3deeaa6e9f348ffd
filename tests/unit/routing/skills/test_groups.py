"""`groups`: a value is claimed of what its piece of the sentence is about, and of nothing else."""

from __future__ import annotations

import pytest

from orchestrator.routing.skills.groups import mismatches
from orchestrator.routing.skills.statements import words


@pytest.mark.parametrize(
    ("sentence", "question", "claim", "crossed"),
    [
        ("Seniors pay 6 euros, families 20 euros.", "What do families pay?", "Families pay 6 euros.", True),
        ("Seniors pay 6 euros, families 20 euros.", "What do families pay?", "20 euros", False),
        ("Seniors pay 6 euros, families 20 euros.", "What do seniors pay?", "Seniors pay 6 euros.", False),
        ("Parking is free for residents and costs 3 euros for visitors.", "What does parking cost for residents?", "Parking costs 3 euros for residents.", True),
        ("Parking is free for residents and costs 3 euros for visitors.", "What does parking cost for visitors?", "3 euros", False),
        ("Parking is free for residents and costs 3 euros for visitors.", "Is parking free for visitors?", "Parking is free for visitors.", True),
        ("Members get 20% off, students get 10% off.", "What discount do students get?", "20%", True),
        ("Members get 20% off, students get 10% off.", "What discount do students get?", "10%", False),
        ("The large box holds 40 litres and the small one 15 litres.", "How much does the small box hold?", "40 litres", True),
        ("The large box holds 40 litres and the small one 15 litres.", "How much does the small box hold?", "15 litres", False),
        ("The north tower is 90 metres tall, the south tower 70 metres.", "How tall is the south tower?", "90 metres", True),
        ("The north tower is 90 metres tall, the south tower 70 metres.", "How tall is the south tower?", "The south tower is 70 metres tall.", False),
        ("Rent is 500 euros plus 80 euros for heating.", "How much is the rent?", "500 euros", False),
        ("Rent is 500 euros plus 80 euros for heating.", "How much is the heating?", "500 euros", True),
        ("In summer the ferry leaves at 6:30 and in winter at 7:15.", "When does the ferry leave in winter?", "The ferry leaves at 6:30.", True),
        ("In summer the ferry leaves at 6:30 and in winter at 7:15.", "When does the ferry leave in winter?", "The ferry leaves at 7:15 in winter.", False),
        ("The P-200 pump delivers 40 litres a minute at 3 bar.", "How much?", "40 litres a minute at 3 bar", False),
        ("It has 3 bedrooms and 2 bathrooms.", "How many bathrooms?", "3", True),
        ("It has 3 bedrooms and 2 bathrooms.", "How many bathrooms are there?", "2 bathrooms", False),
        ("The team won 3 gold and 5 silver medals.", "How many silver medals did the team win?", "3", True),
        ("The team won 3 gold and 5 silver medals.", "How many silver medals did the team win?", "5", False),
        ("Day tickets (12 euros) and week tickets (50 euros) are sold at the gate.", "What does a week ticket cost?", "12 euros", True),
        ("Day tickets (12 euros) and week tickets (50 euros) are sold at the gate.", "What does a week ticket cost?", "50 euros", False),
        ("Children under 12 pay 5 euros, those over 12 pay 9 euros.", "What do children under 12 pay?", "5 euros", False),
        ("The battery lasts 9 hours, or 6 hours in the cold.", "How long does the battery last?", "9 hours", False),
        ("The battery lasts 9 hours, or 6 hours in the cold.", "How long does the battery last in the cold?", "9 hours", True),
        ("Dr Lind was born in 1950 and died in 2010.", "When was Dr Lind born?", "Dr Lind was born in 2010.", True),
        ("Dr Lind was born in 1950 and died in 2010.", "When did Dr Lind die?", "2010", False),
        ("Admission: 9 euros for adults / 4 euros for children", "What is the admission for children?", "9 euros", True),
        ("Adults pay 9 euros; children pay nothing.", "What do children pay?", "9 euros", True),
        ("Adults pay 9 euros; children pay nothing.", "What do children pay?", "Children pay nothing.", False),
        ("Dogs cost 4 euros a night and cats none.", "What do cats cost?", "4 euros", True),
        ("The shop has 12 staff and was founded in 1990.", "How many staff?", "12 staff", False),
        ("A single room is 80 euros, a double 120, and breakfast is 10.", "What is a double?", "80 euros", True),
        ("A single room is 80 euros, a double 120, and breakfast is 10.", "What is a double room?", "120", False),
        ("Entry is 5 euros, reduced to 3 euros for students.", "What is the entry for students?", "5 euros", True),
        ("Entry is 5 euros, reduced to 3 euros for students.", "What is the entry for students?", "3 euros", False),
        ("The house has two floors and three balconies.", "How many balconies?", "two", True),
        ("Borrow up to eight items for four weeks and two films for one week.", "How long for films?", "four weeks", True),
    ],
)  # fmt: skip
def test_a_value_of_another_group_does_not_match(
    sentence: str, question: str, claim: str, crossed: bool
) -> None:
    assert mismatches(claim, question, words(question), sentence) is crossed
