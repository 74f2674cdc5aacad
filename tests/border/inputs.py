"""Bad input, row by row: what somebody hands in, where, and what is answered. docs/inputs.md is written from it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

import attrs

from documents.reading import FOLIO, RESERVATION, SETUP, with_task
from examples import EUR, eur, folio, reservation, task, utc
from hotelpay import (
    Adjustment,
    BonusCard,
    Cap,
    Card,
    CardKind,
    Charge,
    CreateTodo,
    Currency,
    CurrencyMismatch,
    Deposit,
    Identity,
    InvalidValue,
    Kind,
    Money,
    Payment,
    Points,
    Rate,
    ReservationStatus,
    Rounding,
    Setup,
    Share,
)
from hotelpay.adapters.mail import Template, Values
from hotelpay.documents import DocumentError, parse_setup, read_reservations, reservation_from, setup_from
from hotelpay.moments import hotel_zone

PAN: Final = "4111 1111 1111 1111"
#: What stands in a row for a text that is too long to be written out.
_MEGABYTES: Final = 50_000_000
_DEPTH: Final = 100_000


@attrs.frozen
class Answer:
    """What came of an input: the code of a refusal and where the fault is, or what was made of it."""

    said: str
    code: str = ""
    where: str = ""


@attrs.frozen
class Row:
    """One input: as people are shown it, what it is handed to, the code that is expected (none: it is taken), where."""

    given: str
    to: str
    ask: Callable[[], object]
    code: str = ""
    where: str = ""

    def answer(self) -> Answer:
        """Hand the input in, and return what is answered."""
        try:
            made = self.ask()
        except DocumentError as error:
            fault = error.faults[0]
            line = "" if fault.line is None else f"line {fault.line}"
            return Answer(fault.message, fault.code, ", ".join(filter(None, (line, fault.path))))
        except InvalidValue as error:
            return Answer(str(error), error.code, error.field)
        except CurrencyMismatch as error:
            return Answer(str(error), "currency_mismatch")
        return Answer(str(made))


def _line(**fields: object) -> str:
    return json.dumps({**RESERVATION, **fields})


def _lines(text: str | bytes) -> object:
    raw = text.encode() if isinstance(text, str) else text
    return list(read_reservations(io.BytesIO(raw)))


def _setup_text(fields: str) -> object:
    return parse_setup(f'{{"format": "hotelpay/1",\n"timezone": "UTC", "currency": "EUR",\n{fields}}}')


def _toml(text: str) -> object:
    return parse_setup(f'format = "hotelpay/1"\ntimezone = "UTC"\ncurrency = "EUR"\n{text}\n', toml=True)


def _amount(value: object) -> object:
    return setup_from(with_task(max_amount=value))


def _status(status: ReservationStatus) -> object:
    return reservation(status=status)


def _mailed(text: str) -> str:
    return Template(subject="s", text=text).render(Values()).text.strip()


def _naive() -> datetime:
    return datetime(2024, 2, 1, 9, 30)  # noqa: DTZ001  what must be refused


_TOML_TASK: Final = """
[[tasks]]
id = "a"
mode = "after_creation"
operation = "payment"
amount.basis = "folio_balance"
max_amount = {}"""
_DECIMALS: Final[Mapping[str, Callable[[Any], object]]] = {
    "an amount": lambda value: Money.of(value, "EUR"),
    "a percentage": Share.of,
    "points": lambda value: Points.of(value, "BONUS"),
    "a rate": Rate.of,
}
#: The field that each of them names.
_FIELDS: Final = {"an amount": "amount", "a percentage": "percent", "points": "points", "a rate": "rate"}


def _everywhere(given: str, value: object, code: str) -> tuple[Row, ...]:
    return tuple(Row(given, what, partial(read, value), code, _FIELDS[what]) for what, read in _DECIMALS.items())


def _money(given: str, value: Any, code: str) -> Row:
    return Row(given, "an amount", lambda: Money.of(value, "EUR"), code, "amount")


def _currency(given: str, code: str) -> Row:
    return Row(given, "a currency", lambda: Currency.of(code), "unknown_currency", "currency")


ROWS: Final[Mapping[str, tuple[Row, ...]]] = {
    "NaN and infinity": (
        *_everywhere("`Decimal('NaN')`", Decimal("NaN"), "not_a_decimal"),
        _money("`Decimal('sNaN')`", Decimal("sNaN"), "not_a_decimal"),
        _money("`Decimal('Infinity')`", Decimal("Infinity"), "not_a_decimal"),
        _money("`Decimal('-Infinity')`", Decimal("-Infinity"), "not_a_decimal"),
        _money("`'NaN'`", "NaN", "not_a_decimal"),
        Row('`"NaN"`', "an amount of a setup", lambda: _amount("NaN"), "not_a_decimal", "tasks[0].max_amount"),
        Row(
            "`nan`",
            "an amount of a TOML setup",
            lambda: _toml(_TOML_TASK.format("nan")),
            "wrong_type",
            "line 10, tasks[0].max_amount",
        ),
    ),
    "Enormous numbers": (
        *_everywhere("`Decimal('1e999999')`", Decimal("1e999999"), "not_a_decimal"),
        _money("`'1e999999'`", "1e999999", "not_a_decimal"),
        _money("a text of 10,000 digits", "9" * 10_000, "not_a_decimal"),
        _money("an int of 10,000 digits", 10**10_000, "not_a_decimal"),
        _money("`Decimal` of 10,000 digits", Decimal("9" * 10_000), "not_a_decimal"),
        Row("`1e999`", "anything in a setup", lambda: _setup_text('"paused": 1e999'), "not_json", "line 3"),
        Row(
            "an int of 5,000 digits",
            "anything in a setup",
            lambda: _setup_text(f'"paused": {"9" * 5000}'),
            "not_json",
            "line 3",
        ),
    ),
    "Minus zero": (
        Row("`'-0'`", "an amount", lambda: Money.of("-0", "EUR")),
        Row("`Decimal('-0.00')`", "an amount", lambda: Money.of(Decimal("-0.00"), "JPY", rounding=Rounding.DOWN)),
        Row("`'-0.004'`, rounded half up", "an amount", lambda: Money.of("-0.004", "EUR", rounding=Rounding.HALF_UP)),
        Row("`'-0'`", "a percentage", lambda: Share.of("-0")),
        Row("`Decimal('-0')`", "points", lambda: Points.of(Decimal("-0"), "BONUS")),
    ),
    "Binary fractions and truth values": (
        *_everywhere("`0.1`", 0.1, "wrong_type"),
        *_everywhere("`True`", True, "wrong_type"),  # noqa: FBT003  it is what is refused
        Row("`1.5`", "hours", lambda: task(offset_hours=1.5), "wrong_type", "offset_hours"),
        Row("`True`", "hours", lambda: task(offset_hours=True), "wrong_type", "offset_hours"),
        Row("`12.5`", "an amount of a setup", lambda: _amount(12.5), "wrong_type", "tasks[0].max_amount"),
        Row(
            "`24.0`",
            "hours of a setup",
            lambda: _setup_text('"catch_up_hours": 24.0'),
            "wrong_type",
            "line 3, catch_up_hours",
        ),
    ),
    "Numbers in other clothes": (
        _money("`'١٢٣.٤٥'`", "\u0661\u0662\u0663.\u0664\u0665", "not_a_decimal"),
        _money("`'1_000.5'`", "1_000.5", "not_a_decimal"),
        _money("`' 12 \\n'`", " 12 \n", "not_a_decimal"),
        _money("`'+5'`", "+5", "not_a_decimal"),
        _money("`'1,000.00'`", "1,000.00", "not_a_decimal"),
        _money("`'1e5'`", "1e5", "not_a_decimal"),
        _money("`'.5'`", ".5", "not_a_decimal"),
        _money("`''`", "", "not_a_decimal"),
        Row('`"+5"`', "an amount of a setup", lambda: _amount("+5"), "not_a_decimal", "tasks[0].max_amount"),
    ),
    "More decimals than the currency has": (
        Row("`'1.005'`", "euros", lambda: Money.of("1.005", "EUR"), "too_many_decimals", "amount"),
        Row("`'1.5'`", "yen", lambda: Money.of("1.5", "JPY"), "too_many_decimals", "amount"),
        Row(
            "`Decimal('1.0005')`",
            "dinars of Kuwait",
            lambda: Money.of(Decimal("1.0005"), "KWD"),
            "too_many_decimals",
            "amount",
        ),
        Row("`'1.005'`, rounded half up", "euros", lambda: Money.of("1.005", "EUR", rounding=Rounding.HALF_UP)),
        Row("`'1.005'`, rounded down", "euros", lambda: Money.of("1.005", "EUR", rounding=Rounding.DOWN)),
        Row('`"1.005"`', "an amount of a setup", lambda: _amount("1.005"), "too_many_decimals", "tasks[0].max_amount"),
    ),
    "Currencies": (
        _currency("`'\u0131qd'` (a dotless i)", "\u0131qd"),
        _currency("`'zzz'`", "zzz"),
        _currency("`'ZZZ'`", "ZZZ"),
        _currency("`'eur'`", "eur"),
        _currency("`'EUR '`", "EUR "),
        _currency("`'XAU'`, which has no minor unit", "XAU"),
        Row("`'BGN'`, withdrawn", "a currency", lambda: Currency.of("BGN")),
        Row("`None`", "a currency", lambda: Currency.of(None), "wrong_type", "currency"),  # type: ignore[arg-type]
        Row(
            '`"eur"`',
            "a setup's currency",
            lambda: setup_from({**SETUP, "currency": "eur"}),
            "unknown_currency",
            "currency",
        ),
    ),
    "Two currencies at once": (
        Row("EUR + BGN", "a sum", lambda: eur("1") + Money.of("1", "BGN"), "currency_mismatch"),
        Row("EUR - BGN", "a difference", lambda: eur("1") - Money.of("1", "BGN"), "currency_mismatch"),
        Row("EUR < BGN", "a comparison", lambda: eur("1") < Money.of("1", "BGN"), "currency_mismatch"),
        Row("EUR == BGN", "a question", lambda: eur("1") == Money.of("1", "BGN")),
        Row(
            "a charge in BGN",
            "a folio in EUR",
            lambda: folio(charges=[Charge("rooms", Money.of("1", "BGN"))]),
            "currency_mismatch",
        ),
        Row(
            "a ceiling in BGN",
            "a setup in EUR",
            lambda: Setup(timezone="UTC", currency=EUR, tasks=[task(max_amount=Money.of("1", "BGN"))]),
            "foreign_currency",
            "tasks[0].max_amount",
        ),
    ),
    "Percentages, hours and nights": (
        Row("`'-1'`", "a cap", lambda: Cap.of("-1"), "percent_out_of_range", "percent"),
        Row("`'100.01'`", "a cap", lambda: Cap.of("100.01"), "percent_out_of_range", "percent"),
        Row("`'-100.01'`", "an adjustment", lambda: Adjustment.of("-100.01"), "percent_out_of_range", "percent"),
        Row("`'-100'`", "an adjustment", lambda: Adjustment.of("-100")),
        Row("`'-0.01'`", "a share", lambda: Share.of("-0.01"), "percent_out_of_range", "percent"),
        Row("`-1`", "an offset in hours", lambda: task(offset_hours=-1), "number_out_of_range", "offset_hours"),
        Row("`0`", "nights", lambda: Deposit(nights=0), "number_out_of_range", "nights"),
        Row(
            '`"100.01"`',
            "a payment type's cap",
            lambda: setup_from(
                {**SETUP, "bonus": {"payment_types": [{"id": "k", "currency_type": "B", "max_percent": "100.01"}]}}
            ),
            "percent_out_of_range",
            "bonus.payment_types[0].max_percent",
        ),
    ),
    "Time": (
        Row(
            "a datetime without an offset",
            "a creation",
            lambda: reservation(created_at=_naive()),
            "wrong_type",
            "instant",
        ),
        Row(
            "the year 2200",
            "a creation",
            lambda: reservation(created_at=utc("2200-01-01")),
            "date_out_of_range",
            "instant",
        ),
        Row("`'Europe/Sofa'`", "a time zone", lambda: hotel_zone("Europe/Sofa"), "unknown_timezone", "timezone"),
        Row(
            "`'../../etc/passwd'`",
            "a time zone",
            lambda: hotel_zone("../../etc/passwd"),
            "unknown_timezone",
            "timezone",
        ),
        Row(
            "a departure before the arrival",
            "a reservation",
            lambda: reservation(departure=date(2024, 1, 31)),
            "departure_before_arrival",
            "departure",
        ),
        Row(
            "`checked_in` without `checked_in_at`",
            "a reservation",
            lambda: _status(ReservationStatus.CHECKED_IN),
            "status_without_instant",
            "checked_in_at",
        ),
        Row(
            "`checked_out` without `checked_out_at`",
            "a reservation",
            lambda: _status(ReservationStatus.CHECKED_OUT),
            "status_without_instant",
            "checked_out_at",
        ),
        Row(
            "`cancelled` without `cancelled_at`",
            "a reservation",
            lambda: _status(ReservationStatus.CANCELLED),
            "status_without_instant",
            "cancelled_at",
        ),
        Row(
            '`"2024-01-10T09:30:00"`',
            "a line of reservations",
            lambda: _lines(_line(created_at="2024-01-10T09:30:00")),
            "not_an_instant",
            "line 1, created_at",
        ),
        Row(
            '`"2024-02-30"`',
            "a line of reservations",
            lambda: _lines(_line(departure="2024-02-30")),
            "not_a_date",
            "line 1, departure",
        ),
    ),
    "JSON and TOML": (
        Row("`NaN`", "a setup", lambda: _setup_text('"paused": NaN'), "not_json", "line 3"),
        Row("`Infinity`", "a line of reservations", lambda: _lines('\n{"id": Infinity}'), "not_json", "line 2"),
        Row(
            "the same key twice",
            "a setup",
            lambda: _setup_text('"tasks": [{"id": "a",\n"id": "b"}]'),
            "duplicate_key",
            "line 4, tasks[0]",
        ),
        Row("the same key twice", "a TOML setup", lambda: _toml('hotel = "a"\nhotel = "b"'), "not_toml", "line 5"),
        Row("an unknown field", "a setup", lambda: _setup_text('"colour": 1'), "unknown_field", "line 3, colour"),
        Row(
            "an unknown field",
            "a line of reservations",
            lambda: _lines(_line(cards=[{"id": "c", "kind": "ota", "pin": 1}])),
            "unknown_field",
            "line 1, cards[0].pin",
        ),
        Row(
            "a number as an amount",
            "a line of reservations",
            lambda: _lines(_line(folios=[{**FOLIO, "charges": [{"revenue_group": "r", "amount": 1.5}]}])),
            "wrong_type",
            "line 1, folios[0].charges[0].amount",
        ),
        Row("100,000 brackets", "a setup", lambda: parse_setup("\n" + "[" * _DEPTH), "too_deep", "line 2"),
        Row("100,000 brackets", "a TOML setup", lambda: _toml("a = " + "[" * _DEPTH), "too_deep", "line 4"),
        Row("a key with 100,000 dots", "a TOML setup", lambda: _toml("a." * _DEPTH + "b = 1"), "too_deep", "line 4"),
        Row("100,000 brackets", "a line of reservations", lambda: _lines("\n" + "[" * _DEPTH), "too_deep", "line 2"),
        Row(
            "a line of 50 MB",
            "a file of reservations",
            lambda: _lines(b'\n{"id": "' + b"x" * _MEGABYTES + b'"}\n'),
            "too_large",
            "line 2",
        ),
        Row("a setup of 50 MB", "a setup", lambda: parse_setup(b" " * _MEGABYTES), "too_large"),
        Row("1,001 tasks", "a setup", lambda: setup_from({**SETUP, "tasks": [{}] * 1001}), "too_large", "tasks"),
        Row("a byte that is not UTF-8", "a setup", lambda: parse_setup(b'\n"caf\xe9"'), "not_utf8", "line 2"),
        Row(
            "`hotelpay/2`",
            "a setup's format",
            lambda: setup_from({**SETUP, "format": "hotelpay/2"}),
            "unknown_format",
            "format",
        ),
    ),
    "Words for people": (
        Row("`{amount} {0.__class__}`", "a to-do", lambda: CreateTodo("{amount} {0.__class__}").text),
        Row("`%s <b>&amp;</b>`", "a to-do", lambda: CreateTodo("%s <b>&amp;</b>").text),
        Row("a NUL", "a to-do", lambda: CreateTodo("a\x00b"), "not_a_text", "text"),
        Row("4,001 characters", "a to-do", lambda: CreateTodo("x" * 4001), "not_a_text", "text"),
        Row(
            "`{{ guest.password }}`",
            "an e-mail's text",
            lambda: Template(subject="s", text="{{ guest.password }}"),
            "unknown_placeholder",
            "text",
        ),
        Row(
            "`{{ guest`",
            "an e-mail's text",
            lambda: Template(subject="s", text="{{ guest"),
            "unbalanced_braces",
            "text",
        ),
        Row(
            "a line break",
            "an e-mail's subject",
            lambda: Template(subject="s\r\nBcc: x@y.z", text="t"),
            "line_break_in_subject",
            "subject",
        ),
        Row(
            "`{guest} %s ${x}`",
            "an e-mail's text",
            partial(_mailed, "{guest} %s ${x}"),
        ),
        Row(
            "a guest named `<b>Eve</b>`",
            "an e-mail's HTML",
            lambda: Template(subject="s", text="t", html="{{ guest }}").render(Values(guest="<b>Eve</b>")).html,
        ),
        Row(
            "a guest named `Eve⏎Bcc: x@y.z`",
            "an e-mail's subject",
            lambda: Template(subject="{{ guest }}", text="t").render(Values(guest="Eve\r\nBcc: x@y.z")).subject,
        ),
    ),
    "Card numbers": (
        Row(f"`'{PAN}'`", "a card's id", lambda: Card(PAN, CardKind.GUEST), "card_number", "id"),
        Row(
            f'`"{PAN}"`',
            "a card's id in a line",
            lambda: _lines(_line(cards=[{"id": PAN, "kind": "guest"}])),
            "card_number",
            "line 1, cards[0].id",
        ),
        Row(f"`'{PAN}'`", "a currency", lambda: Currency.of(PAN), "unknown_currency", "currency"),
        Row(
            f'`"{PAN}"`',
            "the name of a field",
            lambda: setup_from({**SETUP, PAN: 1}),
            "unknown_field",
            "•••• •••• •••• 1111",
        ),
        Row(f"`card {PAN}`", "a comment", lambda: Payment(amount=eur("1"), comment=f"card {PAN}").comment),
        Row(f"`card {PAN}`", "a to-do", lambda: CreateTodo(f"card {PAN}").text),
        Row("`'4111111111111111'`", "a reservation's id", lambda: reservation(id="4111111111111111").id),
        Row("`'4111111111111111'`", "a folio's id", lambda: folio(id="4111111111111111").id),
        Row("`'4111111111111111'`", "a bonus card", lambda: BonusCard("4111111111111111")),
    ),
    "Ids and keys": (
        Row("`''`", "an id", lambda: reservation(id=""), "not_an_identifier", "id"),
        Row("129 characters", "an id", lambda: reservation(id="x" * 129), "not_an_identifier", "id"),
        Row("a line break", "an id", lambda: reservation(id="R\n1"), "not_an_identifier", "id"),
        Row(
            "half a surrogate pair",
            "an id in a line",
            lambda: _lines(_line(id="\ud800")),
            "not_an_identifier",
            "line 1, id",
        ),
        Row(
            "two of the same id",
            "a reservation's cards",
            lambda: reservation(cards=[Card("c", CardKind.OTA)] * 2),
            "duplicate_id",
            "cards[1].id",
        ),
        Row(
            "the same id again",
            "a file of reservations",
            lambda: _lines(f"{_line()}\n{_line()}"),
            "duplicate_id",
            "line 2, id",
        ),
        Row(
            "ids of 128 characters", "a call's key", lambda: f"{len(_longest_identity().call('charge').key)} characters"
        ),
        Row("an empty object", "a line of reservations", lambda: reservation_from({}), "missing_field", "id"),
    ),
}


def _longest_identity() -> Identity:
    return Identity("h" * 128, Kind.RUN, ("t" * 128, "r" * 128))
