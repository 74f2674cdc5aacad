"""The timeline as a command: one reservation's life, with the window of every task."""

from __future__ import annotations

import enum
from typing import Annotated, TypeAlias

import typer

from hotelpay.autopilot.preview import as_if_active
from hotelpay.autopilot.timeline import timeline
from hotelpay.cli import tables
from hotelpay.cli.files import hotel_from, processed_from, reservations_from
from hotelpay.cli.notes import note_pause
from hotelpay.cli.options import (
    OneReservationOption,
    OptionalAtOption,
    ProcessedOption,
    ReservationsOption,
    SetupOption,
    TaskOption,
)
from hotelpay.cli.output import write_object, write_whole
from hotelpay.cli.speech import for_documents, for_readers
from hotelpay.cli.timeline_picture import timeline_picture
from hotelpay.documents.outputs import timeline_document
from hotelpay.errors import UnknownName
from hotelpay.pictures import timeline_svg

app = typer.Typer()


class TimelineFormat(enum.Enum):
    """How a timeline is written: for people in a terminal or a browser, or for programs."""

    TABLE = "table"
    SVG = "svg"
    JSON = "json"


TimelineFormatOption: TypeAlias = Annotated[
    TimelineFormat, typer.Option("--format", "-f", help="For a terminal, a picture for a browser, JSON for programs.")
]


@app.command(
    "timeline",
    epilog="**Example:** `hotelpay timeline -s setup.json -r reservations.jsonl "
    "--reservation R-1001 --at 2024-02-01T10:00:00Z`",
)
def timeline_command(  # noqa: PLR0913, PLR0917  one parameter an option
    setup: SetupOption,
    reservations: ReservationsOption,
    reservation: OneReservationOption,
    at: OptionalAtOption = None,
    task: TaskOption = None,
    processed: ProcessedOption = None,
    output: TimelineFormatOption = TimelineFormat.TABLE,
) -> None:
    """Draw one reservation's life, with the window of every task in it."""
    hotel = hotel_from(setup)
    tasks = hotel.tasks if task is None else (as_if_active(hotel.task(task)),)
    done = processed_from(processed)
    with reservations_from(reservations, "reading reservations") as stream:
        # All of the file is read: a fault after the reservation is told too.
        found = [row for row in stream if row.id == reservation]
    if not found:
        raise UnknownName("--reservation", reservation, "one of the reservations", code="unknown_id")
    asked_about = found[0]
    moment = asked_about.created_at if at is None else at
    result = timeline(tasks, asked_about, at=moment, rules=hotel.rules, processed=done)
    note_pause(hotel)
    match output:
        case TimelineFormat.JSON:
            document = timeline_document(result, for_documents())
            events, rows = document.pop("events"), document.pop("tasks")
            write_object(document, {"events": events, "tasks": rows})
        case TimelineFormat.SVG:
            write_whole(timeline_svg(result, language=for_readers(result.timezone)))
        case TimelineFormat.TABLE:
            tables.console().print(timeline_picture(result))
