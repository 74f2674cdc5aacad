"""A scale on which hours can be read though a year lies between two of them."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotelpay.moments import HOUR, Instant, hotel_midnight, instant, utc_datetime
from hotelpay.pictures.scale import Scale, scale_of, ticks
from hotelpay.testing import strategies as some

SOFIA = ZoneInfo("Europe/Sofia")
DAY = 24 * HOUR
START = instant(datetime(2024, 1, 10, 7, 30, tzinfo=UTC))

distances = st.one_of(st.integers(0, 3 * DAY), st.integers(0, 400 * DAY))
moments = st.lists(distances.map(lambda distance: Instant(START + distance)), min_size=1, max_size=12)


def after(*days: float) -> list[Instant]:
    return [Instant(START + round(day * DAY)) for day in days]


@given(moments)
def test_the_pieces_fill_the_line_and_later_is_further_right(known: list[Instant]) -> None:
    scale = scale_of(known)
    assert scale.pieces[0].left == 0
    assert scale.pieces[-1].right == 1
    assert all(one.right == other.left and one.end == other.start for one, other in pairwise(scale.pieces))
    places = [scale.at(moment) for moment in sorted(set(known))]
    assert all(one < other for one, other in pairwise(places))
    assert all(0 < place < 1 for place in places)


@given(moments)
def test_what_is_not_cut_is_true_to_scale_and_a_cut_is_only_ever_shorter(known: list[Instant]) -> None:
    scale = scale_of(known)
    rates = [(piece.right - piece.left) / (piece.end - piece.start) for piece in scale.pieces if not piece.cut]
    assert len(set(rates)) == 1
    assert all((piece.right - piece.left) / (piece.end - piece.start) < rates[0] for piece in scale.cuts)
    assert len(scale.cuts) <= 8


def test_a_booking_ten_months_ahead_leaves_room_for_its_windows() -> None:
    """Two windows of a day, 300 days apart: each takes a twentieth of the line at least, the time between is cut."""
    scale = scale_of(after(0, 1, 300, 301, 303))
    assert [piece.cut for piece in scale.pieces] == [False, False, True, False, False, False]
    for begin, end in ((0, 1), (300, 301)):
        assert scale.at(after(end)[0]) - scale.at(after(begin)[0]) > Fraction(1, 20)


def test_a_few_days_are_not_cut() -> None:
    assert scale_of(after(0, 1, 4)).cuts == ()


def test_a_cut_that_spares_little_is_not_made() -> None:
    """Sixty events half a day apart, and a day and a half once: a scale of 30 days as it is."""
    known = after(*(each * 0.5 for each in range(60)), 31)
    assert scale_of(known).cuts == ()


def test_what_lies_outside_lies_at_the_end() -> None:
    scale = scale_of(after(0, 1))
    assert scale.at(Instant(scale.start - 1)) == 0
    assert scale.at(Instant(scale.end + 1)) == 1


def test_one_instant_alone_has_a_scale() -> None:
    assert scale_of(after(0)).at(after(0)[0]) == Fraction(1, 2)


def hours(scale: Scale, zone: ZoneInfo = SOFIA, apart: Fraction = Fraction(1, 40)) -> list[int | None]:
    return [tick.hour for tick in ticks(scale, zone, apart)]


def test_hours_follow_the_clock_over_a_change() -> None:
    """On 27 October 2024 Sofia has 3 o'clock twice: the hour is told once, and the next mark is two hours on."""
    begin = instant(datetime(2024, 10, 26, 22, 0, tzinfo=UTC))
    found = ticks(scale_of([begin, Instant(begin + 8 * HOUR)]), SOFIA, Fraction(1, 20))
    told = [tick.hour for tick in found]
    assert told == list(range(10))
    apart = [later.at - earlier.at for earlier, later in pairwise(found)]
    assert apart == [HOUR, HOUR, HOUR, 2 * HOUR, *[HOUR] * 5]


def test_a_day_begins_when_its_midnight_is_skipped() -> None:
    """Beirut's clock went from 0:00 to 1:00 on 31 March 2024."""
    zone = ZoneInfo("Asia/Beirut")
    begin = instant(datetime(2024, 3, 29, 10, 0, tzinfo=UTC))
    found = ticks(scale_of([begin, Instant(begin + 4 * DAY)]), zone, Fraction(1, 8))
    days = {tick.day.day: utc_datetime(tick.at).astimezone(zone).hour for tick in found if tick.begins}
    assert days == {30: 0, 31: 1, 1: 0, 2: 0}


@pytest.mark.parametrize(
    ("days", "apart", "between"),
    [
        (20, 20, {1}),
        (20, 12, {2}),
        (100, 14, {7, 14}),
        (700, 10, {90, 91, 92}),
        (3000, 6, {365, 366}),
    ],
)
def test_marks_are_days_weeks_or_months(days: int, apart: int, between: set[int]) -> None:
    known = [Instant(START + each * DAY) for each in range(0, days, max(days // 40, 1))]
    found = ticks(scale_of(known), SOFIA, Fraction(1, apart))
    assert found
    distances = {(later.day - earlier.day).days for earlier, later in pairwise(found)}
    assert distances <= {each + more for each in between for more in (-1, 0, 1)} if days > 300 else distances <= between


@given(moments, some.zones, st.integers(3, 60))
def test_marks_lie_on_the_line_at_their_hours_and_in_no_cut(known: list[Instant], zone: str, number: int) -> None:
    scale, clock = scale_of(known), ZoneInfo(zone)
    for tick in ticks(scale, clock, Fraction(1, number)):
        local = utc_datetime(tick.at).astimezone(clock)
        assert local.date() == tick.day
        assert tick.hour in (None, local.hour)
        assert not tick.begins or tick.at == hotel_midnight(clock, tick.day)
        assert tick.place == scale.at(tick.at)
        assert 0 <= tick.place <= 1
        assert not any(piece.start < tick.at < piece.end for piece in scale.cuts)


def test_a_line_of_cuts_alone_has_no_marks() -> None:
    piece = scale_of(after(0, 100)).pieces[1]
    whole = Scale((type(piece)(piece.start, piece.end, Fraction(0), Fraction(1), cut=True),))
    assert hours(whole) == []
