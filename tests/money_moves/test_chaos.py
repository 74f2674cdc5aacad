"""A smoke of `make chaos`: real processes are killed on a real PostgreSQL, and the books balance."""

from __future__ import annotations

from money_moves.chaos import chaos


def test_killed_workers_charge_every_guest_once() -> None:
    result = chaos(guests=150, kills=3, seed=7, every=(0.4, 0.9))
    assert result.kills > 0
    assert (result.charges, result.twice, result.lost) == (150, 0, 0)
    assert result.charged_minor == result.posted_minor
