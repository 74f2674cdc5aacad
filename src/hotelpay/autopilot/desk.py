"""What the desk does with a blocked amount: gives it back or takes it, on somebody's word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hotelpay.autopilot.hold_intents import CaptureIntent, ReleaseIntent
from hotelpay.driver import claim_and_drive
from hotelpay.errors import InvalidValue, UnknownName
from hotelpay.moments import Instant, observed
from hotelpay.money import Money
from hotelpay.ports import Ports
from hotelpay.recovery import settle_first
from hotelpay.reservation import PreAuthorization, PreAuthorizationState, Reservation
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Settlement


def release(ports: Ports, *, reservation: str, preauthorization: str, at: datetime | Instant) -> Settlement:
    """Give a blocked amount back at once, whatever the reservation's status and bill; return the settlement.

    For what no cycle releases (D40): the hold of a guest who cancelled or never came, or who still owes. A hold that
    has expired is only noted as released (``done``, code ``expired``). A refusal leaves a to-do, as in a cycle, and
    what had its turn has another one where a person re-arms it: asking again returns what was done.

    Raises :class:`~hotelpay.errors.UnknownName` for a reservation or a held pre-authorisation that is not there, and
    :class:`~hotelpay.errors.InvalidValue` where money on the reservation is still on its way (code ``unsettled``: ask
    again).
    """
    at = observed(at)
    names = (reservation, preauthorization)

    def begin() -> Settlement | Intent:
        attempt = ports.ledger.next_attempt(Kind.RELEASE, names)
        if attempt is None:
            return _last_release(ports, names)
        held = _held(_reservation(ports, reservation), preauthorization)
        return ReleaseIntent.of(held, hotel=ports.ledger.hotel, reservation=reservation, attempt=attempt, cycle_at=at)

    return _alone(ports, reservation, at, begin)


def capture(
    ports: Ports, *, reservation: str, preauthorization: str, at: datetime | Instant, amount: Money | None = None
) -> Settlement:
    """Take a blocked amount and post it to its folio; return the settlement, whose ``outcome`` says what came of it.

    Without an ``amount`` it is what the folio still owes, at most what is held; an expired hold is not captured
    (``not_attempted``). One pre-authorisation is captured once: asking again returns what was done.

    Raises :class:`~hotelpay.errors.UnknownName` for a reservation or a held pre-authorisation that is not there, and
    :class:`~hotelpay.errors.InvalidValue` where nothing is due, where more than the hold is asked, or where money on
    the reservation is still on its way (code ``unsettled``: ask again).
    """
    at = observed(at)
    identity = Identity(ports.ledger.hotel, Kind.CAPTURE, (reservation, preauthorization))

    def begin() -> Settlement | Intent:
        before = ports.ledger.find(identity)
        if before is not None:
            return before
        found = _reservation(ports, reservation)
        held = _held(found, preauthorization)
        wanted = _due(found, held) if amount is None else amount
        return CaptureIntent(identity=identity, reservation=reservation, preauthorization=held, amount=wanted, at=at)

    return _alone(ports, reservation, at, begin)


def _alone(ports: Ports, reservation: str, at: Instant, begin: Callable[[], Settlement | Intent]) -> Settlement:
    """Carry out what ``begin`` wants, or return what it found done, while nobody else moves the reservation's money."""
    ledger = ports.ledger
    hold = ledger.hold(reservation)
    if hold is None:
        raise _unsettled(reservation)
    try:
        if not settle_first(ledger.of_reservation(reservation), reservation, ports, at=at):
            raise _unsettled(reservation)
        begun = begin()
        if isinstance(begun, Settlement):
            return begun
        progress = claim_and_drive(begun, hold, ports, at=at)
        if progress is None:
            raise _unsettled(reservation)
        return progress.settlement
    finally:
        ledger.let_go(hold)


def _last_release(ports: Ports, names: tuple[str, str]) -> Settlement:
    """Return the last attempt: what has no turn left was claimed here, since only runs can be imported as processed."""
    history = ports.ledger.of_reservation(names[0])
    identities = ((each.intent.identity, each) for each in history)
    return [each for identity, each in identities if (identity.kind, identity.names) == (Kind.RELEASE, names)][-1]


def _reservation(ports: Ports, name: str) -> Reservation:
    found = ports.source.reservation(name)
    if found is None:
        raise UnknownName("reservation", name, "one of the hotel's reservations", code="unknown_id")
    return found


def _held(reservation: Reservation, name: str) -> PreAuthorization:
    held = next((each for each in reservation.preauthorizations if each.id == name), None)
    if held is None or held.state is not PreAuthorizationState.HELD:
        raise UnknownName("preauthorization", name, "one that is held on the reservation", code="unknown_id")
    return held


def _due(reservation: Reservation, held: PreAuthorization) -> Money:
    """Return what the folio of a hold owes, at most what is held."""
    due = next((folio.amount_due for folio in reservation.folios if folio.id == held.folio), None)
    if due is None or not due:
        raise InvalidValue("amount", None, "given, since the folio owes nothing", code="missing_amount")
    return min(due, held.amount)


def _unsettled(reservation: str) -> InvalidValue:
    return InvalidValue("reservation", reservation, "free: money on it is still on its way", code="unsettled")
