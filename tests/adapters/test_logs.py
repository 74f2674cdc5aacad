"""The log of a hotel: every happening is a record, at the level that it asks of an operator; nothing of guests."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from hotelpay import Kind, Outcome
from hotelpay.adapters.logs import JsonLines, LogObserver
from hotelpay.adapters.logs.json_lines import FIELDS
from hotelpay.moments import Instant
from hotelpay.observed import (
    Answer,
    AttemptAllowed,
    CallAnswered,
    CallSent,
    CycleBegun,
    CycleEnded,
    CycleRefused,
    GivenBack,
    Happening,
    LeaseLost,
    PersonCalled,
    ReservationErased,
    RunForgotten,
    SettlementEnded,
    Start,
    Stop,
    Visit,
    VisitBegun,
)
from hotelpay.settlement.cycles import CycleRefusal
from hotelpay.settlement.identity import Identity
from hotelpay.testing.crashes import run_once
from hotelpay.testing.stories import START, Case, cases
from watching import Kept, WatchedBench, loud_day, said_of_guests, watched, watched_by

CASES = {case.name: case for case in cases()}
#: What every record of Python's logging has of its own.
_USUAL = {*vars(logging.makeLogRecord({})), "message", "asctime"}
AT = Instant(1_720_602_000)
RUN = Visit(identity=Identity("sofia", Kind.RUN, ("T1", "R1")), reservation="R1", epoch=1)
REDEMPTION = Visit(identity=Identity("sofia", Kind.REDEMPTION, ("B-1",)), reservation="R1", epoch=2)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Return what the logger ``hotelpay`` writes, as JSON Lines, and nobody else hears."""
    logger, out = logging.getLogger("hotelpay"), io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield out
    logger.removeHandler(handler)
    logger.level, logger.propagate = before


def logged(happening: Happening, caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    """Return the one record of a happening."""
    caplog.clear()
    caplog.set_level(logging.DEBUG, "hotelpay")
    LogObserver().observe(happening)
    (record,) = caplog.records
    return record


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _USUAL}


_CYCLE: dict[str, Any] = {"hotel": "sofia", "cycle_at": AT}
_END = SettlementEnded(visit=RUN, at=AT, seconds=7, outcome=Outcome.DECLINED, reason="card_declined")
_RUN_IS = "hotel sofia: run of T1 / R1"
_CYCLE_IS = "hotel sofia: cycle 2024-07-10T09:00:00Z"
#: Every happening, with the level, the logger, the event and the message of its record.
EXPECTED: list[tuple[Happening, int, str, str, str]] = [
    (VisitBegun(RUN, AT, Start.CLAIMED), logging.DEBUG, "run", "begun", f"{_RUN_IS} is claimed"),
    (VisitBegun(RUN, AT, Start.TAKEN_OVER), logging.DEBUG, "run", "begun", f"{_RUN_IS} is taken over"),
    (CallSent(RUN, AT, "charge"), logging.DEBUG, "run", "sending", f"{_RUN_IS} sends charge"),
    *(
        (
            CallAnswered(RUN, AT, "charge", answer),
            logging.DEBUG if answer in (Answer.APPROVED, Answer.DECLINED, Answer.DONE) else logging.WARNING,
            "run",
            "answer",
            f"{_RUN_IS} heard of charge: {answer.value}",
        )
        for answer in Answer
    ),
    (
        CallAnswered(REDEMPTION, AT, "debit", Answer.DECLINED, "too_few_points"),
        logging.DEBUG,
        "redemption",
        "answer",
        "hotel sofia: redemption of B-1 heard of debit: declined (too_few_points)",
    ),
    (
        PersonCalled(RUN, AT, "unknown_outcome"),
        logging.ERROR,
        "run",
        "person",
        f"{_RUN_IS} needs a person (unknown_outcome)",
    ),
    (_END, logging.INFO, "run", "ended", f"{_RUN_IS} ended: declined (card_declined)"),
    (
        attrs.evolve(_END, outcome=Outcome.APPROVED, reason=None, person="posting_refused"),
        logging.ERROR,
        "run",
        "ended",
        f"{_RUN_IS} ended: approved; it needs a person (posting_refused)",
    ),
    (GivenBack(RUN), logging.DEBUG, "run", "given_back", f"{_RUN_IS} is given back"),
    (LeaseLost(RUN), logging.ERROR, "run", "lease_lost", f"{_RUN_IS} was lost: its lease is over"),
    (
        AttemptAllowed(hotel="sofia", kind=Kind.RELEASE, names=("R1", "A1"), attempt=2),
        logging.INFO,
        "release",
        "rearmed",
        "hotel sofia: release of R1 / A1 may be tried again, attempt 2",
    ),
    (
        RunForgotten(hotel="sofia", task="T1", reservation="R1", due_at=AT, closed_at=AT),
        logging.WARNING,
        "run",
        "forgotten",
        f"{_RUN_IS} was forgotten",
    ),
    (
        ReservationErased(hotel="sofia", reservation="R1", settlements=3),
        logging.INFO,
        "ledger",
        "erased",
        "hotel sofia: reservation R1 was erased",
    ),
    (CycleBegun(**_CYCLE, epoch=1, at=AT), logging.DEBUG, "cycle", "begun", f"{_CYCLE_IS} begun"),
    (CycleBegun(**_CYCLE, epoch=2, at=AT), logging.DEBUG, "cycle", "resumed", f"{_CYCLE_IS} resumed"),
    *(
        (
            CycleRefused(**_CYCLE, refusal=refusal),
            logging.DEBUG,
            "cycle",
            refusal.value,
            f"{_CYCLE_IS} refused: {refusal.value}",
        )
        for refusal in CycleRefusal
    ),
    *(
        (
            CycleEnded(**_CYCLE, epoch=1, stop=stop),
            logging.WARNING if stop is Stop.LOST else logging.INFO,
            "cycle",
            stop.value,
            f"{_CYCLE_IS} {stop.value}",
        )
        for stop in Stop
    ),
]


@pytest.mark.parametrize(("happening", "level", "logger", "event", "message"), EXPECTED)
def test_every_happening_is_one_record(
    happening: Happening, level: int, logger: str, event: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    record = logged(happening, caplog)
    assert (record.levelno, record.name) == (level, f"hotelpay.{logger}")
    assert (fields_of(record)["event"], record.getMessage()) == (event, message)
    assert fields_of(record)["hotel"] == "sofia"
    assert fields_of(record).keys() <= set(FIELDS)


def test_the_table_has_every_happening() -> None:
    assert {type(row[0]) for row in EXPECTED} == set(Happening.__args__)


def test_every_field_is_borne_by_some_record(caplog: pytest.LogCaptureFixture) -> None:
    borne = {name for row in EXPECTED for name in fields_of(logged(row[0], caplog))}
    assert borne == set(FIELDS)


def test_the_fields_of_an_answer_say_it_all(caplog: pytest.LogCaptureFixture) -> None:
    answered = CallAnswered(RUN, AT, "charge", Answer.DECLINED, "card_declined", by_hand=True)
    assert fields_of(logged(answered, caplog)) == {
        "hotel": "sofia",
        "event": "answer",
        "kind": "run",
        "names": ["T1", "R1"],
        "task": "T1",
        "reservation": "R1",
        "attempt": 1,
        "key": RUN.key,
        "epoch": 1,
        "at": "2024-07-10T09:00:00Z",
        "purpose": "charge",
        "answer": "declined",
        "code": "card_declined",
        "by_hand": True,
    }


def test_what_there_is_not_is_no_field(caplog: pytest.LogCaptureFixture) -> None:
    found = fields_of(logged(GivenBack(REDEMPTION), caplog))
    assert "task" not in found
    assert None not in found.values()


# JSON Lines.


def test_a_line_is_the_record_as_an_object(stream: io.StringIO) -> None:
    LogObserver().observe(CallSent(RUN, AT, "charge"))
    line = json.loads(stream.getvalue())
    assert line["time"].endswith("+00:00")
    del line["time"]
    assert list(line.items()) == [
        ("level", "DEBUG"),
        ("logger", "hotelpay.run"),
        ("message", "hotel sofia: run of T1 / R1 sends charge"),
        ("hotel", "sofia"),
        ("event", "sending"),
        ("kind", "run"),
        ("names", ["T1", "R1"]),
        ("task", "T1"),
        ("reservation", "R1"),
        ("attempt", 1),
        ("key", RUN.key),
        ("epoch", 1),
        ("at", "2024-07-10T09:00:00Z"),
        ("purpose", "charge"),
    ]


def test_records_of_others_are_lines_too() -> None:
    """One handler may serve a whole application: texts of any script, line breaks and traces."""
    formatter = JsonLines()
    plain = logging.makeLogRecord({"name": "other", "levelname": "INFO", "msg": "two\nlines, %s", "args": ("Ж",)})
    assert "\n" not in formatter.format(plain)
    assert json.loads(formatter.format(plain))["message"] == "two\nlines, Ж"
    broken = RuntimeError("broken")
    failed = logging.makeLogRecord({"msg": "it failed", "exc_info": (RuntimeError, broken, None), "hotel": {7}})
    line = json.loads(formatter.format(failed))
    assert line["trace"].endswith("RuntimeError: broken")
    assert line["hotel"] == "{7}"


# A library's manners.


def test_nothing_is_written_unless_the_application_says_so() -> None:
    """No handler, no level, no line on standard error: also not the last resort of Python's own."""
    code = (
        "import logging\n"
        "from hotelpay.adapters.logs import LogObserver\n"
        "from hotelpay.observed import ReservationErased, CycleEnded, Stop\n"
        "LogObserver().observe(CycleEnded(hotel='a', cycle_at=0, epoch=1, stop=Stop.LOST))\n"
        "found = logging.getLogger('hotelpay')\n"
        "print(logging.getLogger().handlers, found.level, [type(each).__name__ for each in found.handlers])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[] 0 ['NullHandler']\n", "")


# Real hotels.


@pytest.mark.parametrize("name", CASES)
def test_the_log_has_what_the_journal_has_and_nothing_of_guests(name: str, stream: io.StringIO) -> None:
    case: Case = CASES[name]
    bench = watched(case, LogObserver())
    assert run_once(bench, case.story, None, 600) == []
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    kept = Kept.by(bench.ledger)
    ended = [(line["kind"], line["outcome"]) for line in lines if line["event"] == "ended"]
    answers = [(line["purpose"], line["answer"]) for line in lines if line["event"] == "answer"]
    assert (sorted(ended), sorted(answers)) == (sorted(kept.ended.elements()), sorted(kept.answers.elements()))
    assert [line["event"] for line in lines].count("sending") == kept.sendings
    assert len([line for line in lines if line["level"] == "ERROR"]) == kept.persons.total()
    assert said_of_guests(stream.getvalue()) == []


def test_no_record_says_anything_of_a_guest(stream: io.StringIO, caplog: pytest.LogCaptureFixture) -> None:
    """Not in its message, its arguments, its fields or a formatted line, at any level."""
    bench = watched_by(LogObserver())(START)
    assert isinstance(bench, WatchedBench)
    loud_day(bench)
    bench.ports().ledger.erase("R-0")
    records = [record for record in caplog.records if record.name.startswith("hotelpay.")]
    assert len(records) == len(stream.getvalue().splitlines()) > 50
    assert said_of_guests(stream.getvalue()) == []
    for record in records:
        assert said_of_guests(repr(vars(record)) + record.getMessage()) == []
