"""Databases for the tests of the SQL adapters: every test gets empty ones, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from adapters.postgresql import Server, running_server
from adapters.stripe_sandbox import StripeSandbox, stripe_sandbox
from hotelpay.adapters.sql import connect


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Return a PostgreSQL that runs as long as the tests do."""
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """Return the URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return URL.create("sqlite", database=str(tmp_path / "hotelpay.db"))
    server: Server = request.getfixturevalue("postgresql")
    return server.new_schema()


@pytest.fixture
def engine(database: URL) -> Iterator[Engine]:
    """Return an engine of an empty database."""
    made = connect(database)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def stripe_server() -> Iterator[StripeSandbox]:
    """Return a made-up Stripe that runs as long as the tests do."""
    with stripe_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(stripe_server: StripeSandbox) -> StripeSandbox:
    """Return a made-up Stripe with empty books."""
    stripe_server.reset()
    return stripe_server
