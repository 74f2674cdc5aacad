"""The front desk's page: what the next cycle will do, to whom, how much and why. It changes nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

import hotelpay as hp
from frontdesk.autopilot import ports, setup
from frontdesk.models import Booking, Card, Todo
from hotelpay import utc_datetime as moment

OPERATIONS = {
    hp.Operation.PAYMENT: "charge",
    hp.Operation.PREAUTHORIZATION: "block",
    hp.Operation.ACTIONS_ONLY: "no money",
}
PROBLEMS = {
    hp.Problem.NO_CARD: "no card",
    hp.Problem.ABOVE_MAX_AMOUNT: "above the ceiling",
    hp.Problem.ABOVE_MAX_RUNS: "above the limit of a cycle",
}
CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")  # between the words of an action's name
BASES = {hp.FolioBalance: "amount due", hp.FolioCharges: "charges", hp.RequiredDeposit: "deposit outstanding"}
#: Reasons of a pair whose time has not come, or is over: of no interest where the question is who is left out *now*.
ANOTHER_TIME = {
    hp.ReasonCode.INACTIVE,
    hp.ReasonCode.WRONG_STATUS,
    hp.ReasonCode.NO_ANCHOR,
    hp.ReasonCode.NOT_DUE,
    hp.ReasonCode.WINDOW_CLOSED,
}


def desk(request: HttpRequest) -> HttpResponse:
    ours, asked = ports("the page"), request.GET.get("why", "").strip()
    planned = hp.preview_next(setup(), ours, now())
    left_out = _left_out(ours, planned.cycle_at, asked) if asked or "skips" in request.GET else None
    bookings = Booking.objects.in_bulk(
        {each.reservation for each in (*planned.runs, *(left_out or ()))}, field_name="number"
    )
    cards = {(each.booking_id, each.token): each for each in Card.objects.filter(booking__in=bookings.values())}
    rows = [_row(run, bookings[run.reservation], cards) for run in planned.runs]
    context = {
        "setup": setup(),
        "cycle_at": moment(planned.cycle_at),
        "rows": rows,
        "totals": _totals(planned.runs),
        "for_persons": [row for row in rows if row["problem"]],
        "todos": Todo.objects.filter(done=False).select_related("booking"),
        "left_out": None if left_out is None else [(bookings[each.reservation], each) for each in left_out],
        "asked": asked,
        "asked_for_all": left_out is not None and not asked,
        "findings": hp.review(setup()),
    }
    return render(request, "frontdesk/desk.html", context)


def _row(run: hp.Run, booking: Booking, cards: dict[tuple[int, str], Card]) -> dict[str, Any]:
    return {
        "run": run,
        "booking": booking,
        "due": moment(run.due_at),
        "does": OPERATIONS[run.task.operation],
        "then": [CAPITAL.sub(" ", type(action).__name__).lower() for action in run.task.on_success],
        "card": cards.get((booking.pk, run.card or "")),
        "amount": run.amount and _written(run.amount.total),
        "how": run.amount and list(_how(run.amount)),
        "problem": run.problem and PROBLEMS[run.problem],
    }


def _how(amount: hp.Amount) -> Iterator[dict[str, Any]]:
    """Yield how an amount came about, line by line; those that do not count were only compared."""
    for line in amount.breakdown:
        words = {hp.LineKind.BASE: BASES[type(amount.formula)], hp.LineKind.NIGHTS: f"{line.note} nights"}
        what = words.get(line.kind) or (line.note if line.kind is hp.LineKind.PERCENT else line.kind.value)
        yield {"what": what, "amount": amount.line_text(line), "counts": line.counts}


def _totals(runs: Iterable[hp.Run]) -> list[tuple[str, str]]:
    """Return what will be charged and blocked where nothing stands in the way, in each currency."""
    sums: Counter[tuple[str, hp.Currency]] = Counter()
    for run in runs:
        if run.amount and not run.problem and run.task.operation is not hp.Operation.ACTIONS_ONLY:
            sums[OPERATIONS[run.task.operation], run.amount.currency] += run.amount.total_minor
    return [(does, _written(hp.Money(minor, currency))) for (does, currency), minor in sorted(sums.items(), key=str)]


def _written(money: hp.Money) -> str:
    return f"{money.amount:,f} {money.currency}"


def _left_out(ours: hp.Ports, at: hp.Instant, asked: str) -> list[hp.Skip]:
    """Return who is not taken, with every reason: one booking that was asked about, or all whose time is now."""
    if asked:
        one = ours.source.reservation(asked)
        tasks, found = setup().tasks, [one] if one else []
    else:
        tasks = tuple(task for task in setup().tasks if task.active)
        found = list(ours.source.candidates(hp.candidates_at(tasks, setup().rules, at)))
    processed = ours.ledger.processed([(task.id, each.id) for task in tasks for each in found])
    every = hp.skips(tasks, found, at=at, rules=setup().rules, processed=processed)
    return [each for each in every if asked or ANOTHER_TIME.isdisjoint(reason.code for reason in each.reasons)]
