"""Processes that die at every call while card payments go over HTTP to Stripe: nothing moves twice in its books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import attrs
import pytest

from adapters.stripe_hotel import StripeHotel, maker, stripe_cases
from adapters.stripe_sandbox import StripeSandbox
from hotelpay import Instant, Money
from hotelpay.adapters.stripe import StripeGateway
from hotelpay.moments import HOUR
from hotelpay.settlement.effects import GatewayEffect
from hotelpay.settlement.outcome import MoneyOutcome
from hotelpay.settlement.stepper import Promises
from hotelpay.testing.crashes import crash_everywhere

Note: TypeAlias = Callable[[str, object], None]
CASES = {case.name: case for case in stripe_cases()}


@pytest.fixture
def gateway(sandbox: StripeSandbox) -> Iterator[StripeGateway]:
    made = sandbox.gateway()
    yield made
    made.close()


@pytest.mark.parametrize("name", CASES)
def test_a_death_at_any_call_breaks_no_promise(
    name: str, sandbox: StripeSandbox, gateway: StripeGateway, record_property: Note
) -> None:
    """Within a key's memory or beyond it, each story after one of the two; `make crashes` runs every delay."""
    case = CASES[name]
    delay = 600 if len(name) % 2 else 25 * HOUR
    campaign = crash_everywhere(lambda: case.bench(maker(sandbox, gateway)), case.story, delays=[delay])
    record_property("stripe_crash_runs", campaign.runs)
    assert campaign.runs > 10
    assert campaign.broken == ()


@attrs.define
class WithoutLookUp:
    """An adapter with two faults: its keys are never the same twice, and it finds nothing."""

    real: StripeGateway
    calls: int = 0

    @property
    def promises(self) -> Promises:
        return self.real.promises

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        self.calls += 1
        return self.real.charge(f"{key[:40]}{self.calls}", card, amount)

    def look_up(self, _effect: GatewayEffect) -> MoneyOutcome | None:
        return None


def test_an_adapter_that_breaks_its_promise_is_caught(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    case = CASES["payment, unknown, then found"]

    def bench(start: Instant, **other_side: object) -> StripeHotel:
        made = StripeHotel.at(sandbox, gateway, start, **other_side)  # type: ignore[arg-type]
        made.under_test.real = WithoutLookUp(gateway)  # type: ignore[assignment]
        return made

    campaign = crash_everywhere(lambda: case.bench(bench), case.story, delays=[600])  # type: ignore[arg-type]
    assert any("moved and never claimed" in fault for fault in campaign.broken)
