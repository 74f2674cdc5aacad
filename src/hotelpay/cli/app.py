"""The commands: each reads its documents, asks the domain, and writes the answer."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import attrs
import typer

from hotelpay.autopilot.decision import Skip
from hotelpay.autopilot.forecast import forecast
from hotelpay.autopilot.preview import Preview, as_if_active, preview, skips
from hotelpay.bonus.quote import quote
from hotelpay.cli import (
    NEEDS_PERSON,
    WRONG_INPUT,
    acting,
    backtesting,
    calendars,
    chains,
    counts,
    pages,
    redeeming,
    speech,
    tables,
    timelines,
)
from hotelpay.cli.files import hotel_from, processed_from, reservations_from
from hotelpay.cli.notes import note_pause
from hotelpay.cli.options import (
    AtOption,
    ForecastFormat,
    FormatOption,
    FromOption,
    OutputFormat,
    PreviewFormat,
    PreviewFormatOption,
    ProcessedOption,
    ReservationOption,
    ReservationsOption,
    SetupOption,
    TaskOption,
    ToOption,
    decimal_option,
)
from hotelpay.cli.output import write_object
from hotelpay.documents import DocumentError, Fault
from hotelpay.documents.outputs import (
    finding_document,
    foreseen_document,
    quote_document,
    run_document,
    skip_document,
)
from hotelpay.documents.schema import SCHEMAS
from hotelpay.errors import UnknownName
from hotelpay.findings import Finding, Severity, review
from hotelpay.hotel import Setup
from hotelpay.messages.language import LANGUAGES
from hotelpay.moments import utc_text
from hotelpay.money import Money
from hotelpay.pictures.panels import Counted
from hotelpay.points import Points
from hotelpay.reservation import Reservation

app = typer.Typer(
    name="hotelpay",
    help="Decide a hotel's automatic payments, say why, and carry them out once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
bonus_app = typer.Typer(name="bonus", help="Paying with loyalty points.", no_args_is_help=True)
app.add_typer(timelines.app)
app.add_typer(backtesting.app)
app.add_typer(acting.app)
app.add_typer(chains.app)
app.add_typer(bonus_app)
bonus_app.add_typer(redeeming.app)


def _show_version(asked: bool) -> None:  # noqa: FBT001  the shape of a callback
    if asked:
        from importlib.metadata import version  # noqa: PLC0415  it costs more than most commands

        sys.stdout.write(f"hotelpay {version('hotelpay')}\n")
        raise typer.Exit


@app.callback()
def _main(
    show_version: Annotated[  # noqa: ARG001, FBT002  the callback prints it
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    language: Annotated[
        str | None,
        typer.Option(
            "--lang",
            envvar="HOTELPAY_LANG",
            metavar=f"[{'|'.join(LANGUAGES)}]",
            help="The language of what people read, with its dates and amounts; without it English and codes.",
            show_default=False,
        ),
    ] = None,
) -> None:
    # The commands make many objects and hardly a cycle among them: looking for cycles costs a tenth of the time.
    gc.disable()
    speech.speak(language)


@app.command(
    "preview",
    epilog="**Example:** `hotelpay preview -s setup.json -r reservations.jsonl --at 2024-02-01T10:00:00Z`",
)
def preview_command(  # noqa: PLR0913, PLR0917  one parameter an option
    setup: SetupOption,
    reservations: ReservationsOption,
    at: AtOption,
    task: TaskOption = None,
    reservation: ReservationOption = None,
    processed: ProcessedOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add every pair not taken, with all its reasons.")] = False,  # noqa: FBT002
    output: PreviewFormatOption = PreviewFormat.TABLE,
) -> None:
    """Tell what the next cycle will do, without doing it."""
    hotel = hotel_from(setup)
    tasks = hotel.tasks if task is None else (as_if_active(hotel.task(task)),)
    done = processed_from(processed)
    asked_about: list[Reservation] = []
    with reservations_from(reservations, "reading reservations") as stream:
        rows = _remembering(stream, asked_about, reservation) if explain or reservation is not None else stream
        result = preview(tasks, rows, at=at, rules=hotel.rules, processed=done, max_runs=hotel.max_runs_per_cycle)
    if reservation is not None:
        if not asked_about:
            raise UnknownName("--reservation", reservation, "one of the reservations", code="unknown_id")
        # What the cycle does with one reservation may depend on the others: they count against its limit.
        result = attrs.evolve(result, runs=tuple(run for run in result.runs if run.reservation == reservation))
    unexplained = output is PreviewFormat.TABLE and reservation is not None and not result.runs and not explain
    missed = skips(tasks, asked_about, at=at, rules=hotel.rules, processed=done) if explain or unexplained else ()
    note_pause(hotel)
    if output is PreviewFormat.HTML:
        pages.write_preview_page(result, hotel, missed if explain else None, task=task, reservation=reservation)
        return
    if output is PreviewFormat.JSON:
        lists: dict[str, Iterable[dict[str, Any]]] = {"runs": map(run_document, result.runs)}
        if explain:
            lists["skips"] = (skip_document(each, speech.for_documents()) for each in missed)
        write_object({"cycle_at": utc_text(result.cycle_at)}, lists)
        return
    if unexplained:
        _show_why_not(result, missed, hotel)
    else:
        _show_preview(result, missed, hotel, each_amount=reservation is not None)


def _show_preview(result: Preview, missed: Iterable[Skip], hotel: Setup, *, each_amount: bool) -> None:
    console = tables.console()
    console.print(tables.preview_table(result, hotel.timezone))
    for run in result.runs:
        if each_amount and run.amount is not None:
            console.print()
            console.print(tables.breakdown_table(run, run.amount))
    for line in tables.skip_lines(missed):
        sys.stdout.write(f"{line}\n")


def _show_why_not(result: Preview, missed: Iterable[Skip], hotel: Setup) -> None:
    """Show every reason of every task: who names one reservation that is not taken asks why."""
    console = tables.console()
    console.print(tables.preview_title(result, hotel.timezone))
    for each in missed:
        console.print()
        console.print(tables.skip_table(each))


def _remembering(
    stream: Iterable[Reservation], asked_about: list[Reservation], only: str | None
) -> Iterator[Reservation]:
    """Pass a stream on, and remember the reservations that are asked about: one, or all."""
    for row in stream:
        if only is None or row.id == only:
            asked_about.append(row)
        yield row


@app.command(
    "forecast",
    epilog="**Example:** `hotelpay forecast -s setup.json -r reservations.jsonl "
    "--from 2024-02-01T00:00:00Z --to 2024-02-08T00:00:00Z`",
)
def forecast_command(  # noqa: PLR0913, PLR0917  one parameter an option
    setup: SetupOption,
    reservations: ReservationsOption,
    start: FromOption,
    end: ToOption,
    processed: ProcessedOption = None,
    output: Annotated[
        ForecastFormat,
        typer.Option("--format", "-f", help="Rows or a calendar for a terminal, a picture for a browser, or JSON."),
    ] = ForecastFormat.TABLE,
    counted: Annotated[
        Counted, typer.Option("--count", help="What the days of a calendar or a picture count.")
    ] = Counted.CHARGED,
) -> None:
    """Tell every moment at which a task will take a reservation if nothing changes."""
    hotel = hotel_from(setup)
    done = processed_from(processed)
    with reservations_from(reservations, "looking ahead") as stream:
        found = forecast(hotel.tasks, stream, start=start, end=end, rules=hotel.rules, processed=done)
    note_pause(hotel)
    days = calendars.days_of(start, end, hotel.timezone)
    match output:
        case ForecastFormat.JSON:
            write_object({}, {"forecast": map(foreseen_document, found)})
        case ForecastFormat.TABLE:
            tables.console().print(tables.forecast_table(found, hotel.timezone))
        case ForecastFormat.CALENDAR:
            calendars.print_calendar(found, hotel.timezone, days, counted)
        case ForecastFormat.SVG:
            calendars.write_calendar_svg(found, hotel.timezone, days, counted)


@app.command("check", epilog="**Example:** `hotelpay check --setup setup.json`")
def check_command(setup: SetupOption, output: FormatOption = OutputFormat.TABLE) -> None:
    """Find what is wrong with a setup, or would be, before it hurts."""
    findings: tuple[Finding | Fault, ...]
    try:
        findings = review(hotel_from(setup))
        status = NEEDS_PERSON if any(finding.severity is Severity.ERROR for finding in findings) else 0
    except DocumentError as error:
        findings, status = error.faults, WRONG_INPUT
    if output is OutputFormat.JSON:
        write_object({}, {"findings": (finding_document(each, speech.for_documents()) for each in findings)})
    elif findings:
        tables.console().print(tables.findings_table(findings))
    else:
        sys.stdout.write(f"{counts.findings(0)}\n")
    raise typer.Exit(status)


@bonus_app.command(
    "quote",
    epilog="**Example:** `hotelpay bonus quote -s setup.json --payment-type kontur "
    "--balance=-1800.00 --currency RUB --card-balance 9746600.38`",
)
def quote_command(  # noqa: PLR0913, PLR0917
    setup: SetupOption,
    payment_type: Annotated[
        str, typer.Option("--payment-type", metavar="ID", help="The bonus payment type.", show_default=False)
    ],
    balance: Annotated[Decimal, decimal_option("--balance", "The folio's balance; negative: the guest owes.")],
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help="The folio's currency, ISO 4217.", show_default=False)
    ],
    card_balance: Annotated[Decimal, decimal_option("--card-balance", "What the card holds of that currency type.")],
    reservation_balance: Annotated[
        Decimal | None, decimal_option("--reservation-balance", "The balance over all folios of the reservation.")
    ] = None,
    charges: Annotated[
        Decimal | None, decimal_option("--charges", 'The charges of the folio (cap basis "charges").')
    ] = None,
    redeemed: Annotated[
        Decimal | None, decimal_option("--redeemed", 'What bonus types have paid on it (cap basis "charges").')
    ] = None,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Tell how many points may be redeemed, and why not more."""
    hotel = hotel_from(setup)
    chosen = hotel.bonus.payment_type(payment_type)

    def money(amount: Decimal | None) -> Money | None:
        return None if amount is None else Money.of(amount, currency)

    result = quote(
        chosen,
        integration_active=hotel.bonus.active,
        balance=Money.of(balance, currency),
        card_balance=Points.of(card_balance, chosen.currency_type),
        reservation_balance=money(reservation_balance),
        charges=money(charges),
        redeemed=money(redeemed),
    )
    if output is OutputFormat.JSON:
        sys.stdout.write(json.dumps(quote_document(result, speech.for_documents())) + "\n")
    else:
        tables.console().print(tables.quote_table(result))


@app.command("schema", epilog="**Example:** `hotelpay schema setup > setup.schema.json`")
def schema_command(
    document: Annotated[Literal["setup", "reservation"], typer.Argument(help="Which document.", show_default=False)],
) -> None:
    """Print the JSON Schema (2020-12) of a document."""
    sys.stdout.write(json.dumps(SCHEMAS[document](), indent=2) + "\n")


@app.command("demo", epilog="**Example:** `hotelpay demo --write my-hotel`")
def demo_command(
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="DIR", help="Also write setup.json and reservations.jsonl there."),
    ] = None,
    output: FormatOption = OutputFormat.TABLE,
) -> None:
    """Tell the whole story on a made-up hotel, no files needed."""
    from hotelpay.cli.demo import demo  # noqa: PLC0415  no other command waits for the story

    demo(write, output)
