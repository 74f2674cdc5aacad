"""What hotelpay raises: misuse and broken promises, never an answer that a caller should expect.

An expected refusal (nothing due, a cap of zero) is a value, not an exception. Every class here is also a
``ValueError``, ``TypeError``, ``LookupError`` or ``ImportError``, so that a host may catch it without
importing hotelpay, and carries what was wrong as attributes. No message repeats what could be a payment
card's number.
"""

from __future__ import annotations

from typing import Final

from hotelpay.card_numbers import mask_card_numbers

_LONGEST_ECHO: Final = 60


def shown(value: object) -> str:
    """Return a short, safe picture of ``value`` for a sentence: cut off, escaped, card numbers masked."""
    # Masked again at the end, since cutting and escaping can make a number of digits that were none.
    return mask_card_numbers(_picture(value))


def _picture(value: object) -> str:
    if isinstance(value, str):
        # Cut before masking and before repr: a hostile value may be megabytes long.
        head = mask_card_numbers(value[: _LONGEST_ECHO * 2])
        text = repr(head) if head.isprintable() else ascii(head)
        # What cannot be printed is escaped, and may be ten times as long then.
        if len(value) > _LONGEST_ECHO or len(text) > _LONGEST_ECHO * 2:
            text = text[:_LONGEST_ECHO] + f"…' ({len(value)} characters)"
        return text
    if isinstance(value, int):
        # Python refuses to print an integer of thousands of digits.
        return str(value) if value.bit_length() < 128 else "an enormous number"  # noqa: PLR2004
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    return mask_card_numbers(str(value)[: _LONGEST_ECHO * 2])[:_LONGEST_ECHO]


class HotelpayError(Exception):
    """The base of everything that hotelpay raises on purpose."""

    def __repr__(self) -> str:
        """Give the sentence: the arguments hold the value as it was given, which no log should get."""
        return f"{type(self).__name__}({str(self)!r})"


class InvalidValue(HotelpayError, ValueError):
    """A value that breaks a rule of the domain.

    ``field`` names what the value was for, ``value`` is the offending value as it was given (it may be
    personal: show it with :func:`shown`), ``expected`` says what would be right, and ``code`` is the name
    of the broken rule, one of those listed in ``docs/documents.md``. What could be a card number in a text is
    masked in ``value`` too, since an error's arguments end up in logs and queues.
    """

    def __init__(self, field: str, value: object, expected: str, *, code: str = "invalid_value") -> None:
        """Keep the parts; the sentence is made when somebody reads it."""
        value = mask_card_numbers(value) if isinstance(value, str) else value
        super().__init__(field, value, expected)
        self.field = field
        self.value = value
        self.expected = expected
        self.code = code

    def __str__(self) -> str:
        """Say what was wrong and what would be right."""
        return f"{self.field}: {shown(self.value)} is not {self.expected}"


class WrongType(InvalidValue, TypeError):
    """A value of a type that is never right here: a float as money, a bool as hours, a naive instant."""

    def __init__(self, field: str, value: object, expected: str, *, code: str = "wrong_type") -> None:
        """Keep the parts, under the code ``wrong_type`` unless the caller knows better."""
        super().__init__(field, value, expected, code=code)

    def __str__(self) -> str:
        """Say which type was given and what would be right."""
        return f"{self.field}: {shown(self.value)} ({type(self.value).__name__}) is not {self.expected}"


class UnknownName(InvalidValue, LookupError):
    """A code or name that a directory (ISO 4217, IANA) does not have."""


class CurrencyMismatch(HotelpayError, ValueError):
    """Two currencies met in one sum or comparison; hotelpay never converts silently."""

    def __init__(self, left: str, right: str) -> None:
        """Keep the two ISO 4217 codes that met."""
        super().__init__(left, right)
        self.left = left
        self.right = right

    def __str__(self) -> str:
        """Name both currencies."""
        return f"{self.left} and {self.right} cannot be added or compared: convert one of them first"


class PointsMismatch(HotelpayError, ValueError):
    """Points of two currency types met in one sum or comparison."""

    def __init__(self, left: str, right: str) -> None:
        """Keep the two currency types that met."""
        super().__init__(left, right)
        self.left = left
        self.right = right

    def __str__(self) -> str:
        """Name both currency types."""
        return f"points of {shown(self.left)} and of {shown(self.right)} cannot be added or compared"


class MissingExtra(HotelpayError, ImportError):
    """A part of hotelpay was used whose optional dependencies are not installed."""

    def __init__(self, what: str, extra: str) -> None:
        """Keep what was asked for and the extra that brings it."""
        super().__init__(what, extra)
        self.what = what
        self.extra = extra

    def __str__(self) -> str:
        """Name the command that installs what is missing."""
        return f"{self.what} needs more packages: pip install 'hotelpay[{self.extra}]'"
