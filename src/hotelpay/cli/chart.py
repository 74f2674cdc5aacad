"""A back-test as a picture for the hotel's owner: what each day would have brought, task by task (extra ``plot``)."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from hotelpay.autopilot.backtest import Backtest, RunSum
from hotelpay.autopilot.history import UndatedPayments
from hotelpay.autopilot.task import Operation, Task
from hotelpay.cli import counts
from hotelpay.cli.speech import is_plain, say, spoken
from hotelpay.moments import Instant, local_date
from hotelpay.money import Money
from hotelpay.settlement.outcome import Outcome

#: Colors that stay apart on paper, for people who see fewer of them, and beside each other in a stack.
_COLORS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7b5ea7", "#a6761d", "#e0cf2d")
#: When the colors are used up a pattern tells a task from the one of the same color.
_PATTERNS: Final = ("", "////", "....", "xxxx")
_ENDING_COLORS: Final = ("#b2182b", "#f4a582", "#6b6b6b", "#c9c9c9")
_LONGEST_NAME: Final = 42
_MANY_DAYS: Final = 62
_MOST_TICKS: Final = 12
_OPERATIONS: Final = (Operation.PAYMENT, Operation.PREAUTHORIZATION)
_FAILED: Final = (Outcome.DECLINED, Outcome.LEFT_TO_PERSON)
#: The same back-test is the same file: no date in it, and no dice for the ids of an SVG.
_STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "hotelpay",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#e3e3e3",
    "hatch.linewidth": 0.5,
}
_METADATA: Final[Mapping[str, Mapping[str, str | None]]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": "hotelpay"},
}
#: How high a stack is on each day.
Heights: TypeAlias = Mapping[date, float]


@attrs.frozen(kw_only=True)
class Stack:
    """One color of a panel: its line of the legend, and how high it is on each day."""

    label: str
    color: str
    pattern: str = ""
    heights: Heights


@attrs.frozen(kw_only=True)
class Panel:
    """One row of the picture, all of it in one unit; what is stacked in it may be added up."""

    title: str
    unit: str
    stacks: Sequence[Stack]


def draw_chart(result: Backtest, path: Path) -> None:
    """Write a back-test as a PNG or SVG file, as its ending says: sums per day and task, and what was not approved."""
    suffix = path.suffix.lower()
    with rc_context(_STYLE), warnings.catch_warnings():
        # A name may be in a script that the font lacks: boxes in a legend are no reason for noise.
        warnings.simplefilter("ignore")
        _figure(result).savefig(path, format=suffix[1:], dpi=150, metadata=dict(_METADATA[suffix]))


def panels(result: Backtest) -> list[Panel]:
    """Return the rows of the picture: what is charged and blocked, by currency, and what came to nothing."""
    approved: defaultdict[tuple[Operation, str], dict[str, Money]] = defaultdict(dict)
    for each in result.by_task:
        if each.outcome is Outcome.APPROVED and each.amount is not None:
            approved[each.task.operation, each.amount.currency.code][each.task.id] = each.amount
    found = [
        _sums_panel(result, operation, approved[operation, code])
        for operation in _OPERATIONS
        for code in sorted(code for kind, code in approved if kind is operation)
    ]
    return [*found, _failures_panel(result)]


def _sums_panel(result: Backtest, operation: Operation, sums: Mapping[str, Money]) -> Panel:
    total, *rest = sums.values()
    code = total.currency.code
    heights: defaultdict[str, dict[date, float]] = defaultdict(dict)
    for day, each in _day_sums(result):
        if each.outcome is Outcome.APPROVED and each.amount is not None and each.amount.currency.code == code:
            heights[each.task.id][day] = float(each.amount.amount)
    stacks = [
        Stack(
            label=f"{_name(task)}: {_grouped(sums[task.id])}",
            color=_COLORS[place % len(_COLORS)],
            pattern=_PATTERNS[place // len(_COLORS) % len(_PATTERNS)],
            heights=heights[task.id],
        )
        for place, task in enumerate(result.tasks)
        if task.id in sums and task.operation is operation
    ]
    whole = _grouped(sum(rest, total))
    if operation is Operation.PAYMENT:
        title = say("Charged: {amount}", amount=whole)
    else:
        title = say("Blocked on cards, not charged: {amount}", amount=whole)
    return Panel(title=title, unit=code, stacks=stacks)


def _failures_panel(result: Backtest) -> Panel:
    heights: defaultdict[str, dict[date, float]] = defaultdict(dict)
    for day, each in _day_sums(result):
        if each.outcome in _FAILED:
            days = heights[_ending(each.reason)]
            days[day] = days.get(day, 0) + each.runs
    runs = {words: round(sum(days.values())) for words, days in heights.items()}
    stacks = [
        Stack(label=f"{words}: {_number(runs[words])}", color=color, heights=heights[words])
        for words, color in zip(sorted(heights), _ENDING_COLORS, strict=False)
    ]
    title = say("Not approved: {runs}", runs=_runs(sum(runs.values())))
    return Panel(title=title, unit=say("runs"), stacks=stacks)


def _ending(reason: str | None) -> str:
    match reason:
        case "no_card":
            return say("Declined, no fitting card")
        case "above_max_amount":
            return say("For a person, above the task's ceiling")
        case _:
            return say("For a person, beyond the cycle's limit")


def _day_sums(result: Backtest) -> list[tuple[date, RunSum]]:
    return [(day, each) for day, sums in result.by_day.items() for each in sums]


def _name(task: Task) -> str:
    name = task.name or task.id
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def _grouped(amount: Money) -> str:
    """Write an amount with its thousands apart."""
    return f"{amount.amount:,} {amount.currency.code}" if is_plain() else spoken().text(amount)


def _number(number: int) -> str:
    return f"{number:,}" if is_plain() else spoken().writing.number(number)


def _runs(number: int) -> str:
    return counts.runs(number)


def _figure(result: Backtest) -> Figure:
    rows, days = panels(result), _days(result)
    figure = Figure(figsize=(13, 1.2 + 2.7 * len(rows)), layout="constrained")
    grid: Iterable[Axes] = figure.subplots(len(rows), 1, sharex=True, squeeze=False).flat
    for axis, panel in zip(grid, rows, strict=True):
        _draw(axis, panel, days)
        axis.set_xlim(-0.7, len(days) - 0.3)
        axis.set_xticks(*_ticks(days))
    figure.suptitle(_heading(result, days), x=0.01, ha="left", fontsize=13, fontweight="bold")
    figure.supxlabel(_small_print(result), x=0.01, ha="left", fontsize=8, color="#555555")
    return figure


def _ticks(days: Sequence[date]) -> tuple[list[int], list[str]]:
    """Return which bars bear a date, and which: days of a few weeks, else the first of months."""
    if len(days) <= _MANY_DAYS:
        places = list(range(0, len(days), -(-len(days) // _MOST_TICKS)))
        return places, [_day(days[place]) for place in places]
    firsts = [place for place, day in enumerate(days) if day.day == 1]
    places = firsts[:: -(-len(firsts) // _MOST_TICKS)]
    return places, [_month(days[place]) for place in places]


def _day(day: date) -> str:
    return f"{day:%d %b}" if is_plain() else spoken().writing.short_day(day)


def _month(day: date) -> str:
    return f"{day:%b %Y}" if is_plain() else spoken().writing.month(day)


def _draw(axis: Axes, panel: Panel, days: Sequence[date]) -> None:
    below, few = [0.0] * len(days), len(days) <= _MANY_DAYS
    for stack in panel.stacks:
        axis.bar(
            range(len(days)),
            heights := [stack.heights.get(day, 0.0) for day in days],
            0.86 if few else 1.0,
            bottom=below,
            color=stack.color,
            hatch=stack.pattern,
            edgecolor="white",
            linewidth=0.4 if few else 0,
        )
        below = [low + height for low, height in zip(below, heights, strict=True)]
    axis.set_title(panel.title)
    axis.set_ylabel(panel.unit)
    axis.set_ylim(bottom=0, top=None if any(below) else 1)
    axis.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda height, _: _number(round(height))))
    if panel.stacks:
        # The topmost color stands first, as in the stack.
        handles = list(reversed(axis.containers))
        labels = [stack.label for stack in reversed(panel.stacks)]
        legend = axis.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.005, 1.03), frameon=False)
        for text in legend.get_texts():
            text.set_parse_math(False)  # a task's name may hold dollars


def _days(result: Backtest) -> list[date]:
    """Return every day that the back-test is about, quiet ones included."""
    first = local_date(result.timezone, result.start)
    last = local_date(result.timezone, Instant(max(result.start, result.end - 1)))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _heading(result: Backtest, days: Sequence[date]) -> str:
    first, last = (spoken().writing.day(day) for day in (days[0], days[-1]))
    tasks = counts.tasks(len(result.tasks))
    return say("What {tasks} would have done, {first} to {last}", tasks=tasks, first=first, last=last)


def _small_print(result: Backtest) -> str:
    done = sum(each.runs for each in result.by_task if each.outcome is Outcome.DONE)
    alone = say("{runs} of actions alone not shown", runs=_runs(done)) if done else ""
    zone = result.timezone.key
    days = say("Days on the hotel's clock ({zone}); the first one also takes what was due before", zone=zone)
    if result.undated_payments is UndatedPayments.OPENING:
        assumed = say("payments without a date count from the opening of their folio")
    else:
        assumed = say("payments without a date count from check-out")
    return "; ".join(filter(None, (days, assumed, say("every card is approved"), alone)))
