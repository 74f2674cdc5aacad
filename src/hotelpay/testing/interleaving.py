"""Two workers at once: every way in which one can be stopped at one of its calls while the other goes on.

The workers run in threads, but only ever one of them at a time: a schedule is repeated exactly.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import attrs

from hotelpay.ports import Ports
from hotelpay.testing.books import violations
from hotelpay.testing.crashes import ROUND_SECONDS, ROUNDS, Bench, Campaign, Life, Story

Act = Callable[[Ports, Bench], None]


@attrs.frozen(kw_only=True)
class Schedule:
    """The first worker stops before its call ``first``, the second before its call ``second``.

    Then so many ``seconds`` pass, and they go on one after the other: the first one first, or the second.
    """

    first: int
    second: int
    seconds: int
    second_goes_on_first: bool


@attrs.define
class _Worker:
    """A process in a thread of its own that stops before one of its calls until it is let on."""

    act: Act
    bench: Bench
    name: str
    stops_at: int
    life: Life = attrs.field(init=False)
    _stopped: threading.Semaphore = attrs.field(factory=lambda: threading.Semaphore(0))
    _let_on: threading.Semaphore = attrs.field(factory=lambda: threading.Semaphore(0))
    _thread: threading.Thread = attrs.field(init=False)
    _fault: BaseException | None = None

    def __attrs_post_init__(self) -> None:
        self.life = Life(at_call=self._stop_before)
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        """Run until the stop, or to the end where it makes fewer calls."""
        self._thread.start()
        self._stopped.acquire()

    def finish(self) -> None:
        """Go on to the end."""
        self._let_on.release()
        self._thread.join()
        if self._fault is not None:
            raise self._fault

    def _run(self) -> None:
        try:
            self.act(self.life.ports(self.bench.ports(self.name)), self.bench)
        except BaseException as fault:  # noqa: BLE001  told in the thread that waits for this one
            self._fault = fault
        finally:
            self._stopped.release()

    def _stop_before(self, number: int, _name: str) -> None:
        if number == self.stops_at:
            self._stopped.release()
            self._let_on.acquire()


def interleave_everywhere(
    make_bench: Callable[[], Bench], story: Story, other: Act, *, stalls: Iterable[int]
) -> Campaign:
    """Run a story beside another worker under every schedule; the books have to balance after each."""
    runs = 0
    broken: list[str] = []
    for schedule in _schedules(make_bench, story, other, tuple(stalls)):
        bench = make_bench()
        story.arrange(bench)
        _follow(schedule, story.act, other, bench)
        for number in range(ROUNDS):
            bench.advance(ROUND_SECONDS)
            story.settle(bench.ports(f"later-{number}"), bench)
        runs += 1
        ports = bench.ports("auditor")
        movements = [*bench.gateway.movements, *bench.loyalty.movements]
        faults = [*violations(ports.ledger, ports.source, movements, story.reservations), *story.check(bench)]
        broken += (f"{story.name}, {schedule}: {fault}" for fault in faults)
    return Campaign(runs, tuple(broken))


def _schedules(
    make_bench: Callable[[], Bench], story: Story, other: Act, stalls: tuple[int, ...]
) -> Iterator[Schedule]:
    first_calls = _calls_of(make_bench, story, story.act)
    for first in range(1, first_calls + 1):
        # How many calls the other makes depends on where the first one stands.
        bench = make_bench()
        story.arrange(bench)
        worker, life = _Worker(story.act, bench, "first", first), Life()
        worker.start()
        other(life.ports(bench.ports("second")), bench)
        worker.finish()
        for second in range(1, len(life.calls) + 1):
            for seconds in stalls:
                for order in (False, True):
                    yield Schedule(first=first, second=second, seconds=seconds, second_goes_on_first=order)


def _calls_of(make_bench: Callable[[], Bench], story: Story, act: Act) -> int:
    bench, life = make_bench(), Life()
    story.arrange(bench)
    act(life.ports(bench.ports("first")), bench)
    return len(life.calls)


def _follow(schedule: Schedule, first: Act, second: Act, bench: Bench) -> None:
    one = _Worker(first, bench, "first", schedule.first)
    two = _Worker(second, bench, "second", schedule.second)
    one.start()
    two.start()
    bench.advance(schedule.seconds)
    for worker in (two, one) if schedule.second_goes_on_first else (one, two):
        worker.finish()
