"""Graded questions about six short documents: what can be answered, and by which document."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.seams import Document

DOCUMENTS = (
    Document(
        "handbook",
        "Employees accrue 25 days of paid leave a year. Unused leave expires on 31 March of the following year. "
        "Requests for more than ten consecutive days must be approved by the head of department. "
        "Sick leave does not count against paid leave; a doctor's note is needed from the third day.",
        "Staff handbook",
    ),
    Document(
        "pump",
        "The P-200 pump delivers 40 litres a minute at 3 bar. Do not run the pump dry: the seal is destroyed within "
        "thirty seconds. Replace the seal every 2,000 operating hours. The motor draws 1.5 kW from a 230 V supply. "
        "The pump weighs 18 kg and its housing is made of stainless steel.",
        "P-200 manual",
    ),
    Document(
        "minutes",
        "The board met on 4 May. Present: Ms Okafor (chair), Mr Lindqvist, Dr Haddad. The board approved the purchase of "
        "the Riverside warehouse for 2.4 million euros. Dr Haddad voted against. The opening of the Lisbon office was "
        "postponed until autumn. The next meeting takes place on 8 June.",
        "Board minutes",
    ),
    Document(
        "recipe",
        "For the rye bread, mix 500 g of rye flour with 350 ml of warm water, 10 g of salt and the sourdough. "
        "Let the dough rest for twelve hours. Bake it at 250 degrees for fifteen minutes, then at 200 degrees for another "
        "forty minutes. The loaf keeps for a week in a linen bag.",
        "Baking notes",
    ),
    Document(
        "heron",
        "The grey heron nests in colonies high in trees. A clutch has three to five bluish eggs, which both parents "
        "incubate for 25 days. Herons eat fish, frogs and voles. In flight the heron carries its neck drawn in, unlike "
        "the stork. The oldest ringed bird reached 37 years.",
        "Bird guide",
    ),
    Document(
        "bike",
        "User: My bike is turquoise and I call it Pelikan. Assistant: What a nice name for a bicycle! "
        "User: I ride to work on Mondays and Thursdays, eleven kilometres each way.",
        "Conversation of 3 March",
        score=None,
    ),
)


@dataclass(frozen=True, slots=True)
class Case:
    """`number` is the document that answers, None when none does."""

    question: str
    number: int | None


CASES = (
    Case("How many days of paid leave do employees get?", 1),
    Case("When does unused leave expire?", 1),
    Case("Who approves more than ten days of leave?", 1),
    Case("Is a doctor's note needed for sick leave?", 1),
    Case("How much water does the pump deliver?", 2),
    Case("How often must the seal of the pump be replaced?", 2),
    Case("What happens when the P-200 runs dry?", 2),
    Case("How heavy is the P-200 pump?", 2),
    Case("What is the pump housing made of?", 2),
    Case("Which power supply does the pump need?", 2),
    Case("What did the board approve?", 3),
    Case("Who voted against the warehouse?", 3),
    Case("When is the next board meeting?", 3),
    Case("What was postponed by the board?", 3),
    Case("How much did the Riverside warehouse cost?", 3),
    Case("How long does the rye dough rest?", 4),
    Case("How much salt goes into the rye bread?", 4),
    Case("At which temperature is the bread baked?", 4),
    Case("How long does the loaf keep?", 4),
    Case("What do herons eat?", 5),
    Case("How long do herons incubate their eggs?", 5),
    Case("How does a heron carry its neck in flight?", 5),
    Case("What colour is my bike?", 6),
    Case("What do I call my bike?", 6),
    Case("On which days do I ride to work?", 6),
    Case("What is the capital of France?", None),
    Case("Who wrote Romeo and Juliet?", None),
    Case("How many planets orbit the sun?", None),
    Case("What is the maximum parental allowance?", None),
    Case("How tall is the Eiffel tower?", None),
    Case("Which programming language is used for the website?", None),
    Case("How fast can a cheetah run?", None),
    Case("What is the phone number of the help desk?", None),
    Case("Who is the president of Brazil?", None),
    Case("What is the warranty of the washing machine?", None),
    Case("When was the company founded?", None),
    Case("How do I reset my password?", None),
    Case("What does a litre of petrol cost today?", None),
    Case("Which vaccine protects against measles?", None),
    Case("What is the name of my cat?", None),
    Case("What is the colour of the heron's legs?", None),
    Case("How much does the pump cost?", None),
    Case("Who is the head of the sales department?", None),
    Case("How many loaves can the oven hold?", None),
    Case("What is the noise level of the pump?", None),
)  # fmt: skip


# fmt: off
# Held out: written after everything was set, asked in other words than the documents', and never used to set anything.
HELD_OUT_DOCUMENTS = (
    Document("library", "The library is open Monday to Friday from 9 to 18 and on Saturday until 13. Members may borrow up to eight items for four weeks. Late returns cost 20 cents per day. Rooms for study groups can be reserved online two weeks ahead.", "Library"),
    Document("aspirin", "Aspirin was first sold by Bayer in 1899. It eases pain and lowers fever by blocking the enzyme cyclooxygenase. It should not be given to children with a viral infection. A common tablet contains 500 milligrams.", "Drug leaflet"),
    Document("tour", "The Meridian bicycle tour covers 640 kilometres in seven stages. Riders sleep in guest houses. Registration closes at the end of February; the fee of 890 euros includes breakfast and luggage transport. Helmets are mandatory.", "Tour"),
    Document("chat", "User: My sister Clara studies marine biology in Bergen. Assistant: That sounds exciting! User: My allergy is to peanuts, so please keep that in mind. My birthday is on 12 October.", "chat"),
    Document("firmware", "Version 4.2 of the router firmware fixes a crash when more than 64 clients connect. To update, open the web interface, choose Maintenance and upload the file. The device restarts after about three minutes. Settings are preserved.", "Firmware notes"),
)
HELD_OUT_ANSWERABLE = (
    "When can I visit the library on Saturdays?", "How many books can I take home?", "What is the penalty for bringing books back too late?",
    "Can we book a room for our study group?", "Until when is the library open during the week?", "Who brought aspirin to market first?",
    "How does aspirin work?", "May kids take aspirin when they have the flu?", "How much active substance is in one pill?",
    "In which year did aspirin go on sale?", "How long is the bike tour?", "What does participation cost?",
    "Where do cyclists spend the night?", "What is the deadline to sign up?", "Do I have to wear a helmet?", "What does my sister do?",
    "Where does Clara live?", "Which food must I avoid?", "When was I born?", "What's my sister called?",
    "What does the firmware update repair?", "How do I install the new firmware?", "How long does the reboot take?",
    "Will I lose my configuration when updating?", "How many clients crashed the router?",
)
HELD_OUT_UNANSWERABLE = (
    "What is the capital of Norway?", "Who discovered penicillin?", "How do I bake sourdough bread?", "What's the weather tomorrow?",
    "Which team won the world cup in 2014?", "What is my brother's name?", "Does the library lend laptops?",
    "What are the side effects of ibuprofen?", "Is dinner included in the tour?", "What is the router's default password?",
    "How old is Clara?", "Who manufactures the router?", "What is the meaning of life?", "Write a haiku about autumn",
    "How many employees does Bayer have?", "What is my favourite colour?", "How far is the moon?", "Which gears do the bikes have?",
    "Is there a café in the library?", "Explain recursion",
)
# fmt: on
