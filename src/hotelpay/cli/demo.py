"""The demo: the whole story on a made-up hotel, told in the terminal."""

from __future__ import annotations

import json
import shlex
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from hotelpay.autopilot.decision import Problem
from hotelpay.cli import counts, made_up_hotel, tables, task_words
from hotelpay.cli.made_up_crash import FATAL_CHARGE, Crash, crash_document, made_up_crash
from hotelpay.cli.made_up_story import (
    CARD_BALANCE,
    DAYS,
    Story,
    forecast_end,
    made_up_story,
    story_document,
    write_documents,
)
from hotelpay.cli.notes import note
from hotelpay.cli.options import OutputFormat
from hotelpay.cli.speech import is_plain, label, on_clock, say, spoken
from hotelpay.moments import instant, utc_text
from hotelpay.money import Money
from hotelpay.pictures.bars import stacked_bar
from hotelpay.pictures.day_sums import day_sums
from hotelpay.reservation import ReservationStatus

_WIDEST: Final = 120
_WIDEST_PROSE: Final = 100
#: What bars leave free at the right.
_MARGIN: Final = 2
#: The sums of a day that a bar is made of, each with its colour.
_SUMS: Final = {"charged": "green", "blocked": "blue", "hindered": "yellow"}


def demo(write: Path | None, output: OutputFormat) -> None:
    """Tell the story; with ``write`` also leave its documents there, to go on playing with."""
    if write is not None:
        write_documents(write)
        note(say("wrote setup.json and reservations.jsonl to {folder}", folder=write))
    story = made_up_story()
    on_clock(story.setup.timezone)
    crash = made_up_crash(story)
    if output is OutputFormat.JSON:
        sys.stdout.write(json.dumps({**story_document(story), "crash": crash_document(crash)}, indent=2) + "\n")
        return
    # Rich looks for a terminal behind all three streams: a story piped into a pager still fits it.
    console = tables.console(min(Console().width, _WIDEST))
    _tell_intro(console)
    _tell_hotel(console, story)
    _tell_findings(console, story)
    _tell_preview(console, story)
    _tell_decisions(console, story)
    _tell_forecast(console, story)
    _tell_quotes(console, story)
    _tell_crash(console, story, crash)
    _tell_commands(console, story, write)


def _chapter(console: Console, number: int, title: str, *sentences: str) -> None:
    console.print()
    console.print(Rule(Text(f"{number}  {title}", style="bold cyan"), align="left", style="cyan"))
    _say(console, *sentences)


def _say(console: Console, *sentences: str) -> None:
    console.print()
    console.print(Text(" ".join(sentences)), width=min(console.width, _WIDEST_PROSE))


def _show(console: Console, table: RenderableType) -> None:
    console.print()
    console.print(table)


def _tell_intro(console: Console) -> None:
    where = say("{hotel}, by the Black Sea.", hotel=made_up_hotel.NAME)
    when = say("It is noon on Friday, 11 July 2025, and the hotel has just switched its autopilot on.")
    made_up = say(
        "The hotel is made up, and so are its card processor and its loyalty system: no real card is charged."
    )
    intro = f"{where}\n\n{when}\n{made_up}"
    console.print(Panel(intro, title="hotelpay demo", title_align="left", expand=False, padding=(1, 2)))


def _tell_hotel(console: Console, story: Story) -> None:
    counted = Counter(each.status for each in story.reservations)
    statuses = ", ".join(say("{number} {status:word}", number=counted[each], status=each) for each in ReservationStatus)
    _chapter(
        console,
        1,
        say("The hotel and its tasks"),
        say(
            "The hotel has {reservations} ({statuses}) and {tasks}.",
            reservations=counts.reservations(len(story.reservations)),
            statuses=statuses,
            tasks=counts.tasks(len(story.setup.tasks)),
        ),
        say(
            "A task is one rule: when, which reservations, what, how much. A cycle looks every quarter of an hour "
            "which reservations are due, and each task takes each reservation once."
        ),
    )
    table = tables.table_of(say("task"), say("when"), say("which"), say("what"), say("how much"))
    table.show_lines = True
    for task in story.setup.tasks:
        name = Text(task.id, style="bold") if task.active else Text(say("{task} (off)", task=task.id), style="dim")
        cells = (task_words.when(task), task_words.which(task), task_words.what(task), task_words.how_much(task))
        table.add_row(name, *cells)
    _show(console, table)


def _tell_findings(console: Console, story: Story) -> None:
    _chapter(
        console,
        2,
        say("What a review finds"),
        say("This setup is valid and would run. A review tells what it may do that nobody meant, before it hurts."),
    )
    _show(console, tables.findings_table(story.findings))


def _tell_preview(console: Console, story: Story) -> None:
    _chapter(
        console,
        3,
        say("The next cycle"),
        say(
            "A preview shows exactly what the next cycle would do, and does nothing. This cycle is the hotel's "
            "first: it catches up with what came due in the last 24 hours."
        ),
    )
    _show(console, tables.preview_table(story.preview, story.setup.timezone))
    _say(
        console,
        say(
            "{problem}: the attempt will fail, and the task's actions on failure follow.",
            problem=label(Problem.NO_CARD),
        ),
        say("{problem}: nothing is charged, a person decides.", problem=label(Problem.ABOVE_MAX_AMOUNT)),
        say("after: that task works on the same reservation first, and may change this row."),
    )


def _tell_decisions(console: Console, story: Story) -> None:
    _chapter(
        console,
        4,
        say("One yes and one no, explained"),
        say(
            "Every amount tells how it came about. Here a guest cancelled a stay of three nights: the fee is 30 % or"
            " one night, whichever is greater, and a fixed sum. It is rounded once, at the end."
        ),
    )
    _show(console, tables.breakdown_table(story.taken, story.fee))
    reasons = say(
        "Who asks why a guest was not charged gets every reason that holds, not the first one alone, with the values"
        " that were compared."
    )
    _say(console, reasons)
    _show(console, tables.skip_table(story.not_taken))


def _tell_forecast(console: Console, story: Story) -> None:
    last = made_up_hotel.TODAY + timedelta(days=DAYS - 1)
    _chapter(
        console,
        5,
        counts.next_days(DAYS),
        say(
            "A forecast makes the same decisions ahead of time: {runs} until the end of {day}, if nothing changes. "
            "The first day is so high because it catches up. Hindered is what a problem known today keeps from being"
            " taken: no card, or an amount above the ceiling.",
            runs=counts.runs(len(story.forecast)),
            day=f"{last:%A}" if is_plain() else spoken().writing.day(last),
        ),
    )
    _show(console, _bars(console, story))


def _bars(console: Console, story: Story) -> Table:
    """Return the table of days with bars as long as the other columns leave them room."""
    beside = Measurement.get(console, console.options.update(max_width=1_000), _days_table(console, story, 0)).maximum
    heading = len(story.setup.currency.code)
    return _days_table(console, story, max(console.width - beside + heading - _MARGIN, heading))


def _days_table(console: Console, story: Story, width: int) -> Table:
    setup, marks = story.setup, "#=." if console.options.ascii_only else "█▒░"
    days = day_sums(story.forecast, setup.timezone, first=made_up_hotel.TODAY, days=DAYS, currency=setup.currency)
    highest = max(each.total.minor for each in days)
    table = tables.table_of()
    table.show_footer = True
    table.add_column(say("day"), say("total"), no_wrap=True)
    table.add_column(setup.currency.code, no_wrap=True)
    zero = Money.zero(setup.currency)
    names = {"charged": say("to be charged"), "blocked": say("to be blocked"), "hindered": say("hindered")}
    for mark, (name, style) in zip(marks, _SUMS.items(), strict=True):
        total = sum((getattr(each, name) for each in days), zero)
        table.add_column(f"{mark} {names[name]}", _decimal(total), justify="right", style=style, no_wrap=True)
    table.add_column(say("runs"), str(sum(each.runs for each in days)), justify="right", no_wrap=True)
    for each in days:
        sums = [getattr(each, name) for name in _SUMS]
        bar = Text(stacked_bar([money.minor for money in sums], highest, width, marks))
        for mark, style in zip(marks, _SUMS.values(), strict=True):
            bar.highlight_regex(f"[{mark}]+", style)
        table.add_row(_day(each.day), bar, *(_decimal(money) if money else "" for money in sums), str(each.runs))
    return table


def _day(day: date) -> str:
    writing = spoken().writing
    return f"{day:%a %d %b}" if is_plain() else f"{writing.weekday(day)} {writing.day(day)}"


def _tell_quotes(console: Console, story: Story) -> None:
    spa = next(each for each in story.reservations if each.id == made_up_hotel.SPA_GUEST).folios[0]
    _chapter(
        console,
        6,
        say("Paying with bonus points"),
        say(
            "A guest has paid for the room and still owes {due} for the spa: the balance is {balance}. Points may "
            "pay a quarter of it, and the card holds more than enough.",
            due=spa.amount_due,
            balance=spa.balance,
        ),
    )
    _show(console, tables.quote_table(story.quote))
    _say(
        console,
        say(
            "With these points paid the balance is {balance}. Another guest of the house has paid everything. A "
            "quote of nothing is an answer, and says why:",
            balance=spa.balance + story.quote.amount,
        ),
    )
    _show(console, tables.quote_table(story.quote_of_nothing))


def _tell_crash(console: Console, story: Story, crash: Crash) -> None:
    _chapter(
        console,
        7,
        say("A crash in the middle of a cycle"),
        say(
            "Now the cycle runs, on a store in a temporary file and with a made-up processor. The process dies right"
            " after the processor has carried out charge number {number}: the money has left the card, and nobody "
            "has written that down. Ten minutes later another process comes by. It finds the claim, asks the "
            "processor by its key what became of the charge, and posts the payment. Then it goes on with the rest of"
            " the same list.",
            number=FATAL_CHARGE,
        ),
    )
    table = tables.table_of("")
    for heading in (say("card charges"), say("taken"), say("payments"), say("posted"), say("difference")):
        table.add_column(heading, justify="right", no_wrap=True)
    for each, name in zip(crash.moments, _moment_names(), strict=True):
        difference = Text(_decimal(each.difference), style="red" if each.difference else "green")
        sums = (str(each.charges), _decimal(each.taken), str(each.payments), _decimal(each.posted))
        table.add_row(name, *sums, difference)
    _show(console, tables.titled(say("The books, in {currency}", currency=story.setup.currency.code), table))
    outcomes = Counter(each.outcome for each in crash.report.runs)
    counted = ", ".join(
        say("{number} {outcome}", number=number, outcome=spoken().label("Outcome", outcome))
        for outcome, number in outcomes.items()
    )
    once = say("Every charge at the processor belongs to one run, and none was made twice.")
    _say(
        console,
        say(
            "All {number} rows of the preview had their turn: {outcomes}. Dropped is what a person decides "
            "({problem}) and what an earlier row made needless.",
            number=len(crash.report.runs),
            outcomes=counted,
            problem=label(Problem.ABOVE_MAX_AMOUNT),
        ),
        once if crash.once else "",
    )


def _moment_names() -> tuple[str, ...]:
    return (say("when it had died"), say("after the recovery"), say("after the whole cycle"))


def _decimal(amount: Money) -> str:
    return spoken().writing.decimal(amount.amount)


def _tell_commands(console: Console, story: Story, written: Path | None) -> None:
    _chapter(
        console,
        8,
        say("What to try next"),
        say(
            "The same answers come from files. Change one and ask again. The cycle ends with status 1, since a "
            "person has to look at one of its rows."
        ),
    )
    console.print()
    for line in commands(story, written):
        # Not folded, so that a command can be copied whole.
        console.print(Text(line, style="bold"), soft_wrap=True)


def commands(story: Story, written: Path | None) -> list[str]:
    """Return commands that work one after the other in a shell."""
    at, end = utc_text(instant(made_up_hotel.NOW)), utc_text(instant(forecast_end(story.setup)))
    folder = shlex.quote(str(written or made_up_hotel.FOLDER))
    files = "-s setup.json -r reservations.jsonl"
    quoted = f"--balance=-1800.00 --currency RUB --card-balance {CARD_BALANCE}"
    bill = f"--reservation {made_up_hotel.SPA_GUEST} --folio F1 --payment-type kontur"
    paid = f"--card K-20250711 --card-balance {CARD_BALANCE} --points 450 --redemption spa"
    return [
        *([] if written else [f"hotelpay demo --write {folder}"]),
        f"cd {folder}",
        "hotelpay check -s setup.json",
        f"hotelpay preview {files} --at {at} --explain",
        f"hotelpay preview {files} --at {at} --task week-before",
        f"hotelpay preview {files} --at {at} --reservation {made_up_hotel.CANCELLED}",
        f"hotelpay forecast {files} --from {at} --to {end}",
        f"hotelpay bonus quote -s setup.json --payment-type kontur {quoted}",
        f"hotelpay run {files} --db hotel.db --at {at}",
        f"hotelpay bonus redeem -s setup.json --db hotel.db {bill} {paid} --at {at}",
        f"hotelpay recover --db hotel.db --at {at}",
        "hotelpay report --db hotel.db",
    ]
