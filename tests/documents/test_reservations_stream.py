"""Reservations as a stream: one at a time while all is well, and every fault at the end."""

from __future__ import annotations

import gc
import io
import json
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from documents.reading import RESERVATION, line_faults, line_of, lines, places, read, refused
from hotelpay import Reservation
from hotelpay.documents import DocumentError, Limits, load_reservations, read_reservations, reservation_from
from hotelpay.documents.complaints import Complaint
from hotelpay.documents.json_lines import read_json_lines


def ids(text: bytes, limits: Limits | None = None) -> list[str]:
    return [reservation.id for reservation in read(text, limits)]


def test_each_line_is_a_reservation_in_its_own_order() -> None:
    found = read(lines(line_of(2), line_of(1), {**line_of(10), "agent": "expedia"}))
    assert found == [reservation_from({**line_of(2)}), reservation_from(line_of(1)), found[2]]
    assert found[2] == reservation_from({**line_of(10), "agent": "expedia"})
    assert ids(b"") == []


def test_blank_lines_are_passed_over_and_counted() -> None:
    text = b"\n  \n" + lines(line_of(1)) + b"\t\r\n\n" + lines(line_of(2)) + b"   "
    assert ids(text) == ["R1", "R2"]
    assert places(line_faults(text + b"\n{")) == [(8, "", "not_json")]


def test_lines_may_end_as_windows_ends_them() -> None:
    assert ids(lines(line_of(1), line_of(2)).replace(b"\n", b"\r\n")) == ["R1", "R2"]


def test_the_last_line_need_not_end() -> None:
    assert ids(lines(line_of(1), line_of(2)).rstrip()) == ["R1", "R2"]


def test_a_mark_of_the_byte_order_stands_at_the_very_beginning_alone() -> None:
    mark = b"\xef\xbb\xbf"
    assert ids(mark + lines(line_of(1))) == ["R1"]
    assert ids(mark) == ids(mark + b"\n") == []
    assert ids(mark + b"\n" + lines(line_of(1))) == ["R1"]
    assert places(line_faults(b"\n" + mark + lines(line_of(1)))) == [(2, "", "not_json")]
    assert places(line_faults(lines(line_of(1)) + mark + lines(line_of(2)))) == [(2, "", "not_json")]


def test_the_ends_of_lines_are_line_feeds_alone() -> None:
    """Other characters that Python calls ends of lines may stand in a text."""
    text = json.dumps({**line_of(1), "extra": {"x": "\u2028 \x85 \u2029"}}, ensure_ascii=False).encode()
    assert ids(text + b"\n" + text.replace(b"R1", b"R2")) == ["R1", "R2"]


# Faults.


def test_every_fault_of_every_line_is_reported_with_its_line() -> None:
    text = lines(
        line_of(1),
        {**line_of(2), "arrival": "soon", "ota": "no", "colour": 1},
        line_of(3),
        "not json",
        "",
        {"id": "R4"},
        "[]",
        {**line_of(7), "cards": [{"id": "c", "kind": "guest"}, {"id": "d", "kind": "x"}]},
    )
    faults = line_faults(text)
    assert places(faults) == [
        (2, "arrival", "not_a_date"),
        (2, "ota", "wrong_type"),
        (2, "colour", "unknown_field"),
        (4, "", "not_json"),
        (6, "status", "missing_field"),
        (6, "created_at", "missing_field"),
        (6, "arrival", "missing_field"),
        (6, "departure", "missing_field"),
        (7, "", "wrong_type"),
        (8, "cards[1].kind", "unknown_choice"),
    ]
    assert {fault.document for fault in faults} == {"r"}
    assert str(faults[1]) == "r:2: ota: 'no' is not true or false"


def test_after_the_first_fault_nothing_more_is_yielded() -> None:
    stream = read_reservations(io.BytesIO(lines(line_of(1), line_of(2), {}, line_of(4), {**line_of(5), "ota": 1})))
    assert [next(stream).id, next(stream).id] == ["R1", "R2"]
    with pytest.raises(DocumentError) as error:
        next(stream)
    assert [(fault.line, fault.document) for fault in error.value.faults] == [(3, "reservations")] * 5 + [
        (5, "reservations")
    ]
    assert list(stream) == []


def test_an_id_is_used_once() -> None:
    text = lines(line_of(1), line_of(2), line_of(1), {**line_of(3), "agent": ""}, line_of(3), line_of(2), line_of(3))
    faults = line_faults(text)
    assert places(faults) == [
        (3, "id", "duplicate_id"),
        (4, "agent", "not_an_identifier"),
        (6, "id", "duplicate_id"),
        (7, "id", "duplicate_id"),
    ]
    assert faults[0].message == "'R1' is not different from the reservations before it"


def test_one_stream_knows_nothing_of_another() -> None:
    assert ids(lines(line_of(1))) == ids(lines(line_of(1))) == ["R1"]


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 5)])
def test_reading_stops_at_as_many_faults_as_are_wanted(limit: int, count: int) -> None:
    text = lines({**line_of(1), "ota": 1, "agent": 1}, {**line_of(2), "ota": 1, "agent": 1}, line_of(3), "{")
    file = io.BytesIO(text + lines(*(line_of(number) for number in range(4, 50))))
    faults = refused(lambda: list(read_reservations(file, limits=Limits(faults=limit))))
    expected = [(1, "ota"), (1, "agent"), (2, "ota"), (2, "agent"), (4, "")]
    assert [(fault.line, fault.path) for fault in faults] == expected[:count]
    # What need not be looked through is not read.
    assert (file.tell() < len(text) + 100) is (limit <= 5)


def test_no_limit_lets_a_fault_pass() -> None:
    assert len(line_faults(lines("{", "{"), Limits(faults=0))) == 1


def test_a_thousand_faults_are_enough() -> None:
    assert len(line_faults(b"{\n" * 1500)) == 1000


# Lines that are too long.


def long_line(number: int, length: int) -> str:
    """Return a good reservation that takes exactly that many bytes."""
    line = json.dumps({**line_of(number), "extra": {"x": ""}})
    return line.replace('""', '"' + "x" * (length - len(line)) + '"')


def test_a_line_may_be_as_long_as_the_limit() -> None:
    limits = Limits(line_bytes=300)
    assert ids(lines(long_line(1, 300), long_line(2, 300)), limits) == ["R1", "R2"]
    assert ids(long_line(1, 300).encode(), limits) == ["R1"]
    assert ids(b"\xef\xbb\xbf" + long_line(1, 297).encode(), limits) == ["R1"]
    for text in (lines(long_line(1, 301), line_of(2)), lines(line_of(2)) + long_line(1, 301).encode()):
        (fault,) = line_faults(text, limits)
        assert (fault.path, fault.code, fault.message) == ("", "too_large", "a line of more than 300 bytes")


@pytest.mark.parametrize("length", [301, 302, 600, 601, 602, 603, 5000])
def test_a_line_that_is_too_long_spoils_no_other(length: int) -> None:
    text = lines(long_line(1, length), line_of(2), long_line(3, length), {**line_of(4), "ota": 1}) + b"{"
    assert places(line_faults(text, Limits(line_bytes=300))) == [
        (1, "", "too_large"),
        (3, "", "too_large"),
        (4, "ota", "wrong_type"),
        (5, "", "not_json"),
    ]


def test_a_line_that_begins_well_is_too_long_all_the_same() -> None:
    """What follows blanks beyond the limit would be lost, and nobody would know."""
    good = json.dumps(line_of(1))
    blank = " " * 400
    for text in (good + blank + json.dumps(line_of(2)), blank + good, "\ufeff" + good + blank + "}"):
        assert places(line_faults(lines(text, line_of(3)), Limits(line_bytes=300))) == [(1, "", "too_large")]


def test_a_line_of_two_megabytes_is_never_held_whole() -> None:
    class Counting(io.BytesIO):
        longest = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            line = super().readline(size)
            self.longest = max(self.longest, len(line))
            return line

    file = Counting(lines(long_line(1, 2_000_000), line_of(2)))
    assert places(refused(lambda: list(read_reservations(file)))) == [(1, "", "too_large")]
    assert file.longest == 1_000_001


# Laziness.


def test_only_what_somebody_keeps_stays_alive() -> None:
    count = 2000
    living: weakref.WeakSet[Watched] = weakref.WeakSet()
    file = io.BytesIO(lines(*range(count)))

    def build(value: Any) -> Watched:
        made = Watched(value)
        living.add(made)
        return made

    most, taken = 0, 0
    for made in read_json_lines(file, build, lambda _: (), document="d"):
        taken += made.number == taken
        most = max(most, len(living))
    assert taken == count
    assert most <= 3


class Watched:
    """Something that a test can see dying."""

    def __init__(self, number: int) -> None:
        self.number = number


def test_a_long_stream_of_reservations_is_held_one_at_a_time() -> None:
    def living() -> int:
        return sum(isinstance(each, Reservation) for each in gc.get_objects())

    def endless() -> Iterator[bytes]:
        for number in range(3000):
            yield lines(line_of(number))

    before = living()
    taken = 0
    for reservation in read_reservations(Trickle(endless())):
        taken += 1
        if taken % 500 == 0:
            assert living() - before <= 3
        assert reservation.id == f"R{taken - 1}"
    assert taken == 3000


class Trickle(io.BytesIO):
    """A stream that has nothing but what it was asked for."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self.chunks = chunks
        self.given = 0

    def readline(self, _: int | None = -1, /) -> bytes:
        self.given += 1
        return next(self.chunks, b"")


def test_a_line_is_read_when_its_reservation_is_asked_for() -> None:
    file = Trickle(iter([lines(line_of(1)), b"\n", lines(line_of(2)), lines({}), lines(line_of(3))]))
    stream = read_reservations(file)
    assert file.given == 0
    assert next(stream).id == "R1"
    assert file.given == 1
    assert next(stream).id == "R2"
    assert file.given == 3
    with pytest.raises(DocumentError):
        next(stream)
    assert file.given == 6


# Files.


def test_a_file_is_closed_when_its_last_reservation_was_taken(tmp_path: Path) -> None:
    path = tmp_path / "reservations.jsonl"
    path.write_bytes(lines(line_of(1), line_of(2)))
    assert [reservation.id for reservation in load_reservations(path)] == ["R1", "R2"]
    assert [reservation.id for reservation in load_reservations(str(path))] == ["R1", "R2"]
    stream = load_reservations(path)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    with pytest.raises(FileNotFoundError):
        next(load_reservations(tmp_path / "nowhere.jsonl"))


def test_faults_of_a_file_name_it(tmp_path: Path) -> None:
    path = tmp_path / "reservations.jsonl"
    path.write_bytes(lines(line_of(1), {**RESERVATION, "agent": 5}))
    (fault,) = refused(lambda: list(load_reservations(path)))
    assert str(fault) == f"{path}:2: agent: 5 is not a text"
    assert len(refused(lambda: list(load_reservations(path, limits=Limits(line_bytes=20))))) == 2


# What neither reader nor explainer understands.


def test_a_failure_that_is_no_fault_of_the_line_is_raised_as_it_is() -> None:
    ours = RuntimeError("ours")

    def build(_: object) -> object:
        raise ours

    with pytest.raises(RuntimeError) as raised:
        list(read_json_lines(io.BytesIO(b"1\n"), build, lambda _: (), document="d"))
    assert raised.value is ours
    explained = [Complaint("c", "p", "m")]
    (fault,) = refused(lambda: list(read_json_lines(io.BytesIO(b"1\n"), build, lambda _: explained, document="d")))
    assert str(fault) == "d:1: p: m"


def test_a_good_line_is_not_explained() -> None:
    def explain(_: object) -> list[Complaint]:
        pytest.fail("nothing is wrong")

    assert list(read_json_lines(io.BytesIO(b"1\n2\n"), lambda value: value + 1, explain, document="d")) == [2, 3]
