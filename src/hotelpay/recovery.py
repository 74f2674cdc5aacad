"""Recovery: whatever a dead process left unfinished is settled, by any worker, at any time, also twice at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

import attrs

from hotelpay.driver import drive
from hotelpay.moments import Instant, observed
from hotelpay.ports import Ports
from hotelpay.settlement.journal import Settlement

#: Asked between two pieces of work whether to leave the rest to the next worker.
Stopping: TypeAlias = Callable[[], bool]

_TURN_SECONDS: Final = 60


@attrs.frozen
class Visited:
    """What a visit to an unfinished settlement came to.

    ``trouble`` says what keeps it from ending. ``calls_person``: this visit found that a person is needed.
    """

    settlement: Settlement
    trouble: str | None
    calls_person: bool


@attrs.frozen
class Recovery:
    """What a recovery did: every unfinished settlement that it could take."""

    visited: tuple[Visited, ...]

    @property
    def settled(self) -> tuple[Settlement, ...]:
        """The settlements that have ended now."""
        return tuple(each.settlement for each in self.visited if each.settlement.ending is not None)

    @property
    def resting(self) -> tuple[Visited, ...]:
        """The settlements that have not, and why."""
        return tuple(each for each in self.visited if each.settlement.ending is None)


def recover(ports: Ports, at: datetime | Instant, *, stopping: Stopping | None = None) -> Recovery:
    """Settle every unfinished run, redemption, reversal, release and capture whose worker is gone.

    ``at`` is hotel time: it decides whether what was never sent may still be sent. Whatever was claimed is carried
    on with the amount, card and key it was claimed with. Safe to run at any time and by several workers: each
    settlement is taken by one of them.

    ``stopping`` is asked after each visit. Where it may end early, the visits begin at another place every minute, so
    that none is always left out.
    """
    at = observed(at)
    keys = ports.ledger.unfinished()
    found: list[Visited] = []
    for each in visit(keys if stopping is None else _in_turn(keys, at), ports, at=at):
        found.append(each)
        if stopping is not None and stopping():
            break
    return Recovery(tuple(found))


def _in_turn(keys: Sequence[str], at: Instant) -> Sequence[str]:
    first = at // _TURN_SECONDS % len(keys) if keys else 0
    return (*keys[first:], *keys[:first])


def visit(keys: Iterable[str], ports: Ports, *, at: Instant) -> Iterable[Visited]:
    """Visit these settlements, as far as no other worker has them."""
    for key in keys:
        claim = ports.ledger.take(key)
        if claim is not None:
            progress = drive(claim, ports, at=at)
            if not progress.lost:
                yield visited(claim.settlement, progress.settlement, progress.trouble)


def visited(before: Settlement | None, after: Settlement, trouble: str | None) -> Visited:
    """Return what a visit came to, given the settlement before it (None: just claimed) and after it."""
    called = (before is None or before.person is None) and after.person is not None
    ended_for_person = after.ending is not None and after.ending.person is not None
    return Visited(after, None if after.ending else trouble, calls_person=called or ended_for_person)


def settle_first(history: Iterable[Settlement], reservation: str, ports: Ports, *, at: Instant) -> bool:
    """Settle what is unfinished among a reservation's settlements; tell whether its money now stands still.

    Whoever decides about a folio asks this first: a charge or redemption on its way will change the balance.
    """
    unfinished = [each.key for each in history if each.ending is None]
    if not unfinished:
        return True
    tuple(visit(unfinished, ports, at=at))
    return all(each.ending is not None for each in ports.ledger.of_reservation(reservation))
