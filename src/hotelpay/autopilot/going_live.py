"""Going live, and setting right by hand: what was processed elsewhere, and one more attempt."""

from __future__ import annotations

from hotelpay.errors import InvalidValue, UnknownName
from hotelpay.ports import Ports
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.outcome import Outcome
from hotelpay.texts import free_text, identifier

#: What may be tried again: nothing was taken, and nothing can still be.
_REARMABLE = (Outcome.DECLINED, Outcome.NOT_ATTEMPTED, Outcome.LEFT_TO_PERSON, Outcome.DONE)


def rearm(ports: Ports, *, task: str, reservation: str, by: str, reason: str, kind: Kind = Kind.RUN) -> int:
    """Give one task on one reservation another turn, on a named person's word; return the attempt's number.

    Also for a release that was refused (``kind`` release, ``task`` the pre-authorisation's id). The window still
    decides whether a cycle takes it. Raises :class:`~hotelpay.errors.InvalidValue` where the last attempt took
    money, or may have: that is settled first, and never charged again. Raises
    :class:`~hotelpay.errors.UnknownName` where the pair has not had its turn yet.
    """
    identifier(by, "by")
    reason = free_text(reason, "reason")
    if not reason.strip():
        raise InvalidValue("reason", reason, "a reason that a colleague understands", code="not_a_text")
    names = (task, reservation) if kind is Kind.RUN else (reservation, task)
    ledger = ports.ledger
    if ledger.next_attempt(kind, names) is not None:
        raise UnknownName("rearm", " / ".join(names), "a pair that had its turn", code="not_processed")
    last = _last_attempt(ports, kind, names)
    if last:
        settlement = ledger.find(Identity(ledger.hotel, kind, names, last))
        if settlement is not None and (settlement.ending is None or settlement.outcome not in _REARMABLE):
            state = settlement.outcome.value if settlement.ending else "still being settled"
            raise InvalidValue(
                "rearm",
                f"{' / '.join(names)}: {state}",
                "an attempt that ended without taking money",
                code="not_rearmable",
            )
    attempt = max(last, 1) + 1
    ledger.rearm(kind, names, attempt, by=by, reason=reason)
    return attempt


def _last_attempt(ports: Ports, kind: Kind, names: tuple[str, ...]) -> int:
    """Return the number of the last attempt that was claimed; 0 where the pair was only imported."""
    attempt = 0
    while ports.ledger.find(Identity(ports.ledger.hotel, kind, names, attempt + 1)) is not None:
        attempt += 1
    return attempt
