"""The other side in memory: a payment processor and a loyalty system with books of their own, and their bad days.

Both remember keys for as long as they promise and no longer: a repeat after that moves money again, as it would at
a real processor. What may go wrong with a call is a :class:`Fault`; ``faults`` says which call has which.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count
from typing import Final, TypeAlias

import attrs

from hotelpay.moments import HOUR, Instant
from hotelpay.money import Money
from hotelpay.points import BonusCard, Points
from hotelpay.settlement.effects import GatewayEffect, LoyaltyEffect
from hotelpay.settlement.outcome import Approved, Declined, MoneyOutcome, NotAttempted, Unknown
from hotelpay.settlement.stepper import Promises

#: What a well-kept processor promises (Stripe remembers a key for 24 hours at least).
GOOD_PROMISES: Final = Promises(key_memory_hours=24, can_look_up=True)
#: How long the simulated processor holds a blocked amount.
HELD_FOR: Final = 7 * 24 * HOUR


class Fault(enum.Enum):
    """What goes wrong with one call."""

    DECLINED = "declined"
    """The other side refuses, for good."""
    NEVER_SENT = "never_sent"
    """The connection is refused: it certainly never happened."""
    LOST_REQUEST = "lost_request"
    """The call is lost on its way: it never happens, and nobody is told."""
    LOST_REPLY = "lost_reply"
    """The call happens, and its answer is lost."""
    LATE_REQUEST = "late_request"
    """The call times out here, and reaches the other side a minute later."""
    RAISES = "raises"
    """The adapter raises something that nobody documented, before anything is sent."""
    RAISES_AFTERWARDS = "raises_afterwards"
    """The adapter raises, and the call has happened."""
    IN_PART = "in_part"
    """The other side approves only half of what was asked."""


#: How long a :attr:`Fault.LATE_REQUEST` is on its way, in seconds.
LATE_BY: Final = 60

#: Which fault a call has, by the name of its operation and its key; None for none.
Faults: TypeAlias = Callable[[str, str], Fault | None]


def no_faults(_operation: str, _key: str) -> Fault | None:
    """Return none: every call goes well."""
    return None


def faults_in_turn(*faults: Fault | None, operation: str | None = None) -> Faults:
    """Return faults for the first calls (of one operation, or of all) in their turn; later calls go well."""
    left = list(faults)

    def fault_of(called: str, _key: str) -> Fault | None:
        return left.pop(0) if left and operation in (None, called) else None

    return fault_of


@attrs.frozen
class Movement:
    """A line in the other side's own books: money or points that really moved."""

    operation: str
    key: str
    amount: Money | Points
    reference: str
    of: str
    at: Instant


@attrs.define
class _Answered:
    """What the other side remembers of a key."""

    request: tuple[object, ...]
    answer: Approved | Declined
    at: Instant


@attrs.define
class OtherSide:
    """What gateway and loyalty system have in common: keys, their memory, and what the network does to calls."""

    clock: Callable[[], Instant]
    promises: Promises = GOOD_PROMISES
    faults: Faults = no_faults
    movements: list[Movement] = attrs.field(factory=list)
    _answered: dict[str, _Answered] = attrs.field(factory=dict)
    _late: list[tuple[Instant, Callable[[], object]]] = attrs.field(factory=list)
    _in_part: bool = False
    _lock: threading.RLock = attrs.field(factory=threading.RLock, repr=False)
    _numbers: Callable[[], int] = attrs.field(factory=lambda: count(1).__next__)

    def moved(self, operation: str) -> list[Movement]:
        """Return the movements of one operation."""
        self._deliver_late_calls()
        return [each for each in self.movements if each.operation == operation]

    def _call(
        self, operation: str, key: str, request: tuple[object, ...], act: Callable[[], Approved | Declined]
    ) -> MoneyOutcome:
        self._deliver_late_calls()
        fault = self.faults(operation, key)
        match fault:
            case Fault.NEVER_SENT:
                return NotAttempted("connection refused")
            case Fault.LOST_REQUEST:
                return Unknown("timed out")
            case Fault.RAISES:
                raise RuntimeError("the adapter broke before it sent anything")
            case Fault.LATE_REQUEST:
                arrives = Instant(self.clock() + LATE_BY)
                self._late.append((arrives, lambda: self._arrive(key, (operation, *request), act)))
                return Unknown("timed out")
            case Fault.DECLINED:
                return self._arrive(key, (operation, *request), lambda: Declined("declined", "not this time"))
            case _:
                self._in_part = fault is Fault.IN_PART
                answer = self._arrive(key, (operation, *request), act)
        if fault is Fault.RAISES_AFTERWARDS:
            raise RuntimeError("the adapter broke after the call")
        return Unknown("the reply was lost") if fault is Fault.LOST_REPLY else answer

    def _arrive(
        self, key: str, request: tuple[object, ...], act: Callable[[], Approved | Declined]
    ) -> Approved | Declined:
        """Take a call in: a key that is still remembered gets the answer it had."""
        with self._lock:
            known = self._remembered(key)
            if known is None:
                known = self._answered[key] = _Answered(request, act(), self.clock())
            elif known.request != request:
                raise ValueError(f"key {key} was used for another call")
            return known.answer

    def _remembered(self, key: str) -> _Answered | None:
        known = self._answered.get(key)
        return known if known is not None and self.promises.still_remembers(known.at, self.clock()) else None

    def _look_up(self, key: str) -> MoneyOutcome | None:
        # Whether a repeat is recognised and whether an old call can be found are two promises: a processor keeps
        # its books longer than its keys.
        self._deliver_late_calls()
        if not self.promises.can_look_up:
            raise RuntimeError("this side cannot be asked by key")
        known = self._answered.get(key)
        return None if known is None else known.answer

    def _deliver_late_calls(self) -> None:
        now = self.clock()
        arrived = [act for at, act in self._late if at <= now]
        self._late = [(at, act) for at, act in self._late if at > now]
        for act in arrived:
            act()

    def _moved(self, operation: str, key: str, amount: Money | Points, of: str) -> str:
        reference = f"{operation}-{self._numbers()}"
        self.movements.append(Movement(operation, key, amount, reference, of, self.clock()))
        return reference


@attrs.define
class _Blocked:
    amount: Money
    expires_at: Instant
    open: bool = True


@attrs.define
class MemoryGateway(OtherSide):
    """A payment processor in memory."""

    _blocked: dict[str, _Blocked] = attrs.field(factory=dict)

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Take an amount."""

        def act() -> Approved:
            taken = self._granted(amount)
            return Approved(taken, self._moved("charge", key, taken, card))

        return self._call("charge", key, (card, amount), act)

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Block an amount for a week."""

        def act() -> Approved:
            blocked = self._granted(amount)
            reference = self._moved("preauthorize", key, blocked, card)
            until = Instant(self.clock() + HELD_FOR)
            self._blocked[reference] = _Blocked(blocked, until)
            return Approved(blocked, reference, until)

        return self._call("preauthorize", key, (card, amount), act)

    def block(self, reference: str, amount: Money, *, seconds: int = HELD_FOR) -> None:
        """Put a blocked amount into the books as if it had been there before."""
        self._blocked[reference] = _Blocked(amount, Instant(self.clock() + seconds))

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        """Take at most the blocked amount."""

        def act() -> Approved | Declined:
            blocked = self._open(reference)
            if blocked is None or amount > blocked.amount:
                return Declined("no_such_hold" if blocked is None else "above_hold")
            blocked.open = False
            return Approved(amount, self._moved("capture", key, amount, reference))

        return self._call("capture", key, (reference, amount), act)

    def release(self, key: str, reference: str) -> MoneyOutcome:
        """Give a blocked amount back."""

        def act() -> Approved | Declined:
            blocked = self._open(reference)
            if blocked is None:
                return Declined("no_such_hold")
            blocked.open = False
            return Approved(blocked.amount, self._moved("release", key, blocked.amount, reference))

        return self._call("release", key, (reference,), act)

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        """Return what became of a key."""
        return self._look_up(effect.call.key)

    def _open(self, reference: str) -> _Blocked | None:
        blocked = self._blocked.get(reference)
        return blocked if blocked is not None and blocked.open and self.clock() < blocked.expires_at else None

    def _granted(self, amount: Money) -> Money:
        """Return what is approved of an amount: half of it on a bad day."""
        return Money(max(1, amount.minor // 2), amount.currency) if self._in_part else amount


@attrs.define
class MemoryLoyalty(OtherSide):
    """A loyalty system in memory: cards with a balance for each currency type."""

    can_hold: bool = False
    cards: dict[str, dict[str, Decimal]] = attrs.field(factory=dict)
    _set_aside: set[str] = attrs.field(factory=set)

    def load(self, card: BonusCard, *points: Points) -> None:
        """Put points on a card."""
        wallet = self.cards.setdefault(card.number, {})
        for each in points:
            wallet[each.currency_type] = wallet.get(each.currency_type, Decimal(0)) + each.amount

    def balances(self, card: BonusCard) -> Sequence[Points]:
        """Return what a card holds."""
        self._deliver_late_calls()
        return [Points(amount, kind) for kind, amount in self.cards.get(card.number, {}).items()]

    def debit(self, key: str, card: BonusCard, points: Points) -> MoneyOutcome:
        """Take points."""
        return self._call("debit", key, (card, points), lambda: self._take("debit", key, card, points))

    def hold(self, key: str, card: BonusCard, points: Points) -> MoneyOutcome:
        """Set points aside: they are off the card until the hold is cancelled."""

        def act() -> Approved | Declined:
            held = self._take("hold", key, card, points)
            if isinstance(held, Approved):
                self._set_aside.add(held.reference)
            return held

        return self._call("hold", key, (card, points), act)

    def refund(self, key: str, card: BonusCard, points: Points, *, debit: str) -> MoneyOutcome:  # noqa: ARG002
        """Return points to the card that a debit took them from."""

        def act() -> Approved | Declined:
            card = self._card_of(debit)
            return Declined("no_such_debit") if card is None else self._give("refund", key, card, points)

        return self._call("refund", key, (debit, points), act)

    def commit(self, key: str, hold: str, points: Points) -> MoneyOutcome:
        """Take the points set aside."""

        def act() -> Approved | Declined:
            card = self._no_longer_set_aside(hold)
            if card is None:
                return Declined("no_such_hold")
            return Approved(points, self._moved("commit", key, points, card.number))

        return self._call("commit", key, (hold, points), act)

    def cancel(self, key: str, hold: str, points: Points) -> MoneyOutcome:
        """Let the points go that were set aside."""

        def act() -> Approved | Declined:
            card = self._no_longer_set_aside(hold)
            return Declined("no_such_hold") if card is None else self._give("cancel", key, card, points)

        return self._call("cancel", key, (hold, points), act)

    def look_up(self, effect: LoyaltyEffect) -> MoneyOutcome | None:
        """Return what became of a key."""
        return self._look_up(effect.call.key)

    def _take(self, operation: str, key: str, card: BonusCard, points: Points) -> Approved | Declined:
        wallet = self.cards.get(card.number, {})
        if wallet.get(points.currency_type, Decimal(0)) < points.amount:
            return Declined("too_few_points")
        wallet[points.currency_type] -= points.amount
        return Approved(points, self._moved(operation, key, points, card.number))

    def _give(self, operation: str, key: str, card: BonusCard, points: Points) -> Approved:
        self.load(card, points)
        return Approved(points, self._moved(operation, key, points, card.number))

    def _no_longer_set_aside(self, hold: str) -> BonusCard | None:
        """Return the card of a hold that is still open, and end that; None where there is none."""
        if hold not in self._set_aside:
            return None
        self._set_aside.remove(hold)
        return self._card_of(hold)

    def _card_of(self, reference: str) -> BonusCard | None:
        return next((BonusCard(each.of) for each in self.movements if each.reference == reference), None)
