"""Everything that a settlement may ask of the outside, as data: each effect is one call of one port."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from hotelpay.actions import Action
from hotelpay.folio import Payment
from hotelpay.moments import Instant
from hotelpay.money import Money
from hotelpay.points import BonusCard, Points
from hotelpay.reservation import PreAuthorization, PreAuthorizationState
from hotelpay.settlement.identity import Call

# Money moves outside. `until` (hotel time) is when a call that was never sent is not sent any more.


@attrs.frozen
class Charge:
    """Take an amount from a card."""

    call: Call
    card: str
    amount: Money
    until: Instant | None = None


@attrs.frozen
class Preauthorize:
    """Block an amount on a card."""

    call: Call
    card: str
    amount: Money
    until: Instant | None = None


@attrs.frozen
class Capture:
    """Take (a part of) a blocked amount."""

    call: Call
    reference: str
    amount: Money
    until: Instant | None = None


@attrs.frozen
class Release:
    """Give a blocked amount back."""

    call: Call
    reference: str
    until: Instant | None = None


@attrs.frozen
class Debit:
    """Take points from a bonus card."""

    call: Call
    card: BonusCard
    points: Points
    until: Instant | None = None


@attrs.frozen
class Refund:
    """Return points to the wallet they came from; ``debit`` is the reference of the debit."""

    call: Call
    card: BonusCard
    points: Points
    debit: str
    until: Instant | None = None


@attrs.frozen
class HoldPoints:
    """Set points aside on a bonus card, for loyalty systems that can."""

    call: Call
    card: BonusCard
    points: Points
    until: Instant | None = None


@attrs.frozen
class CommitHold:
    """Take the points that were set aside."""

    call: Call
    hold: str
    points: Points
    until: Instant | None = None


@attrs.frozen
class CancelHold:
    """Let the points go that were set aside."""

    call: Call
    hold: str
    points: Points
    until: Instant | None = None


# What follows inside the hotel; each is idempotent by its key.


@attrs.frozen
class Post:
    """Post a payment to a folio; ``received`` is the reference of the outside call that brought the money."""

    call: Call
    reservation: str
    folio: str
    payment: Payment
    received: str


@attrs.frozen
class TakeBack:
    """Take (a part of) a posted payment back: ``payment`` is negative, ``posted`` the key it was posted under."""

    call: Call
    reservation: str
    folio: str
    payment: Payment
    posted: str


@attrs.frozen
class KeepPreauthorization:
    """Keep a blocked amount with its expiry beside the reservation; the balance stays as it is."""

    call: Call
    reservation: str
    preauthorization: PreAuthorization


@attrs.frozen
class MarkPreauthorization:
    """Write down what became of a blocked amount."""

    call: Call
    reservation: str
    preauthorization: str
    state: PreAuthorizationState


@attrs.frozen
class FollowUp:
    """Do one action of a task's list; ``amount`` is what a to-do's text ends with."""

    call: Call
    action: Action
    reservation: str
    folio: str
    amount: Money | None


GatewayEffect: TypeAlias = Charge | Preauthorize | Capture | Release
LoyaltyEffect: TypeAlias = Debit | Refund | HoldPoints | CommitHold | CancelHold
MoneyEffect: TypeAlias = GatewayEffect | LoyaltyEffect
BookEffect: TypeAlias = Post | TakeBack | KeepPreauthorization | MarkPreauthorization
Effect: TypeAlias = GatewayEffect | LoyaltyEffect | BookEffect | FollowUp
