"""A whole timeline and a whole forecast, as hosts and the command line draw them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import attrs

from drawings.hotel import RULES, euros, moment, reservation, task
from drawings.shapes import WIDTH
from hotelpay import CardChoice, Filters, GuaranteePolicy, Mode, Operation, Payment, forecast
from hotelpay import timeline as timeline_of
from hotelpay.cli import made_up_hotel
from hotelpay.documents import reservation_from, setup_from
from hotelpay.pictures import calendar_svg, timeline_svg

_DAYS: Final = 20


def timeline() -> str:
    """Draw one reservation's life with the windows of five tasks."""
    rules = attrs.evolve(RULES, guarantee_policies=[GuaranteePolicy(id="flexible", guarantee_period_hours=48)])
    tasks = [
        task("booking-fee", Mode.AFTER_CREATION, 2, name="Booking fee"),
        task("hold", Mode.BEFORE_ARRIVAL, 168, name="A hold, a week before", operation=Operation.PREAUTHORIZATION),
        task("virtual-cards", Mode.BEFORE_ARRIVAL, card=CardChoice.LAST_OTA, name="Virtual cards"),
        task("company", Mode.BEFORE_DEPARTURE, 24, filters=Filters(included_companies=["acme"]), name="Companies"),
        task("late-charges", Mode.AFTER_DEPARTURE, 1, name="Late charges"),
    ]
    (bill,) = reservation().folios
    paid = Payment(amount=euros("50.00"), paid_at=moment("2024-01-11T10:00:00"))
    guest = reservation(guarantee_policy="flexible", folios=[attrs.evolve(bill, payments=[paid])])
    drawn = timeline_of(tasks, guest, at=moment("2024-01-22T12:00:00"), rules=rules)
    return timeline_svg(drawn, width=WIDTH + 80)


def calendar() -> str:
    """Draw three weeks of the hotel of the demo."""
    setup = setup_from(made_up_hotel.setup())
    guests = [reservation_from(each) for each in made_up_hotel.reservations()]
    start = made_up_hotel.NOW
    end = start + timedelta(days=_DAYS)
    found = forecast(setup.tasks, guests, start=start, end=end, rules=setup.rules)
    return calendar_svg(found, setup.timezone, first=start.date(), last=end.date(), width=WIDTH + 80)
