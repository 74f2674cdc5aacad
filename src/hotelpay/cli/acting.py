"""The commands that act, on an embedded store with made-up processors: nothing leaves the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotelpay.autopilot.cycle import run_cycle
from hotelpay.autopilot.going_live import rearm
from hotelpay.cli import DONE, NEEDS_PERSON, counts, report_tables, speech
from hotelpay.cli.files import hotel_from, processed_from, reservations_from
from hotelpay.cli.notes import note
from hotelpay.cli.options import (
    AtOption,
    DatabaseOption,
    DeclinesOption,
    FormatOption,
    HotelOption,
    LeaseOption,
    LostRepliesOption,
    MomentOption,
    OneReservationOption,
    OutputFormat,
    ProcessedOption,
    ReservationsOption,
    SetupOption,
    TimeoutsOption,
    UnreachableOption,
    id_option,
)
from hotelpay.cli.report_tables import show
from hotelpay.cli.stores import LEASE_SECONDS, known_store, new_store, ports_of
from hotelpay.documents.reports import cycle_document, recovery_document
from hotelpay.errors import UnknownName
from hotelpay.messages import CYCLE_NOTES
from hotelpay.recovery import recover
from hotelpay.settlement.identity import Kind

if TYPE_CHECKING:
    from hotelpay.adapters.sql import SqlStore

app = typer.Typer()


@app.command(
    "run",
    epilog="**Example:** `hotelpay run -s setup.json -r reservations.jsonl --db hotel.db --at 2024-02-01T10:00:00Z`",
)
def run_command(  # noqa: PLR0913, PLR0917  one parameter an option
    setup: SetupOption,
    reservations: ReservationsOption,
    database: DatabaseOption,
    at: AtOption,
    processed: ProcessedOption = None,
    declines: DeclinesOption = 0,
    timeouts: TimeoutsOption = 0,
    lost_replies: LostRepliesOption = 0,
    unreachable: UnreachableOption = 0,
    lease_seconds: LeaseOption = LEASE_SECONDS,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Carry out one cycle: charge, block, post, follow up, on an embedded store with a made-up processor."""
    hotel = hotel_from(setup)
    done = processed_from(processed)
    # All of it is read before anything is done: a faulty document is refused as a whole.
    with reservations_from(reservations, "reading reservations") as stream:
        rows = list(stream)
    faults = (declines, timeouts, lost_replies, unreachable)
    with new_store(database, hotel.hotel, lease_seconds=lease_seconds) as store:
        store.hotel.import_reservations(rows)
        store.ledger.import_processed(done)
        del rows
        report = run_cycle(hotel, ports_of(store, *faults), at)
    document = cycle_document(report, speech.for_documents())
    if report.state.value in CYCLE_NOTES:
        note(speech.spoken().sentence(CYCLE_NOTES, report.state.value, {}))
    due = [each.planned.due_at for each in report.runs]
    when = speech.clock(report.cycle_at, hotel.timezone)
    show(document, output, lambda: report_tables.cycle_tables(document, when, due, hotel.timezone))
    raise typer.Exit(NEEDS_PERSON if document["needs_person"] else DONE)


@app.command("recover", epilog="**Example:** `hotelpay recover --db hotel.db --at 2024-02-01T10:10:00Z`")
def recover_command(  # noqa: PLR0913, PLR0917  one parameter an option
    database: DatabaseOption,
    at: MomentOption,
    hotel: HotelOption = None,
    declines: DeclinesOption = 0,
    timeouts: TimeoutsOption = 0,
    lost_replies: LostRepliesOption = 0,
    unreachable: UnreachableOption = 0,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Settle what a process that died has left unfinished."""
    with known_store(database, hotel) as store:
        recovery = recover(ports_of(store, declines, timeouts, lost_replies, unreachable), at)
        elsewhere = _elsewhere(store, {each.settlement.key for each in recovery.visited})
    document = {**recovery_document(recovery, at, speech.for_documents()), "elsewhere": elsewhere}
    show(document, output, lambda: report_tables.recovery_tables(document, elsewhere))
    raise typer.Exit(NEEDS_PERSON if document["needs_person"] else DONE)


def _elsewhere(store: SqlStore, visited: set[str]) -> list[dict[str, Any]]:
    """Return what is unfinished and could not be visited: another process has it, or had it until it died."""
    from hotelpay.adapters.sql import read_report  # noqa: PLC0415  commands that only decide need no database
    from hotelpay.cli.books import listed_document  # noqa: PLC0415  as above

    unfinished = read_report(store.engine, store.hotel.hotel).unfinished
    return [listed_document(each) for each in unfinished if each.key not in visited]


@app.command("report", epilog="**Example:** `hotelpay report --db hotel.db`")
def report_command(
    database: DatabaseOption, hotel: HotelOption = None, output: FormatOption = OutputFormat.TABLE
) -> None:
    """Sum what was done, and tell whether processor and folios agree to the cent."""
    with known_store(database, hotel) as store:
        from hotelpay.adapters.sql.books import books_of  # noqa: PLC0415  as above
        from hotelpay.cli.books import books_document  # noqa: PLC0415  as above

        document = books_document(books_of(store))
    show(document, output, lambda: report_tables.books_tables(document))
    raise typer.Exit(DONE if document["adds_up"] else NEEDS_PERSON)


@app.command(
    "rearm",
    epilog="**Example:** `hotelpay rearm --db hotel.db --task vcc --reservation R-1001 --by Anna --reason 'new card'`",
)
def rearm_command(  # noqa: PLR0913, PLR0917  one parameter an option
    database: DatabaseOption,
    reservation: OneReservationOption,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.", show_default=False)],
    task: Annotated[str | None, id_option("--task", "The task that is to have another turn.")] = None,
    preauthorization: Annotated[
        str | None, id_option("--preauthorization", "Instead of a task: the blocked amount to be released.")
    ] = None,
    hotel: HotelOption = None,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Give one task on one reservation another turn, on a person's word."""
    if (task is None) == (preauthorization is None):
        raise typer.BadParameter("give --task or --preauthorization: one of them, and not both")
    kind = Kind.RUN if preauthorization is None else Kind.RELEASE
    with known_store(database, hotel) as store:
        attempt = rearm(
            store.ports(),
            task=task or preauthorization or "",
            reservation=reservation,
            by=by,
            reason=reason,
            kind=kind,
        )
    document = {
        "task": task,
        "preauthorization": preauthorization,
        "reservation": reservation,
        "attempt": attempt,
    }
    line = speech.say(
        "{what} may be tried again on reservation {reservation}: attempt {attempt}",
        what=task or preauthorization,
        reservation=reservation,
        attempt=attempt,
    )
    show(document, output, lambda: [line])


@app.command("erase", epilog="**Example:** `hotelpay erase --db hotel.db --reservation R-1001`")
def erase_command(
    database: DatabaseOption,
    reservation: OneReservationOption,
    hotel: HotelOption = None,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Remove a reservation's free text and personal data; amounts, keys and outcomes stay."""
    with known_store(database, hotel) as store:
        settlements = store.ledger.of_reservation(reservation)
        if not settlements and store.hotel.reservation(reservation) is None:
            raise UnknownName("--reservation", reservation, "one of the store's reservations", code="unknown_id")
        unfinished = sum(each.ending is None for each in settlements)
        erased = store.erase(reservation)
    document = {"reservation": reservation, "erased": erased, "unfinished": unfinished}
    values = {"reservation": reservation, "settlements": counts.settlements(erased), "number": unfinished}
    if unfinished:
        line = speech.say(
            "reservation {reservation}: {settlements} erased; {number} unfinished: erase again when they have ended",
            **values,
        )
    else:
        line = speech.say("reservation {reservation}: {settlements} erased", **values)
    show(document, output, lambda: [line])
    raise typer.Exit(NEEDS_PERSON if unfinished else DONE)
