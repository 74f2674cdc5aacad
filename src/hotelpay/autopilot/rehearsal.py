"""A run rehearsed: carried out on a reservation as a value, by the script of the real one, where all goes well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import attrs

from hotelpay.actions import CloseFolio, SetGuaranteeStatus
from hotelpay.autopilot.decision import Run
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.folio import Folio
from hotelpay.moments import Instant
from hotelpay.reservation import Reservation
from hotelpay.settlement.effects import Charge, Effect, FollowUp, Post, Preauthorize
from hotelpay.settlement.outcome import Approved, Done, Ending, Refused, Result

#: Nothing is claimed under it and no key is sent anywhere: the script asks for a name.
_HOTEL: Final = "rehearsal"
_REFERENCE: Final = "rehearsed"
_DONE: Final = Done()


class Rehearsed(NamedTuple):
    """How a run would have ended, and what it would have changed, in order (:func:`changed_by`)."""

    ending: Ending
    changes: tuple[Effect, ...]


def rehearse(run: Run, reservation: Reservation, at: Instant) -> Rehearsed:
    """Carry out a run that the cycle ``at`` decided on, on the reservation that it was decided on (D32).

    Every card is approved in full. Of what a run does, that counts which later decisions see: a payment on the folio,
    a folio that is closed (one with a balance is not), a guarantee status.
    """
    intent = RunIntent.of(run, hotel=_HOTEL, attempt=1, cycle_at=at, snapshot="")
    results: dict[str, Result] = {}
    changes: list[Effect] = []
    while not isinstance(effect := intent.next_effect(results), Ending):
        result = results[effect.call.purpose] = _answer(effect, reservation)
        after = changed_by(effect, reservation) if result is _DONE else reservation
        if after is not reservation:
            changes.append(effect)
            reservation = after
    return Rehearsed(effect, tuple(changes))


def changed_by(effect: Effect, reservation: Reservation) -> Reservation:
    """Return a reservation with what an effect changes of it; the same one where no decision would see it."""
    match effect:
        case Post(folio=name, payment=payment):
            return _with_folio(reservation, name, lambda bill: attrs.evolve(bill, payments=(*bill.payments, payment)))
        case FollowUp(action=CloseFolio(), folio=name):
            return _with_folio(reservation, name, lambda bill: attrs.evolve(bill, closed=True))
        case FollowUp(action=SetGuaranteeStatus(status)):
            return attrs.evolve(reservation, guarantee_status=status)
        case _:
            return reservation


def _answer(effect: Effect, reservation: Reservation) -> Result:
    """Return what the outside says to an effect on a day on which nothing goes wrong."""
    match effect:
        case Charge(amount=amount) | Preauthorize(amount=amount):
            return Approved(amount, _REFERENCE)
        case FollowUp(action=CloseFolio(), folio=name) if any(
            folio.id == name and folio.balance for folio in reservation.folios
        ):
            return Refused("folio_has_balance")
        case _:
            return _DONE


def _with_folio(reservation: Reservation, name: str, change: Callable[[Folio], Folio]) -> Reservation:
    folios = [change(folio) if folio.id == name else folio for folio in reservation.folios]
    return attrs.evolve(reservation, folios=folios)
