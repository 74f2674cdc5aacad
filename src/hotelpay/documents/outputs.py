"""What hotelpay says to other programs: previews, skips, forecasts, back-tests, findings, quotes as documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hotelpay.autopilot.backtest import Backtest, PastRun, RunSum
from hotelpay.autopilot.decision import Run, Skip
from hotelpay.autopilot.forecast import Foreseen
from hotelpay.autopilot.timeline import Timeline, TimelineEvent, TimelineRow
from hotelpay.bonus.quote import Quote
from hotelpay.documents.faults import Fault
from hotelpay.findings import Finding
from hotelpay.messages import ENGLISH, Language
from hotelpay.moments import Instant, utc_text
from hotelpay.money import Money


def run_document(run: Run) -> dict[str, Any]:
    """Return a row of ``runs``."""
    total = None if run.amount is None else run.amount.total
    return {
        "task": run.task.id,
        "reservation": run.reservation,
        "due_at": utc_text(run.due_at),
        "closes_at": utc_text(run.closes_at),
        "operation": run.task.operation.value,
        "folio": run.folio,
        "card": run.card,
        "amount": None if total is None else total.text,
        "currency": None if total is None else total.currency.code,
        "problem": None if run.problem is None else run.problem.value,
        "after": list(run.after),
    }


def skip_document(skip: Skip, language: Language = ENGLISH) -> dict[str, Any]:
    """Return a row of ``skips``; its sentences are in ``language``, its codes are the same in all."""
    reasons = [{"code": reason.code.value, "message": reason.message_in(language)} for reason in skip.reasons]
    return {"task": skip.task.id, "reservation": skip.reservation, "reasons": reasons}


def foreseen_document(foreseen: Foreseen) -> dict[str, Any]:
    """Return a row of ``forecast``."""
    total = None if foreseen.run.amount is None else foreseen.run.amount.total
    return {
        "at": utc_text(foreseen.at),
        "task": foreseen.run.task.id,
        "reservation": foreseen.run.reservation,
        "operation": foreseen.run.task.operation.value,
        "amount": None if total is None else total.text,
        "currency": None if total is None else total.currency.code,
    }


def timeline_document(timeline: Timeline, language: Language = ENGLISH) -> dict[str, Any]:
    """Return a timeline; the sentences of its reasons are in ``language``."""
    return {
        "reservation": timeline.reservation.id,
        "status": timeline.reservation.status.value,
        "cycle_at": utc_text(timeline.cycle_at),
        "events": [_event_document(event) for event in timeline.events],
        "tasks": [_timeline_row_document(row, language) for row in timeline.rows],
    }


def _event_document(event: TimelineEvent) -> dict[str, Any]:
    return {
        "at": utc_text(event.at),
        "event": event.milestone.value,
        "name": event.name,
        **_amount_fields(event.amount),
    }


def _timeline_row_document(row: TimelineRow, language: Language) -> dict[str, Any]:
    window, taken = row.window, row.taken
    reasons = row.decision.reasons if isinstance(row.decision, Skip) else ()
    return {
        "task": row.task.id,
        "state": row.state.value,
        "anchor": row.anchor.value,
        "anchor_at": _optional_text(row.anchor_at),
        "due_at": None if window is None else utc_text(window.due_at),
        "closes_at": None if window is None else utc_text(window.closes_at),
        "first_cycle": _optional_text(row.first_cycle),
        "last_cycle": _optional_text(row.last_cycle),
        "taken_at": None if taken is None else utc_text(taken.at),
        "run": None if taken is None else run_document(taken.run),
        "reasons": [{"code": reason.code.value, "message": reason.message_in(language)} for reason in reasons],
    }


def _optional_text(moment: Instant | None) -> str | None:
    return None if moment is None else utc_text(moment)


def past_run_document(past: PastRun) -> dict[str, Any]:
    """Return a row of ``runs`` of a back-test."""
    return {
        "at": utc_text(past.at),
        "task": past.run.task.id,
        "reservation": past.run.reservation,
        "operation": past.run.task.operation.value,
        "result": past.outcome.value,
        "reason": past.reason,
        **_amount_fields(past.amount),
    }


def task_sum_documents(result: Backtest) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``tasks`` of a back-test: every task that took part, with its sums by result."""
    by_task = result.by_task
    for task in result.tasks:
        sums = [_run_sum_fields(each) for each in by_task if each.task.id == task.id]
        yield {"task": task.id, "operation": task.operation.value, "results": sums}


def day_sum_documents(result: Backtest) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``days`` of a back-test: the sums of each day on the hotel's clock."""
    for day, sums in result.by_day.items():
        for each in sums:
            yield {"day": day.isoformat(), "task": each.task.id, **_run_sum_fields(each)}


def _run_sum_fields(each: RunSum) -> dict[str, Any]:
    counted = {"result": each.outcome.value, "reason": each.reason, "count": each.runs}
    return {**counted, **_amount_fields(each.amount)}


def _amount_fields(amount: Money | None) -> dict[str, Any]:
    return {
        "amount": None if amount is None else amount.text,
        "currency": None if amount is None else amount.currency.code,
    }


def finding_document(finding: Finding | Fault, language: Language = ENGLISH) -> dict[str, Any]:
    """Return a row of ``findings``; a fault of the document itself is an error among them, told in English."""
    if isinstance(finding, Fault):
        severity, message = "error", finding.message
    else:
        severity, message = finding.severity.value, finding.message_in(language)
    return {"code": finding.code, "severity": severity, "path": finding.path, "message": message}


def quote_document(quote: Quote, language: Language = ENGLISH) -> dict[str, Any]:
    """Return a bonus quote."""
    return {
        "points": quote.points_text,
        "amount": quote.amount.text,
        "currency": quote.amount.currency.code,
        "cap": quote.cap.text,
        "card_balance": f"{quote.card_balance.amount:f}",
        "limited_by": None if quote.limited_by is None else quote.limited_by.value,
        "reasons": [{"code": reason.code.value, "message": reason.message_in(language)} for reason in quote.reasons],
    }
