"""What ``import hotelpay`` costs, in time and in other people's modules."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from cost_rows import Row, Topic
from timing import Spread, processes_in_turns, ratios

_ROUNDS: Final = 40
_NOTHING: Final = "pass"
_ATTRS: Final = "import attrs"
_IMPORT: Final = "import hotelpay"
_EVERY_NAME: Final = "import hotelpay\nfor name in hotelpay.__all__: getattr(hotelpay, name)"
#: Belongs to extras, to tests or to nothing that hotelpay uses.
_UNWELCOME: Final = frozenset(
    {"cattr", "cattrs", "hypothesis", "matplotlib", "procrastinate", "rich", "sqlalchemy", "typer"}
)
_TARGET: Final = 2.0

_LIST_INSTALLED: Final = """
import json, sys, sysconfig
places = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
print(json.dumps(sorted({
    name.partition(".")[0] for name, module in sys.modules.items()
    if (getattr(module, "__file__", None) or "").startswith(places)
})))
"""


def import_rows() -> Iterator[Row]:
    """Compare whole processes that import: an interpreter's own start is part of every one of them.

    Then the same less that start, which leaves what the import itself takes.
    """
    programs = (_NOTHING, _ATTRS, _IMPORT, _EVERY_NAME)
    rounds = processes_in_turns([(sys.executable, "-I", "-c", program) for program in programs], _ROUNDS)
    beyond_start = [tuple(taken - nothing for taken in rest) for nothing, *rest in rounds]
    for place, what in ((2, "import hotelpay"), (3, "import hotelpay and touch every public name")):
        yield Row(
            topic=Topic.IMPORT,
            what=what,
            against="import attrs, whole process",
            spread=ratios(rounds, place, 1),
            target=_TARGET,
            why="importing by name only puts off what using every name needs" if place == 3 else "",
        )
        yield Row(
            topic=Topic.IMPORT,
            what=f"{what}, beyond the interpreter's start",
            against="import attrs, likewise",
            spread=ratios(beyond_start, place - 1, 0),
        )
    for program, what in ((_IMPORT, "import hotelpay"), (_EVERY_NAME, "every public name touched")):
        yield _modules_row(program, what)


def _modules_row(program: str, what: str) -> Row:
    found = _installed_modules(program) - _installed_modules(_NOTHING) - {"hotelpay"}
    unwelcome = len(found & _UNWELCOME)
    return Row(
        topic=Topic.IMPORT,
        what=f"modules of extras loaded after: {what}",
        unit="modules",
        spread=Spread(unwelcome, unwelcome, unwelcome),
        target=0,
        note=f"installed packages loaded: {', '.join(sorted(found)) or 'none'}",
    )


def _installed_modules(program: str) -> set[str]:
    command = (sys.executable, "-I", "-c", f"{program}\n{_LIST_INSTALLED}")
    listed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return set(json.loads(listed))
