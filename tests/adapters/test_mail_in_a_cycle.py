"""What becomes of a run whose e-mail is sent, refused, or can be neither just now."""

from __future__ import annotations

import attrs
import pytest

from adapters.mail_servers import HOST, PATIENCE, Outbox, mail_server, nobody
from hotelpay import Done, Identity, Kind, Ports, Refused, retry_actions, run_cycle
from hotelpay.actions import SendEmail
from hotelpay.adapters.mail import Mailbox, Recipient, SmtpMailer, SmtpServer, Template, Tls, Values
from hotelpay.settlement.outcome import Result
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.stories import GUEST, START, guest, setup_of, task

ADDRESS = "anna.schmidt@guests.example"
IDENTITY = Identity(hotel="default", kind=Kind.RUN, names=("on-arrival", GUEST))


class Guests:
    """An address book with one guest."""

    def recipient(self, reservation: str) -> Recipient:
        assert reservation == GUEST
        return Recipient(address=ADDRESS, values=Values(guest="Anna"))


@pytest.fixture
def hotel() -> MemoryBench:
    bench = MemoryBench.at(START)
    bench.put(guest())
    return bench


def ports_of(hotel: MemoryBench, port: int) -> Ports:
    """Return the hotel's ports, with a mailer for the server on that port."""
    mailer = SmtpMailer(
        server=SmtpServer(host=HOST, port=port, tls=Tls.NONE, timeout_seconds=PATIENCE, local_hostname="pms.test"),
        sender=Mailbox("desk@hotel.example"),
        templates={"paid": Template(subject="{{ amount }}", text="Thank you, {{ guest }}.")},
        address_book=Guests(),
        clock=hotel.clock,
    )
    return attrs.evolve(hotel.ports(), mailer=mailer)


def result_of(hotel: MemoryBench) -> Result:
    """Return what became of the e-mail, the run's one action; the guest has paid whatever it is."""
    found = hotel.ledger.find(IDENTITY)
    assert found is not None
    assert str(hotel.hotel.reservations[GUEST].folios[0].balance) == "0.00 EUR"
    assert ADDRESS not in repr(list(hotel.ledger.entries()))
    return found.results[found.intent.identity.call("action-1").purpose]


def run(hotel: MemoryBench, port: int) -> None:
    setup = setup_of(task(on_success=[SendEmail("paid")]))
    run_cycle(setup, ports_of(hotel, port), START)


def test_a_guest_who_has_paid_reads_the_amount(hotel: MemoryBench) -> None:
    outbox = Outbox()
    with mail_server(outbox) as port:
        run(hotel, port)
    assert result_of(hotel) == Done()
    assert [str(message["Subject"]) for message in outbox.messages] == ["1800.00 EUR"]


def test_an_email_that_is_refused_is_a_failed_action(hotel: MemoryBench) -> None:
    with mail_server(Outbox({"RCPT": "550 5.1.1 <{}>: unknown"})) as port:
        run(hotel, port)
    assert result_of(hotel) == Refused("recipient_refused", "the mail server answered 550 5.1.1")


def test_an_email_that_could_not_be_sent_is_sent_by_retrying_the_actions(hotel: MemoryBench) -> None:
    """Once, under the key that it had, and the guest is not charged again."""
    with nobody() as port:
        run(hotel, port)
    found = result_of(hotel)
    assert isinstance(found, Refused)
    assert found.code == "port_failed"
    assert found.message.startswith("SendEmail raised NotSent: ")
    outbox = Outbox()
    with mail_server(outbox) as port:
        for _ in range(2):
            retry_actions(ports_of(hotel, port), IDENTITY)
    assert result_of(hotel) == Done()
    assert len(hotel.gateway.moved("charge")) == 1
    (message,) = outbox.messages
    assert message["Message-ID"] == f"<{IDENTITY.call('action-1').key}@hotel.example>"
