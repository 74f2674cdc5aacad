"""A hotel's life in any order: clerks, guests, cycles, bad connections, dying processes; the books always balance."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from examples import cards, eur
from hotelpay import (
    Charge,
    CloseFolio,
    FolioBalance,
    HotelpayError,
    Mode,
    Operation,
    Points,
    ReservationStatus,
    SendEmail,
    Task,
    capture,
    rearm,
    recover,
    redeem,
    release,
    reverse,
    run_cycle,
)
from hotelpay.moments import utc_datetime
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.books import held_amounts, violations
from hotelpay.testing.crashes import Death, Died, Life, Side
from hotelpay.testing.memory_gateway import Fault
from hotelpay.testing.stories import BONUS_CARD, START, guest, setup_of, task

NAMES = ("R-1", "R-2", "R-3")
TASKS: tuple[Task, ...] = (
    task("on-arrival", max_amount=eur("5000.00")),
    task("block", mode=Mode.AFTER_CREATION, operation=Operation.PREAUTHORIZATION, on_success=[], on_failure=[]),
    task("fee", mode=Mode.AFTER_CANCELLATION, amount=FolioBalance(), on_failure=[SendEmail("sorry")]),
    task("close", mode=Mode.BEFORE_DEPARTURE, on_success=[CloseFolio("invoice")]),
)
#: What a person at the desk does with a blocked amount.
DESK = (capture, release)
names = st.sampled_from(NAMES)
amounts = st.integers(1, 50_000).map(lambda minor: eur(f"{minor / 100:.2f}"))
sides = st.sampled_from(Side)


class HotelLife(RuleBasedStateMachine):
    """Each rule is somebody's deed; none of them may break a promise."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = MemoryBench.at(START)
        self.faults: list[Fault | None] = []
        self.bench.gateway.faults = self.bench.loyalty.faults = self._fault
        self.setup = setup_of(*TASKS, release_after=0)
        self.workers = 0
        self.bench.loyalty.load(BONUS_CARD, Points.of("2000.00", "BONUS"))
        for name in NAMES:
            self.bench.put(guest(id=name, created_at=START, cards=cards("guest") if name != "R-3" else ()))

    def _fault(self, _operation: str, _key: str) -> Fault | None:
        return self.faults.pop(0) if self.faults else None

    def _worker(self, life: Life | None = None) -> Any:
        self.workers += 1
        ports = self.bench.ports(f"worker-{self.workers}")
        return ports if life is None else life.ports(ports)

    # Time and the network.

    @rule(minutes=st.sampled_from((1, 5, 15, 15, 15, 60, 600, 1500)))
    def time_passes(self, minutes: int) -> None:
        self.bench.advance(60 * minutes)

    @rule(faults=st.lists(st.sampled_from([None, *Fault]), min_size=1, max_size=3))
    def the_network_gets_worse(self, faults: list[Fault | None]) -> None:
        self.faults += faults

    # Workers.

    @rule()
    def a_cycle_runs(self) -> None:
        run_cycle(self.setup, self._worker(), self.bench.now)

    @rule(call=st.integers(1, 60), side=sides)
    def a_cycle_dies(self, call: int, side: Side) -> None:
        with suppress(Died):
            run_cycle(self.setup, self._worker(Life(Death(call, side))), self.bench.now)

    @rule()
    def somebody_recovers(self) -> None:
        recover(self._worker(), self.bench.now)

    @rule(active=st.booleans(), place=st.integers(0, len(TASKS) - 1))
    def a_task_is_switched(self, active: bool, place: int) -> None:  # noqa: FBT001  what is drawn
        tasks = list(self.setup.tasks)
        tasks[place] = attrs.evolve(tasks[place], active=active)
        self.setup = attrs.evolve(self.setup, tasks=tasks)

    @rule(paused=st.booleans())
    def the_autopilot_is_paused_or_not(self, paused: bool) -> None:  # noqa: FBT001  what is drawn
        self.setup = attrs.evolve(self.setup, paused=paused)

    @rule(name=names, place=st.integers(0, len(TASKS) - 1))
    def somebody_rearms(self, name: str, place: int) -> None:
        with suppress(HotelpayError):
            rearm(self._worker(), task=TASKS[place].id, reservation=name, by="clerk", reason="asked to")

    # Clerks.

    @rule(name=names, amount=amounts)
    def a_guest_pays_at_the_desk(self, name: str, amount: Any) -> None:
        self.bench.hotel.pay(name, "F-1", amount)

    @rule(name=names, amount=amounts)
    def something_is_sold(self, name: str, amount: Any) -> None:
        self.bench.hotel.charge(name, "F-1", Charge("extras", amount))

    @rule(name=names)
    def a_folio_is_closed_or_opened(self, name: str) -> None:
        (bill,) = self.bench.hotel.reservations[name].folios
        self.bench.hotel.change(name, folios=[attrs.evolve(bill, closed=not bill.closed)])

    @rule(name=names, status=st.sampled_from(ReservationStatus))
    def a_guest_comes_or_goes(self, name: str, status: ReservationStatus) -> None:
        now = self.bench.now
        self.bench.hotel.change(
            name, status=status, checked_in_at=now, checked_out_at=now, cancelled_at=now, no_show_at=now
        )

    @rule(name=names, days=st.integers(0, 3))
    def the_dates_are_moved(self, name: str, days: int) -> None:
        today = utc_datetime(self.bench.now).date()
        self.bench.hotel.change(name, arrival=min(today, date(2024, 2, 1)), departure=today + timedelta(days=days))

    # The loyalty desk.

    @rule(name=names, points=st.integers(1, 60_000), number=st.integers(1, 4))
    def points_are_redeemed(self, name: str, points: int, number: int) -> None:
        self._redeem(self._worker(), name, points, number)

    @rule(name=names, points=st.integers(1, 60_000), number=st.integers(1, 4), call=st.integers(1, 14), side=sides)
    def a_redemption_dies(self, name: str, points: int, number: int, call: int, side: Side) -> None:
        with suppress(Died):
            self._redeem(self._worker(Life(Death(call, side))), name, points, number)

    def _redeem(self, ports: Any, name: str, points: int, number: int) -> None:
        with suppress(HotelpayError):
            redeem(
                self.setup.bonus,
                ports,
                redemption=f"B-{number}",
                reservation=name,
                folio="F-1",
                payment_type="kontur",
                card=BONUS_CARD,
                points=Points.of(f"{points / 100:.2f}", "BONUS"),
                at=self.bench.now,
            )

    @rule(number=st.integers(1, 4), again=st.integers(1, 3), points=st.none() | st.integers(1, 30_000))
    def a_redemption_is_reversed(self, number: int, again: int, points: int | None) -> None:
        wanted = None if points is None else Points.of(f"{points / 100:.2f}", "BONUS")
        with suppress(HotelpayError):
            reverse(self._worker(), redemption=f"B-{number}", reversal=f"V-{again}", at=self.bench.now, points=wanted)

    @precondition(lambda self: any(held_amounts(self.bench.hotel, name) for name in NAMES))
    @rule(data=st.data(), life=st.none() | st.builds(Death, st.integers(1, 14), sides), end=st.sampled_from(DESK))
    def a_blocked_amount_ends_at_the_desk(self, data: st.DataObject, life: Death | None, end: Any) -> None:
        held = [(name, each) for name in NAMES for each in held_amounts(self.bench.hotel, name)]
        name, preauthorization = data.draw(st.sampled_from(held))
        with suppress(HotelpayError, Died):
            end(self._worker(Life(life)), reservation=name, preauthorization=preauthorization, at=self.bench.now)

    # What holds after every deed, and in the end.

    def _violations(self, *, at_rest: bool) -> list[str]:
        movements = [*self.bench.gateway.movements, *self.bench.loyalty.movements]
        return violations(self.bench.ledger, self.bench.hotel, movements, NAMES, at_rest=at_rest)

    @invariant()
    def the_books_balance(self) -> None:
        self.bench.gateway.moved("charge")  # what is late on its way arrives first
        assert self._violations(at_rest=False) == []

    def teardown(self) -> None:
        self.faults.clear()
        for number in range(4):
            self.bench.advance(900)
            recover(self.bench.ports(f"last-{number}"), self.bench.now)
        assert self._violations(at_rest=True) == []
        card = self.bench.loyalty.cards[BONUS_CARD.number]["BONUS"]
        assert 0 <= card <= 2000
        event(f"movements: {min(10, len(self.bench.gateway.movements) + len(self.bench.loyalty.movements))}")


HotelLife.TestCase.settings = settings(stateful_step_count=50)
TestAHotelsLife = HotelLife.TestCase
