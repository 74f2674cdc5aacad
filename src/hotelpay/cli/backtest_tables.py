"""A back-test for people: what each task would have done, what each day would have brought, what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from hotelpay.autopilot.backtest import Backtest, RunSum
from hotelpay.autopilot.task import Operation
from hotelpay.cli.tables import clock, counted, table_of, titled
from hotelpay.money import Money
from hotelpay.settlement.outcome import Outcome

_RESULT_WORDS: Final = {Outcome.LEFT_TO_PERSON: "for a person"}


def backtest_tables(result: Backtest) -> Iterator[RenderableType]:
    """Show a back-test: its sums by task and by day, and its assumptions."""
    start, end = (clock(moment, result.timezone) for moment in (result.start, result.end))
    title = f"From {start} to {end}: {counted(len(result.runs), 'run')} of {counted(len(result.tasks), 'task')}"
    yield titled(title, _by_task(result))
    if result.runs:
        yield titled("Day by day on the hotel's clock", _by_day(result))
    yield Text("Assumed, where the history is silent:", style="bold")
    yield Text("\n".join(f"- {each.message}" for each in result.assumptions))


def result_words(outcome: Outcome, reason: str | None) -> str:
    """Return how runs ended, with the code of the reason where there is one."""
    word = _RESULT_WORDS.get(outcome, outcome.value)
    return word if reason is None else f"{word}: {reason}"


def _by_task(result: Backtest) -> Table:
    table = table_of("task", "operation", "result")
    table.add_column("runs", justify="right")
    table.add_column("amount", justify="right", no_wrap=True)
    by_task = result.by_task
    for task in result.tasks:
        sums = [each for each in by_task if each.task.id == task.id]
        for each in sums:
            amount = "" if each.amount is None else str(each.amount)
            words = Text(result_words(each.outcome, each.reason), style="" if each.reason is None else "yellow")
            table.add_row(task.id, task.operation.value, words, str(each.runs), amount)
        if not sums:
            table.add_row(task.id, task.operation.value, Text("nothing", style="dim"), "0", "")
    return table


def _by_day(result: Backtest) -> Table:
    table = table_of("day")
    for name in ("charged", "blocked", "declined", "for a person", "actions alone"):
        table.add_column(name, justify="right")
    for day, sums in result.by_day.items():
        approved = [each for each in sums if each.outcome is Outcome.APPROVED]
        charged = (each for each in approved if each.task.operation is Operation.PAYMENT)
        blocked = (each for each in approved if each.task.operation is Operation.PREAUTHORIZATION)
        rest = (Outcome.DECLINED, Outcome.LEFT_TO_PERSON, Outcome.DONE)
        table.add_row(str(day), _added(charged), _added(blocked), *(_runs(sums, outcome) for outcome in rest))
    return table


def _runs(sums: Iterable[RunSum], outcome: Outcome) -> str:
    return str(sum(each.runs for each in sums if each.outcome is outcome) or "")


def _added(sums: Iterable[RunSum]) -> str:
    """Add amounts up, each currency by itself."""
    totals: dict[str, Money] = {}
    for amount in (each.amount for each in sums):
        if amount is not None:
            code = amount.currency.code
            totals[code] = totals[code] + amount if code in totals else amount
    return ", ".join(str(totals[code]) for code in sorted(totals))
