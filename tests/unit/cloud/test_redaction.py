"""The filter on two lists of texts, its placeholders, and that no text makes it slow."""

from __future__ import annotations

import time

import pytest

from orchestrator.cloud.redaction import Redactor
from tests.unit.cloud.pii_cases import (
    FIRST,
    FIRST_CLEAN,
    FORMS_OF_TOOLS,
    FORMS_OF_TOOLS_CLEAN,
    KNOWN_FALSE_ALARMS,
    LATER,
    LATER_CLEAN,
    PERSONAL,
    PERSONAL_CLEAN,
    REVIEWED,
    REVIEWED_AGAIN,
    REVIEWED_AGAIN_CLEAN,
    REVIEWED_CLEAN,
    REVIEWED_LAST,
    REVIEWED_LAST_CLEAN,
    SECOND,
    SECOND_CLEAN,
)

REDACTOR = Redactor()


@pytest.mark.parametrize(
    ("text", "secret"),
    [*FIRST, *SECOND, *LATER, *REVIEWED, *REVIEWED_LAST, *REVIEWED_AGAIN, *FORMS_OF_TOOLS, *PERSONAL],
)
def test_what_must_be_found_is_taken_out(text: str, secret: str) -> None:
    redacted = REDACTOR.redact(text)
    assert secret not in redacted.text
    # Nor may a part of it be left: its ends are what a wrong span leaves.
    assert not any(part in redacted.text for part in (secret[:6], secret[-5:]))
    assert sum(redacted.found.values()) >= 1


@pytest.mark.parametrize(
    "text",
    [
        *FIRST_CLEAN,
        *SECOND_CLEAN,
        *LATER_CLEAN,
        *REVIEWED_CLEAN,
        *REVIEWED_LAST_CLEAN,
        *REVIEWED_AGAIN_CLEAN,
        *FORMS_OF_TOOLS_CLEAN,
        *PERSONAL_CLEAN,
    ],
)
def test_what_is_none_is_left(text: str) -> None:
    assert REDACTOR.redact(text).text == text


@pytest.mark.parametrize("text", KNOWN_FALSE_ALARMS)
def test_false_alarms_are_known(text: str) -> None:
    assert REDACTOR.redact(text).found


def test_the_rest_of_the_text_stays_as_it_is() -> None:
    text = "Hi,\n  I am jane@example.com (card 4111 1111 1111 1111) – bye.\n"
    redacted = REDACTOR.redact(text)
    assert redacted.text == "Hi,\n  I am [EMAIL_REDACTED] (card [CARD_REDACTED]) – bye.\n"
    assert redacted.found == {"email": 1, "card": 1}


def test_what_overlaps_is_taken_out_once() -> None:
    redacted = REDACTOR.redact("postgres://bob:jane@example.com:5432/x")
    assert "jane" not in redacted.text
    assert sum(redacted.found.values()) == 1


def test_a_name_of_a_value_stays_and_the_value_goes() -> None:
    assert REDACTOR.redact('{"password": "Tr0ub4dor"}').text == '{"password": "[CREDENTIAL_REDACTED]"}'


def test_a_key_longer_than_any_is_taken_out_whole() -> None:
    assert REDACTOR.redact("sk-" + "aB3" * 5000).text == "[API_KEY_REDACTED]"


@pytest.mark.parametrize("region", ["US", "DE"])
def test_numbers_without_a_country_code_are_those_of_the_region(region: str) -> None:
    found = {"US": "(212) 736-5000", "DE": "030 901820"}
    assert "[PHONE_REDACTED]" in Redactor(region).redact(f"Call {found[region]} now").text


HOSTILE = ("1.", "12 345 678 9", "sk-", "eyJ", "-----BEGIN PRIVATE KEY-----", "password=", "a@", ":", "ab:", "a://a:", "+41 44 668 18 00 ", "token is ", "DE89 3704 ", "\\", "- ", "password for a ", "password: a b ", "passport ", "a at b dot ", "a (at) ", "key aB3", "-u a:", "AB12", "123(", "1/", "(212 ", "mot de passe ", "contraseña es a ", "bearer: ", "cvv ", "password ", "password(", "password from ", "abcd1 is my ", "abcd1 ", "<password>", "key: a1", "key->", "key(", "a:b1c@", "1111\n", "00", "0049 ", "a @ b.", "mysql -u ", "mysql -p", "cookie: a=b; ", "a=b; ", "'auth': 'a", "a:_auth", "pin of a ", "code for a ", "1234 is my a ", "123456789 is my a ", "123456789 ", "version ", "login: a / ", "born on ", "4 May ", "a dot ", "a (dot) ", "id card ")  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_makes_it_slow(piece: str) -> None:
    """Four times the text takes about four times as long, not sixteen."""
    times = []
    for size in (10_000, 40_000):
        text = (piece * size)[:size]
        spent = []
        for _ in range(3):
            began = time.thread_time()
            REDACTOR.redact(text)
            spent.append(time.thread_time() - began)
        times.append(min(spent))
    assert times[1] < max(8 * times[0], 0.1)


def test_nothing_is_redacted_of_nothing() -> None:
    assert REDACTOR.redact("").text == ""
