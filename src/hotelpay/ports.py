"""Everything outside hotelpay, as small protocols; a PMS adapts to them without subclassing.

A set of :class:`Ports` belongs to one hotel. All methods are synchronous. What a method may answer is a value; an
exception means that nobody knows what happened: of a call that moves money the outcome is then unknown, one to the
hotel's books is made again later, and a follow-up action is written down as failed until a person has it done again.
Calls bear a ``key`` (at most 64 characters, the same for every retry of the same call, see
:class:`~hotelpay.settlement.identity.Identity`): a repeat with a key that was answered changes nothing and gives the
same answer. ``hotelpay.testing`` has a suite for each port that shows whether an adapter keeps these promises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Protocol

import attrs

from hotelpay.conditions import Condition
from hotelpay.folio import Payment
from hotelpay.guarantee import GuaranteePolicy, GuaranteeStatus
from hotelpay.moments import Instant
from hotelpay.money import Money
from hotelpay.points import BonusCard, Points
from hotelpay.reservation import Pair, PreAuthorization, PreAuthorizationState, Reservation, ReservationStatus
from hotelpay.settlement.cycles import CycleClaim, CyclePlan, CycleRefusal
from hotelpay.settlement.effects import GatewayEffect, LoyaltyEffect
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Entry, Forgotten, Settlement, SettlementEvent
from hotelpay.settlement.outcome import InsideOutcome, MoneyOutcome
from hotelpay.settlement.stepper import Promises


@attrs.frozen
class Stretch:
    """A part of a span, from ``first`` to ``last`` (both included), where all ``conditions`` must hold."""

    first: Instant | date
    last: Instant | date
    conditions: tuple[Condition, ...] = ()


@attrs.frozen
class AnchorSpan:
    """A range query: reservations whose ``field`` lies in ``first … last`` (both included), in one of the statuses.

    ``field`` is ``created_at``, ``checked_in_at``, ``checked_out_at`` or ``cancelled_at`` with instants, or
    ``arrival`` or ``departure`` with dates on the hotel's clock.

    ``any_of`` narrows it, for a source that can judge that: to those that lie in one of these stretches and fulfil
    its conditions. An empty one narrows nothing.
    """

    field: str
    first: Instant | date
    last: Instant | date
    statuses: tuple[ReservationStatus, ...]
    any_of: tuple[Stretch, ...] = ()


@attrs.frozen
class CandidateQuery:
    """Which reservations a cycle has to look at: those in any of the ``spans``.

    ``at`` and ``policies`` are for who judges conditions about a guarantee status that a reservation does not bear
    itself (:func:`~hotelpay.guarantee.awaited_if_created_after`).
    """

    spans: tuple[AnchorSpan, ...]
    at: Instant
    policies: tuple[GuaranteePolicy, ...] = ()


class ReservationSource(Protocol):
    """Where reservations are read, as they stand at the moment of the call; never from a cache."""

    def candidates(self, query: CandidateQuery) -> Iterable[Reservation]:
        """Return every reservation in any of the spans, each once, in any order; more than those do no harm.

        One range query on an indexed column for each span: a cycle asks this once, and never reads all reservations.
        """
        ...

    def holding(self, left_until: Instant) -> Iterable[Reservation]:
        """Return the reservations checked out at ``left_until`` or before that have a held pre-authorisation."""
        ...

    def reservation(self, reservation: str) -> Reservation | None:
        """Return one reservation afresh, or None where there is none of that id."""
        ...


class FolioBook(Protocol):
    """The hotel's own books. Every method is idempotent by its key (or id); its answer is for good."""

    def post(self, key: str, reservation: str, folio: str, payment: Payment, *, received: str) -> InsideOutcome:
        """Post a payment to a folio; ``payment.reference`` is the key, ``received`` the outside call's reference.

        ``Refused`` is for good: nothing is posted, now or later.
        """
        ...

    def take_back(self, key: str, reservation: str, folio: str, payment: Payment, *, posted: str) -> InsideOutcome:
        """Post the negative ``payment`` against the one posted under the key ``posted``; ``Refused`` is for good."""
        ...

    def close(self, key: str, reservation: str, folio: str, document_type: str) -> InsideOutcome:
        """Close a folio with a document; one with a balance is refused (``folio_has_balance``) and stays open."""
        ...

    def keep(self, reservation: str, preauthorization: PreAuthorization) -> InsideOutcome:
        """Keep a blocked amount beside the reservation, by its id; the balance stays as it is."""
        ...

    def mark(self, reservation: str, preauthorization: str, state: PreAuthorizationState) -> InsideOutcome:
        """Write down what became of a blocked amount."""
        ...


class PaymentGateway(Protocol):
    """The payment processor. ``Declined`` is final; a time-out is ``Unknown`` (or raised), never ``Declined``.

    An adapter cancels an attempt for which the cardholder must confirm (SCA) at the processor before it answers
    ``Declined("authentication_required")``, so that it cannot succeed behind the hotel's back.
    """

    @property
    def promises(self) -> Promises:
        """How long the other side remembers keys, and whether it can be asked by key."""
        ...

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Take an amount from a stored card; ``Approved.amount`` is what was taken, which may be less."""
        ...

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Block an amount; ``Approved.expires_at`` is when the processor gives it back by itself."""
        ...

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        """Take at most the blocked amount; what is beyond it is given back."""
        ...

    def release(self, key: str, reference: str) -> MoneyOutcome:
        """Give a blocked amount back; ``Approved.amount`` is that amount."""
        ...

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        """Return what became of the call with this key, or None where the other side does not know it.

        Only asked where ``promises.can_look_up``.
        """
        ...


class LoyaltyProcessor(Protocol):
    """The loyalty system. Debits approve exactly the points that were asked for, or decline."""

    @property
    def promises(self) -> Promises:
        """How long the other side remembers keys, and whether it can be asked by key."""
        ...

    @property
    def can_hold(self) -> bool:
        """Whether points can be set aside before they are taken; then ``hold``, ``commit`` and ``cancel`` work."""
        ...

    def balances(self, card: BonusCard) -> Sequence[Points]:
        """Return what a card holds, one quantity for each currency type."""
        ...

    def debit(self, key: str, card: BonusCard, points: Points) -> MoneyOutcome:
        """Take points from a card."""
        ...

    def refund(self, key: str, card: BonusCard, points: Points, *, debit: str) -> MoneyOutcome:
        """Return points to the wallets that the debit of this reference took them from."""
        ...

    def hold(self, key: str, card: BonusCard, points: Points) -> MoneyOutcome:
        """Set points aside."""
        ...

    def commit(self, key: str, hold: str, points: Points) -> MoneyOutcome:
        """Take the points set aside under a reference; ``Approved.reference`` names the debit."""
        ...

    def cancel(self, key: str, hold: str, points: Points) -> MoneyOutcome:
        """Let the points go that were set aside under a reference."""
        ...

    def look_up(self, effect: LoyaltyEffect) -> MoneyOutcome | None:
        """Return what became of the call with this key, or None where the other side does not know it."""
        ...


class Mailer(Protocol):
    """Where e-mails go."""

    def send(self, key: str, reservation: str, template: str, amount: Money | None) -> InsideOutcome:
        """Send (or queue) the reservation an e-mail made from a template; a repeat of a key may be dropped."""
        ...


class Portal(Protocol):
    """The guest's self-service pages."""

    def set_folio_visibility(self, key: str, reservation: str, folio: str, *, visible: bool) -> InsideOutcome:
        """Show a folio in the portal, or hide it."""
        ...


class GuaranteeDesk(Protocol):
    """Where a reservation's guarantee is decided."""

    def set_guarantee_status(self, key: str, reservation: str, status: GuaranteeStatus) -> InsideOutcome:
        """Make a reservation guaranteed or not."""
        ...


class TodoList(Protocol):
    """The notes that staff get."""

    def create(self, key: str, reservation: str, text: str, channel: str | None) -> InsideOutcome:
        """Leave a note on a reservation; a repeat of a key creates no second one."""
        ...


@attrs.frozen(kw_only=True)
class Hold:
    """A lease on a reservation: nobody else decides about its money meanwhile.

    ``now`` is the ledger's time when it was given, ``until`` when it ends by itself.
    """

    reservation: str
    token: str
    now: Instant
    until: Instant


@attrs.frozen(kw_only=True)
class Claim:
    """A worker's lease on a settlement, good for one ``epoch``; ``now`` is the ledger's time when it was given."""

    settlement: Settlement
    epoch: int
    now: Instant

    @property
    def key(self) -> str:
        """The settlement's key."""
        return self.settlement.key


@attrs.frozen(kw_only=True)
class CycleEnd:
    """What the end of a cycle tells, each once: what was forgotten, and the settlements that wait for a person.

    ``waiting`` are those that no completed cycle has told before, whoever found that a person is needed: the cycle, a
    recovery, a clerk's redemption.
    """

    forgotten: tuple[Forgotten, ...]
    waiting: tuple[Settlement, ...]


class RunLedger(Protocol):
    """The journal of one hotel, as one worker sees it.

    Every method is one transaction on the ledger's own connection: it is kept when it returns, whatever becomes of
    a transaction of the caller. All times are the ledger's, never the worker's clock.
    """

    @property
    def hotel(self) -> str:
        """The hotel whose ledger it is."""
        ...

    @property
    def lease_seconds(self) -> int:
        """How long a hold, a claim and a cycle are leased for; each record extends its lease by that."""
        ...

    # Holds.

    def hold(self, reservation: str) -> Hold | None:
        """Take the lease on a reservation; None while anybody has it, this worker included."""
        ...

    def let_go(self, hold: Hold) -> None:
        """Give a hold back; one that was lost meanwhile is left alone."""

    # Settlements.

    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        """Claim a settlement with its whole intent, and append the first events, all in one.

        None, and nothing is written, where the identity is claimed already or the hold no longer holds. The hold itself
        is not extended: once claimed, the settlement is what others see. Raises
        :class:`~hotelpay.errors.InvalidValue` for an identity of another hotel.
        """
        ...

    def take(self, key: str) -> Claim | None:
        """Take over an unfinished settlement whose lease has ended, under a new epoch; else None."""
        ...

    def reopen(self, key: str) -> Claim | None:
        """Take an **ended** settlement once more, under a new epoch, to add to its journal; else None.

        It stays ended: only what followed it (a failed action) is done again.
        """
        ...

    def record(self, claim: Claim, events: Sequence[SettlementEvent]) -> Instant | None:
        """Append events and extend the lease (``Completed`` ends it); return the ledger's time.

        None, and nothing is written, where the claim's epoch is over; with a ``Sending`` among the events also where
        the lease itself is over.
        """
        ...

    def give_back(self, claim: Claim) -> None:
        """End the lease of a claim early, so that the next visitor need not wait; a lost one is left alone."""

    def find(self, identity: Identity) -> Settlement | None:
        """Return a settlement, or None where it was never claimed."""
        ...

    def unfinished(self) -> Sequence[str]:
        """Return the keys of all settlements that have not ended and whose lease has, oldest first."""
        ...

    def of_reservation(self, reservation: str) -> Sequence[Settlement]:
        """Return every settlement of a reservation, oldest first."""
        ...

    # Turns.

    def next_attempt(self, kind: Kind, names: tuple[str, ...]) -> int | None:
        """Return the attempt that may be claimed now, or None where all that were allowed are used up."""
        ...

    def processed(self, pairs: Collection[Pair]) -> AbstractSet[Pair]:
        """Return those of the pairs that have no attempt left: claimed or imported, and not re-armed beyond that."""
        ...

    def import_processed(self, pairs: Iterable[Pair]) -> int:
        """Count the first attempt of pairs as made elsewhere; return for how many that is new."""
        ...

    def rearm(self, kind: Kind, names: tuple[str, ...], attempt: int, *, by: str, reason: str) -> bool:
        """Allow one more attempt, this one; False where it is allowed already, as the first always is."""
        ...

    # Cycles.

    def begin_cycle(self, cycle_at: Instant) -> CycleClaim | CycleRefusal:
        """Claim a cycle, or resume one whose worker's lease has ended."""
        ...

    def plan_cycle(self, claim: CycleClaim, plan: CyclePlan) -> bool:
        """Keep the list that a cycle decided at its start; False where the claim is lost."""
        ...

    def keep_cycle(self, claim: CycleClaim) -> bool:
        """Extend the lease of a cycle; False where the claim is lost."""
        ...

    def give_back_cycle(self, claim: CycleClaim) -> None:
        """End the lease of a cycle early, so that its next delivery need not wait; a lost one is left alone."""

    def complete_cycle(
        self, claim: CycleClaim, forgotten: Sequence[Forgotten], *, plan: CyclePlan | None = None
    ) -> CycleEnd | None:
        """End a cycle, and return what no completed cycle has told before; None where the claim is lost.

        ``plan`` is the list where :meth:`plan_cycle` has not kept it: the next cycle asks which tasks were active.
        A settlement is told again only where a person is needed for another reason than before.
        """
        ...

    # The journal.

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Return the journal's entries with a number above ``after``, in order: the events that a host observes."""
        ...

    def erase(self, reservation: str) -> int:
        """Remove personal data and free text from a reservation's settlements; return how many there were.

        Keys, amounts and outcomes stay; of a re-arming its reason goes. Unfinished settlements are left alone, since
        they still need theirs: erase again when they have ended.
        """
        ...


@attrs.frozen(kw_only=True)
class Ports:
    """The outside of one hotel. What a hotel does not have is left out, and what needs it is refused."""

    ledger: RunLedger
    source: ReservationSource
    book: FolioBook
    gateway: PaymentGateway | None = None
    loyalty: LoyaltyProcessor | None = None
    mailer: Mailer | None = None
    portal: Portal | None = None
    guarantee_desk: GuaranteeDesk | None = None
    todos: TodoList | None = None
