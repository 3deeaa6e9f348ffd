"""Questions asked of `knowledge` after another, of groups side by side, of documents that contradict each other, and in two halves.

Each has what a model says of the documents, and what of it must and must not be in the answer. The names are made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SaidCase:
    """`has` must be in the answer and `lacks` not. `stands`: whether with a confidence; None where either will do."""

    question: str
    documents: tuple[str, ...]
    says: str
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    stands: bool | None = None
    earlier: tuple[str, ...] = ()


_TOWN = (
    "The mayor of Arden is Eva Lind. She was born in 1970.",
    "The castle has 40 rooms. Entry is 5 euros.",
)
_WHO = ("Who is the mayor of Arden?", "Eva Lind [1].")
_MAYOR = "The mayor of Arden is Eva Lind [1]."
_ROADS = (
    "The tunnel is 2 km long.",
    "The tower was built in 1900. It is 90 metres tall.",
    "The bridge is 412 metres long. The bridge is painted red.",
)
_TUNNEL = ("How long is the tunnel?", "2 km [1].")
_FERRY = ("The ferry leaves every 20 minutes. It carries 60 cars.", "The bridge is 412 metres long.")
_OFTEN = ("How often does the ferry leave?", "Every 20 minutes [1].")
_INNS = (
    "The Lake Inn has 40 rooms. A room at the Lake Inn costs 90 euros.",
    "The Mill Inn has 12 rooms. A room at the Mill Inn costs 70 euros.",
)
_VISITS = ("The zoo counted 41,000 visitors in 1980.", "The zoo counted 52,000 visitors in 1990.")
_HOMES = ("Alice lives in Paris. Bob lives in Rome.", "Dan lives in Oslo.")

# The turn has a subject or a property of its own: the turn before must not answer in its place.
OWN_TURN = (
    SaidCase("How many rooms?", _TOWN, _MAYOR, ("40 rooms",), ("mayor",), False, _WHO),
    SaidCase("How many rooms?", _TOWN, "The castle has 40 rooms.", ("40 rooms [2]",), ("mayor",), True, _WHO),
    SaidCase("What is the price?", _TOWN, _MAYOR, (), ("mayor", "Eva"), False, _WHO),
    SaidCase("and the museum?", _TOWN, _MAYOR, ("do not say",), ("mayor",), False, _WHO),
    SaidCase("What about the bridge?", _TOWN, _MAYOR, ("do not say",), ("mayor",), False, _WHO),
    SaidCase("How long is the tower?", _ROADS, "The tunnel is 2 km long.", (), ("2 km",), False, _TUNNEL),
    SaidCase("And how long is the bridge?", _FERRY, "The ferry leaves every 20 minutes.", ("412 metres",), ("ferry",), False, _OFTEN),
    SaidCase("And how long is the bridge?", _FERRY, "The bridge is 412 metres long.", ("412 metres long [2]",), ("ferry",), True, _OFTEN),
    SaidCase("How tall is the tower?", _ROADS, "The tunnel is 2 km long.", ("90 metres",), ("2 km",), False, _TUNNEL),
    SaidCase("How many cars?", _FERRY, "The ferry leaves every 20 minutes.", ("60 cars",), ("20 minutes",), False, _OFTEN),
    SaidCase("What colour is the bridge?", _ROADS, "The tunnel is 2 km long.", ("red",), ("2 km",), False, _TUNNEL),
    SaidCase("What is the entry price?", _TOWN, _MAYOR, ("5 euros",), ("mayor",), False, _WHO),
    SaidCase("Who lives in Oslo?", _HOMES, "Alice lives in Paris.", ("Dan",), ("Paris",), False, ("Where does Alice live?", "Paris [1].")),
    SaidCase("What about the garden?", _ROADS, "The tunnel is 2 km long.", ("do not say",), ("2 km",), False, _TUNNEL),
    SaidCase("How many rooms?", _TOWN, "The castle has 40 rooms.", ("40 rooms [2]",), ("2 km",), True, ("Tell me of the castle", "It has rooms.")),
)  # fmt: skip
# The turn leaves open what it is about: the turn before fills it in.
REFERRING = (
    SaidCase("When was she born?", _TOWN, "She was born in 1970.", ("1970 [1]",), (), True, _WHO),
    SaidCase("And its height?", _ROADS, "It is 90 metres tall.", ("90 metres tall [2]",), (), True, ("When was the tower built?", "In 1900 [2].")),
    SaidCase("How tall is it?", _ROADS, "It is 90 metres tall.", ("90 metres tall [2]",), (), True, ("When was the tower built?", "In 1900 [2].")),
    SaidCase("And in 1990?", _VISITS, "The zoo counted 52,000 visitors in 1990.", ("52,000",), ("41,000",), True, ("How many visitors did the zoo count in 1980?", "41,000 [1].")),
    SaidCase("And in 1990?", _VISITS, "The zoo counted 41,000 visitors in 1980.", ("52,000",), ("41,000",), False, ("How many visitors did the zoo count in 1980?", "41,000 [1].")),
    SaidCase("And Bob?", _HOMES, "Bob lives in Rome.", ("Rome [1]",), ("Paris",), True, ("Where does Alice live?", "Paris [1].")),
    SaidCase("And Bob?", _HOMES, "Alice lives in Paris.", ("Rome",), ("Alice lives in Paris [1]",), False, ("Where does Alice live?", "Paris [1].")),
    SaidCase("What about Dan?", _HOMES, "Dan lives in Oslo.", ("Oslo [2]",), (), True, ("Where does Alice live?", "Paris [1].", "And Bob?", "Rome [1].")),
    SaidCase("And the bridge?", _ROADS, "The bridge is 412 metres long.", ("412 metres long [3]",), ("2 km",), True, _TUNNEL),
    SaidCase("And the bridge?", _ROADS, "The bridge is painted red.", ("412 metres long",), ("painted",), False, _TUNNEL),
    SaidCase("What does a room cost?", _INNS, "A room at the Mill Inn costs 70 euros.", ("70 euros",), ("90 euros",), True, ("How many rooms does the Mill Inn have?", "12 [2].")),
    SaidCase("And how many cars does it carry?", _FERRY, "It carries 60 cars.", ("60 cars [1]",), (), True, _OFTEN),
    SaidCase("When?", ("Acme was founded by Ann Reed in 1990.",), "Acme was founded by Ann Reed in 1990.", ("1990 [1]",), (), True, ("Who founded Acme?", "Ann Reed [1].")),
    SaidCase("How heavy is it?", ("The pump is blue. It needs oil.", "The oven weighs 18 kg."), "18 kg", (), ("18 kg [2]",), False, ("What colour is the pump?", "Blue [1].")),
    SaidCase("And the price?", ("The lamp weighs 2 kg. It costs 40 euros.", "The table costs 90 euros."), "It costs 40 euros.", ("40 euros [1]",), (), True, ("How heavy is the lamp?", "2 kg [1].")),
    SaidCase("And the price?", ("The lamp weighs 2 kg. It costs 40 euros.", "The table costs 90 euros."), "The table costs 90 euros.", ("40 euros",), ("90",), False, ("How heavy is the lamp?", "2 kg [1].")),
    SaidCase("Und wie alt ist sie?", ("Anna wohnt in Bonn. Sie ist 40 Jahre alt.",), "Sie ist 40 Jahre alt.", ("40 Jahre alt [1]",), (), True, ("Wo wohnt Anna?", "In Bonn [1].")),
    SaidCase("Who owns it?", ("The mill was built in 1820. It is owned by Ann Reed.", "The inn is owned by Tom."), "The inn is owned by Tom.", ("Ann Reed",), ("Tom",), False, ("When was the mill built?", "In 1820 [1].")),
    SaidCase("Is there a cafe?", ("The museum is in Mill Lane.", "There is a cafe on the roof."), "There is a cafe on the roof.", ("cafe on the roof [2]",), (), True, ("Where is the museum?", "In Mill Lane [1].")),
    SaidCase("And how old is he?", ("Carl is the cook. He is 50 years old.", "Ben is 30 years old."), "He is 50 years old.", ("50 years old [1]",), (), True, ("Who is Carl?", "The cook [1].")),
)  # fmt: skip

_TICKETS = ("The museum opens at 9.", "Tickets cost 3.50 euros for adults and are free for children under 6.")
_ENTRY = ("Entry costs 9 euros for adults and is free for children.",)
_FEE = ("The fee is 30 euros for guests and zero for members.",)
_DOSE = ("Adults take 500 mg, children 250 mg.",)
_THREE = ("Tickets are 12 euros for adults, 8 for students and free for children.",)
_BRACKETS = ("The course costs 200 euros (120 euros for students).",)
_PAY = ("Residents pay 4 euros, visitors and campers pay 7 euros.",)
_YEARS = ("The zoo counted 41,000 visitors in 1980 and 52,000 in 1990.",)
_STAY = ("Nurses work 38 hours a week, while doctors work 45 hours a week.",)
_RESP = ("Adults and children pay 9 and 5 euros respectively.",)
_HALL = ("The hall is 120 metres long and 35 metres wide.",)
# A value of the one group given to the other.
CROSSED = (
    SaidCase("What is the price for children under 6?", _TICKETS, "The price for children under 6 is 3.50 euros.", ("free for children",), ("is 3.50",), False),
    SaidCase("What is the price for children?", _ENTRY, "9 euros", ("free for children",), ("9 euros [1]",), False),
    SaidCase("What is the fee for members?", _FEE, "30 euros", ("zero for members",), ("30 euros [1]",), False),
    SaidCase("What is the fee for members?", _FEE, "The fee for members is 30 euros.", ("zero for members",), ("members is 30",), False),
    SaidCase("What is the dose for children?", _DOSE, "500 mg", ("children 250 mg",), ("500 mg [1]",), False),
    SaidCase("What is the price for students?", _THREE, "12 euros", ("8 for students",), ("12 euros [1]",), False),
    SaidCase("What do tickets cost for children?", _THREE, "Tickets cost 8 euros for children.", ("free for children",), ("cost 8",), False),
    SaidCase("What does the course cost for students?", _BRACKETS, "The course costs 200 euros for students.", ("120 euros for students",), ("200 euros for students",), False),
    SaidCase("How much do campers pay?", _PAY, "Campers pay 4 euros.", ("campers pay 7",), ("Campers pay 4",), False),
    SaidCase("How many visitors did the zoo count in 1990?", _YEARS, "The zoo counted 41,000 visitors in 1990.", ("52,000 in 1990",), ("41,000 visitors in 1990",), False),
    SaidCase("How many hours do doctors work?", _STAY, "Doctors work 38 hours a week.", ("doctors work 45",), ("Doctors work 38",), False),
    SaidCase("How much do children pay?", _RESP, "Children pay 9 euros.", ("respectively",), ("Children pay 9 euros [1]",), False),
    SaidCase("How wide is the hall?", _HALL, "The hall is 120 metres wide.", ("35 metres wide",), ("120 metres wide",), False),
    SaidCase("What does a ticket cost?", ("A ticket costs 12 euros for adults and 6 euros for children.",), "A ticket costs 12 euros.", ("12 euros for adults",), (), False),
    SaidCase("What is the price for adults?", _ENTRY, "Entry is free for adults.", ("9 euros for adults",), ("free for adults",), False),
)  # fmt: skip
# A value given to its own group, and sentences with several values and no groups.
PAIRED = (
    SaidCase("What is the price for adults?", _TICKETS, "3.50 euros", ("3.50 euros [2]",), (), True),
    SaidCase("What is the price for children?", _ENTRY, "Entry is free for children.", ("free for children [1]",), (), True),
    SaidCase("What is the fee for guests?", _FEE, "The fee for guests is 30 euros.", ("“The fee is 30 euros for guests",), (), False),
    SaidCase("What is the dose for children?", _DOSE, "250 mg", ("250 mg [1]",), (), True),
    SaidCase("What is the dose for adults?", _DOSE, "Adults take 500 mg.", ("500 mg [1]",), (), True),
    SaidCase("What is the price for students?", _THREE, "8 euros", ("8 for students",), (), False),
    SaidCase("What does the course cost for students?", _BRACKETS, "120 euros", ("120 euros [1]",), (), True),
    SaidCase("How much do campers pay?", _PAY, "Campers pay 7 euros.", ("7 euros [1]",), (), True),
    SaidCase("How many visitors did the zoo count in 1990?", _YEARS, "The zoo counted 52,000 visitors in 1990.", ("52,000 in 1990.” [1]",), (), False),
    SaidCase("How many hours do doctors work?", _STAY, "Doctors work 45 hours a week.", ("45 hours a week [1]",), (), True),
    SaidCase("How wide is the hall?", _HALL, "The hall is 35 metres wide.", ("35 metres wide [1]",), (), True),
    SaidCase("How long is the hall?", _HALL, "The hall is 120 metres long.", ("120 metres long [1]",), (), True),
    SaidCase("What do tickets cost?", _THREE, "Tickets are 12 euros for adults, 8 for students and free for children.", ("12 euros for adults",), (), True),
    SaidCase("How much does the pump deliver?", ("The pump weighs 18 kg and delivers 40 litres a minute.",), "The pump delivers 40 litres a minute.", ("40 litres a minute [1]",), (), True),
    SaidCase("When was the abbey built?", ("The abbey was built in 1120 and closed in 1803.",), "The abbey was built in 1120.", ("1120 [1]",), (), True),
    SaidCase("When is the shop open on Sundays?", ("The shop is open from 9 to 18 on weekdays and from 10 to 14 on Sundays.",), "The shop is open from 10 to 14 on Sundays.", ("10 to 14",), (), True),
    SaidCase("How many guests and staff are there?", ("The inn has 40 guests and 12 staff.",), "The inn has 40 guests and 12 staff.", ("40 guests",), (), True),
)  # fmt: skip

# One says what the other denies, or two values differ at once.
CONTRADICTING = (
    SaidCase("Is parking allowed?", ("Parking is allowed.", "Parking is not allowed."), "Parking is allowed."),
    SaidCase("May dogs enter the garden?", ("Dogs may enter the garden.", "Dogs may not enter the garden."), "Dogs may enter the garden."),
    SaidCase("Is the pool open on Sunday?", ("The pool is open on Sunday.", "The pool is not open on Sunday."), "Yes, the pool is open on Sunday."),
    SaidCase("Is the pool open on Sunday?", ("The pool is open on Sunday.", "The pool is closed on Sunday."), "The pool is open on Sunday."),
    SaidCase("Is the pool closed on Sunday?", ("The pool is open on Sunday.", "The pool is closed on Sunday."), "The pool is closed on Sunday."),
    SaidCase("Is breakfast included in the price?", ("Breakfast is not included in the price.", "Breakfast is included in the price."), "The documents do not say."),
    SaidCase("Can guests smoke on the balcony?", ("Guests can smoke on the balcony.", "Guests cannot smoke on the balcony."), "Guests can smoke on the balcony."),
    SaidCase("Is smoking allowed in the hall?", ("Smoking is allowed in the hall.", "Smoking is forbidden in the hall."), "Smoking is allowed in the hall."),
    SaidCase("Does the shop accept cards?", ("The shop accepts cards.", "The shop does not accept cards."), "The shop accepts cards."),
    SaidCase("Is swimming permitted in the lake?", ("The lake is deep. Swimming in the lake is permitted.", "Swimming in the lake is prohibited."), "Swimming in the lake is permitted."),
    SaidCase("When was Omega Corp founded?", ("Omega Corp was founded in 1999 in Oslo.", "Omega Corp was founded in 2003 in Bergen."), "Omega Corp was founded in 1999."),
    SaidCase("When was the mill built?", ("The mill was built in 1820 in Arden.", "The mill was built in 1850 in Boll."), "1820"),
    SaidCase("Where was Olga Brandt born?", ("Olga Brandt was born in Riga in 1901.", "Olga Brandt was born in Tartu in 1905."), "Riga"),
    SaidCase("How tall is Mount Kesa?", ("Mount Kesa is 2,310 metres tall.", "Mount Kesa is 2,450 metres high."), "2,450 metres"),
    SaidCase("How high is Mount Kesa?", ("Mount Kesa is 2,310 metres tall.", "The height of Mount Kesa is 2,450 metres."), "2,450 metres"),
)  # fmt: skip
# Both may be true.
COMPATIBLE = (
    SaidCase("Is parking allowed?", ("Parking is allowed.", "Parking is not allowed at night."), "Parking is allowed."),
    SaidCase("May dogs enter the garden?", ("Dogs may enter the garden.", "Dogs may not enter the castle."), "Dogs may enter the garden."),
    SaidCase("Is the pool open on Sunday?", ("The pool is open on Sunday.", "The pool is closed on Monday."), "The pool is open on Sunday."),
    SaidCase("Is the pool open on Sunday?", ("The pool is open on Sunday.", "The pool is not closed on Sunday."), "The pool is open on Sunday."),
    SaidCase("Is breakfast included in the price?", ("Breakfast is included in the price.", "Dinner is not included in the price."), "Breakfast is included in the price."),
    SaidCase("Is the shop open?", ("The shop is open.", "The door of the shop is closed."), "The shop is open."),
    SaidCase("Does the shop accept cards?", ("The shop accepts cards.", "The shop does not accept cheques."), "The shop accepts cards."),
    SaidCase("Is swimming permitted?", ("Swimming is permitted.", "Swimming is not permitted for children."), "Swimming is permitted."),
    SaidCase("When did the choir sing?", ("The choir sang in 1999 in Oslo.", "The choir sang in 2003 in Bergen."), "1999"),
    SaidCase("When was the mill built?", ("The mill was built in 1820 in Arden.", "The mill in Boll was repaired in 1850."), "1820"),
    SaidCase("How tall is the wall?", ("The wall is 3 metres high.", "The wall is 20 metres wide."), "3 metres"),
    SaidCase("Is the museum open?", ("The museum is not only open but free.", "The museum is open and free."), "The museum is open and free."),
    SaidCase("Is the bridge open?", ("The bridge is open.", "The old bridge is closed."), "The bridge is open."),
    SaidCase("Is smoking forbidden?", ("Smoking is forbidden.", "Smoking is not allowed."), "Smoking is forbidden."),
)  # fmt: skip

_BRIDGE = (
    "The Meridian bridge was opened in 1931 by mayor Elsa Brandt. It is 412 metres long and has two piers.",
)
_PIER = ("The ferry to Kell leaves from pier 4.", "The bridge is 412 metres long.")
# The sentence that says it is found, and what was not answered is told.
FOUND = (
    SaidCase("How long is the Meridian bridge?", _BRIDGE, "The bridge is 300 metres long.", ("412 metres long",), ("outright", "1931"), False),
    SaidCase("How long is the Meridian bridge?", _BRIDGE, "It is 412 metres long.", ("412 metres long [1]",), ("outright",), True),
    SaidCase("Is breakfast included?", ("Breakfast is not included in the price.",), "The documents do not say.", ("not included",), ("do not say",), False),
    SaidCase("Are dogs allowed in the park?", ("Dogs are allowed in the park on a lead.",), "The documents do not say.", ("on a lead",), ("do not say",), False),
    SaidCase("How heavy is the Kestrel drone?", ("The Kestrel drone was designed in Bern in 2011. It weighs 3 kg.",), "It weighs 5 kg.", ("3 kg",), ("outright", "Bern"), False),
    SaidCase("From which pier does the ferry leave, and how long is the bridge?", _PIER, "The ferry leaves from pier 4.", ("pier 4.” [1]", "Not answered: “how long is the bridge”"), (), False),
    SaidCase("How long is the bridge and from which pier does the ferry leave?", _PIER, "The bridge is 412 metres long.", ("412 metres long [2]", "Not answered: “from which pier does the ferry leave”"), (), True),
    SaidCase("From which pier does the ferry leave, and how long is the bridge?", _PIER, "The ferry leaves from pier 4. The bridge is 412 metres long.", ("pier 4.” [1]", "412 metres long [2]"), ("Not answered",), False),
    SaidCase("When was the mill built and who owns it?", ("The mill was built in 1820 and Ann Reed owns it.",), "The mill was built in 1820 and Ann Reed owns it.", ("[1]",), ("Not answered",), True),
    SaidCase("I am Sam. How long is the bridge?", _PIER, "The bridge is 412 metres long.", ("[2]",), ("Not answered",), True),
    SaidCase("Is dinner included?", ("Breakfast is included in the price.",), "The documents do not say.", ("do not say",), ("Breakfast",), False),
    SaidCase("Who is the mayor of Arden?", ("Arden has a mayor.",), "The documents do not say.", ("cannot tell",), (), False),
)  # fmt: skip
