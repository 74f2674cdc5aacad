"""What becomes of a blocked amount, step by step: it is released, or captured and posted."""

from __future__ import annotations

from typing import Final, Self

import attrs

from hotelpay.actions import CreateTodo
from hotelpay.errors import CurrencyMismatch, InvalidValue
from hotelpay.folio import Payment
from hotelpay.moments import Instant
from hotelpay.money import Money
from hotelpay.reservation import PreAuthorization, PreAuthorizationState
from hotelpay.settlement.effects import Capture, Effect, FollowUp, MarkPreauthorization, Post, Release
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Results
from hotelpay.settlement.outcome import Approved, Declined, Ending, Outcome, Refused, TooLate

RELEASE: Final = "release"
CAPTURE: Final = "capture"
POST: Final = "post"
MARK: Final = "mark"
TELL: Final = "action-1"
#: The channel that the staff who look after payments read (D9).
PAYMENTS_CHANNEL: Final = "Payments"


@attrs.frozen(kw_only=True)
class ReleaseIntent:
    """Giving one blocked amount back; a refusal leaves a to-do in the channel "Payments" (AP-RELEASE-ERROR)."""

    identity: Identity
    reservation: str
    preauthorization: PreAuthorization
    cycle_at: Instant

    @classmethod
    def of(
        cls, held: PreAuthorization, *, hotel: str, reservation: str, attempt: int, cycle_at: Instant
    ) -> ReleaseIntent:
        """Return the intent of releasing a held amount."""
        identity = Identity(hotel, Kind.RELEASE, (reservation, held.id), attempt)
        return cls(identity=identity, reservation=reservation, preauthorization=held, cycle_at=cycle_at)

    @property
    def opening(self) -> str | None:
        """The purpose of the call that moves money."""
        return RELEASE

    def next_effect(self, results: Results) -> Effect | Ending:
        """Release it at the processor, unless it has expired there; then write that down, or tell the staff."""
        held = self.preauthorization
        released = results.get(RELEASE)
        match released:
            case None:
                return Release(self.identity.call(RELEASE), held.reference, held.expires_at)
            case Declined(code):
                if TELL in results:
                    return Ending(Outcome.DECLINED, code)
                text = f"Release of pre-authorization {held.id} was refused ({code})"
                todo = CreateTodo(text, PAYMENTS_CHANNEL)
                return FollowUp(self.identity.call(TELL), todo, self.reservation, held.folio, held.amount)
            case _ if MARK not in results:
                state = PreAuthorizationState.RELEASED
                return MarkPreauthorization(self.identity.call(MARK), self.reservation, held.id, state)
            case TooLate():
                return _marked(results, Ending(Outcome.DONE, "expired"))
            case _:
                return _marked(results, Ending(Outcome.APPROVED))

    def erased(self) -> Self:
        """Return the intent itself: it holds no personal data."""
        return self


@attrs.frozen(kw_only=True)
class CaptureIntent:
    """Taking (a part of) one blocked amount, and posting it; in time, and never more than is held."""

    identity: Identity
    reservation: str
    preauthorization: PreAuthorization
    amount: Money
    at: Instant

    def __attrs_post_init__(self) -> None:
        held = self.preauthorization.amount
        if self.amount.currency.code != held.currency.code:
            raise CurrencyMismatch(self.amount.currency.code, held.currency.code)
        if not 0 < self.amount.minor <= held.minor:
            raise InvalidValue("amount", str(self.amount), f"above zero and at most {held}", code="number_out_of_range")

    @property
    def opening(self) -> str | None:
        """The purpose of the call that moves money."""
        return CAPTURE

    def next_effect(self, results: Results) -> Effect | Ending:
        """Capture, post what was captured, and write down that the amount is no longer held."""
        held = self.preauthorization
        captured = results.get(CAPTURE)
        match captured:
            case None:
                return Capture(self.identity.call(CAPTURE), held.reference, self.amount, held.expires_at)
            case Approved(Money() as amount, reference) if amount.currency.code == self.amount.currency.code:
                if POST not in results:
                    call = self.identity.call(POST)
                    payment = Payment(amount=amount, reference=call.key, paid_at=self.at)
                    return Post(call, self.reservation, held.folio, payment, reference)
                return self._posted(results)
            case Approved():
                return Ending(Outcome.APPROVED, "foreign_currency", "foreign_currency")
            case Declined(code):
                return Ending(Outcome.DECLINED, code)
            case _:
                return Ending(Outcome.NOT_ATTEMPTED, "expired")

    def _posted(self, results: Results) -> Effect | Ending:
        if MARK not in results:
            state = PreAuthorizationState.CAPTURED
            return MarkPreauthorization(self.identity.call(MARK), self.reservation, self.preauthorization.id, state)
        posted = results[POST]
        if isinstance(posted, Refused):
            return Ending(Outcome.APPROVED, posted.code, "posting_refused")
        return _marked(results, Ending(Outcome.APPROVED))

    def erased(self) -> Self:
        """Return the intent itself: it holds no personal data."""
        return self


def _marked(results: Results, ending: Ending) -> Ending:
    """Return the ending; books that would not note it leave a person to correct them."""
    marked = results[MARK]
    return attrs.evolve(ending, person="not_marked") if isinstance(marked, Refused) else ending
