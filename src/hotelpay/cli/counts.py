"""Numbers of things in words; each language has plural forms of its own."""

from __future__ import annotations

from hotelpay.cli.speech import count, spoken
from hotelpay.pictures.calendar_words import runs_text


def runs(number: int) -> str:
    """Say a number of runs."""
    return runs_text(number, spoken())


def tasks(number: int) -> str:
    """Say a number of tasks."""
    return count(number, "no tasks", "{number} task", "{number} tasks")


def next_days(number: int) -> str:
    """Say how many days ahead something is about."""
    return count(number, "no days", "The next {number} day", "The next {number} days")


def nights(number: int) -> str:
    """Say a number of nights."""
    return count(number, "no nights", "{number} night", "{number} nights")


def hotels(number: int) -> str:
    """Say a number of hotels."""
    return count(number, "no hotels", "{number} hotel", "{number} hotels")


def findings(number: int) -> str:
    """Say a number of findings."""
    return count(number, "no findings", "{number} finding", "{number} findings")


def reservations(number: int) -> str:
    """Say a number of reservations."""
    return count(number, "no reservations", "{number} reservation", "{number} reservations")


def settlements(number: int) -> str:
    """Say a number of settlements."""
    return count(number, "no settlements", "{number} settlement", "{number} settlements")
