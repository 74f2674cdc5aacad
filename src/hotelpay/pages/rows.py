"""The two tables of a preview page: a row a run with the way to its amount, and a row a pair that is not taken.

End tags that HTML lets go are left out: a page may hold ten thousand rows.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import attrs

from hotelpay.autopilot.amounts import Amount, Line, line_word
from hotelpay.autopilot.decision import Run, Skip
from hotelpay.autopilot.task import Task
from hotelpay.card_numbers import mask_card_numbers
from hotelpay.messages import Language, Writing
from hotelpay.messages.writing import AS_DOCUMENTS
from hotelpay.moments import Instant, clock_text, utc_datetime
from hotelpay.money import Currency
from hotelpay.pages.shapes import Shape, amount_shape
from hotelpay.pages.sums import Group


@attrs.frozen(eq=False)
class Clock(Writing):
    """Writes instants on the hotel's clock, to the minute, dates as documents do; without a locale's help."""

    zone: ZoneInfo

    def instant(self, moment: Instant) -> str:
        """Write an instant with its offset, since a sentence tells no zone."""
        return clock_text(moment, self.zone)


class Speaker:
    """Says and writes what a page shows, escaped; what is asked for again and again is kept."""

    def __init__(self, language: Language, zone: ZoneInfo, at: Instant) -> None:
        """Speak ``language`` on the clock of ``zone``; ``at`` is the instant whose offset goes without saying."""
        # Sentences would tell instants in UTC beside a table that tells them on the hotel's clock.
        plain = language.writing is AS_DOCUMENTS
        self.language: Language = attrs.evolve(language, writing=Clock(zone)) if plain else language
        self._between = " " if plain else ", "
        self._zone = zone
        self._offset = self.offset(at)
        self._shapes: dict[str, Shape] = {}
        self._times: dict[Instant, str] = {}

    def say(self, template: str, /, **values: object) -> str:
        """Return a sentence for the page."""
        return html.escape(self.language.say(template, **values))

    def offset(self, moment: Instant) -> str:
        """Return the clock's distance from UTC at an instant."""
        return f"UTC{utc_datetime(moment).astimezone(self._zone).isoformat()[19:]}"

    def time(self, moment: Instant) -> str:
        """Write an instant on the hotel's clock; with the offset where that is not the cycle's."""
        if moment not in self._times:
            local, offset = utc_datetime(moment).astimezone(self._zone), self.offset(moment)
            clock = f"{self.language.writing.day(local.date())}{self._between}{local:%H:%M}"
            self._times[moment] = clock if offset == self._offset else f"{clock} {offset}"
        return self._times[moment]

    def shape(self, currency: Currency) -> Shape:
        """Return how amounts of a currency are written."""
        if currency.code not in self._shapes:
            self._shapes[currency.code] = amount_shape(self.language, currency)
        return self._shapes[currency.code]

    def amount(self, minor: int, currency: Currency) -> str:
        """Write an amount that is zero or more."""
        return html.escape(self.shape(currency).text(minor))

    def part(self, amount: Amount, line: Line) -> str:
        """Write the amount of a line, without its currency."""
        return html.escape(self.language.writing.cut_decimal(amount.line_text(line)))


def shown(text: str) -> str:
    """Return an id or a name for the page; what looks like a card's number is masked, whoever wrote it."""
    return html.escape(mask_card_numbers(text))


def places(tasks: Iterable[Task]) -> Mapping[str, int]:
    """Return by which number a page's rows name a task."""
    return {task.id: number for number, task in enumerate(tasks)}


def run_rows(
    runs: Sequence[Run], speaker: Speaker, *, tasks: Mapping[str, int], groups: Mapping[Group, int], opened: bool
) -> Iterator[str]:
    """Yield a row a run: ``data-t`` is its task, ``data-g`` its sum, ``data-k`` what a cell is sorted by."""
    start = "<details open>" if opened else "<details>"
    for run in runs:
        task = run.task
        yield (
            # A break between rows would stand in the last cell, which may be empty.
            f"<tr\ndata-t={tasks[task.id]} data-g={groups[Group.of(run)]}>"
            f"<td data-k={run.due_at}>{html.escape(speaker.time(run.due_at))}"
            f"<td>{shown(task.id)}<th scope=row>{shown(run.reservation)}"
            f"<td>{html.escape(speaker.language.word(task.operation))}<td>{shown(run.folio)}"
            f"<td>{shown(run.card or '')}{_amount_cell(run.amount, speaker, start)}<td>{_remarks(run, speaker)}"
        )


def _amount_cell(amount: Amount | None, speaker: Speaker, start: str) -> str:
    if amount is None:
        return "<td>"
    total = speaker.amount(amount.total_minor, amount.currency)
    return (
        f'<td data-k={amount.total_minor} data-c="{amount.currency.code}">{start}<summary>{total}</summary>'
        f"<table>{_breakdown(amount, speaker)}"
        f"<tr><th scope=row>{speaker.say('total')}<td>{_without_currency(amount, speaker)}</table></details>"
    )


def _without_currency(amount: Amount, speaker: Speaker) -> str:
    return html.escape(speaker.language.writing.decimal(amount.total.amount))


def _breakdown(amount: Amount, speaker: Speaker) -> str:
    """Write the lines from the base to the total; the role of each where some are only compared."""
    lines = amount.breakdown
    compared = not all(line.counts for line in lines)
    return "".join(_line(line, amount, speaker, compared=compared) for line in lines)


def _line(line: Line, amount: Amount, speaker: Speaker, *, compared: bool) -> str:
    name = html.escape(line_word(line, amount, speaker.language))
    note = "" if line.about is None else f" ({html.escape(speaker.language.word(line.about))})"
    role = ""
    if compared:
        role = f" <small>{speaker.say('counts') if line.counts else speaker.say('compared')}</small>"
    return f"<tr><th scope=row>{name}{note}{role}<td>{speaker.part(amount, line)}"


def _remarks(run: Run, speaker: Speaker) -> str:
    problem = "" if run.problem is None else f"<strong>{html.escape(speaker.language.word(run.problem))}</strong>"
    after = speaker.say("after {tasks}", tasks=", ".join(run.after)) if run.after else ""
    return "<br>\n".join(filter(None, (problem, after)))


def skip_rows(skips: Iterable[Skip], speaker: Speaker, *, tasks: Mapping[str, int]) -> Iterator[str]:
    """Yield a row a pair that is not taken, with every reason."""
    for skip in skips:
        reasons = "".join(f"<li>{html.escape(reason.message_in(speaker.language))}" for reason in skip.reasons)
        yield (
            f"<tr\ndata-t={tasks[skip.task.id]}><td>{shown(skip.task.id)}"
            f"<th scope=row>{shown(skip.reservation)}<td><ul>{reasons}</ul>"
        )
