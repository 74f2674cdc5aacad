"""The tables as version 1 had them, written out, and data as they stood in them."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import Connection, Date, bindparam, text

from hotelpay.documents.settlements import event_document
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Claimed, Completed, Event, Recorded
from hotelpay.settlement.outcome import Approved, Ending, Outcome
from hotelpay.testing.contracts.hotel_bench import ARRIVAL, BOOKED_AT, DEPARTURE
from hotelpay.testing.contracts.intents import eur, redemption_intent, run_intent

HOTEL: Final = "seven-gulls"

TABLES: Final = """
CREATE TABLE hotelpay_schema (
    part VARCHAR(32) NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (part)
);
CREATE TABLE hotelpay_hotels (
    hotel VARCHAR(128) NOT NULL, last_entry BIGINT NOT NULL, PRIMARY KEY (hotel)
);
CREATE TABLE hotelpay_holds (
    hotel VARCHAR(128) NOT NULL, reservation VARCHAR(128) NOT NULL, token VARCHAR(64) NOT NULL,
    worker VARCHAR(128) NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (hotel, reservation)
);
CREATE TABLE hotelpay_entries (
    hotel VARCHAR(128) NOT NULL, number BIGINT NOT NULL, key VARCHAR(64), reservation VARCHAR(128),
    at BIGINT NOT NULL, worker VARCHAR(128) NOT NULL, epoch INTEGER NOT NULL, event VARCHAR(32) NOT NULL,
    document TEXT NOT NULL, PRIMARY KEY (hotel, number)
);
CREATE INDEX hotelpay_entries_by_key ON hotelpay_entries (hotel, key, number);
CREATE INDEX hotelpay_entries_by_reservation ON hotelpay_entries (hotel, reservation, number);
CREATE TABLE hotelpay_settlements (
    hotel VARCHAR(128) NOT NULL, key VARCHAR(64) NOT NULL, kind VARCHAR(16) NOT NULL, names TEXT NOT NULL,
    attempt INTEGER NOT NULL, reservation VARCHAR(128) NOT NULL, claimed_entry BIGINT NOT NULL,
    epoch INTEGER NOT NULL, lease_until BIGINT NOT NULL, ended_at BIGINT, operation VARCHAR(32) NOT NULL,
    outcome VARCHAR(32), reason VARCHAR(128), person VARCHAR(128), approved_minor BIGINT,
    approved_currency VARCHAR(3), PRIMARY KEY (hotel, key)
);
CREATE INDEX hotelpay_settlements_unfinished ON hotelpay_settlements (hotel, ended_at, lease_until);
CREATE TABLE hotelpay_turns (
    hotel VARCHAR(128) NOT NULL, kind VARCHAR(16) NOT NULL, names TEXT NOT NULL, attempt INTEGER NOT NULL,
    used_at BIGINT, PRIMARY KEY (hotel, kind, names, attempt)
);
CREATE TABLE hotelpay_cycles (
    hotel VARCHAR(128) NOT NULL, cycle_at BIGINT NOT NULL, epoch INTEGER NOT NULL, lease_until BIGINT NOT NULL,
    completed_at BIGINT, digest VARCHAR(64), active_tasks TEXT, plan TEXT, PRIMARY KEY (hotel, cycle_at)
);
CREATE TABLE hotelpay_forgotten (
    hotel VARCHAR(128) NOT NULL, task VARCHAR(128) NOT NULL, reservation VARCHAR(128) NOT NULL,
    due_at BIGINT NOT NULL, PRIMARY KEY (hotel, task, reservation, due_at)
);
CREATE TABLE hotelpay_reservations (
    hotel VARCHAR(128) NOT NULL, id VARCHAR(128) NOT NULL, status VARCHAR(16) NOT NULL, created_at BIGINT NOT NULL,
    arrival DATE NOT NULL, departure DATE NOT NULL, checked_in_at BIGINT, checked_out_at BIGINT,
    cancelled_at BIGINT, document TEXT NOT NULL, PRIMARY KEY (hotel, id)
);
CREATE INDEX hotelpay_reservations_by_created_at ON hotelpay_reservations (hotel, created_at);
CREATE INDEX hotelpay_reservations_by_arrival ON hotelpay_reservations (hotel, arrival);
CREATE INDEX hotelpay_reservations_by_departure ON hotelpay_reservations (hotel, departure);
CREATE INDEX hotelpay_reservations_by_checked_in_at ON hotelpay_reservations (hotel, checked_in_at);
CREATE INDEX hotelpay_reservations_by_checked_out_at ON hotelpay_reservations (hotel, checked_out_at);
CREATE INDEX hotelpay_reservations_by_cancelled_at ON hotelpay_reservations (hotel, cancelled_at);
CREATE TABLE hotelpay_answers (
    hotel VARCHAR(128) NOT NULL, key VARCHAR(64) NOT NULL, reservation VARCHAR(128) NOT NULL,
    call VARCHAR(32) NOT NULL, refused VARCHAR(128), PRIMARY KEY (hotel, key)
);
CREATE TABLE hotelpay_postings (
    hotel VARCHAR(128) NOT NULL, key VARCHAR(64) NOT NULL, reservation VARCHAR(128) NOT NULL,
    folio VARCHAR(128) NOT NULL, minor BIGINT NOT NULL, currency VARCHAR(3) NOT NULL, payment_type VARCHAR(128),
    paid_at BIGINT, comment TEXT, posted VARCHAR(64), PRIMARY KEY (hotel, key)
);
CREATE INDEX hotelpay_postings_by_reservation ON hotelpay_postings (hotel, reservation);
CREATE TABLE hotelpay_folio_states (
    hotel VARCHAR(128) NOT NULL, reservation VARCHAR(128) NOT NULL, folio VARCHAR(128) NOT NULL,
    closed_with VARCHAR(128), PRIMARY KEY (hotel, reservation, folio)
);
CREATE TABLE hotelpay_guarantee_states (
    hotel VARCHAR(128) NOT NULL, reservation VARCHAR(128) NOT NULL, status VARCHAR(16) NOT NULL,
    PRIMARY KEY (hotel, reservation)
);
CREATE TABLE hotelpay_preauthorizations (
    hotel VARCHAR(128) NOT NULL, reservation VARCHAR(128) NOT NULL, id VARCHAR(128) NOT NULL, kept BOOLEAN NOT NULL,
    place INTEGER NOT NULL, card VARCHAR(128) NOT NULL, folio VARCHAR(128) NOT NULL, minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL, reference VARCHAR(128) NOT NULL, expires_at BIGINT, state VARCHAR(16) NOT NULL,
    PRIMARY KEY (hotel, reservation, id)
);
CREATE INDEX hotelpay_preauthorizations_by_state ON hotelpay_preauthorizations (hotel, state, reservation);
CREATE TABLE hotelpay_todos (
    hotel VARCHAR(128) NOT NULL, key VARCHAR(64) NOT NULL, reservation VARCHAR(128) NOT NULL, text TEXT NOT NULL,
    channel VARCHAR(128), PRIMARY KEY (hotel, key)
);
CREATE INDEX hotelpay_todos_by_reservation ON hotelpay_todos (hotel, reservation);
CREATE TABLE hotelpay_mails (
    hotel VARCHAR(128) NOT NULL, key VARCHAR(64) NOT NULL, reservation VARCHAR(128) NOT NULL,
    template VARCHAR(128) NOT NULL, minor BIGINT, currency VARCHAR(3), PRIMARY KEY (hotel, key)
);
INSERT INTO hotelpay_schema VALUES ('ledger', 1), ('hotel', 1);
"""

RUN: Final = run_intent(HOTEL)
REDEMPTION: Final = redemption_intent(HOTEL)
_EVENTS: Final[tuple[tuple[Intent, Event], ...]] = (
    (RUN, Claimed(RUN)),
    (RUN, Recorded("charge", Approved(eur(32000), "ch_1"))),
    (RUN, Completed(Ending(Outcome.APPROVED))),
    (REDEMPTION, Claimed(REDEMPTION)),
)


def create(connection: Connection) -> None:
    """Create the tables of version 1, with a run that ended and a redemption on its way."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            connection.execute(text(statement))
    for number, (intent, event) in enumerate(_EVENTS, 1):
        connection.execute(
            text(
                "INSERT INTO hotelpay_entries VALUES (:hotel, :number, :key, :about, 1000, 'old', 1, :event, :document)"
            ),
            {
                "hotel": HOTEL,
                "number": number,
                "key": intent.identity.key,
                "about": intent.reservation,
                "event": event_document(event)["event"],
                "document": json.dumps(event_document(event)),
            },
        )
    connection.execute(text("INSERT INTO hotelpay_hotels VALUES (:hotel, 4)"), {"hotel": HOTEL})
    settled = (
        (RUN, "run", '["T1","R1"]', 1, 1001, "payment", "approved", 32000, "EUR"),
        (REDEMPTION, "redemption", '["D1"]', 4, None, "redemption", None, None, None),
    )
    for intent, kind, names, claimed, ended, operation, outcome, minor, currency in settled:
        connection.execute(
            text(
                "INSERT INTO hotelpay_settlements"
                " VALUES (:hotel, :key, :kind, :names, 1, 'R1', :claimed, 1, 1300, :ended, :operation,"
                " :outcome, NULL, NULL, :minor, :currency)"
            ),
            {
                "hotel": HOTEL,
                "key": intent.identity.key,
                "kind": kind,
                "names": names,
                "claimed": claimed,
                "ended": ended,
                "operation": operation,
                "outcome": outcome,
                "minor": minor,
                "currency": currency,
            },
        )
    turns = "INSERT INTO hotelpay_turns VALUES (:hotel, 'run', '[\"T1\",\"R1\"]', 1, 1000)"
    connection.execute(text(turns), {"hotel": HOTEL})
    posting = (
        "INSERT INTO hotelpay_postings VALUES (:hotel, :key, 'R1', 'F1', 32000, 'EUR', NULL, 1000, 'a comment', NULL)"
    )
    connection.execute(text(posting), {"hotel": HOTEL, "key": RUN.identity.call("post").key})
    connection.execute(
        text("INSERT INTO hotelpay_folio_states VALUES (:hotel, 'R1', 'F1', 'invoice')"), {"hotel": HOTEL}
    )


def add_reservations(connection: Connection, documents: list[dict[str, str]]) -> None:
    """Add reservations that are expected on the day of the contract suites: hotel, id and document."""
    row = text(
        "INSERT INTO hotelpay_reservations VALUES"
        " (:hotel, :id, 'expected', :created_at, :arrival, :departure, NULL, NULL, NULL, :document)"
    ).bindparams(bindparam("arrival", type_=Date), bindparam("departure", type_=Date))
    dates = {"created_at": BOOKED_AT, "arrival": ARRIVAL, "departure": DEPARTURE}
    connection.execute(row, [{**dates, **document} for document in documents])
