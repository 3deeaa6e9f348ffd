"""Claims whose parts stand in different sentences of a document, and claims that one sentence says.

Every document is asked both ways, so that neither a refusal of everything nor a belief in everything passes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JoinedCase:
    document: str
    question: str
    says: str


WIRES = "The red wire carries 230 volts. The blue wire was cut in 2011."
TOWERS = (
    "The north tower has 54 floors. The south tower was demolished in 1999. "
    "Revenue in 2021 was 5 million dollars; in 2022 it rose to 7 million euros."
)
OFFICES = (
    "Maria Keller leads the Zurich office since 2017. The Zurich office has 38 employees. "
    "The Geneva office was closed in 2020."
)
PUMP = "The Zephyr 300 pump weighs 14 kg. Its maximum flow is 12 litres per minute at 2 bar. The warranty is three years."
FERRY = "The ferry crosses every 40 minutes and carries 220 passengers on two decks. A ticket costs 6 euros."
TEAMS = "Team A won the final in 2015. Team B won the league in 2018."

# What a hostile review was answered with, each with a confidence of 1.
REVIEWED = (
    JoinedCase(WIRES, "When was the red wire cut?", "The red wire was cut in 2011 [1]."),
    JoinedCase(WIRES, "How many volts does the blue wire carry?", "The blue wire carries 2011 volts [1]."),
    JoinedCase(WIRES, "How many volts does the blue wire carry?", "The blue wire carries 230 volts [1]."),
    JoinedCase(TOWERS, "When was the north tower demolished?", "The north tower was demolished in 2022 [1]."),
    JoinedCase(TOWERS, "When was the north tower demolished?", "The north tower was demolished in 1999 [1]."),
    JoinedCase(OFFICES, "How many employees does the Geneva office have?", "The document is: The Geneva office has 38 employees [1]."),
    JoinedCase(OFFICES, "When was the Zurich office closed?", "The Zurich office was closed in 2020 [1]."),
    JoinedCase(PUMP, "What is the maximum flow in litres per hour?", "The maximum flow in litres per hour is 12 [1]."),
    JoinedCase(PUMP, "What is the maximum flow in litres per hour?", "The maximum flow is 12 litres per minute [1]."),
    JoinedCase(FERRY, "How many passengers per day?", "220 passengers per day [1]."),
    JoinedCase(FERRY, "How many passengers per day?", "The ferry carries 220 passengers [1]."),
    JoinedCase(FERRY, "How many cars does the ferry carry?", "The ferry carries 220 passengers [1]."),
    JoinedCase(FERRY, "How many cars does the ferry carry?", "The ferry carries 220 cars [1]."),
    JoinedCase(TEAMS, "When did Team A win the league?", "Team A won the league in 2018 [1]."),
)  # fmt: skip

HOUSES = (
    "The green house was built in 1910 and has eleven rooms. The yellow house was sold to a baker in 1987."
)
DRUGS = (
    "Vexin lowers the pulse and is taken twice a day. Morlin eases pain and must be kept in a refrigerator."
)
MODELS = "Model X runs for nine hours on one charge. Model Y weighs 3.2 kg and needs a fan."
FLOORS = "The kitchen is on the ground floor. The archive is on the third floor and holds 9,000 maps."
COACHES = "Lena Vogt trains the rowers since 2012. Omar Said coached the swimmers until 2016. The swimmers have 41 members."
CITIES = "The Turin plant makes gearboxes. The Lyon plant makes brakes and was enlarged in 2009. Wages rose by 4 percent in 2013."
BRIDGES = "The old bridge is 120 metres long. It was repaired in 1975. The new bridge carries four lanes and opened in 2003."
ALLOYS = "Alloy C melts at 610 degrees. Alloy D conducts well and was patented by Ruth Baum."
TANK = "The tank holds 300 litres and loses 2 litres per day. The boiler uses 5 kW."
EDITORS = (
    "Nadia Frey wrote the novel in 1966. Paul Orth translated the play in 1971. It was printed in Basel."
)

REFUSED = (
    JoinedCase(HOUSES, "When was the yellow house built?", "The yellow house was built in 1910 [1]."),
    JoinedCase(HOUSES, "How many rooms does the yellow house have?", "The yellow house has eleven rooms."),
    JoinedCase(HOUSES, "Who bought the green house?", "A baker bought the green house."),
    JoinedCase(HOUSES, "When was the green house sold?", "It was sold in 1987."),
    JoinedCase(DRUGS, "Does Morlin lower the pulse?", "Yes, Morlin lowers the pulse."),
    JoinedCase(DRUGS, "Where must Vexin be kept?", "Vexin must be kept in a refrigerator."),
    JoinedCase(DRUGS, "How often is Morlin taken?", "Morlin is taken twice a day."),
    JoinedCase(MODELS, "How heavy is Model X?", "Model X weighs 3.2 kg."),
    JoinedCase(MODELS, "How many hours does Model Y run?", "Model Y runs for nine hours."),
    JoinedCase(FLOORS, "On which floor is the archive?", "The archive is on the ground floor."),
    JoinedCase(FLOORS, "How many maps does the kitchen hold?", "The kitchen holds 9,000 maps."),
    JoinedCase(COACHES, "Who trained the rowers until 2016?", "Omar Said coached the rowers until 2016."),
    JoinedCase(COACHES, "How many members do the rowers have?", "The rowers have 41 members."),
    JoinedCase(COACHES, "Since when does Lena Vogt coach the swimmers?", "Lena Vogt coached the swimmers since 2012."),
    JoinedCase(CITIES, "When was the Turin plant enlarged?", "The Turin plant was enlarged in 2009."),
    JoinedCase(CITIES, "What does the Turin plant make?", "The Turin plant makes brakes."),
    JoinedCase(CITIES, "When was the Lyon plant closed?", "The Lyon plant was closed in 2009."),
    JoinedCase(BRIDGES, "How long is the new bridge?", "The new bridge is 120 metres long."),
    JoinedCase(BRIDGES, "When was the new bridge repaired?", "The new bridge was repaired in 1975."),
    JoinedCase(BRIDGES, "When did the old bridge open?", "The old bridge opened in 2003."),
    JoinedCase(ALLOYS, "At how many degrees does Alloy D melt?", "Alloy D melts at 610 degrees."),
    JoinedCase(ALLOYS, "Who patented Alloy C?", "Ruth Baum patented Alloy C."),
    JoinedCase(TANK, "How many litres does the tank lose per week?", "It loses 2 litres per week."),
    JoinedCase(TANK, "How many litres does the boiler hold?", "The boiler holds 300 litres."),
    JoinedCase(TANK, "How many kW does the tank use?", "The tank uses 5 kW."),
    JoinedCase(EDITORS, "Who translated the novel?", "Paul Orth translated the novel."),
    JoinedCase(EDITORS, "When did Nadia Frey write the play?", "Nadia Frey wrote the play in 1966."),
)  # fmt: skip

STANDING = (
    JoinedCase(WIRES, "When was the blue wire cut?", "The blue wire was cut in 2011 [1]."),
    JoinedCase(WIRES, "How many volts does the red wire carry?", "The red wire carries 230 volts."),
    JoinedCase(TOWERS, "When was the south tower demolished?", "It was demolished in 1999."),
    JoinedCase(TOWERS, "How many floors does the north tower have?", "The north tower has 54 floors."),
    JoinedCase(OFFICES, "Since when has Maria led the office?", "Maria Keller has led the office since 2017."),
    JoinedCase(OFFICES, "How many employees does the Zurich office have?", "The Zurich office has 38 employees."),
    JoinedCase(PUMP, "What is the maximum flow?", "The maximum flow is 12 litres per minute."),
    JoinedCase(PUMP, "How heavy is the Zephyr 300?", "The Zephyr 300 weighs 14 kg."),
    JoinedCase(PUMP, "What is the maximum flow of the Zephyr 300 pump?", "Its maximum flow is 12 litres per minute at 2 bar."),
    JoinedCase(FERRY, "How many passengers does the ferry carry?", "The ferry carries 220 passengers."),
    JoinedCase(TEAMS, "When did Team B win the league?", "Team B won the league in 2018."),
    JoinedCase(TEAMS, "Which team won the final?", "Team A won the final."),
    JoinedCase(HOUSES, "When was the green house built?", "It was built in 1910."),
    JoinedCase(HOUSES, "Who bought the yellow house?", "A baker bought the yellow house."),
    JoinedCase(DRUGS, "Where must Morlin be kept?", "Morlin must be kept in a refrigerator."),
    JoinedCase(DRUGS, "How often is Vexin taken?", "It is taken twice a day."),
    JoinedCase(MODELS, "How heavy is Model Y?", "Model Y weighs 3.2 kg."),
    JoinedCase(FLOORS, "How many maps does the archive hold?", "It holds 9,000 maps."),
    JoinedCase(COACHES, "Until when did Omar Said coach the swimmers?", "He coached the swimmers until 2016."),
    JoinedCase(CITIES, "When was the Lyon plant enlarged?", "The Lyon plant was enlarged in 2009."),
    JoinedCase(BRIDGES, "When was the old bridge repaired?", "It was repaired in 1975."),
    JoinedCase(BRIDGES, "How long is the old bridge?", "The old bridge is 120 metres long."),
    JoinedCase(ALLOYS, "Who patented Alloy D?", "Ruth Baum patented Alloy D."),
    JoinedCase(TANK, "How many litres does the tank lose per day?", "It loses 2 litres per day."),
    JoinedCase(EDITORS, "Who wrote the novel?", "Nadia Frey wrote the novel."),
    JoinedCase(EDITORS, "When did Paul Orth translate the play?", "He translated the play in 1971."),
)  # fmt: skip
