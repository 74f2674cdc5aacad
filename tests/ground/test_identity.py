"""Which settlement it is, and the keys of its calls: a key that changed would let money move twice."""

from __future__ import annotations

from typing import Any, Final

import pytest

from ground.refusals import refusal
from hotelpay import Identity, InvalidValue, Kind, WrongType
from hotelpay.settlement.identity import MOST_ATTEMPTS, Call

ID: Final = "is not a text of 1 to 128 printable characters"


def identity(**fields: Any) -> Identity:
    return Identity(**{"hotel": "default", "kind": Kind.RUN, "names": ("T1", "R1"), **fields})


@pytest.mark.parametrize(
    ("fields", "purpose", "key"),
    [
        ({}, None, "hp1-e2a958723349fd57aef7373e0b65340d719309991bd6dca4"),
        ({}, "charge", "hp1-a052824f70ffc32a7991eb75fcb91a60e1929590e48fc37b"),
        ({"attempt": 2}, "charge", "hp1-0f4d7c0519e5a50d41fc8e9a21934749f5335d1319ecc547"),
        ({"hotel": "Стая"}, "charge", "hp1-f6cfe0d94a29a344bfc74073f0da13ceef72a983badb4cc2"),
        ({"kind": Kind.RELEASE}, "release", "hp1-cc8c9311aac3662878774ae87c315864b866db3b717bcc5a"),
        ({"kind": Kind.REDEMPTION, "names": ("B-1",)}, "debit", "hp1-427c799de91f1ff18fbccd0676a63efc93f6af9aa89dcdbb"),
    ],
)
def test_a_key_is_the_same_in_every_release(fields: dict[str, Any], purpose: str | None, key: str) -> None:
    """Ledgers and processors keep keys: after an update a repeat has to bear the key of the first call."""
    mine = identity(**fields)
    assert (mine.key if purpose is None else mine.call(purpose).key) == key


def test_a_call_is_its_purpose_and_its_key() -> None:
    call = identity().call("action-3")
    assert call == Call("action-3", identity().call("action-3").key)
    assert (call.purpose, len(call.key)) == ("action-3", 52)
    assert call.key not in {identity().key, identity().call("action-30").key}


def test_no_two_settlements_share_a_key() -> None:
    alike = [
        identity(names=("ab", "c")),
        identity(names=("a", "bc")),
        identity(names=("a", "b", "c")),
        identity(hotel="defaultr"),
        identity(names=("T1", "R1", "1")),
        identity(attempt=11),
        identity(kind=Kind.CAPTURE),
    ]
    assert len({each.key for each in (identity(), *alike)}) == len(alike) + 1


@pytest.mark.parametrize(
    ("fields", "kind", "sentence"),
    [
        ({"hotel": ""}, InvalidValue, f"hotel: '' {ID}"),
        ({"kind": "run"}, WrongType, "kind: 'run' (str) is not a Kind"),
        ({"names": ()}, WrongType, "names: a list (tuple) is not a list of ids"),
        ({"names": ("T1", "")}, InvalidValue, f"names: '' {ID}"),
        ({"names": ("T1", 7)}, WrongType, "names: 7 (int) is not a text"),
        ({"attempt": 0}, InvalidValue, "attempt: 0 is not a whole number from 1 to 1000"),
        ({"attempt": 1001}, InvalidValue, "attempt: 1001 is not a whole number from 1 to 1000"),
        ({"attempt": True}, WrongType, "attempt: True (bool) is not a whole number from 1 to 1000"),
    ],
)
def test_an_identity_refuses_what_names_nothing(
    fields: dict[str, Any], kind: type[InvalidValue], sentence: str
) -> None:
    found = refusal(identity, **fields)
    assert (found[0], found[2]) == (kind, sentence)


def test_names_may_be_any_iterable_and_the_thousandth_attempt_is_one() -> None:
    assert identity(names=iter(["T1", "R1"]), attempt=MOST_ATTEMPTS).names == ("T1", "R1")
    assert identity().attempt == 1
