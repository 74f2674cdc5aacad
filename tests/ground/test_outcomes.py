"""What a port may answer, and what a processor may promise: the values, their limits and their words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from examples import eur, utc
from ground.refusals import refusal
from hotelpay import Approved, Declined, Points, Promises
from hotelpay.moments import instant
from hotelpay.settlement.outcome import Failed, NotAttempted, Refused, Unknown

ID: Final = "is not a text of 1 to 128 printable characters"
TEXT: Final = "is not a text of at most 4000 characters without control characters"


def approved(**fields: Any) -> Approved:
    return Approved(**{"amount": eur("1.00"), "reference": "ch_1", **fields})


def promises(**fields: Any) -> Promises:
    return Promises(**{"key_memory_hours": 24, "can_look_up": True, **fields})


def test_an_approval_is_of_money_or_points_and_may_expire() -> None:
    assert approved().expires_at is None
    assert approved(amount=Points.of(1, "BONUS")).amount == Points.of(1, "BONUS")
    assert approved(expires_at=utc("2024-02-01 14:00")).expires_at == instant(utc("2024-02-01 14:00"))


@pytest.mark.parametrize(
    ("build", "fields", "code", "sentence"),
    [
        (approved, {"amount": "1.00"}, "wrong_type", "amount: '1.00' (str) is not Money or Points"),
        (approved, {"reference": ""}, "not_an_identifier", f"reference: '' {ID}"),
        (
            approved,
            {"reference": "4111111111111111"},
            "card_number",
            "reference: 'a card number, not repeated here' is not a token of the payment processor",
        ),
        (
            approved,
            {"expires_at": 1.5},
            "wrong_type",
            "instant: 1.5 (float) is not a datetime with a UTC offset",
        ),
        (Declined, {"code": ""}, "not_an_identifier", f"code: '' {ID}"),
        (Refused, {"code": ""}, "not_an_identifier", f"code: '' {ID}"),
        (Declined, {"code": "no", "message": None}, "wrong_type", "message: None (NoneType) is not a text"),
        (Refused, {"code": "no", "message": "\0"}, "not_a_text", rf"message: '\x00' {TEXT}"),
        (NotAttempted, {"why": 1}, "wrong_type", "message: 1 (int) is not a text"),
        (Unknown, {"why": 1}, "wrong_type", "message: 1 (int) is not a text"),
        (Failed, {"why": 1}, "wrong_type", "message: 1 (int) is not a text"),
        (
            promises,
            {"key_memory_hours": -1},
            "number_out_of_range",
            "key_memory_hours: -1 is not a whole number from 0 to 1000000",
        ),
        (
            promises,
            {"key_memory_hours": 1_000_001},
            "number_out_of_range",
            "key_memory_hours: 1000001 is not a whole number from 0 to 1000000",
        ),
        (promises, {"can_look_up": 1}, "wrong_type", "can_look_up: 1 (int) is not true or false"),
        (
            promises,
            {"grace_seconds": -1},
            "number_out_of_range",
            "grace_seconds: -1 is not a whole number from 0 to 86400",
        ),
        (
            promises,
            {"grace_seconds": 86_401},
            "number_out_of_range",
            "grace_seconds: 86401 is not a whole number from 0 to 86400",
        ),
    ],
)
def test_an_answer_or_a_promise_that_is_none_is_refused(
    build: Callable[..., object], fields: dict[str, Any], code: str, sentence: str
) -> None:
    assert refusal(build, **fields)[1:] == (code, sentence)


def test_what_was_said_is_optional_and_masked() -> None:
    said, kept = "card 4111 1111 1111 1111", "card •••• •••• •••• 1111"
    assert [kind("no").message for kind in (Declined, Refused)] == ["", ""]
    assert [kind("no", said).message for kind in (Declined, Refused)] == [kept, kept]
    assert [kind().why for kind in (NotAttempted, Unknown, Failed)] == ["", "", ""]
    assert [kind(said).why for kind in (NotAttempted, Unknown, Failed)] == [kept, kept, kept]


def test_promises_go_up_to_their_limits() -> None:
    for fields in (
        {"key_memory_hours": 0, "grace_seconds": 0},
        {"key_memory_hours": 1_000_000, "grace_seconds": 86_400},
    ):
        made = promises(**fields)
        assert (made.key_memory_hours, made.grace_seconds) == tuple(fields.values())
    assert (promises(key_memory_hours=None).key_memory_hours, promises().grace_seconds) == (None, 120)
