"""What `make package` finds in archives, environments and bounds: it has to see each fault that it is there for."""

from __future__ import annotations

import io
import sys
import tarfile
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FOLDER = "hotelpay-0.1.0"
METADATA = (
    "Metadata-Version: 2.4\nName: hotelpay\n\nSee Concepts (`docs/concepts.md`), [a site](https://example.org).\n"
)


def loaded(name: str) -> Any:
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    return import_module(f"campaigns.package.{name}")


archives, environments, extras, oldest, pythons = map(
    loaded, ("archives", "environments", "extras", "oldest", "pythons")
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a package of one module, one catalogue, and what running it left."""
    for name, text in {"__init__.py": "", "py.typed": "", "ru.po": "source", "ru.mo": "compiled"}.items():
        (tmp_path / "src" / "hotelpay" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / "hotelpay" / name).write_text(text)
    (tmp_path / "src" / "hotelpay" / "__pycache__").mkdir()
    (tmp_path / "src" / "hotelpay" / "__pycache__" / "money.cpython-311.pyc").write_text("")
    return tmp_path


def wheel(**changed: bytes | None) -> dict[str, bytes]:
    """Return a wheel without fault, but for the files that are changed, added, or taken away with None."""
    information = f"{FOLDER}.dist-info"
    right: dict[str, bytes | None] = {
        "hotelpay/__init__.py": b"",
        "hotelpay/py.typed": b"",
        "hotelpay/ru.po": b"source",
        "hotelpay/ru.mo": b"compiled",
        f"{information}/METADATA": METADATA.encode(),
        f"{information}/RECORD": b"",
        f"{information}/WHEEL": b"",
        f"{information}/entry_points.txt": b"",
        f"{information}/licenses/LICENSE": b"MIT",
    }
    return {name: content for name, content in {**right, **changed}.items() if content is not None}


# The wheel.


def test_a_wheel_that_is_right_has_no_fault(checkout: Path) -> None:
    assert list(archives.wheel_faults(wheel(), checkout, FOLDER)) == []


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("hotelpay/py.typed", None, "nobody's type checker reads it"),
        ("hotelpay/ru.mo", None, "has hotelpay/ru.po and not what is compiled of it"),
        ("hotelpay/ru.mo", b"of last month", "does not have hotelpay/ru.mo as it is in src"),
        (f"{FOLDER}.dist-info/licenses/LICENSE", None, "has no licenses/LICENSE"),
        ("tests/test_money.py", b"", "installs tests"),
        ("hotelpay/test_money.py", b"", "hotelpay/test_money.py, which is a test"),
        ("hotelpay/tests/money.py", b"", "hotelpay/tests/money.py, which is a test"),
        ("hotelpay/__pycache__/money.cpython-311.pyc", b"", "which is junk"),
        ("hotelpay/hotel.db", b"", "which is junk"),
        ("hotelpay/../../money.py", b"", "leads out of it"),
        (f"{FOLDER}.dist-info/METADATA", METADATA.replace("https://example.org", "docs/x.md").encode(), "lead nowhere"),
    ],
)
def test_a_fault_of_a_wheel_is_seen(checkout: Path, name: str, content: bytes | None, fault: str) -> None:
    found = list(archives.wheel_faults(wheel(**{name: content}), checkout, FOLDER))
    assert any(fault in each for each in found), found


def test_a_path_of_the_machine_is_seen(checkout: Path) -> None:
    built_here = wheel(**{"hotelpay/built.py": f"HERE = '{checkout}'".encode()})
    assert list(archives.wheel_faults(built_here, checkout, FOLDER)) == [
        "hotelpay/built.py in the wheel has a path of the machine that built it"
    ]


def test_the_testing_helpers_of_the_package_are_no_tests(checkout: Path) -> None:
    assert list(archives.wheel_faults(wheel(**{"hotelpay/testing/bench.py": b""}), checkout, FOLDER)) == []


def test_two_wheels_are_compared_byte_by_byte() -> None:
    other = wheel(**{"hotelpay/ru.mo": None, "hotelpay/new.py": b"", "hotelpay/__init__.py": b"1"})
    found = list(archives.differences(wheel(), other))
    assert [fault.split(" ")[0] for fault in found] == ["hotelpay/__init__.py", "hotelpay/new.py", "hotelpay/ru.mo"]
    assert list(archives.differences(wheel(), wheel())) == []


# The source distribution.


def sdist(**changed: bytes | None) -> dict[str, bytes]:
    right: dict[str, bytes | None] = dict.fromkeys(archives.SOURCES - {"docs", "src", "examples", "changes"}, b"")
    inside = ("docs/concepts.md", "src/hotelpay/__init__.py", "examples/tiny_pms/pms.py", "changes/README.md")
    right |= dict.fromkeys(inside, b"")
    right["README.md"] = b"[Concepts](docs/concepts.md#money) and [others](https://example.org)"
    return {f"{FOLDER}/{name}": content for name, content in {**right, **changed}.items() if content is not None}


def test_an_sdist_that_is_right_has_no_fault(tmp_path: Path) -> None:
    assert list(archives.sdist_faults(sdist(), tmp_path, FOLDER)) == []


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("LICENSE", None, "has no LICENSE"),
        ("tests/test_money.py", b"", "has tests"),
        ("benchmarks/data.csv", b"", "has benchmarks"),
        ("docs/concepts.md", None, "has no docs/concepts.md, which README.md leads to"),
        ("src/hotelpay/money.py.orig", b"", "which is junk"),
        ("src/hotelpay.egg-info/PKG-INFO", b"", "which is junk"),
    ],
)
def test_a_fault_of_an_sdist_is_seen(tmp_path: Path, name: str, content: bytes | None, fault: str) -> None:
    found = list(archives.sdist_faults(sdist(**{name: content}), tmp_path, FOLDER))
    assert any(fault in each for each in found), found


def test_what_lies_beside_the_folder_of_an_sdist_is_seen(tmp_path: Path) -> None:
    assert list(archives.sdist_faults({**sdist(), "etc/passwd": b""}, tmp_path, FOLDER)) == [
        f"the sdist has etc/passwd outside of {FOLDER}"
    ]


def test_a_link_is_no_ordinary_file(tmp_path: Path) -> None:
    path = tmp_path / "some.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        ordinary, link = tarfile.TarInfo("a/file"), tarfile.TarInfo("a/link")
        ordinary.size, link.type, link.linkname = 3, tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(ordinary, io.BytesIO(b"abc"))
        archive.addfile(link)
    with pytest.raises(ValueError, match="a/link is no ordinary file"):
        archives.read_sdist(path)


# Extras.


def test_every_extra_of_the_project_is_used_and_tried_without() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    uses = [path.stem for path in extras.USES.glob("*.py")]
    assert extras.BARE in uses
    assert list(extras.unchecked(project["optional-dependencies"], uses, extras.DOORS)) == []


def test_a_new_extra_without_a_check_is_a_fault_and_so_is_a_check_without_an_extra() -> None:
    assert list(extras.unchecked(["sql", "fax"], ["bare", "sql"], ["sql", "telex"])) == [
        "nothing uses hotelpay[fax]: write uses/fax.py",
        "nothing tries hotelpay[fax] without it: DOORS",
        "there is no extra telex",
    ]


def inside(*installed: str, modules: dict[str, str | None] | None = None, **requires: list[str]) -> Any:
    """Return an environment with these distributions; what each requires is written with underscores for hyphens."""
    asked = {name.replace("_", "-"): tuple(map(Requirement, needed)) for name, needed in requires.items()}
    return environments.Inside(
        {name: environments.Distribution("1.0", asked.get(name, ())) for name in installed}, modules or {}
    )


HOTELPAY = ["attrs>=23.2", "python-dateutil>=2.9", "cattrs>=26.1; extra == 'documents'", "tzdata; extra == 'none'"]


def test_what_came_with_an_extra_is_what_it_asks_for() -> None:
    right = inside("hotelpay", "attrs", "python-dateutil", "six", "cattrs", hotelpay=HOTELPAY, python_dateutil=["six"])
    assert list(extras.package_faults(right, ["documents"])) == []
    assert list(extras.package_faults(right, [])) == ["cattrs came along"]


def test_the_bare_package_brings_two_packages_and_what_those_need() -> None:
    bare = inside("hotelpay", "attrs", "python-dateutil", hotelpay=[*HOTELPAY, "rich"], python_dateutil=["six>=1.5"])
    assert list(extras.package_faults(bare, [])) == ["six did not come"]
    more = inside("hotelpay", "attrs", "python-dateutil", "rich", hotelpay=[*HOTELPAY, "rich"])
    assert list(extras.package_faults(more, [])) == ["rich came along"]


@pytest.mark.parametrize(
    ("module", "error", "seen"),
    [
        ("hotelpay.money", None, False),
        ("hotelpay.adapters.sql", "MissingExtra: hotelpay.adapters.sql needs …: pip install 'hotelpay[sql]'", False),
        ("hotelpay.adapters.sql", "MissingExtra: hotelpay.adapters.sql needs …: pip install 'hotelpay[otel]'", True),
        ("hotelpay.adapters.sql", "ModuleNotFoundError: No module named 'sqlalchemy'", True),
        ("hotelpay.cli.app", "ModuleNotFoundError: No module named 'typer'", False),
    ],
)
def test_a_module_says_which_extra_it_needs(module: str, error: str | None, seen: bool) -> None:  # noqa: FBT001  a case
    found = list(extras.module_faults(inside(modules={module: error}), {"sql"}))
    assert found == ([f"import {module}: {error}"] if seen else [])


# Bounds.


def test_the_oldest_version_is_the_lower_bound() -> None:
    asked = ["attrs>=23.2", "psycopg[binary]>=3.2.1", "hotelpay[sql]", "tzdata; sys_platform == 'win32'"]
    assert oldest.oldest(asked) == {"attrs": "23.2", "psycopg": "3.2.1"}


@pytest.mark.parametrize("requirement", ["rich", "rich<14", "rich>=13,<14", "rich==13.7"])
def test_a_dependency_has_a_lower_bound_and_nothing_else(requirement: str) -> None:
    with pytest.raises(ValueError, match="has no lower bound alone"):
        oldest.oldest([requirement])


def test_the_pythons_are_those_of_the_classifiers() -> None:
    here = f"Programming Language :: Python :: {sys.version_info.major}.{sys.version_info.minor}"
    promised = ["Programming Language :: Python :: 3 :: Only", here, "Programming Language :: Python :: 3.99"]
    assert pythons.named(promised) == ["3.99"]
