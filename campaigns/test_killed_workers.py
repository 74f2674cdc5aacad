"""Ten thousand guests, two workers, a dozen SIGKILLs, on a real PostgreSQL: `make chaos`."""

from __future__ import annotations

import attrs
import pytest

from money_moves.chaos import chaos

GUESTS = 10_000


@pytest.mark.parametrize("seed", [1])
def test_ten_thousand_guests_are_charged_once_each(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    result = chaos(guests=GUESTS, kills=12, seed=seed, every=(4.0, 12.0))
    with capsys.disabled():
        print()  # noqa: T201  the figures are the result
        for name, value in attrs.asdict(result).items():
            print(f"{name.replace('_', ' '):<16} {value:,}")  # noqa: T201  as above
    assert result.kills >= 8
    assert (result.charges, result.twice, result.lost) == (GUESTS, 0, 0)
    assert result.charged_minor == result.posted_minor
