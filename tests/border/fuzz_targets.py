"""What is fuzzed: each target takes any bytes and raises where the border does not keep what it promises.

They need no fuzzer: tests/border/test_fuzz_targets.py runs them over a few inputs, campaigns/fuzzing over millions.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs

from border import fuzz_seeds
from border.planted import stands_in
from examples import SOFIA, eur, task, utc
from hotelpay import (
    Adjustment,
    Cap,
    CreateTodo,
    Currency,
    HotelpayError,
    InvalidValue,
    Money,
    Points,
    Rate,
    Reservation,
    Rounding,
    Setup,
    Share,
    Step,
    decide,
    review,
)
from hotelpay.adapters.mail import Template, Values
from hotelpay.card_numbers import contains_card_number, mask_card_numbers
from hotelpay.documents import (
    DocumentError,
    Limits,
    load_processed,
    parse_setup,
    read_reservations,
    reservation_document,
    reservation_from,
    setup_document,
    setup_from,
)
from hotelpay.documents.settlements import (
    event_document,
    event_from,
    intent_document,
    intent_from,
    plan_document,
    plan_from,
    result_document,
    result_from,
)
from hotelpay.documents.strict_json import JsonFault, parse
from hotelpay.errors import shown
from hotelpay.settlement.digest import digest

#: The longest sentence and the longest path that a fault may have.
LONGEST_MESSAGE: Final = 400
LONGEST_PATH: Final = 64 * 70
_CODE: Final = re.compile("[a-z0-9_]+")
_AT: Final = utc("2024-02-01 10:00")
_TASK: Final = task()


@attrs.frozen
class Target:
    """Something that takes bytes from anybody: what is to hold for all of them, and what to begin with."""

    run: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    is_json: bool = False
    longest: int = 8192


def _tells_nothing(error: Exception) -> None:
    """Check that an error repeats no card number, and is fit to be printed."""
    assert isinstance(error, HotelpayError), repr(error)
    for said in (str(error), repr(error)):
        assert not stands_in(said), said
    for line in str(error).split("\n"):
        assert line.isprintable(), ascii(line)


def _told(error: DocumentError, most: int = 1000) -> None:
    """Check every fault of a document."""
    _tells_nothing(error)
    assert 0 < len(error.faults) <= most
    for fault in error.faults:
        assert _CODE.fullmatch(fault.code)
        assert len(fault.message) <= LONGEST_MESSAGE, fault.message
        assert len(fault.path) <= LONGEST_PATH
        assert f"{fault.message}{fault.path}".isprintable(), ascii(str(fault))
        assert fault.line is None or fault.line > 0
        assert not stands_in(repr(fault)), fault


def _setup(data: bytes, *, toml: bool = False) -> None:
    """Check that a setup is refused with all its faults, or loads to what it is dumped as."""
    try:
        setup = parse_setup(data, toml=toml)
    except DocumentError as error:
        _told(error, most=len(data) + 10)
        return
    document = setup_document(setup)
    again = setup_from(json.loads(json.dumps(document)))
    assert again == setup
    assert setup_document(again) == document
    assert digest(again) == digest(setup)
    _check_setup(setup)


def _check_setup(setup: Setup) -> None:
    for each in setup.tasks:
        for action in (*each.on_success, *each.on_failure):
            assert not (isinstance(action, CreateTodo) and stands_in(action.text)), action
    for finding in review(setup):
        assert not stands_in(finding.message), finding


def _reservations(data: bytes) -> None:
    """Check that a stream is refused with every fault, and that each line loads to what it is dumped as."""
    found: list[Reservation] = []
    try:
        found.extend(read_reservations(io.BytesIO(data), limits=Limits(line_bytes=3000, faults=20)))
    except DocumentError as error:
        _told(error, most=40)
        _placed(error, data.count(b"\n") + 1)
    for reservation in found:
        _check_reservation(reservation)
    assert len({each.id for each in found}) == len(found)


def _placed(error: DocumentError, lines: int) -> None:
    """Check that every fault of a stream has its line."""
    assert all(fault.line is not None and fault.line <= lines for fault in error.faults)


def _check_reservation(reservation: Reservation) -> None:
    document = json.loads(json.dumps(reservation_document(reservation)))
    again = reservation_from(document)
    assert again == reservation
    assert reservation_document(again) == document
    tokens = [*(card.id for card in reservation.cards), *(held.card for held in reservation.preauthorizations)]
    comments = [payment.comment or "" for folio in reservation.folios for payment in folio.payments]
    assert not any(map(stands_in, (*tokens, *comments)))
    decide(_TASK, reservation, at=_AT, rules=SOFIA)


def _processed(data: bytes) -> None:
    """Check that processed pairs are refused with every fault, or are pairs of texts that can be written again."""
    with tempfile.NamedTemporaryFile(dir=_MEMORY) as file:
        file.write(data)
        file.flush()
        try:
            pairs = load_processed(file.name, limits=Limits(line_bytes=3000, faults=20))
        except DocumentError as error:
            _told(error, most=40)
            return
        file.seek(0)
        file.truncate()
        rows = ({"task": name, "reservation": reservation} for name, reservation in pairs)
        file.write("".join(json.dumps(row) + "\n" for row in rows).encode())
        file.flush()
        assert load_processed(file.name) == pairs


#: Where a small file is written without a disk, if there is such a place.
_MEMORY: Final = next((str(folder) for folder in (Path("/dev/shm"),) if folder.is_dir()), None)  # noqa: S108

_LEDGER: Final[tuple[tuple[Callable[[Any], Any], Callable[[Any], Any]], ...]] = (
    (intent_from, intent_document),
    (event_from, event_document),
    (result_from, result_document),
    (plan_from, plan_document),
)


def _settlements(data: bytes) -> None:
    """Check that a document of the ledger is refused, or loads to what it is dumped as, with the same digest."""
    try:
        value = parse(data)
    except JsonFault as fault:
        assert not stands_in(fault.message)  # noqa: PT017  what a fault says is checked, not that there is one
        return
    for read, write in _LEDGER:
        try:
            found = read(value)
        except DocumentError as error:
            _told(error, most=1)
            continue
        written = write(found)
        again = read(json.loads(json.dumps(written)))
        assert again == found
        assert type(again) is type(found)
        assert digest(again) == digest(found)
        assert write(again) == written


_CURRENCIES: Final = tuple(Currency.of(code) for code in ("EUR", "JPY", "KWD", "CLF"))
_READERS: Final[tuple[Callable[[Any], Any], ...]] = (
    Adjustment.of,
    Share.of,
    Cap.of,
    Rate.of,
    Step.of,
    lambda value: Points.of(value, "BONUS"),
)


_CODES_OF_NUMBERS: Final = {"not_a_decimal", "percent_out_of_range", "not_positive"}


def _decimals(data: bytes) -> None:
    """Check that a decimal is read exactly, or rounded as named, and that everything else is refused."""
    text = data.decode(errors="surrogateescape")
    currency = _CURRENCIES[sum(data) % len(_CURRENCIES)]
    _read_everywhere(text, currency)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return
    _read_everywhere(number, currency)


def _read_everywhere(value: str | Decimal, currency: Currency) -> None:
    exact = _exact(value)
    for rounding in (None, *Rounding):
        try:
            money = Money.of(value, currency, rounding=rounding)
        except InvalidValue as error:
            if rounding is None:  # the sentence is the same for all of them
                _tells_nothing(error)
            _rightly_refused(exact, error.code)
            continue
        assert exact is not None
        _check_money(money, exact, rounding)
    for read in _READERS:
        try:
            number = read(value)
        except InvalidValue as error:
            assert error.code in _CODES_OF_NUMBERS  # noqa: PT017  which of them is the readers' own business
        else:
            assert Fraction(number.amount if isinstance(number, Points) else number.value) == exact


def _rightly_refused(exact: Fraction | None, code: str) -> None:
    assert exact is None or code == "too_many_decimals"


def _exact(value: str | Decimal) -> Fraction | None:
    """Return the number that a value is by the strict grammar; None where it is none."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        digits, exponent = value.as_tuple()[1:]
        assert isinstance(exponent, int)
        return Fraction(value) if exponent >= -14 and len(digits) + exponent <= 14 else None
    whole, point, fraction = value.removeprefix("-").partition(".")
    parts = (whole, fraction) if point else (whole,)
    if all(0 < len(part) <= 14 and set(part) <= set("0123456789") for part in parts):
        return Fraction(value)
    return None


def _check_money(money: Money, exact: Fraction, rounding: Rounding | None) -> None:
    scaled = exact * 10**money.currency.decimals
    off = abs(Fraction(money.minor)) - abs(scaled)
    match rounding:
        case None:
            assert off == 0
        case Rounding.HALF_UP:
            assert Fraction(-1, 2) < off <= Fraction(1, 2)
        case Rounding.DOWN:
            assert -1 < off <= 0
        case Rounding.UP:
            assert 0 <= off < 1
    assert money.minor == 0 or (money.minor > 0) == (exact > 0)
    if abs(money.minor) < 10 ** (14 + money.currency.decimals):  # rounded up, it may have a fifteenth digit
        assert Money.of(money.text, money.currency) == money
        assert Money.of(money.amount, money.currency) == money


def _masking(data: bytes) -> None:
    """Check that masking leaves no number, changes nothing but digits, and is done once."""
    text = data.decode(errors="surrogateescape")
    masked = mask_card_numbers(text)
    assert not stands_in(masked)
    assert not contains_card_number(masked)
    assert mask_card_numbers(masked) == masked
    assert len(masked) == len(text)
    changed = [(was, now) for was, now in zip(text, masked, strict=True) if was != now]
    assert all(was.isdecimal() and now == "•" for was, now in changed)
    assert bool(changed) == contains_card_number(text)
    for value in (text, data, [text], {text: text}, len(data)):
        said = shown(value)
        assert not stands_in(said)
        assert len(said) <= 150
    assert shown(text).isprintable()


def _templates(data: bytes) -> None:
    """Check that a template is refused, or that a guest's name means nothing in it but itself."""
    subject, text, html, name = (*data.decode(errors="surrogateescape").split("\n===\n", 3), "", "", "", "")[:4]
    values = Values(guest=name, hotel="H", reservation="R1", arrival="1.2.", departure="4.2.", amount=eur("135.00"))
    assert values.guest is not None
    assert values.guest.isprintable() or not any(character in values.guest for character in "\r\n\x00\x1b")
    assert not stands_in(values.guest)
    try:
        template = Template(subject=subject, text=text, html=html or None)
    except InvalidValue as error:
        _tells_nothing(error)
        return
    rendered = template.render(values)
    assert len(rendered.subject.splitlines()) <= 1
    assert rendered.html is None or rendered.html.count("<") == html.count("<")
    assert rendered.html is None or rendered.html.count('"') == html.count('"')
    anonymous = template.render(attrs.evolve(values, guest="X"))
    for shown_to, part in ((rendered.text, anonymous.text), (rendered.html or "", anonymous.html or "")):
        assert ("X" in part) or shown_to == part


TARGETS: Final = {
    "setup": Target(_setup, fuzz_seeds.setups, is_json=True),
    "setup_toml": Target(lambda data: _setup(data, toml=True), fuzz_seeds.toml_setups),
    "reservations": Target(_reservations, fuzz_seeds.reservation_lines, is_json=True),
    "processed": Target(_processed, fuzz_seeds.processed_lines, is_json=True, longest=1024),
    "settlements": Target(_settlements, fuzz_seeds.settlement_documents, is_json=True),
    "decimals": Target(_decimals, fuzz_seeds.decimals, longest=64),
    "masking": Target(_masking, fuzz_seeds.texts, longest=300),
    "templates": Target(_templates, fuzz_seeds.templates, longest=1024),
}
