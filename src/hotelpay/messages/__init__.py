"""What people read: sentences, the words for codes, and the languages they are said in."""

from __future__ import annotations

from hotelpay.messages.labels import LABELS
from hotelpay.messages.language import ENGLISH, LANGUAGES, Language, Phrase
from hotelpay.messages.sentences import (
    ASSUMPTIONS,
    AT_EVENT,
    BLOCKS,
    CHARGES,
    CYCLE_NOTES,
    FINDINGS,
    HOURS_FROM_EVENT,
    PERSON_REASONS,
    PHRASES,
    QUOTE_REASONS,
    REASONS,
    REFUSALS,
)
from hotelpay.messages.writing import OnClock, Writing

__all__ = [
    "ASSUMPTIONS",
    "AT_EVENT",
    "BLOCKS",
    "CHARGES",
    "CYCLE_NOTES",
    "ENGLISH",
    "FINDINGS",
    "HOURS_FROM_EVENT",
    "LABELS",
    "LANGUAGES",
    "PERSON_REASONS",
    "PHRASES",
    "QUOTE_REASONS",
    "REASONS",
    "REFUSALS",
    "Language",
    "OnClock",
    "Phrase",
    "Writing",
]
