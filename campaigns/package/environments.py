"""Fresh virtual environments: made empty, filled with what is asked for, and looked into from inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import attrs
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: What a command may print into a complaint.
_LONGEST_WORDS = 3000
_TOOLS = Path(sys.executable).parent


class Ran(NamedTuple):
    """How a command ended, and all that it said."""

    status: int
    said: str

    @property
    def end(self) -> str:
        """The last that it said, which is where a fault is told."""
        return self.said[-_LONGEST_WORDS:].strip()


def run(*command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Ran:
    """Run a command, and return what it said on both streams.

    Without an ``environment`` it is this one's, but for what makes Hypothesis load no plugins: users have ours loaded.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "HYPOTHESIS_NO_PLUGINS"}
    done = subprocess.run(  # noqa: S603  a command of ours
        [str(part) for part in command],
        cwd=cwd,
        env=inherited if environment is None else environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Ran(done.returncode, done.stdout)


def tool(name: str) -> Path:
    """Return a program of the environment that this one runs in."""
    return _TOOLS / name


@attrs.frozen
class Distribution:
    """A package that is installed."""

    version: str
    requires: tuple[Requirement, ...]


@attrs.frozen
class Environment:
    """A virtual environment without pip: what is in it was asked for."""

    folder: Path

    @classmethod
    def fresh(cls, folder: Path, interpreter: str | Path = sys.executable) -> Self:
        """Make an empty one."""
        _succeed("venv", run(interpreter, "-m", "venv", "--without-pip", folder, cwd=folder.parent))
        return cls(folder)

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def install(self, *arguments: str | Path, cwd: Path | None = None) -> None:
        """Install what pip is told to, from the index that pip is configured for."""
        pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", self.python)
        ran = run(*pip, "install", *arguments, cwd=cwd or self.folder)
        _succeed(f"pip install {' '.join(map(str, arguments))}", ran)

    def run(self, *arguments: str | Path, cwd: Path | None = None) -> Ran:
        """Run its Python with nothing on the path but what is installed. A warning of any package is an error."""
        return run(self.python, "-I", "-W", "error", *arguments, cwd=cwd or self.folder)

    def look_inside(self) -> Inside:
        """Return what is installed, and which modules of hotelpay can be imported."""
        # Without warnings being errors: what a package warns of within another package is not asked here.
        found = run(self.python, "-I", Path(__file__).with_name("inside.py"), cwd=self.folder)
        _succeed("inside.py", found)
        # What importing prints, if anything, comes before.
        raw: dict[str, Any] = json.loads(found.said.splitlines()[-1])
        distributions: dict[str, Distribution] = {
            canonicalize_name(name): Distribution(version, tuple(map(Requirement, requires)))
            for name, (version, requires) in raw["distributions"].items()
        }
        return Inside(distributions, raw["modules"])


@attrs.frozen
class Inside:
    """What an environment has: distributions by name, and for each module None or the error of its import."""

    distributions: Mapping[str, Distribution]
    modules: Mapping[str, str | None]

    def asked_for(self, name: str, extras: Iterable[str] = ()) -> set[str]:
        """Return the names of a distribution and of all that it needs with these extras, as it says itself."""
        found: set[str] = set()
        left = [(canonicalize_name(name), frozenset(extras))]
        seen = set(left)
        while left:
            each, chosen = left.pop()
            found.add(each)
            for needed in needs(self.distributions[each].requires, chosen) if each in self.distributions else ():
                following = (canonicalize_name(needed.name), frozenset(needed.extras))
                if following not in seen:
                    seen.add(following)
                    left.append(following)
        return found


def needs(requirements: Iterable[Requirement], extras: Iterable[str]) -> Sequence[Requirement]:
    """Return the requirements that hold here with these extras."""
    contexts = [{"extra": extra} for extra in ("", *extras)]
    return [each for each in requirements if each.marker is None or any(map(each.marker.evaluate, contexts))]


def _succeed(what: str, ran: Ran) -> None:
    if ran.status:
        raise SystemExit(f"{what} ended with {ran.status}:\n{ran.end}")
