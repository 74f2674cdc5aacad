"""The options of the commands, and how their values are read."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from hotelpay.documents.scalars import read_instant
from hotelpay.errors import HotelpayError, InvalidValue
from hotelpay.moments import Instant
from hotelpay.money import parse_decimal


class OutputFormat(enum.Enum):
    """How a result is written: for people or for programs."""

    TABLE = "table"
    JSON = "json"


class ForecastFormat(enum.Enum):
    """How a forecast is written: as rows or a calendar in a terminal, for programs, or as a picture for a browser."""

    TABLE = "table"
    CALENDAR = "calendar"
    SVG = "svg"
    JSON = "json"


class PreviewFormat(enum.Enum):
    """How a preview is written: for people in a terminal, for programs, or as a page for a browser."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"


def _instant(text: str | datetime) -> Instant:
    try:
        return read_instant(str(text))
    except InvalidValue as error:
        raise typer.BadParameter(f"{text!r} is not {error.expected}") from None


def _decimal(text: str | Decimal) -> Decimal:
    try:
        return parse_decimal(str(text), "value")
    except HotelpayError as error:
        raise typer.BadParameter(str(error)) from None


SetupOption: TypeAlias = Annotated[
    Path, typer.Option("--setup", "-s", help="The hotel's setup, JSON or (.toml) TOML.", show_default=False)
]
ReservationsOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--reservations", "-r", help="Reservations, one JSON object a line; - is standard input.", show_default=False
    ),
]
AtOption: TypeAlias = Annotated[
    Instant,
    typer.Option(
        "--at",
        parser=_instant,
        metavar="INSTANT",
        help="The instant, ISO 8601 with an offset; the next quarter hour counts.",
        show_default=False,
    ),
]
OptionalAtOption: TypeAlias = Annotated[
    Instant | None,
    typer.Option(
        "--at",
        parser=_instant,
        metavar="INSTANT",
        help="The instant, ISO 8601 with an offset; the next quarter hour counts. Without it: the booking.",
        show_default=False,
    ),
]
FromOption: TypeAlias = Annotated[
    Instant,
    typer.Option("--from", parser=_instant, metavar="INSTANT", help="The first instant.", show_default=False),
]
ToOption: TypeAlias = Annotated[
    Instant,
    typer.Option(
        "--to", parser=_instant, metavar="INSTANT", help="The instant where it ends (not included).", show_default=False
    ),
]
ProcessedOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--processed", help='What is done already: {"task": …, "reservation": …} a line.', show_default=False),
]
TaskOption: TypeAlias = Annotated[
    str | None, typer.Option("--task", metavar="ID", help="This task alone, also an inactive one.", show_default=False)
]
ReservationOption: TypeAlias = Annotated[
    str | None, typer.Option("--reservation", metavar="ID", help="This reservation alone.", show_default=False)
]
FormatOption: TypeAlias = Annotated[
    OutputFormat, typer.Option("--format", "-f", help="A table for people, JSON for programs.")
]
PreviewFormatOption: TypeAlias = Annotated[
    PreviewFormat, typer.Option("--format", "-f", help="A table for people, JSON for programs, a page for a browser.")
]


def decimal_option(name: str, help_text: str) -> object:
    """Return an option that takes a plain decimal."""
    return typer.Option(name, parser=_decimal, metavar="DECIMAL", help=help_text, show_default=False)


DatabaseOption: TypeAlias = Annotated[
    str,
    typer.Option("--db", metavar="FILE", help="The store: an SQLite file, or a postgresql:// URL.", show_default=False),
]
DsnOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--dsn",
        metavar="URL",
        envvar="HOTELPAY_DSN",
        help="The database of the chain, a postgresql:// URL.",
        show_default=False,
    ),
]
UsualReservationsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--reservations", "-r", help="Reservations, one JSON object a line; - is standard input.", show_default=False
    ),
]
LONGEST_LEASE: Final = 86_400
LeaseOption: TypeAlias = Annotated[
    int,
    typer.Option(
        "--lease-seconds",
        metavar="SECONDS",
        min=1,
        max=LONGEST_LEASE,
        help="How long what this process has begun is its own after its last sign of life.",
    ),
]
HotelOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--hotel", metavar="ID", help="The hotel, where the store holds several.", show_default=False),
]
MomentOption: TypeAlias = Annotated[
    Instant,
    typer.Option(
        "--at", parser=_instant, metavar="INSTANT", help="The instant, ISO 8601 with an offset.", show_default=False
    ),
]
OneReservationOption: TypeAlias = Annotated[
    str, typer.Option("--reservation", metavar="ID", help="The reservation.", show_default=False)
]


def share_option(name: str, help_text: str) -> object:
    """Return an option that takes a share in percent."""
    return typer.Option(name, metavar="PERCENT", min=0, max=100, help=f"Of 100 calls, so many {help_text}.")


def id_option(name: str, help_text: str) -> object:
    """Return an option that takes an id."""
    return typer.Option(name, metavar="ID", help=help_text, show_default=False)


DeclinesOption: TypeAlias = Annotated[int, share_option("--declines", "are declined")]
TimeoutsOption: TypeAlias = Annotated[int, share_option("--timeouts", "are lost on their way the first time: unknown")]
LostRepliesOption: TypeAlias = Annotated[int, share_option("--lost-replies", "are done, and the first answer is lost")]
UnreachableOption: TypeAlias = Annotated[int, share_option("--unreachable", "are turned away the first time")]
