"""Drafts that are not what the documents say, found by asking as a newcomer would, and right ones beside them."""

from __future__ import annotations

from review_cases import SaidCase

CURIE = (
    "Marie Curie was born in Warsaw in 1867. She moved to Paris in 1891 to study physics. With her husband Pierre she discovered "
    "polonium and radium in 1898. She won the Nobel Prize in Physics in 1903 and in Chemistry in 1911. She died in 1934 of aplastic "
    "anaemia. Her daughter Irène also won a Nobel Prize.",
)
_FAMILY = (
    "Tom is older than Jane. Jane is 12. Their mother, Ruth, works at a bank. Their father Paul is a teacher. "
    "Their uncle Bill lives in Cardiff with his wife Sue.",
)
_CONTACT = ("Contact: billing@northwind.example, phone +49 30 1234567.",)
_MOZART = ("Mozart was born in Salzburg. Mozart died in 1791, Beethoven in 1827.",)
_ACCOUNT = ("The account number is DE89 3704 0044 0532 0130 00.",)
_HOTEL = (
    "Hotel Bora is in Split. The Hotel Bora has 45 rooms. Breakfast is from 7:00 to 10:00. Dogs are not allowed.",
)
_INVOICE = (
    "Invoice 2024-118. Issued by Northwind Ltd on 14 March 2024. Customer: Joss Weatherly. Total: 1,240 euros.",
)
_EDITION = ("The free edition is limited to three projects. The team edition costs 9 euros a month.",)
_EINSTEIN = ("Einstein moved to Princeton in 1933. His wife Elsa died in 1936.",)
_CONTRACT = (
    "This agreement is between Northwind Ltd and Joss Weatherly. Either party may terminate the agreement with 30 days notice.",
)
_WARRANTY = ("The warranty covers manufacturing defects for two years. The battery is excluded.",)

# Words of the documents put together to what they do not say.
UNTRUE = (
    SaidCase("How many Nobel Prizes did Marie Curie win?", CURIE, "Marie Curie won the Nobel Prize in Physics in 1911."),
    SaidCase("How many Nobel Prizes did Marie Curie win?", CURIE, "Marie Curie won the Nobel Prize in Physics in 1903."),
    SaidCase("Which prize did Marie Curie win in 1911?", CURIE, "Marie Curie won the Nobel Prize in Physics in 1911."),
    SaidCase("When did Marie Curie win the Nobel Prize in Chemistry?", CURIE, "Marie Curie won the Nobel Prize in Chemistry in 1903."),
    SaidCase("When did Pierre Curie die?", CURIE, "Marie Curie died in 1934."),
    SaidCase("When did Pierre Curie die?", CURIE, "Pierre Curie died in 1934."),
    SaidCase("Who is the teacher?", _FAMILY, "The teacher is Tom."),
    SaidCase("Is Tom a teacher?", _FAMILY, "Tom is a teacher."),
    SaidCase("Who lives in Cardiff?", _FAMILY, "Tom lives in Cardiff."),
    SaidCase("Who is Sue?", _FAMILY, "Sue is the wife of Tom."),
    SaidCase("When did Einstein die?", _EINSTEIN, "Einstein died in 1936."),
    SaidCase("Did Marie Curie win the Nobel Prize in Physics in 1911?", CURIE, "Yes, Marie Curie won the Nobel Prize in Physics in 1911."),
    SaidCase("Who was her husband?", CURIE, "Marie Curie was her husband Pierre."),
    SaidCase("Who was the husband?", CURIE, "The husband was Marie Curie."),
    SaidCase("What's the phone number?", _CONTACT, "The phone number is 1234567."),
    SaidCase("What's the phone number?", _CONTACT, "1234567"),
    SaidCase("What is the account number?", _ACCOUNT, "The account number is 3704 0044."),
    SaidCase("Where did Mozart die?", _MOZART, "Mozart died in 1791, Beethoven in 1827."),
    SaidCase("Where did Mozart die?", _MOZART, "Mozart died in 1791."),
    SaidCase("When was Mozart born?", _MOZART, "Mozart was born in Salzburg."),
)  # fmt: skip
TRUE = (
    SaidCase("Which prize did Marie Curie win in 1911?", CURIE, "Marie Curie won the Nobel Prize in Chemistry in 1911."),
    SaidCase("When did Marie Curie win the Nobel Prize in Physics?", CURIE, "Marie Curie won the Nobel Prize in Physics in 1903."),
    SaidCase("When did Marie Curie die?", CURIE, "Marie Curie died in 1934."),
    SaidCase("Who discovered polonium?", CURIE, "Marie Curie discovered polonium."),
    SaidCase("Who is the teacher?", _FAMILY, "Their father Paul is a teacher."),
    SaidCase("Who is Tom's father?", _FAMILY, "Tom's father is Paul."),
    SaidCase("Where does Bill live?", _FAMILY, "Bill lives in Cardiff."),
    SaidCase("What's the phone number?", _CONTACT, "The phone number is +49 30 1234567."),
    SaidCase("What is the account number?", _ACCOUNT, "The account number is DE89 3704 0044 0532 0130 00."),
    SaidCase("How many people live in Drayle?", ("In 2020 1 240 000 people live in Drayle.",), "1 240 000 people live in Drayle."),
    SaidCase("Where was Mozart born?", _MOZART, "Mozart was born in Salzburg."),
    SaidCase("When did Mozart die?", _MOZART, "Mozart died in 1791."),
)  # fmt: skip
# Sentences that bear on the question and do not answer it.
NEAREST = (
    SaidCase("How much does the free edition cost?", _EDITION, "The documents are silent.", ("cannot tell",)),
    SaidCase("Where did Elsa die?", _EINSTEIN, "Berlin.", ("cannot tell",)),
    SaidCase("Who are the parties?", _CONTRACT, "Nobody at all.", ("cannot tell",)),
    SaidCase("What does the warranty not cover?", _WARRANTY, "Water damage.", ("cannot tell",)),
)  # fmt: skip
# The sentence that answers is quoted.
BEST = (
    SaidCase("Are dogs allowed at Hotel Bora?", _HOTEL, "Yes, dogs are welcome.", ("“Dogs are not allowed.” [1]",), ("45 rooms", "outright")),
    SaidCase("Who issued the invoice?", _INVOICE, "Joss issued it to Tom.", ("Issued by Northwind Ltd",), ("cannot tell",)),
    SaidCase("Who is the customer?", _INVOICE, "Tom.", ("Customer: Joss Weatherly.",), ("outright", "Issued")),
)  # fmt: skip
