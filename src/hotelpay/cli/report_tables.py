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
from hotelpay.cli import counts, tables
from hotelpay.cli.options import OutputFormat
from hotelpay.cli.output import write_object
from hotelpay.cli.speech import amount as written
from hotelpay.cli.speech import clock, code_label, is_plain, say, spoken
from hotelpay.cli.tables import Fitting, clock_column, table_of, titled, two_lines
from hotelpay.documents.scalars import read_instant
from hotelpay.messages import LABELS
from hotelpay.moments import Instant
from hotelpay.money import Money
from hotelpay.points import Points

Row = Mapping[str, Any]

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
    title = say("The cycle at {at}: {runs}", at=when, runs=counts.runs(len(rows)))
    outcomes = Counter(str(row["outcome"]) for row in rows)
    title += "".join(f", {_so_many(outcome, number)}" for outcome, number in outcomes.items())
    if rows:
        heading, moments = clock_column(say("due"), due, zone)
        layouts = Fitting(lambda: _wide_runs(heading, moments, rows), lambda: _narrow_runs(heading, moments, rows))
        yield titled(title, layouts)
    else:
        yield Text(title, style="bold")
    yield from _sections(report)
    if report["forgotten"]:
        table = table_of(say("task"), say("reservation"), say("due"), say("closed"))
        for row in report["forgotten"]:
            due_at, closed_at = (_instant(row[name], zone) for name in ("due_at", "closed_at"))
            table.add_row(row["task"], row["reservation"], due_at, closed_at)
        yield titled(say("Forgotten: no cycle looked while the window was open"), table)
    yield from _persons(report["needs_person"])


def _so_many(outcome: str, number: int) -> str:
    return f"{number} {outcome}" if is_plain() else say("{outcome}: {number}", outcome=_word(outcome), number=number)


def _word(outcome: str) -> str:
    return code_label("Outcome", outcome)


def _instant(text: str, zone: tzinfo) -> str:
    return clock(read_instant(text), zone)


def _wide_runs(heading: str, due: Sequence[str], rows: Sequence[Row]) -> Table:
    table = table_of(heading, say("task"), say("reservation"), say("operation"), say("card"))
    _add_endings(table)
    for when, row in zip(due, rows, strict=True):
        cells = (when, row["task"], row["reservation"], _operation(row), row["card"] or "", _amount(row))
        table.add_row(*cells, _outcome(row), _remarks(row))
    return table


def _narrow_runs(heading: str, due: Sequence[str], rows: Sequence[Row]) -> Table:
    table = table_of(heading, say("task"), f"{say('reservation')}\n{say('operation')}")
    table.add_column(f"{say('amount')}\n{say('outcome')}", justify="right", overflow="fold")
    table.add_column(say("remarks"), style="yellow", overflow="fold")
    for when, row in zip(due, rows, strict=True):
        day, _, time = when.rpartition(" ")
        table.add_row(
            two_lines(day, time),
            row["task"],
            two_lines(row["reservation"], _operation(row)),
            Text.assemble(_amount(row), "\n", _outcome(row)),
            _remarks(row),
        )
    return table


def _outcome(row: Row) -> Text:
    return Text(_word(row["outcome"]), style="green" if row["outcome"] in _GOOD else "yellow")


def _operation(row: Row) -> str:
    """Return the word for what a settlement did; where that is no task's operation, it is the settlement's kind."""
    kind = "Operation" if row["operation"] in LABELS["Operation"] else "Kind"
    return code_label(kind, row["operation"])


def _add_endings(table: Table) -> None:
    """Add the columns that tell how something ended."""
    table.add_column(say("amount"), justify="right", no_wrap=True)
    table.add_column(say("outcome"))
    table.add_column(say("remarks"), style="yellow", overflow="fold")


def _remarks(row: Row) -> str:
    parts = [_reason(row)]
    approved = row.get("approved")
    if approved is not None and approved["amount"] != row["amount"]:
        parts.append(say("{amount} of it", amount=_amount(approved)))
    failed = (each for each in row.get("actions", ()) if each["error"])
    parts += [say("{action} failed ({error})", action=each["action"], error=each["error"]) for each in failed]
    parts.append(tables.after(row.get("after") or ()))
    return ", ".join(filter(None, [*parts, row.get("trouble")]))


def _reason(row: Row) -> str:
    """Return the word for a reason that people meet in previews too; other reasons are told by their codes."""
    reason = row["reason"] or ""
    return code_label("Problem", reason) if reason in LABELS["Problem"] else str(reason)


def recovery_tables(report: Row, elsewhere: Sequence[Row]) -> Iterator[RenderableType]:
    """Show what a recovery settled, what rests, what it had to leave alone, and who has to look."""
    if not (report["recovered"] or report["resting"] or elsewhere):
        yield Text(say("nothing was unfinished"))
    yield from _sections(report)
    if elsewhere:
        title = say("Another process has these, or had them until it died: wait for their leases")
        yield titled(title, listed(elsewhere))
    yield from _persons(report["needs_person"])


def _sections(report: Row) -> Iterator[RenderableType]:
    for name, title in (
        ("releases", say("Released")),
        ("recovered", say("Settled, of what was left unfinished")),
        ("resting", say("Still unfinished")),
    ):
        if report.get(name):
            yield titled(title, _settlements(report[name]))


def _settlements(rows: Iterable[Row]) -> Table:
    table = table_of(say("what"), say("reservation"))
    _add_endings(table)
    for row in rows:
        table.add_row(_what(row), row["reservation"], _amount(row), _outcome(row), _remarks(row))
    return table


def listed(rows: Iterable[Row]) -> Table:
    """Show settlements of a list."""
    table = table_of(say("what"), say("reservation"))
    table.add_column(say("amount"), justify="right", no_wrap=True)
    table.add_column(say("reason"), style="yellow", overflow="fold")
    for row in rows:
        table.add_row(_what(row), row["reservation"], _amount(row), _reason(row))
    return table


def _persons(rows: Sequence[Row]) -> Iterator[RenderableType]:
    if rows:
        table = table_of(say("what"), say("reservation"), say("reason"), say("message"))
        for row in rows:
            table.add_row(_what(row), row["reservation"], Text(_reason(row), style="red"), row["message"])
        yield titled(say("A person has to look at this"), table)


def _what(row: Row) -> str:
    """Name a settlement: its kind, and its names but the reservation's, which has a column of its own."""
    return " ".join([code_label("Kind", row["kind"]), *(name for name in row["names"] if name != row["reservation"])])


def _amount(row: Row) -> str:
    return "" if row["amount"] is None else written(Money.of(row["amount"], row["currency"]))


def redeemed_tables(report: Row, quote: Quote | None) -> Iterator[RenderableType]:
    """Show what came of a redemption or a reversal; where it was refused, what may be redeemed."""
    row = report["settlement"]
    if row is not None:
        table = table_of("", "")
        table.show_header = False
        table.add_row(say("outcome"), _outcome(row))
        if row["reason"]:
            table.add_row(say("reason"), Text(_reason(row), style="yellow"))
        table.add_row(say("points"), spoken().text(Points.of(row["points"], row["currency_type"])))
        table.add_row(say("amount"), _amount(row))
        table.add_row(say("card"), row["card"])
        where = {"what": _what(row), "reservation": row["reservation"], "folio": row["folio"]}
        yield titled(say("{what} on reservation {reservation}, folio {folio}", **where), table)
    elif quote is not None:
        yield tables.quote_table(quote)
    yield from _persons(report["needs_person"])


def books_tables(report: Row) -> Iterator[RenderableType]:
    """Show the sums of a hotel's ledger, whether the books add up, and what is open."""
    table = table_of(say("operation"), say("outcome"), say("currency"))
    table.add_column(say("settlements"), justify="right")
    table.add_column(say("approved"), justify="right", no_wrap=True)
    for row in report["operations"]:
        outcome, settlements = _word(row["outcome"] or "unfinished"), spoken().writing.number(row["settlements"])
        currency = row["currency"] or ""
        table.add_row(_operation(row), outcome, currency, settlements, _sum(row["approved"], currency))
    yield titled(say("Hotel {hotel}", hotel=report["hotel"]), table)
    yield titled(say("Cards"), cards_table(report["cards"]))
    for name, title in (
        ("differences", say("Approved, and not posted so")),
        ("unfinished", say("Unfinished")),
        ("needs_person", say("For a person")),
    ):
        if report[name]:
            yield titled(title, listed(report[name]))
    yield Text(say("the books add up") if report["adds_up"] else say("the books do not add up"), style="bold")


def _sum(text: str | None, currency: str) -> str:
    """Write a sum whose currency stands in a column of its own, unless a language puts the two together."""
    return text or "" if is_plain() or text is None else written(Money.of(text, currency))


def cards_table(rows: Iterable[Row]) -> Table:
    """Show what the processor took beside what was posted."""
    table = table_of(say("currency"))
    for name in (say("taken at the processor"), say("posted on the folios"), say("difference")):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        style = "red" if row["difference"].strip("0.") else "green"
        taken, posted, difference = (_sum(row[name], row["currency"]) for name in ("taken", "posted", "difference"))
        table.add_row(row["currency"], taken, posted, Text(difference, style=style))
    return table
