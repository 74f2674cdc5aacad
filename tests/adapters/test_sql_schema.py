"""Tables: created once, also by many at once, upgraded with their data, refused where they are newer."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from adapters import schema_v1
from adapters.postgresql import Server
from hotelpay.adapters.sql import (
    NewerSchema,
    SqlHotel,
    SqlLedger,
    connect,
    create_tables,
    open_store,
    read_report,
    table_versions,
)
from hotelpay.adapters.sql.schema import CHAIN, HOTEL, LEDGER, PARTS, SIMULATED, STORE_PARTS, VERSION
from hotelpay.conditions import Condition, Field
from hotelpay.documents import reservation_document
from hotelpay.errors import InvalidValue
from hotelpay.money import Money
from hotelpay.ports import AnchorSpan, CandidateQuery, Stretch
from hotelpay.reservation import ReservationStatus
from hotelpay.testing.contracts.hotel_bench import ARRIVAL, BOOKED_AT, booking
from hotelpay.testing.contracts.intents import eur

_EVERY_PART = dict.fromkeys(PARTS, VERSION)
_STORE = dict.fromkeys(STORE_PARTS, VERSION)


def test_a_store_opened_twice_is_one(database: Any) -> None:
    with open_store(database, "seven-gulls", "a") as first, open_store(database, "seven-gulls", "b") as second:
        assert first.ledger.import_processed([("T1", "R1")]) == 1
        assert second.ledger.processed([("T1", "R1")]) == {("T1", "R1")}
        assert table_versions(first.engine) == _STORE


def test_a_path_opens_a_file(tmp_path: Any) -> None:
    for name in ("text.db", tmp_path / "path.db"):
        with open_store(tmp_path / name, "h", "w") as store:
            assert (tmp_path / name).exists()
            assert store.engine.dialect.name == "sqlite"


def test_a_ledger_alone_creates_its_own_tables_alone(engine: Engine) -> None:
    """A PMS with tables of its own gets the ledger's beside them, and none of the embedded hotel's."""
    create_tables(engine)
    found = set(inspect(engine).get_table_names())
    assert found == {*LEDGER.tables, "hotelpay_schema"}
    assert table_versions(engine) == {"ledger": VERSION}


def test_every_table_is_hotelpays_and_keyed_by_hotel() -> None:
    for part in (LEDGER, HOTEL, SIMULATED, CHAIN):
        for table in part.sorted_tables:
            assert table.name.startswith("hotelpay_")
            assert next(iter(table.primary_key.columns)).name == "hotel"
            for index in table.indexes:
                assert next(iter(index.columns)).name == "hotel"


def test_a_part_that_there_is_not_is_refused(engine: Engine) -> None:
    with pytest.raises(InvalidValue, match="'lodger' is not one of ledger, hotel, simulated, chain"):
        create_tables(engine, ["lodger"])
    assert table_versions(engine) == {}


# Upgrades.


def test_version_1_is_upgraded_with_its_data(engine: Engine) -> None:
    """What a hotel has done under version 1 is there under version 2, and is carried on."""
    with engine.begin() as connection:
        schema_v1.create(connection)
    create_tables(engine, PARTS)
    assert table_versions(engine) == _EVERY_PART
    ledger = SqlLedger(engine, schema_v1.HOTEL, "new", clock=lambda: 5000)
    run, redemption = ledger.of_reservation("R1")
    assert (run.intent, run.outcome.value) == (schema_v1.RUN, "approved")
    assert ledger.processed([("T1", "R1")]) == {("T1", "R1")}
    assert list(ledger.unfinished()) == [redemption.key]
    claim = ledger.take(redemption.key)
    assert claim is not None
    assert claim.settlement.intent == schema_v1.REDEMPTION
    assert ledger.rearm(run.intent.identity.kind, ("T1", "R1"), 2, by="ivan", reason="upgraded")
    assert [entry.number for entry in ledger.entries()] == [1, 2, 3, 4, 5]
    hotel = SqlHotel(engine, schema_v1.HOTEL)
    (posting,) = hotel.postings("R1")
    assert (posting.payment.amount, posting.received) == (eur(32000), None)
    assert (hotel.closed_with("R1", "F1"), hotel.visible("R1", "F1")) == ("invoice", None)


def test_an_upgrade_works_out_what_is_posted_under_which_key(engine: Engine) -> None:
    with engine.begin() as connection:
        schema_v1.create(connection)
    create_tables(engine, PARTS)
    report = read_report(engine, schema_v1.HOTEL)
    assert report.charged == (Money.of("320.00", "EUR"),)
    assert report.agrees


def test_an_upgrade_reads_what_filters_look_at_off_the_documents(engine: Engine) -> None:
    """Of every hotel, however many pieces it takes; as if they had been imported today."""
    rows = [booking(f"R{number}", company=f"c{number % 3}", ota=number % 2 == 1) for number in range(1100)]
    documents = [
        {"hotel": hotel, "id": row.id, "document": json.dumps(reservation_document(row))}
        for hotel in ("a", "b")
        for row in rows
    ]
    with engine.begin() as connection:
        schema_v1.create(connection)
        schema_v1.add_reservations(connection, documents)
    create_tables(engine, PARTS)
    condition = Condition(Field.COMPANY, frozenset({"c1"})), Condition(Field.OTA, frozenset({True}))
    span = AnchorSpan(
        "arrival", ARRIVAL, ARRIVAL, (ReservationStatus.EXPECTED,), (Stretch(ARRIVAL, ARRIVAL, condition),)
    )
    expected = {row.id for row in rows if row.company == "c1" and row.ota}
    for hotel in ("a", "b"):
        found = SqlHotel(engine, hotel).candidates(CandidateQuery((span,), BOOKED_AT))
        assert {row.id for row in found} == expected


def test_an_upgraded_schema_is_like_a_new_one(engine: Engine, tmp_path: Any, request: pytest.FixtureRequest) -> None:
    with engine.begin() as connection:
        schema_v1.create(connection)
    create_tables(engine, PARTS)
    if engine.dialect.name == "sqlite":
        fresh = connect(tmp_path / "new.db")
    else:
        server: Server = request.getfixturevalue("postgresql")
        fresh = connect(server.new_schema())
    create_tables(fresh, PARTS)
    try:
        assert _shape(engine) == _shape(fresh)
    finally:
        fresh.dispose()


def test_an_upgrade_is_made_once(engine: Engine) -> None:
    with engine.begin() as connection:
        schema_v1.create(connection)
    create_tables(engine, PARTS)
    before = _shape(engine)
    create_tables(engine, PARTS)
    assert _shape(engine) == before


def test_an_upgrade_that_fails_leaves_everything_as_it_was(engine: Engine) -> None:
    """All or nothing: a version 1 that cannot be upgraded is still a version 1."""
    with engine.begin() as connection:
        schema_v1.create(connection)
        connection.execute(text("ALTER TABLE hotelpay_folio_states ADD COLUMN visible INTEGER"))
    before = _shape(engine)
    with pytest.raises(Exception, match="visible"):
        create_tables(engine, PARTS)
    assert _shape(engine) == before
    assert table_versions(engine) == {"ledger": 1, "hotel": 1}


def test_what_a_newer_hotelpay_wrote_is_refused(database: Any, engine: Engine) -> None:
    create_tables(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE hotelpay_schema SET version = 7"))
    with pytest.raises(NewerSchema) as caught:
        open_store(database, "h", "w")
    assert str(caught.value) == f"the ledger was written by a newer hotelpay (schema 7; this one reads up to {VERSION})"
    assert isinstance(caught.value, ValueError)
    assert (caught.value.part, caught.value.found, caught.value.known) == ("ledger", 7, VERSION)


def _shape(engine: Engine) -> dict[str, Any]:
    found = inspect(engine)
    return {
        table: (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in found.get_columns(table)},
            found.get_pk_constraint(table)["constrained_columns"],
            {index["name"]: index["column_names"] for index in found.get_indexes(table)},
        )
        for table in found.get_table_names()
    }


# What is not installed, and what is not known.

_WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from hotelpay.errors import MissingExtra
try:
    from hotelpay.adapters.sql import connect
    connect("postgresql://localhost/hotel")
except MissingExtra as missing:
    print(missing)
"""


@pytest.mark.parametrize(("package", "extra"), [("sqlalchemy", "sql"), ("psycopg", "postgresql")])
def test_what_is_not_installed_is_named(package: str, extra: str) -> None:
    printed = subprocess.run([sys.executable, "-c", _WITHOUT, package], capture_output=True, check=True, text=True)
    assert printed.stdout.endswith(f"needs more packages: pip install 'hotelpay[{extra}]'\n")


@pytest.mark.parametrize("url", ["mysql://localhost/hotel", "mariadb+pymysql://localhost/hotel", "tape://drive"])
def test_a_database_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(InvalidValue, match="is not sqlite or postgresql"):
        connect(url)


# At once.

_OPEN = """
import sys
from hotelpay.adapters.sql import open_store
print("ready", flush=True)
sys.stdin.readline()
with open_store(sys.argv[1], "h", sys.argv[2]) as store:
    print(store.ledger.import_processed([("T1", "R1")]))
"""


def test_processes_that_open_a_new_database_at_once_create_it_once(database: Any) -> None:
    url = database.render_as_string(hide_password=False)
    started = [
        subprocess.Popen([sys.executable, "-c", _OPEN, url, f"w{n}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for n in range(4)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    printed = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert sorted(int(each) for each in printed) == [0, 0, 0, 1]
