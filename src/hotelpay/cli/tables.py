"""Results for people: tables on standard output."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Final

import attrs
from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from hotelpay.autopilot.amounts import Amount, Line, LineKind, line_word
from hotelpay.autopilot.decision import Run, Skip
from hotelpay.autopilot.forecast import Foreseen
from hotelpay.autopilot.preview import Preview
from hotelpay.bonus.quote import Quote
from hotelpay.cli import counts
from hotelpay.cli.speech import amount as written
from hotelpay.cli.speech import clock, code_label, is_plain, label, say, spoken
from hotelpay.cli.unbroken import UnbrokenConsole, UnbrokenTable
from hotelpay.documents import Fault
from hotelpay.findings import Finding
from hotelpay.moments import Instant

#: Where there is no terminal, a row stays one line, so that grep finds whole ones.
_PIPED_WIDTH: Final = 400


def console(width: int | None = None) -> Console:
    """Return what writes to standard output; markup in data is data.

    What the output's encoding cannot write becomes a question mark, never a traceback: a reservation's id
    may be in any script. Without a ``width`` the terminal's counts.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    made = UnbrokenConsole(markup=False, highlight=False, emoji=False, width=width)
    if width is None and not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _PIPED_WIDTH
    return made


def clock_column(name: str, moments: Sequence[Instant], zone: tzinfo) -> tuple[str, list[str]]:
    """Return a column's heading and its instants; an offset that all of them share stands in the heading alone."""
    times = [clock(moment, zone) for moment in moments]
    offsets = {text[16:] for text in times}
    if len(offsets) != 1 or not is_plain():
        return name, times
    return f"{name} ({offsets.pop()})", [text[:16] for text in times]


def preview_table(result: Preview, zone: tzinfo) -> RenderableType:
    """Show the rows of a preview in the order of work."""
    rows = Fitting(lambda: _wide_preview(result, zone), lambda: _narrow_preview(result, zone))
    return Group(preview_title(result, zone), "", rows)


def preview_title(result: Preview, zone: tzinfo) -> Text:
    """Tell which cycle it is, and how much it will do."""
    for_persons = sum(run.needs_person for run in result.runs)
    values = {"at": clock(result.cycle_at, zone), "runs": counts.runs(len(result.runs))}
    if for_persons:
        title = say("The cycle at {at}: {runs}, {number} of them for a person", **values, number=for_persons)
    else:
        title = say("The cycle at {at}: {runs}", **values)
    return Text(title, style="bold")


def _wide_preview(result: Preview, zone: tzinfo) -> Table:
    heading, due = clock_column(say("due"), [run.due_at for run in result.runs], zone)
    table = table_of(heading, say("task"), say("reservation"), say("operation"), say("folio"), say("card"))
    table.add_column(say("amount"), justify="right", no_wrap=True)
    table.add_column(say("remarks"), style="yellow", overflow="fold")
    for when, run in zip(due, result.runs, strict=True):
        operation, card = label(run.task.operation), run.card or ""
        cells = (when, run.task.id, run.reservation, operation, run.folio, card, _total(run))
        table.add_row(*cells, _remarks(run))
    return table


def _narrow_preview(result: Preview, zone: tzinfo) -> Table:
    """Give a row two lines where one does not fit: what belongs together stands together."""
    heading, due = clock_column(say("due"), [run.due_at for run in result.runs], zone)
    reservation, operation = f"{say('reservation')}\n{say('folio')}", f"{say('operation')}\n{say('card')}"
    table = table_of(heading, say("task"), reservation, operation)
    table.add_column(f"{say('amount')}\n{say('remarks')}", justify="right", overflow="fold")
    for when, run in zip(due, result.runs, strict=True):
        day, _, time = when.rpartition(" ")
        table.add_row(
            two_lines(day, time),
            run.task.id,
            two_lines(run.reservation, run.folio),
            two_lines(label(run.task.operation), run.card or ""),
            Text.assemble(_total(run), "\n", (_remarks(run), "yellow")),
        )
    return table


def two_lines(first: str, second: str) -> Text:
    """Put what belongs together into one cell, the lesser below."""
    return Text.assemble(first, "\n", (second, "dim"))


def _remarks(run: Run) -> str:
    return ", ".join(filter(None, (_problem(run), after(run.after))))


def _problem(run: Run) -> str:
    return "" if run.problem is None else label(run.problem)


def after(tasks: Sequence[str]) -> str:
    """Say which tasks work on the same reservation before."""
    return say("after {tasks}", tasks=", ".join(tasks)) if tasks else ""


def breakdown_table(run: Run, amount: Amount) -> RenderableType:
    """Show how an amount came about, line by line: what was compared, and what counts."""
    lines = amount.breakdown
    *texts, total = _under_one_point([*map(amount.line_text, lines), amount.total.text])
    width = max(map(len, texts))
    table = table_of()
    table.show_footer = True
    table.add_column("", footer=say("total"))
    table.add_column("")
    compared = not all(line.counts for line in lines)
    if compared:
        table.add_column(say("compared").rjust(width), style="dim", no_wrap=True)
    table.add_column(amount.total.currency.code.rjust(width), total, no_wrap=True)
    for line, text in zip(lines, texts, strict=True):
        cells = (text,) if not compared else ("", text) if line.counts else (text, "")
        table.add_row(_line_name(line, amount), _note(line), *cells)
    title = say(
        "Why {amount}: task {task}, reservation {reservation}",
        amount=amount.total,
        task=run.task.id,
        reservation=run.reservation,
    )
    return titled(title, table)


def _under_one_point(texts: Sequence[str]) -> list[str]:
    """Write amounts of different precision as the language does, their decimal points in one column."""
    shown = [spoken().writing.cut_decimal(text) for text in texts]
    before = [len(each) - len(text.partition(".")[2]) for each, text in zip(shown, texts, strict=True)]
    # A whole number has no point, and ends where the others have theirs.
    before = [each + ("." not in text) for each, text in zip(before, texts, strict=True)]
    return [" " * (max(before) - width) + each for width, each in zip(before, shown, strict=True)]


def _line_name(line: Line, amount: Amount) -> str:
    return line_word(line, amount, spoken()) if line.kind is LineKind.BASE else label(line.kind)


def _note(line: Line) -> str:
    return line.note if is_plain() or line.about is None else spoken().word(line.about)


def skip_lines(skips: Iterable[Skip]) -> Iterable[str]:
    """Give one line a reason."""
    for skip in skips:
        for reason in skip.reasons:
            yield f"{skip.task.id}  {skip.reservation}  {reason.code.value}: {reason.message_in(spoken())}"


def skip_table(skip: Skip) -> RenderableType:
    """Show every reason why a task does not take one reservation."""
    table = table_of(say("reason"), say("what was compared"))
    for reason in skip.reasons:
        table.add_row(Text(reason.code.value, style="yellow"), reason.message_in(spoken()))
    title = say("Why not: task {task}, reservation {reservation}", task=skip.task.id, reservation=skip.reservation)
    return titled(title, table)


def forecast_table(found: Sequence[Foreseen], zone: tzinfo) -> RenderableType:
    """Show when which task will take which reservation."""
    heading, moments = clock_column(say("at"), [each.at for each in found], zone)
    table = table_of(heading, say("task"), say("reservation"), say("operation"))
    table.add_column(say("amount"), justify="right", no_wrap=True)
    hindered = any(each.run.problem is not None for each in found)
    if hindered:
        table.add_column(say("remarks"), style="yellow", overflow="fold")
    for when, each in zip(moments, found, strict=True):
        run = each.run
        cells = (when, run.task.id, run.reservation, label(run.task.operation), _total(run))
        table.add_row(*cells, *((_problem(run),) if hindered else ()))
    return titled(say("{number} to come", number=len(found)), table)


def findings_table(findings: Sequence[Finding | Fault]) -> RenderableType:
    """Show what a check found."""
    layouts = Fitting(lambda: _wide_findings(findings), lambda: _narrow_findings(findings))
    return titled(counts.findings(len(findings)), layouts)


def _wide_findings(findings: Sequence[Finding | Fault]) -> Table:
    table = table_of(say("severity"), say("path"), say("code"), say("message"))
    for finding in findings:
        table.add_row(_severity(finding), _place(finding), finding.code, _message(finding))
    return table


def _narrow_findings(findings: Sequence[Finding | Fault]) -> Table:
    table = table_of(say("severity"), say("path, code and message"))
    for finding in findings:
        place = " ".join(filter(None, (_place(finding), finding.code)))
        table.add_row(_severity(finding), Text.assemble((place, "bold"), "\n", _message(finding)))
    return table


def _message(finding: Finding | Fault) -> str:
    return finding.message if isinstance(finding, Fault) else finding.message_in(spoken())


def _place(finding: Finding | Fault) -> str:
    if isinstance(finding, Fault) and finding.line is not None:
        return say("{path} (line {line})", path=finding.path, line=finding.line).strip()
    return finding.path


def _severity(finding: Finding | Fault) -> Text:
    severity = "error" if isinstance(finding, Fault) else finding.severity.value
    return Text(code_label("Severity", severity), style="red" if severity == "error" else "yellow")


def quote_table(quote: Quote) -> RenderableType:
    """Show what may be redeemed, and why not more."""
    table = table_of("", "")
    table.show_header = False
    redeemable = say("{points} points = {amount}", points=_quantity(quote), amount=quote.amount)
    table.add_row(say("may be redeemed"), redeemable, style="bold")
    table.add_row(say("cap"), f"{written(quote.cap)} ({spoken().text(quote.payment_type.max_percent)})")
    table.add_row(say("on the card"), spoken().text(quote.card_balance))
    if quote.limited_by is not None:
        table.add_row(say("limited by"), label(quote.limited_by))
    for reason in quote.reasons:
        table.add_row(Text(reason.code.value, style="yellow"), reason.message_in(spoken()))
    return titled(say("Paying with {name}", name=quote.payment_type.name or quote.payment_type.id), table)


def _quantity(quote: Quote) -> str:
    return spoken().writing.decimal(quote.points.amount)


def _total(run: Run) -> str:
    return "" if run.amount is None else written(run.amount.total)


def table_of(*names: str) -> Table:
    """Return a light table with these columns, each of which may be folded."""
    table = UnbrokenTable(box=box.SIMPLE, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def titled(title: str, body: RenderableType) -> Group:
    """Put a title above, as wide as it likes: a table would fold it to its own width."""
    return Group(Text(title, style="bold"), "", body)


@attrs.frozen
class Fitting:
    """A table in two layouts: the wide one where all of it fits unfolded, else the narrow one."""

    wide: Callable[[], Table]
    narrow: Callable[[], Table]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = self.wide()
        unbounded = options.update(max_width=1_000_000)
        if Measurement.get(console, unbounded, table).maximum > options.max_width:
            table = self.narrow()
        yield table
