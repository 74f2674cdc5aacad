"""What a bonus quote costs that says what limits it, or why nothing may be redeemed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from typing import Final, TypeAlias

import attrs

from cost_rows import Row, Topic, agree
from hotelpay import BonusPaymentType, Cap, CapBasis, Currency, Money, Points, Quote, Rate, Step, quote
from peer_money import LIBRARIES, MoneyLibrary, MoneyQuestion, money_quote
from timing import in_turns, ratios

_ROUNDS: Final = 9
_COUNT: Final = 6_000
_NOTHING: Final = Decimal(0)
_POINTS: Final = "BONUS"
#: The target is for a quote with its reasons against a library's arithmetic alone.
_TARGETS: Final = {"py-moneyed": 0.2}
_AGAINST: Final = (
    ("the same arithmetic in bare Decimal", None),
    *((f"{library.package}, the bare arithmetic", _TARGETS.get(library.package)) for library in LIBRARIES),
)

#: Points, amount, cap.
_Figures: TypeAlias = tuple[Decimal, Decimal, Decimal]


@attrs.frozen
class _PlainType:
    """A payment type in bare decimals; ``unit`` is what amounts are rounded to."""

    enabled: bool
    percent: Decimal
    rate: Decimal
    step: Decimal
    unit: Decimal
    of_charges: bool


@attrs.frozen(kw_only=True)
class _Question:
    """What a quote is asked for, and the same in bare decimals: balance, card balance, charges, redeemed."""

    payment_type: BonusPaymentType
    balance: Money
    card_balance: Points
    charges: Money
    redeemed: Money
    plain_type: _PlainType
    plain: tuple[Decimal, Decimal, Decimal, Decimal]


def quote_rows() -> Iterator[Row]:
    """Compare quotes with the same arithmetic: those that grant something, and those that list reasons."""
    questions = list(_questions())
    agree("quotes", [_figures(_quote(each)) for each in questions], [_plain_quote(each) for each in questions])
    granted = [each for each in questions if not _quote(each).reasons]
    refused = [each for each in questions if _quote(each).reasons]
    yield from _compared(granted, "something granted")
    yield from _compared(refused, "nothing granted, every reason listed")


def _compared(questions: list[_Question], what: str) -> Iterator[Row]:
    def quotes() -> None:
        for each in questions:
            _quote(each)

    def quotes_with_sentences() -> None:
        for each in questions:
            for reason in _quote(each).reasons:
                reason.message  # noqa: B018  it is written when read

    others = [_in_plain_decimal(questions), *(_in_money(library, questions) for library in LIBRARIES)]
    rounds = in_turns([quotes, quotes_with_sentences, *others], _ROUNDS)
    ways = [(0, f"bonus quote, {what}")]
    if any(_quote(each).reasons for each in questions):
        ways.append((1, f"bonus quote, {what} and read as a sentence"))
    for place, way in ways:
        for other, (against, target) in enumerate(_AGAINST, 2):
            yield Row(
                topic=Topic.MONEY,
                what=way,
                against=against,
                spread=ratios(rounds, place, other),
                target=None if place else target,
                note=f"{len(questions):,} quotes",
                why="a quote is an object of four that check themselves, and a reason keeps the values compared",
            )


def _in_plain_decimal(questions: list[_Question]) -> Callable[[], None]:
    def in_plain_decimal() -> None:
        for each in questions:
            _plain_quote(each)

    return in_plain_decimal


def _in_money(library: MoneyLibrary, questions: list[_Question]) -> Callable[[], None]:
    """Return the same arithmetic in a library's money, after a check that it comes to the same."""
    asked = [_money_question(library, each) for each in questions]
    found = [(points, library.number(amount), library.number(cap)) for points, amount, cap in map(money_quote, asked)]
    agree(f"quotes of {library.package}", found, [_plain_quote(each) for each in questions])

    def in_money() -> None:
        for each in asked:
            money_quote(each)

    return in_money


def _money_question(library: MoneyLibrary, asked: _Question) -> MoneyQuestion:
    kind, code = asked.plain_type, asked.balance.currency.code
    balance, card, charges, redeemed = asked.plain
    return MoneyQuestion(
        library=library,
        currency=code,
        enabled=kind.enabled,
        percent=kind.percent,
        step=kind.step,
        unit=kind.unit,
        of_charges=kind.of_charges,
        balance=library.make(balance, code),
        card=card,
        charges=library.make(charges, code),
        redeemed=library.make(redeemed, code),
        worth=library.make(kind.rate * kind.step, code),
        nothing=library.make(_NOTHING, code),
    )


def _quote(asked: _Question) -> Quote:
    return quote(
        asked.payment_type,
        integration_active=True,
        balance=asked.balance,
        card_balance=asked.card_balance,
        charges=asked.charges,
        redeemed=asked.redeemed,
    )


def _figures(found: Quote) -> _Figures:
    return found.points.amount, found.amount.amount, found.cap.amount


def _plain_quote(asked: _Question) -> _Figures:
    kind = asked.plain_type
    balance, card, charges, redeemed = asked.plain
    due = max(-balance, _NOTHING)
    whole, used = (charges, redeemed) if kind.of_charges else (due, _NOTHING)
    allowed = (whole * kind.percent / 100).quantize(kind.unit, ROUND_DOWN)
    cap = max(_NOTHING, min(due, allowed - used))
    if not kind.enabled or card <= 0 or not cap:
        return _NOTHING, _NOTHING, cap
    worth = kind.rate * kind.step
    amount = (min(cap // worth, card // kind.step) * worth).quantize(kind.unit, ROUND_DOWN)
    return (amount / worth).to_integral_value(ROUND_CEILING) * kind.step, amount, cap


def _payment_types() -> list[BonusPaymentType]:
    def kind(
        currency: str, percent: int, rate: str, step: str, *, enabled: bool = True, basis: CapBasis = CapBasis.BALANCE
    ) -> BonusPaymentType:
        return BonusPaymentType(
            id="bonus",
            currency_type=_POINTS,
            currency=Currency.of(currency),
            max_percent=Cap.of(percent),
            rate=Rate.of(rate),
            step=Step.of(step),
            enabled=enabled,
            cap_basis=basis,
        )

    return [
        kind("EUR", 25, "1", "0.01"),
        kind("EUR", 50, "0.3", "1"),
        kind("JPY", 30, "1.5", "0.5"),
        kind("EUR", 25, "1", "0.01", basis=CapBasis.CHARGES),
        kind("EUR", 25, "1", "0.01", enabled=False),
        kind("EUR", 0, "1", "0.01"),
    ]


def _questions() -> Iterator[_Question]:
    dice = random.Random(2)  # noqa: S311  a made-up hotel keeps no secret
    kinds = [(kind, _plain_type(kind)) for kind in _payment_types()]
    for number in range(_COUNT):
        kind, plain_type = kinds[number % len(kinds)]
        charged = dice.randint(500, 300_000)
        redeemed = dice.choice((0, 0, charged // 10, charged // 3))
        owed = dice.choice((charged - redeemed, charged - redeemed, charged // 2, 0))
        charges, paid, balance = (Money(minor, kind.currency) for minor in (charged, redeemed, -owed))
        card = Points.of(Decimal(dice.choice((0, dice.randint(1, 90_000), 974_660_038))) / 100, _POINTS)
        yield _Question(
            payment_type=kind,
            balance=balance,
            card_balance=card,
            charges=charges,
            redeemed=paid,
            plain_type=plain_type,
            plain=(balance.amount, card.amount, charges.amount, paid.amount),
        )


def _plain_type(kind: BonusPaymentType) -> _PlainType:
    return _PlainType(
        enabled=kind.enabled,
        percent=kind.max_percent.value,
        rate=Decimal(0) if kind.rate is None else kind.rate.value,
        step=kind.step.value,
        unit=Decimal(1).scaleb(-kind.currency.decimals),
        of_charges=kind.cap_basis is CapBasis.CHARGES,
    )
