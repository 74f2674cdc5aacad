"""Card numbers and secrets, planted in every text that a public class takes: none comes out where it must not."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import re
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple

import attrs
import pytest

from border.leak_table import REASONS
from border.planted import VISA, WRITTEN, is_told_by
from border.public_classes import built, holds_values, planted, public_classes, text_fields
from command_line import Hotel, hotelpay
from examples import EUR, eur, folio, reservation
from examples import task as any_task
from hotelpay import (
    CreateTodo,
    CycleReport,
    Declined,
    HotelpayError,
    InvalidValue,
    Payment,
    Recovery,
    Setup,
    rearm,
    recover,
    run_cycle,
)
from hotelpay.adapters.mail import SmtpServer, Tls
from hotelpay.adapters.procrastinate import app_of
from hotelpay.adapters.procrastinate.told import LOGGER, log
from hotelpay.adapters.sql import connect, open_chain, open_store
from hotelpay.adapters.stripe import StripeGateway
from hotelpay.documents import reservation_document, setup_document
from hotelpay.documents.reports import cycle_document, recovery_document
from hotelpay.documents.settlements import event_document
from hotelpay.ports import Ports
from hotelpay.settlement.journal import Claimed, Recorded
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.contracts.intents import run_intent
from hotelpay.testing.stories import START, guest, setup_of, task

#: So many classes and so many of their fields there were when this was written.
FEWEST_CLASSES: Final = 300
FEWEST_FIELDS: Final = 300

CLASSES: Final = {name: kind for name, kind in public_classes().items() if holds_values(kind)}
FIELDS: Final = {
    f"{name}.{field}": (kind, field, annotation)
    for name, kind in CLASSES.items()
    for field, annotation in text_fields(kind).items()
}


class Told(NamedTuple):
    """What came out where a text was put in: whether it was refused, and all that was said or kept."""

    refused: bool
    said: str


def told(kind: type, field: str, annotation: Any, text: str) -> Told:
    try:
        made = built(kind, **{field: planted(annotation, text)})
    except HotelpayError as error:
        return Told(refused=True, said=said_of_error(error))
    return Told(refused=False, said=said_of(made))


def said_of_error(error: BaseException) -> str:
    """Return all that an error says: its sentence, its arguments, its traceback, and what a log makes of it."""
    return "\n".join(
        (
            str(error),
            repr(error),
            repr(error.args),
            repr(vars(error)),
            "".join(traceback.format_exception(error)),
            logged(lambda logger: logger.error("%s", error, exc_info=error)),
            pickle.dumps(error).decode("latin-1"),
        )
    )


def said_of(made: Any) -> str:
    """Return all that an object says of itself, and what is left of it in a copy, a pickle and a log."""
    said = [
        str(made),
        repr(made),
        f"{made}",
        logged(lambda logger: logger.info("%s %r", made, made)),
    ]
    if attrs.has(type(made)):
        said.append(repr(attrs.asdict(made)))
    if isinstance(made, BaseException):
        said += (repr(made.args), repr(vars(made)))
    # What holds an engine, a lock or a password cannot be pickled.
    with suppress(TypeError, AttributeError, pickle.PicklingError):
        said += (repr(copy.copy(made)), pickle.dumps(made).decode("latin-1"))
    return "\n".join(said)


def logged(write: Callable[[logging.Logger], None]) -> str:
    """Return what a logger of its own writes."""
    out = io.StringIO()
    logger = logging.Logger("planted")  # noqa: LOG001  of its own: nobody else hears it
    handler = logging.StreamHandler(out)
    logger.addHandler(handler)
    write(logger)
    handler.close()
    return out.getvalue()


# Card numbers.


def test_every_public_class_is_walked(record_property: Callable[[str, object], None]) -> None:
    every = public_classes()
    assert len(every) >= FEWEST_CLASSES
    assert len(FIELDS) >= FEWEST_FIELDS
    record_property("planted_classes", len(every))
    record_property("planted_fields", len(FIELDS))
    record_property("planted_runs", len(FIELDS) * len(WRITTEN))


def test_every_field_that_tells_is_one_that_there_is() -> None:
    assert REASONS.keys() - FIELDS.keys() == set()


@pytest.mark.parametrize("name", sorted(FIELDS.keys() - REASONS.keys()))
def test_a_card_number_is_refused_without_echo_or_masked(name: str) -> None:
    for written in WRITTEN.values():
        for text in (written, f"card {written}, 12/26"):
            assert not is_told_by(told(*FIELDS[name], text).said), name


@pytest.mark.parametrize("name", REASONS)
def test_the_table_has_no_field_more_than_it_needs(name: str) -> None:
    assert is_told_by(told(*FIELDS[name], VISA).said)


@pytest.mark.parametrize("name", [name for name, reason in REASONS.items() if reason.startswith("an id ")])
def test_an_id_is_never_refused_for_what_it_looks_like(name: str) -> None:
    for written in WRITTEN.values():
        assert not told(*FIELDS[name], written).refused


@pytest.mark.parametrize("written", WRITTEN.values())
def test_no_document_of_what_people_wrote_tells_the_number(written: str) -> None:
    paid = Payment(amount=eur("1.00"), comment=f"card {written}")
    todo = CreateTodo(f"charge {written}")
    setup = Setup(timezone="UTC", currency=EUR, tasks=[any_task(on_failure=[todo])])
    intent = attrs.evolve(run_intent("h"), task=setup.tasks[0])
    documents = (
        reservation_document(reservation(folios=(attrs.evolve(folio("1.00"), payments=(paid,)),))),
        setup_document(setup),
        event_document(Claimed(intent)),
        event_document(Recorded("charge", Declined("no_card", f"declined: {written}"))),
    )
    for document in documents:
        assert not is_told_by(json.dumps(document, ensure_ascii=False))
        assert "••••" in re.sub("[ .-]", "", json.dumps(document, ensure_ascii=False))


# What the outside says, all the way through.


class Raising:
    """A port whose every method raises what a careless client would: with the card's number in it."""

    def __init__(self, port: Any, *methods: str) -> None:
        self._port, self._methods = port, methods

    def __getattr__(self, name: str) -> Any:
        if self._methods and name not in self._methods:
            return getattr(self._port, name)
        if not callable(getattr(self._port, name)):
            return getattr(self._port, name)
        return self._raise

    def _raise(self, *_: object, **__: object) -> None:
        raise ConnectionError(f"cannot serve card {VISA}")


def hotel_with(raising: str, *methods: str) -> tuple[Setup, MemoryBench, Ports]:
    """Return a hotel one of whose ports raises."""
    bench = MemoryBench.at(START)
    bench.put(guest())
    ports = bench.ports()
    broken = attrs.evolve(ports, **{raising: Raising(getattr(ports, raising), *methods)})
    return setup_of(task()), bench, broken


def everything_told(report: CycleReport | Recovery, bench: MemoryBench, document: object) -> str:
    """Return a report, its document, the journal and its documents, and what a worker logs."""
    entries = list(bench.ledger.entries())
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    LOGGER.addHandler(handler)
    try:
        log("default", report)
    finally:
        LOGGER.removeHandler(handler)
    journal = [event_document(entry.event) for entry in entries]
    return f"{report!r} {document} {entries!r} {journal} {out.getvalue()}"


@pytest.mark.parametrize(
    ("port", "methods"),
    [
        ("gateway", ()),
        ("book", ("post",)),
        ("book", ()),
        ("source", ("holding",)),
        ("source", ("reservation",)),
        ("ledger", ("claim",)),
    ],
)
def test_what_a_port_raises_is_kept_without_the_number(port: str, methods: tuple[str, ...]) -> None:
    setup, bench, ports = hotel_with(port, *methods)
    report = run_cycle(setup, ports, START)
    assert not is_told_by(everything_told(report, bench, cycle_document(report)))
    bench.advance(3600)
    healed = recover(ports, bench.now)
    assert not is_told_by(everything_told(healed, bench, recovery_document(healed, bench.now)))


def test_a_reason_that_a_clerk_types_is_kept_without_the_number() -> None:
    bench = MemoryBench.at(START)
    bench.put(guest(cards=()))
    run_cycle(setup_of(task()), bench.ports(), START)
    rearm(bench.ports(), task=task().id, reservation=guest().id, by="ivan", reason=f"new card {VISA}")
    entries = list(bench.ledger.entries())
    assert not is_told_by(f"{entries!r} {[event_document(entry.event) for entry in entries]}")
    assert "1111" in repr(entries)


# Secrets.

SECRET: Final = "sk_live_51Hk9dQ2eZvKYlo2C"  # noqa: S105  nobody's
DSN: Final = f"postgresql://clerk:{SECRET}@127.0.0.1:1/hotel"


def tells_secret(text: str) -> bool:
    return SECRET[8:] in text


@pytest.mark.parametrize(
    "open_it",
    [
        lambda: open_store(DSN, "default", "worker-1"),
        lambda: open_chain(DSN, "worker-1"),
        lambda: open_store(DSN.replace("postgresql", "mysql"), "default", "worker-1"),
        lambda: open_store(DSN.replace("postgresql", "no such scheme"), "default", "worker-1"),
        lambda: open_store(DSN.replace(":1/", ":port/"), "default", "worker-1"),
        lambda: open_store(DSN.replace(":sk", ":p@sk"), "default", "worker-1"),
        lambda: app_of(None, DSN.replace("postgresql", "sqlite")),  # type: ignore[arg-type]
    ],
    ids=["a store", "a chain", "another database", "no database", "no port", "an @", "a queue"],
)
def test_no_error_of_a_database_tells_its_password(open_it: Callable[[], object]) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011  the driver's own, whatever it is
        open_it()
    assert not tells_secret(said_by(caught.value))


def said_by(error: BaseException) -> str:
    """Return what any error says, with everything that it came from."""
    chain = "".join(traceback.format_exception(error))
    return f"{error} {error!r} {error.args} {chain} {logged(lambda logger: logger.error('it failed', exc_info=error))}"


def test_what_is_connected_tells_no_password() -> None:
    engine = connect(DSN)
    kinds = [kind for name, kind in CLASSES.items() if "engine" in attrs_of(kind)]
    assert len(kinds) >= 6
    for made in (engine, engine.url, *(built(kind, engine=engine) for kind in kinds)):
        said = f"{made} {made!r} {made:}"
        if attrs.has(type(made)):
            said += repr(attrs.asdict(made))
        assert not tells_secret(said)
    engine.dispose()


def attrs_of(kind: type) -> set[str]:
    return {field.name for field in attrs.fields(kind)} if attrs.has(kind) else set()


def test_a_gateway_tells_no_key() -> None:
    gateway = StripeGateway.connect(SECRET)
    try:
        assert not tells_secret(
            f"{gateway} {gateway!r} {logged(lambda logger: logger.info('%s %r', gateway, gateway))}"
        )
    finally:
        gateway.close()
    with pytest.raises(InvalidValue) as caught:
        StripeGateway.connect(SECRET, timeout_seconds=0)
    assert not tells_secret(said_by(caught.value))


def test_mail_settings_tell_no_password() -> None:
    server = SmtpServer(host="mail.example.com", username="desk", password=SECRET)
    said = logged(lambda logger: logger.info("%s %r", server, server))
    assert not tells_secret(f"{server} {server!r} {said}")
    assert not tells_secret(repr(attrs.evolve(server, port=465)))
    with pytest.raises(TypeError):
        pickle.dumps(server)


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": f"{SECRET}\n"},
        {"password": f"{SECRET}é"},
        {"host": "a b"},
        {"username": None},
        {"tls": Tls.NONE},
    ],
    ids=repr,
)
def test_no_refusal_of_mail_settings_tells_the_password(wrong: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"host": "mail.example.com", "username": "desk", "password": SECRET, **wrong}
    with pytest.raises(InvalidValue) as caught:
        SmtpServer(**fields)
    assert not tells_secret(said_by(caught.value))


@pytest.mark.parametrize(
    "command",
    [
        ("run", "-s", "S", "-r", "R", "--at", "2024-02-01T10:00:00Z", "--db", DSN),
        ("run", "-s", "S", "-r", "R", "--at", "2024-02-01T10:00:00Z", "--db", DSN.replace("postgresql", "mysql")),
        ("run", "-s", "S", "-r", "R", "--at", "2024-02-01T10:00:00Z", "--db", DSN.replace(":1/", ":port/")),
        ("recover", "--at", "2024-02-01T10:00:00Z", "--db", DSN),
        ("report", "--db", DSN),
        ("report", "--db", DSN.replace(":sk", ":p@sk")),
        ("report", "--db", f"postgresql://127.0.0.1:1/hotel?password={SECRET}"),
        ("chain", "list", "--dsn", DSN),
        ("chain", "list", "--dsn", DSN.replace("postgresql", "postgres")),
        ("worker", "--dsn", DSN),
    ],
    ids=lambda command: " ".join(command)[:40],
)
def test_no_command_tells_the_password_of_a_database(command: tuple[str, ...], tmp_path: Any) -> None:
    hotel = Hotel(tmp_path)
    files = {"S": hotel.setup, "R": hotel.reservations}
    answer = hotelpay(*(files.get(each, each) for each in command))
    assert answer.status == 2
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert not tells_secret(answer.err)
