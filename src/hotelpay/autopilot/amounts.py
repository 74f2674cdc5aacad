"""How much: the three formulas, and an amount that explains itself line by line.

All arithmetic is in whole minor units and exact ratios; there is one rounding, at the end, half up (D1). The
one exception is a policy's deposit, an amount of its own, rounded before a formula uses it.
"""

from __future__ import annotations

import enum
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Final, TypeAlias, assert_never

import attrs

from hotelpay.autopilot.reasons import Reason, ReasonCode
from hotelpay.errors import WrongType
from hotelpay.folio import Folio
from hotelpay.guarantee import Deposit, GuaranteePolicy, checked_charge_rule
from hotelpay.messages import Language, Phrase
from hotelpay.money import Adjustment, Currency, Money, Percent, Rounding, Share, decimal_text, half_up
from hotelpay.reservation import Reservation
from hotelpay.texts import text_set


@attrs.frozen(kw_only=True)
class _AdjustedBase:
    """What the two formulas over an amount due have in common.

    ``adjust_percent`` is added to the base (-50 leaves half), ``fixed`` is added to that, in the setup's
    currency; it may be negative.
    """

    adjust_percent: Adjustment | None = None
    fixed: Money | None = None

    def __attrs_post_init__(self) -> None:
        if self.adjust_percent is not None and type(self.adjust_percent) is not Adjustment:
            raise WrongType("adjust_percent", self.adjust_percent, "an Adjustment")
        if self.fixed is not None and type(self.fixed) is not Money:
            raise WrongType("fixed", self.fixed, "Money")


@attrs.frozen(kw_only=True)
class FolioBalance(_AdjustedBase):
    """The amount due of the folio, adjusted by a percentage, plus a fixed amount."""


@attrs.frozen(kw_only=True)
class RequiredDeposit(_AdjustedBase):
    """The policy's deposit less all payments received so far, adjusted by a percentage, plus a fixed amount."""


@attrs.frozen(kw_only=True)
class FolioCharges:
    """The greater of a percentage and some nights of the folio's charges, plus ``fixed``, whatever has been paid.

    The charges are those in ``revenue_groups`` (none: all). ``percent`` is the share that is taken, ``nights``
    that many average nights of the stay, at most the whole (D7); without either only ``fixed`` counts.
    """

    revenue_groups: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    percent: Share | None = None
    nights: int | None = None
    fixed: Money | None = None

    def __attrs_post_init__(self) -> None:
        checked_charge_rule(self.revenue_groups, self.percent, self.nights, self.fixed)


#: How a task's amount is calculated.
Formula: TypeAlias = FolioBalance | FolioCharges | RequiredDeposit
#: The rules that take the greater of a percentage and some nights.
_SHARE_RULES: Final = (FolioCharges, Deposit)
_NO_CURRENCIES: Final[frozenset[str]] = frozenset()


class LineKind(enum.Enum):
    """What a line of a breakdown stands for."""

    BASE = "base"
    PERCENT = "percent"
    NIGHTS = "nights"
    FIXED = "fixed"
    ROUNDING = "rounding"


@attrs.frozen
class Line:
    """One line of a breakdown.

    Its amount is ``numerator / denominator`` **minor** units (:attr:`exact`), not rounded. The lines that ``counts``
    add up to the total; the others show what was compared (the base of a share, the smaller of percent and nights).
    ``about`` is what it was made with: the percentage, the nights of the stay, the rounding.
    """

    kind: LineKind
    numerator: int
    denominator: int = 1
    counts: bool = True
    about: Percent | Phrase | Rounding | None = None

    @property
    def note(self) -> str:
        """What the line is about, as English text: the percentage, how many nights of the stay, the rounding."""
        if isinstance(self.about, Rounding):
            return self.about.value
        return "" if self.about is None else str(self.about)

    @property
    def exact(self) -> Fraction:
        """The amount in minor units."""
        return Fraction(self.numerator, self.denominator)


@attrs.frozen(weakref_slot=False)
class Amount:
    """What a formula comes to for one folio, and on demand every line of how it came about.

    It keeps whole minor units of one ``currency``: :attr:`total` and :attr:`base` are made when asked for.
    """

    total_minor: int
    base_minor: int
    currency: Currency
    formula: Formula
    stay_nights: int

    @property
    def total(self) -> Money:
        """What is taken."""
        return Money(self.total_minor, self.currency)

    @property
    def base(self) -> Money:
        """What percentages and nights are taken of: the amount due, the charges or the outstanding deposit."""
        return Money(self.base_minor, self.currency)

    @property
    def breakdown(self) -> tuple[Line, ...]:
        """The lines from the base to the total; those that count add up to it exactly."""
        formula = self.formula
        if isinstance(formula, FolioCharges):
            lines = _share_lines(self.base_minor, formula, self.stay_nights)
        else:
            lines = [Line(LineKind.BASE, self.base_minor)]
            if formula.adjust_percent is not None:
                share, whole = formula.adjust_percent.ratio
                lines.append(Line(LineKind.PERCENT, self.base_minor * share, whole, about=formula.adjust_percent))
        if formula.fixed:
            lines.append(Line(LineKind.FIXED, formula.fixed.minor))
        numerator, denominator = _less(self.total_minor, lines)
        if numerator:
            lines.append(Line(LineKind.ROUNDING, numerator, denominator, about=Rounding.HALF_UP))
        return tuple(lines)

    def line_text(self, line: Line) -> str:
        """Write a line's amount in major units, to as many decimals as it takes, at most six more than usual."""
        decimals = self.currency.decimals
        for more in range(7):
            scaled = line.exact * 10**more
            if scaled.denominator == 1:
                return decimal_text(scaled.numerator, decimals + more)
        return decimal_text(int(line.exact * 1000), decimals + 3) + "…"


def line_word(line: Line, amount: Amount, language: Language) -> str:
    """Return what a line of an amount is called: a base by what its formula takes it of."""
    if line.kind is LineKind.BASE:
        return language.label("Formula", type(amount.formula).__name__)
    return language.word(line.kind)


def _less(total: int, lines: list[Line]) -> tuple[int, int]:
    """Return what is left of a total without the lines that count, as a ratio."""
    numerator, denominator = total, 1
    for line in lines:
        if line.counts:
            numerator = numerator * line.denominator - line.numerator * denominator
            denominator *= line.denominator
    return numerator, denominator


def _share_lines(base: int, rule: FolioCharges, stay_nights: int) -> list[Line]:
    _, _, nights_count = _greater_share(rule, base, stay_nights)
    lines = [Line(LineKind.BASE, base, counts=False)]
    if rule.percent is not None:
        share, whole = rule.percent.ratio
        lines.append(Line(LineKind.PERCENT, base * share, whole, not nights_count, rule.percent))
    if rule.nights is not None:
        nights = min(rule.nights, stay_nights)
        about = Phrase("nights_of_stay", {"nights": nights, "stay": stay_nights})
        lines.append(Line(LineKind.NIGHTS, base * nights, stay_nights, nights_count, about))
    return lines


def formula_amount(
    formula: Formula, reservation: Reservation, folio: Folio, policy: GuaranteePolicy | None
) -> Amount | tuple[Reason, ...]:
    """Return what ``formula`` takes for one folio, or every reason why it takes nothing.

    ``policy`` is the reservation's guarantee policy where the setup knows it. The reasons are
    ``nothing_due``, ``nothing_to_charge`` and ``currency_mismatch``; one that lacks its input is left out.
    """
    base = _base_minor(formula, reservation, folio, policy)
    foreign = _foreign_currencies(formula, reservation, folio, policy)
    nights = reservation.nights
    if base is not None and not foreign and (base > 0 or isinstance(formula, FolioCharges)):
        total = _total_minor(formula, base, nights)
        if total > 0:
            return Amount(total, base, folio.currency, formula, nights)
        return (Reason(ReasonCode.NOTHING_TO_CHARGE, {"total": Money(total, folio.currency)}),)
    reasons = []
    if base is not None and base <= 0 and not isinstance(formula, FolioCharges):
        values = {"basis": _BASIS_PHRASES[type(formula)], "base": Money(base, folio.currency)}
        reasons.append(Reason(ReasonCode.NOTHING_DUE, values))
    if foreign:
        reasons.append(currency_mismatch(folio, foreign))
    return tuple(reasons)


_BASIS_PHRASES: Final = {FolioBalance: Phrase("amount_due"), RequiredDeposit: Phrase("outstanding_deposit")}


def currency_mismatch(folio: Folio, others: AbstractSet[str]) -> Reason:
    """Return the reason that amounts in other currencies take part in what a folio is charged."""
    return Reason(ReasonCode.CURRENCY_MISMATCH, {"folio": folio.currency.code, "others": sorted(others)})


def _base_minor(formula: Formula, reservation: Reservation, folio: Folio, policy: GuaranteePolicy | None) -> int | None:
    """Return what the percentages of a formula are taken of; None where currencies do not meet."""
    match formula:
        case FolioBalance():
            return folio.due_minor
        case FolioCharges():
            return folio.charged_minor(formula.revenue_groups)
        case RequiredDeposit():
            deposit = None if policy is None else policy.deposit
            if deposit is None:
                return 0
            if _deposit_currencies(deposit, reservation) - {folio.currency.code}:
                return None
            return _outstanding_minor(deposit, reservation)
        case _:
            assert_never(formula)


def _outstanding_minor(deposit: Deposit, reservation: Reservation) -> int:
    """Return the deposit less all payments on every folio; zero where the policy asks for nothing."""
    charged = sum(each.charged_minor(deposit.revenue_groups) for each in reservation.folios)
    asked = _total_minor(deposit, charged, reservation.nights)
    return asked - sum(each.paid_minor for each in reservation.folios) if asked > 0 else 0


def _total_minor(rule: Formula | Deposit, base: int, stay_nights: int) -> int:
    """Return what a rule makes of a base, both in minor units, rounded once at the end."""
    fixed = 0 if rule.fixed is None else rule.fixed.minor
    if isinstance(rule, _SHARE_RULES):
        numerator, denominator, _ = _greater_share(rule, base, stay_nights)
    elif rule.adjust_percent is None:
        return base + fixed
    else:
        share, denominator = rule.adjust_percent.ratio
        numerator = base * (denominator + share)
    return half_up(numerator + fixed * denominator, denominator)


def _greater_share(rule: FolioCharges | Deposit, base: int, stay_nights: int) -> tuple[int, int, bool]:
    """Return the greater of the percent and the nights part as a ratio, and whether it is that of the nights.

    Without either it is nothing. Of more nights than the stay has only the stay's are taken (D7).
    """
    numerator, denominator = 0, 1
    if rule.percent is not None:
        share, denominator = rule.percent.ratio
        numerator = base * share
    if rule.nights is not None:
        part = base * min(rule.nights, stay_nights)
        if rule.percent is None or numerator * stay_nights < part * denominator:
            return part, stay_nights, True
    return numerator, denominator, False


def _foreign_currencies(
    formula: Formula, reservation: Reservation, folio: Folio, policy: GuaranteePolicy | None
) -> AbstractSet[str]:
    """Return the currencies that take part besides the folio's own; a zero has none."""
    fixed, own = formula.fixed, folio.currency.code
    found = _NO_CURRENCIES
    if fixed is not None and fixed.minor and fixed.currency.code != own:
        found = frozenset({fixed.currency.code})
    if isinstance(formula, RequiredDeposit) and policy is not None and policy.deposit is not None:
        found |= _deposit_currencies(policy.deposit, reservation) - {own}
    return found


def _deposit_currencies(deposit: Deposit, reservation: Reservation) -> set[str]:
    currencies = {each.currency.code for each in reservation.folios}
    if deposit.fixed:
        currencies.add(deposit.fixed.currency.code)
    return currencies
