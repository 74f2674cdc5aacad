"""Hotels that somebody watches: what a ledger really kept, and what must never be told of a guest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import attrs

from hotelpay import (
    Approved,
    Card,
    CardKind,
    Declined,
    Instant,
    Kind,
    Money,
    NotAttempted,
    ObservedLedger,
    Observer,
    Points,
    Ports,
    Promises,
    Refused,
    Unknown,
    rearm,
    recover,
    redeem,
    retry_actions,
    run_cycle,
    settle_by_hand,
)
from hotelpay.moments import HOUR
from hotelpay.observed import Happening
from hotelpay.ports import RunLedger
from hotelpay.settlement.effects import GatewayEffect
from hotelpay.settlement.journal import (
    Claimed,
    Completed,
    CycleCompleted,
    Forgotten,
    PersonNeeded,
    Recorded,
    Sending,
    Settlement,
)
from hotelpay.settlement.outcome import InsideOutcome, MoneyOutcome
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import Bench
from hotelpay.testing.memory_gateway import GOOD_PROMISES
from hotelpay.testing.stories import BONUS_CARD, START, Case, MakeBench, guest, setup_of, task

#: What the stories' guests and their bad days say, and no log, span or metric may repeat.
OF_GUESTS: Final = (
    "card-1",
    BONUS_CARD.number,
    "at the desk",
    "Call the guest",
    "not this time",
    "timed out",
    "reply was lost",
    "connection refused",
    "the adapter broke",
)


class Visits:
    """Passes every call to a ledger, and counts how often a worker came to have a settlement."""

    def __init__(self, ledger: RunLedger, counted: Counter[str]) -> None:
        self._ledger = ledger
        self._counted = counted

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._ledger, name)
        if name not in ("claim", "take", "reopen"):
            return found

        def call(*given: Any) -> Any:
            answer = found(*given)
            self._counted[name] += answer is not None
            return answer

        return call


@attrs.define
class WatchedBench(MemoryBench):
    """A hotel in memory whose ledgers tell observers."""

    observers: tuple[Observer, ...] = ()
    visits: Counter[str] = attrs.field(factory=Counter)

    def ports(self, worker: str = "worker-1") -> Ports:
        ports = super().ports(worker)
        counting: Any = Visits(ports.ledger, self.visits)
        return attrs.evolve(ports, ledger=ObservedLedger(counting, self.observers))


def watched_by(*observers: Observer) -> MakeBench:
    """Return what makes hotels that these observers watch."""

    def make(start: Any, **others: Any) -> Bench:
        bench = WatchedBench.at(start, **others)
        bench.observers = observers
        return bench

    return make


def watched(case: Case, *observers: Observer) -> WatchedBench:
    """Return the hotel of a story, watched by these observers."""
    bench = case.bench(watched_by(*observers))
    assert isinstance(bench, WatchedBench)
    return bench


@attrs.frozen
class Kept:
    """What the entries of a ledger add up to."""

    ended: Counter[tuple[str, str]]
    answers: Counter[tuple[str, str]]
    persons: Counter[str]
    sendings: int
    forgotten: int
    cycles: int
    seconds: int

    @classmethod
    def by(cls, ledger: RunLedger) -> Kept:
        """Count the entries of a ledger."""
        kinds: dict[str | None, Kind] = {}
        claimed: dict[str | None, int] = {}
        ended: list[tuple[str, str]] = []
        answers: list[tuple[str, str]] = []
        persons: list[str] = []
        seconds, others = 0, Counter[type]()
        for entry in ledger.entries():
            match entry.event:
                case Claimed(intent):
                    kinds[entry.key], claimed[entry.key] = intent.identity.kind, entry.at
                case Recorded(purpose, result):
                    answers.append((purpose, _snake_case(type(result).__name__)))
                case PersonNeeded(code):
                    persons.append(code)
                case Completed(ending):
                    ended.append((kinds[entry.key].value, ending.outcome.value))
                    persons += [] if ending.person is None else [ending.person]
                    seconds += entry.at - claimed[entry.key]
                case event:
                    others[type(event)] += 1
        return cls(
            Counter(ended),
            Counter(answers),
            Counter(persons),
            others[Sending],
            others[Forgotten],
            others[CycleCompleted],
            seconds,
        )


def _snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def said_of_guests(text: str) -> list[str]:
    """Return what a text says of the stories' guests, or of those of the loud day."""
    return [secret for secret in (*OF_GUESTS, *SECRETS) if secret in text]


@attrs.define
class Hears:
    """An observer that keeps what it is told."""

    happenings: list[Happening] = attrs.field(factory=list)

    def observe(self, happening: Happening) -> None:
        self.happenings.append(happening)

    def taken(self) -> list[Happening]:
        """Return what was told since this was last asked."""
        told, self.happenings = self.happenings, []
        return told


class Raises:
    """An observer that fails, whatever it is told; its fault repeats what it was told."""

    def __init__(self, fault: Callable[[str], Exception] = RuntimeError) -> None:
        self.fault = fault
        self.heard = 0

    def observe(self, happening: object) -> None:
        self.heard += 1
        raise self.fault(f"I cannot bear {happening} of {BONUS_CARD.number}")


# A day on which everybody says too much.

ANNA: Final = "Anna Petrova"
TOKEN: Final = "tok-of-anna"  # noqa: S105  a card's, and no one's
CARD_NUMBER: Final = "4111111111111111"
SECRETS: Final = (ANNA, "Petrova", TOKEN, CARD_NUMBER, BONUS_CARD.number, "reference-of-anna")


@attrs.define
class LoudGateway:
    """A processor whose every answer names the guest; each guest gets the next of them."""

    promises: Promises = GOOD_PROMISES
    left: list[Callable[[Money], MoneyOutcome]] = attrs.field(factory=list)

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:  # noqa: ARG002  as a gateway has it
        return self.left.pop(0)(amount)

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        raise NotImplementedError

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        raise NotImplementedError

    def release(self, key: str, reference: str) -> MoneyOutcome:
        raise NotImplementedError

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        return Unknown(f"nothing is known of {ANNA} and her {effect.call.key}")


class LoudMailer:
    """Mails that are refused, or fail, in the guest's name."""

    def __init__(self) -> None:
        self.sent = 0

    def send(self, key: str, reservation: str, template: str, amount: Money | None) -> InsideOutcome:  # noqa: ARG002
        self.sent += 1
        if self.sent % 2:
            return Refused("no_address", f"{ANNA} has none")
        raise RuntimeError(f"{ANNA} moved away")


def _raise(_amount: Money) -> MoneyOutcome:
    raise RuntimeError(f"{ANNA} paid with {CARD_NUMBER}")


_ANSWERS: Final[tuple[Callable[[Money], MoneyOutcome], ...]] = (
    lambda amount: Approved(amount, "reference-of-anna"),
    lambda _: Declined("insufficient_funds", f"{ANNA} has no money"),
    lambda _: Declined(CARD_NUMBER, ANNA),
    lambda _: NotAttempted(f"no line to the bank of {ANNA}"),
    lambda _: Unknown(f"{ANNA} hung up"),
    _raise,
)


def loud_day(bench: MemoryBench) -> None:
    """Let everything happen at a hotel where every free text names the guest."""
    ports = attrs.evolve(bench.ports(), gateway=LoudGateway(left=list(_ANSWERS)), mailer=LoudMailer())
    for number in range(len(_ANSWERS)):
        bench.put(guest(id=f"R-{number}", cards=[Card(TOKEN, CardKind.GUEST)]))
    bench.put(guest(id="R-points", cards=()))
    run_cycle(setup_of(task()), ports, START)
    bench.advance(26 * HOUR)
    recover(ports, bench.now)
    for settlement in [each for number in range(len(_ANSWERS)) for each in ports.ledger.of_reservation(f"R-{number}")]:
        _by_hand(settlement, ports, bench.now)
    bench.loyalty.load(BONUS_CARD, Points.of("100.00", "BONUS"))
    redeem(
        setup_of().bonus,
        ports,
        redemption="B-1",
        reservation="R-points",
        folio="F-1",
        payment_type="kontur",
        card=BONUS_CARD,
        points=Points.of("10.00", "BONUS"),
        at=bench.now,
        comment=f"for {ANNA}",
    )
    rearm(ports, task="on-arrival", reservation="R-1", by="ivan", reason=f"{ANNA} has brought money")
    bench.put(guest(id="R-late", arrival=date(2024, 2, 2)))
    bench.advance(24 * HOUR)
    run_cycle(setup_of(task()), ports, bench.now)


def _by_hand(settlement: Settlement, ports: Ports, at: Instant) -> None:
    identity = settlement.intent.identity
    if settlement.ending is None:
        answer = Declined("looked_there", f"{ANNA} was not charged")
        settle_by_hand(ports, identity, answer, by="ivan", at=at)
    else:
        retry_actions(ports, identity)
