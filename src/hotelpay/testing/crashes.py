"""Crashes: run a story with a process that dies before or after any call of any port, and see whether it is healed.

A :class:`Story` acts on a :class:`Bench`: a hotel with ports of your own, and the other side in memory, whose books
tell what really moved. :func:`crash_everywhere` runs the story once to count its calls, then once for every call and
side with a death there, lets time pass, lets later processes settle what was left, and asks whether any promise is
broken. A dead process makes no further call: not even one that gives a lease back.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Final, Protocol

import attrs

from hotelpay.moments import HOUR, Instant
from hotelpay.money import Money
from hotelpay.ports import Ports
from hotelpay.reservation import Reservation
from hotelpay.testing.books import violations
from hotelpay.testing.memory_gateway import MemoryLoyalty, Movement

#: How long the hotel goes without any process: nothing, minutes, an hour, a day and more than any key's memory.
DELAYS: Final = (0, 600, HOUR, 23 * HOUR, 25 * HOUR, 40 * 24 * HOUR)
#: How often the later processes come by, and how far apart (a cycle's quarter of an hour).
ROUNDS: Final = 6
ROUND_SECONDS: Final = 900


class Died(BaseException):
    """The process is dead."""


class Side(enum.Enum):
    """Whether a process dies before its call reaches the port, or after the port has done it."""

    BEFORE = "before"
    AFTER = "after"


@attrs.frozen
class Death:
    """A death at the n-th call (from 1) that a process makes."""

    call: int
    side: Side


@attrs.define
class Life:
    """One process: it counts the calls that it makes, and dies where it is told to.

    ``at_call`` is asked before each call, with its number and name: a test may let another worker go on there.
    """

    death: Death | None = None
    at_call: Callable[[int, str], None] | None = None
    calls: list[str] = attrs.field(factory=list)
    dead: bool = False

    def call(self, name: str, act: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever the port answers
        """Make a call, or die."""
        if self.dead:
            raise Died
        self.calls.append(name)
        if self.at_call is not None:
            self.at_call(len(self.calls), name)
        self._die_at(Side.BEFORE)
        answered = act()
        self._die_at(Side.AFTER)
        return answered

    def _die_at(self, side: Side) -> None:
        if self.death == Death(len(self.calls), side):
            self.dead = True
            raise Died

    def ports(self, ports: Ports) -> Ports:
        """Return ports that this process uses."""
        fields = {field.name: getattr(ports, field.name) for field in attrs.fields(Ports)}
        watched: dict[str, Any] = {name: port and _Watched(port, name, self) for name, port in fields.items()}
        return Ports(**watched)


class _Watched:
    """A port whose calls are counted; what is no method (promises, names) is passed through."""

    def __init__(self, port: object, name: str, life: Life) -> None:
        self._port = port
        self._name = name
        self._life = life

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401  whatever the port has there
        found = getattr(self._port, attribute)
        if not callable(found):
            return found
        name = f"{self._name}.{attribute}"
        return lambda *given, **named: self._life.call(name, lambda: found(*given, **named))


class ProcessorBooks(Protocol):
    """A payment processor's own books; :class:`~hotelpay.testing.memory_gateway.MemoryGateway` has them."""

    @property
    def movements(self) -> Sequence[Movement]:
        """What really moved, in order, each under the key of the call that moved it."""
        ...

    def block(self, reference: str, amount: Money) -> None:
        """Put a blocked amount into the books as if it had been there before."""


class Bench(Protocol):
    """A hotel under test: your ports, with the other side in memory, on a clock that tests move."""

    @property
    def gateway(self) -> ProcessorBooks:
        """The payment processor."""
        ...

    @property
    def loyalty(self) -> MemoryLoyalty:
        """The loyalty system."""
        ...

    @property
    def now(self) -> Instant:
        """Ledger time and hotel time."""
        ...

    def advance(self, seconds: int) -> None:
        """Let time pass."""

    def put(self, reservation: Reservation) -> None:
        """Enter a reservation into the hotel's books."""

    def ports(self, worker: str) -> Ports:
        """Return the ports of a process of this name: its own ledger, everything else shared."""
        ...


class Story(Protocol):
    """Something that a process does with a hotel, and what later processes do."""

    @property
    def name(self) -> str:
        """What it is called in reports."""
        ...

    @property
    def reservations(self) -> Sequence[str]:
        """The reservations that it is about."""
        ...

    def arrange(self, bench: Bench) -> None:
        """Set the scene; nobody dies here."""

    def act(self, ports: Ports, bench: Bench) -> None:
        """Do it; a process may die here."""

    def settle(self, ports: Ports, bench: Bench) -> None:
        """Do what later processes do: recover, deliver what was interrupted once more, go on with ordinary work."""

    def check(self, bench: Bench) -> Iterable[str]:
        """Return what else is wrong in the end, beside the books."""
        ...


@attrs.frozen
class Campaign:
    """What came of many runs of a story: how many, and every broken promise with the deaths that led to it."""

    runs: int
    broken: tuple[str, ...]


def crash_everywhere(
    make_bench: Callable[[], Bench], story: Story, *, delays: Iterable[int] = DELAYS, in_pairs: bool = False
) -> Campaign:
    """Run a story with a death before and after every call; ``in_pairs`` with every second death in the healing too."""
    runs = 0
    broken: list[str] = []
    for delay in delays:
        for first in deaths_of(make_bench, story):
            seconds = _second_deaths(make_bench, story, first, delay) if in_pairs else iter((None,))
            for second in seconds:
                faults = run_once(make_bench(), story, first, delay, second)
                runs += 1
                broken += (f"{story.name}, {_told(first, second, delay)}: {fault}" for fault in faults)
    return Campaign(runs, tuple(broken))


def deaths_of(make_bench: Callable[[], Bench], story: Story) -> Iterator[Death | None]:
    """Yield no death, and every death that the story's own process can die."""
    bench, life = make_bench(), Life()
    story.arrange(bench)
    story.act(life.ports(bench.ports("first")), bench)
    yield None
    for number in range(1, len(life.calls) + 1):
        yield Death(number, Side.BEFORE)
        yield Death(number, Side.AFTER)


def _second_deaths(
    make_bench: Callable[[], Bench], story: Story, first: Death | None, delay: int
) -> Iterator[Death | None]:
    """Yield every death that the process which comes to heal can die after the first one's."""
    for number in count(1):
        for side in Side:
            second = Death(number, side)
            bench = make_bench()
            life = _until_healer(bench, story, first, delay, second)
            if not life.dead:
                return
            yield second


def _until_healer(bench: Bench, story: Story, first: Death | None, delay: int, second: Death | None) -> Life:
    """Arrange, act with the first death, wait, and let one later process come by; return that process."""
    story.arrange(bench)
    _live(Life(first), bench, "first", story.act)
    bench.advance(delay)
    healer = Life(second)
    _live(healer, bench, "second", story.settle)
    return healer


def run_once(bench: Bench, story: Story, first: Death | None, delay: int, second: Death | None = None) -> list[str]:
    """Run a story with these deaths until all is at rest, and return the promises that were broken."""
    _until_healer(bench, story, first, delay, second)
    for number in range(ROUNDS):
        bench.advance(ROUND_SECONDS)
        _live(Life(), bench, f"later-{number}", story.settle)
    ports = bench.ports("auditor")
    movements = [*bench.gateway.movements, *bench.loyalty.movements]
    return [*violations(ports.ledger, ports.source, movements, story.reservations), *story.check(bench)]


def _live(life: Life, bench: Bench, worker: str, act: Callable[[Ports, Bench], None]) -> None:
    try:
        act(life.ports(bench.ports(worker)), bench)
    except Died:
        return


def _told(first: Death | None, second: Death | None, delay: int) -> str:
    deaths = " and ".join(f"died {each.side.value} call {each.call}" for each in (first, second) if each) or "no death"
    return f"{deaths}, {delay} s"
