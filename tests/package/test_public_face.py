"""The face of the package: its names, what importing it costs, and what is missing without an extra."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import hotelpay

ROOT = Path(__file__).parents[2]


def in_a_fresh_process(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_public_names_are_these() -> None:
    """A name added here is a promise; one taken away breaks a host."""
    frozen = (ROOT / "tests" / "package" / "public_names.txt").read_text(encoding="utf-8").split()
    assert sorted(hotelpay.__all__) == frozen


@pytest.mark.parametrize("name", hotelpay.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(hotelpay, name) is not None
    assert name in dir(hotelpay)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'charge_everyone'"):
        _ = hotelpay.charge_everyone


def test_names_are_the_same_for_readers_and_for_the_lazy_import() -> None:
    """What type checkers read and what is imported when asked for are one list, with one home each."""
    tree = ast.parse((ROOT / "src" / "hotelpay" / "__init__.py").read_text(encoding="utf-8"))
    read = {
        alias.name: node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    lazy = {name: home for home, names in hotelpay._HOMES.items() for name in names}  # noqa: SLF001
    assert {name: read[name] for name in lazy} == lazy
    assert lazy.keys() == set(hotelpay.__all__)


def test_a_module_of_the_package_never_hides_a_public_name() -> None:
    modules = {path.stem for path in (ROOT / "src" / "hotelpay").iterdir()}
    assert modules & set(hotelpay.__all__) == set()


HEAVY = ("cattrs", "dateutil", "rich", "typer", "matplotlib", "hypothesis", "sqlalchemy")

#: A back-test that is to be drawn; what is missing is said before a file is read.
DRAWING = """
sys.argv = "hotelpay backtest -s s -r r --from 2024-01-01T00:00Z --to 2024-02-01T00:00Z --chart c.png".split()
from hotelpay.cli import main; main()
"""


def test_importing_everything_loads_attrs_and_nothing_else() -> None:
    code = (
        "import sys, json, hotelpay\n"
        "for name in hotelpay.__all__: getattr(hotelpay, name)\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    assert json.loads(in_a_fresh_process(code)) == []


@pytest.mark.parametrize(
    ("missing", "code", "extra"),
    [
        ("cattrs", "import hotelpay.documents", "hotelpay[documents]"),
        ("typer", "from hotelpay.cli import main; main()", "hotelpay[cli]"),
        ("rich", "from hotelpay.cli import main; main()", "hotelpay[cli]"),
        ("matplotlib", DRAWING, "hotelpay[plot]"),
        ("hypothesis", "import hotelpay.testing.strategies", "hotelpay[testing]"),
        ("hypothesis", "import hotelpay.testing.settlement_strategies", "hotelpay[testing]"),
        ("hypothesis", "import hotelpay.testing.contracts", "hotelpay[testing]"),
        ("pytest", "import hotelpay.testing.contracts", "hotelpay[testing]"),
    ],
)
def test_a_missing_extra_is_named(missing: str, code: str, extra: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.modules[{missing!r}] = None\n{code}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"pip install '{extra}'" in done.stderr


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version  # noqa: PLC0415

    done = subprocess.run([sys.executable, "-m", "hotelpay", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"hotelpay {version('hotelpay')}\n"
