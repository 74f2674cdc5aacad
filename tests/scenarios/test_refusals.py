"""Everything that acting calls refuse, word for word: a sentence that says what was wrong and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from examples import eur
from hotelpay import (
    BonusCard,
    Declined,
    Identity,
    InvalidValue,
    Kind,
    Money,
    Points,
    capture,
    rearm,
    redeem,
    retry_actions,
    reverse,
    run_cycle,
    settle_by_hand,
)
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.moments import HOUR, Instant, instant
from hotelpay.settlement.digest import digest
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.memory_gateway import Fault, faults_in_turn
from hotelpay.testing.stories import BONUS_CARD, START, block, departed, guest, redemption, setup_of, task

RUN = Identity("default", Kind.RUN, ("on-arrival", "R-1"))


def hotel() -> MemoryBench:
    """Return a hotel with a guest who owes, one who has left, and a bonus card."""
    bench = MemoryBench.at(START)
    bench.put(guest())
    bench.put(departed(id="R-2", folios=guest().folios))
    block(bench)
    bench.loyalty.load(BONUS_CARD, Points.of("1000.00", "BONUS"))
    return bench


def after_a_cycle() -> MemoryBench:
    bench = hotel()
    run_cycle(setup_of(task()), bench.ports(), START)
    return bench


def after_a_cycle_without_a_line() -> MemoryBench:
    """Return the hotel with a charge that is claimed and was never sent."""
    bench = hotel()
    bench.gateway.faults = faults_in_turn(*[Fault.NEVER_SENT] * 9)
    run_cycle(setup_of(task()), bench.ports(), START)
    return bench


def after_a_redemption() -> MemoryBench:
    bench = hotel()
    redemption(bench.ports(), bench.now)
    return bench


def rearming(**changed: Any) -> Callable[[MemoryBench], object]:
    asked: Any = {"task": "on-arrival", "reservation": "R-1", "by": "Anna", "reason": "a new card", **changed}
    return lambda bench: rearm(bench.ports(), **asked)


def capturing(**changed: Any) -> Callable[[MemoryBench], object]:
    asked: Any = {"reservation": "R-2", "preauthorization": "A-1", "at": START, **changed}
    return lambda bench: capture(bench.ports(), **asked)


def redeeming(**changed: Any) -> Callable[[MemoryBench], object]:
    def ask(bench: MemoryBench) -> object:
        asked: Any = {
            "redemption": "B-1",
            "reservation": "R-1",
            "folio": "F-1",
            "payment_type": "kontur",
            "card": BONUS_CARD,
            "points": Points.of("450.00", "BONUS"),
            "at": START,
            **changed,
        }
        return redeem(setup_of().bonus, bench.ports(), **asked)

    return ask


def settling(bench: MemoryBench, by: str = "Anna") -> object:
    return settle_by_hand(bench.ports(), RUN, Declined("no"), by=by, at=START)


REFUSALS: list[tuple[Callable[[], MemoryBench], Callable[[MemoryBench], object], str, str]] = [
    (
        hotel,
        rearming(),
        "not_processed",
        "rearm: 'on-arrival / R-1' is not a pair that had its turn",
    ),
    (
        after_a_cycle,
        rearming(),
        "not_rearmable",
        "rearm: 'on-arrival / R-1: approved' is not an attempt that ended without taking money",
    ),
    (
        after_a_cycle_without_a_line,
        rearming(),
        "not_rearmable",
        "rearm: 'on-arrival / R-1: still being settled' is not an attempt that ended without taking money",
    ),
    (after_a_cycle, rearming(reason=None), "wrong_type", "reason: None (NoneType) is not a text"),
    (
        after_a_cycle,
        rearming(reason=" "),
        "not_a_text",
        "reason: ' ' is not a reason that a colleague understands",
    ),
    (
        after_a_cycle,
        rearming(by=""),
        "not_an_identifier",
        "by: '' is not a text of 1 to 128 printable characters",
    ),
    (
        hotel,
        capturing(reservation="R-9"),
        "unknown_id",
        "reservation: 'R-9' is not one of the hotel's reservations",
    ),
    (
        hotel,
        capturing(preauthorization="A-9"),
        "unknown_id",
        "preauthorization: 'A-9' is not one that is held on the reservation",
    ),
    (
        hotel,
        capturing(amount=eur("100.01")),
        "number_out_of_range",
        "amount: '100.01 EUR' is not above zero and at most 100.00 EUR",
    ),
    (
        hotel,
        redeeming(reservation="R-9"),
        "unknown_id",
        "reservation: 'R-9' is not one of the hotel's reservations",
    ),
    (hotel, redeeming(folio="F-9"), "unknown_id", "folio: 'F-9' is not a folio of the reservation"),
    (
        hotel,
        redeeming(points=Points.of("0.001", "BONUS")),
        "not_on_step",
        "points: '0.001 BONUS' is not above zero and in steps of 0.01",
    ),
    (
        after_a_redemption,
        redeeming(card=BonusCard("another-card")),
        "duplicate_id",
        "redemption: 'B-1' is not an id of its own",
    ),
    (
        hotel,
        lambda bench: reverse(bench.ports(), redemption="B-9", reversal="V-1", at=START),
        "unknown_id",
        "redemption: 'B-9' is not one that was begun",
    ),
    (
        hotel,
        settling,
        "unknown_id",
        "settlement: 'on-arrival / R-1' is not one that was claimed",
    ),
    (
        after_a_cycle,
        settling,
        "unsettled",
        "settlement: 'on-arrival / R-1' is not free to be settled: it has ended, or a worker is at it",
    ),
    (
        after_a_cycle_without_a_line,
        settling,
        "not_waiting",
        "settlement: 'on-arrival / R-1' is not one that waits for a call's outcome",
    ),
    (
        hotel,
        lambda bench: settling(bench, by=""),
        "not_an_identifier",
        "by: '' is not a text of 1 to 128 printable characters",
    ),
    (
        hotel,
        lambda bench: retry_actions(bench.ports(), RUN),
        "unknown_id",
        "settlement: 'on-arrival / R-1' is not one that was claimed",
    ),
    (
        hotel,
        lambda bench: run_cycle(attrs.evolve(setup_of(), hotel="other"), bench.ports(), START),
        "other_hotel",
        "hotel: 'default' is not the setup's own, other",
    ),
]


@pytest.mark.parametrize(
    ("arranged", "deed", "code", "sentence"), REFUSALS, ids=[sentence for *_, sentence in REFUSALS]
)
def test_a_refusal_says_what_was_wrong_and_moves_nothing(
    arranged: Callable[[], MemoryBench], deed: Callable[[MemoryBench], object], code: str, sentence: str
) -> None:
    bench = arranged()
    moved = [*bench.gateway.movements, *bench.loyalty.movements]
    with pytest.raises(InvalidValue) as refused:
        deed(bench)
    assert (refused.value.code, str(refused.value)) == (code, sentence)
    assert [*bench.gateway.movements, *bench.loyalty.movements] == moved
    assert bench.ledger.hold("R-1") is not None
    assert bench.ledger.hold("R-2") is not None


def test_a_busy_reservation_is_named() -> None:
    bench = hotel()
    bench.ledger.hold("R-2")
    with pytest.raises(InvalidValue) as refused:
        capturing()(bench)
    assert str(refused.value) == "reservation: 'R-2' is not free: money on it is still on its way"


def test_what_is_claimed_is_what_was_decided() -> None:
    """The intent keeps the versions of task and reservation, the cycle and the window."""
    bench = hotel()
    before = bench.hotel.reservations["R-1"]
    run_cycle(setup_of(task()), bench.ports(), START)
    (settled,) = bench.ledger.of_reservation("R-1")
    assert settled.intent == RunIntent(
        identity=RUN,
        task=task(),
        reservation="R-1",
        folio="F-1",
        card="card-1",
        amount=Money.of("1800.00", "EUR"),
        due_at=instant(START),
        closes_at=Instant(instant(START) + 24 * HOUR),
        cycle_at=instant(START),
        problem=None,
        snapshot=digest(before),
    )
