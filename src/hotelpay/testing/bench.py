"""A hotel under test: all of it in memory, or all but the ports that are yours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Self

import attrs

from hotelpay.moments import Instant
from hotelpay.ports import Ports
from hotelpay.reservation import Reservation
from hotelpay.settlement.stepper import Promises
from hotelpay.testing.clock import SetClock
from hotelpay.testing.memory_gateway import GOOD_PROMISES, Faults, MemoryGateway, MemoryLoyalty, no_faults
from hotelpay.testing.memory_hotel import MemoryHotel
from hotelpay.testing.memory_ledger import LEASE_SECONDS, MemoryLedger


@attrs.define
class MemoryBench:
    """A hotel in memory on a clock of its own; a :class:`~hotelpay.testing.crashes.Bench`."""

    clock: SetClock
    hotel: MemoryHotel
    ledger: MemoryLedger
    gateway: MemoryGateway
    loyalty: MemoryLoyalty

    @classmethod
    def at(
        cls,
        start: datetime | Instant,
        *,
        hotel: str = "default",
        promises: Promises = GOOD_PROMISES,
        gateway_faults: Faults = no_faults,
        loyalty_faults: Faults = no_faults,
        lease_seconds: int = LEASE_SECONDS,
    ) -> Self:
        """Return an empty hotel at an instant."""
        clock = SetClock(start)
        return cls(
            clock=clock,
            hotel=MemoryHotel(),
            ledger=MemoryLedger.of(hotel, clock, lease_seconds=lease_seconds),
            gateway=MemoryGateway(clock, promises, gateway_faults),
            loyalty=MemoryLoyalty(clock, promises, loyalty_faults),
        )

    @property
    def now(self) -> Instant:
        """Ledger time and hotel time."""
        return self.clock.now

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.clock.advance(seconds)

    def put(self, reservation: Reservation) -> None:
        """Enter a reservation."""
        self.hotel.put(reservation)

    def ports(self, worker: str = "worker-1") -> Ports:
        """Return the ports of a process of this name."""
        return Ports(
            ledger=self.ledger.of_worker(worker),
            source=self.hotel,
            book=self.hotel,
            gateway=self.gateway,
            loyalty=self.loyalty,
            mailer=self.hotel,
            portal=self.hotel,
            guarantee_desk=self.hotel,
            todos=self.hotel,
        )


@attrs.define
class OwnPortsBench:
    """A hotel under test whose ports are yours, as far as you have them; a :class:`~hotelpay.testing.crashes.Bench`.

    ``enter`` puts a reservation into your system. ``own`` is given a process's ports in memory and its name, and
    returns them with yours in their place. The processors' books stay those of ``rest``, which have to be looked into.
    """

    rest: MemoryBench
    enter: Callable[[Reservation], object]
    own: Callable[[Ports, str], Ports]

    @property
    def gateway(self) -> MemoryGateway:
        """The payment processor."""
        return self.rest.gateway

    @property
    def loyalty(self) -> MemoryLoyalty:
        """The loyalty system."""
        return self.rest.loyalty

    @property
    def now(self) -> Instant:
        """Ledger time and hotel time."""
        return self.rest.now

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.rest.advance(seconds)

    def put(self, reservation: Reservation) -> None:
        """Enter a reservation."""
        self.enter(reservation)

    def ports(self, worker: str) -> Ports:
        """Return the ports of a process of this name."""
        return self.own(self.rest.ports(worker), worker)
