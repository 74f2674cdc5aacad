"""Sentences: templates filled by kind, whatever the values hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from examples import utc
from hotelpay import CardClass, Reason, ReasonCode, UnknownName
from hotelpay.messages import ENGLISH, FINDINGS, QUOTE_REASONS, REASONS, Language, OnClock, Phrase, Writing
from hotelpay.moments import Instant, hotel_zone, instant


@pytest.mark.parametrize(
    ("template", "value", "written"),
    [
        ("{x}", "as it stands", "as it stands"),
        ("{x}", 7, "7"),
        ("{x}", None, "None"),
        ("{x}", "{y} {0} {x.__class__} %s", "{y} {0} {x.__class__} %s"),
        ("{x}", "4111 1111 1111 1111", "•••• •••• •••• 1111"),
        ("{x:instant}", Instant(1704871800), "2024-01-10T07:30:00Z"),
        ("{x:word}", None, "none"),
        ("{x:word}", True, "yes"),
        ("{x:word}", False, "no"),
        ("{x:word}", CardClass.GUEST_AND_OTA, "guest and ota"),
        ("{x:word}", "acme_travel", "acme_travel"),
        ("{x:word}", 0, "0"),
        ("{x:word}", "4111111111111111", "••••••••••••1111"),
        ("{x:list}", [], "nothing"),
        ("{x:list}", ["a"], "a"),
        ("{x:list}", [CardClass.OTA_ONLY, None, True, "b"], "ota only, none, yes or b"),
        ("{x:names}", ["EUR"], "EUR"),
        ("{x:names}", ["EUR", CardClass.OTA_ONLY, "4111111111111111"], "EUR, ota only, ••••••••••••1111"),
        ("{x:list}", ["4111111111111111"], "••••••••••••1111"),
        ("a{x:note}", "why", "a (why)"),
        ("a{x:note}", "", "a"),
        ("a{x:note}", None, "a"),
        ("{{x}} {x}", 1, "{x} 1"),
    ],
)
def test_a_placeholder_says_how_its_value_is_written(template: str, value: Any, written: str) -> None:
    assert ENGLISH.sentence({"code": template}, "code", {"x": value}) == written


@pytest.mark.parametrize("name", ["x.__class__", "x[0]", "0"])
def test_a_placeholder_is_a_name_and_nothing_more(name: str) -> None:
    assert ENGLISH.sentence({"code": f"{{{name}}}"}, "code", {name: "found"}) == "found"
    with pytest.raises(KeyError):
        ENGLISH.sentence({"code": f"{{{name}}}"}, "code", {"x": ["secret"]})


def test_a_reason_is_a_sentence_when_it_is_read() -> None:
    values = {"found": "{braces}", "wanted": ["a", "b"]}
    assert Reason(ReasonCode.COMPANY, values).message == "the company is {braces}; the filter asks for a or b"
    excluded = Reason(ReasonCode.COMPANY, values, "company_excluded")
    assert excluded.message == "the company is {braces}, which the filter excludes"
    assert Reason(ReasonCode.INACTIVE).message == "the task is switched off"


def test_every_reason_has_its_sentence() -> None:
    assert {code.value for code in ReasonCode} <= set(REASONS)
    for templates in (REASONS, QUOTE_REASONS, FINDINGS):
        assert all(template and not template.endswith(".") for template in templates.values())


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2024-02-01 10:00", "due at 2024-02-01 12:00, after this cycle (2024-02-01 12:00)"),
        ("2024-10-27 00:30", "due at 2024-10-27 03:30+0300, after this cycle (2024-10-27 03:30+0300)"),
        ("2024-10-27 01:30", "due at 2024-10-27 03:30+0200, after this cycle (2024-10-27 03:30+0200)"),
    ],
)
def test_a_sentence_may_tell_the_hotels_clock(at: str, told: str) -> None:
    """The offset follows where the clock shows two instants alike."""
    language = Language.of("en", OnClock(hotel_zone("Europe/Sofia")))
    moment = instant(utc(at))
    assert Reason(ReasonCode.NOT_DUE, {"due_at": moment, "at": moment}).message_in(language) == told


def test_the_days_of_a_week_without_a_locale() -> None:
    writing, monday = Writing(), date(2024, 1, 1)
    week = [writing.weekday(monday + timedelta(days=number)) for number in range(7)]
    assert (writing.first_weekday, " ".join(week)) == (0, "Mon Tue Wed Thu Fri Sat Sun")


def test_a_phrase_has_a_code_that_is_known() -> None:
    with pytest.raises(UnknownName) as refused:
        Phrase("nothing_of_the_kind")
    assert str(refused.value) == "code: 'nothing_of_the_kind' is not one of the phrases"
    assert refused.value.code == "unknown_choice"
