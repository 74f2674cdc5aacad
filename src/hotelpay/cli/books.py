"""The books of a store as a document for programs."""

from __future__ import annotations

from typing import Any

from hotelpay.adapters.sql.books import Books, CardBooks
from hotelpay.adapters.sql.report import Difference, Group, Listed
from hotelpay.documents.reports import task_named


def books_document(books: Books) -> dict[str, Any]:
    """Return the report for programs."""
    report = books.report
    return {
        "hotel": books.hotel,
        "adds_up": books.add_up,
        "operations": [_group_document(each) for each in report.groups],
        "cards": [_cards_document(each) for each in books.cards],
        "postings": [
            {"currency": each.amount.currency.code, "postings": each.postings, "amount": each.amount.text}
            for each in report.posted
        ],
        "unfinished": [listed_document(each) for each in report.unfinished],
        "needs_person": [listed_document(each) for each in report.needs_person],
        "differences": [_difference_document(each) for each in report.differences],
    }


def _group_document(group: Group) -> dict[str, Any]:
    return {
        "kind": group.kind,
        "operation": group.operation,
        "outcome": group.outcome,
        "settlements": group.settlements,
        "approved": None if group.approved is None else group.approved.text,
        "currency": None if group.approved is None else group.approved.currency.code,
    }


def _cards_document(cards: CardBooks) -> dict[str, str]:
    return {
        "currency": cards.taken.currency.code,
        "taken": cards.taken.text,
        "posted": cards.posted.text,
        "difference": cards.difference.text,
    }


def listed_document(listed: Listed) -> dict[str, Any]:
    """Return a settlement of a list; ``reason`` says why it is there."""
    return {
        "kind": listed.kind,
        "names": list(listed.names),
        "attempt": listed.attempt,
        "task": task_named(listed.kind, listed.names),
        "reservation": listed.reservation,
        "reason": listed.code,
        "amount": None if listed.approved is None else listed.approved.text,
        "currency": None if listed.approved is None else listed.approved.currency.code,
    }


def _difference_document(difference: Difference) -> dict[str, Any]:
    posted = None if difference.posted is None else difference.posted.text
    return {**listed_document(difference.settlement), "posted": posted}
