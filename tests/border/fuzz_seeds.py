"""What fuzzing begins with: our own documents, good and with a card number everywhere, and the words in them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

from border.planted import WRITTEN
from documents.reading import FOLIO, FULL_RESERVATION, FULL_SETUP, RESERVATION, SETUP, TASK
from documents.test_toml import TOML
from hotelpay.actions import CreateTodo
from hotelpay.documents.schema import SCHEMAS
from hotelpay.documents.settlements import event_document, intent_document, plan_document, result_document
from hotelpay.moments import Instant
from hotelpay.money import Money
from hotelpay.settlement.cycles import CyclePlan, PlannedRun
from hotelpay.settlement.journal import Claimed, Completed, Event, PersonNeeded, Rearmed, Recorded, Sending
from hotelpay.testing.contracts.intents import EVERY_ENDING, EVERY_INTENT, EVERY_RESULT

#: What somebody may write where anything else belongs; raw, as it stands in a document.
HOSTILE_TOKENS: Final = (
    *("NaN", "Infinity", "-Infinity", "1e999", "-0", "-0.0", "24.0", "1e3", "9" * 40, "true", "null", "{}", "[]"),
    *('""', '"NaN"', '"1e5"', '"+5"', '"-0"', '"1_000"', '"\\u0661\\u0662"', '" 12"', '"99999999999999.99"', '"0.001"'),
    *(
        '"\\u0000"',
        '"\\ud800"',
        '"\\u202e"',
        '"{0.__class__}"',
        '"%s"',
        '"\\r\\nBcc: x@y.z"',
        '"<script>"',
        '"\\u0131qd"',
    ),
    *('"eur"', '"XAU"', '"JPY"', '"KWD"', '"2024-02-30"', '"2200-01-01T00:00:00Z"', '"2024-01-10T09:30:00"'),
    *(json.dumps(f"card {number}, 12/26") for number in WRITTEN.values()),
    *(json.dumps(number) for number in WRITTEN.values()),
)
_TOML_TOKENS: Final = ("'''", '"""', "[[tasks]]", "[tasks.filters]", "0x1F", "1979-05-27T07:32:00Z", "07:32:00", "inf")


def _written(*documents: object) -> list[bytes]:
    return [json.dumps(each).encode() for each in documents]


def setups() -> list[bytes]:
    """Return setups in JSON: a full one, a small one, and full ones with a card number everywhere."""
    planted = (_with_texts(FULL_SETUP, number) for number in list(WRITTEN.values())[::4])
    return _written(FULL_SETUP, {**SETUP, "tasks": [TASK]}, SETUP, *planted)


def toml_setups() -> list[bytes]:
    """Return setups in TOML."""
    small = 'format = "hotelpay/1"\ntimezone = "UTC"\ncurrency = "EUR"\n'
    dotted = 'a.b."4111 1111 1111 1111".c = 1\n[[tasks]]\nid = """x"""\nfilters = { ota = true }\n'
    return [TOML.encode(), small.encode(), (small + dotted).encode()]


def reservation_lines() -> list[bytes]:
    """Return streams of reservations: good lines, faulty ones, and lines with a card number everywhere."""
    small = {**RESERVATION, "folios": [FOLIO], "cards": [{"id": "tok", "kind": "ota"}]}
    several = b"\n\n".join(_written(FULL_RESERVATION, {**small, "id": "R2"}, {**small, "id": "R2"}, {"id": 7}))
    planted = (_with_texts(FULL_RESERVATION, number) for number in list(WRITTEN.values())[::4])
    return [several, b"\xef\xbb\xbf" + several + b"\r\n", *_written(small, *planted)]


def processed_lines() -> list[bytes]:
    """Return files of processed pairs."""
    pairs = _written({"task": "T1", "reservation": "R1"}, {"reservation": "4111 1111 1111 1111", "task": "T2"})
    return [b"\n".join(pairs), pairs[1] + b'\n{"task": 1, "4111111111111111": null}\n']


def settlement_documents() -> list[bytes]:
    """Return documents of the ledger: intents, answers, events and a plan."""
    amount = Money.of("0.001", "KWD")
    row = PlannedRun(
        task="T1",
        reservation="R1",
        due_at=Instant(1),
        closes_at=Instant(2),
        operation="payment",
        folio="F1",
        card="tok_1",
        amount=amount,
        problem=None,
        after=("T0",),
    )
    intents = [make("h") for make in EVERY_INTENT.values()]
    events: tuple[Event, ...] = (
        *(Claimed(intent) for intent in intents[:2]),
        Sending("charge"),
        *(Recorded("charge", result, "ivan") for result in EVERY_RESULT),
        PersonNeeded("unknown_outcome", "look there"),
        *(Completed(ending) for ending in EVERY_ENDING[:2]),
        Rearmed(("T1", "R1"), 2, "ivan", "new card"),
    )
    return _written(
        *map(intent_document, intents),
        *map(result_document, EVERY_RESULT),
        *(event_document(event) for event in events),
        plan_document(CyclePlan(digest="5eed", active_tasks=("T1", "T2"), runs=(row,))),
    )


def decimals() -> list[bytes]:
    """Return amounts, and what is none."""
    odd = ("1e999999", "NaN", "-0.00", "1_000.5", "+5", " 12\n", "١٢٣.٤٥", "1.", ".5", "0.005", "-2.5", "9" * 14)
    return [text.encode() for text in ("135.00", "-33.333", "99999999999999.99999999999999", *odd)]


def texts() -> list[bytes]:
    """Return what people write down: numbers of cards in groups, in lists, beside others, in another script."""
    pairs = ("4111 1111 1111 1111 5555 5555 5555 4444", "room 12, 4111-1111-1111-1111 12/26", "\ud83d\udcb3 4")
    other = "4111111111111111".translate({ord(digit): 0x0660 + int(digit) for digit in "0123456789"})
    return [text.encode(errors="surrogatepass") for text in (*WRITTEN.values(), *pairs, other)]


def templates() -> list[bytes]:
    """Return e-mails: subject, text, HTML and the name of a guest, with a line of equals signs between."""
    mails = (
        (
            "Your stay at {{ hotel }}",
            "Dear {{guest}},\n{{amount}} {{{{x}}}}\n",
            "<p title='{{ guest }}'>{{ guest }}</p>",
            "Eve",
        ),
        ("{{ reservation }}", "{guest} %s ${x} {{ arrival }} {{departure}}", "", "<b>Eve</b>\r\nBcc: x@y.z"),
        ("s", "{{ guest.password }}", '<a href="x">{{{ guest }}}</a>', "4111 1111 1111 1111"),
    )
    return ["\n===\n".join(parts).encode() for parts in mails]


def _with_texts(document: Any, number: str) -> Any:
    """Return a document whose longer texts hold a card number, beside those that are read as something else."""
    found = copy.deepcopy(document)
    for holder, key in list(_texts(found)):
        if key in {"text", "comment", "name", "reference", "channel", "template"}:
            holder[key] = f"{holder[key]} {number}"
    return found


def _texts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every text of a document as the object or list that holds it and its key there."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(item, str):
            yield value, key
        yield from _texts(item)


def words() -> list[str]:
    """Return the words of a dictionary for fuzzing: field names, choices, and what is hostile."""
    names = {name for schema in SCHEMAS.values() for name in _names(schema())}
    ledgers = {name for text in settlement_documents() for name in _names({"properties": json.loads(text)})}
    tokens = (*HOSTILE_TOKENS, *_TOML_TOKENS, '{"', '":', '",', "[", "]", "{", "}", "\\u0000", "\n", "\ufeff")
    return [*(json.dumps(name) for name in sorted(names | ledgers)), *tokens, CreateTodo("{0} %s").text]


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        yield from (each for each in schema.get("enum", ()) if isinstance(each, str))
        for inner in schema.values():
            yield from _names(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _names(inner)
