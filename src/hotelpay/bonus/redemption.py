"""The redemption: points for a payment on a folio, and its reversal."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

import attrs

from hotelpay.bonus.payment_types import BonusPaymentType, BonusSettings
from hotelpay.bonus.quote import Quote, quote_folio, within
from hotelpay.bonus.redemption_intents import COMMIT, DEBIT, ERASED_CARD, RedemptionIntent, ReversalIntent
from hotelpay.driver import claim_and_drive
from hotelpay.errors import InvalidValue, UnknownName
from hotelpay.folio import Folio
from hotelpay.moments import Instant, observed
from hotelpay.money import Money
from hotelpay.points import BonusCard, Points
from hotelpay.ports import Hold, Ports
from hotelpay.recovery import settle_first
from hotelpay.reservation import Reservation
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.journal import Settlement
from hotelpay.settlement.outcome import Approved, Outcome
from hotelpay.texts import free_text

#: How long after the guest asked a debit that was never sent may still be sent, in seconds: nobody stands there
#: later, and the bill may have been paid otherwise.
SEND_WITHIN: Final = 900


class Refusal(enum.Enum):
    """Why nothing was begun; nothing was debited and nothing posted."""

    MORE_THAN_QUOTE = "more_than_quote"
    """More points than the quote, made afresh just now, allows."""
    BUSY = "busy"
    """Somebody else is paying on this reservation at this moment, or money on it is still on its way."""
    MORE_THAN_TAKEN = "more_than_taken"
    """More points than the redemption took and earlier reversals have left."""
    NOT_REDEEMED = "not_redeemed"
    """The redemption did not end with its payment posted: there is nothing to take back."""


@attrs.frozen(kw_only=True)
class Redeemed:
    """What came of a redemption or reversal.

    ``refusal`` is None where it was begun; ``settlement`` then says how it stands, and its ``outcome`` how it ended.
    ``quote`` is the one that was made afresh, where one was.
    """

    settlement: Settlement | None
    refusal: Refusal | None = None
    quote: Quote | None = None

    @property
    def approved(self) -> bool:
        """Whether it is done: the points are taken and the payment stands (or, of a reversal, both are back)."""
        return self.settlement is not None and self.settlement.outcome in (Outcome.APPROVED, Outcome.DONE)


def redeem(  # noqa: PLR0913  what a guest asks for, each by its name
    bonus: BonusSettings,
    ports: Ports,
    *,
    redemption: str,
    reservation: str,
    folio: str,
    payment_type: str,
    card: BonusCard,
    points: Points,
    at: datetime | Instant,
    comment: str | None = None,
) -> Redeemed:
    """Pay on a folio with points: quote afresh, debit, post; points and folio never part (domain 3.3).

    ``redemption`` is the caller's own id for it: asking again with the same id does nothing twice and returns what
    came of it. ``points`` are more than 0, on the type's step and at most the quote, which is made on fresh data just
    before the debit; asking for more than that is refused (BN-REDEEM-OVER). A posting that the folio refuses for good
    gives the points back (BN-REDEEM-POSTFAIL).

    Raises :class:`~hotelpay.errors.InvalidValue` for points off the step and for an id that was used for something
    else, :class:`~hotelpay.errors.UnknownName` for an unknown reservation, folio or payment type.
    """
    at = observed(at)
    kind = bonus.payment_type(payment_type)
    _on_step(points, kind)
    identity = Identity(ports.ledger.hotel, Kind.REDEMPTION, (redemption,))
    comment = None if comment is None else free_text(comment, "comment")

    hold = ports.ledger.hold(reservation)
    if hold is None:
        return Redeemed(settlement=None, refusal=Refusal.BUSY)
    try:
        history = ports.ledger.of_reservation(reservation)
        still = settle_first(history, reservation, ports, at=at)
        before = ports.ledger.find(identity)
        if before is not None:
            return Redeemed(settlement=_same(before, reservation, folio, payment_type, card))
        if not still:
            return Redeemed(settlement=None, refusal=Refusal.BUSY)
        request = _Request(identity, kind, reservation, folio, card, points, comment, at)
        return _begin(bonus, ports, hold, request)
    finally:
        ports.ledger.let_go(hold)


@attrs.frozen
class _Request:
    """What a guest asks for."""

    identity: Identity
    kind: BonusPaymentType
    reservation: str
    folio: str
    card: BonusCard
    points: Points
    comment: str | None
    at: Instant


def _begin(bonus: BonusSettings, ports: Ports, hold: Hold, asked: _Request) -> Redeemed:
    """Quote on the reservation as it stands under the hold; claim and carry out what the quote allows."""
    found = ports.source.reservation(asked.reservation)
    if found is None:
        raise UnknownName("reservation", asked.reservation, "one of the hotel's reservations", code="unknown_id")
    if ports.loyalty is None:
        raise UnknownName("loyalty", None, "a port of this hotel", code="no_port")
    held = _held_on(ports.loyalty.balances(asked.card), asked.kind.currency_type)
    bill = _folio(found, asked.folio)
    offer = quote_folio(bonus, asked.kind, bill, held, reservation_balance=_balance_of(found))
    bargain = within(offer, asked.points)
    if bargain is None or bill.closed:
        return Redeemed(settlement=None, refusal=Refusal.MORE_THAN_QUOTE, quote=offer)
    points, amount = bargain
    intent = RedemptionIntent(
        identity=asked.identity,
        reservation=asked.reservation,
        folio=asked.folio,
        payment_type=asked.kind.id,
        card=asked.card,
        points=points,
        amount=amount,
        comment=asked.comment,
        at=asked.at,
        until=Instant(asked.at + SEND_WITHIN),
        with_hold=ports.loyalty.can_hold,
    )
    progress = claim_and_drive(intent, hold, ports, at=asked.at)
    if progress is None:
        return Redeemed(settlement=None, refusal=Refusal.BUSY, quote=offer)
    return Redeemed(settlement=progress.settlement, quote=offer)


def reverse(
    ports: Ports, *, redemption: str, reversal: str, at: datetime | Instant, points: Points | None = None
) -> Redeemed:
    """Take the payment of a redemption back and return its points, whole (no ``points``) or in part.

    Never more than was taken, over all reversals; the points return to the wallet they came from. Of a part the
    amount is the part of the payment, rounded down over all reversals together, so that the last one takes the rest.
    ``reversal`` is the caller's id for it, good for one reversal.

    Raises :class:`~hotelpay.errors.UnknownName` for an unknown redemption, :class:`~hotelpay.errors.InvalidValue` for
    points that are worth nothing.
    """
    at = observed(at)
    ledger = ports.ledger
    known = ledger.find(Identity(ledger.hotel, Kind.REDEMPTION, (redemption,)))
    if known is None:
        raise UnknownName("redemption", redemption, "one that was begun", code="unknown_id")
    hold = ledger.hold(known.intent.reservation)
    if hold is None:
        return Redeemed(settlement=None, refusal=Refusal.BUSY)
    try:
        still = settle_first(ledger.of_reservation(hold.reservation), hold.reservation, ports, at=at)
        before = ledger.find(Identity(ledger.hotel, Kind.REVERSAL, (redemption, reversal)))
        if before is not None:
            return Redeemed(settlement=before)
        if not still:
            return Redeemed(settlement=None, refusal=Refusal.BUSY)
        return _reverse_held(ports, hold, (redemption, reversal), points, at)
    finally:
        ledger.let_go(hold)


def _reverse_held(ports: Ports, hold: Hold, names: tuple[str, str], points: Points | None, at: Instant) -> Redeemed:
    history = ports.ledger.of_reservation(hold.reservation)
    taken = next(each for each in history if each.intent.identity.names == names[:1])
    intent = taken.intent
    if not isinstance(intent, RedemptionIntent) or taken.outcome is not Outcome.APPROVED:
        return Redeemed(settlement=None, refusal=Refusal.NOT_REDEEMED)
    returned = _returned(history, names[0])
    left = Points(intent.points.amount - returned.points, intent.points.currency_type)
    wanted = left if points is None else points
    if not wanted.amount > 0 or wanted > left:
        return Redeemed(settlement=None, refusal=Refusal.MORE_THAN_TAKEN)
    amount = _share(intent, returned.points + wanted.amount) - returned.minor
    if not amount:
        raise InvalidValue("points", str(wanted), "worth at least one minor unit", code="too_little")
    back = ReversalIntent(
        identity=Identity(ports.ledger.hotel, Kind.REVERSAL, names),
        reservation=hold.reservation,
        folio=intent.folio,
        payment_type=intent.payment_type,
        card=intent.card,
        points=wanted,
        amount=Money(amount, intent.amount.currency),
        posted=intent.posting_key,
        debit=_debit_reference(taken),
        at=at,
    )
    progress = claim_and_drive(back, hold, ports, at=at)
    if progress is None:
        return Redeemed(settlement=None, refusal=Refusal.BUSY)
    return Redeemed(settlement=progress.settlement)


class _Returned(NamedTuple):
    """What earlier reversals took back: points, and minor units of the folio's currency."""

    points: Decimal
    minor: int


def _returned(history: Iterable[Settlement], redemption: str) -> _Returned:
    points, minor = Decimal(0), 0
    for each in history:
        intent = each.intent
        if (
            isinstance(intent, ReversalIntent)
            and intent.identity.names[0] == redemption
            and each.outcome is not Outcome.DECLINED
        ):
            points += intent.points.amount
            minor += intent.amount.minor
    return _Returned(points, minor)


def _share(intent: RedemptionIntent, points: Decimal) -> int:
    """Return the minor units that so many of the redeemed points stand for, rounded down."""
    numerator, denominator = points.as_integer_ratio()
    whole, parts = intent.points.amount.as_integer_ratio()
    return intent.amount.minor * numerator * parts // (denominator * whole)


def _debit_reference(taken: Settlement) -> str:
    debits = (taken.results.get(purpose) for purpose in (COMMIT, DEBIT))
    return next(debit.reference for debit in debits if isinstance(debit, Approved))


def _on_step(points: Points, kind: BonusPaymentType) -> None:
    numerator, denominator = points.amount.as_integer_ratio()
    step, parts = kind.step.ratio
    if points.amount <= 0 or numerator * parts % (denominator * step):
        raise InvalidValue("points", str(points), f"above zero and in steps of {kind.step}", code="not_on_step")


def _same(before: Settlement, reservation: str, folio: str, payment_type: str, card: BonusCard) -> Settlement:
    """Return an earlier redemption of the same id; refuse an id that was used for something else."""
    intent = before.intent
    same = isinstance(intent, RedemptionIntent) and (
        (intent.reservation, intent.folio, intent.payment_type) == (reservation, folio, payment_type)
        and intent.card in (card, ERASED_CARD)
    )
    if not same:
        raise InvalidValue("redemption", before.intent.identity.names[0], "an id of its own", code="duplicate_id")
    return before


def _folio(reservation: Reservation, name: str) -> Folio:
    for folio in reservation.folios:
        if folio.id == name:
            return folio
    raise UnknownName("folio", name, "a folio of the reservation", code="unknown_id")


def _balance_of(reservation: Reservation) -> Money | None:
    """Return the balance over all folios, which S1 asks to be negative too; None where they differ in currency."""
    balances = [folio.balance for folio in reservation.folios]
    if len({balance.currency.code for balance in balances}) != 1:
        return None
    return sum(balances[1:], balances[0])


def _held_on(balances: Iterable[Points], currency_type: str) -> Points:
    """Return what a card holds of one currency type; a type it does not have is empty."""
    return next((each for each in balances if each.currency_type == currency_type), Points.of(0, currency_type))
