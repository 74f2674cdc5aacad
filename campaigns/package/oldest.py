"""Tests on the oldest dependencies that pyproject.toml allows: ``make oldest``."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from campaigns.package.building import Built
from campaigns.package.environments import Environment, run
from campaigns.package.extras import every_extra, use
from campaigns.package.words import Line
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: What is run on them: what everything is made of, the decisions, the documents and the commands.
TESTS: Final = ("tests/ground", "tests/scenarios", "tests/documents", "tests/cli")
#: Lower bounds that hold for the bare package alone: with its extras another dependency asks for more, named here.
RAISED: Final = {"attrs": ("25.4.0", "cattrs 26.1")}
_AT_LEAST: Final = re.compile(r">=(?P<version>[0-9.]+)")


def test(built: Built, scratch: Path) -> Iterator[Line]:
    """Tell what the bare package does on its oldest dependencies, and what the tests say on those of the extras."""
    project = tomllib.loads((built.root / "pyproject.toml").read_text(encoding="utf-8"))
    bare = oldest(project["project"]["dependencies"])
    environment = _environment(scratch / "bare", bare)
    environment.install("--constraint", environment.folder / "oldest.txt", built.wheel)
    ran = use(environment, "bare", scratch)
    yield Line.of("bare", _listed(bare), [ran.end] if ran.status else ())

    # PostgreSQL refuses to run as root, and its other user has to get at the server that was installed here.
    for folder in (scratch.parent, scratch):
        folder.chmod(0o755)
    extras = project["project"]["optional-dependencies"].values()
    every = oldest([*project["project"]["dependencies"], *(each for extra in extras for each in extra)])
    every |= {name: version for name, (version, _) in RAISED.items()}
    environment = _environment(scratch / "all", every)
    constraint = ("--constraint", environment.folder / "oldest.txt")
    environment.install(*constraint, f"{built.wheel}[{','.join(every_extra(built))}]")
    environment.install(*constraint, "--group", "test", cwd=built.root)
    installed = environment.look_inside().distributions
    faults = [
        f"{name} {installed[name].version} was tested, and not {version}"
        for name, version in every.items()
        if not Requirement(f"{name}=={version}.*").specifier.contains(installed[name].version)
    ]
    yield Line.of("extras", _listed(every), faults)
    yield _tested(built, environment)


def _tested(built: Built, environment: Environment) -> Line:
    # Warnings are left out: what is deprecated since is the old versions' own affair.
    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", *TESTS)
    path = os.pathsep.join((str(environment.python.parent), os.environ["PATH"]))
    surroundings = {**os.environ, "PATH": path, "HYPOTHESIS_NO_PLUGINS": "1"}
    ran = run(environment.python, *command, cwd=built.root, environment=surroundings)
    return Line.of("tests", ran.said.strip().splitlines()[-1], [ran.end] if ran.status else ())


def oldest(requirements: Iterable[str]) -> dict[str, str]:
    """Return the lowest version that is allowed of each requirement, by its name; of one without a bound nothing."""
    found: dict[str, str] = {}
    for requirement in map(Requirement, requirements):
        bound = _AT_LEAST.fullmatch(str(requirement.specifier))
        name = canonicalize_name(requirement.name)
        if bound:
            found[name] = bound["version"]
        elif name != "hotelpay" and requirement.marker is None:
            raise ValueError(f"{requirement} has no lower bound alone")
    return found


def _environment(folder: Path, versions: Mapping[str, str]) -> Environment:
    environment = Environment.fresh(folder)
    constraints = "".join(f"{name}=={version}\n" for name, version in versions.items())
    (folder / "oldest.txt").write_text(constraints, encoding="utf-8")
    return environment


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
