"""Questions by what they are about: half of them about something that the document does not hold.

`says` is what a model says: the right answer where there is one, else one that fits the document and is made up.
"""

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
    says: str
    is_answered: bool


# What the rules of subjects.py were set on.
SET_ON = (
    SubjectCase(PEOPLE, "Where does Alice live?", "Alice lives in Paris [1].", True),
    SubjectCase(PEOPLE, "where does alice live?", "Alice lives in Paris.", True),
    SubjectCase(PEOPLE, "What is Alice's age?", "Alice is 30 years old.", True),
    SubjectCase(PEOPLE, "Who lives in Rome?", "Bob lives in Rome.", True),
    SubjectCase(PEOPLE, "WHERE DOES BOB LIVE?", "Bob lives in Rome.", True),
    SubjectCase(PLANETS, "How long is a year on Mercury?", "A year on Mercury is 88 Earth days long.", True),
    SubjectCase(PLANETS, "How hot does it get on Mercury?", "Its surface reaches 430 degrees.", True),
    SubjectCase(VISITS, "How many visitors came in 2020?", "In 2020 the museum counted 41,000 visitors.", True),
    SubjectCase(VISITS, "What do adults pay?", "Entry costs 12 euros.", True),
    SubjectCase(FIRM, "Who founded Nordwind?", "Petra Hansen founded it.", True),
    SubjectCase(FIRM, "When did the company move to Hamburg?", "It moved to Hamburg in 2008.", True),
    SubjectCase(FIRM, "How many people does Nordwind employ?", "It employs 260 people.", True),
    SubjectCase(CHEMIST, "When did Marie Curie die?", "She died in 1934.", True),
    SubjectCase(CHEMIST, "What did Curie receive in 1911?", "She received the Nobel Prize in Chemistry.", True),
    SubjectCase(CHEMIST, "Who shared the prize with Curie?", "Henri Becquerel shared it.", True),
    SubjectCase(TRAINS, "When does the train leave Vienna?", "It leaves at 21:38.", True),
    SubjectCase(TRAINS, "Is the ticket office open on Wednesdays?", "Yes, it is open Monday to Friday from 8 to 17.", True),
    SubjectCase(ORCHARD, "When are apples picked?", "Apples are picked in October.", True),
    SubjectCase(ORCHARD, "At what temperature is the cellar kept?", "It is kept at 4 degrees.", True),
    SubjectCase(ORCHARD, "What grows there?", "The orchard grows apples and quinces.", True),
    SubjectCase(PEOPLE, "Where does Carol live?", "Carol lives in Rome [1].", False),
    SubjectCase(PEOPLE, "where does carol live?", "Carol lives in Rome [1].", False),
    SubjectCase(PEOPLE, "What is Carol's age?", "She is 30 years old [1].", False),
    SubjectCase(PEOPLE, "How old is Bob?", "Bob is 30 years old [1].", False),
    SubjectCase(PEOPLE, "How old is bob?", "He is 30 years old.", False),
    SubjectCase(PLANETS, "How long is a year on Venus?", "A year on Venus is 88 Earth days long [1].", False),
    SubjectCase(PLANETS, "how long is a year on venus?", "It is 88 Earth days long.", False),
    SubjectCase(VISITS, "How many visitors came in 2021?", "In 2021 the museum counted 41,000 visitors.", False),
    SubjectCase(VISITS, "How many visitors did the zoo count in 2020?", "It counted 41,000 visitors.", False),
    SubjectCase(FIRM, "Who founded Südwind?", "Petra Hansen founded it.", False),
    SubjectCase(FIRM, "When did Nordwind move to Berlin?", "It moved in 2008.", False),
    SubjectCase(FIRM, "Who founded Nordwind in 1998?", "Petra Hansen founded it.", False),
    SubjectCase(CHEMIST, "When did Pierre Curie die?", "He died in 1934.", False),
    SubjectCase(CHEMIST, "When was Einstein born?", "He was born in 1867.", False),
    SubjectCase(CHEMIST, "Which prize did Curie receive in 1921?", "She received the Nobel Prize in Chemistry.", False),
    SubjectCase(TRAINS, "When does the train reach Geneva?", "It reaches Geneva at 8:20.", False),
    SubjectCase(TRAINS, "How much does the ferry cost?", "It is free of charge.", False),
    SubjectCase(TRAINS, "Is the ticket office open on Sundays?", "It is open Monday to Friday from 8 to 17.", False),
    SubjectCase(ORCHARD, "When are cherries picked?", "They are picked in October.", False),
    SubjectCase(ORCHARD, "How many crates does the barn hold?", "It holds 900 crates.", False),
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
    SubjectCase(LIGHTHOUSE, "Who built the lighthouse?", "It was built by Thomas Reid.", True),
    SubjectCase(LIGHTHOUSE, "How tall is it?", "It is 38 metres high.", True),
    SubjectCase(LIGHTHOUSE, "When did Anna Moore buy the cottage?", "The cottage was sold to her in 1987.", True),
    SubjectCase(LIGHTHOUSE, "How many steps does the tower have?", "It has 196 steps.", True),
    SubjectCase(RELEASE, "How large is the installer?", "The installer is 84 MB.", True),
    SubjectCase(RELEASE, "Why was Kestrel 3.0 withdrawn?", "It lost bookmarks.", True),
    SubjectCase(RELEASE, "What must be done with plugins written for Kestrel 2?", "They must be recompiled.", True),
    SubjectCase(CLINIC, "When does Doctor Novak see adults?", "He sees adults on Thursdays.", True),
    SubjectCase(CLINIC, "What does parking cost?", "Parking costs 2 euros an hour.", True),
    SubjectCase(CLINIC, "Do I need an appointment for vaccinations?", "Vaccinations need no appointment.", True),
    SubjectCase(TREATY, "When did the French withdraw?", "France withdrew in 1983.", True),
    SubjectCase(TREATY, "In which year did the treaty take effect?", "It entered into force in 1976.", True),
    SubjectCase(WOHNUNG, "Wo wohnt Anna?", "Anna wohnt in Leipzig.", True),
    SubjectCase(WOHNUNG, "Wann schließt das Café?", "Es schließt um 18 Uhr.", True),
    SubjectCase(VILLE, "Où habite Claire ?", "Claire habite à Lyon.", True),
    SubjectCase(VILLE, "À quelle heure ouvre la bibliothèque ?", "Elle ouvre à 9 heures.", True),
    SubjectCase(GOROD, "Где живёт Анна?", "Анна живёт в Москве.", True),
    SubjectCase(CHENGSHI, "小明住在哪里?", "小明住在北京。", True),
    SubjectCase(CHENGSHI, "图书馆几点开门?", "图书馆九点开门。", True),
    SubjectCase(TOSHI, "田中さんはどこに住んでいますか?", "田中さんは大阪に住んでいます。", True),
    SubjectCase(MADINA, "أين تعيش ليلى؟", "تعيش ليلى في القاهرة.", True),
    SubjectCase(CHAT, "What is my dog afraid of?", "Your dog is afraid of thunder.", True),
    SubjectCase(CHAT, "When does Mira start school?", "She starts in September.", True),
    SubjectCase(CHAT, "Which bus do I take?", "You take the 7:40 bus.", True),
    SubjectCase(LIGHTHOUSE, "Who built the harbour?", "It was built by Thomas Reid.", False),
    SubjectCase(LIGHTHOUSE, "When was Thomas Hill born?", "He was born in 1854.", False),
    SubjectCase(LIGHTHOUSE, "Who bought the cottage in 1978?", "Anna Moore bought it.", False),
    SubjectCase(RELEASE, "How large is the installer of Falcon?", "It is 84 MB.", False),
    SubjectCase(RELEASE, "Does Kestrel 3.1 run on macOS?", "It drops support for macOS.", False),
    SubjectCase(RELEASE, "Why was Kestrel 2.9 withdrawn?", "It lost bookmarks.", False),
    SubjectCase(CLINIC, "When does Dr Schulz treat children?", "Dr Schulz treats children on Tuesdays.", False),
    SubjectCase(CLINIC, "What does the taxi cost?", "It costs 2 euros an hour.", False),
    SubjectCase(CLINIC, "Who treats children on Fridays?", "Dr Meier treats children.", False),
    SubjectCase(TREATY, "When did Spain withdraw?", "Spain withdrew in 1983.", False),
    SubjectCase(TREATY, "Was the treaty signed by Italy and Norway?", "It was signed by Italy and Portugal.", False),
    SubjectCase(WOHNUNG, "Wo wohnt Carola?", "Carola wohnt in Bremen.", False),
    SubjectCase(WOHNUNG, "Wann schließt das Kino?", "Es schließt um 18 Uhr.", False),
    SubjectCase(WOHNUNG, "Wie alt ist Jonas?", "Er ist 18.", False),
    SubjectCase(VILLE, "Où habite Camille ?", "Camille habite à Lyon.", False),
    SubjectCase(VILLE, "Combien de visiteurs en 2021 ?", "Il y a 300 visiteurs.", False),
    SubjectCase(GOROD, "Где живёт Ольга?", "Ольга живёт в Москве.", False),
    SubjectCase(CHENGSHI, "小刚住在哪里?", "小刚住在北京。", False),
    SubjectCase(CHENGSHI, "电影院几点开门?", "九点开门。", False),
    SubjectCase(TOSHI, "鈴木さんはどこに住んでいますか?", "鈴木さんは大阪に住んでいます。", False),
    SubjectCase(MADINA, "أين تعيش كارول؟", "تعيش كارول في القاهرة.", False),
    SubjectCase(CHAT, "What is my cat afraid of?", "Your cat is afraid of thunder.", False),
    SubjectCase(CHAT, "When does Leo start school?", "He starts in September.", False),
    SubjectCase(CHAT, "Which train does my brother take?", "He takes the 7:40.", False),
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
    SubjectCase(VOYAGE, "Who commanded the Astraea?", "Captain Ole Dahl commanded her.", True),
    SubjectCase(VOYAGE, "What did the brig carry?", "She carried timber and salted cod.", True),
    SubjectCase(VOYAGE, "When did the Astraea leave Bergen?", "She left on 3 April 1821.", True),
    SubjectCase(VOYAGE, "how long did the voyage take?", "The voyage took 61 days.", True),
    SubjectCase(VOYAGE, "Who fell ill off Madeira?", "Jens Holt, the mate, fell ill.", True),
    SubjectCase(LEASE, "How much is the rent?", "The tenant pays 870 euros a month.", True),
    SubjectCase(LEASE, "Who is the landlord?", "The landlord is Ms Irene Falk.", True),
    SubjectCase(LEASE, "May I sublet the flat?", "Subletting is forbidden.", True),
    SubjectCase(LEASE, "How high is the deposit?", "The deposit equals two months' rent.", True),
    SubjectCase(STARS, "How far away is Vega?", "Vega lies 25 light years away.", True),
    SubjectCase(STARS, "What kind of star is Altair?", "Altair is an A-type star.", True),
    SubjectCase(MENU, "When does lunch end?", "Lunch ends at 14:00.", True),
    SubjectCase(MENU, "What does the canteen serve on Friday?", "It serves fish on Fridays.", True),
    SubjectCase(MENU, "What's the chef's name?", "The chef is Paolo Riva.", True),
    SubjectCase(MENU, "How much does a cup of coffee cost?", "A coffee is 1.80 euros.", True),
    SubjectCase(CUOCO, "Dove abita Lucia?", "Lucia abita a Torino.", True),
    SubjectCase(VOYAGE, "Who commanded the Calypso?", "Captain Ole Dahl commanded her.", False),
    SubjectCase(VOYAGE, "When did the Astraea leave Lisbon?", "She left on 3 April 1821.", False),
    SubjectCase(VOYAGE, "What did the Astraea carry in 1822?", "She carried timber and salted cod.", False),
    SubjectCase(VOYAGE, "how old was jens holt?", "He was 24.", False),
    SubjectCase(VOYAGE, "How many guns did the frigate have?", "The frigate had 24 guns.", False),
    SubjectCase(LEASE, "How much is the parking space?", "The parking space is 870 euros a month.", False),
    SubjectCase(LEASE, "What does Mr Brandt pay?", "Mr Brandt pays 870 euros a month.", False),
    SubjectCase(LEASE, "How many rooms does the flat have?", "The flat has three rooms.", False),
    SubjectCase(STARS, "How far away is Rigel?", "Rigel lies 25 light years away.", False),
    SubjectCase(STARS, "In how many hours does Sirius rotate?", "Sirius rotates in 12.5 hours.", False),
    SubjectCase(STARS, "how far away is deneb", "It lies 8.6 light years away.", False),
    SubjectCase(MENU, "What does the canteen serve on Tuesdays?", "It serves soup.", False),
    SubjectCase(MENU, "When does breakfast end?", "Breakfast ends at 14:00.", False),
    SubjectCase(MENU, "What is the price of a beer?", "A beer is 1.80 euros.", False),
    SubjectCase(MENU, "Who is the chef of the Belvedere?", "The chef is Paolo Riva.", False),
    SubjectCase(CUOCO, "Dove abita Carlo?", "Carlo abita a Torino.", False),
)  # fmt: skip
