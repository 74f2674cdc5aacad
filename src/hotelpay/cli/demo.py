"""The demo: the whole story on a made-up hotel, no files needed."""

from __future__ import annotations

import errno
import json
import os
import shlex
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs
from rich.console import Console
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from hotelpay.autopilot.amounts import Amount
from hotelpay.autopilot.decision import Run, Skip, decide
from hotelpay.autopilot.forecast import Foreseen, forecast
from hotelpay.autopilot.preview import Preview, preview
from hotelpay.bonus.points import Points
from hotelpay.bonus.quote import Quote, quote_folio
from hotelpay.cli import made_up_hotel, tables, task_words
from hotelpay.cli.options import OutputFormat
from hotelpay.cli.pictures import day_sums, stacked_bar
from hotelpay.documents import reservation_from, setup_document, setup_from
from hotelpay.documents.outputs import (
    finding_document,
    foreseen_document,
    quote_document,
    run_document,
    skip_document,
)
from hotelpay.hotel import Setup
from hotelpay.moments import instant, utc_text
from hotelpay.money import Money
from hotelpay.reservation import Reservation, ReservationStatus
from hotelpay.review import Finding, review

#: The days of the picture; the first one begins at the demo's instant.
DAYS: Final = 7
CARD_BALANCE: Final = "9746600.38"
_WIDEST: Final = 120
_WIDEST_PROSE: Final = 100


@attrs.frozen
class Story:
    """Everything the demo tells, worked out by the library from the made-up documents."""

    setup: Setup
    reservations: tuple[Reservation, ...]
    findings: tuple[Finding, ...]
    preview: Preview
    taken: Run
    not_taken: Skip
    forecast: tuple[Foreseen, ...]
    quote: Quote
    quote_of_nothing: Quote


def forecast_end(setup: Setup) -> datetime:
    """Return the midnight, on the hotel's clock, at which the last day of the picture ends."""
    last = made_up_hotel.TODAY + timedelta(days=DAYS)
    return datetime(last.year, last.month, last.day, tzinfo=setup.timezone)


def made_up_story() -> Story:
    """Ask the library everything that the demo tells."""
    setup = setup_from(made_up_hotel.setup())
    reservations = tuple(reservation_from(each) for each in made_up_hotel.reservations())
    by_id = {each.id: each for each in reservations}
    now, rules = made_up_hotel.NOW, setup.rules
    ahead = preview(setup.tasks, reservations, at=now, rules=rules, max_runs=setup.max_runs_per_cycle)
    taken = next(run for run in ahead.runs if run.reservation == made_up_hotel.CANCELLED)
    not_taken = decide(setup.task("deposit"), by_id[made_up_hotel.PAID_IN_ADVANCE], at=ahead.cycle_at, rules=rules)
    assert isinstance(not_taken, Skip)  # noqa: S101  for the type checker: the reservation is made for it

    def points(reservation: str) -> Quote:
        kontur, card = setup.bonus.payment_type("kontur"), Points.of(CARD_BALANCE, "BONUS")
        return quote_folio(setup.bonus, kontur, by_id[reservation].folios[0], card)

    return Story(
        setup=setup,
        reservations=reservations,
        findings=review(setup),
        preview=ahead,
        taken=taken,
        not_taken=not_taken,
        forecast=forecast(setup.tasks, reservations, start=now, end=forecast_end(setup), rules=rules),
        quote=points(made_up_hotel.SPA_GUEST),
        quote_of_nothing=points(made_up_hotel.PAID_UP),
    )


def demo(write: Path | None, output: OutputFormat) -> None:
    """Tell the story; with ``write`` also leave its documents there, to go on playing with."""
    if write is not None:
        write_documents(write)
        sys.stderr.write(f"hotelpay: wrote setup.json and reservations.jsonl to {write}\n")
    story = made_up_story()
    if output is OutputFormat.JSON:
        sys.stdout.write(json.dumps(story_document(story), indent=2) + "\n")
    else:
        _tell(story, write)


def write_documents(folder: Path) -> None:
    """Write the hotel's documents; what somebody has changed since is not written over."""
    texts = {
        "setup.json": json.dumps(made_up_hotel.setup(), indent=2) + "\n",
        "reservations.jsonl": "".join(json.dumps(each) + "\n" for each in made_up_hotel.reservations()),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name in texts:
        if (folder / name).exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder / name))
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def story_document(story: Story) -> dict[str, Any]:
    """Return the story for programs."""
    assert story.taken.amount is not None  # noqa: S101  for the type checker: the fee has a formula
    return {
        "at": utc_text(instant(made_up_hotel.NOW)),
        "setup": setup_document(story.setup),
        "findings": [finding_document(each) for each in story.findings],
        "preview": {
            "cycle_at": utc_text(story.preview.cycle_at),
            "runs": [run_document(run) for run in story.preview.runs],
        },
        "decision": {
            "taken": {**run_document(story.taken), "breakdown": _breakdown_document(story.taken.amount)},
            "not_taken": skip_document(story.not_taken),
        },
        "forecast": [foreseen_document(each) for each in story.forecast],
        "quote": quote_document(story.quote),
        "quote_of_nothing": quote_document(story.quote_of_nothing),
    }


def _breakdown_document(amount: Amount) -> list[dict[str, Any]]:
    return [
        {"line": line.kind.value, "note": line.note, "amount": amount.line_text(line), "counts": line.counts}
        for line in amount.breakdown
    ]


def _tell(story: Story, written: Path | None) -> None:
    # Rich looks for a terminal among all three streams: a story that is piped into a pager still fits it.
    console = tables.console(min(Console().width, _WIDEST))
    intro = (
        f"{made_up_hotel.NAME}, by the Black Sea. Nothing here is real, and nothing is charged.\n"
        "It is noon on Friday, 11 July 2025, and the autopilot has just been switched on."
    )
    console.print(Panel(intro, title="hotelpay", title_align="left", expand=False, padding=(1, 2)))
    _tell_hotel(console, story)
    _tell_findings(console, story)
    _tell_preview(console, story)
    _tell_decisions(console, story)
    _tell_forecast(console, story)
    _tell_quotes(console, story)
    _tell_commands(console, story, written)


def _chapter(console: Console, title: str, *sentences: str) -> None:
    console.print()
    console.print(Rule(Text(title, style="bold cyan"), align="left", style="cyan"))
    _say(console, *sentences)


def _say(console: Console, *sentences: str) -> None:
    console.print()
    console.print(Text(" ".join(sentences)), width=min(console.width, _WIDEST_PROSE))
    console.print()


def _tell_hotel(console: Console, story: Story) -> None:
    counted = Counter(each.status for each in story.reservations)
    statuses = ", ".join(f"{counted[each]} {each.value.replace('_', ' ')}" for each in ReservationStatus)
    _chapter(
        console,
        "1  The hotel and its tasks",
        f"The hotel has {len(story.reservations)} reservations ({statuses}) and {len(story.setup.tasks)} tasks.",
        "A task is one rule: when, which reservations, what, how much. Every quarter of an hour a cycle looks which",
        "reservations are due, and each task takes each reservation once.",
    )
    table = tables.table_of("task", "when", "which", "what", "how much")
    for task in story.setup.tasks:
        name = Text(task.id, style="bold") if task.active else Text(f"{task.id} (off)", style="dim")
        cells = (task_words.when(task), task_words.which(task), task_words.what(task), task_words.how_much(task))
        table.add_row(name, *cells, end_section=True)
    console.print(table)


def _tell_findings(console: Console, story: Story) -> None:
    _chapter(
        console,
        "2  What a review finds",
        "This setup is valid and would run. A review tells what it may do that nobody meant, before it hurts.",
    )
    console.print(tables.findings_table(story.findings))


def _tell_preview(console: Console, story: Story) -> None:
    _chapter(
        console,
        "3  The next cycle",
        "A preview shows exactly what the next cycle would do, and does nothing. It is the first cycle of this hotel:",
        "what came due in the last 24 hours is caught up with.",
    )
    console.print(tables.preview_table(story.preview, story.setup.timezone))
    _say(
        console,
        "no_card: the attempt will fail, and what the task does on failure follows.",
        "above_max_amount: nothing is charged, a person decides.",
        "after: the task named works on the same reservation first, and what it does may change this row.",
    )


def _tell_decisions(console: Console, story: Story) -> None:
    _chapter(
        console,
        "4  One yes and one no, explained",
        "Every amount tells how it came about. This guest cancelled three nights: the fee is 30 % or one night,",
        "whichever is greater, and a fixed sum. It is rounded once, at the end.",
    )
    assert story.taken.amount is not None  # noqa: S101  for the type checker: the fee has a formula
    console.print(tables.breakdown_table(story.taken, story.taken.amount))
    _say(console, "And whoever asks why a guest was not charged gets every reason, not the first one alone.")
    console.print(tables.skip_table(story.not_taken))


def _tell_forecast(console: Console, story: Story) -> None:
    _chapter(
        console,
        f"5  The next {DAYS} days",
        f"A forecast runs the same decisions ahead of time: {len(story.forecast)} runs until {_day_before_end(story)},",
        "if nothing changes. The first day is high because it catches up.",
    )
    zero, marks = Money.zero(story.setup.currency), "#=" if console.options.ascii_only else "█▒"
    days = day_sums(story.forecast, story.setup.timezone, first=made_up_hotel.TODAY, days=DAYS, zero=zero)
    highest = max(each.paid.minor + each.blocked.minor for each in days)
    table = tables.table_of("day", f"{marks[0]} charged  {marks[1]} blocked")
    table.show_footer = True
    paid, blocked = (Money(sum(sums), zero.currency) for sums in zip(*((d.paid.minor, d.blocked.minor) for d in days)))
    table.columns[0].footer = "together"
    table.add_column("charged", paid.text, justify="right", style="green", no_wrap=True)
    table.add_column("blocked", blocked.text, justify="right", style="blue", no_wrap=True)
    table.add_column("runs", str(len(story.forecast)), justify="right", no_wrap=True)
    for each in days:
        bar = Text(stacked_bar((each.paid.minor, each.blocked.minor), highest, console.width - 54, marks))
        bar.highlight_regex(f"{marks[0]}+", "green")
        bar.highlight_regex(f"{marks[1]}+", "blue")
        table.add_row(f"{each.day:%a %d %b}", bar, each.paid.text, each.blocked.text, str(each.runs))
    console.print(table)
