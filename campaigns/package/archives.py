"""The wheel and the source distribution from inside: what has to be there, and what must not."""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Final, TypeAlias

#: The contents of an archive by path.
Members: TypeAlias = Mapping[str, bytes]

#: What the source distribution has beside the package: what README.md leads to, and what builds.
SOURCES: Final = {
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "PKG-INFO",
    "README.md",
    "SECURITY.md",
    "changes",
    "docs",
    "examples",
    "hatch_build.py",
    "pyproject.toml",
    "src",
}
#: What comes of running, editing and building, and never of writing.
JUNK: Final = re.compile(
    r"(^|/)(__pycache__|\.git|\.venv|\.coverage[^/]*|\.hypothesis|\.\w+_cache|build|dist|mutants|[^/]*\.egg-info)(/|$)"
    r"|\.(pyc|pyo|orig|rej|log|db|sqlite3?|swp)$|~$"
)
_TESTS: Final = re.compile(r"(^|/)(tests?|conftest\.py|test_[^/]*\.py)(/|$)")
_RELATIVE_LINK: Final = re.compile(r"\]\((?!https?://|#)([^)\s#]+)")


def read_wheel(path: Path) -> dict[str, bytes]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_sdist(path: Path) -> dict[str, bytes]:
    """Return the files of a source distribution. Raises ValueError for what is no ordinary file."""
    found: dict[str, bytes] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is None:
                raise ValueError(f"{path.name}: {member.name} is no ordinary file")
            found[member.name] = content.read()
    return found


def metadata_of(wheel: Members) -> Message:
    """Return what the wheel says of itself."""
    name = next(name for name in wheel if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel[name].decode())


def wheel_faults(wheel: Members, root: Path, folder: str) -> Iterator[str]:
    """Yield what is wrong with a wheel of the package in ``root``; ``folder`` is ``hotelpay-0.1.0``."""
    information = f"{folder}.dist-info"
    tops = {name.split("/", 1)[0] for name in wheel}
    yield from (f"the wheel installs {top}" for top in sorted(tops - {"hotelpay", information}))
    wanted = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    yield from (f"the wheel has no {name}" for name in wanted if f"{information}/{name}" not in wheel)
    yield from (f"the wheel has {name}, which is a test" for name in wheel if _TESTS.search(name))
    yield from _content_faults("wheel", wheel, root)
    yield from _data_faults(wheel, root / "src")
    if _RELATIVE_LINK.search(str(metadata_of(wheel).get_payload())):
        yield "the description has links that lead nowhere on a package index"


def _data_faults(wheel: Members, source: Path) -> Iterator[str]:
    """Yield what is in the package's folder, is no Python, and did not come along or is another thing there."""
    if "hotelpay/py.typed" not in wheel:
        yield "the wheel has no hotelpay/py.typed, so nobody's type checker reads it"
    for path in sorted((source / "hotelpay").rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and path.suffix != ".py" and not JUNK.search(name) and wheel.get(name) != path.read_bytes():
            yield f"the wheel does not have {name} as it is in src"
    for name in wheel:
        if name.endswith(".po") and f"{name[:-3]}.mo" not in wheel:
            yield f"the wheel has {name} and not what is compiled of it"


def sdist_faults(sdist: Members, root: Path, folder: str) -> Iterator[str]:
    """Yield what is wrong with a source distribution."""
    inside: dict[str, bytes] = {}
    for name, content in sdist.items():
        top, _, path = name.partition("/")
        if top != folder or not path:
            yield f"the sdist has {name} outside of {folder}"
        else:
            inside[path] = content
    tops = {name.split("/", 1)[0] for name in inside}
    yield from (f"the sdist has {top}" for top in sorted(tops - SOURCES))
    yield from (f"the sdist has no {name}" for name in sorted(SOURCES - tops))
    for page in ("README.md", "CHANGELOG.md"):
        for target in _RELATIVE_LINK.findall(inside.get(page, b"").decode()):
            if target not in inside:
                yield f"the sdist has no {target}, which {page} leads to"
    yield from _content_faults("sdist", inside, root)


def _content_faults(kind: str, members: Members, root: Path) -> Iterator[str]:
    here, home = str(root).encode(), str(Path.home()).encode()
    for name, content in members.items():
        if name.startswith("/") or ".." in name.split("/"):
            yield f"the {kind} has {name}, which leads out of it"
        if JUNK.search(name):
            yield f"the {kind} has {name}, which is junk"
        if here in content or home + b"/" in content:
            yield f"{name} in the {kind} has a path of the machine that built it"


def differences(first: Members, second: Members) -> Iterator[str]:
    """Yield how the wheel of the source distribution differs from that of the checkout."""
    for name in sorted(first.keys() | second.keys()):
        if name not in second:
            yield f"{name} is missing in the wheel that is built from the sdist"
        elif name not in first:
            yield f"{name} is only in the wheel that is built from the sdist"
        elif first[name] != second[name]:
            yield f"{name} is another in the wheel that is built from the sdist"
