"""The made-up processors: what they promise, and what goes wrong with them, the same every time."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import pytest
from sqlalchemy import Engine, text

from hotelpay.adapters.sql import SqlGateway, SqlLoyalty, create_tables
from hotelpay.card_numbers import contains_card_number
from hotelpay.errors import InvalidValue
from hotelpay.money import Currency
from hotelpay.points import BonusCard, Points
from hotelpay.settlement.effects import Charge, Debit
from hotelpay.settlement.identity import Call
from hotelpay.settlement.outcome import Approved, Declined, NotAttempted, Unknown
from hotelpay.testing.contracts.at_once import at_once
from hotelpay.testing.contracts.intents import CYCLE, eur

CARD = BonusCard("9990001234567")
EUR = Currency.of("EUR")
WEEK = 7 * 24 * 3600


@attrs.define
class Clock:
    """A clock that a test moves."""

    time: int = CYCLE

    def __call__(self) -> int:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateway(engine: Engine, clock: Clock) -> SqlGateway:
    create_tables(engine, ["simulated"])
    return SqlGateway(engine, "seven-gulls", clock=clock)


@pytest.fixture
def loyalty(engine: Engine, clock: Clock) -> SqlLoyalty:
    create_tables(engine, ["simulated"])
    made = SqlLoyalty(engine, "seven-gulls", can_hold=True, clock=clock)
    made.set_balance(CARD, points("450.00"))
    made.set_balance(CARD, Points.of("7", "BYN"))
    return made


def points(amount: str) -> Points:
    return Points.of(amount, "BONUS")


def charge_of(key: str) -> Charge:
    return Charge(Call("charge", key), "tok_1", eur(100))


def debit_of(key: str) -> Debit:
    return Debit(Call("debit", key), CARD, points("1"))


def approved(answer: object) -> Approved:
    assert isinstance(answer, Approved), answer
    return answer


def declined(answer: object) -> str:
    assert isinstance(answer, Declined), answer
    return answer.code


# The gateway.


def test_a_charge_is_made_once_by_its_key(gateway: SqlGateway) -> None:
    first = approved(gateway.charge("k1", "tok_1", eur(100)))
    assert first.amount == eur(100)
    assert gateway.charge("k1", "tok_1", eur(100)) == first
    assert gateway.look_up(charge_of("k1")) == first
    assert gateway.look_up(charge_of("k2")) is None
    assert gateway.taken() == {EUR: eur(100)}


def test_a_key_used_for_something_else_is_a_fault(gateway: SqlGateway) -> None:
    gateway.charge("k1", "tok_1", eur(100))
    for call in (
        partial(gateway.charge, "k1", "tok_1", eur(101)),
        partial(gateway.charge, "k1", "tok_2", eur(100)),
        partial(gateway.preauthorize, "k1", "tok_1", eur(100)),
    ):
        with pytest.raises(InvalidValue, match="not used for another call"):
            call()


def test_many_that_charge_at_once_charge_once(gateway: SqlGateway) -> None:
    answers = at_once([partial(gateway.charge, "k1", "tok_1", eur(100))] * 8)
    assert len({approved(answer).reference for answer in answers}) == 1
    assert gateway.taken() == {EUR: eur(100)}


def test_references_could_be_no_card_numbers(gateway: SqlGateway) -> None:
    references = [approved(gateway.charge(f"k{n}", "tok_1", eur(1))).reference for n in range(50)]
    assert len(set(references)) == 50
    assert not any(contains_card_number(each) for each in references)


def test_a_blocked_amount_is_captured_in_part_and_no_second_time(gateway: SqlGateway) -> None:
    blocked = approved(gateway.preauthorize("k1", "tok_1", eur(100)))
    assert blocked.expires_at == CYCLE + WEEK
    assert gateway.taken() == {}
    assert declined(gateway.capture("k2", blocked.reference, eur(101))) == "amount_too_large"
    assert approved(gateway.capture("k3", blocked.reference, eur(60))).amount == eur(60)
    assert declined(gateway.capture("k4", blocked.reference, eur(40))) == "already_captured"
    assert declined(gateway.release("k5", blocked.reference)) == "already_captured"
    assert gateway.taken() == {EUR: eur(60)}


def test_a_blocked_amount_is_released_whole(gateway: SqlGateway) -> None:
    blocked = approved(gateway.preauthorize("k1", "tok_1", eur(100)))
    assert approved(gateway.release("k2", blocked.reference)).amount == eur(100)
    assert declined(gateway.release("k3", blocked.reference)) == "already_released"
    assert declined(gateway.release("k4", "nowhere")) == "unknown_reference"


def test_a_blocked_amount_ends_after_seven_days(gateway: SqlGateway, clock: Clock) -> None:
    blocked = approved(gateway.preauthorize("k1", "tok_1", eur(100)))
    clock.time += WEEK
    assert declined(gateway.capture("k2", blocked.reference, eur(60))) == "expired"
    assert declined(gateway.release("k3", blocked.reference)) == "expired"


def _first_and_second(gateway: SqlGateway) -> list[Any]:
    return [
        (key, gateway.charge(key, "tok_1", eur(100)), gateway.charge(key, "tok_1", eur(100)))
        for key in (f"k{number}" for number in range(200))
    ]


def test_declines_are_final(gateway: SqlGateway) -> None:
    faulty = attrs.evolve(gateway, declines=20)
    answers = _first_and_second(faulty)
    refused = [key for key, first, _ in answers if isinstance(first, Declined)]
    assert 20 < len(refused) < 60
    assert all(first == second for _, first, second in answers)
    assert faulty.taken() == {EUR: eur(100 * (200 - len(refused)))}


def test_calls_that_time_out_are_lost_on_their_way_and_get_through_the_second_time(gateway: SqlGateway) -> None:
    faulty = attrs.evolve(gateway, timeouts=20)
    lost = 0
    for number in range(200):
        key = f"k{number}"
        if isinstance(faulty.charge(key, "tok_1", eur(100)), Unknown):
            lost += 1
            assert faulty.look_up(charge_of(key)) is None
            assert isinstance(faulty.charge(key, "tok_1", eur(100)), Approved)
    assert 20 < lost < 60
    assert faulty.taken() == {EUR: eur(20000)}


def test_lost_replies_are_in_the_books(gateway: SqlGateway) -> None:
    faulty = attrs.evolve(gateway, lost_replies=20)
    lost = [(key, second) for key, first, second in _first_and_second(faulty) if isinstance(first, Unknown)]
    assert 20 < len(lost) < 60
    assert all(isinstance(second, Approved) and faulty.look_up(charge_of(key)) == second for key, second in lost)
    assert faulty.taken() == {EUR: eur(20000)}


def test_the_unreachable_are_reached_the_second_time(gateway: SqlGateway) -> None:
    faulty = attrs.evolve(gateway, unreachable=20)
    away = [second for _, first, second in _first_and_second(faulty) if isinstance(first, NotAttempted)]
    assert 20 < len(away) < 60
    assert all(isinstance(second, Approved) for second in away)
    assert faulty.taken() == {EUR: eur(20000)}


def test_faults_depend_on_keys_alone(gateway: SqlGateway) -> None:
    faulty = attrs.evolve(gateway, declines=10, timeouts=10, lost_replies=10, unreachable=10)
    elsewhere = attrs.evolve(faulty, hotel="other-hotel")
    assert [type(each[1]) for each in _first_and_second(faulty)] == [
        type(each[1]) for each in _first_and_second(elsewhere)
    ]


@pytest.mark.parametrize("faults", [{"declines": 101}, {"timeouts": -1}, {"declines": 60, "unreachable": 41}])
def test_more_than_a_hundred_of_a_hundred_are_refused(engine: Engine, faults: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        SqlGateway(engine, "h", **faults)


def test_the_processors_promise_a_day(gateway: SqlGateway, loyalty: SqlLoyalty) -> None:
    for promises in (gateway.promises, loyalty.promises):
        assert (promises.key_memory_hours, promises.can_look_up, promises.grace_seconds) == (24, True, 0)


# The loyalty system.


def test_points_are_debited_once_by_the_key(loyalty: SqlLoyalty) -> None:
    first = approved(loyalty.debit("k1", CARD, points("449.99")))
    assert loyalty.debit("k1", CARD, points("449.99")) == first
    assert loyalty.look_up(debit_of("k1")) == first
    assert loyalty.balances(CARD) == (points("0.01"), Points.of("7", "BYN"))
    assert declined(loyalty.debit("k2", CARD, points("0.02"))) == "insufficient_points"
    assert declined(loyalty.debit("k3", BonusCard("1234"), points("1"))) == "unknown_card"
    assert loyalty.balances(BonusCard("1234")) == ()


def test_two_that_debit_at_once_take_no_more_than_there_is(loyalty: SqlLoyalty) -> None:
    answers = at_once([partial(loyalty.debit, f"k{number}", CARD, points("100")) for number in range(8)])
    assert sum(isinstance(answer, Approved) for answer in answers) == 4
    assert loyalty.balances(CARD)[0] == points("50.00")


def test_no_more_is_refunded_than_was_debited(loyalty: SqlLoyalty) -> None:
    reference = approved(loyalty.debit("k1", CARD, points("100"))).reference
    for key in ("k2", "k2"):
        assert approved(loyalty.refund(key, CARD, points("60"), debit=reference)).amount == points("60")
    assert declined(loyalty.refund("k3", CARD, points("40.01"), debit=reference)) == "more_than_debited"
    assert declined(loyalty.refund("k4", CARD, points("1"), debit="nowhere")) == "unknown_reference"
    approved(loyalty.refund("k5", CARD, points("40"), debit=reference))
    assert loyalty.balances(CARD)[0] == points("450.00")


def test_points_set_aside_are_taken_or_let_go(loyalty: SqlLoyalty) -> None:
    first = approved(loyalty.hold("k1", CARD, points("100"))).reference
    second = approved(loyalty.hold("k2", CARD, points("50"))).reference
    assert loyalty.balances(CARD)[0] == points("300.00")
    assert declined(loyalty.commit("k3", first, points("99"))) == "other_points"
    taken = approved(loyalty.commit("k4", first, points("100")))
    assert approved(loyalty.cancel("k5", second, points("50"))).amount == points("50")
    assert loyalty.balances(CARD)[0] == points("350.00")
    assert declined(loyalty.commit("k6", second, points("50"))) == "already_released"
    assert declined(loyalty.cancel("k7", first, points("100"))) == "already_taken"
    approved(loyalty.refund("k8", CARD, points("100"), debit=taken.reference))
    assert loyalty.balances(CARD)[0] == points("450.00")


def test_no_card_number_is_in_the_books(loyalty: SqlLoyalty) -> None:
    loyalty.debit("k1", CARD, points("1"))
    with loyalty.engine.connect() as connection:
        for table in ("calls", "amounts", "wallets"):
            rows = map(tuple, connection.execute(text(f"SELECT * FROM hotelpay_simulated_{table}")))  # noqa: S608
            assert CARD.number not in repr(list(rows))
