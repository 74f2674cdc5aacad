"""What the table of settlements says beside the journal: enough for lists and reports, and never read to decide."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.bonus.redemption_intents import TAKE_BACK, RedemptionIntent, ReversalIntent
from hotelpay.money import Money
from hotelpay.points import Points
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Completed, PersonNeeded, Recorded, SettlementEvent
from hotelpay.settlement.outcome import Approved

#: The purpose of the call that posts what an operation brought; the others post nothing.
_POSTED_AS: Final = {"payment": "post", "capture": "post", "redemption": "post", "reversal": TAKE_BACK}


def names_text(names: Iterable[str]) -> str:
    """Return the names of a settlement as one text, the same for the same names."""
    return json.dumps(list(names), ensure_ascii=False, separators=(",", ":"))


def names_from(value: str) -> tuple[str, ...]:
    """Return the names that :func:`names_text` wrote."""
    return tuple(json.loads(value))


def operation_of(intent: Intent) -> str:
    """Return what a settlement does: a run's operation, of the others their kind."""
    return intent.task.operation.value if isinstance(intent, RunIntent) else intent.identity.kind.value


def posting_key(identity: Identity, operation: str) -> str | None:
    """Return the key under which an operation's payment stands in the hotel's books, None where it posts none."""
    purpose = _POSTED_AS.get(operation)
    return None if purpose is None else identity.call(purpose).key


def claimed_columns(intent: Intent) -> dict[str, Any]:
    """Return what is known of a settlement when it is claimed."""
    identity, operation = intent.identity, operation_of(intent)
    return {
        "key": identity.key,
        "kind": identity.kind.value,
        "names": names_text(identity.names),
        "attempt": identity.attempt,
        "reservation": intent.reservation,
        "operation": operation,
        "posting": posting_key(identity, operation),
    }


def changed_columns(intent: Intent, events: Iterable[SettlementEvent]) -> dict[str, Any]:
    """Return the columns that these events change."""
    changed: dict[str, Any] = {}
    for event in events:
        match event:
            case Recorded(purpose, Approved(amount)) if purpose == intent.opening:
                approved = _in_money(intent, amount)
                if approved is not None:
                    changed |= {"approved_minor": approved.minor, "approved_currency": approved.currency.code}
            case PersonNeeded(code):
                changed["person"] = code
            case Completed(ending):
                changed |= {"outcome": ending.outcome.value, "reason": ending.reason, "person": ending.person}
            case _:
                pass
    return changed


def _in_money(intent: Intent, amount: Money | Points) -> Money | None:
    """Return what was approved as the folio shows it: points stand for the amount that they pay."""
    if isinstance(amount, Money):
        return amount
    match intent:
        case RedemptionIntent():
            return intent.amount
        case ReversalIntent():
            return -intent.amount
        case _:
            return None


def reservation_named(kind: Kind, names: tuple[str, ...]) -> str | None:
    """Return the reservation among a settlement's names, None where they do not say."""
    if kind is Kind.RUN:
        return names[-1]
    return names[0] if kind in (Kind.RELEASE, Kind.CAPTURE) else None
