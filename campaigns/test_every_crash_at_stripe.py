"""Every death in every story of card payments, after every delay, over HTTP to a made-up Stripe: `make crashes`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from adapters.stripe_hotel import maker, stripe_cases
from adapters.stripe_sandbox import StripeSandbox, stripe_sandbox
from hotelpay.adapters.stripe import StripeGateway
from hotelpay.testing.crashes import DELAYS, crash_everywhere
from hotelpay.testing.interleaving import interleave_everywhere
from hotelpay.testing.stories import Case

Note: TypeAlias = Callable[[str, object], None]
CASES = tuple(stripe_cases())
every_story = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[StripeSandbox]:
    with stripe_sandbox() as server:
        yield server


@pytest.fixture
def gateway(sandbox: StripeSandbox) -> Iterator[StripeGateway]:
    made = sandbox.gateway()
    yield made
    made.close()


@every_story
def test_one_death(case: Case, sandbox: StripeSandbox, gateway: StripeGateway, record_property: Note) -> None:
    campaign = crash_everywhere(lambda: case.bench(maker(sandbox, gateway)), case.story, delays=DELAYS)
    record_property("stripe_crash_runs", campaign.runs)
    assert campaign.broken == ()


@every_story
@pytest.mark.parametrize("beside", ["the same", "a healer"])
def test_two_workers(
    case: Case, beside: str, sandbox: StripeSandbox, gateway: StripeGateway, record_property: Note
) -> None:
    """One stands still before any call while the other goes on, for a moment or longer than its lease."""
    other = case.story.act if beside == "the same" else case.story.settle
    campaign = interleave_everywhere(lambda: case.bench(maker(sandbox, gateway)), case.story, other, stalls=(0, 301))
    record_property("stripe_interleaved_runs", campaign.runs)
    assert campaign.broken == ()
