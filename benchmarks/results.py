"""The rows as a document that people read: tables by topic, and what they were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from cost_rows import Row, Topic, figure
from peers import versions

#: Beside this file.
RESULTS: Final = Path(__file__).with_name("RESULTS.md")

_PREFACE: Final = """\
# What hotelpay costs

Written by `make bench`{date}; every figure is of that one run.

A time says something about a machine, a ratio about a program. So every figure is a quotient: the processor time of
hotelpay (of runs on a database, the time on the clock) divided by that of something else that does the same, in turns
in one run, after a check that both give the same results. The median of several rounds is judged; the lowest and the
highest show how far to trust it, for nothing was done to keep the machine quiet. Below 1 hotelpay takes less.

The other packages are used as their own documentation recommends for speed: what can be compiled is compiled once,
rows are in the package's own form before anything is timed, and where a package has a batch interface, that is told
beside the call for each pair. Where one has no words for something (a noon on the hotel's clock, a derived guarantee
status, the class of the cards), it gets the answer as a field, and so has less to do than hotelpay. What they do not
do is explain, price or choose a card; where hotelpay does so, too, the row says so.

A target was set beforehand. One that is missed is told, with the reason where it is known, and is no failure.
"""


def write_results(rows: Sequence[Row], path: Path, *, date: str = "") -> None:
    """Write the rows as Markdown; ``date`` is named as that of the run."""
    path.write_text("\n".join(_lines(rows, date)) + "\n", encoding="utf-8")


def _lines(rows: Sequence[Row], date: str) -> Iterator[str]:
    yield _PREFACE.format(date=f" on {date}" if date else "")
    judged = [row for row in rows if row.target is not None]
    missed = [row for row in judged if not row.is_met]
    yield f"{len(judged) - len(missed)} of {len(judged)} targets are met.\n"
    for topic in Topic:
        of_topic = [row for row in rows if row.topic is topic]
        if of_topic:
            yield from _table(topic, of_topic)
    yield from _missed(missed)
    yield "## What took part\n"
    yield f"{machine()}.\n"
    yield from (f"- {name} {found}" for name, found in versions().items())


def _table(topic: Topic, rows: Iterable[Row]) -> Iterator[str]:
    yield f"## {topic.value}\n"
    yield "| what | against | median | lowest | highest | target | |"
    yield "|---|---|--:|--:|--:|--:|---|"
    for row in rows:
        spread = (figure(each, row.unit) for each in (row.spread.median, row.spread.lowest, row.spread.highest))
        target = "" if row.target is None else f"≤ {figure(row.target, row.unit)}"
        what = f"{row.what}<br>*{row.note}*" if row.note else row.what
        yield f"| {' | '.join([what, row.against, *spread, target, row.verdict])} |"
    yield ""


def _missed(rows: Sequence[Row]) -> Iterator[str]:
    if rows:
        yield "## Missed\n"
        for row in rows:
            against = f", against {row.against}" if row.against else ""
            yield f"- {row.what}{against}: {row.verdict}.{f' {row.why}.' if row.why else ''}"
        yield ""


def machine() -> str:
    """Return what the run was made on."""
    return f"Python {platform.python_version()}, {os.cpu_count()} cores of {_processor()}, {platform.system()}"


def _processor() -> str:
    """Return the name of the processor: Linux tells more than Python does."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
