"""What a redemption does, step by step, and its reversal: points and folio never part."""

from __future__ import annotations

from typing import Final, Self

import attrs

from hotelpay.errors import WrongType
from hotelpay.folio import Payment
from hotelpay.moments import Instant
from hotelpay.money import Money
from hotelpay.points import BonusCard, Points
from hotelpay.settlement.effects import CancelHold, CommitHold, Debit, Effect, HoldPoints, Post, Refund, TakeBack
from hotelpay.settlement.identity import Identity
from hotelpay.settlement.intent import Results
from hotelpay.settlement.outcome import Approved, Declined, Ending, Outcome, Refused
from hotelpay.texts import identifier

DEBIT: Final = "debit"
HOLD: Final = "hold"
COMMIT: Final = "commit"
CANCEL: Final = "cancel"
POST: Final = "post"
REFUND: Final = "refund"
TAKE_BACK: Final = "take-back"
POST_AGAIN: Final = "post-again"
#: What stands for a bonus card's number once it is erased.
ERASED_CARD: Final = BonusCard("erased")


def _check(points: Points, amount: Money, card: BonusCard) -> None:
    for field, value, kind in (("points", points, Points), ("amount", amount, Money), ("card", card, BonusCard)):
        if type(value) is not kind:
            raise WrongType(field, value, f"a {kind.__name__}")


@attrs.frozen(kw_only=True)
class RedemptionIntent:
    """Points for a payment on a folio: ``points`` are debited and ``amount`` is posted, or neither.

    ``until`` (hotel time) is when a debit that was never sent is not sent any more. ``with_hold``: the points are
    set aside first and taken after the posting.
    """

    identity: Identity
    reservation: str
    folio: str
    payment_type: str
    card: BonusCard
    points: Points
    amount: Money
    comment: str | None = attrs.field(default=None, repr=False)
    at: Instant
    until: Instant
    with_hold: bool = False

    def __attrs_post_init__(self) -> None:
        identifier(self.payment_type, "payment_type")
        _check(self.points, self.amount, self.card)

    @property
    def opening(self) -> str | None:
        """The purpose of the first call that moves points."""
        return HOLD if self.with_hold else DEBIT

    @property
    def posting_key(self) -> str:
        """The key that the payment is posted under."""
        return self.identity.call(POST).key

    def next_effect(self, results: Results) -> Effect | Ending:
        """Debit (or set aside), post; where the posting is refused for good, return the points."""
        taken = results.get(self.opening or DEBIT)
        match taken:
            case None:
                kind = HoldPoints if self.with_hold else Debit
                return kind(self.identity.call(self.opening or DEBIT), self.card, self.points, self.until)
            case Approved():
                return self._taken(taken, results)
            case Declined(code):
                return Ending(Outcome.DECLINED, code)
            case _:
                return Ending(Outcome.NOT_ATTEMPTED, "too_late")

    def _taken(self, taken: Approved, results: Results) -> Effect | Ending:
        if taken.amount != self.points:
            # The processor broke its promise; what it took goes back.
            return self._undone(taken, results, "other_points_taken")
        posted = results.get(POST)
        if posted is None:
            call = self.identity.call(POST)
            payment = Payment(
                amount=self.amount,
                payment_type=self.payment_type,
                reference=call.key,
                paid_at=self.at,
                comment=self.comment,
            )
            return Post(call, self.reservation, self.folio, payment, taken.reference)
        if isinstance(posted, Refused):
            return self._undone(taken, results, posted.code)
        return self._committed(taken, results) if self.with_hold else Ending(Outcome.APPROVED)

    def _committed(self, held: Approved, results: Results) -> Effect | Ending:
        committed = results.get(COMMIT)
        match committed:
            case None:
                return CommitHold(self.identity.call(COMMIT), held.reference, self.points)
            case Approved():
                return Ending(Outcome.APPROVED)
            case _:
                # Without its points the payment may not stand; what is still set aside is let go.
                reason = committed.code if isinstance(committed, Declined) else "not_committed"
                return self._taken_back(held, results, reason)

    def _taken_back(self, held: Approved, results: Results, reason: str) -> Effect | Ending:
        match results.get(TAKE_BACK):
            case None:
                call = self.identity.call(TAKE_BACK)
                payment = Payment(
                    amount=-self.amount, payment_type=self.payment_type, reference=call.key, paid_at=self.at
                )
                return TakeBack(call, self.reservation, self.folio, payment, self.posting_key)
            case Refused(code):
                return Ending(Outcome.HALF_DONE, code, "points_not_taken")
            case _:
                return self._undone(held, results, reason)

    def _undone(self, taken: Approved, results: Results, reason: str) -> Effect | Ending:
        if not isinstance(taken.amount, Points):
            return Ending(Outcome.HALF_DONE, reason, "points_not_returned")
        purpose = CANCEL if self.with_hold else REFUND
        returned = results.get(purpose)
        match returned:
            case None if self.with_hold:
                return CancelHold(self.identity.call(CANCEL), taken.reference, taken.amount)
            case None:
                return Refund(self.identity.call(REFUND), self.card, taken.amount, taken.reference)
            case Approved():
                return Ending(Outcome.REVERSED, reason)
            case _:
                return Ending(Outcome.HALF_DONE, reason, "points_not_returned")

    def erased(self) -> Self:
        """Return the intent without the card's number and the comment."""
        return attrs.evolve(self, card=ERASED_CARD, comment=None)


@attrs.frozen(kw_only=True)
class ReversalIntent:
    """A payment (or a part of it) taken back, and its points returned to the wallet they came from.

    ``posted`` is the key that the payment was posted under, ``debit`` the reference of the debit.
    """

    identity: Identity
    reservation: str
    folio: str
    payment_type: str
    card: BonusCard
    points: Points
    amount: Money
    posted: str
    debit: str
    at: Instant

    def __attrs_post_init__(self) -> None:
        identifier(self.payment_type, "payment_type")
        _check(self.points, self.amount, self.card)

    @property
    def opening(self) -> str | None:
        """The purpose of the first call that moves points."""
        return REFUND

    def next_effect(self, results: Results) -> Effect | Ending:
        """Take the payment back first, which can be undone; then return the points."""
        match results.get(TAKE_BACK):
            case None:
                return self._taking_back()
            case Refused(code):
                return Ending(Outcome.DECLINED, code)
            case _:
                return self._returned(results)

    def _taking_back(self) -> TakeBack:
        call = self.identity.call(TAKE_BACK)
        return TakeBack(call, self.reservation, self.folio, self._payment(-self.amount, call.key), self.posted)

    def _returned(self, results: Results) -> Effect | Ending:
        returned = results.get(REFUND)
        match returned:
            case None:
                return Refund(self.identity.call(REFUND), self.card, self.points, self.debit)
            case Approved(amount):
                differs = None if amount == self.points else "other_points_returned"
                return Ending(Outcome.DONE, differs, differs)
            case _:
                return self._posted_again(results, returned.code if isinstance(returned, Declined) else "too_late")

    def _posted_again(self, results: Results, reason: str) -> Effect | Ending:
        match results.get(POST_AGAIN):
            case None:
                call = self.identity.call(POST_AGAIN)
                return Post(call, self.reservation, self.folio, self._payment(self.amount, call.key), self.debit)
            case Refused():
                return Ending(Outcome.HALF_DONE, reason, "points_not_returned")
            case _:
                return Ending(Outcome.DECLINED, reason)

    def _payment(self, amount: Money, key: str) -> Payment:
        return Payment(amount=amount, payment_type=self.payment_type, reference=key, paid_at=self.at)

    def erased(self) -> Self:
        """Return the intent without the card's number."""
        return attrs.evolve(self, card=ERASED_CARD)
