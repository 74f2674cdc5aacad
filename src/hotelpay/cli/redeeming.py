"""Paying with points on an embedded store, with a made-up loyalty system."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotelpay.bonus.redemption import Redeemed, redeem, reverse
from hotelpay.bonus.redemption_intents import RedemptionIntent
from hotelpay.cli import DONE, NEEDS_PERSON, WRONG_INPUT
from hotelpay.cli.files import hotel_from, reservations_from
from hotelpay.cli.notes import note
from hotelpay.cli.options import (
    DatabaseOption,
    FormatOption,
    HotelOption,
    MomentOption,
    OneReservationOption,
    OutputFormat,
    SetupOption,
    decimal_option,
    id_option,
)
from hotelpay.cli.report_tables import redeemed_tables, show
from hotelpay.cli.speech import for_documents, spoken
from hotelpay.cli.stores import known_store, new_store, ports_of
from hotelpay.documents.reports import redeemed_document
from hotelpay.errors import UnknownName
from hotelpay.messages import REFUSALS
from hotelpay.points import BonusCard, Points
from hotelpay.settlement.identity import Identity, Kind

if TYPE_CHECKING:
    from hotelpay.adapters.sql import SqlStore

app = typer.Typer()


@app.command(
    "redeem",
    epilog="**Example:** `hotelpay bonus redeem -s setup.json --db hotel.db --reservation R-1001 --folio F1 "
    "--payment-type kontur --card K-100200300 --points 450 --redemption B-1 --at 2024-02-01T10:00:00Z`",
)
def redeem_command(  # noqa: PLR0913, PLR0917  one parameter an option
    setup: SetupOption,
    database: DatabaseOption,
    reservation: OneReservationOption,
    folio: Annotated[str, id_option("--folio", "The folio that is paid on.")],
    payment_type: Annotated[str, id_option("--payment-type", "The bonus payment type.")],
    card: Annotated[
        str,
        typer.Option(
            "--card",
            metavar="NUMBER",
            help="The bonus card; - reads the number from standard input, where no list of processes shows it.",
            show_default=False,
        ),
    ],
    points: Annotated[Decimal, decimal_option("--points", "How many points.")],
    redemption: Annotated[str, id_option("--redemption", "Your id for it: the same one again does nothing twice.")],
    at: MomentOption,
    comment: Annotated[
        str | None, typer.Option("--comment", metavar="TEXT", help="Stands at the payment.", show_default=False)
    ] = None,
    card_balance: Annotated[
        Decimal | None, decimal_option("--card-balance", "What the card holds if the made-up system never saw it.")
    ] = None,
    reservations: Annotated[
        Path | None,
        typer.Option("--reservations", "-r", help="Reservations to be stored first.", show_default=False),
    ] = None,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Pay on a folio with points of a made-up loyalty system; points and folio never part."""
    hotel = hotel_from(setup)
    kind = hotel.bonus.payment_type(payment_type)
    number = BonusCard(sys.stdin.readline().strip() if card == "-" else card)
    with _store_with(reservations, database, hotel.hotel) as store:
        if card_balance is not None:
            _put_on_unknown(store, number, Points.of(card_balance, kind.currency_type))
        redeemed = redeem(
            hotel.bonus,
            ports_of(store),
            redemption=redemption,
            reservation=reservation,
            folio=folio,
            payment_type=payment_type,
            card=number,
            points=Points.of(points, kind.currency_type),
            at=at,
            comment=comment,
        )
    _tell_redeemed({"redemption": redemption, **redeemed_document(redeemed, for_documents())}, redeemed, output)


@contextmanager
def _store_with(reservations: Path | None, database: str, hotel: str) -> Iterator[SqlStore]:
    """Open a store, with these reservations in it if there are any."""
    if reservations is None:
        with known_store(database, hotel) as store:
            yield store
        return
    with reservations_from(reservations, "reading reservations") as stream:
        rows = list(stream)
    with new_store(database, hotel) as store:
        store.hotel.import_reservations(rows)
        yield store


def _put_on_unknown(store: SqlStore, card: BonusCard, points: Points) -> None:
    """Let a card hold points of a currency type that the made-up system has not seen on it."""
    from hotelpay.adapters.sql import SqlLoyalty  # noqa: PLC0415  commands that only decide need no database

    loyalty = SqlLoyalty(store.engine, store.hotel.hotel)
    if all(each.currency_type != points.currency_type for each in loyalty.balances(card)):
        loyalty.set_balance(card, points)


@app.command(
    "reverse",
    epilog="**Example:** `hotelpay bonus reverse --db hotel.db --redemption B-1 --reversal B-1-back "
    "--at 2024-02-01T11:00:00Z`",
)
def reverse_command(  # noqa: PLR0913, PLR0917  one parameter an option
    database: DatabaseOption,
    redemption: Annotated[str, id_option("--redemption", "The redemption.")],
    reversal: Annotated[str, id_option("--reversal", "Your id for it: the same one again does nothing twice.")],
    at: MomentOption,
    points: Annotated[
        Decimal | None, decimal_option("--points", "How many points go back; without it all that are left.")
    ] = None,
    hotel: HotelOption = None,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Take the payment of a redemption back and return its points, whole or in part."""
    with known_store(database, hotel) as store:
        part = None if points is None else _as_redeemed(store, redemption, points)
        redeemed = reverse(ports_of(store), redemption=redemption, reversal=reversal, at=at, points=part)
    document = {"redemption": redemption, "reversal": reversal, **redeemed_document(redeemed, for_documents())}
    _tell_redeemed(document, redeemed, output)


def _as_redeemed(store: SqlStore, redemption: str, points: Decimal) -> Points:
    """Return points of the currency type that a redemption took."""
    known = store.ledger.find(Identity(store.ledger.hotel, Kind.REDEMPTION, (redemption,)))
    if known is None or not isinstance(known.intent, RedemptionIntent):
        raise UnknownName("--redemption", redemption, "one that was begun", code="unknown_id")
    return Points.of(points, known.intent.points.currency_type)


def _tell_redeemed(document: Mapping[str, Any], redeemed: Redeemed, output: OutputFormat) -> None:
    """Print what came of it; status 1 where it was begun and did not end as asked, 2 where it was refused."""
    show(document, output, lambda: redeemed_tables(document, redeemed.quote))
    if redeemed.refusal is not None:
        note(spoken().sentence(REFUSALS, redeemed.refusal.value, {}))
        raise typer.Exit(WRONG_INPUT)
    raise typer.Exit(DONE if redeemed.approved else NEEDS_PERSON)
