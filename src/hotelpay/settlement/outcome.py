"""What may become of a call to the outside, and of a settlement as a whole."""

from __future__ import annotations

import enum
from typing import TypeAlias

import attrs

from hotelpay.errors import WrongType
from hotelpay.moments import Instant, optional_instant
from hotelpay.money import Money
from hotelpay.points import Points
from hotelpay.texts import card_token, free_text, identifier

#: The decline of a cardholder who has to confirm (SCA): the adapter has cancelled the attempt at the processor.
AUTHENTICATION_REQUIRED = "authentication_required"


def _text(value: str) -> str:
    return free_text(value, "message")


@attrs.frozen
class Approved:
    """It happened: ``amount`` is what was really taken, blocked, captured, debited or given back.

    It may be less than was asked. ``reference`` is the other side's name for it; ``expires_at`` is when the
    processor gives a blocked amount back by itself.
    """

    amount: Money | Points
    reference: str
    expires_at: Instant | None = attrs.field(default=None, converter=optional_instant)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.amount, Money | Points):
            raise WrongType("amount", self.amount, "Money or Points")
        card_token(self.reference, "reference")


@attrs.frozen
class Declined:
    """It was refused, for good: a ``code`` (``no_card``, ``authentication_required`` …) and what was said."""

    code: str
    message: str = attrs.field(default="", converter=_text)

    def __attrs_post_init__(self) -> None:
        identifier(self.code, "code")


@attrs.frozen
class NotAttempted:
    """It certainly never happened: the connection was refused, or a limit of our own held it back."""

    why: str = attrs.field(default="", converter=_text)


@attrs.frozen
class Unknown:
    """Nobody can say yet: a time-out, a lost connection, a fault of the other side. Never taken for a failure."""

    why: str = attrs.field(default="", converter=_text)


@attrs.frozen
class Done:
    """A step inside the hotel is done."""


@attrs.frozen
class Refused:
    """A step inside the hotel was refused, for good."""

    code: str
    message: str = attrs.field(default="", converter=_text)

    def __attrs_post_init__(self) -> None:
        identifier(self.code, "code")


@attrs.frozen
class Failed:
    """A step inside the hotel did not come to an answer; it may have happened."""

    why: str = attrs.field(default="", converter=_text)


@attrs.frozen
class TooLate:
    """It was never sent, and its time is over: it is not sent any more."""


#: What a payment gateway or a loyalty processor answers.
MoneyOutcome: TypeAlias = Approved | Declined | NotAttempted | Unknown
#: What a port inside the hotel answers.
InsideOutcome: TypeAlias = Done | Refused
Result: TypeAlias = Approved | Declined | NotAttempted | Unknown | Done | Refused | Failed | TooLate


class Outcome(enum.Enum):
    """How a settlement stands or ended, as reports say it."""

    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    NOT_ATTEMPTED = "not_attempted"
    DONE = "done"
    """Nothing was to be charged, and what was to be done is done."""
    REVERSED = "reversed"
    """Points were debited and returned, since the payment could not be posted."""
    HALF_DONE = "half_done"
    """One half could neither be completed nor undone: a person has to."""
    LEFT_TO_PERSON = "left_to_person"
    """A limit of the setup gave it to a person instead."""


@attrs.frozen
class Ending:
    """The end of a settlement: its outcome, the code that explains it, and why a person must look at it, if so."""

    outcome: Outcome
    reason: str | None = None
    person: str | None = None
