"""Stories for :mod:`hotelpay.testing.crashes`: each way in which money moves, on a reservation of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Final, Protocol

import attrs

from hotelpay.actions import CreateTodo, SendEmail, SetFolioVisibility
from hotelpay.autopilot.amounts import FolioBalance
from hotelpay.autopilot.cycle import run_cycle
from hotelpay.autopilot.desk import capture, release
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.autopilot.task import Operation, Task
from hotelpay.autopilot.window import Mode
from hotelpay.bonus.payment_types import BonusPaymentType, BonusSettings, CapBasis
from hotelpay.bonus.redemption import redeem, reverse
from hotelpay.errors import InvalidValue, UnknownName
from hotelpay.folio import Charge, Folio
from hotelpay.hotel import Setup
from hotelpay.moments import Instant, instant
from hotelpay.money import Cap, Currency, Money
from hotelpay.points import BonusCard, Points
from hotelpay.ports import Ports
from hotelpay.recovery import recover
from hotelpay.reservation import Card, CardKind, PreAuthorization, Reservation, ReservationStatus
from hotelpay.settlement.journal import Settlement
from hotelpay.settlement.outcome import Outcome
from hotelpay.settlement.stepper import Promises
from hotelpay.testing.crashes import Bench, Story
from hotelpay.testing.memory_gateway import GOOD_PROMISES, Fault, Faults, faults_in_turn, no_faults

EUR: Final = Currency.of("EUR")
#: The cycle that every story begins at: the first of the arrival's noon in Sofia, in winter.
START: Final = datetime(2024, 2, 1, 10, tzinfo=UTC)
GUEST: Final = "R-1"
#: A number that would pass for a payment card's; as a bonus card's it is personal data all the same.
BONUS_CARD: Final = BonusCard("9000111122223333")
POINTS: Final = Points.of("450.00", "BONUS")
_BONUS: Final = BonusSettings(
    active=True,
    payment_types=[
        BonusPaymentType(
            id="kontur",
            currency_type="BONUS",
            currency=EUR,
            max_percent=Cap.of(25),
            enabled=True,
            cap_basis=CapBasis.CHARGES,
        )
    ],
)


def guest(**fields: object) -> Reservation:
    """Return an expected guest with a card, who owes 1800.00 EUR and arrives on the day of :data:`START`."""
    bill = Folio(
        id="F-1",
        opened_at=datetime(2024, 1, 10, tzinfo=UTC),
        currency=EUR,
        charges=[Charge("rooms", Money.of("1800.00", EUR))],
    )
    usual: dict[str, object] = {
        "id": GUEST,
        "status": ReservationStatus.EXPECTED,
        "created_at": datetime(2024, 1, 10, tzinfo=UTC),
        "arrival": date(2024, 2, 1),
        "departure": date(2024, 2, 4),
        "cards": [Card("card-1", CardKind.GUEST)],
        "folios": [bill],
    }
    return Reservation(**{**usual, **fields})  # type: ignore[arg-type]


def task(name: str = "on-arrival", **fields: object) -> Task:
    """Return a task that takes the whole balance on arrival, and tells the guest or the staff."""
    usual: dict[str, object] = {
        "id": name,
        "active": True,
        "mode": Mode.BEFORE_ARRIVAL,
        "operation": Operation.PAYMENT,
        "amount": FolioBalance(),
        "on_success": [SendEmail("paid"), SetFolioVisibility(visible=True)],
        "on_failure": [SendEmail("declined"), CreateTodo("Call the guest", "Payments")],
    }
    return Task(**{**usual, **fields})  # type: ignore[arg-type]


def setup_of(*tasks: Task, release_after: int | None = None) -> Setup:
    """Return a hotel in Sofia with these tasks and one bonus type: 25 % of the charges."""
    return Setup(
        timezone="Europe/Sofia",
        currency=EUR,
        tasks=tasks,
        release_preauthorizations_after_days=release_after,
        bonus=_BONUS,
    )


Check = Callable[[Bench], Iterable[str]]


def nothing_else(_bench: Bench) -> Iterable[str]:
    """Find nothing: the books say it all."""
    return ()


@attrs.frozen(kw_only=True)
class CycleStory:
    """A cycle at noon; later processes deliver it again, recover, and run the cycles of their own time."""

    name: str
    setup: Setup
    guests: Sequence[Reservation] = attrs.field(factory=lambda: (guest(),))
    prepare: Callable[[Bench], None] = lambda _bench: None
    checks: Check = nothing_else

    @property
    def reservations(self) -> Sequence[str]:
        """The guests' reservations."""
        return [each.id for each in self.guests]

    def arrange(self, bench: Bench) -> None:
        """Enter the guests."""
        for each in self.guests:
            bench.put(each)
        self.prepare(bench)

    def act(self, ports: Ports, bench: Bench) -> None:  # noqa: ARG002  the cycle is that of the story
        """Run the cycle."""
        run_cycle(self.setup, ports, START)

    def settle(self, ports: Ports, bench: Bench) -> None:
        """Recover, deliver the interrupted cycle once more, and go on."""
        recover(ports, bench.now)
        run_cycle(self.setup, ports, START)
        run_cycle(self.setup, ports, bench.now)

    def check(self, bench: Bench) -> Iterable[str]:
        """Return what else is wrong."""
        yield from follow_up_faults(bench, self.reservations)
        yield from self.checks(bench)


@attrs.frozen(kw_only=True)
class DeskStory:
    """Something that a clerk does at the desk, and does again if it may have failed; later processes recover."""

    name: str
    deed: Callable[[Ports, Instant], object]
    before: Callable[[Ports, Bench], None] = lambda _ports, _bench: None
    person: Reservation = attrs.field(factory=guest)
    again: bool = True
    checks: Check = nothing_else

    @property
    def reservations(self) -> Sequence[str]:
        """The guest's reservation."""
        return [self.person.id]

    def arrange(self, bench: Bench) -> None:
        """Enter the guest, load the bonus card, and do what came before."""
        bench.put(self.person)
        bench.loyalty.load(BONUS_CARD, Points.of("1000.00", "BONUS"))
        self.before(bench.ports("before"), bench)

    def act(self, ports: Ports, bench: Bench) -> None:
        """Do it."""
        self._try(ports, bench.now)

    def settle(self, ports: Ports, bench: Bench) -> None:
        """Recover; the clerk asks once more."""
        recover(ports, bench.now)
        if self.again:
            self._try(ports, bench.now)

    def _try(self, ports: Ports, at: Instant) -> None:
        try:
            self.deed(ports, at)
        except (InvalidValue, UnknownName):
            return  # what is refused moves nothing, which the books show

    def check(self, bench: Bench) -> Iterable[str]:
        """Return what else is wrong."""
        return self.checks(bench)


def follow_up_faults(bench: Bench, reservations: Iterable[str]) -> Iterator[str]:
    """Yield every ended run whose actions are not all answered: each is done at least once, or known to have failed."""
    ledger = bench.ports("auditor").ledger
    for reservation in reservations:
        for settlement in ledger.of_reservation(reservation):
            if settlement.ending is not None and isinstance(settlement.intent, RunIntent):
                yield from _unanswered(settlement.intent, settlement)
    numbers = [entry.number for entry in ledger.entries()]
    if numbers != sorted(set(numbers)):
        yield "the journal's numbers are out of order"


def _unanswered(intent: RunIntent, settlement: Settlement) -> Iterator[str]:
    actions = {
        Outcome.APPROVED: intent.task.on_success,
        Outcome.DONE: intent.task.on_success,
        Outcome.DECLINED: intent.task.on_failure,
    }.get(settlement.outcome, ())
    for number, action in enumerate(actions, 1):
        if f"action-{number}" not in settlement.results:
            yield f"{intent.reservation}: it ended without {action}"


def redemption(ports: Ports, at: Instant, *, name: str = "B-1", points: Points = POINTS) -> object:
    """Redeem points on the guest's folio."""
    return redeem(
        _BONUS,
        ports,
        redemption=name,
        reservation=GUEST,
        folio="F-1",
        payment_type="kontur",
        card=BONUS_CARD,
        points=points,
        at=at,
        comment="at the desk",
    )


def _redeemed(ports: Ports, bench: Bench) -> None:
    redemption(ports, bench.now)


def departed(*, expires_at: Instant | None = None, **fields: object) -> Reservation:
    """Return a guest who has left, with everything paid and an amount still blocked."""
    held = PreAuthorization(
        id="A-1",
        card="card-1",
        folio="F-1",
        amount=Money.of("100.00", EUR),
        reference="hold-1",
        expires_at=expires_at,
    )
    usual: dict[str, object] = {
        "status": ReservationStatus.CHECKED_OUT,
        "checked_in_at": datetime(2024, 1, 30, 14, tzinfo=UTC),
        "checked_out_at": datetime(2024, 2, 1, 9, tzinfo=UTC),
        "arrival": date(2024, 1, 30),
        "departure": date(2024, 2, 1),
        "folios": [],
        "preauthorizations": [held],
    }
    return guest(**{**usual, **fields})


def _owes() -> Reservation:
    return departed(folios=guest().folios)


def block(bench: Bench) -> None:
    """Put the blocked amount of :func:`departed` into the processor's books."""
    bench.gateway.block("hold-1", Money.of("100.00", EUR))


def _capture(ports: Ports, at: Instant) -> object:
    return capture(ports, reservation=GUEST, preauthorization="A-1", at=at)


def _release(ports: Ports, at: Instant) -> object:
    return release(ports, reservation=GUEST, preauthorization="A-1", at=at)


class MakeBench(Protocol):
    """Makes an empty hotel; :meth:`hotelpay.testing.bench.MemoryBench.at` is one."""

    def __call__(
        self,
        start: datetime | Instant,
        *,
        promises: Promises = GOOD_PROMISES,
        gateway_faults: Faults = no_faults,
        loyalty_faults: Faults = no_faults,
    ) -> Bench:
        """Return an empty hotel at an instant, whose other side makes these promises and has these faults."""
        ...


@attrs.frozen(kw_only=True)
class Case:
    """A story, and what the other side is like in it."""

    story: Story
    promises: Promises = GOOD_PROMISES
    gateway: tuple[Fault | None, ...] = ()
    loyalty: tuple[Fault | None, ...] = ()
    #: What else happens when the loyalty system is called, at the bench: a clerk closes the folio meanwhile.
    meanwhile: Callable[[Bench], None] | None = None

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return self.story.name

    def bench(self, make: MakeBench) -> Bench:
        """Return the hotel that the story begins in."""
        made: list[Bench] = []
        loyalty_faults = faults_in_turn(*self.loyalty)

        def faults(operation: str, key: str) -> Fault | None:
            if self.meanwhile is not None and operation in ("debit", "hold"):
                self.meanwhile(made[0])
            return loyalty_faults(operation, key)

        made.append(
            make(
                START,
                promises=self.promises,
                gateway_faults=faults_in_turn(*self.gateway),
                loyalty_faults=faults,
            )
        )
        return made[0]


def _close_folio(bench: Bench) -> None:
    found = bench.ports("clerk").source.reservation(GUEST)
    if found is not None:
        bench.put(attrs.evolve(found, folios=[attrs.evolve(bill, closed=True) for bill in found.folios]))


def _with_holds(bench: Bench) -> None:
    bench.loyalty.can_hold = True


_PAYMENT: Final = setup_of(task())
_BLOCKING: Final = setup_of(task(operation=Operation.PREAUTHORIZATION))
_FAULTS: Final = {
    "declined": Fault.DECLINED,
    "unreachable": Fault.NEVER_SENT,
    "unknown, then absent": Fault.LOST_REQUEST,
    "unknown, then found": Fault.LOST_REPLY,
    "unknown, then late": Fault.LATE_REQUEST,
    "adapter breaks before": Fault.RAISES,
    "adapter breaks afterwards": Fault.RAISES_AFTERWARDS,
}
#: A processor that forgets nothing, but cannot be asked; one that can be asked and forgets; one that does neither.
_OTHER_PROMISES: Final = {
    "no look-up": Promises(key_memory_hours=24, can_look_up=False),
    "no key memory": Promises(key_memory_hours=0, can_look_up=True),
    "neither": Promises(key_memory_hours=0, can_look_up=False),
}


def cases() -> Iterator[Case]:
    """Yield every way in which money moves, with every way in which the other side may fail."""
    yield from _runs()
    yield from _desk()
    yield from _holds()


def _runs() -> Iterator[Case]:
    yield Case(story=CycleStory(name="payment", setup=_PAYMENT))
    yield Case(story=CycleStory(name="payment in part", setup=_PAYMENT), gateway=(Fault.IN_PART,))
    yield Case(story=CycleStory(name="pre-authorization", setup=_BLOCKING))
    hiding = task(operation=Operation.ACTIONS_ONLY, amount=None, card=None)
    yield Case(story=CycleStory(name="actions only", setup=setup_of(hiding)))
    yield Case(story=CycleStory(name="no card", setup=_PAYMENT, guests=(guest(cards=()),)))
    two = setup_of(task("first"), task("second"))
    yield Case(story=CycleStory(name="two tasks", setup=two))
    yield Case(story=CycleStory(name="two tasks, first unknown", setup=two), gateway=(Fault.LOST_REQUEST,))
    above = setup_of(task(max_amount=Money.of("1.00", EUR)))
    yield Case(story=CycleStory(name="above the ceiling", setup=above))
    for name, fault in _FAULTS.items():
        yield Case(story=CycleStory(name=f"payment, {name}", setup=_PAYMENT), gateway=(fault,))
    for name, promises in _OTHER_PROMISES.items():
        for what in ("unknown, then absent", "unknown, then found"):
            story = CycleStory(name=f"payment, {name}, {what}", setup=_PAYMENT)
            yield Case(story=story, promises=promises, gateway=(_FAULTS[what],))
    yield Case(story=CycleStory(name="pre-authorization, unknown", setup=_BLOCKING), gateway=(Fault.LOST_REPLY,))


def _desk() -> Iterator[Case]:
    yield Case(story=DeskStory(name="redemption", deed=redemption))
    for name, fault in _FAULTS.items():
        yield Case(story=DeskStory(name=f"redemption, {name}", deed=redemption), loyalty=(fault,))
    refused = DeskStory(name="redemption, posting refused", deed=redemption)
    yield Case(story=refused, meanwhile=_close_folio)
    for name, fault in _FAULTS.items():
        story = DeskStory(name=f"redemption, posting refused, refund {name}", deed=redemption)
        yield Case(story=story, meanwhile=_close_folio, loyalty=(None, fault))
    holding = DeskStory(name="redemption with hold", deed=redemption, before=lambda _, bench: _with_holds(bench))
    yield Case(story=holding)
    for name, fault in _FAULTS.items():
        yield Case(story=attrs.evolve(holding, name=f"{holding.name}, commit {name}"), loyalty=(None, fault))
    yield Case(story=attrs.evolve(holding, name=f"{holding.name}, posting refused"), meanwhile=_close_folio)
    whole = DeskStory(name="reversal", deed=_reverse(None), before=_redeemed)
    yield Case(story=whole)
    yield Case(story=attrs.evolve(whole, name="reversal in part", deed=_reverse(Points.of("100.00", "BONUS"))))
    for name, fault in _FAULTS.items():
        yield Case(story=attrs.evolve(whole, name=f"reversal, refund {name}"), loyalty=(None, fault))


def _holds() -> Iterator[Case]:
    releasing = setup_of(release_after=0)
    by_cycle = CycleStory(name="release", setup=releasing, guests=(departed(),), prepare=block)
    yield Case(story=by_cycle)
    for name, fault in _FAULTS.items():
        yield Case(story=attrs.evolve(by_cycle, name=f"release, {name}"), gateway=(fault,))
    gone = departed(expires_at=instant(START))
    yield Case(story=attrs.evolve(by_cycle, name="release, expired", guests=(gone,)))
    for what, deed in (("release at the desk", _release), ("capture", _capture)):
        at_desk = DeskStory(name=what, deed=deed, person=_owes(), before=lambda _, bench: block(bench))
        yield Case(story=at_desk)
        for name, fault in _FAULTS.items():
            yield Case(story=attrs.evolve(at_desk, name=f"{what}, {name}"), gateway=(fault,))


def _reverse(points: Points | None) -> Callable[[Ports, Instant], object]:
    return lambda ports, at: reverse(ports, redemption="B-1", reversal="back", at=at, points=points)
