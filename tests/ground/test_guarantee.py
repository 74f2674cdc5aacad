"""Guarantee policies: what they may ask for, and the status that follows from them."""

from __future__ import annotations

from typing import Any

import pytest

from examples import eur, utc
from ground.refusals import refusal
from hotelpay import Adjustment, Deposit, GuaranteePolicy, GuaranteeStatus, InvalidValue, Share, WrongType
from hotelpay.guarantee import awaited_if_created_after, derived_guarantee_status, guarantee_deadline
from hotelpay.moments import Instant, instant

CREATED = instant(utc("2024-03-30 10:00"))


@pytest.mark.parametrize(
    ("hours", "later", "status"),
    [
        (0, -1, GuaranteeStatus.AWAITING),
        (0, 0, GuaranteeStatus.EXPIRED),
        (24, 0, GuaranteeStatus.AWAITING),
        (24, 24 * 3600 - 1, GuaranteeStatus.AWAITING),
        (24, 24 * 3600, GuaranteeStatus.EXPIRED),
        (24, 24 * 3600 + 1, GuaranteeStatus.EXPIRED),
        (100_000, 100_000 * 3600 - 1, GuaranteeStatus.AWAITING),
        (None, 0, GuaranteeStatus.NOT_GUARANTEED),
        (None, 10**9, GuaranteeStatus.NOT_GUARANTEED),
    ],
)
def test_a_guarantee_is_awaited_for_the_policys_period(hours: int | None, later: int, status: GuaranteeStatus) -> None:
    policy = GuaranteePolicy(id="p", guarantee_period_hours=hours)
    assert derived_guarantee_status(policy, CREATED, Instant(CREATED + later)) is status


def test_without_a_policy_nothing_is_awaited() -> None:
    assert derived_guarantee_status(None, CREATED, CREATED) is GuaranteeStatus.NOT_GUARANTEED
    assert guarantee_deadline(None, CREATED) is None
    assert guarantee_deadline(GuaranteePolicy(id="p"), CREATED) is None
    assert guarantee_deadline(GuaranteePolicy(id="p", guarantee_period_hours=0), CREATED) == CREATED
    assert guarantee_deadline(GuaranteePolicy(id="p", guarantee_period_hours=2), CREATED) == CREATED + 7200


@pytest.mark.parametrize(("hours", "seconds"), [(0, 0), (24, 86_400)])
def test_who_is_awaited_was_created_after_an_instant(hours: int, seconds: int) -> None:
    """What a database compares a column with is the deadline turned round."""
    policy = GuaranteePolicy(id="p", guarantee_period_hours=hours)
    border = awaited_if_created_after(policy, CREATED)
    assert border == CREATED - seconds
    assert derived_guarantee_status(policy, Instant(border), CREATED) is GuaranteeStatus.EXPIRED
    assert derived_guarantee_status(policy, Instant(border + 1), CREATED) is GuaranteeStatus.AWAITING
    assert awaited_if_created_after(GuaranteePolicy(id="p"), CREATED) is None


def test_a_policy_asks_for_nothing_until_told() -> None:
    policy, deposit = GuaranteePolicy(id="p"), Deposit()
    assert (policy.name, policy.guarantee_period_hours, policy.deposit) == ("", None, None)
    assert (deposit.revenue_groups, deposit.percent, deposit.nights, deposit.fixed) == (frozenset(), None, None, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"guarantee_period_hours": 0},
        {"guarantee_period_hours": 100_000},
        {"name": "Flexible"},
        {"deposit": Deposit(nights=1)},
    ],
)
def test_a_policy_keeps_what_it_may_have(fields: dict[str, Any]) -> None:
    policy = GuaranteePolicy(id="p", **fields)
    assert {name: getattr(policy, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("fields", "kind", "sentence"),
    [
        ({"id": ""}, InvalidValue, "id: '' is not a text of 1 to 128 printable characters"),
        ({"id": None}, WrongType, "id: None (NoneType) is not a text"),
        ({"name": "a\n"}, InvalidValue, r"name: 'a\n' is not a text of 1 to 128 printable characters"),
        ({"name": None}, WrongType, "name: None (NoneType) is not a text"),
        ({"name": 0}, WrongType, "name: 0 (int) is not a text"),
        (
            {"guarantee_period_hours": -1},
            InvalidValue,
            "guarantee_period_hours: -1 is not a whole number from 0 to 100000",
        ),
        (
            {"guarantee_period_hours": 100_001},
            InvalidValue,
            "guarantee_period_hours: 100001 is not a whole number from 0 to 100000",
        ),
        (
            {"guarantee_period_hours": True},
            WrongType,
            "guarantee_period_hours: True (bool) is not a whole number from 0 to 100000",
        ),
        ({"deposit": {}}, WrongType, "deposit: an object (dict) is not a Deposit"),
        ({"deposit": 0}, WrongType, "deposit: 0 (int) is not a Deposit"),
    ],
)
def test_a_policy_refuses_what_makes_no_sense(fields: dict[str, Any], kind: type[InvalidValue], sentence: str) -> None:
    found = refusal(GuaranteePolicy, **{"id": "p", **fields})
    assert (found[0], found[2]) == (kind, sentence)


@pytest.mark.parametrize(
    "fields",
    [
        {"nights": 1},
        {"nights": 10_000},
        {"percent": Share.of("150")},
        {"fixed": eur("-10.00")},
        {"fixed": eur("0")},
        {"revenue_groups": frozenset({"rooms", "extras"})},
    ],
)
def test_a_deposit_keeps_what_it_may_ask_for(fields: dict[str, Any]) -> None:
    deposit = Deposit(**fields)
    assert {name: getattr(deposit, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("fields", "kind", "sentence"),
    [
        ({"nights": 0}, InvalidValue, "nights: 0 is not a whole number from 1 to 10000"),
        ({"nights": 10_001}, InvalidValue, "nights: 10001 is not a whole number from 1 to 10000"),
        ({"nights": 1.0}, WrongType, "nights: 1.0 (float) is not a whole number from 1 to 10000"),
        ({"percent": Adjustment.of("50")}, WrongType, "percent: 50 % (Adjustment) is not a Share"),
        ({"percent": "50"}, WrongType, "percent: '50' (str) is not a Share"),
        ({"percent": 0}, WrongType, "percent: 0 (int) is not a Share"),
        ({"fixed": "10.00"}, WrongType, "fixed: '10.00' (str) is not Money"),
        ({"fixed": 0}, WrongType, "fixed: 0 (int) is not Money"),
        ({"revenue_groups": "rooms"}, WrongType, "values: 'rooms' (str) is not a list of texts"),
        ({"revenue_groups": [""]}, InvalidValue, "revenue_groups: '' is not a text of 1 to 128 printable characters"),
        ({"revenue_groups": [7]}, WrongType, "revenue_groups: 7 (int) is not a text"),
    ],
)
def test_a_deposit_refuses_what_makes_no_sense(fields: dict[str, Any], kind: type[InvalidValue], sentence: str) -> None:
    found = refusal(Deposit, **fields)
    assert (found[0], found[2]) == (kind, sentence)
