"""A back-test for people: what each task would have done, what each day would have brought, what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from hotelpay.autopilot.backtest import Backtest, RunSum
from hotelpay.autopilot.task import Operation
from hotelpay.cli import counts
from hotelpay.cli.speech import amount as written
from hotelpay.cli.speech import clock, is_plain, label, say, spoken
from hotelpay.cli.tables import table_of, titled
from hotelpay.money import Money
from hotelpay.settlement.outcome import Outcome


def backtest_tables(result: Backtest) -> Iterator[RenderableType]:
    """Show a back-test: its sums by task and by day, and its assumptions."""
    start, end = (clock(moment, result.timezone) for moment in (result.start, result.end))
    runs, tasks = counts.runs(len(result.runs)), counts.tasks(len(result.tasks))
    title = say("From {start} to {end}: {runs} of {tasks}", start=start, end=end, runs=runs, tasks=tasks)
    yield titled(title, _by_task(result))
    if result.runs:
        yield titled(say("Day by day on the hotel's clock"), _by_day(result))
    yield Text(say("Assumed, where the history is silent:"), style="bold")
    yield Text("\n".join(f"- {each.message_in(spoken())}" for each in result.assumptions))


def result_words(outcome: Outcome, reason: str | None) -> str:
    """Return how runs ended, with the reason where there is one."""
    word = spoken().word(outcome)
    if reason is None:
        return word
    return f"{word}: {reason if is_plain() else spoken().label('Problem', reason)}"


def _by_task(result: Backtest) -> Table:
    table = table_of(say("task"), say("operation"), say("result"))
    table.add_column(say("runs"), justify="right")
    table.add_column(say("amount"), justify="right", no_wrap=True)
    by_task = result.by_task
    for task in result.tasks:
        sums = [each for each in by_task if each.task.id == task.id]
        for each in sums:
            amount = "" if each.amount is None else written(each.amount)
            words = Text(result_words(each.outcome, each.reason), style="" if each.reason is None else "yellow")
            table.add_row(task.id, label(task.operation), words, _number(each.runs), amount)
        if not sums:
            table.add_row(task.id, label(task.operation), Text(say("nothing"), style="dim"), "0", "")
    return table


def _by_day(result: Backtest) -> Table:
    table = table_of(say("day"))
    for name in (say("charged"), say("blocked"), say("declined"), say("for a person"), say("actions alone")):
        table.add_column(name, justify="right")
    for day, sums in result.by_day.items():
        approved = [each for each in sums if each.outcome is Outcome.APPROVED]
        charged = (each for each in approved if each.task.operation is Operation.PAYMENT)
        blocked = (each for each in approved if each.task.operation is Operation.PREAUTHORIZATION)
        rest = (Outcome.DECLINED, Outcome.LEFT_TO_PERSON, Outcome.DONE)
        counted = (_runs(sums, outcome) for outcome in rest)
        table.add_row(spoken().writing.day(day), _added(charged), _added(blocked), *counted)
    return table


def _runs(sums: Iterable[RunSum], outcome: Outcome) -> str:
    runs = sum(each.runs for each in sums if each.outcome is outcome)
    return _number(runs) if runs else ""


def _number(runs: int) -> str:
    return spoken().writing.number(runs)


def _added(sums: Iterable[RunSum]) -> str:
    """Add amounts up, each currency by itself."""
    totals: dict[str, Money] = {}
    for amount in (each.amount for each in sums):
        if amount is not None:
            code = amount.currency.code
            totals[code] = totals[code] + amount if code in totals else amount
    return ", ".join(written(totals[code]) for code in sorted(totals))
