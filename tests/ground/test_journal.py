"""The journal of a settlement: what its entries amount to, what is forgotten of them, what nobody can have written."""

from __future__ import annotations

from typing import Any, Final

import attrs
import pytest

from examples import eur
from hotelpay import Approved, Declined, Identity, Kind, Outcome
from hotelpay.moments import Instant
from hotelpay.settlement.intent import Results
from hotelpay.settlement.journal import (
    Claimed,
    Completed,
    Entry,
    Event,
    JournalFault,
    PersonNeeded,
    Rearmed,
    Recorded,
    Sending,
    SendingRecord,
    Settlement,
    erased_event,
    fold,
    is_definite,
)
from hotelpay.settlement.outcome import Done, Ending, Failed, NotAttempted, Refused, Result, TooLate, Unknown

IDENTITY: Final = Identity("default", Kind.RUN, ("T1", "R1"))
PAID: Final = Approved(eur("9.00"), "ch_1")
PERSON: Final = PersonNeeded("unknown_outcome", "Anna Berg should look")


@attrs.frozen
class Script:
    """An intent that is only written down."""

    opening: str | None = "charge"
    guest: str = "Anna Berg"
    identity: Identity = IDENTITY
    reservation: str = "R1"

    def next_effect(self, _results: Results) -> Ending:
        return Ending(Outcome.DONE)

    def erased(self) -> Script:
        return attrs.evolve(self, guest="")


def entries(*events: tuple[int, Event]) -> list[Entry]:
    """Return entries of these instants and events."""
    return [
        Entry(number=number, at=Instant(at), worker="w", key="hp1-k", epoch=1, event=event)
        for number, (at, event) in enumerate(events, 1)
    ]


def settlement(**fields: Any) -> Settlement:
    return Settlement(**{"intent": Script(), "claimed_at": Instant(10), **fields})


def sent(*records: tuple[int, Result | None]) -> dict[str, tuple[SendingRecord, ...]]:
    return {"charge": tuple(SendingRecord(Instant(at), answer) for at, answer in records)}


# What entries amount to


def test_a_settlement_is_what_its_entries_say() -> None:
    ending = Ending(Outcome.APPROVED, None, "not_posted")
    state = fold(
        entries(
            (10, Claimed(Script())),
            (20, Sending("charge")),
            (21, Recorded("charge", NotAttempted("no line"))),
            (30, Sending("charge")),
            (31, Recorded("charge", Unknown("lost"))),
            (32, PERSON),
            (40, Recorded("charge", PAID, "Anna")),
            (50, Sending("release")),
            (51, Recorded("release", Declined("no"))),
            (60, Sending("debit")),
            (70, Recorded("post", Failed("down"))),
            (71, Recorded("post", Done())),
            (80, Completed(ending)),
        )
    )
    assert state == settlement(
        results={"charge": PAID, "release": Declined("no"), "post": Done()},
        sendings={
            **sent((20, NotAttempted("no line")), (30, Unknown("lost"))),
            "release": (SendingRecord(Instant(50), Declined("no")),),
            "debit": (SendingRecord(Instant(60)),),
        },
        person=PERSON,
        ending=ending,
    )
    assert state.key == IDENTITY.key


@pytest.mark.parametrize(
    ("answer", "definite"),
    [
        (PAID, True),
        (Declined("no"), True),
        (Done(), True),
        (Refused("no"), True),
        (TooLate(), True),
        (NotAttempted(), False),
        (Unknown(), False),
        (Failed(), False),
    ],
)
def test_an_answer_is_definite_or_more_has_to_be_found_out(answer: Result, definite: bool) -> None:  # noqa: FBT001
    assert is_definite(answer) is definite


@pytest.mark.parametrize(
    ("records", "first", "last"),
    [
        ([], None, None),
        ([(20, None)], 20, 20),
        ([(20, Unknown()), (30, PAID), (40, None)], 20, 40),
        ([(20, NotAttempted()), (30, Unknown()), (40, None), (50, NotAttempted())], 30, 40),
        ([(20, NotAttempted())], None, None),
    ],
)
def test_a_call_may_have_happened_at_each_sending_that_nobody_denies(
    records: list[tuple[int, Result | None]], first: int | None, last: int | None
) -> None:
    state = settlement(sendings=sent(*records))
    assert (state.maybe_sent_since("charge"), state.last_sent_at("charge")) == (first, last)
    assert (state.maybe_sent_since("release"), state.last_sent_at("release")) == (None, None)


@pytest.mark.parametrize(
    ("opening", "results", "approved"),
    [
        ("charge", {"charge": PAID}, PAID),
        ("charge", {"charge": Declined("no")}, None),
        ("charge", {"release": PAID}, None),
        ("charge", {}, None),
        (None, {"charge": PAID}, None),
    ],
)
def test_what_was_approved_is_the_answer_to_the_first_call(
    opening: str | None, results: dict[str, Result], approved: Approved | None
) -> None:
    assert settlement(intent=Script(opening), results=results).approved is approved


@pytest.mark.parametrize(
    ("person", "ending", "code"),
    [
        (None, None, None),
        (PERSON, None, "unknown_outcome"),
        (PERSON, Ending(Outcome.APPROVED), None),
        (None, Ending(Outcome.APPROVED, "declined", "not_posted"), "not_posted"),
    ],
)
def test_an_ending_says_whether_a_person_is_still_waited_for(
    person: PersonNeeded | None, ending: Ending | None, code: str | None
) -> None:
    assert settlement(person=person, ending=ending).waits_for_person == code


# What nobody can have written


@pytest.mark.parametrize(
    ("events", "key", "fault"),
    [
        ([], "?", "it is empty"),
        ([Sending("charge")], "hp1-k", "it does not begin with a claim"),
        ([Claimed(Script()), Rearmed(("T1", "R1"), 2, "Anna", "why")], "hp1-k", "it does not begin with a claim"),
        ([Claimed(Script()), Claimed(Script())], IDENTITY.key, "it is claimed twice"),
    ],
)
def test_entries_out_of_order_are_a_fault_of_the_journal(events: list[Event], key: str, fault: str) -> None:
    with pytest.raises(JournalFault) as caught:
        fold(entries(*((10, event) for event in events)))
    assert (caught.value.key, caught.value.fault) == (key, fault)
    assert str(caught.value) == f"the journal of settlement {key} cannot be read: {fault}"
    assert caught.value.args == (key, fault)


def test_what_is_claimed_cannot_be_claimed_again() -> None:
    with pytest.raises(JournalFault, match=f"settlement {IDENTITY.key} cannot be read: it is claimed twice"):
        settlement().after(Claimed(Script()), Instant(20))


# What is forgotten


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (Claimed(Script()), Claimed(Script(guest=""))),
        (Sending("charge"), Sending("charge")),
        (Recorded("charge", PAID, "desk"), Recorded("charge", PAID, "desk")),
        (Recorded("charge", Declined("no", "said Anna")), Recorded("charge", Declined("no"))),
        (Recorded("post", Refused("closed", "said Anna")), Recorded("post", Refused("closed"))),
        (Recorded("charge", Unknown("Anna's line")), Recorded("charge", Unknown())),
        (Recorded("charge", NotAttempted("Anna's line")), Recorded("charge", NotAttempted())),
        (Recorded("post", Failed("Anna's bill")), Recorded("post", Failed())),
        (Recorded("post", Done()), Recorded("post", Done())),
        (Recorded("charge", TooLate()), Recorded("charge", TooLate())),
        (PERSON, PersonNeeded("unknown_outcome", "")),
        (Completed(Ending(Outcome.DONE)), Completed(Ending(Outcome.DONE))),
    ],
)
def test_of_an_event_codes_and_amounts_stay_and_words_do_not(event: Any, left: object) -> None:
    assert erased_event(event) == left
