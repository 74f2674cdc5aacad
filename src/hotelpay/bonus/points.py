"""What points are worth and in which steps they are spent."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

import attrs

from hotelpay.errors import InvalidValue
from hotelpay.money import decimal_text, parse_decimal, plain_decimal


@attrs.frozen(order=False)
class _PositiveDecimal:
    """A decimal above zero; ``ratio`` is the same number as (numerator, denominator)."""

    value: Decimal
    ratio: tuple[int, int] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        field = type(self).__name__.lower()
        number = parse_decimal(self.value, field)
        if number <= 0:
            raise InvalidValue(field, number, "above zero", code="not_positive")
        object.__setattr__(self, "value", number)
        object.__setattr__(self, "ratio", number.as_integer_ratio())

    @classmethod
    def of(cls, value: str | Decimal | int) -> Self:
        """Read a value."""
        return cls(parse_decimal(value, cls.__name__.lower()))

    def __str__(self) -> str:
        return plain_decimal(self.value)


@attrs.frozen(order=False)
class Rate(_PositiveDecimal):
    """What one point is worth, in **major** units of the payment type's currency (D10)."""


@attrs.frozen(order=False)
class Step(_PositiveDecimal):
    """The smallest quantity in which points are spent: 0.01, or 1 for whole points."""

    decimals: int = attrs.field(init=False, eq=False, repr=False)
    """How many decimals points have when they are written: those of the step."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        exponent = self.value.as_tuple().exponent
        object.__setattr__(self, "decimals", max(0, -exponent) if isinstance(exponent, int) else 0)

    def quantity(self, steps: int) -> Decimal:
        """Return that many steps as a quantity of points, exact whatever the caller's decimal context."""
        numerator, denominator = self.ratio
        return Decimal(decimal_text(steps * numerator * 10**self.decimals // denominator, self.decimals))
