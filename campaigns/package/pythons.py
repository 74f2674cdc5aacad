"""The Pythons that pyproject.toml names, as far as they are there: every extra is used on each."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from campaigns.package.archives import metadata_of, read_wheel
from campaigns.package.building import Built
from campaigns.package.environments import Environment, run
from campaigns.package.extras import USES, every_extra, use
from campaigns.package.words import Line

_NAMED: Final = re.compile(r"Programming Language :: Python :: (3\.\d+)")


def use_each(built: Built, scratch: Path) -> Iterator[Line]:
    """Tell of each Python whether all extras work on it, or that it is not on the path."""
    for version in named(metadata_of(read_wheel(built.wheel)).get_all("Classifier", [])):
        interpreter = shutil.which(f"python{version}")
        # A version manager may have a command that only says where the Python is.
        if interpreter is None or run(interpreter, "--version", cwd=scratch).status:
            yield Line.of(version, "not on the path, so nothing was tried on it")
        else:
            yield _used(built, version, Path(interpreter), scratch)


def named(classifiers: Iterable[str]) -> list[str]:
    """Return the versions that classifiers promise, but for the one that everything else runs on."""
    found = filter(None, map(_NAMED.fullmatch, classifiers))
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [match[1] for match in found if match[1] != here]


def _used(built: Built, version: str, interpreter: Path, scratch: Path) -> Line:
    environment = Environment.fresh(scratch / f"venv-{version}", interpreter)
    environment.install(f"{built.wheel}[{','.join(every_extra(built))}]")
    (scratch / version).mkdir()
    uses = sorted(path.stem for path in USES.glob("*.py"))
    ran = {name: use(environment, name, scratch / version) for name in uses}
    faults = [f"{name}: {each.end}" for name, each in ran.items() if each.status]
    return Line.of(version, f"{len(uses) - len(faults)} of {len(uses)} uses work", faults)
