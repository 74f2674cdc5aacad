"""What the demo tells, worked out by the library from the made-up hotel's documents."""

from __future__ import annotations

import errno
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs

from hotelpay.autopilot.amounts import Amount
from hotelpay.autopilot.decision import Run, Skip, decide
from hotelpay.autopilot.forecast import Foreseen, forecast
from hotelpay.autopilot.preview import Preview, preview
from hotelpay.bonus.quote import Quote, quote_folio
from hotelpay.cli import made_up_hotel
from hotelpay.documents import reservation_from, setup_document, setup_from
from hotelpay.documents.outputs import (
    finding_document,
    foreseen_document,
    quote_document,
    run_document,
    skip_document,
)
from hotelpay.findings import Finding, review
from hotelpay.hotel import Setup
from hotelpay.moments import instant, utc_text
from hotelpay.points import Points
from hotelpay.reservation import Reservation

#: How many days the forecast looks at; the first one begins at the demo's instant.
DAYS: Final = 7
#: What the bonus card of the quotes holds (BN-QUOTE-SEED).
CARD_BALANCE: Final = "9746600.38"


@attrs.frozen(kw_only=True)
class Story:
    """The parts of the demo; ``fee`` is the amount of the run that is explained, ``taken``."""

    setup: Setup
    reservations: tuple[Reservation, ...]
    findings: tuple[Finding, ...]
    preview: Preview
    taken: Run
    fee: Amount
    not_taken: Skip
    forecast: tuple[Foreseen, ...]
    quote: Quote
    quote_of_nothing: Quote


def made_up_story() -> Story:
    """Ask the library everything that the demo tells."""
    setup = setup_from(made_up_hotel.setup())
    reservations = tuple(reservation_from(each) for each in made_up_hotel.reservations())
    now, rules = made_up_hotel.NOW, setup.rules
    ahead = preview(setup.tasks, reservations, at=now, rules=rules, max_runs=setup.max_runs_per_cycle)
    by_id = {each.id: each for each in reservations}
    taken = decide(setup.task("cancel-fee"), by_id[made_up_hotel.CANCELLED], at=ahead.cycle_at, rules=rules)
    not_taken = decide(setup.task("deposit"), by_id[made_up_hotel.PAID_IN_ADVANCE], at=ahead.cycle_at, rules=rules)
    # For the type checker: these two reservations are made for this.
    assert isinstance(taken, Run)  # noqa: S101
    assert taken.amount is not None  # noqa: S101
    assert isinstance(not_taken, Skip)  # noqa: S101
    return Story(
        setup=setup,
        reservations=reservations,
        findings=review(setup),
        preview=ahead,
        taken=taken,
        fee=taken.amount,
        not_taken=not_taken,
        forecast=forecast(setup.tasks, reservations, start=now, end=forecast_end(setup), rules=rules),
        quote=_quote(setup, by_id[made_up_hotel.SPA_GUEST]),
        quote_of_nothing=_quote(setup, by_id[made_up_hotel.PAID_UP]),
    )


def forecast_end(setup: Setup) -> datetime:
    """Return the midnight on the hotel's clock that ends the last day of the forecast."""
    after = made_up_hotel.TODAY + timedelta(days=DAYS)
    return datetime(after.year, after.month, after.day, tzinfo=setup.timezone)


def _quote(setup: Setup, reservation: Reservation) -> Quote:
    payment_type = setup.bonus.payment_type("kontur")
    card = Points.of(CARD_BALANCE, payment_type.currency_type)
    return quote_folio(setup.bonus, payment_type, reservation.folios[0], card)


def story_document(story: Story) -> dict[str, Any]:
    """Return the story for programs."""
    return {
        "at": utc_text(instant(made_up_hotel.NOW)),
        "setup": setup_document(story.setup),
        "findings": [finding_document(each) for each in story.findings],
        "preview": {
            "cycle_at": utc_text(story.preview.cycle_at),
            "runs": [run_document(run) for run in story.preview.runs],
        },
        "decision": {
            "taken": {**run_document(story.taken), "breakdown": _breakdown_document(story.fee)},
            "not_taken": skip_document(story.not_taken),
        },
        "forecast": [foreseen_document(each) for each in story.forecast],
        "quote": quote_document(story.quote),
        "quote_of_nothing": quote_document(story.quote_of_nothing),
    }


def _breakdown_document(amount: Amount) -> list[dict[str, Any]]:
    return [
        {"line": line.kind.value, "note": line.note, "amount": amount.line_text(line), "counts": line.counts}
        for line in amount.breakdown
    ]


def write_documents(folder: Path) -> None:
    """Write the hotel's documents into a folder; files that stand there already are not written over."""
    texts = {
        folder / "setup.json": json.dumps(made_up_hotel.setup(), indent=2) + "\n",
        folder / "reservations.jsonl": "".join(json.dumps(each) + "\n" for each in made_up_hotel.reservations()),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for path in texts:
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
