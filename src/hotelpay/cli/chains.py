"""The commands of a chain: which hotels workers serve, and a worker that serves them with made-up processors."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import attrs
import typer

from hotelpay.cli import DONE, counts, tables
from hotelpay.cli.files import hotel_from, reservations_from
from hotelpay.cli.notes import note
from hotelpay.cli.options import (
    DeclinesOption,
    DsnOption,
    FormatOption,
    LeaseOption,
    LostRepliesOption,
    OutputFormat,
    SetupOption,
    TimeoutsOption,
    UnreachableOption,
    UsualReservationsOption,
    id_option,
)
from hotelpay.cli.report_tables import show
from hotelpay.cli.speech import say
from hotelpay.cli.stores import LEASE_SECONDS, StoreFault, gateways_of, known_chain, without_password
from hotelpay.errors import UnknownName

if TYPE_CHECKING:
    from hotelpay.adapters.sql import Enrolled

_MOST_AT_ONCE: Final = 1000
_LONGEST_GRACE: Final = 3600

app = typer.Typer()
chain_app = typer.Typer(name="chain", help="The hotels that workers serve.", no_args_is_help=True)
app.add_typer(chain_app)


@chain_app.command(
    "add",
    epilog="**Example:** `hotelpay chain add --dsn postgresql://localhost/hotels -s setup.json -r reservations.jsonl`",
)
def add_command(
    dsn: DsnOption,
    setup: SetupOption,
    reservations: UsualReservationsOption = None,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Let workers serve a hotel from now on, or serve it with another setup."""
    hotel = hotel_from(setup)
    rows = None
    if reservations is not None:
        # All of it is read before anything is done: a faulty document is refused as a whole.
        with reservations_from(reservations, "reading reservations") as stream:
            rows = list(stream)
    with known_chain(dsn) as chain:
        if rows is not None:
            chain.store(hotel.hotel).hotel.import_reservations(rows)
        new = chain.enroll(hotel)
    document = {"hotel": hotel.hotel, "new": new, "reservations": None if rows is None else len(rows)}
    if new:
        done = say("hotel {hotel} is served from now on", hotel=hotel.hotel)
    else:
        done = say("hotel {hotel} is served with this setup from now on", hotel=hotel.hotel)
    if rows is not None:
        done = say("{done}; {reservations} imported", done=done, reservations=counts.reservations(len(rows)))
    show(document, output, lambda: [done])


@chain_app.command("list", epilog="**Example:** `hotelpay chain list --dsn postgresql://localhost/hotels`")
def list_command(dsn: DsnOption, output: FormatOption = OutputFormat.TABLE) -> None:
    """List the hotels that workers serve."""
    with known_chain(dsn) as chain:
        rows = [_listed(each) for each in chain.enrollments()]

    def shown() -> list[Any]:
        table = tables.table_of(say("hotel"), say("time zone"), say("currency"), say("active tasks"), say("remarks"))
        for row in rows:
            remarks = row["fault"] or (say("paused") if row["paused"] else "")
            cells = (row[name] for name in ("hotel", "timezone", "currency", "active_tasks"))
            table.add_row(*("" if cell is None else str(cell) for cell in cells), remarks)
        return [tables.titled(counts.hotels(len(rows)), table)] if rows else [counts.hotels(0)]

    show({"hotels": rows}, output, shown)


def _listed(each: Enrolled) -> dict[str, Any]:
    setup = each.setup
    return {
        "hotel": each.hotel,
        "timezone": None if setup is None else str(setup.timezone),
        "currency": None if setup is None else setup.currency.code,
        "active_tasks": None if setup is None else sum(task.active for task in setup.tasks),
        "paused": None if setup is None else setup.paused,
        "fault": each.fault,
    }


@chain_app.command(
    "remove", epilog="**Example:** `hotelpay chain remove --dsn postgresql://localhost/hotels --hotel sofia`"
)
def remove_command(
    dsn: DsnOption,
    hotel: Annotated[str, id_option("--hotel", "The hotel.")],
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Let workers begin nothing more for a hotel; its books stay, and what is unfinished is still settled."""
    with known_chain(dsn) as chain:
        if not chain.remove(hotel):
            raise UnknownName("--hotel", hotel, "one of the chain's hotels", code="unknown_id")
    show({"hotel": hotel, "removed": True}, output, lambda: [say("hotel {hotel} is no longer served", hotel=hotel)])


@app.command("worker", epilog="**Example:** `hotelpay worker --dsn postgresql://localhost/hotels --concurrency 8`")
def worker_command(  # noqa: PLR0913, PLR0917  one parameter an option
    dsn: DsnOption,
    concurrency: Annotated[
        int, typer.Option("--concurrency", metavar="N", min=1, max=_MOST_AT_ONCE, help="So many hotels at a time.")
    ] = 8,
    declines: DeclinesOption = 0,
    timeouts: TimeoutsOption = 0,
    lost_replies: LostRepliesOption = 0,
    unreachable: UnreachableOption = 0,
    lease_seconds: LeaseOption = LEASE_SECONDS,
    grace_seconds: Annotated[
        int,
        typer.Option(
            "--grace-seconds",
            metavar="SECONDS",
            min=0,
            max=_LONGEST_GRACE,
            help="How long calls on their way are waited for when it is to stop.",
        ),
    ] = 30,
    verbose: Annotated[bool, typer.Option("--verbose", help="Also tell every cycle and recovery.")] = False,  # noqa: FBT002
) -> None:
    """Serve every hotel of a chain each quarter of an hour, with made-up processors, until SIGTERM."""
    from hotelpay.adapters.procrastinate import app_of, prepare, run_worker  # noqa: PLC0415  an extra of its own
    from hotelpay.adapters.sql import SqlLoyalty  # noqa: PLC0415  as above

    gc.enable()  # a worker lives long
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="hotelpay: %(message)s")
    logging.getLogger("hotelpay.chain").setLevel(level)
    with known_chain(dsn, lease_seconds=lease_seconds, threads=concurrency) as store:
        prepare(store.engine.url)
        chain = attrs.evolve(
            store,
            gateway=gateways_of(store.engine, declines, timeouts, lost_replies, unreachable),
            loyalty=lambda hotel: SqlLoyalty(store.engine, hotel),
        )
        note(say("serving the chain, {hotels} at a time", hotels=counts.hotels(concurrency)))
        sys.stderr.flush()
        asked = run_worker(app_of(chain, store.engine.url), concurrency=concurrency, grace_seconds=grace_seconds)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it is leaving already
    if not asked:
        raise StoreFault(without_password(dsn), "the connection was lost: the worker has ended")
    note(say("stopped"))
    raise typer.Exit(DONE)
