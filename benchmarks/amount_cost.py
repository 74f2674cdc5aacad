"""What an amount costs that can explain itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from cost_rows import Row, Topic, agree
from generated import DENSE, reservations, rules, tasks
from hotelpay import Amount, Folio, Formula, GuaranteePolicy, Reservation
from hotelpay.autopilot.amounts import formula_amount
from hotelpay.folio import oldest_open_folio
from peer_money import LIBRARIES, MoneyLibrary, money_amount, money_case
from plain_hotel import PlainFolio, PlainFormula, PlainReservation, plain_amount, plain_folio, plain_formula
from plain_hotel import plain_reservation as plain_row
from timing import in_turns, ratios

_ROUNDS: Final = 9
_COUNT: Final = 2_000
_TARGET: Final = 0.5
_WHY: Final = "a breakdown is three to five objects with exact parts; a bare number is one"
#: What is compared with, the target against it, and why one that reads every line misses it.
_AGAINST: Final = (
    ("the plain Decimal formula, quantized half up", _TARGET, _WHY),
    *((f"{library.package}, the same formulas", None, "") for library in LIBRARIES),
)

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

    others = [_in_money(library, plain_cases) for library in LIBRARIES]
    rounds = in_turns([alone, with_breakdown, in_plain_decimal, *others], _ROUNDS)
    note = f"{len(cases):,} amounts of all three formulas, the folio's sums included"
    for place, what in enumerate(("amount, the breakdown not read", "amount, the breakdown read")):
        for other, (against, target, why) in enumerate(_AGAINST, 2):
            yield Row(
                topic=Topic.MONEY,
                what=what,
                against=against,
                spread=ratios(rounds, place, other),
                target=target,
                note=note,
                why=why if place else "",
            )


def _in_money(library: MoneyLibrary, plain_cases: list[_PlainCase]) -> Callable[[], None]:
    """Return the same formulas in a library's money, after a check that they come to the same."""
    cases = [money_case(library, *case) for case in plain_cases]
    found = [library.number(money_amount(case)) for case in cases]
    agree(f"amounts of {library.package}", found, [plain_amount(*case) for case in plain_cases])

    def in_money() -> None:
        for case in cases:
            money_amount(case)

    return in_money


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
