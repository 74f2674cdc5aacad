"""Databases for the hotel: an empty one for every test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from adapters.postgresql import Server, running_server
from fastapi_hotel.hotel import prepare


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """Return the URL of a database with the tables of the hotel, of each kind in turn."""
    if request.param == "sqlite":
        url = URL.create("sqlite", database=str(tmp_path / "hotel.db"))
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.new_schema()
    prepare(url)
    return url
