"""The grammar of templates: fixed placeholders in double braces, and plain text.

``{{ guest }}`` is a placeholder: a name of :class:`Placeholder`, with or without spaces beside it. ``{{{{`` stands for
``{{`` and ``}}}}`` for ``}}``. All else is plain text: single braces, ``%``, ``$``, backslashes. There are no formats,
attributes, conditions or loops.
"""

from __future__ import annotations

import enum
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from hotelpay.errors import InvalidValue, shown


class Placeholder(enum.Enum):
    """What a template may name."""

    GUEST = "guest"
    """The guest's name."""
    HOTEL = "hotel"
    """The hotel's name."""
    RESERVATION = "reservation"
    """The number that the guest knows the booking by."""
    ARRIVAL = "arrival"
    """The date of arrival, as it is written to this guest."""
    DEPARTURE = "departure"
    """The date of departure, as it is written to this guest."""
    AMOUNT = "amount"
    """What the task calculated, with its currency: ``135.00 EUR``."""


class Rule(enum.Enum):
    """The rules that a template may break; the value is the ``code`` of a :class:`TemplateFault`."""

    CONTROL_CHARACTER = "control_character"
    """A control character (in a subject a tab is one) or half a character (a lone surrogate)."""
    EMPTY = "empty"
    """Nothing, or nothing but blanks; an HTML part that is not wanted is None."""
    LINE_BREAK_IN_SUBJECT = "line_break_in_subject"
    """A subject is one line."""
    TOO_LONG = "too_long"
    """More characters than the part may have."""
    UNBALANCED_BRACES = "unbalanced_braces"
    """Double braces that open or close nothing."""
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    """What stands in double braces is no placeholder."""


class TemplateFault(InvalidValue):
    """A template that breaks a :class:`Rule`, its ``code``.

    ``field`` is the part (``subject``, ``text`` or ``html``), ``position`` where in it the fault begins, counted in
    characters from 0.
    """

    def __init__(self, field: str, value: str, expected: str, *, code: str = "", position: int = 0) -> None:
        """Keep the parts; the sentence is made when somebody reads it."""
        super().__init__(field, value, expected, code=code)
        self.position = position

    def __str__(self) -> str:
        """Say where, what was wrong and what would be right."""
        return f"{self.field}[{self.position}]: {shown(self.value)} is not {self.expected}"


#: A piece of plain text, or what is put in its place.
Part: TypeAlias = str | Placeholder

_NAMES: Final = {each.value: each for each in Placeholder}
# The innermost braces of a run of three are the placeholder's: "{{{ guest }}}" is the guest in single braces.
_TOKEN: Final = re.compile(r"\{\{\{\{|\}\}\}\}|\{\{(?!\{)(?P<inside>[^{}]*)\}\}|\{\{(?!\{)|\}\}")
_LITERALS: Final = {"{{{{": "{{", "}}}}": "}}"}


def fault(rule: Rule, field: str, value: str, expected: str, position: int = 0) -> TemplateFault:
    """Return the error for a broken rule."""
    return TemplateFault(field, value, expected, code=rule.value, position=position)


def parse(source: str, field: str) -> tuple[Part, ...]:
    """Return a text as its parts, pieces of plain text never beside each other.

    Raises :class:`TemplateFault` for the first braces that mean nothing.
    """
    return tuple(_joined(_tokens(source, field)))


def _tokens(source: str, field: str) -> Iterator[Part]:
    end = 0
    for token in _TOKEN.finditer(source):
        yield source[end : token.start()]
        yield _meaning(token, field)
        end = token.end()
    yield source[end:]


def _meaning(token: re.Match[str], field: str) -> Part:
    written, inside = token[0], token["inside"]
    if inside is not None:
        name = inside.strip(" ")
        if name not in _NAMES:
            raise fault(
                Rule.UNKNOWN_PLACEHOLDER, field, name, f"a placeholder ({', '.join(_NAMES)})", position=token.start()
            )
        return _NAMES[name]
    if written not in _LITERALS:
        expected = f"half of a placeholder; {written * 2} stands for {written} itself"
        raise fault(Rule.UNBALANCED_BRACES, field, written, expected, position=token.start())
    return _LITERALS[written]


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    for is_text, group in itertools.groupby(parts, lambda part: isinstance(part, str)):
        if not is_text:
            yield from group
        elif text := "".join(str(part) for part in group):
            yield text


def printed(parts: Iterable[Part]) -> str:
    """Return the text that :func:`parse` reads as these parts."""
    return "".join(
        part.replace("{{", "{{{{").replace("}}", "}}}}") if isinstance(part, str) else f"{{{{ {part.value} }}}}"
        for part in _joined(parts)
    )
