"""The pairs that had their turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from documents.reading import lines, places, refused
from hotelpay.documents import Fault, Limits, load_processed


class File:
    """A file of processed pairs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def pairs(self, *rows: object) -> frozenset[tuple[str, str]]:
        self.path.write_bytes(lines(*rows))
        return load_processed(self.path)

    def faults(self, *rows: object, limits: Limits | None = None) -> tuple[Fault, ...]:
        self.path.write_bytes(lines(*rows))
        return refused(lambda: load_processed(str(self.path), limits=limits))


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "processed.jsonl")


def pair(task: Any, reservation: Any, **more: Any) -> dict[str, Any]:
    return {"task": task, "reservation": reservation, **more}


def test_each_line_is_a_pair(file: File) -> None:
    found = file.pairs(pair("a", "R1"), "", pair("b", "R1"), {"reservation": "R2", "task": "a"}, pair("a", "R1"))
    assert found == {("a", "R1"), ("b", "R1"), ("a", "R2")}
    assert file.pairs() == frozenset()
    assert type(found) is frozenset


def test_a_task_or_reservation_that_nobody_knows_is_no_fault(file: File) -> None:
    """It may come back, and is still not to run again."""
    assert file.pairs(pair("deleted", "gone"), pair("", "\x00")) == {("deleted", "gone"), ("", "\x00")}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (pair("a", 1), [("reservation", "wrong_type", "1 is not a text")]),
        (
            pair(None, ["R"]),
            [("task", "wrong_type", "None is not a text"), ("reservation", "wrong_type", "a list is not a text")],
        ),
        ({"task": "a"}, [("reservation", "missing_field", "this field is needed")]),
        (
            {},
            [
                ("task", "missing_field", "this field is needed"),
                ("reservation", "missing_field", "this field is needed"),
            ],
        ),
        (
            pair("a", "R", z=1, at=2),
            [
                ("at", "unknown_field", "there is no such field; there are task, reservation"),
                ("z", "unknown_field", "there is no such field; there are task, reservation"),
            ],
        ),
        (
            {"task": "a", "reservations": "R"},
            [
                ("reservations", "unknown_field", "there is no such field; there are task, reservation"),
                ("reservation", "missing_field", "this field is needed"),
            ],
        ),
        (["a", "R"], [("", "wrong_type", 'a list is not an object {"task": …, "reservation": …}')]),
        ('"ab"', [("", "wrong_type", '\'ab\' is not an object {"task": …, "reservation": …}')]),
        ("null", [("", "wrong_type", 'None is not an object {"task": …, "reservation": …}')]),
        (
            '{"task": "a", "task": "b", "reservation": "R"}',
            [("", "duplicate_key", "the key 'task' stands twice in one object")],
        ),
        (
            pair("a", "R", **{"\x1b[2J4111111111111111": 1}),
            [
                (
                    "\\x1b[2J\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022\\u2022\\u20221111",
                    "unknown_field",
                    "there is no such field; there are task, reservation",
                )
            ],
        ),
    ],
)
def test_a_line_that_is_no_pair_is_refused(file: File, row: object, found: list[tuple[str, str, str]]) -> None:
    faults = file.faults(pair("a", "R"), row)
    assert [(fault.path, fault.code, fault.message) for fault in faults] == found
    assert {(fault.document, fault.line) for fault in faults} == {(str(file.path), 2)}


def test_every_faulty_line_is_reported(file: File) -> None:
    rows = (pair("a", "R"), "{", pair("a", "R", x=1), "7", pair("b", "R"), " " * 90 + "{}")
    assert places(file.faults(*rows, limits=Limits(line_bytes=80))) == [
        (2, "", "not_json"),
        (3, "x", "unknown_field"),
        (4, "", "wrong_type"),
        (6, "", "too_large"),
    ]
    assert len(file.faults(*rows, limits=Limits(faults=2))) == 2


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_processed(tmp_path / "nowhere.jsonl")
