"""The mailer on a real mail server, and on servers that refuse, fall silent or go away."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from adapters.mail_servers import (
    HOST,
    NOWHERE,
    PASSWORD,
    PATIENCE,
    SHORT_PATIENCE,
    Certificates,
    Line,
    Outbox,
    mail_server,
    nobody,
    scripted_server,
)
from hotelpay import Done, Money, Refused, Reservation
from hotelpay.adapters.mail import (
    Mailbox,
    MailFault,
    MaybeSent,
    NotSent,
    Recipient,
    Refusal,
    SmtpMailer,
    SmtpServer,
    Template,
    Tls,
    Values,
)
from hotelpay.testing.contracts import MailerContract

AT = datetime(2024, 7, 10, 9, 1, tzinfo=UTC)
ADDRESS = "anna.schmidt@guests.example"
ANNA = Recipient(address=ADDRESS, name="Anna Schmidt", values=Values(guest="Anna", hotel="Sieben Möwen"))
TEMPLATES = {
    "thanks": Template(subject="thanks", text="Thank you."),
    "declined": Template(subject="declined", text="Please bring another card."),
    "paid": Template(
        subject="{{ hotel }}: {{ amount }}",
        text="Dear {{ guest }},\n\nwe have charged {{ amount }}.\n.\nFrom us\n",
        html="<p>Dear {{ guest }},</p><p>we have charged {{ amount }}.</p>",
    ),
    "stay": Template(subject="Your stay", text="From {{ arrival }} to {{ departure }}: {{ amount }}"),
}
EUR_100 = Money.of(100, "EUR")


@attrs.define
class Guests:
    """An address book of the tests: the same recipient for every reservation, or what happens when one is asked for."""

    found: Recipient | None = ANNA
    fault: Exception | None = None

    def recipient(self, reservation: str) -> Recipient | None:
        del reservation
        if self.fault is not None:
            raise self.fault
        return self.found


def mailer_at(port: int, guests: Guests | None = None, *, tls: Tls = Tls.NONE, **options: Any) -> SmtpMailer:
    """Return a mailer for the server on that port; ``context`` goes to the mailer, all else to the settings."""
    own = {name: options.pop(name) for name in ("context", "reply_to") if name in options}
    settings: dict[str, Any] = {"timeout_seconds": PATIENCE, "local_hostname": "pms.test"} | options
    server = SmtpServer(host=HOST, port=port, tls=tls, **settings)
    sender = Mailbox("desk@hotel.example", "Sieben Möwen")
    return SmtpMailer(
        server=server, sender=sender, templates=TEMPLATES, address_book=guests or Guests(), clock=lambda: AT, **own
    )


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return Certificates()


# The contract.


@attrs.frozen
class SmtpPms:
    """A PMS whose guests have addresses of their own; what was sent is what arrived at the mail server."""

    mailer: SmtpMailer
    outbox: Outbox

    def put(self, reservation: Reservation) -> Reservation:
        return reservation

    def sent(self, reservation: str) -> Sequence[str]:
        arrived = zip(self.outbox.envelopes, self.outbox.messages, strict=True)
        return [str(message["Subject"]) for envelope, message in arrived if envelope.rcpt_tos == [_of(reservation)]]


class Everybody:
    """An address book in which each reservation has an address."""

    def recipient(self, reservation: str) -> Recipient:
        return Recipient(address=_of(reservation), name=reservation)


def _of(reservation: str) -> str:
    return f"{reservation.lower()}@guests.example"


class TestSmtpMailer(MailerContract):
    @pytest.fixture
    def mailers(self) -> Iterator[SmtpPms]:
        outbox = Outbox()
        with mail_server(outbox) as port:
            yield SmtpPms(attrs.evolve(mailer_at(port), address_book=Everybody()), outbox)


# What arrives.


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def port(outbox: Outbox) -> Iterator[int]:
    with mail_server(outbox) as port:
        yield port


def test_words_arrive_as_they_were_written(port: int, outbox: Outbox) -> None:
    assert mailer_at(port).send("hp1-a", "R-1", "paid", EUR_100) == Done()
    (message,) = outbox.messages
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert message["Subject"] == "Sieben Möwen: 100.00 EUR"
    assert message.get_content_type() == "multipart/alternative"
    assert text.get_content().splitlines() == ["Dear Anna,", "", "we have charged 100.00 EUR.", ".", "From us"]
    assert html.get_content().splitlines() == ["<p>Dear Anna,</p><p>we have charged 100.00 EUR.</p>"]


def test_headers_say_who_writes_to_whom_and_when(port: int, outbox: Outbox) -> None:
    reply_to = Mailbox("front-desk@hotel.example")
    assert mailer_at(port, reply_to=reply_to).send("hp1-a", "R-1", "thanks", None) == Done()
    (message,), (envelope,) = outbox.messages, outbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("desk@hotel.example", [ADDRESS])
    assert message["From"] == "Sieben Möwen <desk@hotel.example>"
    assert message["To"] == f"Anna Schmidt <{ADDRESS}>"
    assert message["Reply-To"] == "front-desk@hotel.example"
    assert message["Message-ID"] == "<hp1-a@hotel.example>"
    assert message["Date"].datetime == AT
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_repeat_of_a_key_has_the_same_message_id(port: int, outbox: Outbox) -> None:
    """So that whoever reads it sees it once, where the programs on the way can tell."""
    mailer = mailer_at(port)
    for key in ("hp1-a", "hp1-a", "hp1-b"):
        assert mailer.send(key, "R-1", "thanks", None) == Done()
    first, again, other = (message["Message-ID"] for message in outbox.messages)
    assert first == again != other


def test_an_address_of_another_script_needs_a_server_that_takes_it(port: int, outbox: Outbox) -> None:
    """Such a server gets it as it is (SMTPUTF8); another one is not told a different address."""
    guests = Guests(Recipient(address="анна@пример.рф", name="Анна"))
    assert mailer_at(port, guests).send("k", "R-1", "paid", EUR_100) == Refused(
        "missing_value", "the template names guest, hotel, and there is none"
    )
    assert mailer_at(port, guests).send("k", "R-1", "thanks", None) == Done()
    (envelope,), (message,) = outbox.envelopes, outbox.messages
    assert envelope.rcpt_tos == ["анна@пример.рф"]
    assert {"SMTPUTF8", "BODY=8BITMIME"} <= set(envelope.mail_options)
    assert message["To"].addresses[0].display_name == "Анна"
    with mail_server(outbox, enable_SMTPUTF8=False) as strict:
        assert mailer_at(strict, guests).send("k", "R-1", "thanks", None) == Refused(
            "needs_smtputf8", "the mail server takes no address with letters beyond ASCII"
        )
    assert len(outbox.envelopes) == 1


# Encryption and authentication.


def test_nothing_is_said_before_starttls(certificates: Certificates, outbox: Outbox) -> None:
    with mail_server(outbox, tls_context=certificates.server(), require_starttls=True) as port:
        mailer = mailer_at(port, tls=Tls.STARTTLS, context=certificates.client())
        assert mailer.send("k", "R-1", "thanks", None) == Done()
    assert len(outbox.envelopes) == 1


def test_tls_from_the_first_byte(certificates: Certificates, outbox: Outbox) -> None:
    with mail_server(outbox, ssl_context=certificates.server()) as port:
        mailer = mailer_at(port, tls=Tls.IMPLICIT, context=certificates.client())
        assert mailer.send("k", "R-1", "thanks", None) == Done()
    assert len(outbox.envelopes) == 1


def test_a_server_without_starttls_gets_no_email(port: int, outbox: Outbox) -> None:
    """Never in clear instead: somebody in between could have taken the offer out."""
    with pytest.raises(NotSent, match="STARTTLS extension not supported by server"):
        mailer_at(port, tls=Tls.STARTTLS).send("k", "R-1", "thanks", None)
    assert outbox.envelopes == []


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_certificates_are_verified_unless_told_otherwise(certificates: Certificates, outbox: Outbox, tls: Tls) -> None:
    """By whom they are signed, and whose they are."""
    for served, context in (
        (certificates.server(), ssl.create_default_context()),
        (certificates.server("mail.example"), certificates.client()),
    ):
        option = {"tls_context" if tls is Tls.STARTTLS else "ssl_context": served}
        with mail_server(outbox, **option) as port:
            with pytest.raises(NotSent, match="certificate verify failed"):
                mailer_at(port, tls=tls, context=context).send("k", "R-1", "thanks", None)
            mailer = mailer_at(port, tls=tls)
            assert (mailer.context.verify_mode, mailer.context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert outbox.envelopes == []


def test_a_password_opens_the_door(certificates: Certificates, outbox: Outbox) -> None:
    with _locked(certificates, outbox) as port:
        mailer = _with_password(port, certificates, PASSWORD)
        assert mailer.send("k", "R-1", "thanks", None) == Done()
    assert outbox.logins == ["desk"]
    assert len(outbox.envelopes) == 1


def test_a_wrong_password_is_mended_and_tried_again(certificates: Certificates, outbox: Outbox) -> None:
    """It is a fault of the settings, not of this e-mail; what is raised repeats neither user name nor password."""
    with _locked(certificates, outbox) as port, pytest.raises(NotSent, match=r"answered 535 5\.7\.8") as caught:
        _with_password(port, certificates, "guessed").send("k", "R-1", "thanks", None)
    assert "guessed" not in str(caught.value)
    assert outbox.envelopes == []


def test_a_server_that_wants_a_password_is_no_refusal_of_the_email(certificates: Certificates, outbox: Outbox) -> None:
    with _locked(certificates, outbox) as port, pytest.raises(NotSent, match="answered 530"):
        mailer_at(port, tls=Tls.STARTTLS, context=certificates.client()).send("k", "R-1", "thanks", None)
    assert outbox.envelopes == []


def _locked(certificates: Certificates, outbox: Outbox) -> Any:
    return mail_server(outbox, tls_context=certificates.server(), auth_required=True, authenticator=outbox.authenticate)


def _with_password(port: int, certificates: Certificates, password: str) -> SmtpMailer:
    return mailer_at(port, tls=Tls.STARTTLS, context=certificates.client(), username="desk", password=password)


# What a real server refuses.


@pytest.mark.parametrize(
    ("command", "answer", "refused"),
    [
        ("MAIL", "553 5.7.1 not your address", Refused("sender_refused", "the mail server answered 553 5.7.1")),
        ("RCPT", "550 5.1.1 <{}>: unknown here", Refused("recipient_refused", "the mail server answered 550 5.1.1")),
        ("RCPT", "550 no such user {}", Refused("recipient_refused", "the mail server answered 550")),
        ("DATA", "554 5.7.1 looks like spam", Refused("message_refused", "the mail server answered 554 5.7.1")),
    ],
)
def test_what_is_refused_for_good_is_an_answer(command: str, answer: str, refused: Refused) -> None:
    """It names the server's codes, and nothing of what it says: that may be the guest's address."""
    outbox = Outbox({command: answer})
    with mail_server(outbox) as port:
        assert mailer_at(port).send("k", "R-1", "thanks", None) == refused
    assert outbox.envelopes == []


@pytest.mark.parametrize(
    ("command", "answer", "code"),
    [
        ("MAIL", "451 4.3.0 no room", r"451 4\.3\.0"),
        ("RCPT", "450 4.2.0 <{}>: greylisted", r"450 4\.2\.0"),
        ("RCPT", "421 too busy for {}", "421"),
        ("DATA", "452 4.3.1 disk full", r"452 4\.3\.1"),
        ("RCPT", "350 go on", "350"),
    ],
)
def test_what_is_refused_for_now_is_raised(command: str, answer: str, code: str) -> None:
    outbox = Outbox({command: answer})
    with mail_server(outbox) as port, pytest.raises(NotSent, match=f"answered {code}; nothing was sent") as caught:
        mailer_at(port).send("k", "R-1", "thanks", None)
    assert ADDRESS not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert outbox.envelopes == []


@pytest.mark.parametrize("farewell", ["421 no time for that", "500 what?"])
def test_a_server_that_is_rude_at_the_end_has_the_email(farewell: str) -> None:
    outbox = Outbox({"QUIT": farewell})
    with mail_server(outbox) as port:
        assert mailer_at(port).send("k", "R-1", "thanks", None) == Done()
    assert len(outbox.envelopes) == 1


# Servers that are not well.


def fails(script: Callable[[Line], object], fault: type[MailFault], words: str, **options: Any) -> list[bytes]:
    """Check what is raised, and return what the server heard: of one connection, closed when ``send`` is over."""
    with scripted_server(script) as (port, lines):
        with pytest.raises(MailFault, match=words) as caught:
            mailer_at(port, **options).send("k", "R-1", "thanks", None)
        assert type(caught.value) is fault
        assert ADDRESS not in str(caught.value)
    (line,) = lines
    return line.heard


@pytest.mark.parametrize("greeting", ["421 4.3.2 closing", "554 5.3.2 no service here", "hello", "2"])
def test_a_server_that_greets_badly_gets_nothing(greeting: str) -> None:
    words = f"answered {greeting[:9]}; nothing" if greeting[:1] in "45" else "nothing was sent"
    assert fails(lambda line: line.say(greeting), NotSent, words) == []


def test_a_server_that_says_nothing_is_given_up() -> None:
    heard = fails(Line.hear, NotSent, "timed out; nothing was sent", timeout_seconds=SHORT_PATIENCE)
    assert heard == [b""]


def test_nobody_listening_is_nothing_sent() -> None:
    with nobody() as port, pytest.raises(NotSent, match="ConnectionRefusedError"):
        mailer_at(port).send("k", "R-1", "thanks", None)


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT"])
def test_a_server_that_goes_away_before_the_content_has_not_got_it(command: str) -> None:
    heard = fails(lambda line: line.up_to(command), NotSent, "SMTPServerDisconnected.*nothing was sent")
    assert heard[-1].upper().startswith(command.encode())


def test_a_server_that_knows_no_greeting_gets_nothing() -> None:
    def script(line: Line) -> None:
        line.say("220 mail.test")
        for _ in ("EHLO", "HELO"):
            line.hear()
            line.say("502 5.5.1 what?")

    heard = fails(script, NotSent, "answered 502 5.5.1; nothing was sent")
    assert [each[:4].upper() for each in heard] == [b"EHLO", b"HELO"]


def test_a_server_that_goes_away_in_the_middle_of_the_content_may_have_it() -> None:
    def script(line: Line) -> None:
        line.up_to("DATA")
        line.say("354 go on")
        line.heard.append(line.connection.recv(20))

    heard = fails(script, MaybeSent, "may have gone out")
    assert len(heard[-1]) == 20


def test_a_server_that_falls_silent_after_the_last_dot_may_have_it() -> None:
    def script(line: Line) -> None:
        line.up_to("DATA")
        line.say("354 go on")
        line.hear(b"\r\n.\r\n")
        line.hear()  # until the client has gone

    heard = fails(script, MaybeSent, "may have gone out", timeout_seconds=SHORT_PATIENCE)
    assert heard[-1] == b""


@pytest.mark.parametrize("last_words", ["", "hello", "199 well", "x" * 10_000])
def test_a_server_that_goes_away_after_the_last_dot_may_have_it(last_words: str) -> None:
    """Nobody knows: it is not called sent, and not refused either."""

    def script(line: Line) -> None:
        line.up_to("DATA")
        line.say("354 go on")
        line.hear(b"\r\n.\r\n")
        if last_words:
            line.say(last_words)

    heard = fails(script, MaybeSent, "may have gone out")
    assert b"Thank you." in heard[-1]


@pytest.mark.parametrize("answer", ["451 4.3.0 not now", "250 OK"])
def test_a_server_that_does_not_ask_for_the_content_has_not_got_it(answer: str) -> None:
    def script(line: Line) -> None:
        line.up_to("DATA")
        line.say(answer)
        line.hear()

    heard = fails(script, NotSent, f"answered {answer[:3]}.*; nothing was sent")
    assert not any(b"Thank you." in each for each in heard)


def test_a_server_that_does_not_want_the_content_refuses_it() -> None:
    def script(line: Line) -> None:
        line.up_to("DATA")
        line.say("554 5.5.1 no valid recipients")
        line.hear()

    with scripted_server(script) as (port, _):
        assert mailer_at(port).send("k", "R-1", "thanks", None) == Refused(
            "message_refused", "the mail server answered 554 5.5.1"
        )


def test_a_challenge_that_is_none_is_nothing_sent(certificates: Certificates) -> None:
    """Some servers say they can CRAM-MD5 and send what is no base64."""

    def script(line: Line) -> None:
        line.connection = certificates.server().wrap_socket(line.connection, server_side=True)
        with line.connection:
            line.say("220 mail.test")
            line.hear()
            line.say("250-mail.test", "250 AUTH CRAM-MD5")
            line.hear()
            line.say("334 a")
            line.hear()

    fails(
        script,
        NotSent,
        "nothing was sent",
        tls=Tls.IMPLICIT,
        context=certificates.client(),
        username="desk",
        password=PASSWORD,
    )


# What the hotel's own side refuses; no server is asked.


@pytest.mark.parametrize(
    ("guests", "template", "amount", "refusal"),
    [
        (Guests(), "no such", EUR_100, Refusal.UNKNOWN_TEMPLATE),
        (Guests(None), "paid", EUR_100, Refusal.NO_RECIPIENT),
        (Guests(Recipient(address=None)), "thanks", None, Refusal.NO_ADDRESS),
        (Guests(Recipient(address="")), "thanks", None, Refusal.NO_ADDRESS),
        (Guests(Recipient(address="4111111111111111")), "thanks", None, Refusal.UNUSABLE_ADDRESS),
        (Guests(Recipient(address="a@b.example\r\nBcc: c@d.example")), "thanks", None, Refusal.UNUSABLE_ADDRESS),
        (Guests(), "paid", None, Refusal.MISSING_VALUE),
        (Guests(), "stay", EUR_100, Refusal.MISSING_VALUE),
    ],
)
def test_what_cannot_be_written_is_refused(
    guests: Guests, template: str, amount: Money | None, refusal: Refusal
) -> None:
    outcome = mailer_at(NOWHERE, guests).send("k", "R-1", template, amount)
    assert isinstance(outcome, Refused)
    assert outcome.code == refusal.value
    assert "@" not in outcome.message
    assert "4111" not in outcome.message


def test_a_refusal_names_what_is_missing() -> None:
    mailer = mailer_at(NOWHERE)
    assert mailer.send("k", "R-1", "stay", None) == Refused(
        "missing_value", "the template names arrival, departure, amount, and there is none"
    )
    assert mailer.send("k", "R-1", "no such", None) == Refused("unknown_template", "there is no template 'no such'")


def test_a_fault_of_the_address_book_is_raised_without_its_words() -> None:
    """A database's complaint may quote the guest's row; it is there for who catches it, not for the journal."""
    fault = LookupError(f"row ({ADDRESS})")
    with pytest.raises(NotSent, match=r"^the address book raised LookupError; nothing was sent$") as caught:
        mailer_at(NOWHERE, Guests(fault=fault)).send("k", "R-1", "thanks", None)
    assert caught.value.__cause__ is fault
