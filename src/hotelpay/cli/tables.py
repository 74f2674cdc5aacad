"""Results for people: tables on standard output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotelpay.autopilot.amounts import Amount, Line, LineKind
from hotelpay.autopilot.decision import Run, Skip
from hotelpay.autopilot.forecast import Foreseen
from hotelpay.autopilot.preview import Preview
from hotelpay.bonus.quote import Quote
from hotelpay.documents import Fault
from hotelpay.moments import Instant, utc_datetime
from hotelpay.review import Finding


def console() -> Console:
    """Return what writes to standard output; markup in data is data."""
    return Console(markup=False, highlight=False, emoji=False)


def clock(moment: Instant, zone: tzinfo) -> str:
    """Write an instant on the hotel's clock, with its offset."""
    local = utc_datetime(moment).astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M}{local:%z}"


def preview_table(result: Preview, zone: tzinfo) -> Table:
    """Show the rows of a preview in the order of work."""
    table = _table(
        f"The cycle at {clock(result.cycle_at, zone)} will do {len(result.runs)} of these",
        ("due", "task", "reservation", "operation", "folio", "card"),
        ("amount",),
        ("problem", "after"),
    )
    for run in result.runs:
        table.add_row(
            clock(run.due_at, zone),
            run.task.id,
            run.reservation,
            run.task.operation.value,
            run.folio,
            run.card or "",
            _total(run),
            Text("" if run.problem is None else run.problem.value, style="yellow"),
            ", ".join(run.after),
        )
    return table


def breakdown_table(run: Run, amount: Amount) -> Table:
    """Show how an amount came about, line by line."""
    currency = amount.total.currency
    title = f"Why {amount.total}: task {run.task.id}, reservation {run.reservation}"
    table = _table(title, ("line", ""), (currency.code,), ())
    for line in amount.breakdown:
        style = "" if line.counts else "dim"
        text = amount.line_text(line) if line.counts else f"({amount.line_text(line)})"
        table.add_row(_line_name(line, amount), line.note, text, style=style)
    table.add_section()
    table.add_row("total", "", amount.total.text, style="bold")
    return table


def _line_name(line: Line, amount: Amount) -> str:
    if line.kind is not LineKind.BASE:
        return line.kind.value
    return {"FolioBalance": "amount due", "FolioCharges": "charges", "RequiredDeposit": "outstanding deposit"}[
        type(amount.formula).__name__
    ]


def skip_lines(skips: Iterable[Skip]) -> Iterable[str]:
    """Give one line a reason."""
    for skip in skips:
        for reason in skip.reasons:
            yield f"{skip.task.id}  {skip.reservation}  {reason.code.value}: {reason.message}"


def forecast_table(found: Sequence[Foreseen], zone: tzinfo) -> Table:
    """Show when which task will take which reservation."""
    table = _table(f"{len(found)} to come", ("at", "task", "reservation", "operation"), ("amount",), ())
    for each in found:
        run = each.run
        table.add_row(clock(each.at, zone), run.task.id, run.reservation, run.task.operation.value, _total(run))
    return table


def findings_table(findings: Sequence[Finding | Fault]) -> Table:
    """Show what a check found."""
    table = _table(f"{len(findings)} findings", ("severity", "path", "code", "message"), (), ())
    for finding in findings:
        severity = "error" if isinstance(finding, Fault) else finding.severity.value
        place = finding.path
        if isinstance(finding, Fault) and finding.line is not None:
            place = f"{place} (line {finding.line})".strip()
        style = "red" if severity == "error" else "yellow"
        table.add_row(Text(severity, style=style), place, finding.code, finding.message)
    return table


def quote_table(quote: Quote) -> Table:
    """Show what may be redeemed, and why not more."""
    table = _table(f"Paying with {quote.payment_type.name or quote.payment_type.id}", ("", ""), (), ())
    table.show_header = False
    table.add_row("may be redeemed", f"{quote.points_text} points = {quote.amount}")
    table.add_row("cap", f"{quote.cap} ({quote.payment_type.max_percent})")
    table.add_row("on the card", str(quote.card_balance))
    if quote.limited_by is not None:
        table.add_row("limited by", quote.limited_by.value)
    for reason in quote.reasons:
        table.add_row(reason.code.value, reason.message)
    return table


def _total(run: Run) -> str:
    return "" if run.amount is None else str(run.amount.total)


def _table(title: str, left: Sequence[str], right: Sequence[str], more: Sequence[str]) -> Table:
    table = Table(title=Text(title, style="bold"), title_justify="left")
    for name in left:
        table.add_column(name, overflow="fold")
    for name in right:
        table.add_column(name, justify="right", no_wrap=True)
    for name in more:
        table.add_column(name, overflow="fold")
    return table
