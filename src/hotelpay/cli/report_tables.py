"""What was done, for people: cycles, recoveries, redemptions and the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from hotelpay.bonus.quote import Quote
from hotelpay.cli import tables
from hotelpay.cli.json_output import write_object
from hotelpay.cli.options import OutputFormat
from hotelpay.cli.tables import Fitting, clock_column, counted, table_of, titled, two_lines
from hotelpay.moments import Instant

Row = Mapping[str, Any]

#: What a cycle that began nothing says for itself.
NOTES: Final = {
    "already_run": "this cycle was completed before: nothing was done now",
    "in_progress": "another process is at this cycle: nothing was done now",
    "paused": "the autopilot is paused: what was unfinished is settled, and nothing new was begun",
    "lost": "another process has taken this cycle over, and ends it",
    "stopped": "this cycle was asked to stop: the next delivery of the same instant goes on there",
}
_GOOD: Final = ("approved", "done", "reversed")


def show(document: Mapping[str, Any], output: OutputFormat, shown: Callable[[], Iterable[RenderableType]]) -> None:
    """Write a document for programs, or what it shows for people, with a blank line between its parts."""
    if output is OutputFormat.JSON:
        lists = {name: value for name, value in document.items() if isinstance(value, list)}
        write_object({name: value for name, value in document.items() if name not in lists}, lists)
        return
    console = tables.console()
    for number, each in enumerate(shown()):
        if number:
            console.print()
        console.print(each)


def cycle_tables(report: Row, when: str, due: Sequence[Instant], zone: tzinfo) -> Iterator[RenderableType]:
    """Show the document of a cycle: its rows, then what else happened."""
    rows: list[Row] = report["runs"]
    outcomes = Counter(str(row["outcome"]) for row in rows)
    sums = "".join(f", {number} {outcome}" for outcome, number in outcomes.items())
    title = f"The cycle at {when}: {counted(len(rows), 'run')}{sums}"
    if rows:
        heading, moments = clock_column("due", due, zone)
        layouts = Fitting(lambda: _wide_runs(heading, moments, rows), lambda: _narrow_runs(heading, moments, rows))
        yield titled(title, layouts)
    else:
        yield Text(title, style="bold")
    yield from _sections(report)
    if report["forgotten"]:
        table = table_of("task", "reservation", "due", "closed")
        for row in report["forgotten"]:
            table.add_row(row["task"], row["reservation"], row["due_at"], row["closed_at"])
        yield titled("Forgotten: no cycle looked while the window was open", table)
    yield from _persons(report["needs_person"])


def _wide_runs(heading: str, due: Sequence[str], rows: Sequence[Row]) -> Table:
    table = table_of(heading, "task", "reservation", "operation", "card")
    table.add_column("amount", justify="right", no_wrap=True)
    table.add_column("outcome")
    table.add_column("remarks", style="yellow", overflow="fold")
    for when, row in zip(due, rows, strict=True):
        cells = (when, row["task"], row["reservation"], row["operation"], row["card"] or "", _amount(row))
        table.add_row(*cells, _outcome(row), _remarks(row))
    return table


def _narrow_runs(heading: str, due: Sequence[str], rows: Sequence[Row]) -> Table:
    table = table_of(heading, "task", "reservation\noperation")
    table.add_column("amount\noutcome", justify="right", overflow="fold")
    table.add_column("remarks", style="yellow", overflow="fold")
    for when, row in zip(due, rows, strict=True):
        day, _, time = when.partition(" ")
        table.add_row(
            two_lines(day, time),
            row["task"],
            two_lines(row["reservation"], row["operation"]),
            Text.assemble(_amount(row), "\n", _outcome(row)),
            _remarks(row),
        )
    return table


def _outcome(row: Row) -> Text:
    return Text(row["outcome"], style="green" if row["outcome"] in _GOOD else "yellow")


def _remarks(row: Row) -> str:
    parts = [row["reason"]]
    approved = row.get("approved")
    if approved is not None and approved["amount"] != row["amount"]:
        parts.append(f"{approved['amount']} {approved['currency']} of it")
    parts += [f"{each['action']} failed ({each['error']})" for each in row.get("actions", ()) if each["error"]]
    if row.get("after"):
        parts.append(f"after {', '.join(row['after'])}")
    return ", ".join(filter(None, [*parts, row.get("trouble")]))


def recovery_tables(report: Row, elsewhere: Sequence[Row]) -> Iterator[RenderableType]:
    """Show what a recovery settled, what rests, what it had to leave alone, and who has to look."""
    if not (report["recovered"] or report["resting"] or elsewhere):
        yield Text("nothing was unfinished")
    yield from _sections(report)
    if elsewhere:
        yield titled("Another process has these, or had them until it died: wait for their leases", listed(elsewhere))
    yield from _persons(report["needs_person"])


def _sections(report: Row) -> Iterator[RenderableType]:
    for name, title in (
        ("releases", "Released"),
        ("recovered", "Settled, of what was left unfinished"),
        ("resting", "Still unfinished"),
    ):
        if report.get(name):
            yield titled(title, _settlements(report[name]))


def _settlements(rows: Iterable[Row]) -> Table:
    table = table_of("what", "reservation")
    table.add_column("amount", justify="right", no_wrap=True)
    table.add_column("outcome")
    table.add_column("remarks", style="yellow", overflow="fold")
    for row in rows:
        table.add_row(_what(row), row["reservation"], _amount(row), _outcome(row), _remarks(row))
    return table


def listed(rows: Iterable[Row]) -> Table:
    """Show settlements of a list."""
    table = table_of("what", "reservation")
    table.add_column("amount", justify="right", no_wrap=True)
    table.add_column("reason", style="yellow", overflow="fold")
    for row in rows:
        table.add_row(_what(row), row["reservation"], _amount(row), row["reason"] or "")
    return table


def _persons(rows: Sequence[Row]) -> Iterator[RenderableType]:
    if rows:
        table = table_of("what", "reservation", "reason", "message")
        for row in rows:
            table.add_row(_what(row), row["reservation"], Text(row["reason"], style="red"), row["message"])
        yield titled("A person has to look at this", table)


def _what(row: Row) -> str:
    """Name a settlement: its kind, and its names but the reservation's, which has a column of its own."""
    return " ".join([row["kind"], *(name for name in row["names"] if name != row["reservation"])])


def _amount(row: Row) -> str:
    return "" if row["amount"] is None else f"{row['amount']} {row['currency']}"


def redeemed_tables(report: Row, quote: Quote | None) -> Iterator[RenderableType]:
    """Show what came of a redemption or a reversal; where it was refused, what may be redeemed."""
    row = report["settlement"]
    if row is not None:
        table = table_of("", "")
        table.show_header = False
        table.add_row("outcome", _outcome(row))
        if row["reason"]:
            table.add_row("reason", Text(row["reason"], style="yellow"))
        table.add_row("points", f"{row['points']} {row['currency_type']}")
        table.add_row("amount", _amount(row))
        table.add_row("card", row["card"])
        yield titled(f"{_what(row)} on reservation {row['reservation']}, folio {row['folio']}", table)
    elif quote is not None:
        yield tables.quote_table(quote)
    yield from _persons(report["needs_person"])


def books_tables(report: Row) -> Iterator[RenderableType]:
    """Show the sums of a hotel's ledger, whether the books add up, and what is open."""
    table = table_of("operation", "outcome", "currency")
    table.add_column("settlements", justify="right")
    table.add_column("approved", justify="right", no_wrap=True)
    for row in report["operations"]:
        outcome = row["outcome"] or "unfinished"
        table.add_row(row["operation"], outcome, row["currency"] or "", str(row["settlements"]), row["approved"] or "")
    yield titled(f"Hotel {report['hotel']}", table)
    yield titled("Cards", cards_table(report["cards"]))
    for name, title in (("differences", "Approved, and not posted so"), ("unfinished", "Unfinished")):
        if report[name]:
            yield titled(title, listed(report[name]))
    if report["needs_person"]:
        yield titled("For a person", listed(report["needs_person"]))
    yield Text("the books add up" if report["adds_up"] else "the books do not add up", style="bold")


def cards_table(rows: Iterable[Row]) -> Table:
    """Show what the processor took beside what was posted."""
    table = table_of("currency")
    for name in ("taken at the processor", "posted on the folios", "difference"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        style = "red" if row["difference"].strip("0.") else "green"
        table.add_row(row["currency"], row["taken"], row["posted"], Text(row["difference"], style=style))
    return table
