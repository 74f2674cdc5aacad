"""The asynchronous host settles what a synchronous one would, and leaves what it cannot to a recovery."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import attrs
import pytest

from async_host.host import settle
from hotelpay import Approved, Outcome, Ports, recover
from hotelpay.moments import instant
from hotelpay.settlement.effects import Charge
from hotelpay.settlement.outcome import MoneyOutcome
from hotelpay.testing.clock import SetClock
from hotelpay.testing.contracts.hotel_bench import booking
from hotelpay.testing.contracts.intents import run_intent
from hotelpay.testing.contracts.ledger_bench import claimed
from hotelpay.testing.memory_gateway import MemoryGateway
from hotelpay.testing.memory_hotel import MemoryHotel
from hotelpay.testing.memory_ledger import MemoryLedger

NOW = instant(datetime(2024, 7, 10, 9, 0, tzinfo=UTC))


@pytest.fixture
def ports() -> Ports:
    clock, hotel = SetClock(NOW), MemoryHotel()
    stay = booking()
    hotel.put(attrs.evolve(stay, folios=[attrs.evolve(stay.folios[0], id="F1")]))
    return Ports(ledger=MemoryLedger.of("default", clock), source=hotel, book=hotel, gateway=MemoryGateway(clock))


def balance(ports: Ports) -> int:
    stay = ports.source.reservation("R1")
    assert stay is not None
    return stay.folios[0].balance.minor


def test_a_charge_is_awaited_and_posted(ports: Ports) -> None:
    async def charge(effect: Charge) -> MoneyOutcome:
        await asyncio.sleep(0)
        return Approved(effect.amount, "ch_1")

    claim = claimed(ports.ledger, run_intent("default"))
    progress = asyncio.run(settle(claim, ports, NOW, charge))
    assert progress.settlement.outcome is Outcome.APPROVED
    assert balance(ports) == 0


def test_many_are_settled_side_by_side(ports: Ports) -> None:
    """The processor is asked about all of them before the first of them is answered."""
    waiting = asyncio.Barrier(3)

    async def charge(effect: Charge) -> MoneyOutcome:
        await waiting.wait()
        return Approved(effect.amount, f"ch-{effect.call.key[-3:]}")

    async def all_of_them() -> list[Outcome]:
        claims = [claimed(ports.ledger, run_intent("default", name=name)) for name in ("T1", "T2", "T3")]
        found = await asyncio.gather(*(settle(each, ports, NOW, charge) for each in claims))
        return [each.settlement.outcome for each in found]

    assert asyncio.run(all_of_them()) == [Outcome.APPROVED] * 3


def test_a_lost_answer_is_looked_up_and_never_asked_twice(ports: Ports) -> None:
    gateway = ports.gateway
    assert isinstance(gateway, MemoryGateway)

    async def charge(effect: Charge) -> MoneyOutcome:
        await asyncio.to_thread(gateway.charge, effect.call.key, effect.card, effect.amount)
        raise TimeoutError("the line went dead")

    claim = claimed(ports.ledger, run_intent("default"))
    progress = asyncio.run(settle(claim, ports, NOW, charge))
    assert progress.settlement.outcome is Outcome.APPROVED
    assert balance(ports) == 0
    assert len(gateway.moved("charge")) == 1


def test_a_host_that_is_stopped_leaves_it_to_a_recovery(ports: Ports) -> None:
    """A task that is cancelled in the middle has charged nothing twice when another worker has settled it."""
    gateway, ledger = ports.gateway, ports.ledger
    assert isinstance(gateway, MemoryGateway)
    assert isinstance(ledger, MemoryLedger)

    async def charge(effect: Charge) -> MoneyOutcome:
        gateway.charge(effect.call.key, effect.card, effect.amount)
        raise asyncio.CancelledError

    claim = claimed(ledger, run_intent("default"))
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(settle(claim, ports, NOW, charge))
    clock = ledger.books.clock
    assert isinstance(clock, SetClock)
    clock.advance(ledger.lease_seconds)
    assert [each.outcome for each in recover(ports, NOW).settled] == [Outcome.APPROVED]
    assert len(gateway.moved("charge")) == 1
    assert balance(ports) == 0
