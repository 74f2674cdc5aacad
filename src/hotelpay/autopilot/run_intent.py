"""What a run does, step by step: take or block the amount, keep it in the books, follow up."""

from __future__ import annotations

from typing import Self

import attrs

from hotelpay.actions import Action
from hotelpay.autopilot.decision import Problem, Run
from hotelpay.autopilot.task import Operation, Task
from hotelpay.folio import Payment
from hotelpay.moments import Instant
from hotelpay.money import Money
from hotelpay.reservation import PreAuthorization
from hotelpay.settlement.effects import Charge, Effect, FollowUp, KeepPreauthorization, Post, Preauthorize
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Results
from hotelpay.settlement.outcome import Approved, Declined, Done, Ending, Outcome, Refused, TooLate

CHARGE = "charge"
PREAUTHORIZE = "preauthorize"
POST = "post"
KEEP = "keep"
#: The decline of a run that finds no fitting card (AP-CARD-MISSING).
NO_CARD = Declined("no_card", "the reservation has no fitting card")


@attrs.frozen(kw_only=True)
class RunIntent:
    """One task on one reservation, as it was decided: nothing in it is worked out again.

    ``amount`` is None only for ``actions_only`` without a formula. ``snapshot`` is the digest of the reservation
    it was decided on, ``task`` the task as it was. A run with a ``problem`` that needs a person is claimed so that
    it is reported once, and ends at once.
    """

    identity: Identity
    task: Task
    reservation: str
    folio: str
    card: str | None
    amount: Money | None
    due_at: Instant
    closes_at: Instant
    cycle_at: Instant
    problem: Problem | None
    snapshot: str

    @classmethod
    def of(cls, run: Run, *, hotel: str, attempt: int, cycle_at: Instant, snapshot: str) -> RunIntent:
        """Return the intent of a run that a cycle decided on."""
        return cls(
            identity=Identity(hotel, Kind.RUN, (run.task.id, run.reservation), attempt),
            task=run.task,
            reservation=run.reservation,
            folio=run.folio,
            card=run.card,
            amount=None if run.amount is None else run.amount.total,
            due_at=run.due_at,
            closes_at=run.closes_at,
            cycle_at=cycle_at,
            problem=run.problem,
            snapshot=snapshot,
        )

    @property
    def opening(self) -> str | None:
        """The purpose of the call that moves money, None where none does."""
        if self.problem is not None or self.card is None:
            return None
        return PREAUTHORIZE if self.task.operation is Operation.PREAUTHORIZATION else CHARGE

    def next_effect(self, results: Results) -> Effect | Ending:
        """Act, keep it in the books, follow up, end."""
        if self.problem in (Problem.ABOVE_MAX_AMOUNT, Problem.ABOVE_MAX_RUNS):
            return Ending(Outcome.LEFT_TO_PERSON, self.problem.value, self.problem.value)
        acted = self._acted(results)
        match acted:
            case Approved():
                return self._kept(acted, results) or self._followed_up(results, self._approved(acted, results))
            case Declined(code):
                return self._followed_up(results, Ending(Outcome.DECLINED, code))
            case Done():
                return self._followed_up(results, Ending(Outcome.DONE))
            case TooLate():
                return Ending(Outcome.NOT_ATTEMPTED, "window_closed", "not_attempted")
            case _:
                return acted

    def _acted(self, results: Results) -> Effect | Approved | Declined | Done | TooLate:
        """Return what became of the operation, or the call that carries it out."""
        if self.opening is None or self.card is None or self.amount is None:
            return NO_CARD if self.problem is Problem.NO_CARD else Done()
        match results.get(self.opening):
            case Approved() | Declined() | TooLate() as answered:
                return answered
            case _:
                kind = Preauthorize if self.opening == PREAUTHORIZE else Charge
                return kind(self.identity.call(self.opening), self.card, self.amount, self.closes_at)

    def _kept(self, approved: Approved, results: Results) -> Effect | None:
        """Return the entry that the approved amount still needs in the hotel's books."""
        amount = self._for_folio(approved)
        purpose = KEEP if self.opening == PREAUTHORIZE else POST
        if amount is None or purpose in results:
            return None
        call = self.identity.call(purpose)
        if purpose == POST:
            payment = Payment(amount=amount, reference=call.key, paid_at=self.cycle_at)
            return Post(call, self.reservation, self.folio, payment, approved.reference)
        held = PreAuthorization(
            id=call.key,
            card=self.card or "",
            folio=self.folio,
            amount=amount,
            reference=approved.reference,
            expires_at=approved.expires_at,
        )
        return KeepPreauthorization(call, self.reservation, held)

    def _for_folio(self, approved: Approved) -> Money | None:
        """Return what was approved if it can stand on the folio; another currency cannot."""
        amount, asked = approved.amount, self.amount
        if asked is None or not isinstance(amount, Money) or amount.currency.code != asked.currency.code:
            return None
        return amount

    def _approved(self, approved: Approved, results: Results) -> Ending:
        amount = self._for_folio(approved)
        if amount is None:
            return Ending(Outcome.APPROVED, "foreign_currency", "foreign_currency")
        kept = results.get(POST, results.get(KEEP))
        if isinstance(kept, Refused):
            return Ending(Outcome.APPROVED, kept.code, "posting_refused")
        above = self.amount is not None and amount > self.amount
        return Ending(Outcome.APPROVED, *(("approved_above_asked",) * 2 if above else ()))

    def actions_after(self, outcome: Outcome) -> list[tuple[str, Action]]:
        """Return the actions that follow an outcome, each with the purpose of its call."""
        actions = self.task.on_failure if outcome is Outcome.DECLINED else self.task.on_success
        return [(f"action-{number}", action) for number, action in enumerate(actions, 1)]

    def _followed_up(self, results: Results, ending: Ending) -> Effect | Ending:
        for purpose, action in self.actions_after(ending.outcome):
            if purpose not in results:
                call = self.identity.call(purpose)
                return FollowUp(call, action, self.reservation, self.folio, self.amount)
        return ending

    def erased(self) -> Self:
        """Return the intent itself: it holds ids, amounts and the hotel's own task, nothing of the guest."""
        return self
