"""``hotelpay check``: what is wrong with a setup, or would be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import SETUP, Hotel, hotelpay

JSON = ("--format", "json")
SMALL: dict[str, Any] = {"format": "hotelpay/1", "timezone": "Europe/Sofia", "currency": "EUR"}
GOOD_TASK: dict[str, Any] = {
    "id": "settle",
    "active": True,
    "mode": "after_departure",
    "operation": "payment",
    "filters": {"cards": ["guest_only"]},
    "amount": {"basis": "folio_balance"},
    "on_failure": [{"action": "create_todo", "text": "Call the guest"}],
}


def with_task(**fields: Any) -> dict[str, Any]:
    return {**SMALL, "tasks": [{**GOOD_TASK, **fields}]}


@pytest.fixture
def hotel(tmp_path: Path) -> Hotel:
    return Hotel(tmp_path)


def test_a_good_setup_has_no_findings(hotel: Hotel) -> None:
    good = hotel.write("good.json", with_task())
    answer = hotelpay("check", "--setup", good, *JSON)
    assert (answer.status, answer.out, answer.err) == (0, '{"findings": []}\n', "")
    told = hotelpay("check", "-s", good)
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("no findings\n")


def test_warnings_are_no_failure(hotel: Hotel) -> None:
    setup = hotel.write("warned.json", {**with_task(on_failure=[]), "paused": True})
    answer = hotelpay("check", "-s", setup, *JSON)
    assert answer.json == {
        "findings": [
            {
                "code": "paused",
                "severity": "warning",
                "path": "paused",
                "message": "the autopilot is paused: no task starts anything",
            },
            {
                "code": "no_failure_actions",
                "severity": "warning",
                "path": "tasks[0].on_failure",
                "message": "when the card is declined nobody is told: there are no actions on failure",
            },
        ]
    }
    assert len(answer.out.splitlines()) == 4


def test_one_error_is_a_failure(hotel: Hotel) -> None:
    setup = hotel.write("wrong.json", with_task(filters={"cards": ["none"]}))
    answer = hotelpay("check", "-s", setup, *JSON)
    assert (answer.status, answer.err) == (1, "")
    assert json.loads(answer.out)["findings"] == [
        {
            "code": "payment_without_cards",
            "severity": "error",
            "path": "tasks[0].filters.cards",
            "message": "the task charges cards, but takes only reservations that have none",
        }
    ]
    told = hotelpay("check", "-s", setup)
    assert (told.status, told.err) == (1, "")
    (row,) = [line.split() for line in told.out.splitlines() if line.startswith("error ")]
    assert row[:3] == ["error", "tasks[0].filters.cards", "payment_without_cards"]
    assert " ".join(row[3:]) == "the task charges cards, but takes only reservations that have none"


def test_the_faults_of_a_setup_are_its_findings(hotel: Hotel) -> None:
    text = '{"format": "hotelpay/1",\n "timezone": "Sofia",\n "currency": "EUR",\n "[red]x": 1}'
    setup = hotel.write("faulty.json", text)
    answer = hotelpay("check", "-s", setup, *JSON)
    assert (answer.status, answer.err) == (2, "")
    findings = json.loads(answer.out)["findings"]
    assert [(each["code"], each["severity"], each["path"]) for each in findings] == [
        ("unknown_timezone", "error", "timezone"),
        ("unknown_field", "error", "[red]x"),
    ]
    assert findings[0]["message"] == "'Sofia' is not an IANA time zone such as \"Europe/Sofia\""
    told = hotelpay("check", "-s", setup)
    assert (told.status, told.err) == (2, "")
    rows = [line.split() for line in told.out.splitlines()]
    assert ["error", "timezone", "(line", "2)", "unknown_timezone"] in [row[:5] for row in rows]
    assert ["error", "[red]x", "(line", "4)", "unknown_field"] in [row[:5] for row in rows]


def test_what_is_not_even_json_is_a_finding(hotel: Hotel) -> None:
    setup = hotel.write("broken.json", '{"format": "hotelpay/1",\n')
    answer = hotelpay("check", "-s", setup, *JSON)
    assert (answer.status, answer.err) == (2, "")
    (finding,) = json.loads(answer.out)["findings"]
    assert (finding["code"], finding["severity"], finding["path"]) == ("not_json", "error", "")
    told = hotelpay("check", "-s", setup).out
    assert "(line 2)" in told
    assert "not JSON: Expecting property name" in told


def test_a_newer_document_says_what_it_needs(hotel: Hotel) -> None:
    setup = hotel.write("newer.json", {**SETUP, "format": "hotelpay/1.3", "surcharges": []})
    answer = hotelpay("check", "-s", setup, *JSON)
    assert answer.status == 2
    first, second = json.loads(answer.out)["findings"]
    assert first["code"] == "newer_format"
    assert "hotelpay/1.3" in first["message"]
    assert (second["code"], second["path"]) == ("unknown_field", "surcharges")


def test_toml_is_checked_as_well(hotel: Hotel) -> None:
    setup = hotel.write("setup.toml", 'format = "hotelpay/1"\ntimezone = "UTC"\ncurrency = "EUR"\npaused = 1\n')
    told = hotelpay("check", "-s", setup)
    assert told.status == 2
    assert "paused (line 4)" in told.out
