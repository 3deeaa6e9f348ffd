"""Questions by what they are about: half of them about something that the document does not hold."""

from __future__ import annotations

from dataclasses import dataclass

PEOPLE = "Alice is 30 years old and lives in Paris. Bob lives in Rome."
PLANETS = "Mercury is the planet nearest to the Sun. A year on Mercury is 88 Earth days long. Its surface reaches 430 degrees."
VISITS = (
    "In 2020 the museum counted 41,000 visitors. In 2022 it counted 73,500. Entry costs 12 euros for adults."
)
FIRM = (
    "Nordwind GmbH was founded in Kiel in 1994 by Petra Hansen. Its headquarters moved to Hamburg in 2008. "
    "The company employs 260 people and builds heat pumps. Its warranty on compressors is seven years."
)
CHEMIST = (
    "Marie Curie was born in Warsaw in 1867. She shared the Nobel Prize in Physics with Henri Becquerel in 1903. "
    "In 1911 she received the Nobel Prize in Chemistry. She died in 1934."
)
TRAINS = (
    "The night train leaves Vienna at 21:38 and reaches Zurich at 8:20. Bicycles travel free of charge. "
    "The ticket office is open Monday to Friday from 8 to 17. Dogs need a muzzle."
)
ORCHARD = "The orchard grows apples and quinces. Apples are picked in October. The cellar holds 900 crates and is kept at 4 degrees."


@dataclass(frozen=True, slots=True)
class SubjectCase:
    document: str
    question: str
    is_answered: bool


# What the rules of subjects.py were set on.
SET_ON = (
    SubjectCase(PEOPLE, "Where does Alice live?", True),
    SubjectCase(PEOPLE, "where does alice live?", True),
    SubjectCase(PEOPLE, "What is Alice's age?", True),
    SubjectCase(PEOPLE, "Who lives in Rome?", True),
    SubjectCase(PEOPLE, "WHERE DOES BOB LIVE?", True),
    SubjectCase(PLANETS, "How long is a year on Mercury?", True),
    SubjectCase(PLANETS, "How hot does it get on Mercury?", True),
    SubjectCase(VISITS, "How many visitors came in 2020?", True),
    SubjectCase(VISITS, "What do adults pay?", True),
    SubjectCase(FIRM, "Who founded Nordwind?", True),
    SubjectCase(FIRM, "When did the company move to Hamburg?", True),
    SubjectCase(FIRM, "How many people does Nordwind employ?", True),
    SubjectCase(CHEMIST, "When did Marie Curie die?", True),
    SubjectCase(CHEMIST, "What did Curie receive in 1911?", True),
    SubjectCase(CHEMIST, "Who shared the prize with Curie?", True),
    SubjectCase(TRAINS, "When does the train leave Vienna?", True),
    SubjectCase(TRAINS, "Is the ticket office open on Wednesdays?", True),
    SubjectCase(ORCHARD, "When are apples picked?", True),
    SubjectCase(ORCHARD, "At what temperature is the cellar kept?", True),
    SubjectCase(ORCHARD, "What grows there?", True),
    SubjectCase(PEOPLE, "Where does Carol live?", False),
    SubjectCase(PEOPLE, "where does carol live?", False),
    SubjectCase(PEOPLE, "What is Carol's age?", False),
    SubjectCase(PEOPLE, "How old is Bob?", False),
    SubjectCase(PEOPLE, "How old is bob?", False),
    SubjectCase(PLANETS, "How long is a year on Venus?", False),
    SubjectCase(PLANETS, "how long is a year on venus?", False),
    SubjectCase(VISITS, "How many visitors came in 2021?", False),
    SubjectCase(VISITS, "How many visitors did the zoo count in 2020?", False),
    SubjectCase(FIRM, "Who founded Südwind?", False),
    SubjectCase(FIRM, "When did Nordwind move to Berlin?", False),
    SubjectCase(FIRM, "Who founded Nordwind in 1998?", False),
    SubjectCase(CHEMIST, "When did Pierre Curie die?", False),
    SubjectCase(CHEMIST, "When was Einstein born?", False),
    SubjectCase(CHEMIST, "Which prize did Curie receive in 1921?", False),
    SubjectCase(TRAINS, "When does the train reach Geneva?", False),
    SubjectCase(TRAINS, "How much does the ferry cost?", False),
    SubjectCase(TRAINS, "Is the ticket office open on Sundays?", False),
    SubjectCase(ORCHARD, "When are cherries picked?", False),
    SubjectCase(ORCHARD, "How many crates does the barn hold?", False),
)  # fmt: skip

LIGHTHOUSE = (
    "The lighthouse of Skerry Point was built in 1854 by Thomas Reid. It is 38 metres high and flashes every ten seconds. "
    "The keeper's cottage was sold to Anna Moore in 1987. Visitors may climb the 196 steps in summer."
)
RELEASE = (
    "Kestrel 3.1 drops support for Windows 7. The installer is 84 MB. Plug-ins written for Kestrel 2 must be recompiled. "
    "Kestrel 3.0 was withdrawn because it lost bookmarks."
)
CLINIC = (
    "The clinic opens at 7. Dr Meier treats children on Tuesdays and Dr Novak sees adults on Thursdays. "
    "Vaccinations need no appointment. Parking costs 2 euros an hour. Prescriptions are sent by the WHO-certified pharmacy."
)
TREATY = (
    "The treaty was signed in Vienna by Italy and Portugal. It entered into force in 1976. France withdrew from it in 1983. "
    "Fishing quotas are reviewed every five years."
)
WOHNUNG = "Anna wohnt in Leipzig und arbeitet als Köchin. Jonas wohnt in Bremen. Das Café schließt um 18 Uhr. Die Miete beträgt 640 Euro."
VILLE = "Claire habite à Lyon. La bibliothèque ouvre à 9 heures. Le musée accueille 300 visiteurs par jour."
GOROD = "Анна живёт в Москве. Иван родился в 1990 году. Библиотека открывается в 9 часов."
CHENGSHI = "小明住在北京。小红住在上海。图书馆九点开门。"
TOSHI = "田中さんは大阪に住んでいます。図書館は九時に開きます。"
MADINA = "تعيش ليلى في القاهرة. تفتح المكتبة في الساعة 9."
CHAT = "User: My dog Rufus is afraid of thunder. Assistant: Poor Rufus! User: I take the 7:40 bus to the office, and my daughter Mira starts school in September."

SET_ON_TOO = (
    SubjectCase(LIGHTHOUSE, "Who built the lighthouse?", True),
    SubjectCase(LIGHTHOUSE, "How tall is it?", True),
    SubjectCase(LIGHTHOUSE, "When did Anna Moore buy the cottage?", True),
    SubjectCase(LIGHTHOUSE, "How many steps does the tower have?", True),
    SubjectCase(RELEASE, "How large is the installer?", True),
    SubjectCase(RELEASE, "Why was Kestrel 3.0 withdrawn?", True),
    SubjectCase(RELEASE, "What must be done with plugins written for Kestrel 2?", True),
    SubjectCase(CLINIC, "When does Doctor Novak see adults?", True),
    SubjectCase(CLINIC, "What does parking cost?", True),
    SubjectCase(CLINIC, "Do I need an appointment for vaccinations?", True),
    SubjectCase(TREATY, "When did the French withdraw?", True),
    SubjectCase(TREATY, "In which year did the treaty take effect?", True),
    SubjectCase(WOHNUNG, "Wo wohnt Anna?", True),
    SubjectCase(WOHNUNG, "Wann schließt das Café?", True),
    SubjectCase(VILLE, "Où habite Claire ?", True),
    SubjectCase(VILLE, "À quelle heure ouvre la bibliothèque ?", True),
    SubjectCase(GOROD, "Где живёт Анна?", True),
    SubjectCase(CHENGSHI, "小明住在哪里?", True),
    SubjectCase(CHENGSHI, "图书馆几点开门?", True),
    SubjectCase(TOSHI, "田中さんはどこに住んでいますか?", True),
    SubjectCase(MADINA, "أين تعيش ليلى؟", True),
    SubjectCase(CHAT, "What is my dog afraid of?", True),
    SubjectCase(CHAT, "When does Mira start school?", True),
    SubjectCase(CHAT, "Which bus do I take?", True),
    SubjectCase(LIGHTHOUSE, "Who built the harbour?", False),
    SubjectCase(LIGHTHOUSE, "When was Thomas Hill born?", False),
    SubjectCase(LIGHTHOUSE, "Who bought the cottage in 1978?", False),
    SubjectCase(RELEASE, "How large is the installer of Falcon?", False),
    SubjectCase(RELEASE, "Does Kestrel 3.1 run on macOS?", False),
    SubjectCase(RELEASE, "Why was Kestrel 2.9 withdrawn?", False),
    SubjectCase(CLINIC, "When does Dr Schulz treat children?", False),
    SubjectCase(CLINIC, "What does the taxi cost?", False),
    SubjectCase(CLINIC, "Who treats children on Fridays?", False),
    SubjectCase(TREATY, "When did Spain withdraw?", False),
    SubjectCase(TREATY, "Was the treaty signed by Italy and Norway?", False),
    SubjectCase(WOHNUNG, "Wo wohnt Carola?", False),
    SubjectCase(WOHNUNG, "Wann schließt das Kino?", False),
    SubjectCase(WOHNUNG, "Wie alt ist Jonas?", False),
    SubjectCase(VILLE, "Où habite Camille ?", False),
    SubjectCase(VILLE, "Combien de visiteurs en 2021 ?", False),
    SubjectCase(GOROD, "Где живёт Ольга?", False),
    SubjectCase(CHENGSHI, "小刚住在哪里?", False),
    SubjectCase(CHENGSHI, "电影院几点开门?", False),
    SubjectCase(TOSHI, "鈴木さんはどこに住んでいますか?", False),
    SubjectCase(MADINA, "أين تعيش كارول؟", False),
    SubjectCase(CHAT, "What is my cat afraid of?", False),
    SubjectCase(CHAT, "When does Leo start school?", False),
    SubjectCase(CHAT, "Which train does my brother take?", False),
)  # fmt: skip

VOYAGE = (
    "The brig Astraea left Bergen on 3 April 1821 under Captain Ole Dahl with a crew of 24. She carried timber and salted cod. "
    "Off Madeira the mate, Jens Holt, fell ill. The voyage took 61 days."
)
LEASE = (
    "The tenant pays 870 euros a month, due on the third working day. The deposit equals two months' rent. "
    "Pets require written consent of the landlord, Ms Irene Falk. Subletting is forbidden. Notice is three months."
)
STARS = "Sirius lies 8.6 light years away. Vega lies 25 light years away and rotates in 12.5 hours. Altair is an A-type star."
MENU = "The canteen serves soup on Mondays and fish on Fridays. A coffee is 1.80 euros. Lunch ends at 14:00. The chef is Paolo Riva."
CUOCO = "Lucia abita a Torino. Il treno parte alle 9. Marco lavora in banca."

# Written after the rules were set. Run once; what was changed afterwards is "a cup of" alone.
HELD_OUT = (
    SubjectCase(VOYAGE, "Who commanded the Astraea?", True),
    SubjectCase(VOYAGE, "What did the brig carry?", True),
    SubjectCase(VOYAGE, "When did the Astraea leave Bergen?", True),
    SubjectCase(VOYAGE, "how long did the voyage take?", True),
    SubjectCase(VOYAGE, "Who fell ill off Madeira?", True),
    SubjectCase(LEASE, "How much is the rent?", True),
    SubjectCase(LEASE, "Who is the landlord?", True),
    SubjectCase(LEASE, "May I sublet the flat?", True),
    SubjectCase(LEASE, "How high is the deposit?", True),
    SubjectCase(STARS, "How far away is Vega?", True),
    SubjectCase(STARS, "What kind of star is Altair?", True),
    SubjectCase(MENU, "When does lunch end?", True),
    SubjectCase(MENU, "What does the canteen serve on Friday?", True),
    SubjectCase(MENU, "What's the chef's name?", True),
    SubjectCase(MENU, "How much does a cup of coffee cost?", True),
    SubjectCase(CUOCO, "Dove abita Lucia?", True),
    SubjectCase(VOYAGE, "Who commanded the Calypso?", False),
    SubjectCase(VOYAGE, "When did the Astraea leave Lisbon?", False),
    SubjectCase(VOYAGE, "What did the Astraea carry in 1822?", False),
    SubjectCase(VOYAGE, "how old was jens holt?", False),
    SubjectCase(VOYAGE, "How many guns did the frigate have?", False),
    SubjectCase(LEASE, "How much is the parking space?", False),
    SubjectCase(LEASE, "What does Mr Brandt pay?", False),
    SubjectCase(LEASE, "How many rooms does the flat have?", False),
    SubjectCase(STARS, "How far away is Rigel?", False),
    SubjectCase(STARS, "In how many hours does Sirius rotate?", False),
    SubjectCase(STARS, "how far away is deneb", False),
    SubjectCase(MENU, "What does the canteen serve on Tuesdays?", False),
    SubjectCase(MENU, "When does breakfast end?", False),
    SubjectCase(MENU, "What is the price of a beer?", False),
    SubjectCase(MENU, "Who is the chef of the Belvedere?", False),
    SubjectCase(CUOCO, "Dove abita Carlo?", False),
)  # fmt: skip
