"""A preview as one page that a browser opens: sorted, filtered, read and printed, without anything from elsewhere.

The page holds all of its text; the script only orders and hides rows and adds up what is left. Without a script it is
a plain page with every row. Nothing is stored, sent or loaded, and a policy inside the page forbids it.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from hotelpay.autopilot.decision import Run, Skip
from hotelpay.autopilot.preview import Preview
from hotelpay.autopilot.task import Operation, Task
from hotelpay.messages import ENGLISH, Language
from hotelpay.pages.rows import Speaker, places, run_rows, shown, skip_rows
from hotelpay.pages.shapes import Shape, count_shape
from hotelpay.pages.sums import Sum, sums

#: So many pairs that are not taken a page shows at most: all pairs of a large hotel are more than a browser bears.
MOST_SKIPS: Final = 5000
#: So many rows the script lists at once, until somebody asks for all: the time for a browser's layout grows with them.
MOST_LISTED: Final = 1000
_FILES: Final = resources.files("hotelpay.pages")


@attrs.frozen(kw_only=True)
class PageHead:
    """What a page is about besides its rows: whose cycle it is, and what was asked for.

    ``task`` and ``reservation`` name what alone was asked about: then this is not all that the cycle does.
    """

    zone: ZoneInfo
    hotel: str = ""
    paused: bool = False
    task: str | None = None
    reservation: str | None = None


def preview_html(
    result: Preview, about: PageHead, *, skips: Iterable[Skip] | None = None, language: Language = ENGLISH
) -> str:
    """Return the page of a preview, as HTML.

    ``skips`` are the pairs that are not taken, of which a page shows the first ``MOST_SKIPS`` and counts the rest;
    None where nobody asked. The page is in ``language``, with instants on the clock of ``about.zone``.
    """
    speaker = Speaker(language, about.zone, result.cycle_at)
    missed = iter(()) if skips is None else iter(skips)
    first = tuple(islice(missed, MOST_SKIPS))
    body = _Body(result, about, first, sum(1 for _ in missed), skips is not None, speaker)
    style, labels, script = _file("preview.css"), body.labels(), _file("preview.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}' '{_digest(labels)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = (
        f'<!doctype html>\n<html lang="{html.escape(language.code)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{body.title()}</title>\n<style>{style}</style>\n<style>{labels}</style>\n"
        f"<script>{script}</script>\n</head>\n<body>\n"
    )
    return "".join((head, *body.parts(), "</body>\n</html>\n"))


def _file(name: str) -> str:
    return _FILES.joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the name by which a policy knows the text of an element."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@attrs.frozen(eq=False)
class _Body:
    """The parts of the page in their order."""

    result: Preview
    about: PageHead
    skips: Sequence[Skip]
    more_skips: int
    explained: bool
    speaker: Speaker

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of all rows: in the order in which they are met."""
        rows: tuple[Run | Skip, ...] = (*self.result.runs, *self.skips)
        met = {each.task.id: each.task for each in rows}
        return tuple(met.values())

    def title(self) -> str:
        """Name the page, as a tab or a bookmark shows it."""
        at = self.speaker.time(self.result.cycle_at)
        if not self.about.hotel:
            return self.speaker.say("What the cycle at {at} will do", at=at)
        return self.speaker.say("{hotel}: what the cycle at {at} will do", hotel=self.about.hotel, at=at)

    def parts(self) -> Iterator[str]:
        """Yield the page between head and script."""
        tasks, added = self.tasks, sums(self.result.runs)
        numbers = places(tasks)
        yield "<main>\n<header>\n"
        yield from self._heading()
        yield "</header>\n"
        if self.result.runs:
            yield from self._sums(added)
        if self.result.runs or self.skips:
            yield from self._filters(tasks)
        yield from self._runs(numbers, added)
        if tasks:
            yield from self._tasks(tasks)
        if self.explained:
            yield from self._missed(numbers)
        yield "</main>\n"

    def _heading(self) -> Iterator[str]:
        say, about = self.speaker.say, self.about
        if about.hotel:
            yield f"<p class=hotel>{shown(about.hotel)}</p>\n"
        yield f"<h1>{say('What the cycle at {at} will do', at=self.speaker.time(self.result.cycle_at))}</h1>\n"
        offset = self.speaker.offset(self.result.cycle_at)
        clock = say("All times are on the hotel's clock: {zone}, {offset}.", zone=about.zone.key, offset=offset)
        nothing = say("Nothing has been done yet. This is what will be done if nothing changes until then.")
        yield f"<p>{nothing} {clock}</p>\n"
        for note in self._notes():
            yield f"<p class=note>{note}</p>\n"

    def _notes(self) -> Iterator[str]:
        say, about = self.speaker.say, self.about
        if about.paused:
            yield say("The autopilot is paused: until that ends, no cycle starts any of this.")
        if about.task is not None:
            yield say("Asked about the task {task} alone: other tasks may do more.", task=about.task)
        if about.reservation is not None:
            asked = about.reservation
            yield say("Asked about the reservation {reservation} alone: the cycle may take others.", reservation=asked)

    def _sums(self, added: Sequence[Sum]) -> Iterator[str]:
        say = self.speaker.say
        yield f"<section class=sums aria-labelledby=h-sums>\n<h2 id=h-sums>{say('Sums')}</h2>\n<table id=sums>\n"
        yield (
            f"<thead><tr><th scope=col>{say('what')}<th scope=col>{say('runs')}<th scope=col>{say('sum')}"
            f"<th scope=col class=of hidden>{say('runs shown')}"
            f"<th scope=col class=of hidden>{say('sum shown')}\n<tbody>\n"
        )
        counts = count_shape(self.speaker.language)
        for each in added:
            currency = each.group.currency
            if currency is None:
                total, how = say("nothing"), ""
            else:
                total = self.speaker.amount(each.minor, currency)
                how = _as_attributes(self.speaker.shape(currency))
            yield (
                f"<tr{how}><th scope=row>{html.escape(each.group.fate.said_in(self.speaker.language))}"
                f"<td>{html.escape(counts.text(each.runs))}<td>{total}<td class=of hidden><td class=of hidden>\n"
            )
        yield "</table>\n</section>\n"

    def _tasks(self, tasks: Sequence[Task]) -> Iterator[str]:
        say, counts = self.speaker.say, count_shape(self.speaker.language)
        runs = Counter(run.task.id for run in self.result.runs)
        yield f"<section aria-labelledby=h-tasks>\n<h2 id=h-tasks>{say('Tasks')}</h2>\n<table id=tasks>\n"
        yield (
            f"<thead><tr><th scope=col>{say('task')}<th scope=col>{say('name')}<th scope=col>{say('operation')}"
            f"<th scope=col>{say('runs')}\n<tbody>\n"
        )
        for task in tasks:
            yield (
                f"<tr><th scope=row>{shown(task.id)}<td>{shown(task.name)}<td>{self._word(task.operation)}"
                f"<td>{html.escape(counts.text(runs[task.id]))}\n"
            )
        yield "</table>\n</section>\n"

    def _word(self, operation: Operation) -> str:
        return html.escape(self.speaker.language.word(operation))

    def _filters(self, tasks: Sequence[Task]) -> Iterator[str]:
        """Write the controls, hidden until a script is there to obey them."""
        say = self.speaker.say
        operations = {task.operation.value: self._word(task.operation) for task in tasks}
        chosen = "".join(f'<option value="{value}">{word}</option>' for value, word in operations.items())
        named = "".join(
            f'<option value={place} data-operation="{task.operation.value}">{self._named(task)}</option>'
            for place, task in enumerate(tasks)
        )
        everything = f'<option value="">{say("all")}</option>'
        yield (
            f'<form id=filters role=search aria-label="{say("Filters")}" autocomplete=off hidden>\n'
            f"<p><label for=words>{say('Search')}</label>"
            f'<input id=words type=search autocomplete=off spellcheck=false placeholder="{say("any text of a row")}">\n'
            f"<p><label for=task>{say('Task')}</label><select id=task>{everything}{named}</select>\n"
            f"<p><label for=operation>{say('Operation')}</label>"
            f"<select id=operation>{everything}{chosen}</select>\n"
            f"<p class=check><input id=remarks type=checkbox>"
            f"<label for=remarks>{say('only runs with remarks')}</label>\n"
            f"<p class=buttons><button type=reset>{say('Clear filters')}</button>"
            f"<button type=button id=open>{say('Open all amounts')}</button>"
            f"<button type=button id=close>{say('Close all amounts')}</button>"
            f"<button type=button id=print>{say('Print')}</button>\n</form>\n"
            "<p id=filtered class=paper hidden></p>\n"
        )

    def _named(self, task: Task) -> str:
        return f"{shown(task.id)}: {shown(task.name)}" if task.name else shown(task.id)

    def _runs(self, tasks: Mapping[str, int], added: Sequence[Sum]) -> Iterator[str]:
        say, runs = self.speaker.say, self.result.runs
        yield f"<section aria-labelledby=h-runs>\n<h2 id=h-runs>{say('Runs')}</h2>\n"
        if not runs:
            yield f"<p class=none>{say('This cycle takes nothing.')}</p>\n</section>\n"
            return
        yield from self._told("runs", say("No run matches these filters."))
        yield (
            f"<table id=runs class=rows>\n<caption>{say('Open an amount to see how it came about.')}</caption>\n"
            f"<thead><tr><th scope=col data-kind=number aria-sort=ascending>{say('due')}<th scope=col>{say('task')}"
            f"<th scope=col>{say('reservation')}<th scope=col>{say('operation')}<th scope=col>{say('folio')}"
            f"<th scope=col>{say('card')}<th scope=col data-kind=amount>{say('amount')}"
            f"<th scope=col>{say('remarks')}\n<tbody>\n"
        )
        groups = {each.group: place for place, each in enumerate(added)}
        opened = self.about.reservation is not None
        yield from run_rows(runs, self.speaker, tasks=tasks, groups=groups, opened=opened)
        yield f"</table>\n{self._more('runs')}</section>\n"

    def _missed(self, tasks: Mapping[str, int]) -> Iterator[str]:
        say = self.speaker.say
        yield f"<section aria-labelledby=h-skips>\n<h2 id=h-skips>{say('Not taken')}</h2>\n"
        if not self.skips:
            yield f"<p class=none>{say('Every pair of a task and a reservation is taken.')}</p>\n</section>\n"
            return
        if self.more_skips:
            yield f"<p class=note>{self._left_out()}</p>\n"
        yield from self._told("skips", say("No pair matches these filters."))
        yield (
            f"<table id=skips class=rows>\n<caption>{say('Every reason why a task does not take a reservation')}"
            f"</caption>\n<thead><tr><th scope=col>{say('task')}<th scope=col>{say('reservation')}"
            f"<th scope=col>{say('why not')}\n<tbody>\n"
        )
        yield from skip_rows(self.skips, self.speaker, tasks=tasks)
        yield f"</table>\n{self._more('skips')}</section>\n"

    def _left_out(self) -> str:
        number = self.speaker.language.writing.number
        values = {"shown": number(len(self.skips)), "all": number(len(self.skips) + self.more_skips)}
        return self.speaker.say(
            "The first {shown} of {all} pairs. To see another one, ask for its task or its reservation alone.", **values
        )

    def _told(self, name: str, nothing: str) -> Iterator[str]:
        """Write where the script says how many rows are shown, and in which order; the braces are for it to fill."""
        say, counts = self.speaker.say, _as_attributes(count_shape(self.speaker.language))
        shown_rows = say("Shown: {shown} of {all}", shown="{shown}", all="{all}")
        upwards = say("Sorted by: {column}, ascending", column="{column}")
        downwards = say("Sorted by: {column}, descending", column="{column}")
        yield (
            f'<p id={name}-count class=count role=status data-text="{shown_rows}"{counts} hidden></p>\n'
            f'<p id={name}-order class=paper data-ascending="{upwards}" data-descending="{downwards}"></p>\n'
            f"<p id={name}-none class=none hidden>{nothing}</p>\n"
        )

    def _more(self, name: str) -> str:
        """Write how the rows are asked for that the script does not list at once."""
        say, number = self.speaker.say, self.speaker.language.writing.number(MOST_LISTED)
        return (
            f"<p id={name}-more class=more data-most={MOST_LISTED} hidden>"
            f"{say('The first {number} rows are listed.', number=number)} "
            f"<button type=button>{say('List all')}</button></p>\n"
        )

    def labels(self) -> str:
        """Return the style that writes a column's name beside each value where a table does not fit."""
        say = self.speaker.language.say
        runs = [say("due"), say("task"), "", say("operation"), say("folio"), say("card"), say("amount"), say("remarks")]
        skips = [say("task"), "", say("why not")]
        added = ["", say("runs"), say("sum"), say("runs shown"), say("sum shown")]
        cards = f".sorted thead::before{{content:{_css(say('Sort by'))}}}{_named('runs', runs)}{_named('skips', skips)}"
        lines = _named("sums", added)
        return f"@media screen and (max-width:64rem){{{cards}}}@media screen and (max-width:40rem){{{lines}}}"


def _named(table: str, labels: Iterable[str]) -> str:
    """Return the rules that write a label before each value of a row."""
    return "".join(
        f"#{table}>tbody>tr>:nth-child({place})::before{{content:{_css(label)}}}"
        for place, label in enumerate(labels, 1)
        if label
    )


def _as_attributes(shape: Shape) -> str:
    """Hand a shape to the script."""
    return "".join(f' data-{name}="{html.escape(str(value))}"' for name, value in attrs.asdict(shape).items())


def _css(text: str) -> str:
    """Write a text as a string of a style sheet: all but letters and digits of ASCII by their numbers."""
    return '"' + "".join(each if each.isascii() and each.isalnum() else f"\\{ord(each):x} " for each in text) + '"'
