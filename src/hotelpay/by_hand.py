"""What people do about settlements: say what became of a call, and have failed actions done again."""

from __future__ import annotations

from datetime import datetime

from hotelpay.driver import drive, perform
from hotelpay.errors import InvalidValue, UnknownName
from hotelpay.moments import Instant, observed
from hotelpay.ports import Claim, Ports
from hotelpay.settlement.effects import FollowUp, MoneyEffect
from hotelpay.settlement.identity import Identity
from hotelpay.settlement.journal import Recorded, Settlement
from hotelpay.settlement.outcome import Approved, Declined, Refused
from hotelpay.texts import identifier


def settle_by_hand(
    ports: Ports, identity: Identity, answer: Approved | Declined, *, by: str, at: datetime | Instant
) -> Settlement:
    """Say, on a named person's word, what became of the call that a settlement waits for; then carry it on.

    For what stays unknown because nobody can be asked any more: the person has looked at the other side's own pages.
    The answer is journaled with the name. Whether the money moved decides everything that follows, so only a call
    that may have been made can be answered for.

    Raises :class:`~hotelpay.errors.UnknownName` for a settlement that was never claimed, and
    :class:`~hotelpay.errors.InvalidValue` where it does not wait for such a call (code ``not_waiting``), or where a
    worker is at it just now (``unsettled``: ask again).
    """
    identifier(by, "by")
    claim = _claimed(ports, identity)
    settlement = claim.settlement
    effect = settlement.intent.next_effect(settlement.results)
    if not isinstance(effect, MoneyEffect) or settlement.maybe_sent_since(effect.call.purpose) is None:
        ports.ledger.give_back(claim)
        raise InvalidValue("settlement", _named(identity), "one that waits for a call's outcome", code="not_waiting")
    told = Recorded(effect.call.purpose, answer, by)
    now = ports.ledger.record(claim, [told])
    if now is None:
        raise _busy(identity)
    carried = Claim(settlement=settlement.after(told, now), epoch=claim.epoch, now=now)
    return drive(carried, ports, at=observed(at)).settlement


def retry_actions(ports: Ports, identity: Identity) -> Settlement:
    """Do the follow-up actions of an ended run again that failed, and none of the others; return how it stands.

    Each bears the key that it had, so that a receiver that did it after all can drop the repeat. The outcome of the
    payment stays what it is. Raises as :func:`settle_by_hand` does.
    """
    ledger = ports.ledger
    if ledger.find(identity) is None:
        raise _unknown(identity)
    claim = ledger.reopen(identity.key)
    if claim is None:
        raise _busy(identity)
    settlement = claim.settlement
    for action in _failed_actions(settlement):
        told = Recorded(action.call.purpose, perform(action, ports))
        now = ledger.record(claim, [told])
        if now is None:
            raise _busy(identity)
        settlement = settlement.after(told, now)
    ledger.give_back(claim)
    return settlement


def _failed_actions(settlement: Settlement) -> list[FollowUp]:
    """Return the actions that were refused, as the settlement's own script makes them."""
    found: list[FollowUp] = []
    for purpose, result in settlement.results.items():
        if isinstance(result, Refused):
            others = {name: each for name, each in settlement.results.items() if name != purpose}
            effect = settlement.intent.next_effect(others)
            if isinstance(effect, FollowUp) and effect.call.purpose == purpose:
                found.append(effect)
    return found


def _claimed(ports: Ports, identity: Identity) -> Claim:
    if ports.ledger.find(identity) is None:
        raise _unknown(identity)
    claim = ports.ledger.take(identity.key)
    if claim is None:
        raise _busy(identity)
    return claim


def _unknown(identity: Identity) -> UnknownName:
    return UnknownName("settlement", _named(identity), "one that was claimed", code="unknown_id")


def _busy(identity: Identity) -> InvalidValue:
    expected = "free to be settled: it has ended, or a worker is at it"
    return InvalidValue("settlement", _named(identity), expected, code="unsettled")


def _named(identity: Identity) -> str:
    return " / ".join(identity.names)
