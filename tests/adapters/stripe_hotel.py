"""A hotel whose card payments go over HTTP to a made-up Stripe; everything else of it is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

import attrs

from adapters.stripe_sandbox import StripeSandbox, nobody_there
from hotelpay import Instant, Money, Ports, Reservation
from hotelpay.adapters.stripe import StripeGateway
from hotelpay.adapters.stripe.amounts import from_stripe_units
from hotelpay.moments import instant
from hotelpay.settlement.effects import GatewayEffect
from hotelpay.settlement.outcome import MoneyOutcome
from hotelpay.settlement.stepper import Promises
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.memory_gateway import GOOD_PROMISES, Fault, Faults, MemoryLoyalty, Movement, no_faults
from hotelpay.testing.stories import Case, cases

#: What each bad day of the stories is over HTTP.
OVER_HTTP: Final = {
    Fault.DECLINED: "declined",
    Fault.LOST_REQUEST: "lost_request",
    Fault.LOST_REPLY: "lost_reply",
    Fault.LATE_REQUEST: "late_request",
    Fault.RAISES: "unavailable",
    Fault.RAISES_AFTERWARDS: "bad_gateway",
}
#: Keys of what was there before a story began.
_BEFORE: Final = "before-"


@attrs.define
class GatewayWithBadDays:
    """The gateway under test; a fault is announced to the server before the call that has it."""

    real: StripeGateway
    sandbox: StripeSandbox
    faults: Faults
    brought_up_to_date: Callable[[], object]

    @property
    def promises(self) -> Promises:
        return self.real.promises

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return self._call("charge", key, card, amount)

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return self._call("preauthorize", key, card, amount)

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        return self._call("capture", key, reference, amount)

    def release(self, key: str, reference: str) -> MoneyOutcome:
        return self._call("release", key, reference)

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        self.brought_up_to_date()
        return self.real.look_up(effect)

    def _call(self, operation: str, key: str, *told: object) -> MoneyOutcome:
        self.brought_up_to_date()
        fault = self.faults(operation, key)
        called = nobody_there() if fault is Fault.NEVER_SENT else self.real
        if fault in OVER_HTTP:
            self.sandbox.fail(OVER_HTTP[fault])
        answer: MoneyOutcome = getattr(called, operation)(key, *told)
        return answer


@attrs.define
class StripeHotel:
    """A :class:`~hotelpay.testing.crashes.Bench`."""

    sandbox: StripeSandbox
    rest: MemoryBench
    under_test: GatewayWithBadDays

    @classmethod
    def at(
        cls,
        sandbox: StripeSandbox,
        gateway: StripeGateway,
        start: datetime | Instant,
        *,
        promises: Promises = GOOD_PROMISES,
        gateway_faults: Faults = no_faults,
        loyalty_faults: Faults = no_faults,
    ) -> StripeHotel:
        assert promises == GOOD_PROMISES == gateway.promises
        rest = MemoryBench.at(start, loyalty_faults=loyalty_faults)
        sandbox.reset(instant(start))

        def brought_up_to_date() -> None:
            if rest.now > sandbox.clock:
                sandbox.advance(rest.now - sandbox.clock)

        return cls(sandbox, rest, GatewayWithBadDays(gateway, sandbox, gateway_faults, brought_up_to_date))

    @property
    def gateway(self) -> StripeHotel:
        """The processor's books, which this is too."""
        return self

    @property
    def loyalty(self) -> MemoryLoyalty:
        return self.rest.loyalty

    @property
    def now(self) -> Instant:
        return self.rest.now

    @property
    def movements(self) -> list[Movement]:
        self.under_test.brought_up_to_date()
        books = self.sandbox.books()
        paid = [key for key in books["paid_keys"] if not key.startswith(_BEFORE)]
        moved = [_movement(each) for each in books["effects"] if not each["key"].startswith(_BEFORE)]
        # The charges of the processor's own tables, and what was noted call by call, have to be the same.
        assert sorted(paid) == sorted(each.key for each in moved if each.operation in ("charge", "preauthorize"))
        return moved

    def block(self, reference: str, amount: Money) -> None:
        """Do nothing: what a reservation has blocked was blocked as it was entered."""

    def advance(self, seconds: int) -> None:
        self.rest.advance(seconds)

    def put(self, reservation: Reservation) -> None:
        """Enter a reservation, with its card and its blocked amounts as Stripe knows them."""
        card = self.sandbox.cards["good"]
        cards = [attrs.evolve(each, id=card) for each in reservation.cards]
        held = [
            attrs.evolve(each, card=card, reference=self._blocked(each.reference, each.amount))
            for each in reservation.preauthorizations
        ]
        self.rest.put(attrs.evolve(reservation, cards=cards, preauthorizations=held))

    def ports(self, worker: str) -> Ports:
        return attrs.evolve(self.rest.ports(worker), gateway=self.under_test)

    def _blocked(self, reference: str, amount: Money) -> str:
        answer = self.under_test.real.preauthorize(f"{_BEFORE}{reference}", self.sandbox.cards["good"], amount)
        assert hasattr(answer, "reference")
        return answer.reference


def _movement(effect: dict[str, object]) -> Movement:
    amount = from_stripe_units(int(str(effect["amount"])), str(effect["currency"]))
    intent, at = str(effect["intent"]), Instant(int(str(effect["at"])))
    return Movement(str(effect["operation"]), str(effect["key"]), amount, intent, intent, at)


def stripe_cases() -> Iterator[Case]:
    """Yield the stories in which card payments move, with the bad days that Stripe can have."""
    for case in cases():
        moves_card_money = case.name.startswith(("payment", "pre-authorization", "two tasks", "release", "capture"))
        if moves_card_money and case.promises == GOOD_PROMISES and Fault.IN_PART not in case.gateway:
            yield case


def maker(sandbox: StripeSandbox, gateway: StripeGateway) -> Callable[..., StripeHotel]:
    """Return what makes such a hotel."""
    return partial(StripeHotel.at, sandbox, gateway)
