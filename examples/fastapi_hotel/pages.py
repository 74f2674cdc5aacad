"""The page that staff look at: what the next cycle will do, what waits for a person, and why a guest is not charged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import select

from fastapi_hotel.hotel import Hotel
from fastapi_hotel.journal import settled_rows
from fastapi_hotel.tables import bookings, reading
from hotelpay import (
    Amount,
    Currency,
    Decision,
    FolioBalance,
    FolioCharges,
    Instant,
    LineKind,
    Money,
    Operation,
    Problem,
    RequiredDeposit,
    Run,
    Skip,
    UnknownName,
    preview_next,
    utc_datetime,
)

_PAGE: Final = Path(__file__).with_name("page.html").read_text("utf-8")
_VERBS: Final = {Operation.PAYMENT: "takes", Operation.PREAUTHORIZATION: "blocks", Operation.ACTIONS_ONLY: "acts"}
_BASES: Final = {FolioBalance: "amount due", FolioCharges: "charges", RequiredDeposit: "deposit still due"}
_PROBLEMS: Final = {
    Problem.NO_CARD: "No fitting card: the attempt will fail, and what follows a failure is done.",
    Problem.ABOVE_MAX_AMOUNT: "Above the task's ceiling: left to a person.",
    Problem.ABOVE_MAX_RUNS: "Beyond the cycle's limit: left to a person.",
}
_NOTHING: Final = "<li>$text</li>"
_WHO: Final = '<p><strong>$guest</strong> <a href="?why=$asked#why">$number</a></p>'


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def fill(template: str, **values: object) -> Html:
    """Fill a template. All that is not markup is escaped, so that no guest's name becomes any."""
    safe = {name: value if isinstance(value, Html) else escape(str(value)) for name, value in values.items()}
    return Html(Template(template).substitute(safe))


def joined(parts: Iterable[Html]) -> Html:
    """Return the parts one after the other."""
    return Html("\n".join(parts))


def preview_page(hotel: Hotel, at: Instant, why: str) -> Html:
    """Return the page; ``why`` is the reservation that somebody asks about, or nothing."""
    ahead, wanted = preview_next(hotel.setup, hotel.ports, at), settled_rows(hotel, for_person=True)
    guests = _guests(hotel, {run.reservation for run in ahead.runs} | {row["booking"] for row in wanted})
    return fill(
        _PAGE,
        hotel=hotel.setup.hotel.replace("-", " ").title(),
        cycle=_local(hotel, ahead.cycle_at, "%H:%M"),
        day=_local(hotel, ahead.cycle_at, "%A, %d %B %Y"),
        zone=hotel.setup.timezone,
        paused="The autopilot is paused: no cycle begins anything." if hotel.setup.paused else "",
        sums=_sums(ahead.runs),
        runs=joined(_run(hotel, run, guests) for run in ahead.runs) or fill(_NOTHING, text="Nothing is due."),
        wanted=joined(_waits(row, guests) for row in wanted) or fill(_NOTHING, text="Nobody."),
        why=why,
        answer=_answer(hotel, at, why) if why else "",
    )


def _guests(hotel: Hotel, numbers: set[str]) -> dict[str, str]:
    """Return what the guests are called, which hotelpay is not told."""
    query = select(bookings.c.number, bookings.c.guest).where(bookings.c.number.in_(numbers))
    with reading(hotel.pms.engine) as connection:
        return {row.number: row.guest for row in connection.execute(query)}


def _local(hotel: Hotel, moment: Instant, form: str) -> str:
    return utc_datetime(moment).astimezone(hotel.setup.timezone).strftime(form)


def _sums(runs: Iterable[Run]) -> Html:
    sums: Counter[tuple[Operation, Currency]] = Counter()
    for run in runs:
        if run.amount is not None and run.card is not None and run.problem is None:
            sums[run.task.operation, run.amount.currency] += run.amount.total_minor
    row = "<div><dt>$verb</dt><dd>$sum</dd></div>"
    return joined(fill(row, verb=_VERBS[verb], sum=Money(sums[verb, currency], currency)) for verb, currency in sums)


def _run(hotel: Hotel, run: Run, guests: dict[str, str]) -> Html:
    remarks = [_PROBLEMS[run.problem]] if run.problem else []
    remarks += [f"After {', '.join(run.after)}, which may change it."] if run.after else []
    return fill(
        '<li>$who<p>$task, due $due</p><p class="sum">$verb <strong>$total</strong><span>$card</span></p>'
        "$remarks$lines</li>",
        who=_who(run.reservation, guests),
        task=run.task.name or run.task.id,
        due=_local(hotel, run.due_at, "%d %b %H:%M"),
        verb=_VERBS[run.task.operation],
        total="" if run.amount is None else run.amount.total,
        card="" if run.card is None else f"card {run.card}",
        remarks=joined(fill('<p class="problem">$text</p>', text=text) for text in remarks),
        lines="" if run.amount is None else _breakdown(run.amount),
    )


def _breakdown(amount: Amount) -> Html:
    def row(kind: str, word: str, total: object) -> Html:
        return fill(
            '<tr class="$kind"><th scope="row">$word</th><td>$total</td></tr>', kind=kind, word=word, total=total
        )

    lines = []
    for line in amount.breakdown:
        word = _BASES[type(amount.formula)] if line.kind is LineKind.BASE else f"{line.kind.value} {line.note}"
        lines.append(row("counts" if line.counts else "compared", word, amount.line_text(line)))
    rows = joined([*lines, row("total", "total", amount.total)])
    return fill("<details><summary>How it is worked out</summary><table>$rows</table></details>", rows=rows)


def _waits(row: dict[str, Any], guests: dict[str, str]) -> Html:
    return fill(
        '<li>$who<p>$what</p><p class="sum">$amount</p><p class="problem">$person</p></li>',
        who=_who(row["booking"], guests),
        what=row["what"],
        amount=row["amount"] or "",
        person=row["person"].replace("_", " "),
    )


def _who(number: str, guests: dict[str, str]) -> Html:
    return fill(_WHO, guest=guests.get(number, ""), number=number, asked=quote(number))


def _answer(hotel: Hotel, at: Instant, why: str) -> Html:
    try:
        return fill("<dl>$tasks</dl>", tasks=joined(map(_decision, hotel.why(why, at))))
    except UnknownName:
        return fill("<p>There is no reservation $number.</p>", number=why)


def _decision(decision: Decision) -> Html:
    said = [each.message for each in decision.reasons] if isinstance(decision, Skip) else ["The next cycle takes it."]
    reasons = joined(fill("<dd>$reason</dd>", reason=reason) for reason in said)
    return fill("<dt>$task</dt>$reasons", task=decision.task.name or decision.task.id, reasons=reasons)
