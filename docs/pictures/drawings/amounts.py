"""How an amount comes about, and what the two cap bases allow: bars of what the library works out."""

from __future__ import annotations

from typing import Final

import attrs

from drawings.hotel import EUR, RULES, euros, moment, reservation, task
from drawings.shapes import MARGIN, SMALL, WIDTH, bar, flat, heading, rule
from hotelpay import (
    Amount,
    BonusPaymentType,
    BonusSettings,
    Cap,
    CapBasis,
    Charge,
    Folio,
    FolioCharges,
    LineKind,
    Mode,
    Payment,
    Points,
    Quote,
    Run,
    Share,
    decide,
    quote_folio,
)
from hotelpay.pictures.svg import Element, document, text

_BARS: Final = 190
_WIDEST: Final = WIDTH - _BARS - MARGIN - 116
_NAMES: Final = {
    LineKind.BASE: "charges for rooms",
    LineKind.PERCENT: "50 % of them",
    LineKind.NIGHTS: "2 of 3 nights",
    LineKind.FIXED: "fixed sum",
    LineKind.ROUNDING: "rounding",
}


def _fee() -> Amount:
    formula = FolioCharges(revenue_groups=["rooms"], percent=Share.of("50"), nights=2, fixed=euros("25.00"))
    this = task("fee", Mode.AFTER_CREATION, amount=formula)
    run = decide(this, reservation(), at=moment("2024-01-10T10:00:00"), rules=RULES)
    if not isinstance(run, Run) or run.amount is None:
        raise ValueError("the fee is taken")
    return run.amount


def amount() -> str:
    """Draw the breakdown of a real amount: what was compared, and what counts."""
    found = _fee()
    highest = max(line.exact for line in found.breakdown)
    parts: list[Element] = []
    said: list[str] = []
    y, begin = 56, 0.0
    for line in found.breakdown:
        width = float(line.exact / highest) * _WIDEST
        left = _BARS + (begin if line.counts else 0.0)
        ink, role = ("green", "counts") if line.counts else ("muted", "compared")
        value = found.line_text(line)
        parts += [
            text(_BARS - 12, y + 16, _NAMES[line.kind], size=13, anchor="end"),
            bar(left, y, max(width, 3), ink=ink, broken=not line.counts),
            text(left + max(width, 3) + 8, y + 16, f"{value} {role}", size=13, ink=ink),
        ]
        begin += width if line.counts else 0.0
        said.append(f"{_NAMES[line.kind]}: {value}, {role}")
        y += 34
    parts += [
        rule(y + 2, _BARS),
        text(_BARS - 12, y + 26, "total", anchor="end", bold=True),
        bar(_BARS, y + 10, begin, ink="blue"),
        text(_BARS + begin + 8, y + 26, str(found.total), ink="blue", bold=True),
    ]
    return document(
        WIDTH,
        y + 48,
        [heading("How an amount comes about"), *parts],
        title="The breakdown of an amount",
        description=f"{'; '.join(said)}. The greater of the percentage and the nights counts. Total: {found.total}.",
        name="amount",
    )


def _type(basis: CapBasis) -> BonusPaymentType:
    return BonusPaymentType(
        id="points", currency_type="BONUS", currency=EUR, max_percent=Cap.of("25"), enabled=True, cap_basis=basis
    )


def _bill(*payments: Payment) -> Folio:
    (bill,) = reservation().folios
    return attrs.evolve(bill, charges=[Charge("rooms", euros("400.00"))], payments=payments)


def _quoted(basis: CapBasis, *payments: Payment) -> Quote:
    this = _type(basis)
    bonus = BonusSettings(active=True, payment_types=[this])
    return quote_folio(bonus, this, _bill(*payments), Points.of("1000", "BONUS"))


def cap_bases() -> str:
    """Draw what may be paid with points at three moments of one bill, under both bases."""
    card = Payment(amount=euros("200.00"), payment_type="visa")
    points = Payment(amount=euros("100.00"), payment_type="points")
    moments = (
        ("nothing is paid", ()),
        ("200.00 paid by card", (card,)),
        ("100.00 paid with points", (points,)),
    )
    parts: list[Element] = []
    said: list[str] = []
    y = 78
    highest = float(euros("100.00").minor)
    for name, payments in moments:
        parts.append(text(MARGIN, y, name, bold=True))
        y += 12
        for basis, ink in ((CapBasis.BALANCE, "blue"), (CapBasis.CHARGES, "violet")):
            found = _quoted(basis, *payments)
            width = found.amount.minor / highest * _WIDEST
            parts += [
                text(_BARS - 12, y + 16, basis.value, size=13, anchor="end"),
                *([bar(_BARS, y, width, ink=ink)] if width else []),
                text(_BARS + width + 8, y + 16, str(found.amount), size=13, ink=ink),
            ]
            said.append(f"{name}, basis {basis.value}: {found.amount}")
            y += 30
        y += 24
    rows = flat(([text(MARGIN, 47, "a bill of 400.00 EUR, at most 25 % with points", size=SMALL, ink="muted")], parts))
    return document(
        WIDTH,
        y,
        [heading("What may be paid with points"), *rows],
        title="The two cap bases of points",
        description=f"Of a bill of 400.00 EUR at most 25 % may be paid with points. {'; '.join(said)}.",
        name="cap-bases",
    )
