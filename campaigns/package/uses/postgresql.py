"""The extra ``postgresql``: its driver is there, and a server that cannot be reached is told in a sentence."""

from __future__ import annotations

import socket
import sys

import psycopg
from sqlalchemy.exc import OperationalError

from hotelpay.adapters.sql import connect, open_store

assert psycopg.pq.__impl__ == "binary"
with socket.create_server(("127.0.0.1", 0)) as taken:
    port = taken.getsockname()[1]
# Nobody listens there any more.
address = f"postgresql://clerk:secret@127.0.0.1:{port}/hotels"
assert connect(address).dialect.driver == "psycopg"
sentence = ""
try:
    open_store(address, "default", "worker-1")
except OperationalError as unreachable:
    sentence = str(unreachable)
assert f'connection to server at "127.0.0.1", port {port} failed: Connection refused' in sentence, sentence
assert "secret" not in sentence

sys.stdout.write("has a driver, and tells of a server that is not there\n")
