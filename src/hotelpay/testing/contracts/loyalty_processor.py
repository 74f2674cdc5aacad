"""The suite of the loyalty processor: exactly the points that were asked for, once for every key."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Protocol, TypeAlias

import pytest

from hotelpay.points import BonusCard, Points
from hotelpay.ports import LoyaltyProcessor
from hotelpay.settlement.effects import CancelHold, CommitHold, Debit, HoldPoints, LoyaltyEffect, Refund
from hotelpay.settlement.identity import Call
from hotelpay.settlement.outcome import Approved, Declined, MoneyOutcome
from hotelpay.settlement.stepper import Promises
from hotelpay.testing.contracts.at_once import WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.payment_gateway import approved, new_key


class LoyaltyBench(Protocol):
    """A loyalty system's sandbox with one card; what it holds is asked through the port itself."""

    @property
    def loyalty(self) -> LoyaltyProcessor:
        """The processor under test."""
        ...

    @property
    def card(self) -> BonusCard:
        """A card that holds 100 points or more of the currency type, and something of no other."""
        ...

    @property
    def currency_type(self) -> str:
        """The currency type of the card."""
        ...


_Asked: TypeAlias = tuple[LoyaltyEffect, Callable[[], MoneyOutcome]]


class LoyaltyProcessorContract(PortContract):
    """Everything that every :class:`~hotelpay.ports.LoyaltyProcessor` promises.

    What not every system can do has its own class: :class:`HoldsPoints`, :class:`RemembersPointKeys`,
    :class:`LooksUpPointsByKey`.
    """

    @pytest.fixture
    def loyalties(self) -> LoyaltyBench:
        """Return a sandbox with a card that nothing was taken from; to be overridden."""
        raise NotImplementedError("override the fixture `loyalties`: a card for every test")

    def test_what_is_promised_is_tested(self, loyalties: LoyaltyBench) -> None:
        """Whoever promises memory, look-up or holds runs that part of the suite."""
        promises = loyalties.loyalty.promises
        assert isinstance(promises, Promises)
        assert promises.can_look_up == isinstance(self, LooksUpPointsByKey)
        assert (promises.key_memory_hours != 0) == isinstance(self, RemembersPointKeys)
        assert loyalties.loyalty.can_hold == isinstance(self, HoldsPoints)

    def test_a_card_has_one_balance_for_each_currency_type(self, loyalties: LoyaltyBench) -> None:
        """No currency type stands twice, and the one that the card holds is there."""
        kinds = [each.currency_type for each in loyalties.loyalty.balances(loyalties.card)]
        assert len(set(kinds)) == len(kinds)
        assert loyalties.currency_type in kinds

    def test_a_debit_takes_exactly_what_was_asked(self, loyalties: LoyaltyBench) -> None:
        """The points asked for are approved and gone from the card, to the last decimal."""
        before = _held(loyalties)
        answer = approved(_debit(loyalties, "10.25"))
        assert answer.amount == _points(loyalties, "10.25")
        assert answer.reference
        assert _held(loyalties) == before - Decimal("10.25")

    def test_two_keys_are_two_debits(self, loyalties: LoyaltyBench) -> None:
        """The same points under another key are taken again, under a reference of their own."""
        before = _held(loyalties)
        first, second = approved(_debit(loyalties, "5")), approved(_debit(loyalties, "5"))
        assert first.reference != second.reference
        assert _held(loyalties) == before - 10

    def test_all_points_of_a_card_may_be_taken(self, loyalties: LoyaltyBench) -> None:
        """A debit of everything leaves nothing."""
        approved(_debit(loyalties, f"{_held(loyalties):f}"))
        assert _held(loyalties) == 0

    def test_more_than_a_card_holds_is_declined(self, loyalties: LoyaltyBench) -> None:
        """A debit approves everything or nothing; a part of it is never taken."""
        before = _held(loyalties)
        answer = _debit(loyalties, f"{before + 1:f}")
        assert isinstance(answer, Declined)
        assert answer.code
        assert _held(loyalties) == before

    def test_a_refund_returns_the_points(self, loyalties: LoyaltyBench) -> None:
        """What a debit took is on the card again after its refund."""
        before = _held(loyalties)
        debit = approved(_debit(loyalties, "10"))
        answer = approved(_refund(loyalties, "10", debit.reference))
        assert answer.amount == _points(loyalties, "10")
        assert _held(loyalties) == before

    def test_a_debit_is_refunded_in_parts(self, loyalties: LoyaltyBench) -> None:
        """A reversal of a part returns that part, and the next one the rest."""
        before = _held(loyalties)
        debit = approved(_debit(loyalties, "10"))
        approved(_refund(loyalties, "4.5", debit.reference))
        assert _held(loyalties) == before - Decimal("5.5")
        approved(_refund(loyalties, "5.5", debit.reference))
        assert _held(loyalties) == before

    def test_a_refund_of_what_was_never_debited_is_declined(self, loyalties: LoyaltyBench) -> None:
        """A reference that the system does not know is an answer, and for good; no points come out of nothing."""
        before = _held(loyalties)
        assert isinstance(_refund(loyalties, "10", "no-such-debit"), Declined)
        assert _held(loyalties) == before


class HoldsPoints(PortContract):
    """For a loyalty system that can set points aside before it takes them."""

    def test_points_set_aside_are_not_spent_twice(self, loyalties: LoyaltyBench) -> None:
        """While points are set aside nobody else can take them."""
        everything = f"{_held(loyalties):f}"
        held = approved(_hold(loyalties, everything))
        assert held.amount == _points(loyalties, everything)
        assert isinstance(_debit(loyalties, everything), Declined)
        assert isinstance(_hold(loyalties, everything), Declined)

    def test_committing_takes_the_points(self, loyalties: LoyaltyBench) -> None:
        """Points that were set aside are gone for good after the commit."""
        before = _held(loyalties)
        answer = approved(_commit(loyalties, "10", approved(_hold(loyalties, "10")).reference))
        assert answer.amount == _points(loyalties, "10")
        assert _held(loyalties) == before - 10

    def test_a_commit_names_the_debit(self, loyalties: LoyaltyBench) -> None:
        """What was committed is refunded like any debit, under the reference of the commit."""
        before = _held(loyalties)
        debit = approved(_commit(loyalties, "10", approved(_hold(loyalties, "10")).reference))
        approved(_refund(loyalties, "10", debit.reference))
        assert _held(loyalties) == before

    def test_cancelling_gives_the_points_back(self, loyalties: LoyaltyBench) -> None:
        """Points let go can be spent again."""
        before = _held(loyalties)
        approved(_cancel(loyalties, "10", approved(_hold(loyalties, "10")).reference))
        assert _held(loyalties) == before
        approved(_debit(loyalties, f"{before:f}"))

    def test_what_was_committed_is_not_cancelled(self, loyalties: LoyaltyBench) -> None:
        """After a commit nothing is set aside: a cancel is declined, and the points stay taken."""
        before, hold = _held(loyalties), approved(_hold(loyalties, "10")).reference
        approved(_commit(loyalties, "10", hold))
        assert isinstance(_cancel(loyalties, "10", hold), Declined)
        assert _held(loyalties) == before - 10

    def test_what_was_cancelled_is_not_committed(self, loyalties: LoyaltyBench) -> None:
        """After a cancel nothing is set aside: a commit is declined, and so is a second cancel."""
        before, hold = _held(loyalties), approved(_hold(loyalties, "10")).reference
        approved(_cancel(loyalties, "10", hold))
        assert isinstance(_commit(loyalties, "10", hold), Declined)
        assert isinstance(_cancel(loyalties, "10", hold), Declined)
        assert _held(loyalties) == before

    def test_holds_that_nobody_made_are_declined(self, loyalties: LoyaltyBench) -> None:
        """A reference that the system does not know is an answer, and for good."""
        assert isinstance(_commit(loyalties, "10", "no-such-hold"), Declined)
        assert isinstance(_cancel(loyalties, "10", "no-such-hold"), Declined)

    def test_more_than_a_card_holds_is_not_set_aside(self, loyalties: LoyaltyBench) -> None:
        """A hold approves everything or nothing."""
        assert isinstance(_hold(loyalties, f"{_held(loyalties) + 1:f}"), Declined)


class RemembersPointKeys(PortContract):
    """For a loyalty system that remembers keys: a repeat moves nothing and is answered like the first call."""

    def test_a_repeat_moves_nothing(self, loyalties: LoyaltyBench) -> None:
        """Whatever the call, its repeat under the same key is answered as before, and points move once."""
        for _, call in _every_call(loyalties):
            first = approved(call())
            before = _held(loyalties)
            assert [call(), call()] == [first, first]
            assert _held(loyalties) == before

    def test_a_repeat_of_what_was_declined_is_declined(self, loyalties: LoyaltyBench) -> None:
        """A refusal is final: also when the card could pay by now."""
        port, key, rest = loyalties.loyalty, new_key(), _points(loyalties, f"{_held(loyalties):f}")
        debit = approved(port.debit(new_key(), loyalties.card, _points(loyalties, "10")))
        first = port.debit(key, loyalties.card, rest)
        assert isinstance(first, Declined)
        approved(_refund(loyalties, "10", debit.reference))
        assert port.debit(key, loyalties.card, rest) == first

    def test_repeats_at_once_move_points_once(self, loyalties: LoyaltyBench) -> None:
        """Workers that send the same debit at the same moment take the points once."""
        before, key = _held(loyalties), new_key()
        call = partial(loyalties.loyalty.debit, key, loyalties.card, _points(loyalties, "7"))
        answers = [answer for answer in at_once([call] * WORKERS) if isinstance(answer, Approved)]
        assert len({answer.reference for answer in answers}) == 1
        assert _held(loyalties) == before - 7

    def test_a_key_is_good_for_one_call(self, loyalties: LoyaltyBench) -> None:
        """A key that comes with other points moves nothing, whatever is said to it."""
        before, key = _held(loyalties), new_key()
        approved(loyalties.loyalty.debit(key, loyalties.card, _points(loyalties, "7")))
        # Raising is right as well: what must not happen is that it is taken for a new call.
        with suppress(Exception):
            loyalties.loyalty.debit(key, loyalties.card, _points(loyalties, "8"))
        assert _held(loyalties) == before - 7


class LooksUpPointsByKey(PortContract):
    """For a loyalty system that can be asked what became of a key."""

    def test_what_was_answered_is_found(self, loyalties: LoyaltyBench) -> None:
        """Whoever lost an answer gets it by the key, and asking moves nothing."""
        for effect, call in _every_call(loyalties):
            answer = approved(call())
            before = _held(loyalties)
            assert loyalties.loyalty.look_up(effect) == answer
            assert _held(loyalties) == before

    def test_what_never_arrived_is_not_found(self, loyalties: LoyaltyBench) -> None:
        """A key that the other side does not know is None: then, and only then, it never happened."""
        for effect, _ in _every_call(loyalties):
            assert loyalties.loyalty.look_up(effect) is None

    def test_what_was_declined_is_found_as_that(self, loyalties: LoyaltyBench) -> None:
        """A refusal is found like an approval."""
        key, points = new_key(), _points(loyalties, f"{_held(loyalties) + 1:f}")
        answer = loyalties.loyalty.debit(key, loyalties.card, points)
        assert isinstance(answer, Declined)
        assert loyalties.loyalty.look_up(Debit(Call("debit", key), loyalties.card, points)) == answer


def _points(bench: LoyaltyBench, amount: str) -> Points:
    return Points.of(amount, bench.currency_type)


def _held(bench: LoyaltyBench) -> Decimal:
    """Return what the card can spend now."""
    balances = bench.loyalty.balances(bench.card)
    return next(each.amount for each in balances if each.currency_type == bench.currency_type)


def _debit(bench: LoyaltyBench, amount: str) -> MoneyOutcome:
    return bench.loyalty.debit(new_key(), bench.card, _points(bench, amount))


def _refund(bench: LoyaltyBench, amount: str, debit: str) -> MoneyOutcome:
    return bench.loyalty.refund(new_key(), bench.card, _points(bench, amount), debit=debit)


def _hold(bench: LoyaltyBench, amount: str) -> MoneyOutcome:
    return bench.loyalty.hold(new_key(), bench.card, _points(bench, amount))


def _commit(bench: LoyaltyBench, amount: str, hold: str) -> MoneyOutcome:
    return bench.loyalty.commit(new_key(), hold, _points(bench, amount))


def _cancel(bench: LoyaltyBench, amount: str, hold: str) -> MoneyOutcome:
    return bench.loyalty.cancel(new_key(), hold, _points(bench, amount))


def _every_call(bench: LoyaltyBench) -> list[_Asked]:
    """Return a call of every kind that the system can do, none of them made yet."""
    port, card, ten = bench.loyalty, bench.card, _points(bench, "10")
    debited = approved(_debit(bench, "10")).reference
    debit, refund = Call("debit", new_key()), Call("refund", new_key())
    calls: list[_Asked] = [
        (Debit(debit, card, ten), partial(port.debit, debit.key, card, ten)),
        (Refund(refund, card, ten, debited), partial(port.refund, refund.key, card, ten, debit=debited)),
    ]
    if port.can_hold:
        first, second = (approved(_hold(bench, "10")).reference for _ in range(2))
        hold, commit, cancel = (Call(purpose, new_key()) for purpose in ("hold", "commit", "cancel"))
        calls += [
            (HoldPoints(hold, card, ten), partial(port.hold, hold.key, card, ten)),
            (CommitHold(commit, first, ten), partial(port.commit, commit.key, first, ten)),
            (CancelHold(cancel, second, ten), partial(port.cancel, cancel.key, second, ten)),
        ]
    return calls
