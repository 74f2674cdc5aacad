"""Each extra alone, in an empty environment: what it brings, what works with it, and what is said without it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from campaigns.package.archives import metadata_of, read_wheel
from campaigns.package.building import Built
from campaigns.package.environments import Environment, Inside, Ran, needs
from campaigns.package.words import Line
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: One short program for each extra, and one for the package without any: `sql.py` uses what `hotelpay[sql]` promises.
USES: Final = Path(__file__).with_name("uses")
BARE: Final = "bare"
#: All that the bare package asks for. What dateutil itself needs has changed over time: six, then tzdata.
BARE_PACKAGES: Final = frozenset({"attrs", "python-dateutil"})
#: An extra that adds to another one is used beside it.
BESIDE: Final[Mapping[str, tuple[str, ...]]] = {"plot": ("cli",)}

_MAIN: Final = "import sys; from hotelpay.cli import main; sys.argv = 'hotelpay {}'.split(); main()"
_CHART: Final = "backtest -s s -r r --from 2024-01-01T00:00Z --to 2024-02-01T00:00Z --chart c.png"
#: The way into what an extra brings, and the extras that it asks for on the way: the first that is missing is named.
DOORS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "documents": ("import hotelpay.documents", ("documents",)),
    "sql": ("import hotelpay.adapters.sql", ("sql",)),
    "postgresql": (
        "from hotelpay.adapters.sql import connect; connect('postgresql://localhost/hotels')",
        ("sql", "postgresql"),
    ),
    "procrastinate": ("import hotelpay.adapters.procrastinate", ("procrastinate",)),
    "cli": (_MAIN.format("--version"), ("cli",)),
    "plot": (_MAIN.format(_CHART), ("cli", "plot")),
    "stripe": ("import hotelpay.adapters.stripe", ("stripe",)),
    "otel": ("import hotelpay.adapters.otel", ("otel",)),
    "testing": ("import hotelpay.testing.contracts", ("testing",)),
}
#: Modules of the command itself: it says what is missing when it is called, and they are no interface.
_NO_INTERFACE: Final = "hotelpay.cli."


def every_extra(built: Built) -> list[str]:
    """Return the extras that the wheel has."""
    return sorted(metadata_of(read_wheel(built.wheel)).get_all("Provides-Extra", []))


def requirements_of(built: Built) -> list[Requirement]:
    """Return what the wheel asks for, markers and all."""
    return [Requirement(each) for each in metadata_of(read_wheel(built.wheel)).get_all("Requires-Dist", [])]


def unchecked(extras: Iterable[str], uses: Collection[str], doors: Collection[str]) -> Iterator[str]:
    """Yield what is missing here for an extra, and what is left of one that is gone."""
    extras = set(extras)
    yield from (f"nothing uses hotelpay[{extra}]: write uses/{extra}.py" for extra in sorted(extras - set(uses)))
    yield from (f"nothing tries hotelpay[{extra}] without it: DOORS" for extra in sorted(extras - set(doors)))
    yield from (f"there is no extra {gone}" for gone in sorted((set(uses) | set(doors)) - extras - {BARE}))


def use_each(built: Built, scratch: Path) -> Iterator[Line]:
    """Tell of the bare package and of each extra what it is like where nothing else is installed."""
    extras = every_extra(built)
    uses = {path.stem for path in USES.glob("*.py")}
    yield Line.of("checks", f"{len(extras)} extras", unchecked(extras, uses, DOORS))
    for extra in (BARE, *(each for each in extras if each in uses)):
        yield _used(built, extra, scratch)


def _used(built: Built, extra: str, scratch: Path) -> Line:
    chosen = () if extra == BARE else (extra,)
    environment = Environment.fresh(scratch / extra)
    environment.install(_wheel_with(built, chosen))
    inside = environment.look_inside()
    missing = _missing_extras(built, inside)
    faults = [*package_faults(inside, chosen), *module_faults(inside, missing), *_door_faults(environment, missing)]
    if extra in BESIDE:
        environment.install(_wheel_with(built, (extra, *BESIDE[extra])))
    ran = use(environment, extra, scratch)
    faults += [ran.end] if ran.status else []
    word = "package" if len(inside.distributions) == 1 else "packages"
    beside = "".join(f" (beside {each})" for each in BESIDE.get(extra, ()))
    did = ran.said.strip() if not ran.status else "does not work"
    return Line.of(extra, f"{len(inside.distributions):>2} {word}; {did}{beside}", faults)


def _wheel_with(built: Built, extras: Iterable[str]) -> str:
    listed = ",".join(extras)
    return f"{built.wheel}[{listed}]" if listed else str(built.wheel)


def use(environment: Environment, extra: str, scratch: Path) -> Ran:
    """Run the program that uses an extra, in a folder of its own."""
    folder = scratch / f"{extra}-used"
    folder.mkdir()
    return environment.run(USES / f"{extra}.py", cwd=folder)


def package_faults(inside: Inside, extras: Collection[str]) -> Iterator[str]:
    """Yield what was installed and nobody asked for, and what was asked for and is not there."""
    installed, asked = set(inside.distributions), inside.asked_for("hotelpay", extras)
    if not extras:
        asked = {"hotelpay"}.union(*(inside.asked_for(name) for name in BARE_PACKAGES))
    yield from (f"{name} came along" for name in sorted(installed - asked))
    yield from (f"{name} did not come" for name in sorted(asked - installed))


def module_faults(inside: Inside, missing: Collection[str]) -> Iterator[str]:
    """Yield the modules that cannot be imported, and do not say in a sentence which missing extra they need."""
    for module, error in inside.modules.items():
        named = error is None or (
            error.startswith("MissingExtra: ") and any(f"'hotelpay[{extra}]'" in error for extra in missing)
        )
        if not named and not module.startswith(_NO_INTERFACE):
            yield f"import {module}: {error}"


def _missing_extras(built: Built, inside: Inside) -> set[str]:
    """Return the extras of which a package is missing."""
    requirements = requirements_of(built)
    return {
        extra
        for extra in every_extra(built)
        if {canonicalize_name(each.name) for each in needs(requirements, (extra,))} - inside.distributions.keys()
    }


def _door_faults(environment: Environment, missing: Collection[str]) -> Iterator[str]:
    for extra, (code, asked) in DOORS.items():
        if extra not in missing:
            continue
        first = next(each for each in asked if each in missing)
        ran = environment.run("-c", code)
        if not ran.status or f"pip install 'hotelpay[{first}]'" not in ran.said:
            yield f"what needs {extra} does not name hotelpay[{first}]: {ran.end}"
