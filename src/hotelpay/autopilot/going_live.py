"""Going live, and setting right by hand: what was processed elsewhere, and one more attempt."""

from __future__ import annotations

from hotelpay.errors import InvalidValue, UnknownName
from hotelpay.ports import Ports
from hotelpay.settlement.identity import Kind
from hotelpay.settlement.journal import Settlement
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
    history = [each for each in ledger.of_reservation(reservation) if _is(each, kind, names)]
    if history:
        _refuse_what_took_money(history[-1])
    last = max((each.intent.identity.attempt for each in history), default=1)
    attempt = last + 1
    ledger.rearm(kind, names, attempt, by=by, reason=reason)
    return attempt


def _is(settlement: Settlement, kind: Kind, names: tuple[str, ...]) -> bool:
    identity = settlement.intent.identity
    return identity.kind is kind and identity.names == names


def _refuse_what_took_money(last: Settlement) -> None:
    if last.ending is None or last.outcome not in _REARMABLE:
        state = last.outcome.value if last.ending else "still being settled"
        found = f"{' / '.join(last.intent.identity.names)}: {state}"
        raise InvalidValue("rearm", found, "an attempt that ended without taking money", code="not_rearmable")
