"""A setup in TOML: the same document in another notation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from documents.reading import places, refused, setup_faults
from hotelpay.documents import Fault, load_setup, parse_setup
from hotelpay.documents.strict_json import DEEPEST

TOML: Final = """\
format = "hotelpay/1"
hotel = "seaside"
timezone = "Europe/Sofia"
currency = "EUR"
paused = false
catch_up_hours = 36
max_runs_per_cycle = 200
release_preauthorizations_after_days = 0

[[guarantee_policies]]
id = "flex"
name = "Flexible"
guarantee_period_hours = 48
deposit = {revenue_groups = ["rooms"], percent = "30", nights = 1, fixed = "10.00"}

[[tasks]]
id = "deposit"
active = true
mode = "after_creation"
offset_hours = 2
operation = "payment"
card = "last_guest"
max_amount = "2000.00"
on_success = [{action = "set_guarantee_status", status = "guaranteed"}]

[tasks.filters]
ota = false
cards = ["guest_only"]

[tasks.amount]
basis = "required_deposit"
adjust_percent = "-12.5"

[[tasks.on_failure]]
action = "send_email"
template = "card-declined"

[[tasks.on_failure]]
action = "create_todo"
text = '''
Call
the guest'''

[[tasks]]
id = "close"
mode = "after_departure"
operation = "actions_only"
on_success = [{action = "close_folio", document_type = "invoice"}]

[bonus]
active = true
[[bonus.payment_types]]
id = "kontur"
currency_type = "BONUS"
max_percent = "25"
"""
JSON: Final = {
    "format": "hotelpay/1",
    "hotel": "seaside",
    "timezone": "Europe/Sofia",
    "currency": "EUR",
    "paused": False,
    "catch_up_hours": 36,
    "max_runs_per_cycle": 200,
    "release_preauthorizations_after_days": 0,
    "guarantee_policies": [
        {
            "id": "flex",
            "name": "Flexible",
            "guarantee_period_hours": 48,
            "deposit": {"revenue_groups": ["rooms"], "percent": "30", "nights": 1, "fixed": "10.00"},
        }
    ],
    "tasks": [
        {
            "id": "deposit",
            "active": True,
            "mode": "after_creation",
            "offset_hours": 2,
            "operation": "payment",
            "card": "last_guest",
            "max_amount": "2000.00",
            "on_success": [{"action": "set_guarantee_status", "status": "guaranteed"}],
            "filters": {"ota": False, "cards": ["guest_only"]},
            "amount": {"basis": "required_deposit", "adjust_percent": "-12.5"},
            "on_failure": [
                {"action": "send_email", "template": "card-declined"},
                {"action": "create_todo", "text": "Call\nthe guest"},
            ],
        },
        {
            "id": "close",
            "mode": "after_departure",
            "operation": "actions_only",
            "on_success": [{"action": "close_folio", "document_type": "invoice"}],
        },
    ],
    "bonus": {"active": True, "payment_types": [{"id": "kontur", "currency_type": "BONUS", "max_percent": "25"}]},
}


def only(text: str | bytes) -> Fault:
    (fault,) = setup_faults(text, toml=True)
    return fault


def test_a_toml_setup_is_the_same_setup() -> None:
    assert parse_setup(TOML, toml=True) == parse_setup(json.dumps(JSON))
    assert parse_setup(TOML.encode().replace(b"\n", b"\r\n"), toml=True) == parse_setup(json.dumps(JSON))


@pytest.mark.parametrize("name", ["setup.toml", "Setup.TOML"])
def test_the_extension_says_that_it_is_toml(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(TOML, encoding="utf-8")
    assert load_setup(path) == load_setup(str(path)) == parse_setup(TOML, toml=True)
    plain = tmp_path / "setup.json"
    plain.write_text(TOML, encoding="utf-8")
    (fault,) = refused(lambda: load_setup(plain))
    assert str(fault) == f"{plain}:1: not JSON: Expecting value (column 1)"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "path", "message"),
    [
        (
            'percent = "30"',
            "percent = 30",
            14,
            "guarantee_policies[0].deposit.percent",
            '30 is not a decimal written as a text, such as "12.50"',
        ),
        (
            'max_percent = "25"',
            "max_percent = 25.5",
            55,
            "bonus.payment_types[0].max_percent",
            '25.5 is not a decimal written as a text, such as "12.50"',
        ),
        ('"2000.00"', "inf", 23, "tasks[0].max_amount", 'inf is not a decimal written as a text, such as "12.50"'),
        ('"2000.00"', "nan", 23, "tasks[0].max_amount", 'nan is not a decimal written as a text, such as "12.50"'),
        ("= 36", "= 36.0", 6, "catch_up_hours", "36.0 is not a whole number"),
        ("= 36", "= true", 6, "catch_up_hours", "True is not a whole number"),
        ("= 36", "= 2024-02-01", 6, "catch_up_hours", "2024-02-01 is not a whole number"),
        ('"seaside"', "2024-02-01T10:00:00Z", 2, "hotel", "2024-02-01 10:00:00+00:00 is not a text"),
        ('"seaside"', "10:00:00", 2, "hotel", "10:00:00 is not a text"),
        ("ota = false", 'ota = "no"', 27, "tasks[0].filters.ota", "'no' is not true or false"),
    ],
)
def test_values_that_only_toml_knows_are_refused(right: str, wrong: str, line: int, path: str, message: str) -> None:
    fault = only(TOML.replace(right, wrong))
    assert (fault.line, fault.path, fault.code, fault.message) == (line, path, "wrong_type", message)


@pytest.mark.parametrize(
    ("text", "line", "code", "message"),
    [
        ("a = 1\nb = \n", 2, "not_toml", "not TOML: Invalid value (at line 2, column 5)"),
        ("a = 1\na = 2\n", 2, "not_toml", "not TOML: Cannot overwrite a value (at line 2, column 6)"),
        ("a = 1\n\nb = [1,\n 2", 4, "not_toml", "not TOML: Unclosed array (at end of document)"),
        ("\na = 1\nb = " + "9" * 5000 + "\n", 3, "not_toml", "a number too large to be one"),
        ("a = 1\nb = " + "9_9" * 3000 + "\n", 2, "not_toml", "a number too large to be one"),
        ("a = " + "[" * 100_000, 1, "too_deep", "nested deeper than 64 levels"),
        (".".join("a" * 2_000) + " = 1", 1, "too_deep", "nested deeper than 64 levels"),
        (
            "[4111111111111111]\n[4111111111111111]",
            2,
            "not_toml",
            "not TOML: Cannot declare ('••••••••••••1111',) twice (at line 2, column 18)",
        ),
        # A key may say what it likes, and be as long as it likes.
        (
            '["at line 7"]\n\n["at line 7"]',
            3,
            "not_toml",
            "not TOML: Cannot declare ('at line 7',) twice (at line 3, column 13)",
        ),
        (f"[{'k' * 9000}]\n[{'k' * 9000}]", 2, "not_toml", f"not TOML: Cannot declare ('{'k' * 133}…"),
        ("a = '\x1b[31m'", 1, "not_toml", "not TOML: Found invalid character '\\x1b' (at line 1, column 6)"),
    ],
)
def test_what_is_not_toml_is_refused_with_its_line(text: str, line: int | None, code: str, message: str) -> None:
    fault = only(text)
    assert (fault.line, fault.path, fault.code, fault.message) == (line, "", code, message)


def test_toml_in_another_encoding_is_refused_with_its_line() -> None:
    fault = only(b'\na = 1\nb = "caf\xe9"')
    assert (fault.line, fault.code, fault.message) == (3, "not_utf8", "byte 16 is not UTF-8")


def test_toml_may_nest_as_deep_as_json() -> None:
    fits = ".".join("a" * DEEPEST) + " = 1"
    assert ("a", "unknown_field") in [(path, code) for _, path, code in places(setup_faults(fits, toml=True))]
    assert only(f"a.{fits}").code == "too_deep"
    assert only(fits.replace("1", "[]")).code == "too_deep"
