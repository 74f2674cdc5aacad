"""What it costs to find the pairs that a cycle takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from cost_rows import Row, agree
from generated import AT, DENSE, reservations, rules, tasks, without_amount
from hotelpay import HouseRules, Reservation, Run, Task, decide, decide_all
from hotelpay.moments import utc_datetime
from plain_hotel import Taken, plain_reservation, plain_task, taken
from timing import in_turns, ratios

_ROUNDS: Final = 11
#: Deciding every pair takes some seconds a round.
_SLOW_ROUNDS: Final = 3
_COUNT: Final = 20_000


def selection_rows() -> Iterator[Row]:
    """Compare the batch with single decisions and with a loop by hand: whole runs, then window and filters alone."""
    rows = list(reservations(_COUNT, DENSE))
    yield from _compared(rows, tasks(), rules(), "runs with amounts")
    yield from _compared(rows, [without_amount(task) for task in tasks()], rules(), "window and filters alone")


def _compared(rows: list[Reservation], wanted: Sequence[Task], house: HouseRules, what: str) -> Iterator[Row]:
    plain_tasks = [plain_task(task) for task in wanted]
    plain_rows = [plain_reservation(row, house) for row in rows]
    moment = utc_datetime(AT)

    def batch() -> list[Run]:
        return [run for task in wanted for run in decide_all(task, rows, at=AT, rules=house)]

    def pair_by_pair() -> list[Run]:
        decisions = (decide(task, row, at=AT, rules=house) for task in wanted for row in rows)
        return [decision for decision in decisions if isinstance(decision, Run)]

    def by_hand() -> list[Taken]:
        return taken(plain_tasks, plain_rows, moment)

    found = batch()
    agree(f"decide_all and decide, {what}", found, pair_by_pair())
    agree(f"decide_all and the loop by hand, {what}", list(_as_taken(found)), by_hand())
    note = f"{len(rows):,} dense reservations, {len(wanted)} tasks, {len(found):,} pairs taken"
    for other, against, rounds in (
        (pair_by_pair, "decide for every pair", _SLOW_ROUNDS),
        (by_hand, "a loop by hand over UTC datetimes and Decimal", _ROUNDS),
    ):
        spread = ratios(in_turns([batch, other], rounds), 0, 1)
        yield Row(what=f"decide_all, {what}", against=against, spread=spread, note=note)


def _as_taken(runs: Iterable[Run]) -> Iterator[Taken]:
    for run in runs:
        amount: Decimal | None = None if run.amount is None else run.amount.total.amount
        yield run.task.id, run.reservation, run.folio, amount
