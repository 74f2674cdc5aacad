"""The back-test as a command: what the tasks would have done over months of history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from hotelpay.autopilot.backtest import Backtest, Replay
from hotelpay.autopilot.history import UndatedPayments
from hotelpay.cli import tables
from hotelpay.cli.backtest_tables import backtest_tables
from hotelpay.cli.files import hotel_from, processed_from, reservations_from
from hotelpay.cli.notes import note_pause
from hotelpay.cli.options import (
    FormatOption,
    FromOption,
    OutputFormat,
    ProcessedOption,
    ReservationsOption,
    SetupOption,
    ToOption,
)
from hotelpay.cli.output import write_object
from hotelpay.cli.progress import watched_until
from hotelpay.documents.outputs import day_sum_documents, past_run_document, task_sum_documents
from hotelpay.errors import MissingExtra
from hotelpay.moments import utc_text

app = typer.Typer()


def _chart_file(text: str | Path) -> Path:
    """Return the path of a chart whose ending says how it is written."""
    path = Path(text)
    if path.suffix.lower() not in (".png", ".svg"):
        raise typer.BadParameter(f"{str(text)!r} ends neither in .png nor in .svg")
    return path


ChartOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--chart",
        parser=_chart_file,
        metavar="FILE",
        help="Also draw it, day by day: a .png or .svg file (extra plot).",
        show_default=False,
    ),
]
UndatedPaymentsOption: TypeAlias = Annotated[
    UndatedPayments,
    typer.Option(
        "--undated-payments", help="From when a payment without a date counts: its folio's opening, or check-out."
    ),
]


def _drawing() -> Callable[[Backtest, Path], None]:
    """Return what draws; its extra is missed before any work is done, not after."""
    try:
        from hotelpay.cli.chart import draw_chart  # noqa: PLC0415  no other command waits for matplotlib
    except ModuleNotFoundError as missing:
        raise MissingExtra("the chart", "plot") from missing
    return draw_chart


@app.command(
    "backtest",
    epilog="**Example:** `hotelpay backtest -s setup.json -r reservations.jsonl "
    "--from 2024-01-01T00:00:00Z --to 2024-02-01T00:00:00Z --chart january.png`",
)
def backtest_command(  # noqa: PLR0913, PLR0917  one parameter an option
    setup: SetupOption,
    reservations: ReservationsOption,
    start: FromOption,
    end: ToOption,
    processed: ProcessedOption = None,
    undated_payments: UndatedPaymentsOption = UndatedPayments.OPENING,
    chart: ChartOption = None,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Tell what the tasks would have done over months of history."""
    draw = None if chart is None else _drawing()
    hotel = hotel_from(setup)
    replay = Replay.of(
        hotel.tasks,
        start=start,
        end=end,
        rules=hotel.rules,
        processed=processed_from(processed),
        max_runs=hotel.max_runs_per_cycle,
        undated_payments=undated_payments,
    )
    with reservations_from(reservations, "reading reservations") as stream:
        replay.enter(stream)
    span = replay.stop - replay.first
    result = replay.told(
        watched_until(replay.runs(), "going through the past", span, lambda run: run.at - replay.first)
    )
    if draw is not None and chart is not None:
        draw(result, chart)
    note_pause(hotel)
    if output is OutputFormat.TABLE:
        console = tables.console()
        for number, each in enumerate(backtest_tables(result)):
            if number:
                console.print()
            console.print(each)
        return
    fields = {
        "from": utc_text(result.start),
        "to": utc_text(result.end),
        "assumptions": [each.value for each in result.assumptions],
    }
    lists = {"tasks": task_sum_documents(result), "days": day_sum_documents(result)}
    write_object(fields, {**lists, "runs": map(past_run_document, result.runs)})
