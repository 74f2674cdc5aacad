"""What hotelpay did, for other programs: cycles, recoveries, redemptions and reversals as documents."""

from __future__ import annotations

from typing import Any, Final

from hotelpay.autopilot.cycle_report import CycleReport, CycleState, PersonWanted, RunReport, person_wanted
from hotelpay.autopilot.hold_intents import CaptureIntent, ReleaseIntent
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.bonus.redemption import Redeemed
from hotelpay.bonus.redemption_intents import RedemptionIntent, ReversalIntent
from hotelpay.documents.outputs import quote_document
from hotelpay.documents.tags import ACTIONS
from hotelpay.messages import ENGLISH, Language
from hotelpay.moments import Instant, utc_text
from hotelpay.money import Money
from hotelpay.recovery import Recovery, Visited
from hotelpay.settlement.cycles import PlannedRun
from hotelpay.settlement.identity import Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Forgotten, Settlement
from hotelpay.settlement.outcome import Approved, Done, Refused

_ACTION_NAMES: Final = {kind: name for name, kind in ACTIONS.kinds.items()}


def cycle_document(report: CycleReport, language: Language = ENGLISH) -> dict[str, Any]:
    """Return the report of a cycle; the sentences in it are in ``language``."""
    return {
        "cycle_at": utc_text(report.cycle_at),
        "already_run": report.state is CycleState.ALREADY_RUN,
        "state": report.state.value,
        "runs": [run_report_document(each) for each in report.runs],
        "releases": [settlement_document(each) for each in report.releases],
        "forgotten": [forgotten_document(each) for each in report.forgotten],
        "needs_person": [person_document(each, language) for each in report.needs_person],
        **_visits(report.recovery),
        **({"faults": list(map(_fault_document, report.faults))} if report.faults else {}),
    }


def _fault_document(fault: tuple[str, str]) -> dict[str, Any]:
    reservation, trouble = fault
    return {"reservation": reservation, "trouble": trouble}


def recovery_document(recovery: Recovery, at: Instant, language: Language = ENGLISH) -> dict[str, Any]:
    """Return what a recovery did, and whom it leaves something to."""
    return {
        "at": utc_text(at),
        **_visits(recovery),
        "needs_person": [person_document(each, language) for each in persons_waited_for(recovery)],
    }


def _visits(recovery: Recovery) -> dict[str, Any]:
    return {
        "recovered": [settlement_document(each) for each in recovery.settled],
        "resting": [resting_document(each) for each in recovery.resting],
    }


def persons_waited_for(recovery: Recovery) -> tuple[PersonWanted, ...]:
    """Return what a person is needed for among the settlements visited, also where that was said before."""
    wanted = (person_wanted(each.settlement) for each in recovery.visited)
    return tuple(each for each in wanted if each is not None)


def run_report_document(report: RunReport) -> dict[str, Any]:
    """Return a row of a cycle's ``runs``: as it was claimed where it was, else as it was planned."""
    row = _claimed(report) or report.planned
    settlement, problem = report.settlement, row.problem
    return {
        "task": report.planned.task,
        "reservation": row.reservation,
        "due_at": utc_text(row.due_at),
        "closes_at": utc_text(row.closes_at),
        "operation": row.operation if isinstance(row, PlannedRun) else row.task.operation.value,
        "folio": row.folio,
        "card": row.card,
        **_money(row.amount),
        "problem": problem if problem is None or isinstance(problem, str) else problem.value,
        "after": list(report.planned.after),
        "outcome": report.outcome,
        "reason": report.dropped if settlement is None else reason_of(settlement),
        "reference": None if report.approved is None else report.approved.reference,
        "approved": None if report.approved is None else _approved(report.approved),
        "actions": [] if settlement is None else actions_done(settlement),
        "trouble": report.trouble if settlement is None or settlement.ending is None else None,
    }


def _claimed(report: RunReport) -> RunIntent | None:
    intent = None if report.settlement is None else report.settlement.intent
    return intent if isinstance(intent, RunIntent) else None


def actions_done(settlement: Settlement) -> list[dict[str, Any]]:
    """Return the follow-up actions of a run that were answered, in their order."""
    intent = settlement.intent
    if not isinstance(intent, RunIntent):
        return []
    found = []
    for purpose, action in intent.actions_after(settlement.outcome):
        match settlement.results.get(purpose):
            case Done():
                found.append({"action": _ACTION_NAMES[type(action)], "result": "done", "error": None})
            case Refused(code, message):
                error = ": ".join(filter(None, (code, message)))
                found.append({"action": _ACTION_NAMES[type(action)], "result": "failed", "error": error})
            case _:
                pass
    return found


def settlement_document(settlement: Settlement) -> dict[str, Any]:
    """Return a settlement of any kind: what it is about, how it stands, and how much it moved."""
    identity, approved = settlement.intent.identity, settlement.approved
    amount = approved.amount if approved is not None and isinstance(approved.amount, Money) else None
    return {
        "kind": identity.kind.value,
        "names": list(identity.names),
        "attempt": identity.attempt,
        "task": task_named(identity.kind.value, identity.names),
        "reservation": settlement.intent.reservation,
        **_money(amount or asked_by(settlement.intent)),
        "outcome": settlement.outcome.value,
        "reason": reason_of(settlement),
        "reference": None if approved is None else approved.reference,
    }


def resting_document(visit: Visited) -> dict[str, Any]:
    """Return a settlement that was visited and has not ended, and what it waits for."""
    return {**settlement_document(visit.settlement), "trouble": visit.trouble}


def forgotten_document(forgotten: Forgotten) -> dict[str, Any]:
    """Return a row of ``forgotten``."""
    return {
        "task": forgotten.task,
        "reservation": forgotten.reservation,
        "due_at": utc_text(forgotten.due_at),
        "closed_at": utc_text(forgotten.closed_at),
    }


def person_document(wanted: PersonWanted, language: Language = ENGLISH) -> dict[str, Any]:
    """Return a row of ``needs_person``."""
    return {
        "task": task_named(wanted.kind, wanted.names),
        "reservation": wanted.reservation,
        "reason": wanted.reason,
        "message": wanted.message_in(language),
        "kind": wanted.kind,
        "names": list(wanted.names),
    }


def redeemed_document(redeemed: Redeemed, language: Language = ENGLISH) -> dict[str, Any]:
    """Return what came of a redemption or a reversal; the bonus card is masked."""
    settlement = redeemed.settlement
    wanted = None if settlement is None else person_wanted(settlement)
    return {
        "refusal": None if redeemed.refusal is None else redeemed.refusal.value,
        "settlement": None if settlement is None else _bonus_settlement(settlement),
        "quote": None if redeemed.quote is None else quote_document(redeemed.quote, language),
        "needs_person": [] if wanted is None else [person_document(wanted, language)],
    }


def _bonus_settlement(settlement: Settlement) -> dict[str, Any]:
    found = settlement_document(settlement)
    intent = settlement.intent
    if isinstance(intent, RedemptionIntent | ReversalIntent):
        found |= {
            "folio": intent.folio,
            "payment_type": intent.payment_type,
            "card": str(intent.card),
            "points": f"{intent.points.amount:f}",
            "currency_type": intent.points.currency_type,
        }
    return found


def task_named(kind: str, names: tuple[str, ...]) -> str | None:
    """Return the task among the names of a settlement; only a run has one."""
    return names[0] if kind == Kind.RUN.value else None


def reason_of(settlement: Settlement) -> str | None:
    """Return the code that explains how a settlement ended; of one that has not, why it waits for a person."""
    return settlement.waits_for_person if settlement.ending is None else settlement.ending.reason


def asked_by(intent: Intent) -> Money | None:
    """Return the amount that a settlement is about, None where it is about none."""
    if isinstance(intent, ReleaseIntent):
        return intent.preauthorization.amount
    return intent.amount if isinstance(intent, RunIntent | CaptureIntent | RedemptionIntent | ReversalIntent) else None


def _money(amount: Money | None) -> dict[str, str | None]:
    return {
        "amount": None if amount is None else amount.text,
        "currency": None if amount is None else amount.currency.code,
    }


def _approved(approved: Approved) -> dict[str, str | None] | None:
    """Return what was really taken or blocked, which may be less than was asked for."""
    return _money(approved.amount) if isinstance(approved.amount, Money) else None
