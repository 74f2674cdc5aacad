"""Blocked amounts at their end: released by the cycle, or captured on somebody's word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import attrs

from hotelpay.autopilot.hold_intents import CaptureIntent, ReleaseIntent
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.release import releasable
from hotelpay.driver import claim_and_drive, described
from hotelpay.errors import InvalidValue, UnknownName
from hotelpay.moments import Instant, observed
from hotelpay.money import Money
from hotelpay.ports import Hold, Ports
from hotelpay.recovery import Stopping, Visited, settle_first, visited
from hotelpay.reservation import PreAuthorization, PreAuthorizationState, Reservation
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.journal import Settlement


class ReleaseSettings(Protocol):
    """What the release reads of a hotel's setup."""

    @property
    def rules(self) -> HouseRules:
        """The hotel's clock."""
        ...

    @property
    def release_preauthorizations_after_days(self) -> int | None:
        """Calendar days after departure; None is off."""
        ...


@attrs.frozen
class Releases:
    """What a cycle released, and what went wrong with which reservation; that is looked at again in the next cycle."""

    visited: tuple[Visited, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    stopped: bool = False


def release_all(setup: ReleaseSettings, ports: Ports, at: Instant, *, stopping: Stopping | None = None) -> Releases:
    """Release every pre-authorisation that is due at ``at``; what cannot be is looked at again in the next cycle.

    ``stopping`` is asked between reservations.
    """
    if setup.release_preauthorizations_after_days is None:
        return Releases()
    found: list[Visited] = []
    faults: list[tuple[str, str]] = []
    for seen in ports.source.holding(at):
        if found and stopping is not None and stopping():
            return Releases(tuple(found), tuple(faults), stopped=True)
        try:
            found += _release_of(seen, setup, ports, at)
        except Exception as fault:  # noqa: BLE001  one failing reservation never stops the others
            faults.append((seen.id, described(fault)))
    return Releases(tuple(found), tuple(faults))


def _release_of(seen: Reservation, setup: ReleaseSettings, ports: Ports, at: Instant) -> tuple[Visited, ...]:
    """Release what a reservation has to release, if nobody else is at it."""
    hold = ports.ledger.hold(seen.id) if _releasable(setup, seen, at) else None
    if hold is None:
        return ()
    try:
        return tuple(_release_held(setup, hold, ports, at))
    finally:
        ports.ledger.let_go(hold)


def _releasable(setup: ReleaseSettings, reservation: Reservation, at: Instant) -> tuple[PreAuthorization, ...]:
    days = setup.release_preauthorizations_after_days
    return releasable(reservation, after_days=days, at=at, zone=setup.rules.timezone)


def _release_held(setup: ReleaseSettings, hold: Hold, ports: Ports, at: Instant) -> Iterator[Visited]:
    ledger = ports.ledger
    if not settle_first(ledger.of_reservation(hold.reservation), hold.reservation, ports, at=at):
        return
    reservation = ports.source.reservation(hold.reservation)
    for held in () if reservation is None else _releasable(setup, reservation, at):
        attempt = ledger.next_attempt(Kind.RELEASE, (hold.reservation, held.id))
        if attempt is None:
            continue
        intent = ReleaseIntent.of(held, hotel=ledger.hotel, reservation=hold.reservation, attempt=attempt, cycle_at=at)
        progress = claim_and_drive(intent, hold, ports, at=at)
        if progress is not None:
            yield visited(None, progress.settlement, progress.trouble)


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
    ledger = ports.ledger
    identity = Identity(ledger.hotel, Kind.CAPTURE, (reservation, preauthorization))
    hold = ledger.hold(reservation)
    if hold is None:
        raise _unsettled(reservation)
    try:
        if not settle_first(ledger.of_reservation(reservation), reservation, ports, at=at):
            raise _unsettled(reservation)
        before = ledger.find(identity)
        if before is not None:
            return before
        intent = _capture_intent(ports, identity, reservation, preauthorization, amount, at)
        progress = claim_and_drive(intent, hold, ports, at=at)
        if progress is None:
            raise _unsettled(reservation)
        return progress.settlement
    finally:
        ledger.let_go(hold)


def _capture_intent(
    ports: Ports, identity: Identity, reservation: str, name: str, amount: Money | None, at: Instant
) -> CaptureIntent:
    found = ports.source.reservation(reservation)
    if found is None:
        raise UnknownName("reservation", reservation, "one of the hotel's reservations", code="unknown_id")
    held = next((each for each in found.preauthorizations if each.id == name), None)
    if held is None or held.state is not PreAuthorizationState.HELD:
        raise UnknownName("preauthorization", name, "one that is held on the reservation", code="unknown_id")
    if amount is None:
        due = next((folio.amount_due for folio in found.folios if folio.id == held.folio), None)
        if due is None or not due:
            raise InvalidValue("amount", None, "given, since the folio owes nothing", code="missing_amount")
        amount = min(due, held.amount)
    return CaptureIntent(identity=identity, reservation=reservation, preauthorization=held, amount=amount, at=at)


def _unsettled(reservation: str) -> InvalidValue:
    return InvalidValue("reservation", reservation, "free: money on it is still on its way", code="unsettled")
