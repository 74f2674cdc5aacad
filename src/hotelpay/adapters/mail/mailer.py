"""The port ``Mailer`` over SMTP."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import datetime

import attrs

from hotelpay.adapters.mail.addresses import AddressBook, Mailbox, Recipient
from hotelpay.adapters.mail.conversation import conversation, hand_over
from hotelpay.adapters.mail.message import Envelope, envelope_of, message_of
from hotelpay.adapters.mail.outcomes import NotSent, Refusal, refused
from hotelpay.adapters.mail.server import SmtpServer
from hotelpay.adapters.mail.templates import Template
from hotelpay.errors import InvalidValue, shown
from hotelpay.moments import Instant, observed
from hotelpay.money import Money
from hotelpay.settlement.outcome import InsideOutcome, Refused


@attrs.frozen(kw_only=True, eq=False)
class SmtpMailer:
    """Sends guests e-mails (:class:`~hotelpay.ports.Mailer`), one connection for each; safe to share between threads.

    ``sender`` is who they come from; its address is ASCII, and its domain stands in every Message-ID. ``templates`` are
    found by the name that a task gives. ``clock`` tells the time for the header ``Date``. ``context`` verifies the
    server's certificate and name unless you hand in another.
    """

    server: SmtpServer
    sender: Mailbox
    templates: Mapping[str, Template] = attrs.field(repr=False)
    address_book: AddressBook = attrs.field(repr=False)
    clock: Callable[[], datetime | Instant] = attrs.field(repr=False)
    reply_to: Mailbox | None = None
    context: ssl.SSLContext = attrs.field(factory=ssl.create_default_context, repr=False)

    def __attrs_post_init__(self) -> None:
        for field in ("sender", "reply_to"):
            mailbox = getattr(self, field)
            if mailbox is not None and not mailbox.address.isascii():
                raise InvalidValue(field, mailbox.address, "an address in ASCII, its domain in the form xn--…")

    def send(self, key: str, reservation: str, template: str, amount: Money | None) -> InsideOutcome:
        """Send an e-mail made from a template; :class:`~hotelpay.adapters.mail.Refusal` lists what is refused for good.

        A repeat of a key goes out again, with the same Message-ID. Raises :class:`~hotelpay.adapters.mail.NotSent`
        where nothing went out and the same may succeed later, :class:`~hotelpay.adapters.mail.MaybeSent` where it may
        have gone out.
        """
        written = self._written(key, reservation, template, amount)
        if isinstance(written, Refused):
            return written
        with conversation(self.server, self.context) as smtp:
            return hand_over(smtp, written)

    def _written(self, key: str, reservation: str, template: str, amount: Money | None) -> Envelope | Refused:
        words = self.templates.get(template)
        if words is None:
            return refused(Refusal.UNKNOWN_TEMPLATE, f"there is no template {shown(template)}")
        found = self._recipient(reservation)
        if found is None:
            return refused(Refusal.NO_RECIPIENT, "the address book knows nobody to write to")
        values = attrs.evolve(found.values, amount=amount)
        missing = ", ".join(each.value for each in words.missing(values))
        if missing:
            return refused(Refusal.MISSING_VALUE, f"the template names {missing}, and there is none")
        to = _mailbox_of(found)
        if isinstance(to, Refused):
            return to
        message = message_of(
            key,
            words.render(values),
            sender=self.sender,
            recipient=to,
            reply_to=self.reply_to,
            at=observed(self.clock()),
        )
        return envelope_of(message, sender=self.sender, recipient=to)

    def _recipient(self, reservation: str) -> Recipient | None:
        try:
            return self.address_book.recipient(reservation)
        except Exception as fault:
            # The journal keeps what is raised here, and a database's complaint may quote the guest's row.
            raise NotSent(f"the address book raised {type(fault).__name__}; nothing was sent") from fault


def _mailbox_of(found: Recipient) -> Mailbox | Refused:
    if not found.address:
        return refused(Refusal.NO_ADDRESS, "the recipient has no e-mail address")
    try:
        return Mailbox(found.address, found.name)
    except InvalidValue:
        return refused(Refusal.UNUSABLE_ADDRESS, "what the recipient has is no e-mail address")
