"""The quote: how many points may be redeemed on a folio, what limits that, and why nothing may."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import attrs

from hotelpay.bonus.payment_types import BonusPaymentType, BonusSettings, CapBasis
from hotelpay.errors import CurrencyMismatch, InvalidValue, PointsMismatch
from hotelpay.folio import Folio
from hotelpay.messages import ENGLISH, QUOTE_REASONS, Language, Phrase
from hotelpay.money import Money, Rounding
from hotelpay.points import Points


class QuoteReasonCode(enum.Enum):
    """Every reason why nothing may be redeemed, in the order in which a quote lists them."""

    INACTIVE_INTEGRATION = "inactive_integration"
    DISABLED_TYPE = "disabled_type"
    BALANCE_NOT_NEGATIVE = "balance_not_negative"
    ZERO_PERCENT = "zero_percent"
    EMPTY_CARD = "empty_card"
    CURRENCY_MISMATCH = "currency_mismatch"
    CAP_USED_UP = "cap_used_up"
    TOO_LITTLE = "too_little"


class LimitedBy(enum.Enum):
    """What kept a quote from being higher; where both would, the cap is named."""

    CAP = "cap"
    CARD = "card"


@attrs.frozen
class QuoteReason:
    """One reason why nothing may be redeemed: its ``code`` and the ``values`` compared."""

    code: QuoteReasonCode
    values: Mapping[str, object] = attrs.field(factory=dict, hash=False)

    @property
    def message(self) -> str:
        """The reason as an English sentence."""
        return self.message_in(ENGLISH)

    def message_in(self, language: Language) -> str:
        """Return the reason as a sentence."""
        return language.sentence(QUOTE_REASONS, self.code.value, self.values)


@attrs.frozen(kw_only=True)
class Quote:
    """What may be redeemed at most: ``points`` and the ``amount`` they pay, in the folio's currency.

    ``cap`` is the limit in money whatever the card holds. ``limited_by`` is None and ``reasons`` says why
    where nothing may be redeemed; otherwise there are no reasons.
    """

    payment_type: BonusPaymentType
    points: Points
    amount: Money
    cap: Money
    card_balance: Points
    limited_by: LimitedBy | None
    reasons: tuple[QuoteReason, ...] = ()

    @property
    def points_text(self) -> str:
        """The points as documents write them: with the decimals of the step."""
        return f"{self.points.amount:f}"


def quote(  # noqa: PLR0913  each amount has its own meaning and its own name
    payment_type: BonusPaymentType,
    *,
    integration_active: bool,
    balance: Money,
    card_balance: Points,
    reservation_balance: Money | None = None,
    charges: Money | None = None,
    redeemed: Money | None = None,
) -> Quote:
    """Return how many points may be redeemed on a folio with this ``balance`` (negative: the guest owes).

    ``card_balance`` is what the card holds of the type's currency type. ``reservation_balance`` is the
    balance over all folios of the reservation, where the host knows it. ``charges`` (all of the folio's) and
    ``redeemed`` (what **all** bonus types have paid on it) are needed by the cap basis ``charges``, and
    :class:`~hotelpay.errors.InvalidValue` is raised where they are missing.

    Nothing to redeem is an answer with every reason that holds, not an error (BN-QUOTE-SEED and the others).
    """
    if card_balance.currency_type != payment_type.currency_type:
        raise PointsMismatch(card_balance.currency_type, payment_type.currency_type)
    due = max(-balance.minor, 0)
    allowed, used = _allowance(payment_type, balance, due, charges, redeemed)
    cap = Money(max(0, min(due, allowed - used)), balance.currency)

    reasons: list[QuoteReason] = []
    _add_switch_reasons(reasons, payment_type, integration_active=integration_active)
    _add_balance_reasons(reasons, balance, reservation_balance)
    _add_empty_side_reasons(reasons, payment_type, card_balance)
    worth = _step_worth_on(payment_type, balance)
    if worth is None:
        reasons.append(_mismatch(payment_type, balance))
    if 0 < allowed <= used:
        spent = {"redeemed": Money(used, balance.currency), "allowed": Money(allowed, balance.currency)}
        reasons.append(QuoteReason(QuoteReasonCode.CAP_USED_UP, spent))
    steps, amount, limited_by = 0, 0, LimitedBy.CAP
    if worth is not None and not reasons:
        steps, amount, limited_by = _redeemable(payment_type, worth, cap, card_balance)
        if not amount:
            least = {"cap": cap, "card": card_balance}
            reasons.append(QuoteReason(QuoteReasonCode.TOO_LITTLE, least))
    return Quote(
        payment_type=payment_type,
        points=Points(payment_type.step.quantity(steps), payment_type.currency_type),
        amount=Money(amount, balance.currency),
        cap=cap,
        card_balance=card_balance,
        limited_by=None if reasons else limited_by,
        reasons=tuple(reasons),
    )


def quote_folio(
    bonus: BonusSettings,
    payment_type: BonusPaymentType,
    folio: Folio,
    card_balance: Points,
    *,
    reservation_balance: Money | None = None,
) -> Quote:
    """Return the quote of a folio as it stands, with its charges and what bonus types have paid on it."""
    bonus_types = {each.id for each in bonus.payment_types}
    redeemed = sum(payment.amount.minor for payment in folio.payments if payment.payment_type in bonus_types)
    return quote(
        payment_type,
        integration_active=bonus.active,
        balance=folio.balance,
        card_balance=card_balance,
        reservation_balance=reservation_balance,
        charges=folio.charged,
        redeemed=Money(redeemed, folio.currency),
    )


def within(offer: Quote, points: Points) -> tuple[Points, Money] | None:
    """Return the points to debit and the amount they pay where a quote allows so many, else None.

    The amount is rounded down to the minor unit, and the points are the fewest steps that pay it (BN-QUOTE-YEN).
    None also for points that pay nothing. Raises :class:`~hotelpay.errors.PointsMismatch` for another currency type.
    """
    kind = offer.payment_type
    worth = kind.step_worth
    if points > offer.points or worth is None:
        return None
    steps, amount, _ = _redeemable(kind, worth, offer.cap, points)
    if not amount:
        return None
    return Points(kind.step.quantity(steps), kind.currency_type), Money(amount, offer.amount.currency)


def _allowance(
    payment_type: BonusPaymentType, balance: Money, due: int, charges: Money | None, redeemed: Money | None
) -> tuple[int, int]:
    """Return what points may pay of the folio and what of that they have paid, both in minor units."""
    share, whole = payment_type.max_percent.ratio
    if payment_type.cap_basis is CapBasis.BALANCE:
        return Rounding.DOWN.of_ratio(due * share, whole), 0
    charged, paid = _known("charges", charges, balance), _known("redeemed", redeemed, balance)
    return Rounding.DOWN.of_ratio(charged * share, whole), paid


def _known(field: str, money: Money | None, balance: Money) -> int:
    if money is None:
        raise InvalidValue(field, None, 'an amount, which the cap basis "charges" needs', code="missing_amount")
    if money.currency.code != balance.currency.code:
        raise CurrencyMismatch(money.currency.code, balance.currency.code)
    return money.minor


def _add_switch_reasons(
    reasons: list[QuoteReason], payment_type: BonusPaymentType, *, integration_active: bool
) -> None:
    if not integration_active:
        reasons.append(QuoteReason(QuoteReasonCode.INACTIVE_INTEGRATION))
    if not payment_type.enabled:
        reasons.append(QuoteReason(QuoteReasonCode.DISABLED_TYPE, {"payment_type": payment_type.id}))


def _add_balance_reasons(reasons: list[QuoteReason], balance: Money, reservation_balance: Money | None) -> None:
    for whose, each in (("of_folio", balance), ("of_reservation", reservation_balance)):
        if each is not None and each.minor >= 0:
            values = {"whose": Phrase(whose), "balance": each}
            reasons.append(QuoteReason(QuoteReasonCode.BALANCE_NOT_NEGATIVE, values))


def _add_empty_side_reasons(reasons: list[QuoteReason], payment_type: BonusPaymentType, card_balance: Points) -> None:
    """Say where the cap or the card, the two sides that a quote is the smaller of, gives nothing at all."""
    names = {"payment_type": payment_type.id, "currency_type": payment_type.currency_type}
    if payment_type.max_percent.value == 0:
        reasons.append(QuoteReason(QuoteReasonCode.ZERO_PERCENT, names))
    if card_balance.amount <= 0:
        reasons.append(QuoteReason(QuoteReasonCode.EMPTY_CARD, names))


def _step_worth_on(payment_type: BonusPaymentType, balance: Money) -> tuple[int, int] | None:
    """Return what a step pays on a folio in minor units, or None where the currencies do not meet."""
    return payment_type.step_worth if payment_type.currency.code == balance.currency.code else None


def _mismatch(payment_type: BonusPaymentType, balance: Money) -> QuoteReason:
    without_rate = Phrase("without_rate", {"currency_type": payment_type.currency_type})
    values = {
        "payment_type": payment_type.id,
        "pays": payment_type.currency.code,
        "rate": without_rate if payment_type.rate is None else None,
        "folio": balance.currency.code,
    }
    return QuoteReason(QuoteReasonCode.CURRENCY_MISMATCH, values)


def _redeemable(
    payment_type: BonusPaymentType, worth: tuple[int, int], cap: Money, card_balance: Points
) -> tuple[int, int, LimitedBy]:
    """Return how many steps may be spent, the minor units they pay, and which limit was met first.

    Every division rounds down; then the steps are trimmed to the fewest that pay the same amount, so that
    no guest pays 120.50 points for 120 yen (BN-QUOTE-YEN).
    """
    numerator, denominator = worth
    steps_by_cap = cap.minor * denominator // numerator
    held, parts = card_balance.amount.as_integer_ratio()
    step, step_parts = payment_type.step.ratio
    steps_by_card = held * step_parts // (parts * step)
    amount = min(steps_by_cap, steps_by_card) * numerator // denominator
    steps = Rounding.UP.of_ratio(amount * denominator, numerator)
    return steps, amount, LimitedBy.CAP if steps_by_cap <= steps_by_card else LimitedBy.CARD
