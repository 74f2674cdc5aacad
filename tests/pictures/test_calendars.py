"""A forecast as a calendar: every day in its place, and a shade that tells how much it takes."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn import SVG, outside, overlapping, parsed, spoken_of, texts
from examples import SOFIA, decided, eur, folio, reservation, task, utc
from hotelpay import CardChoice, Foreseen, Language, Operation, Run, Task
from hotelpay.adapters.babel import local_language
from hotelpay.messages import ENGLISH
from hotelpay.messages.writing import Writing
from hotelpay.moments import hotel_noon, instant
from hotelpay.pictures import Counted, calendar_svg
from hotelpay.pictures.calendar_words import cell_text, weekday_names
from hotelpay.pictures.day_sums import DaySums
from hotelpay.pictures.panels import Panel, panels, weeks
from hotelpay.testing import strategies as some

ZONE = SOFIA.timezone
FIRST, LAST = date(2024, 1, 10), date(2024, 2, 12)


def foreseen(day: date, amount: str = "320.00", currency: str = "EUR", **fields: object) -> Foreseen:
    """Return a run that takes an amount at noon of a day."""
    these: Task = task(**fields)
    run = decided(these, reservation(folios=(folio(amount, currency=currency),)), "2024-01-10 08:00")
    assert isinstance(run, Run)
    return Foreseen(hotel_noon(ZONE, day), run)


def drawn(*found: Foreseen, counted: Counted = Counted.TOTAL, width: int = 760, language: Language = ENGLISH) -> str:
    return calendar_svg(found, ZONE, first=FIRST, last=LAST, counted=counted, width=width, language=language)


def said(svg: str) -> list[str]:
    return [box.words for box in texts(parsed(svg))]


def cells(svg: str) -> dict[str, list[str]]:
    """Return the words of each cell by its day."""
    found = {}
    for group in parsed(svg).iter(f"{SVG}g"):
        title = group.findtext(f"{SVG}title") or ""
        found[title.partition(":")[0]] = [each.text or "" for each in group.iter(f"{SVG}text")]
    return found


days = st.integers(0, (LAST - FIRST).days).map(lambda number: FIRST + timedelta(days=number))


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(lambda run, day: Foreseen(hotel_noon(ZONE, day), run), some.runs(), days),
        max_size=40,
    ),
    st.sampled_from(Counted),
    st.sampled_from((100, 320, 390, 760, 1200)),
)
def test_any_forecast_can_be_read_at_any_width(found: list[Foreseen], counted: Counted, width: int) -> None:
    svg = drawn(*found, counted=counted, width=width)
    picture = parsed(svg)
    assert overlapping(picture) == []
    assert outside(picture) == []
    assert svg == drawn(*found, counted=counted, width=width)
    assert len(cells(svg)) == (LAST - FIRST).days + 1


def test_every_day_has_a_cell_with_its_number_and_what_it_takes() -> None:
    svg = drawn(foreseen(date(2024, 1, 12)), foreseen(date(2024, 1, 12), "80.50"), foreseen(LAST, "1.00"))
    found = cells(svg)
    assert list(found) == [(FIRST + timedelta(days=number)).isoformat() for number in range(34)]
    assert found["2024-01-12"] == ["12", "401"]
    assert found["2024-01-13"] == ["13"]
    assert found["2024-02-12"] == ["12", "1"]


def test_the_day_is_that_of_the_hotels_clock() -> None:
    """22:00 in UTC is midnight in Sofia."""
    late = attrs.evolve(foreseen(FIRST), at=instant(utc("2024-01-11 22:00")))
    assert cells(drawn(late))["2024-01-12"] == ["12", "320"]


def test_a_cell_tells_all_when_it_is_pointed_at() -> None:
    hold = foreseen(FIRST, "10.00", operation=Operation.PREAUTHORIZATION)
    without_card = foreseen(FIRST, "5.00", card=CardChoice.LAST_OTA)
    picture = parsed(drawn(foreseen(FIRST), hold, without_card))
    (title,) = [
        each.findtext(f"{SVG}title") for each in picture.iter(f"{SVG}g") if "2024-01-10" in (each[0].text or "")
    ]
    assert title == "2024-01-10: 3 runs\nto be charged: 320.00 EUR\nto be blocked: 10.00 EUR\nhindered: 5.00 EUR"


@pytest.mark.parametrize(
    ("counted", "value", "heading"),
    [
        (Counted.TOTAL, "335", "335.00 EUR in all: to be charged, to be blocked or hindered"),
        (Counted.CHARGED, "320", "320.00 EUR: to be charged"),
        (Counted.BLOCKED, "10", "10.00 EUR: to be blocked on cards, not charged"),
        (Counted.HINDERED, "5", "5.00 EUR: hindered by a problem that is known today"),
        (Counted.RUNS, "3", "3 runs"),
    ],
)
def test_what_is_counted_can_be_chosen(counted: Counted, value: str, heading: str) -> None:
    hold = foreseen(FIRST, "10.00", operation=Operation.PREAUTHORIZATION)
    without_card = foreseen(FIRST, "5.00", card=CardChoice.LAST_OTA)
    svg = drawn(foreseen(FIRST), hold, without_card, counted=counted)
    assert cells(svg)["2024-01-10"] == ["10", value]
    assert heading in said(svg)
    assert spoken_of(parsed(svg))[1].startswith(f"{heading}\n")


def test_each_currency_has_a_calendar_of_its_own() -> None:
    found = (foreseen(FIRST), foreseen(LAST, "100.00", "BGN"), foreseen(LAST, "50", "JPY"))
    words = said(drawn(*found))
    headings = [each for each in words if "in all" in each]
    assert headings == [
        "100.00 BGN in all: to be charged, to be blocked or hindered",
        "320.00 EUR in all: to be charged, to be blocked or hindered",
        "50 JPY in all: to be charged, to be blocked or hindered",
    ]
    (runs,) = panels(found, ZONE, first=FIRST, last=LAST, counted=Counted.RUNS)
    assert sum(map(runs.value, runs.days)) == 3


def test_actions_alone_are_counted_as_runs_and_have_no_sum() -> None:
    alone = foreseen(FIRST, operation=Operation.ACTIONS_ONLY)
    (panel,) = panels([alone], ZONE, first=FIRST, last=LAST)
    assert (panel.counted, panel.currency) == (Counted.RUNS, None)
    (panel,) = panels([alone, foreseen(FIRST)], ZONE, first=FIRST, last=LAST)
    assert panel.value(panel.days[0]) == eur("320.00").minor


def test_each_month_has_its_total() -> None:
    words = said(drawn(foreseen(FIRST), foreseen(LAST, "1.50")))
    assert words[words.index("2024-01") + 1] == "320.00 EUR"
    assert words[words.index("2024-02") + 1] == "1.50 EUR"


def test_a_forecast_of_nothing_is_a_calendar_of_no_runs() -> None:
    svg = drawn()
    assert "no runs" in said(svg)
    assert said(svg)[-1] == "nothing"
    assert set(map(len, cells(svg).values())) == {1}


def panel_of(*values: int) -> Panel:
    zero = eur("0.00")
    made = [
        DaySums(FIRST + timedelta(days=number), attrs.evolve(zero, minor=value), zero, zero, 1)
        for number, value in enumerate(values)
    ]
    return Panel(counted=Counted.TOTAL, currency=zero.currency, days=tuple(made))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_more_is_never_paler_and_each_shade_has_a_quarter(values: list[int]) -> None:
    panel = panel_of(*values)
    levels = [panel.level(day) for _, day in sorted(zip(values, panel.days, strict=True), key=lambda each: each[0])]
    assert levels == sorted(levels)
    assert all((level == 0) is (value == 0) for level, value in zip(levels, sorted(values), strict=True))
    ranges = panel.ranges
    assert all(one[1] < other[0] for one, other in pairwise(ranges.values()))
    some_day = [value for value in values if value]
    if len(set(some_day)) == len(some_day):
        for level in ranges.keys() - {0}:
            assert levels.count(level) <= -(-len(some_day) // 4)


@given(st.lists(st.integers(1, 50), max_size=8), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_weeks_have_seven_places_and_lose_no_day(lengths: list[int], first: date, first_weekday: int) -> None:
    zero = eur("0.00")
    stretch = [DaySums(first + timedelta(days=number), zero, zero, zero) for number in range(sum(lengths) or 1)]
    found = list(weeks(stretch, first_weekday))
    assert [day for week in found for day in week if day is not None] == stretch
    assert {len(week) for week in found} == {7}
    for week in found:
        for place, day in enumerate(week):
            assert day is None or (day.day.weekday() - first_weekday) % 7 == place


@pytest.mark.parametrize(
    ("minor", "written"),
    [
        *((0, ""), (49, "<1"), (50, "1"), (149, "1"), (150, "2")),
        *((123456, "1235"), (98765432, "988k"), (10**11, "1000M"), (10**16, "100000G")),
    ],
)
def test_a_value_is_written_in_whole_units_and_shorter_where_it_has_no_room(minor: int, written: str) -> None:
    assert cell_text(panel_of(1), minor, ENGLISH, Fraction(44)) == written


class FromSunday(Writing):
    """How a week is written that begins with Sunday."""

    @property
    def first_weekday(self) -> int:
        return 6


def test_a_week_begins_as_the_readers_does() -> None:
    assert weekday_names(0, ENGLISH)[0] == "Mon"
    language = Language("en", FromSunday())
    words = said(drawn(language=language))
    assert words[words.index("2024-01") + 2 :][:7] == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    assert overlapping(parsed(drawn(language=language))) == []


def test_in_a_locale_dates_and_amounts_are_the_locales() -> None:
    language = Language("en", local_language("bg", ZONE).writing)
    svg = drawn(foreseen(FIRST, "12345.50"), language=language)
    assert overlapping(parsed(svg)) == []
    assert any("12\xa0345,50" in each for each in said(svg))


def test_a_screen_reader_is_told_the_days_that_take_something() -> None:
    title, description = spoken_of(parsed(drawn(foreseen(FIRST), foreseen(LAST, "1.00"))))
    assert title == "What the days from 2024-01-10 to 2024-02-12 will take"
    assert description.splitlines() == [
        "321.00 EUR in all: to be charged, to be blocked or hindered",
        "2024-01-10: 320.00 EUR",
        "2024-02-12: 1.00 EUR",
    ]
