"""Paying with points: the redemption and its reversal, on ports in memory."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from examples import eur, folio
from hotelpay import (
    Approved,
    BonusCard,
    BonusPaymentType,
    BonusSettings,
    Cap,
    CapBasis,
    Charge,
    Currency,
    Folio,
    InvalidValue,
    Money,
    Outcome,
    Points,
    Redeemed,
    Refusal,
    Step,
    UnknownName,
    recover,
    redeem,
    reverse,
)
from hotelpay.moments import instant
from hotelpay.settlement.outcome import Ending
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import Life
from hotelpay.testing.memory_gateway import Fault, faults_in_turn
from hotelpay.testing.stories import START, guest

CARD = BonusCard("9000111122223333")
RUB = Currency.of("RUB")


def bonus(*, percent: int = 25, currency: Currency = RUB, **fields: Any) -> BonusSettings:
    kind = BonusPaymentType(
        id="kontur", currency_type="BONUS", currency=currency, max_percent=Cap.of(percent), enabled=True, **fields
    )
    return BonusSettings(active=True, payment_types=[kind])


def desk(*faults: Fault | None, owes: Money = Money.of("1800.00", "RUB")) -> MemoryBench:  # noqa: B008  immutable
    """Return a hotel whose guest owes that much, and has the seed's points on the card."""
    bench = MemoryBench.at(START, loyalty_faults=faults_in_turn(*faults))
    bill = Folio(id="F-1", opened_at=START, currency=owes.currency, charges=[Charge("spa", owes)])
    bench.put(guest(folios=[bill]))
    bench.loyalty.load(CARD, Points.of("9746600.38", "BONUS"))
    return bench


def pay(
    bench: MemoryBench,
    points: str = "450.00",
    settings: BonusSettings | None = None,
    *,
    name: str = "B-1",
    ports: Any = None,
    **fields: Any,
) -> Redeemed:
    asked = {
        "redemption": name,
        "reservation": "R-1",
        "folio": "F-1",
        "payment_type": "kontur",
        "card": CARD,
        "points": Points.of(points, "BONUS"),
        "at": START,
    }
    return redeem(settings or bonus(), ports or bench.ports(), **{**asked, **fields})


def balance(bench: MemoryBench) -> str:
    return str(bench.hotel.reservations["R-1"].folios[0].balance)


def wallet(bench: MemoryBench) -> Decimal:
    return bench.loyalty.cards[CARD.number]["BONUS"]


@pytest.mark.scenario("BN-REDEEM-SEED")
def test_the_seeds_points_pay_a_quarter_of_the_bill() -> None:
    bench = desk()
    paid = pay(bench, "450.00", comment="thank you")
    assert paid.approved
    assert paid.quote is not None
    (payment,) = bench.hotel.reservations["R-1"].folios[0].payments
    assert payment.paid_at == instant(START)
    assert (str(payment.amount), payment.payment_type, payment.comment) == ("450.00 RUB", "kontur", "thank you")
    assert balance(bench) == "-1350.00 RUB"
    assert wallet(bench) == Decimal("9746150.38")


@pytest.mark.scenario("BN-REDEEM-OVER")
def test_more_than_the_quote_is_refused_and_nothing_happens() -> None:
    bench = desk()
    refused = pay(bench, "450.01")
    assert (refused.refusal, refused.settlement) == (Refusal.MORE_THAN_QUOTE, None)
    assert refused.quote is not None
    assert refused.quote.points_text == "450.00"
    assert (balance(bench), wallet(bench)) == ("-1800.00 RUB", Decimal("9746600.38"))
    assert list(bench.ports().ledger.entries()) == []


@pytest.mark.scenario("BN-REDEEM-POSTFAIL")
def test_points_return_where_the_folio_refuses_the_payment() -> None:
    bench = desk()
    bill = bench.hotel.reservations["R-1"].folios[0]

    def close_meanwhile(operation: str, _key: str) -> None:
        if operation == "debit":
            bench.hotel.change("R-1", folios=[attrs.evolve(bill, closed=True)])

    bench.loyalty.faults = close_meanwhile
    undone = pay(bench, "450.00")
    assert undone.settlement is not None
    assert undone.settlement.ending is not None
    assert (undone.settlement.outcome, undone.settlement.ending.reason) == (Outcome.REVERSED, "folio_closed")
    assert not undone.approved
    assert [each.operation for each in bench.loyalty.movements] == ["debit", "refund"]
    told = [type(entry.event).__name__ for entry in bench.ledger.entries()]
    assert told == ["Claimed", "Sending", "Recorded", "Recorded", "Sending", "Recorded", "Completed"]
    assert (balance(bench), wallet(bench)) == ("-1800.00 RUB", Decimal("9746600.38"))


@pytest.mark.scenario("BN-REDEEM-TWICE")
def test_of_two_clerks_at_once_one_succeeds_and_the_other_is_refused() -> None:
    """Whatever call the first one stands at while the second asks."""
    settings = bonus(cap_basis=CapBasis.CHARGES)
    calls = Life()
    bench = desk()
    pay(bench, settings=settings, ports=calls.ports(bench.ports("first")))
    for stop in range(1, len(calls.calls) + 1):
        bench = desk()
        others: list[Redeemed] = []

        def second(number: int, _name: str) -> None:
            if number == stop:  # noqa: B023  the loop's own bench and stop are meant
                others.append(pay(bench, "450.00", settings, name="B-2"))  # noqa: B023

        first = pay(bench, settings=settings, ports=Life(at_call=second).ports(bench.ports("first")))
        assert sorted([first.approved, others[0].approved]) == [False, True]
        assert {first.refusal, others[0].refusal} - {None} <= {Refusal.BUSY, Refusal.MORE_THAN_QUOTE}
        assert (balance(bench), wallet(bench)) == ("-1350.00 RUB", Decimal("9746150.38"))


def test_the_same_redemption_asked_twice_is_done_once() -> None:
    bench = desk()
    first, again = pay(bench, "450.00"), pay(bench, "450.00")
    assert first.settlement == again.settlement
    assert balance(bench) == "-1350.00 RUB"


@pytest.mark.parametrize("other", [{"folio": "F-2"}, {"card": BonusCard("another-card")}, {"payment_type": "second"}])
def test_an_id_used_for_something_else_is_refused(other: dict[str, Any]) -> None:
    bench, settings = desk(), bonus()
    both = attrs.evolve(
        settings, payment_types=[*settings.payment_types, attrs.evolve(settings.payment_types[0], id="second")]
    )
    pay(bench, "450.00", both)
    with pytest.raises(InvalidValue) as refused:
        pay(bench, "450.00", both, **other)
    assert refused.value.code == "duplicate_id"


def test_a_debit_whose_reply_was_lost_is_found_and_posted() -> None:
    bench = desk(Fault.LOST_REPLY)
    assert pay(bench, "450.00").approved
    assert (balance(bench), wallet(bench)) == ("-1350.00 RUB", Decimal("9746150.38"))


def test_a_debit_that_was_never_sent_is_given_up_after_a_quarter_of_an_hour() -> None:
    """Nobody stands at the desk any more."""
    bench = desk(*[Fault.NEVER_SENT] * 3)
    waiting = pay(bench, "450.00")
    assert waiting.settlement is not None
    assert (waiting.settlement.ending, waiting.settlement.outcome) == (None, Outcome.NOT_ATTEMPTED)
    assert recover(bench.ports(), bench.now).settled == ()
    bench.advance(900)
    (given_up,) = recover(bench.ports(), bench.now).settled
    assert given_up.outcome is Outcome.NOT_ATTEMPTED
    assert balance(bench) == "-1800.00 RUB"


def test_while_money_is_on_its_way_nothing_else_is_begun_on_the_reservation() -> None:
    bench = desk(Fault.LOST_REQUEST)
    assert not pay(bench, "450.00").approved
    assert pay(bench, "100.00", name="B-2").refusal is Refusal.BUSY
    bench.advance(180)
    recover(bench.ports(), bench.now)
    assert balance(bench) == "-1350.00 RUB"
    assert pay(bench, "100.00", name="B-2").approved


def test_while_another_holds_the_reservation_nothing_is_begun() -> None:
    bench = desk()
    assert bench.ports("other").ledger.hold("R-1") is not None
    refused = pay(bench, "450.00")
    assert (refused.refusal, refused.settlement, refused.quote) == (Refusal.BUSY, None, None)
    assert bench.loyalty.movements == []


def test_a_card_without_points_of_the_kind_holds_none() -> None:
    bench = desk()
    bench.loyalty.load(BonusCard("other"), Points.of("500.00", "MILES"))
    refused = pay(bench, "450.00", card=BonusCard("other"))
    assert refused.refusal is Refusal.MORE_THAN_QUOTE
    assert refused.quote is not None
    assert refused.quote.card_balance == Points.of(0, "BONUS")
    assert [reason.code.value for reason in refused.quote.reasons] == ["empty_card"]


def test_a_comment_is_a_text() -> None:
    with pytest.raises(InvalidValue) as refused:
        pay(desk(), comment=7)
    assert str(refused.value) == "comment: 7 (int) is not a text"


def test_points_come_in_steps_that_may_be_several_points() -> None:
    settings = bonus(step=Step.of(2))
    with pytest.raises(InvalidValue) as refused:
        pay(desk(), "3", settings)
    assert str(refused.value) == "points: '3 BONUS' is not above zero and in steps of 2"
    assert pay(desk(), "4", settings).approved


@pytest.mark.parametrize("points", ["0.00", "-1.00", "0.001"])
def test_points_are_above_zero_and_on_the_step(points: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        pay(desk(), points)
    assert refused.value.code == "not_on_step"


def test_of_points_that_pay_the_same_the_fewest_are_taken() -> None:
    bench = desk(owes=Money.of("1000", "JPY"))
    settings = bonus(percent=100, currency=Currency.of("JPY"), step=Step.of("0.01"))
    assert pay(bench, "120.50", settings).approved
    assert balance(bench) == "-880 JPY"
    assert wallet(bench) == Decimal("9746480.38")


def test_points_worth_nothing_are_refused() -> None:
    bench = desk(owes=Money.of("1000", "JPY"))
    settings = bonus(percent=100, currency=Currency.of("JPY"))
    assert pay(bench, "0.50", settings).refusal is Refusal.MORE_THAN_QUOTE


@pytest.mark.parametrize("unknown", [{"reservation": "R-9"}, {"folio": "F-9"}, {"payment_type": "cash"}])
def test_what_is_not_there_is_named(unknown: dict[str, Any]) -> None:
    with pytest.raises(UnknownName):
        pay(desk(), "450.00", **unknown)


def test_a_hotel_without_a_loyalty_system_says_so() -> None:
    bench = desk()
    with pytest.raises(UnknownName) as refused:
        pay(bench, ports=attrs.evolve(bench.ports(), loyalty=None))
    assert (refused.value.code, str(refused.value)) == ("no_port", "loyalty: None is not a port of this hotel")


def test_the_reservations_own_balance_must_be_negative_too() -> None:
    bench = desk()
    paid = Folio(id="F-2", opened_at=START, currency=RUB, payments=folio(currency="RUB", paid=("5000.00",)).payments)
    bench.hotel.change("R-1", folios=[*bench.hotel.reservations["R-1"].folios, paid])
    refused = pay(bench, "450.00")
    assert refused.quote is not None
    assert [reason.code.value for reason in refused.quote.reasons] == ["balance_not_negative"]


def test_over_folios_of_several_currencies_there_is_no_balance_of_the_reservation() -> None:
    bench = desk()
    other = Folio(id="F-2", opened_at=START, currency=Currency.of("EUR"), payments=folio(paid=("5000.00",)).payments)
    bench.hotel.change("R-1", folios=[*bench.hotel.reservations["R-1"].folios, other])
    assert pay(bench, "450.00").approved


def test_a_loyalty_system_that_answers_with_money_needs_a_person() -> None:
    bench = desk()

    class Confused:
        @staticmethod
        def debit(*_given: object) -> Any:
            return Approved(Money.of("450.00", "RUB"), "debit-1")

        def __getattr__(self, name: str) -> Any:
            return getattr(bench.loyalty, name)

    half = pay(bench, ports=attrs.evolve(bench.ports(), loyalty=Confused()))
    assert half.settlement is not None
    assert half.settlement.ending == Ending(Outcome.HALF_DONE, "other_points_taken", "points_not_returned")


def test_a_closed_folio_takes_no_points() -> None:
    bench = desk()
    bill = bench.hotel.reservations["R-1"].folios[0]
    bench.hotel.change("R-1", folios=[attrs.evolve(bill, closed=True)])
    assert pay(bench, "450.00").refusal is Refusal.MORE_THAN_QUOTE
    assert bench.loyalty.movements == []


def test_a_processor_that_takes_other_points_than_asked_gets_nothing() -> None:
    bench = desk()
    honest = bench.loyalty.debit

    class Greedy:
        @staticmethod
        def debit(key: str, card: BonusCard, points: Points) -> Any:
            return honest(key, card, Points(points.amount + 1, points.currency_type))

        def __getattr__(self, name: str) -> Any:
            return getattr(bench.loyalty, name)

    undone = pay(bench, ports=attrs.evolve(bench.ports(), loyalty=Greedy()))
    assert undone.settlement is not None
    assert undone.settlement.ending is not None
    assert (undone.settlement.outcome, undone.settlement.ending.reason) == (Outcome.REVERSED, "other_points_taken")
    assert (balance(bench), wallet(bench)) == ("-1800.00 RUB", Decimal("9746600.38"))


# Reversals.


def back(bench: MemoryBench, points: str | None = None, *, name: str = "V-1") -> Redeemed:
    wanted = None if points is None else Points.of(points, "BONUS")
    return reverse(bench.ports(), redemption="B-1", reversal=name, at=START, points=wanted)


def test_a_whole_reversal_takes_the_payment_back_and_returns_the_points() -> None:
    bench = desk()
    pay(bench, "450.00")
    assert back(bench).approved
    assert (balance(bench), wallet(bench)) == ("-1800.00 RUB", Decimal("9746600.38"))
    assert back(bench).approved
    assert back(bench, name="V-2").refusal is Refusal.MORE_THAN_TAKEN


def test_parts_are_returned_to_the_last_minor_unit_and_never_more_than_was_taken() -> None:
    bench = desk(owes=Money.of("0.10", "RUB"))
    pay(bench, "0.10", bonus(percent=100))
    assert back(bench, "0.03", name="V-1").approved
    assert back(bench, "0.03", name="V-2").approved
    assert back(bench, "0.05", name="V-3").refusal is Refusal.MORE_THAN_TAKEN
    assert back(bench, None, name="V-4").approved
    assert (balance(bench), wallet(bench)) == ("-0.10 RUB", Decimal("9746600.38"))
    (refunds,) = {each.of for each in bench.loyalty.moved("refund")}
    assert refunds == CARD.number


def test_what_one_redemption_gave_back_is_not_counted_against_another() -> None:
    bench = desk()
    settings = bonus(cap_basis=CapBasis.CHARGES)
    for name, points in (("B-1", "200.00"), ("B-2", "250.00")):
        assert pay(bench, points, settings, name=name).approved
    assert back(bench).approved
    assert reverse(bench.ports(), redemption="B-2", reversal="V-2", at=START).approved
    assert (balance(bench), wallet(bench)) == ("-1800.00 RUB", Decimal("9746600.38"))
    assert {each.paid_at for each in bench.hotel.reservations["R-1"].folios[0].payments} == {instant(START)}


def test_a_refused_refund_leaves_the_payment_and_the_points_as_they_were() -> None:
    bench = desk(None, Fault.DECLINED)
    pay(bench, "450.00")
    kept = back(bench)
    assert kept.settlement is not None
    assert kept.settlement.outcome is Outcome.DECLINED
    assert (balance(bench), wallet(bench)) == ("-1350.00 RUB", Decimal("9746150.38"))
    assert back(bench, name="V-2").approved
    assert balance(bench) == "-1800.00 RUB"


def test_a_folio_that_refuses_keeps_its_payment() -> None:
    bench = desk()
    pay(bench, "450.00")
    bill = bench.hotel.reservations["R-1"].folios[0]
    bench.hotel.change("R-1", folios=[attrs.evolve(bill, closed=True)])
    refused = back(bench)
    assert refused.settlement is not None
    assert refused.settlement.outcome is Outcome.DECLINED
    assert bench.loyalty.moved("refund") == []


def test_what_was_not_redeemed_is_not_reversed() -> None:
    bench = desk(Fault.DECLINED)
    pay(bench, "450.00")
    assert back(bench).refusal is Refusal.NOT_REDEEMED
    with pytest.raises(UnknownName):
        reverse(bench.ports(), redemption="B-9", reversal="V-1", at=START)


def test_a_part_worth_less_than_a_minor_unit_is_refused() -> None:
    bench = desk(owes=Money.of("1000", "JPY"))
    pay(bench, "120.00", bonus(percent=100, currency=Currency.of("JPY")))
    with pytest.raises(InvalidValue) as refused:
        back(bench, "0.50")
    assert refused.value.code == "too_little"
    assert str(refused.value) == "points: '0.50 BONUS' is not worth at least one minor unit"


def test_erasing_keeps_amounts_and_removes_the_card_and_the_comment() -> None:
    bench = desk()
    pay(bench, "450.00", comment="for Mr. Ivanov")
    ledger = bench.ports().ledger
    assert CARD.number in repr_of_numbers(ledger.entries())
    assert ledger.erase("R-1") == 1
    text = repr_of_numbers(ledger.entries())
    assert CARD.number not in text
    assert "Ivanov" not in text
    # It can still be reversed: the debit's own reference says which wallet the points came from.
    assert back(bench).approved
    assert wallet(bench) == Decimal("9746600.38")


def repr_of_numbers(entries: Any) -> str:
    """Return everything that the entries hold, the hidden fields too."""
    return " ".join(str(attrs.asdict(entry)) for entry in entries)


def test_no_repr_shows_a_bonus_card() -> None:
    bench = desk()
    paid = pay(bench, "450.00")
    assert CARD.number not in repr(paid)
    assert "3333" in repr(paid)
    assert repr(BonusCard("1234")) == "BonusCard('•••')"
    assert eur("1.00")
