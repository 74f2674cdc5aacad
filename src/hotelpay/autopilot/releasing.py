"""Blocked amounts that a cycle gives back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import attrs

from hotelpay.autopilot.hold_intents import ReleaseIntent
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.release import releasable
from hotelpay.driver import claim_and_drive, described
from hotelpay.moments import Instant
from hotelpay.ports import Hold, Ports
from hotelpay.recovery import Stopping, Visited, settle_first, visited
from hotelpay.reservation import PreAuthorization, Reservation
from hotelpay.settlement.identity import Kind


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
