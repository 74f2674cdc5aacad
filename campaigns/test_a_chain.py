"""Fifty thousand hotels' quarter of an hour, drained by two workers, one of which is killed: `make chain`.

HOTELPAY_CHAIN_HOTELS and HOTELPAY_CHAIN_CONCURRENCY set another size.
"""

from __future__ import annotations

import os

import attrs
import pytest

from adapters.chain_campaign import campaign

HOTELS = int(os.environ.get("HOTELPAY_CHAIN_HOTELS", "50000"))
CONCURRENCY = int(os.environ.get("HOTELPAY_CHAIN_CONCURRENCY", "6"))


def test_a_chain_is_served_in_its_quarter_hour(capsys: pytest.CaptureFixture[str]) -> None:
    result = campaign(hotels=HOTELS, concurrency=CONCURRENCY, kill_at=0.4, patience_seconds=3600)
    with capsys.disabled():
        print()  # noqa: T201  the figures are the result
        for name, value in attrs.asdict(result).items():
            shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
            print(f"{name.replace('_', ' '):<22} {shown}")  # noqa: T201  as above
    assert (result.lost, result.done_twice, result.charged_twice) == (0, 0, 0)
    assert (result.charges, result.posted) == (result.due, result.due)
    assert (result.failed, result.killed) == (result.broken, 1)
    assert result.share_of_quarter_hour < 1
