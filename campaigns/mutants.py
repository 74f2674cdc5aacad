"""Would the tests notice? Mutants of the core, module by module: `make mutants`.

mutmut changes one small thing at a time and runs the quick tests that `[tool.mutmut]` of pyproject.toml names. What
they do not notice is a survivor: a test is missing, the code says more than it needs to, or the change means nothing.
The last kind is justified, one by one, in justified_mutants.toml.

Results stay in the folder `mutants`, and an interrupted run goes on where it stopped. A module runs again when its
source or the tests changed; with `--survivors` only what no test noticed does, which is for tests that were added.
A change after which the tests never end counts as killed, and is told of in a column of its own.

The status is 1 when less than 95 % are killed, when a survivor of a strict module is not justified, or when a
justification belongs to no survivor.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

SOURCE: Final = Path("src/hotelpay")
JUSTIFIED: Final = Path("campaigns/justified_mutants.toml")

ENOUGH: Final = 95
#: Where money and time are worked out, nothing survives without a reason.
STRICT: Final = re.compile(r"money|moments|autopilot\.(window|amounts)|bonus\.quote|settlement\..*")

KILLED: Final = "killed"
TIMEOUT: Final = "timeout"
SURVIVED: Final = "survived"
NOT_CHECKED: Final = "not checked"
#: What pytest ends with where a test fails, or where nothing works any more.
_KILLED_CODES: Final = (1, 3)
_RESULT: Final = re.compile(r" +hotelpay\.(?P<module>.+?)\.(?P<name>x[_ǁ]\S+__mutmut_\d+): (?P<status>.+)")


@attrs.frozen
class Change:
    """What a mutant changed: the same from one run to the next, as mutmut's numbers are not."""

    module: str
    function: str
    minus: str
    plus: str

    def __str__(self) -> str:
        return f"{self.module}, {self.function}\n    - {_indented(self.minus)}\n    + {_indented(self.plus)}"


#: The sentences of justified_mutants.toml.
Justifications: TypeAlias = Mapping[Change, str]


@attrs.frozen
class Tally:
    """What became of one module's mutants. ``alive`` has the change of each that no test noticed."""

    module: str
    statuses: Counter[str]
    alive: tuple[Change, ...]

    @property
    def total(self) -> int:
        return self.statuses.total()

    @property
    def killed(self) -> int:
        """How many were noticed; of some the tests never ended."""
        return self.statuses[KILLED] + self.statuses[TIMEOUT]

    @property
    def others(self) -> int:
        """How many have no tests at all, or made the interpreter crash."""
        return self.total - self.killed - self.statuses[SURVIVED]

    def unjustified(self, justifications: Justifications) -> list[Change]:
        return [change for change in self.alive if change not in justifications]

    def row(self, justifications: Justifications) -> str:
        """Return the figures in the columns of :data:`HEADER`."""
        justified = len(self.alive) - len(self.unjustified(justifications))
        percent = f"{self.killed / self.total:.1%}" if self.total else "-"
        timeouts, survived = self.statuses[TIMEOUT], self.statuses[SURVIVED]
        return _columns(self.module, self.total, self.killed, timeouts, survived, self.others, justified, percent)


def _columns(module: str, *figures: object) -> str:
    return f"{module:<26}" + "".join(f"{figure:>11}" for figure in figures)


HEADER: Final = _columns("module", "mutants", "killed", "endless", "survived", "others", "justified", "percent")


def together(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of several modules."""
    statuses: Counter[str] = Counter()
    alive: list[Change] = []
    for tally in tallies:
        statuses += tally.statuses
        alive += tally.alive
    return Tally("all together", statuses, tuple(alive))


def read_justifications(text: str) -> dict[Change, str]:
    """Return the justifications of a TOML text. Raises ValueError where one is there twice or gives no reason."""
    found: dict[Change, str] = {}
    for row in tomllib.loads(text).get("mutant", []):
        why = row.pop("why").strip()
        change = Change(**{name: value.strip() for name, value in row.items()})
        if change in found or not why:
            raise ValueError(f"justified twice, or without a reason: {change}")
        found[change] = why
    return found


def stale(tallies: Iterable[Tally], justifications: Justifications) -> list[Change]:
    """Return the justifications of these modules that belong to no survivor."""
    alive = {tally.module: set(tally.alive) for tally in tallies}
    return [change for change in justifications if change.module in alive and change not in alive[change.module]]


def complaints(tallies: Sequence[Tally], justifications: Justifications) -> Iterator[str]:
    """Yield what is not good enough, in sentences."""
    every = together(tallies)
    if every.killed * 100 < ENOUGH * every.total:
        yield f"{every.killed} of {every.total} mutants are killed, which is less than {ENOUGH} %."
    for tally in tallies:
        left = len(tally.unjustified(justifications))
        if left and STRICT.fullmatch(tally.module):
            yield f"{tally.module} is strict: {left} of its survivors are not justified."
    yield from (f"Justified, and no survivor: {change}" for change in stale(tallies, justifications))


def change_of(module: str, name: str, functions: Mapping[str, str]) -> Change:
    """Return what a mutant changed; ``functions`` has the text of everything that mutmut wrote, by its name."""
    mangled = name.partition("__mutmut_")[0]
    before, after = (_lines(functions[each]) for each in (f"{mangled}__mutmut_orig", name))
    difference = [line for line in difflib.ndiff(before, after) if line[0] in "-+"]
    minus, plus = ("\n".join(line[2:] for line in difference if line[0] == sign) for sign in "-+")
    return Change(module, ".".join(re.split("ǁ", re.sub("^x[_ǁ]", "", mangled))), minus, plus)


def _lines(function: str) -> list[str]:
    # The two that are compared differ in their names as well.
    return [re.sub(r"\bx[_ǁ]\w*__mutmut_\w+", "_", line).strip() for line in function.splitlines()]


def _indented(lines: str) -> str:
    return lines.replace("\n", "\n      ")


def functions_of(source: str) -> dict[str, str]:
    """Return the text of each function and method by its name."""
    lines = source.splitlines()
    return {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }


def statuses_in(results: str) -> dict[str, dict[str, str]]:
    """Return the statuses of mutants by module and name, from the words of ``mutmut results``."""
    found: dict[str, dict[str, str]] = {}
    for match in filter(None, map(_RESULT.fullmatch, results.splitlines())):
        found.setdefault(match["module"], {})[match["name"]] = match["status"]
    return found


@attrs.frozen
class Campaign:
    """A repository with mutmut's configuration, and the results that are kept in its folder ``mutants``."""

    root: Path
    children: int

    def modules(self) -> list[str]:
        """Return the modules that are mutated, the strict ones first: ``money``, ``settlement.journal``."""
        source = self.root / SOURCE
        files = {file for pattern in self._settings["only_mutate"] for file in self.root.glob(pattern)}
        names = [".".join(file.relative_to(source).with_suffix("").parts) for file in files if file.stem != "__init__"]
        return sorted(names, key=lambda name: (not STRICT.fullmatch(name), name))

    def prepare(self, modules: Iterable[str], *, survivors_only: bool) -> None:
        """Forget the results that are of another source or of other tests."""
        known: dict[str, Any] = {"tests": "", "modules": {}}
        if self._known.exists():
            known = json.loads(self._known.read_text())
        tests = self._hash_of_tests()
        if known["tests"] != tests:
            # mutmut copies tests but removes none, and only of new ones it asks what they run.
            shutil.rmtree(self._results / "tests", ignore_errors=True)
            (self._results / "mutmut-stats.json").unlink(missing_ok=True)
        for module in modules:
            now = {"source": _hash([self.root / _path(module)]), "tests": tests}
            then = known["modules"].get(module, {})
            if survivors_only and then.get("source") == now["source"] and self._meta(module).exists():
                self._forget_survivors(module)
            elif then != now:
                self._forget(module)
            known["modules"][module] = now
        self._results.mkdir(exist_ok=True)
        self._known.write_text(json.dumps({**known, "tests": tests}, indent=1))

    def run(self, module: str) -> Tally:
        """Test what was not tested yet, and return what became of all. Raises SystemExit where mutmut gives up."""
        said = ""
        if not self._meta(module).exists():
            said = self._mutmut("run", "--max-children", str(self.children), f"hotelpay.{module}.x*")
        elif left := [name for name, status in self._statuses(module).items() if status == NOT_CHECKED]:
            names = [f"hotelpay.{module}.{name}" for name in left]
            said = self._mutmut("run", "--max-children", str(self.children), *names)
        statuses = self._statuses(module)
        if not self._meta(module).exists() or NOT_CHECKED in statuses.values():
            raise SystemExit(f"{said}\nmutmut did not finish {module}.")
        functions = functions_of((self._results / _path(module)).read_text())
        alive = [
            change_of(module, name, functions) for name, status in statuses.items() if status not in {KILLED, TIMEOUT}
        ]
        return Tally(module, Counter(statuses.values()), tuple(alive))

    @property
    def _results(self) -> Path:
        return self.root / "mutants"

    @property
    def _known(self) -> Path:
        return self._results / "fingerprints.json"

    @property
    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = tomllib.loads((self.root / "pyproject.toml").read_text())["tool"]["mutmut"]
        return settings

    def _hash_of_tests(self) -> str:
        folders = [each for each in self._settings["pytest_add_cli_args_test_selection"] if (self.root / each).is_dir()]
        return _hash(file for folder in ("tests", *folders) for file in (self.root / folder).glob("*.py"))

    def _meta(self, module: str) -> Path:
        return self._results / f"{_path(module)}.meta"

    def _forget(self, module: str) -> None:
        self._meta(module).unlink(missing_ok=True)
        (self._results / _path(module)).unlink(missing_ok=True)

    def _forget_survivors(self, module: str) -> None:
        results: dict[str, Any] = json.loads(self._meta(module).read_text())
        codes = results["exit_code_by_key"]
        results["exit_code_by_key"] = {name: code if code in _KILLED_CODES else None for name, code in codes.items()}
        self._meta(module).write_text(json.dumps(results, indent=4))

    def _statuses(self, module: str) -> dict[str, str]:
        return statuses_in(self._mutmut("results", "--all", "true")).get(module, {})

    def _mutmut(self, *arguments: str) -> str:
        command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
        ran = subprocess.run(command, cwd=self.root, check=False, capture_output=True, text=True)  # noqa: S603  our own
        return ran.stdout + ran.stderr


def _path(module: str) -> Path:
    return SOURCE / f"{module.replace('.', '/')}.py"


def _hash(files: Iterable[Path]) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in sorted(files))).hexdigest()


def main() -> int:
    """Run the campaign and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="only these: money, settlement.journal")
    parser.add_argument("--survivors", action="store_true", help="of a module that was run, only what was not killed")
    parser.add_argument("--children", type=int, default=2, metavar="N", help="so many at a time (2)")
    options = parser.parse_args()
    campaign = Campaign(Path.cwd(), options.children)
    for module in options.modules:
        if module not in campaign.modules():
            parser.error(f"{module} is not mutated; there are {', '.join(campaign.modules())}")
    modules = options.modules or campaign.modules()
    justifications = read_justifications((campaign.root / JUSTIFIED).read_text())
    campaign.prepare(modules, survivors_only=options.survivors)
    tallies = list(_told(map(campaign.run, modules), justifications))
    _tell(together(tallies).row(justifications))
    wrong = list(complaints(tallies, justifications))
    _tell(*wrong)
    return 1 if wrong else 0


def _told(tallies: Iterable[Tally], justifications: Justifications) -> Iterator[Tally]:
    _tell(HEADER)
    for tally in tallies:
        _tell(tally.row(justifications), *(f"  {change}" for change in tally.unjustified(justifications)))
        yield tally


def _tell(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)  # noqa: T201  the figures are what was asked for


if __name__ == "__main__":
    sys.exit(main())
