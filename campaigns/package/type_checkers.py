"""The types as users' checkers read them: from the installed wheel, in an empty environment."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from campaigns.package.building import Built
from campaigns.package.environments import Environment, run, tool
from campaigns.package.extras import every_extra
from campaigns.package.words import Line

_FILE: Final = "typing_api.py"
#: What no checker may accept: so we see that each really reads our types.
_PLANTED: Final = """

def planted(folio: Folio) -> str:
    return folio.balance
"""
#: Checkers by name, strict where they know such a mode. ``{python}`` and ``{venv}`` are the environment's.
CHECKERS: Final[Mapping[str, tuple[str, ...]]] = {
    "mypy": ("mypy", "--strict", "--no-incremental", "--python-executable", "{python}"),
    "pyright": ("pyright", "--pythonpath", "{python}", "--warnings"),
    "basedpyright": ("basedpyright", "--pythonpath", "{python}", "--warnings"),
    "ty": ("ty", "check", "--python", "{venv}", "--error-on-warning"),
    "pyrefly": ("pyrefly", "check", "--python-interpreter-path", "{python}", "--preset", "strict"),
}
#: Read by pyright and basedpyright.
_SETTINGS: Final = {"typeCheckingMode": "strict", "pythonVersion": "3.11"}
#: What is no interface of Python: see "What is public" in docs/policies.md.
_NOT_PUBLIC: Final = ("hotelpay.cli.", "hotelpay.__main__")


def check_all(built: Built, scratch: Path) -> Iterator[Line]:
    """Tell what each checker says of a host's file, and how complete the types are."""
    environment = Environment.fresh(scratch / "venv")
    environment.install(f"{built.wheel}[{','.join(every_extra(built))}]")
    good, planted = scratch / "good", scratch / "planted"
    for folder in (good, planted):
        folder.mkdir()
        shutil.copy(built.root / "tests" / _FILE, folder)
        (folder / "pyrightconfig.json").write_text(json.dumps(_SETTINGS))
    with (planted / _FILE).open("a", encoding="utf-8") as file:
        file.write(_PLANTED)
    for name, command in CHECKERS.items():
        program, *options = (part.format(python=environment.python, venv=environment.folder) for part in command)
        ran = run(tool(program), *options, _FILE, cwd=good)
        faults = [ran.end] if ran.status else []
        # It has to be our own type that is named: a checker that fails for another reason sees nothing.
        refused = run(tool(program), *options, _FILE, cwd=planted)
        if not refused.status or "Money" not in refused.said:
            faults.append(f"{name} does not see that Money is no str")
        yield Line.of(name, "agrees, and refuses the planted fault" if not faults else "disagrees", faults)
    yield _completeness(environment)


def _completeness(environment: Environment) -> Line:
    # With --verifytypes pyright looks for Python on the path alone.
    path = os.pathsep.join((str(environment.python.parent), os.environ["PATH"]))
    surroundings = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(environment.folder)}
    command = (tool("pyright"), "--verifytypes", "hotelpay", "--ignoreexternal", "--outputjson")
    ran = run(*command, cwd=environment.folder, environment=surroundings)
    # A notice of a newer pyright may stand before it.
    found: dict[str, Any] = json.loads(ran.said[ran.said.index("{") :])["typeCompleteness"]
    exported = [symbol for symbol in found["symbols"] if symbol["isExported"]]
    unclear = [symbol["name"] for symbol in exported if not symbol["isTypeKnown"] or symbol["isTypeAmbiguous"]]
    public = [name for name in unclear if not name.startswith(_NOT_PUBLIC)]
    rest = f"the other {len(unclear) - len(public)} are of the command line"
    score = f"{found['completenessScore']:.1%} of {len(exported)} symbols; {rest}"
    faults = [f"{name} has no type that every checker reads alike" for name in public]
    return Line.of("completeness", score, faults if exported else ["no symbol was found"])
