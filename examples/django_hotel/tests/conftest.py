"""Django, set up once; every test gets an empty hotel, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS.parent), str(TESTS)]  # as manage.py has it
os.environ["DJANGO_SETTINGS_MODULE"] = "seaside.settings"
django.setup()

from frontdesk_bench import empty, hotel_on  # noqa: E402  Django has to be set up before
from seaside.settings import postgresql, sqlite  # noqa: E402

from adapters.postgresql import running_server  # noqa: E402  the throwaway server of hotelpay's own tests


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let everything work on a database of each kind in turn."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("hotel")
        with hotel_on(sqlite(folder / "hotel.sqlite3"), folder / "ledger.sqlite3"):
            yield
    else:
        with running_server() as server:
            address = server.new_schema().render_as_string(hide_password=False)
            with hotel_on(postgresql(address), address):
                yield


@pytest.fixture(autouse=True)
def empty_hotel(database: None) -> None:  # noqa: ARG001  the tables are there
    """Begin without a booking."""
    empty()
