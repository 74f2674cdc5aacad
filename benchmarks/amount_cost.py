"""What an amount costs that can explain itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from cost_rows import Row, agree
from generated import DENSE, reservations, rules, tasks
from hotelpay import Amount, Folio, Formula, GuaranteePolicy, Reservation
from hotelpay.autopilot.amounts import formula_amount
from hotelpay.folio import oldest_open_folio
from plain_hotel import PlainFolio, PlainFormula, PlainReservation, plain_amount, plain_folio, plain_formula
from plain_hotel import plain_reservation as plain_row
from timing import in_turns, ratios

_ROUNDS: Final = 15
_COUNT: Final = 2_000
_TARGET: Final = 0.5

_Case: TypeAlias = tuple[Formula, Reservation, Folio, GuaranteePolicy | None]
_PlainCase: TypeAlias = tuple[PlainFormula, PlainReservation, PlainFolio]


def amount_rows() -> Iterator[Row]:
    """Compare amounts with the same formulas in plain ``Decimal``, over folios from which something is taken."""
    cases = list(_cases())
    plain_cases = [_plain(case) for case in cases]
    plain = [plain_amount(*case) for case in plain_cases]
    agree("amounts", [_total(case) for case in cases], plain)
    agree("breakdowns", [_sum_of_breakdown(case) for case in cases], plain)
    paying = [place for place, total in enumerate(plain) if total is not None]
    cases, plain_cases = [cases[place] for place in paying], [plain_cases[place] for place in paying]

    def alone() -> None:
        for case in cases:
            formula_amount(*case)

    def with_breakdown() -> None:
        for case in cases:
            amount = formula_amount(*case)
            if isinstance(amount, Amount):
                amount.breakdown  # noqa: B018  it is worked out when read

    def in_plain_decimal() -> None:
        for case in plain_cases:
            plain_amount(*case)

    rounds = in_turns([alone, with_breakdown, in_plain_decimal], _ROUNDS)
    note = f"{len(cases):,} amounts of all three formulas"
    for place, what in enumerate(("amount, the breakdown not read", "amount, the breakdown read")):
        yield Row(
            what=what,
            against="the plain Decimal formula, quantized half up",
            spread=ratios(rounds, place, 2),
            target=_TARGET,
            note=note,
        )


def _cases() -> Iterator[_Case]:
    formulas = {task.amount for task in tasks() if task.amount is not None}
    house = rules()
    for reservation in reservations(_COUNT, DENSE):
        folio = oldest_open_folio(reservation.folios)
        if folio is not None:
            for formula in sorted(formulas, key=repr):
                yield formula, reservation, folio, house.policy_of(reservation)


def _plain(case: _Case) -> _PlainCase:
    formula, reservation, folio, _ = case
    return plain_formula(formula), plain_row(reservation, rules()), plain_folio(folio)


def _total(case: _Case) -> Decimal | None:
    amount = formula_amount(*case)
    return amount.total.amount if isinstance(amount, Amount) else None


def _sum_of_breakdown(case: _Case) -> Decimal | None:
    amount = formula_amount(*case)
    if not isinstance(amount, Amount):
        return None
    minor = sum(line.exact for line in amount.breakdown if line.counts)
    return Decimal(int(minor)).scaleb(-amount.total.currency.decimals)
