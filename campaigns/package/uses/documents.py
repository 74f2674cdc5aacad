"""The extra ``documents``: a setup and reservations read from files, refused where they are wrong, and written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from hotelpay.documents import (
    DocumentError,
    load_reservations,
    load_setup,
    parse_setup,
    reservation_document,
    reservation_from,
    setup_document,
    setup_from,
)
from hotelpay.documents.schema import SCHEMAS
from hotelpay.testing.stories import guest, setup_of, task

setup, arriving = setup_of(task()), guest()
Path("setup.json").write_text(json.dumps(setup_document(setup)), encoding="utf-8")
Path("reservations.jsonl").write_text(json.dumps(reservation_document(arriving)) + "\n", encoding="utf-8")
assert load_setup("setup.json") == setup == setup_from(setup_document(setup))
assert list(load_reservations("reservations.jsonl")) == [arriving]
assert reservation_from(reservation_document(arriving)) == arriving
try:
    parse_setup('{"format": "hotelpay/1", "timezone": "Europe/Nowhere", "currency": "EUR", "tasks": [{"mode": 5}]}')
except DocumentError as refused:
    codes = {fault.code for fault in refused.faults}
    assert {"unknown_timezone", "missing_field"} <= codes, codes
else:
    raise AssertionError("a wrong setup was taken")
assert all(SCHEMAS[name]()["$schema"].endswith("2020-12/schema") for name in SCHEMAS)

sys.stdout.write("reads, refuses and writes setups and reservations\n")
