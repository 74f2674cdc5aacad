"""Digests: equal values have equal digests, and what differs differs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from examples import reservation, task
from hotelpay import Adjustment, Filters, FolioBalance, Money, Points, Step
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
    ],
)
def test_what_differs_has_another_digest(one: object, other: object) -> None:
    assert digest(one) != digest(other)


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
