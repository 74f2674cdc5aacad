"""The language that a command speaks: chosen once, before the command runs.

Without a choice it is plain English: codes instead of words for them, ISO dates, amounts as documents write them.
Then a line looks the same to everybody, and grep finds what a document holds.
"""

from __future__ import annotations

import enum
from contextvars import ContextVar
from datetime import tzinfo
from typing import Final

from hotelpay.messages import ENGLISH, Language, OnClock
from hotelpay.moments import Instant, clock_text
from hotelpay.money import Money

_SPOKEN: Final[ContextVar[Language]] = ContextVar("spoken", default=ENGLISH)


def speak(code: str | None) -> None:
    """Speak a language from now on, with its own dates and amounts, or none in particular.

    Instants are told in UTC until a hotel is known (:func:`on_clock`).
    """
    if code is None:
        _SPOKEN.set(ENGLISH)
        return
    from hotelpay.adapters.babel import local_language  # noqa: PLC0415  who asks for no language does not wait for it

    _SPOKEN.set(local_language(code))


def on_clock(zone: tzinfo) -> None:
    """Tell instants on the clock of a hotel from now on."""
    _SPOKEN.set(Language("en", OnClock(zone)) if is_plain() else for_readers(zone))


def for_readers(zone: tzinfo) -> Language:
    """Return the language for what nobody greps, a page or a picture: always with its readers' dates and amounts."""
    from hotelpay.adapters.babel import local_language  # noqa: PLC0415  as above

    return local_language(spoken().code, zone)


def spoken() -> Language:
    """Return the language that the command speaks to people."""
    return _SPOKEN.get()


def for_documents() -> Language:
    """Return the language of the sentences in documents: where nobody asked for one, their instants are in UTC."""
    return ENGLISH if is_plain() else spoken()


def is_plain() -> bool:
    """Tell whether nobody asked for a language."""
    return spoken() is ENGLISH or isinstance(spoken().writing, OnClock)


def say(template: str, /, **values: object) -> str:
    """Return a sentence in the language that the command speaks."""
    return spoken().say(template, **values)


def count(number: int, none: str, one: str, many: str, /, **values: object) -> str:
    """Return a number of things in words."""
    return spoken().count(number, none, one, many, **values)


def label(member: enum.Enum) -> str:
    """Return the word for a member of an enumeration, or its code where nobody asked for a language."""
    return code_label(type(member).__name__, str(member.value))


def code_label(kind: str, code: str) -> str:
    """Return the word for a code of this kind, or the code itself where nobody asked for a language."""
    return code if is_plain() else spoken().label(kind, code)


def amount(money: Money) -> str:
    """Write an amount with its currency."""
    return spoken().text(money)


def clock(moment: Instant, zone: tzinfo) -> str:
    """Write an instant on the hotel's clock; where nobody asked for a language with its offset."""
    return clock_text(moment, zone) if is_plain() else spoken().writing.instant(moment)
