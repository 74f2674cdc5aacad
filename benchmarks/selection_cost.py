"""What it costs to find the pairs that a cycle takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from cost_rows import Row, Topic, agree
from engines import ENGINES, Engine, Selecting
from generated import AT, DENSE, reservations, rules, tasks, without_amount
from hotelpay import HouseRules, Reservation, Run, Task, decide_all
from hotelpay.autopilot.candidates import candidates_at
from hotelpay.autopilot.decision import selected
from hotelpay.autopilot.index import ReservationIndex
from hotelpay.moments import utc_datetime
from peer_rules import document, peer_rules
from plain_hotel import Taken, plain_reservation, plain_task, taken
from timing import in_turns, ratios

_ROUNDS: Final = 9
_COUNT: Final = 20_000


def selection_rows() -> Iterator[Row]:
    """Compare the batch with rule engines and with a loop by hand: the pairs alone, then whole runs."""
    house, rows = rules(), list(reservations(_COUNT, DENSE))
    bare = [without_amount(task) for task in tasks()]
    peer, documents = peer_rules(bare, house, AT), [document(row, house, AT) for row in rows]
    for engine in ENGINES:
        some = rows[: engine.rows]
        yield _against(engine, _over_a_list(some, bare, house), engine.prepare(peer, documents[: engine.rows]), some)
        if engine.rows == _COUNT:
            index = _over_an_index(rows, bare, house)
            yield _against(engine, index, engine.prepare(peer, documents), rows, "batch selection from an index")
    yield from _by_hand(rows, tasks(), "whole runs with amounts")
    yield from _by_hand(rows, bare, "whole runs without amounts")


def _over_a_list(rows: list[Reservation], wanted: Sequence[Task], house: HouseRules) -> Selecting:
    """Return what finds the pairs by window, status and filters: all of a decision that the engines can make."""
    return lambda: [(task.id, row.id) for task in wanted for row in selected(task, rows, at=AT, rules=house)]


def _over_an_index(rows: list[Reservation], wanted: Sequence[Task], house: HouseRules) -> Selecting:
    """Return what finds the same pairs, looking up the candidates of each task in an index made beforehand."""
    index = ReservationIndex(rows)
    return lambda: [
        (task.id, row.id)
        for task in wanted
        for row in selected(task, index.candidates(candidates_at([task], house, AT)), at=AT, rules=house)
    ]


def _against(
    engine: Engine, ours: Selecting, theirs: Selecting, rows: Sequence[Reservation], what: str = "batch selection"
) -> Row:
    found = ours()
    agree(f"pairs selected by {engine.package}, {engine.way}", sorted(theirs()), sorted(found))
    return Row(
        topic=Topic.SELECTION,
        what=what,
        against=f"{engine.package}: {engine.way}",
        spread=ratios(in_turns([ours, theirs], _ROUNDS), 0, 1),
        target=engine.target,
        note=f"{len(rows):,} dense reservations x {len(tasks())} tasks, {len(found):,} pairs",
        why=engine.why,
    )


def _by_hand(rows: list[Reservation], wanted: Sequence[Task], what: str) -> Iterator[Row]:
    house = rules()
    plain_tasks = [plain_task(task) for task in wanted]
    plain_rows = [plain_reservation(row, house) for row in rows]
    moment = utc_datetime(AT)

    def batch() -> list[Run]:
        return [run for task in wanted for run in decide_all(task, rows, at=AT, rules=house)]

    def by_hand() -> list[Taken]:
        return taken(plain_tasks, plain_rows, moment)

    found = batch()
    agree(f"decide_all and the loop by hand, {what}", list(as_taken(found)), by_hand())
    yield Row(
        topic=Topic.SELECTION,
        what=f"decide_all, {what}",
        against="a loop by hand over UTC datetimes and Decimal, the noons worked out beforehand",
        spread=ratios(in_turns([batch, by_hand], _ROUNDS), 0, 1),
        note=f"{len(rows):,} dense reservations x {len(wanted)} tasks, {len(found):,} runs",
    )


def as_taken(runs: Iterable[Run]) -> Iterator[Taken]:
    """Yield runs as the loops by hand give them."""
    for run in runs:
        amount: Decimal | None = None if run.amount is None else run.amount.total.amount
        yield run.task.id, run.reservation, run.folio, amount
