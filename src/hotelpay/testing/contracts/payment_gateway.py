"""The suite of the payment gateway: what was answered is what moved, once for every key."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from itertools import count
from typing import Final, Protocol, TypeAlias

import pytest

from hotelpay.money import Currency, Money
from hotelpay.ports import PaymentGateway
from hotelpay.settlement.effects import Capture, Charge, GatewayEffect, Preauthorize, Release
from hotelpay.settlement.identity import Call
from hotelpay.settlement.outcome import Approved, Declined, MoneyOutcome, Unknown
from hotelpay.settlement.stepper import Promises
from hotelpay.testing.contracts.at_once import WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract

_numbers = count(1)


class GatewayBench(Protocol):
    """A payment processor's sandbox, and a look into its books."""

    @property
    def gateway(self) -> PaymentGateway:
        """The gateway under test."""
        ...

    @property
    def currency(self) -> str:
        """The currency that the suite pays in."""
        ...

    @property
    def good_card(self) -> str:
        """A stored card from which the sandbox approves every amount up to 100.00, whole."""
        ...

    @property
    def bad_card(self) -> str:
        """A stored card that the sandbox declines."""
        ...

    def taken(self) -> int:
        """Return what was taken from both cards so far, in minor units, as the processor's own books say."""
        ...

    def blocked(self) -> int:
        """Return what is blocked on both cards now, in minor units."""
        ...


class AstrayBench(GatewayBench, Protocol):
    """A sandbox in which questions can be led astray: what nobody's sandbox does by itself, and every network does."""

    def astray(self) -> AbstractContextManager[object]:
        """Return a context in which no question is answered: another route, no permission, a fault, or silence."""
        ...


#: A call of each kind on a bench: what it is, as an effect, and the call itself.
_Asked: TypeAlias = tuple[GatewayEffect, Callable[[], MoneyOutcome]]


class PaymentGatewayContract(PortContract):
    """Everything that every :class:`~hotelpay.ports.PaymentGateway` promises.

    One that promises to remember keys runs :class:`RemembersKeys` too, one that can be asked about them
    :class:`LooksUpByKey`, and :class:`AsksInVain` where the sandbox can be led astray.
    """

    @pytest.fixture
    def gateways(self) -> GatewayBench:
        """Return a sandbox on which nothing has moved; to be overridden."""
        raise NotImplementedError("override the fixture `gateways`: a sandbox for every test")

    def test_promises_are_data(self, gateways: GatewayBench) -> None:
        """A gateway says what it promises about keys, and says the same before and after a call."""
        before = gateways.gateway.promises
        assert isinstance(before, Promises)
        charge(gateways, 100)
        assert gateways.gateway.promises == before

    def test_what_is_promised_is_tested(self, gateways: GatewayBench) -> None:
        """Whoever promises memory or look-up runs that part of the suite."""
        promises = gateways.gateway.promises
        assert promises.can_look_up == isinstance(self, LooksUpByKey)
        assert (promises.key_memory_hours != 0) == isinstance(self, RemembersKeys)

    def test_a_charge_takes_what_it_says(self, gateways: GatewayBench) -> None:
        """What was approved, and nothing else, was taken."""
        answer = approved(charge(gateways, 1234))
        assert answer.amount == _money(gateways, 1234)
        assert answer.reference
        assert (gateways.taken(), gateways.blocked()) == (1234, 0)

    def test_two_keys_are_two_charges(self, gateways: GatewayBench) -> None:
        """The same amount from the same card under another key is taken again, under a reference of its own."""
        first, second = approved(charge(gateways, 500)), approved(charge(gateways, 500))
        assert first.reference != second.reference
        assert gateways.taken() == 500 + 500

    def test_a_refused_card_is_declined(self, gateways: GatewayBench) -> None:
        """A card that is refused is an answer with a code, and nothing moves."""
        port, amount = gateways.gateway, _money(gateways, 500)
        for call in (port.charge, port.preauthorize):
            answer = call(new_key(), gateways.bad_card, amount)
            assert isinstance(answer, Declined)
            assert answer.code
        assert (gateways.taken(), gateways.blocked()) == (0, 0)

    def test_a_preauthorization_takes_nothing(self, gateways: GatewayBench) -> None:
        """An amount that is blocked is not taken."""
        answer = approved(_block(gateways, 4000))
        assert answer.amount == _money(gateways, 4000)
        assert (gateways.taken(), gateways.blocked()) == (0, 4000)

    def test_a_capture_takes_the_whole(self, gateways: GatewayBench) -> None:
        """A blocked amount captured is taken, and is blocked no longer."""
        held = approved(_block(gateways, 4000))
        answer = approved(gateways.gateway.capture(new_key(), held.reference, _money(gateways, 4000)))
        assert answer.amount == _money(gateways, 4000)
        assert (gateways.taken(), gateways.blocked()) == (4000, 0)

    def test_a_capture_takes_a_part_and_gives_the_rest_back(self, gateways: GatewayBench) -> None:
        """What is beyond the amount captured is the guest's again."""
        held = approved(_block(gateways, 4000))
        answer = approved(gateways.gateway.capture(new_key(), held.reference, _money(gateways, 1500)))
        assert answer.amount == _money(gateways, 1500)
        assert (gateways.taken(), gateways.blocked()) == (1500, 0)

    def test_a_capture_never_takes_more_than_is_blocked(self, gateways: GatewayBench) -> None:
        """More than the blocked amount is declined, or only that amount is taken."""
        held = approved(_block(gateways, 4000))
        answer = gateways.gateway.capture(new_key(), held.reference, _money(gateways, 4001))
        said = answer.amount.minor if isinstance(answer, Approved) and isinstance(answer.amount, Money) else 0
        assert said <= 4000
        assert gateways.taken() == said

    def test_a_release_gives_back(self, gateways: GatewayBench) -> None:
        """A blocked amount released is the guest's again, and the answer says how much it was."""
        held = approved(_block(gateways, 4000))
        answer = approved(gateways.gateway.release(new_key(), held.reference))
        assert answer.amount == _money(gateways, 4000)
        assert (gateways.taken(), gateways.blocked()) == (0, 0)

    def test_what_was_captured_is_not_released(self, gateways: GatewayBench) -> None:
        """After a capture there is nothing to give back: a release is declined and the money stays taken."""
        held = approved(_block(gateways, 4000))
        approved(gateways.gateway.capture(new_key(), held.reference, _money(gateways, 4000)))
        assert isinstance(gateways.gateway.release(new_key(), held.reference), Declined)
        assert gateways.taken() == 4000

    def test_what_was_released_is_not_captured(self, gateways: GatewayBench) -> None:
        """After a release there is nothing to take: a capture is declined."""
        held = approved(_block(gateways, 4000))
        approved(gateways.gateway.release(new_key(), held.reference))
        answer = gateways.gateway.capture(new_key(), held.reference, _money(gateways, 4000))
        assert isinstance(answer, Declined)
        assert gateways.taken() == 0

    def test_what_nobody_blocked_is_declined(self, gateways: GatewayBench) -> None:
        """A reference that the processor does not know is an answer, and for good."""
        port = gateways.gateway
        assert isinstance(port.capture(new_key(), "no-such-reference", _money(gateways, 100)), Declined)
        assert isinstance(port.release(new_key(), "no-such-reference"), Declined)


class RemembersKeys(PortContract):
    """For a gateway that remembers keys: a repeat moves nothing and gives the answer that the first call had."""

    @pytest.mark.parametrize("kind", ["charge", "preauthorize", "capture", "release"])
    def test_a_repeat_moves_nothing(self, gateways: GatewayBench, kind: str) -> None:
        """The same call under the same key is answered as before, and money moves once."""
        _, call = _asked(gateways, kind)
        first = approved(call())
        before = (gateways.taken(), gateways.blocked())
        assert [call(), call()] == [first, first]
        assert (gateways.taken(), gateways.blocked()) == before

    @pytest.mark.parametrize("kind", ["charge", "preauthorize"])
    def test_a_repeat_of_what_was_declined_is_declined(self, gateways: GatewayBench, kind: str) -> None:
        """A refusal is final: asking again under its key is no new attempt."""
        call = partial(getattr(gateways.gateway, kind), new_key(), gateways.bad_card, _money(gateways, 500))
        first = call()
        assert isinstance(first, Declined)
        assert call() == first

    def test_repeats_at_once_move_money_once(self, gateways: GatewayBench) -> None:
        """Workers that send the same call at the same moment take one amount between them."""
        _, call = _asked(gateways, "charge")
        answers = [answer for answer in at_once([call] * WORKERS) if isinstance(answer, Approved)]
        assert len({answer.reference for answer in answers}) == 1
        assert gateways.taken() == _AMOUNT

    def test_a_key_is_good_for_one_call(self, gateways: GatewayBench) -> None:
        """A key that comes with another amount or as another operation moves nothing, whatever is said to it."""
        port, key = gateways.gateway, new_key()
        approved(port.charge(key, gateways.good_card, _money(gateways, 1000)))
        for call in (port.charge, port.preauthorize):
            # Raising is right as well: what must not happen is that it is taken for a new call.
            with suppress(Exception):
                call(key, gateways.good_card, _money(gateways, 2000))
        assert (gateways.taken(), gateways.blocked()) == (1000, 0)


class LooksUpByKey(PortContract):
    """For a gateway that can be asked what became of a key."""

    @pytest.mark.parametrize("kind", ["charge", "preauthorize", "capture", "release"])
    def test_what_was_answered_is_found(self, gateways: GatewayBench, kind: str) -> None:
        """Whoever lost an answer gets it by the key, and asking moves nothing."""
        effect, call = _asked(gateways, kind)
        answer = approved(call())
        before = (gateways.taken(), gateways.blocked())
        assert gateways.gateway.look_up(effect) == answer
        assert (gateways.taken(), gateways.blocked()) == before

    @pytest.mark.parametrize("kind", ["charge", "preauthorize", "capture", "release"])
    def test_what_never_arrived_is_not_found(self, gateways: GatewayBench, kind: str) -> None:
        """A key that the other side does not know is None: then, and only then, it never happened."""
        effect, _ = _asked(gateways, kind)
        assert gateways.gateway.look_up(effect) is None
        assert gateways.gateway.look_up(effect) is None

    def test_what_was_declined_is_found_as_that(self, gateways: GatewayBench) -> None:
        """A refusal is found like an approval."""
        key, amount = new_key(), _money(gateways, 500)
        answer = gateways.gateway.charge(key, gateways.bad_card, amount)
        assert isinstance(answer, Declined)
        assert gateways.gateway.look_up(Charge(Call("charge", key), gateways.bad_card, amount)) == answer

    def test_looking_up_does_not_use_a_key_up(self, gateways: GatewayBench) -> None:
        """What was not found may be sent, under the same key."""
        effect, call = _asked(gateways, "charge")
        assert gateways.gateway.look_up(effect) is None
        approved(call())
        assert gateways.taken() == _AMOUNT


class AsksInVain(PortContract):
    """For a gateway that can be asked, on a sandbox that can be led astray (:class:`AstrayBench`).

    A look-up that is not answered says nothing about the call. Who takes "no such page" for "no such payment" calls a
    charge declined whose amount was taken, or sends it a second time.
    """

    @pytest.mark.parametrize("kind", ["charge", "preauthorize", "capture", "release"])
    def test_a_question_that_fails_says_nothing_of_what_happened(self, gateways: AstrayBench, kind: str) -> None:
        """It is unknown, or it raises; the next question that is answered finds what happened."""
        effect, call = _asked(gateways, kind)
        answer = approved(call())
        with gateways.astray():
            assert isinstance(_told(gateways, effect), Unknown)
        assert gateways.gateway.look_up(effect) == answer

    def test_a_question_that_fails_says_nothing_of_what_never_happened(self, gateways: AstrayBench) -> None:
        """That nobody could answer is not the answer that the key is not known."""
        effect, _ = _asked(gateways, "charge")
        with gateways.astray():
            assert isinstance(_told(gateways, effect), Unknown)
        assert gateways.gateway.look_up(effect) is None


def _told(bench: GatewayBench, effect: GatewayEffect) -> MoneyOutcome | None:
    """Return what a look-up says; one that raises says that it does not know."""
    try:
        return bench.gateway.look_up(effect)
    except Exception:  # noqa: BLE001  the driver takes whatever a port raises for an unknown outcome
        return Unknown("it raised")


_AMOUNT: Final = 3000


def new_key() -> str:
    """Return a key that was never used, as long as keys may be."""
    return f"hp1-contract-{next(_numbers):051d}"


def approved(answer: MoneyOutcome) -> Approved:
    """Return an answer that has to be an approval."""
    assert isinstance(answer, Approved), f"not approved: {answer}"
    return answer


def charge(bench: GatewayBench, minor: int) -> MoneyOutcome:
    """Charge the good card under a new key."""
    return bench.gateway.charge(new_key(), bench.good_card, _money(bench, minor))


def _block(bench: GatewayBench, minor: int) -> MoneyOutcome:
    return bench.gateway.preauthorize(new_key(), bench.good_card, _money(bench, minor))


def _money(bench: GatewayBench, minor: int) -> Money:
    return Money(minor, Currency.of(bench.currency))


def _asked(bench: GatewayBench, kind: str) -> _Asked:
    """Return a call of a kind that was not made yet, with everything that it needs."""
    port, card, amount, key = bench.gateway, bench.good_card, _money(bench, _AMOUNT), new_key()
    call = Call(kind, key)
    if kind == "charge":
        return Charge(call, card, amount), partial(port.charge, key, card, amount)
    if kind == "preauthorize":
        return Preauthorize(call, card, amount), partial(port.preauthorize, key, card, amount)
    reference = approved(_block(bench, _AMOUNT)).reference
    if kind == "capture":
        return Capture(call, reference, amount), partial(port.capture, key, reference, amount)
    return Release(call, reference), partial(port.release, key, reference)
