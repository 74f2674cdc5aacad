"""Digests: equal values have equal digests, and what differs differs."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from examples import reservation, task
from hotelpay import Adjustment, Filters, FolioBalance, Mode, Money, Points, Step
from hotelpay.settlement.digest import digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Adjustment.of("10"), Adjustment.of("10.0")),
        (Step.of("0.01"), Step.of("0.010")),
        (Points.of("1.50", "B"), Points.of("1.5", "B")),
        (Filters(included_agents=["a", "b"]), Filters(included_agents=["b", "a"])),
        ({"a": 1, "b": [2]}, {"b": (2,), "a": 1}),
        (reservation(), reservation()),
    ],
)
def test_equal_values_have_equal_digests(one: object, other: object) -> None:
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (task(), task(amount=FolioBalance(adjust_percent=Adjustment.of("1")))),
        (Money.of("1.00", "EUR"), Money.of("1.00", "USD")),
        (("ab", "c"), ("a", "bc")),
        (reservation(), reservation(id="R2")),
        ("1", 1),
        ({"a": 1}, {"a": 2}),
        (reservation(extra={"room": 1}), reservation(extra={"room": 2})),
    ],
)
def test_what_differs_has_another_digest(one: object, other: object) -> None:
    assert digest(one) != digest(other)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Mode.AFTER_ARRIVAL, "Mode.AFTER_ARRIVAL"),
        (ZoneInfo("Europe/Sofia"), "'Europe/Sofia'"),
        (Decimal("12.50"), "12.5"),
        (Decimal("1E+1"), "10."),
        (Money.of("1.50", "EUR"), "Money(minor=150,currency=Currency(code='EUR'))"),
        (frozenset({"b", "a"}), "{'a','b'}"),
        ({"b": [1, 2], "a": Decimal(3)}, "{'a':3.,'b':[1,2]}"),
        ((None, True, date(2024, 2, 1)), "[None,True,datetime.date(2024, 2, 1)]"),
    ],
)
def test_what_is_digested_is_written_in_one_way(value: object, written: str) -> None:
    """Ledgers keep digests: written in another way, everything would look changed after an update of hotelpay."""
    assert digest(value) == hashlib.sha256(written.encode()).hexdigest()[:32]


def test_whatever_a_host_carries_along_has_a_digest() -> None:
    """What is in ``extra`` may be anything, and look like anything."""

    class Guest:
        def __repr__(self) -> str:
            return "\ud800"

    assert len(digest(reservation(extra={"guest": Guest()}))) == 32


def test_a_digest_is_the_same_in_every_process() -> None:
    """Sets have another order in every process."""
    code = (
        "from hotelpay import Filters; from hotelpay.settlement.digest import digest;"
        "print(digest(Filters(included_agents=[str(n) for n in range(50)])))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
