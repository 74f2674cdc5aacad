"""What errors say, what they carry, and what they never show."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import pytest

from hotelpay import CurrencyMismatch, HotelpayError, InvalidValue, MissingExtra, PointsMismatch, UnknownName, WrongType
from hotelpay.errors import shown

PAN = "4111111111111111"
MASKED = "••••••••••••1111"


PICTURES: Final[tuple[tuple[object, str], ...]] = (
    ("EUR", "'EUR'"),
    ("it's", '"it\'s"'),
    ("", "''"),
    ("é • ü", "'é • ü'"),
    ("a\nb\x1b[31m", r"'a\nb\x1b[31m'"),
    ("\ud800é", r"'\ud800\xe9'"),
    (PAN, f"'{MASKED}'"),
    (f"{PAN}\n", r"'" + r"\u2022" * 12 + r"1111\n'"),
    ("x" * 60, f"'{'x' * 60}'"),
    ("x" * 61, f"'{'x' * 59}…' (61 characters)"),
    ("x" * 10_000, f"'{'x' * 59}…' (10000 characters)"),
    ("\n" * 61, "'" + r"\n" * 29 + "\\" + "…' (61 characters)"),
    # A number that begins where it is still shown and ends where it is not.
    ("x" * 50 + PAN, f"'{'x' * 50}{'•' * 9}…' (66 characters)"),
    (None, "None"),
    (True, "True"),
    (0.1, "0.1"),
    (float("nan"), "nan"),
    (float(PAN), f"{MASKED}.0"),
    (0, "0"),
    (-17, "-17"),
    (int(PAN), MASKED),
    (2**127 - 1, str(2**127 - 1)),
    (2**127, "an enormous number"),
    (-(2**127), "an enormous number"),
    (10**10_000, "an enormous number"),
    ([1, PAN], "a list"),
    ((PAN,), "a list"),
    ({"id": PAN}, "an object"),
    (Decimal("12.50"), "12.50"),
    (Decimal(PAN), MASKED),
    (date(2024, 2, 1), "2024-02-01"),
    (datetime(2024, 2, 1, 9, 30, tzinfo=UTC), "2024-02-01 09:30:00+00:00"),
    (frozenset({PAN}), f"frozenset({{'{MASKED}'}})"),
    (f"{PAN}".encode(), f"b'{MASKED}'"),
    (("x" * 47 + PAN).encode(), f"b'{'x' * 47}{'•' * 11}"[:60]),
)


def test_a_picture_of_a_value_is_short_and_safe() -> None:
    assert [shown(value) for value, _ in PICTURES] == [picture for _, picture in PICTURES]


@pytest.mark.parametrize(
    ("error", "sentence", "others"),
    [
        (InvalidValue("nights", 0, "1 or more"), "nights: 0 is not 1 or more", (ValueError,)),
        (WrongType("amount", 1.5, "a decimal"), "amount: 1.5 (float) is not a decimal", (InvalidValue, TypeError)),
        (UnknownName("currency", "ZZZ", "a code"), "currency: 'ZZZ' is not a code", (InvalidValue, LookupError)),
        (
            CurrencyMismatch("EUR", "BGN"),
            "EUR and BGN cannot be added or compared: convert one of them first",
            (ValueError,),
        ),
        (
            PointsMismatch("BONUS", "RUB"),
            "points of 'BONUS' and of 'RUB' cannot be added or compared",
            (ValueError,),
        ),
        (
            MissingExtra("reading documents", "documents"),
            "reading documents needs more packages: pip install 'hotelpay[documents]'",
            (ImportError,),
        ),
    ],
)
def test_an_error_is_a_sentence_and_an_error_of_python(
    error: HotelpayError, sentence: str, others: tuple[type[Exception], ...]
) -> None:
    assert str(error) == sentence
    assert repr(error) == f"{type(error).__name__}({sentence!r})"
    assert isinstance(error, HotelpayError)
    assert all(isinstance(error, kind) for kind in others)


@pytest.mark.parametrize(
    ("error", "parts"),
    [
        (InvalidValue("f", 1, "e"), {"field": "f", "value": 1, "expected": "e", "code": "invalid_value"}),
        (InvalidValue("f", 1, "e", code="c"), {"field": "f", "value": 1, "expected": "e", "code": "c"}),
        (WrongType("f", 1, "e"), {"field": "f", "value": 1, "expected": "e", "code": "wrong_type"}),
        (WrongType("f", 1, "e", code="c"), {"field": "f", "value": 1, "expected": "e", "code": "c"}),
        (UnknownName("f", 1, "e", code="c"), {"field": "f", "value": 1, "expected": "e", "code": "c"}),
        (CurrencyMismatch("EUR", "BGN"), {"left": "EUR", "right": "BGN"}),
        (PointsMismatch("a", "b"), {"left": "a", "right": "b"}),
        (MissingExtra("w", "cli"), {"what": "w", "extra": "cli"}),
    ],
)
def test_an_error_carries_its_parts_also_to_another_process(error: HotelpayError, parts: dict[str, Any]) -> None:
    for same in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301  what was just dumped
        assert vars(same) == parts
        assert str(same) == str(error)


@pytest.mark.parametrize(
    "error",
    [
        InvalidValue("id", PAN, "right"),
        InvalidValue("id", f"{PAN}\ud800", "right"),
        InvalidValue("id", int(PAN), "right"),
        InvalidValue("id", float(PAN), "right"),
        InvalidValue("id", Decimal(PAN), "right"),
        InvalidValue("id", [PAN], "right"),
        WrongType("id", PAN.encode(), "right"),
        WrongType("id", {PAN: PAN}, "right"),
        WrongType("id", {PAN}, "right"),
        UnknownName("currency", PAN, "right"),
        PointsMismatch(PAN, "4111 1111 1111 1111"),
    ],
)
def test_no_error_shows_a_card_number(error: HotelpayError) -> None:
    said = f"{error} {error!r}"
    assert PAN not in said.replace(" ", "")
    assert "41111" not in said.replace(" ", "")
