"""The timeline as a picture: all of it can be read, whatever the reservation and the tasks are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn import SVG, outside, overlapping, parsed, spoken_of, texts
from examples import SOFIA, eur, folio, reservation, task, utc
from hotelpay import (
    CardChoice,
    Filters,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    Language,
    Mode,
    Operation,
    Payment,
    PreAuthorization,
    Reservation,
    ReservationStatus,
    Task,
    Timeline,
    timeline,
)
from hotelpay.pictures import timeline_svg
from hotelpay.pictures.timelines import event_groups, timeline_scale
from hotelpay.testing import strategies as some

ARRIVAL = Mode.BEFORE_ARRIVAL
HOLD = Operation.PREAUTHORIZATION


def drawn(*tasks: Task, at: str = "2024-01-29 10:00", rules: HouseRules = SOFIA, **fields: Any) -> Timeline:
    return timeline(tasks, reservation(**fields), at=utc(at), rules=rules)


def said(svg: str) -> list[str]:
    return [box.words for box in texts(parsed(svg))]


def check(svg: str) -> None:
    picture = parsed(svg)
    assert overlapping(picture) == []
    assert outside(picture) == []


@settings(max_examples=150)
@given(some.timelines(), st.sampled_from((100, 320, 390, 640, 960, 1400)))
def test_any_timeline_can_be_read_at_any_width(found: Timeline, width: int) -> None:
    svg = timeline_svg(found, width=width)
    check(svg)
    assert svg == timeline_svg(found, width=width)


def crowded() -> Timeline:
    """Return fifty tasks with long names on a reservation with sixty payments and all that may happen."""
    tasks = [
        task(
            id=f"t{number}",
            name=f"Задача {number}: that has a very long name, longer than any line has room for, 漢字" * (number % 2),
            mode=list(Mode)[number % 6],
            offset_hours=number * 7,
            active=number % 5 != 0,
        )
        for number in range(50)
    ]
    start = utc("2024-01-11 08:00")
    paid = [Payment(amount=eur("5.00"), paid_at=start + timedelta(hours=11 * number)) for number in range(60)]
    first = attrs.evolve(folio("320.00", opened_at=utc("2024-01-10 07:30")), payments=paid)
    held = [
        PreAuthorization(
            id=f"A{number}",
            card="c1",
            folio="F1",
            amount=eur("100.00"),
            reference="pi",
            expires_at=utc("2024-02-08 09:00") + timedelta(minutes=number),
        )
        for number in range(3)
    ]
    return drawn(
        *tasks,
        rules=attrs.evolve(SOFIA, guarantee_policies=[GuaranteePolicy(id="flex", guarantee_period_hours=48)]),
        id='R-<&>"many"',
        status=ReservationStatus.CHECKED_OUT,
        checked_in_at=utc("2024-02-01 13:20"),
        checked_out_at=utc("2024-02-04 08:50"),
        cancelled_at=utc("2024-02-04 08:55"),
        no_show_at=utc("2024-02-04 08:56"),
        guarantee_policy="flex",
        folios=(first, *(folio(id=f"F{number}", opened_at=utc("2024-02-02 09:00")) for number in (2, 3))),
        preauthorizations=held,
    )


@pytest.mark.parametrize("width", [320, 960])
def test_a_crowd_can_be_read(width: int) -> None:
    found = crowded()
    svg = timeline_svg(found, width=width)
    check(svg)
    words = said(svg)
    assert {row.task.id for row in found.rows if not row.task.name} <= set(words)
    assert any(word.endswith("…") for word in words)
    if width == 960:
        assert "2024-02-02 11:00: 2 folios opened" in words
        assert "2024-01-11 10:00: 2 payments, 10.00 EUR in all" in words
        assert "2024-02-08 11:00: 3 pre-authorisations expire" in words


def test_many_events_of_a_day_are_told_together_and_few_one_by_one() -> None:
    assert [len(group) for group in event_groups(drawn(task()))] == [1, 1, 1, 1]
    groups = event_groups(crowded())
    assert max(map(len, groups)) == 3
    assert sum(map(len, groups)) == len(crowded().events)


def test_payments_in_two_currencies_are_counted_and_not_added() -> None:
    at = utc("2024-01-12 08:00")
    paid = [Payment(amount=eur("1.00"), paid_at=at) for _ in range(12)]
    levs = folio("9.00", currency="BGN", id="F2")
    theirs = [Payment(amount=levs.charged, paid_at=at) for _ in range(2)]
    found = drawn(
        folios=(attrs.evolve(folio("320.00"), payments=paid), attrs.evolve(levs, payments=theirs)),
    )
    assert "2024-01-12 10:00: 14 payments" in said(timeline_svg(found))


@pytest.mark.parametrize(
    ("these", "fields", "words"),
    [
        (task(mode=ARRIVAL, offset_hours=168), {}, "takes 320.00 EUR in this cycle"),
        (task(mode=ARRIVAL), {}, "will take 320.00 EUR at 2024-02-01 12:00"),
        (task(mode=ARRIVAL, offset_hours=168, operation=HOLD), {}, "blocks 320.00 EUR in this cycle"),
        (task(mode=ARRIVAL, operation=HOLD), {}, "will block 320.00 EUR at 2024-02-01 12:00"),
        (task(mode=ARRIVAL), {"cards": ()}, "320.00 EUR at 2024-02-01 12:00, but: no fitting card"),
        (
            task(mode=ARRIVAL, offset_hours=168, max_amount=eur("1.00")),
            {},
            "320.00 EUR in this cycle, but: above the task's ceiling",
        ),
        (task(operation=Operation.ACTIONS_ONLY, mode=ARRIVAL, offset_hours=168), {}, "runs in this cycle"),
        (task(operation=Operation.ACTIONS_ONLY, mode=ARRIVAL), {}, "will run at 2024-02-01 12:00"),
        (task(active=False), {}, "switched off"),
        (task(), {}, "the window has closed"),
        (task(mode=Mode.AFTER_DEPARTURE), {}, "no check-out yet to count from"),
        (
            task(mode=ARRIVAL, filters=Filters(ota=True)),
            {},
            "not taken: the reservation's OTA mark is no; the filter asks for yes",
        ),
        (
            task(mode=ARRIVAL, filters=Filters(ota=True), card=CardChoice.LAST_OTA),
            {"folios": ()},
            "not taken: the reservation's OTA mark is no; the filter asks for yes; 1 more reason",
        ),
    ],
)
def test_every_state_is_told_in_words(these: Task, fields: dict[str, Any], words: str) -> None:
    svg = timeline_svg(drawn(these, **fields))
    assert words in said(svg)
    assert f"{these.id}: {words}" in spoken_of(parsed(svg))[1].splitlines()


def test_what_will_no_longer_hold_when_it_is_due_says_so() -> None:
    """The guarantee is awaited today, and expired when the window opens."""
    waiting = task(offset_hours=60, filters=Filters(guarantee_statuses=[GuaranteeStatus.AWAITING]))
    rules = attrs.evolve(SOFIA, guarantee_policies=[GuaranteePolicy(id="flex", guarantee_period_hours=48)])
    svg = timeline_svg(drawn(waiting, at="2024-01-11 10:00", rules=rules, guarantee_policy="flex"))
    assert "will not be taken when it is due" in said(svg)


def test_what_had_its_turn_says_so() -> None:
    found = timeline([task()], reservation(), at=utc("2024-01-10 08:00"), rules=SOFIA, processed={("T1", "R1")})
    assert "has had its turn" in said(timeline_svg(found))


def test_the_heading_says_who_and_which_clock() -> None:
    svg = timeline_svg(drawn(task()))
    assert said(svg)[:3] == [
        "Reservation R1",
        "expected, from 2024-02-01 to 2024-02-04",
        "Times are on the hotel's clock, Europe/Sofia.",
    ]
    assert spoken_of(parsed(svg))[0] == "Timeline of reservation R1"


def test_a_cut_is_marked_and_told() -> None:
    told = "Shaded stretches are drawn shorter than they are."
    ahead = drawn(task(mode=ARRIVAL), created_at=utc("2023-04-01 06:30"))
    near = drawn(task(mode=ARRIVAL), created_at=utc("2024-01-30 06:30"), folios=())
    assert timeline_scale(ahead).cuts
    assert told in said(timeline_svg(ahead))
    assert not timeline_scale(near).cuts
    assert told not in said(timeline_svg(near))


def test_a_window_can_be_seen_ten_months_after_the_booking() -> None:
    svg = timeline_svg(drawn(task(mode=ARRIVAL), created_at=utc("2023-04-01 06:30")))
    bar = next(each for each in parsed(svg).iter(f"{SVG}rect") if each.find(f"{SVG}title") is not None)
    assert float(bar.attrib["width"]) > 50
    assert bar.findtext(f"{SVG}title") == "T1: due 2024-02-01 12:00, closes 2024-02-02 12:00"


def test_in_a_locale_times_and_amounts_are_the_locales() -> None:
    babel = pytest.importorskip("hotelpay.adapters.babel")
    writing = babel.local_language("bg", SOFIA.timezone).writing
    svg = timeline_svg(drawn(task(mode=ARRIVAL, offset_hours=168)), language=Language("en", writing))
    check(svg)
    assert "takes 320,00\xa0€ in this cycle" in said(svg)


def test_an_hour_that_the_clock_shows_twice_is_told_with_its_offset() -> None:
    born = Reservation(
        id="R1",
        status=ReservationStatus.EXPECTED,
        created_at=utc("2024-10-27 00:15"),
        arrival=date(2024, 10, 27),
        departure=date(2024, 10, 27),
    )
    svg = timeline_svg(timeline([], born, at=utc("2024-10-27 01:15"), rules=SOFIA))
    assert "2024-10-27 03:15+0300: booked" in said(svg)
    assert "2024-10-27 03:15+0200: this cycle" in said(svg)
    check(svg)
