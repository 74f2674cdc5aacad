"""What may become of an e-mail besides having been sent. No text of these holds guest data."""

from __future__ import annotations

import enum

from hotelpay.errors import HotelpayError
from hotelpay.settlement.outcome import Refused


class Refusal(enum.Enum):
    """Why an e-mail is refused for good: the ``code`` of a :class:`~hotelpay.settlement.outcome.Refused`."""

    UNKNOWN_TEMPLATE = "unknown_template"
    """There is no template of that name."""
    NO_RECIPIENT = "no_recipient"
    """The address book knows nobody to write to."""
    NO_ADDRESS = "no_address"
    """The recipient has no e-mail address."""
    UNUSABLE_ADDRESS = "unusable_address"
    """What the recipient has is no e-mail address."""
    MISSING_VALUE = "missing_value"
    """The template names something that there is none of, an amount for example."""
    NEEDS_SMTPUTF8 = "needs_smtputf8"
    """The address has letters beyond ASCII, and the mail server does not take such addresses."""
    SENDER_REFUSED = "sender_refused"
    """The mail server does not send for the hotel's address."""
    RECIPIENT_REFUSED = "recipient_refused"
    """The mail server does not deliver to the guest's address."""
    MESSAGE_REFUSED = "message_refused"
    """The mail server does not take the e-mail itself."""


def refused(why: Refusal, message: str) -> Refused:
    """Return the outcome for a refusal."""
    return Refused(why.value, message)


class MailFault(HotelpayError, RuntimeError):
    """No answer came about an e-mail, or one that is not for good; ``why`` is what is known, without guest data."""

    def __init__(self, why: str) -> None:
        """Keep what is known."""
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        """Say what is known."""
        return self.why


class NotSent(MailFault):
    """Nothing went out: the mail server cannot be reached, or does not take the e-mail now."""


class MaybeSent(MailFault):
    """The connection ended after the e-mail was handed over and before an answer came: it may have gone out."""
