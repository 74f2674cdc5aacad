"""Measure what hotelpay costs, as ratios in one run (``make bench``).

A time says something about a machine, a ratio about a program: every figure compares two ways to do the same,
measured in turns, after a check that both give the same. A missed target is told and is no failure; ways that
disagree are one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from amount_cost import amount_rows
from cost_rows import Disagreement, Row, show, write_json
from cycle_cost import cycle_rows
from decision_cost import decision_rows
from history_cost import history_rows, long_history_rows
from import_cost import import_rows
from index_cost import index_rows
from memory_cost import memory_rows
from preview_cost import preview_rows
from quote_cost import quote_rows
from results import RESULTS, write_results
from selection_cost import selection_rows

_PARTS: Final[Mapping[str, Callable[[], Iterator[Row]]]] = {
    "import": import_rows,
    "preview": preview_rows,
    "selection": selection_rows,
    "decision": decision_rows,
    "amount": amount_rows,
    "quote": quote_rows,
    "memory": memory_rows,
    "index": index_rows,
    "history": history_rows,
    "cycle": cycle_rows,
}
#: Only when asked for.
_LONG_PARTS: Final[Mapping[str, Callable[[], Iterator[Row]]]] = {"long-history": long_history_rows}


def main() -> int:
    """Measure, print the table and return the exit status."""
    every = {**_PARTS, **_LONG_PARTS}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these: {', '.join(every)}")
    parser.add_argument("--write", action="store_true", help=f"write the tables to {RESULTS.name}")
    parser.add_argument("--date", default="", metavar="TEXT", help="the day of the run, named there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file as well")
    options = parser.parse_args()
    for part in options.parts:
        if part not in every:
            parser.error(f"there is no part {part}; there are {', '.join(every)}")
    try:
        rows = [row for part in options.parts or _PARTS for row in _measured(part, every[part])]
    except Disagreement as error:
        sys.stderr.write(f"{error}\n")
        return 1
    show(rows)
    if options.write:
        write_results(rows, RESULTS, date=options.date)
    if options.json is not None:
        write_json(rows, options.json)
    judged = [row for row in rows if row.target is not None]
    print(f"{sum(row.is_met is True for row in judged)} of {len(judged)} targets met")
    return 0


def _measured(part: str, measure: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    sys.stderr.write(f"measuring: {part}\n")
    yield from measure()


if __name__ == "__main__":
    sys.exit(main())
