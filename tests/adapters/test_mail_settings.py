"""Addresses, the settings of a mail server, and how a header is written."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

import pytest

from hotelpay import InvalidValue
from hotelpay.adapters.mail import Mailbox, Recipient, Rendered, SmtpMailer, SmtpServer, Tls
from hotelpay.adapters.mail.message import Envelope, envelope_of, message_of
from hotelpay.moments import instant

AT = instant(datetime(2024, 7, 10, 9, 1, tzinfo=UTC))
SECRET = "open-the-letterbox"  # noqa: S105  it opens nothing
DESK = Mailbox("desk@hotel.example")


def refusal(build: Callable[..., object], *given: Any, **fields: Any) -> str:
    with pytest.raises(InvalidValue) as caught:
        build(*given, **fields)
    return str(caught.value)


# Addresses.


@pytest.mark.parametrize(
    "address",
    [
        "a@b",
        "anna.schmidt+hotel@guests.example",
        "o'neil@x-y.example",
        "анна@пример.рф",
        "x" * 64 + "@example.com",
        "a@" + "x" * 63 + ".example",
    ],
)
def test_an_address_is_a_name_at_a_domain(address: str) -> None:
    assert Mailbox(address).address == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@",
        "@example.com",
        "a@b@c",
        "a b@example.com",
        ".a@example.com",
        "a..b@example.com",
        "a@example..com",
        "a@-example.com",
        "a@example.com.",
        "a@[127.0.0.1]",
        '"a b"@example.com',
        "Anna <a@example.com>",
        "a@example.com, b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com\n",
        "a\u00a0@example.com",
        "a\u2028@example.com",
        "=?utf-8?q?a?=@example.com",
        "x" * 65 + "@example.com",
        "ж" * 33 + "@example.com",
        "a@" + "x" * 64 + ".example",
        "a@" + ".".join(["x" * 60] * 5),
        "a\ud800@example.com",
        None,
        7,
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(address: Any) -> None:
    told = "address: 'what was given' is not an e-mail address of the form \"name@example.com\""
    assert refusal(Mailbox, address) == told


def test_a_name_is_a_text() -> None:
    assert refusal(Mailbox, "a@b.example", 7) == "name: 7 (int) is not a text"


def test_an_address_is_in_no_repr() -> None:
    assert "anna" not in repr((Mailbox("anna@example.com", "anna"), Recipient(address="anna@x", name="anna")))


def test_a_sender_has_an_address_that_every_server_takes() -> None:
    server = SmtpServer(host="mail.example")
    odd = Mailbox("écrire@hotel.example")
    parts: dict[str, Any] = {"server": server, "templates": {}, "address_book": None, "clock": lambda: AT}
    assert refusal(SmtpMailer, sender=odd, **parts).endswith("is not an address in ASCII, its domain in the form xn--…")
    assert refusal(SmtpMailer, sender=DESK, reply_to=odd, **parts).startswith("reply_to: ")


# Settings.


def test_settings_are_those_of_a_submission_server_unless_told_otherwise() -> None:
    server = SmtpServer(host="mail.example")
    assert (server.port, server.tls, server.timeout_seconds) == (587, Tls.STARTTLS, 10)
    assert str(server) == "mail.example:587"
    assert str(SmtpServer(host="::1", port=25)) == "[::1]:25"


@pytest.mark.parametrize(
    "host", ["localhost", "mail_1.example.com", "10.0.0.1", "::1", "fe80::1", "xn--e1afmkfd.xn--p1ai"]
)
def test_a_server_has_a_name_or_an_address(host: str) -> None:
    assert SmtpServer(host=host, local_hostname="pms.example").host == host


@pytest.mark.parametrize(
    "fields",
    [
        {"host": ""},
        {"host": "mail example"},
        {"host": "mail..example"},
        {"host": "x" * 64},
        {"host": "пример.рф"},
        {"host": "mail.example\r\n"},
        {"host": ".".join(["x" * 60] * 5)},
        {"host": 7},
        {"port": 0},
        {"port": 65_536},
        {"port": "25"},
        {"tls": "starttls"},
        {"timeout_seconds": 0},
        {"timeout_seconds": 301},
        {"timeout_seconds": 0.5},
        {"local_hostname": ""},
        {"local_hostname": "a\r\nMAIL FROM:<x>"},
        {"username": "desk"},
        {"password": SECRET},
        {"username": "desk", "password": SECRET + "\n"},
        {"username": "desk", "password": SECRET + "ä"},
        {"username": "desk", "password": SECRET, "tls": Tls.NONE},
        {"username": "", "password": SECRET},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused_without_the_password(fields: dict[str, Any]) -> None:
    told = refusal(SmtpServer, **({"host": "mail.example"} | fields))
    assert " is not " in told
    assert SECRET not in told


def test_a_domain_literal_is_a_name_of_ones_own() -> None:
    assert SmtpServer(host="mail.example", local_hostname="[127.0.0.1]").local_hostname == "[127.0.0.1]"


def test_a_password_is_in_no_text_and_in_no_pickle() -> None:
    server = SmtpServer(host="mail.example", username="desk", password=SECRET)
    mailer = SmtpMailer(server=server, sender=DESK, templates={}, address_book=_Nobody(), clock=lambda: AT)
    for shown in (repr(server), str(server), repr(mailer)):
        assert SECRET not in shown
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="are not pickled: they hold a password"):
            write(server)


class _Nobody:
    """An address book without addresses."""

    def recipient(self, reservation: str) -> None:
        del reservation


# Headers.


def sent(
    subject: str = "x", name: str = "", *, key: str = "hp1-a", text: str = "x", address: str = "anna@guests.example"
) -> tuple[Envelope, Message]:
    """Return an e-mail as it is handed over, and as an old and thorough reader has it."""
    recipient = Mailbox(address, name)
    words = Rendered(subject=subject, text=text)
    message = message_of(key, words, sender=DESK, recipient=recipient, reply_to=None, at=AT)
    envelope = envelope_of(message, sender=DESK, recipient=recipient)
    return envelope, BytesParser(policy=compat32).parsebytes(envelope.content)


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


@pytest.mark.parametrize(
    "subject",
    [
        "Your payment of 135.00 EUR",
        "Ваш платёж 135.00 EUR",
        'a "quoted" one, with; a=b <c@d> (e) [f]\\',
        "=?utf-8?q?a=0D=0ABcc:_b@example.com?=",
        "x" * 200,
        "два слова " * 20 + "и ещё",
        "日本語 " * 40 + "☎",
        "",
    ],
)
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    envelope, message = sent(subject.strip())
    assert decoded(message["Subject"]) == subject.strip()
    assert max(len(line) for line in envelope.content.split(b"\r\n")) <= 78
    assert envelope.content.isascii()


@pytest.mark.parametrize(
    "name", ["Anna", 'O\'Neil, John (Jr.) "JJ" \\', "Müller, Анна <b@c.example>", "x" * 200, "=?utf-8?q?a=0Ab?=", ""]
)
def test_a_name_stands_beside_one_address(name: str) -> None:
    _, message = sent(name=name)
    shown, _, address = message["To"].rpartition("<")
    assert address.rstrip(">") == "anna@guests.example"
    unquoted = shown.strip().removeprefix('"').removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")
    assert decoded(unquoted) == name


def test_headers_are_these_and_no_others() -> None:
    _, message = sent("=?utf-8?q?a=0D=0AX-Evil:_1?=", "=?utf-8?b?YQ0KWC1FdmlsOiAx?=")
    assert message.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    ]


@pytest.mark.parametrize("key", ["hp1-0aF_-", "k" * 64])
def test_a_message_id_is_the_key_at_the_senders_domain(key: str) -> None:
    assert sent(key=key)[1]["Message-ID"] == f"<{key}@hotel.example>"


@pytest.mark.parametrize("key", ["", "a@b> c", "k" * 65, "a\r\nBcc: b@c.example", "ключ", "a\ud800"])
def test_a_key_that_is_no_word_still_makes_one_message_id(key: str) -> None:
    found = sent(key=key)[1]["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{64}@hotel\.example>", found)
    assert found == sent(key=key)[1]["Message-ID"] != sent(key=f"{key}.")[1]["Message-ID"]


def test_an_address_of_another_script_stands_in_the_header_as_it_is() -> None:
    envelope, _ = sent(name="Анна", address="анна@пример.рф")
    assert envelope.needs_smtputf8
    assert "<анна@пример.рф>" in envelope.content.decode()
    assert not sent()[0].needs_smtputf8
