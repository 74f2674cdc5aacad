"""What `make mutants` reads and decides: which survivor is justified, what is stale, and when it is not good enough."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

SOURCE = """
def x_half__mutmut_orig(number: int) -> int:
    return number // 2

def x_half__mutmut_1(number: int) -> int:
    return number // 3

class Purse:
    @classmethod
    def xǁPurseǁof__mutmut_orig(
        cls, coins: int, *, open: bool = True
    ) -> Purse:
        return cls(
            coins,
            open,
        )
    @classmethod
    def xǁPurseǁof__mutmut_2(
        cls, coins: int, *, open: bool = True
    ) -> Purse:
        return cls(
            coins,
            )
"""

TOML = """
[[mutant]]
module = "bonus.points"
function = "half"
minus = "return number // 2"
plus = "return number // 3"
why = "No number is ever asked for."
"""


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants_tool", ROOT / "campaigns" / "mutants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


tool: Any = loaded()


def change(module: str = "bonus.points", plus: str = "return number // 3") -> Any:
    return tool.Change(module, "half", "return number // 2", plus)


def tally(module: str = "bonus.points", alive: tuple[Any, ...] = (), **statuses: int) -> Any:
    return tool.Tally(module, Counter({name.replace("_", " "): count for name, count in statuses.items()}), alive)


# What mutmut says


def test_a_change_is_a_function_and_the_lines_that_differ() -> None:
    functions = tool.functions_of(SOURCE)
    assert tool.change_of("bonus.points", "x_half__mutmut_1", functions) == change()
    method = tool.change_of("bonus.points", "xǁPurseǁof__mutmut_2", functions)
    assert (method.function, method.minus, method.plus) == ("Purse.of", "open,", "")


def test_results_are_read_by_module_and_name() -> None:
    said = """
    hotelpay.money.x_half_up__mutmut_10: survived
    hotelpay.money.xǁMoneyǁof__mutmut_2: killed
    hotelpay.bonus.quote.x__cap__mutmut_1: not checked
    """
    assert tool.statuses_in(said) == {
        "money": {"x_half_up__mutmut_10": "survived", "xǁMoneyǁof__mutmut_2": "killed"},
        "bonus.quote": {"x__cap__mutmut_1": "not checked"},
    }
    assert tool.statuses_in("") == {}


# Justifications


def test_a_justification_is_read_by_its_change() -> None:
    assert tool.read_justifications(TOML) == {change(): "No number is ever asked for."}
    assert tool.read_justifications("") == {}


@pytest.mark.parametrize("text", [TOML + TOML, TOML.replace("No number is ever asked for.", " ")])
def test_a_justification_stands_once_and_has_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match="justified twice, or without a reason: bonus"):
        tool.read_justifications(text)


@pytest.mark.parametrize("text", [TOML.replace("why", "because"), TOML + 'number = "3"\n'])
def test_a_justification_has_its_five_fields_and_no_others(text: str) -> None:
    with pytest.raises((KeyError, TypeError)):
        tool.read_justifications(text)


def test_the_justifications_of_this_repository_are_of_modules_that_are_mutated() -> None:
    found = tool.read_justifications((ROOT / tool.JUSTIFIED).read_text())
    assert {each.module for each in found} <= set(tool.Campaign(ROOT, 1).modules())


def test_a_survivor_is_justified_by_its_very_change() -> None:
    other = change(plus="return number // 4")
    mine = tally(alive=(change(), other), survived=2)
    assert mine.unjustified({change(): "why"}) == [other]
    assert mine.unjustified({change(module="money"): "why"}) == [change(), other]


def test_a_justification_without_a_survivor_is_stale_where_its_module_was_run() -> None:
    justified = {change(): "why", change(module="money"): "why", change(module="folio"): "why"}
    assert tool.stale([tally(alive=(change(),), survived=1), tally("money", killed=1)], justified) == [
        change(module="money")
    ]


# Figures and the verdict


def test_modules_add_up() -> None:
    survivor = change()
    first = tally(alive=(survivor,), killed=18, survived=1)
    second = tally("money", killed=9, timeout=1, no_tests=1, suspicious=1)
    every = tool.together([first, second])
    assert (every.total, every.killed, every.others, every.alive) == (31, 28, 2, (survivor,))
    assert first.row({}).split() == ["bonus.points", "19", "18", "0", "1", "0", "0", "94.7%"]
    assert first.row({survivor: "why"}).split()[-2] == "1"
    assert every.row({}).split() == ["all", "together", "31", "28", "1", "1", "2", "0", "90.3%"]
    assert len(first.row({})) == len(tool.HEADER)
    assert tally("settlement.cycles").row({}).split()[-1] == "-"


def test_ninety_five_in_a_hundred_are_enough() -> None:
    assert list(tool.complaints([tally(killed=95, survived=5)], {})) == []
    assert list(tool.complaints([tally(killed=94, survived=5, timeout=1)], {})) == []
    assert list(tool.complaints([tally(killed=93, survived=6, timeout=1)], {})) == [
        "94 of 100 mutants are killed, which is less than 95 %."
    ]
    assert list(tool.complaints([tally(killed=94, survived=6), tally("money", killed=100)], {})) == []
    assert list(tool.complaints([tally("settlement.cycles")], {})) == []


@pytest.mark.parametrize("status", ["survived", "no_tests", "suspicious"])
def test_in_a_strict_module_what_is_not_killed_is_justified(status: str) -> None:
    for module in ("money", "moments", "autopilot.window", "autopilot.amounts", "bonus.quote", "settlement.journal"):
        survivor = change(module)
        counted: dict[str, Any] = {"killed": 99, status: 1}
        mine = tally(module, (survivor,), **counted)
        assert list(tool.complaints([mine], {})) == [f"{module} is strict: 1 of its survivors are not justified."]
        assert list(tool.complaints([mine], {survivor: "why"})) == []
    assert list(tool.complaints([tally(alive=(change(),), killed=99, survived=1)], {})) == []


def test_a_stale_justification_is_told() -> None:
    assert list(tool.complaints([tally(killed=1)], {change(): "why"})) == [
        "Justified, and no survivor: bonus.points, half\n    - return number // 2\n    + return number // 3"
    ]


def test_the_modules_are_those_of_the_configuration_the_strict_first() -> None:
    modules = tool.Campaign(ROOT, 1).modules()
    assert {"autopilot.window", "bonus.quote", "money", "reservation", "settlement.stepper"} <= set(modules)
    strict = [bool(tool.STRICT.fullmatch(module)) for module in modules]
    assert strict == sorted(strict, reverse=True)
    assert "hotel" not in modules


# What is kept from one run to the next


def made_up(root: Path) -> Any:
    """Return a campaign in a folder with one module, one test, and mutmut's results for the module."""
    for path, text in {
        "pyproject.toml": "[tool.mutmut]\nonly_mutate = ['src/hotelpay/*.py']\n"
        "pytest_add_cli_args_test_selection = ['tests/ground', '--deselect', 'tests/ground/test_b.py']\n",
        "src/hotelpay/money.py": "EURO = 1\n",
        "tests/ground/test_a.py": "def test_a(): ...\n",
        "mutants/src/hotelpay/money.py.meta": '{"exit_code_by_key": {"a": 1, "b": 0, "c": 3, "d": 36}}',
        "mutants/src/hotelpay/money.py": "",
        "mutants/tests/ground/test_gone.py": "",
        "mutants/mutmut-stats.json": "{}",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return tool.Campaign(root, 1)


def kept(root: Path) -> set[str]:
    return {path.name for path in (root / "mutants").rglob("*.*") if path.is_file()} - {"fingerprints.json"}


def test_results_of_nobody_knows_what_are_forgotten(tmp_path: Path) -> None:
    made_up(tmp_path).prepare(["money"], survivors_only=False)
    assert kept(tmp_path) == set()


@pytest.mark.parametrize("changed", ["src/hotelpay/money.py", "tests/ground/test_a.py", "tests/ground/test_c.py"])
def test_a_module_is_run_again_when_its_source_or_a_test_changed(tmp_path: Path, changed: str) -> None:
    campaign = made_up(tmp_path)
    campaign.prepare(["money"], survivors_only=False)
    made_up(tmp_path)
    campaign.prepare(["money"], survivors_only=False)
    assert {"money.py", "money.py.meta", "mutmut-stats.json", "test_gone.py"} == kept(tmp_path)
    (tmp_path / changed).write_text("# changed\n")
    campaign.prepare(["money"], survivors_only=False)
    assert not {"money.py", "money.py.meta"} & kept(tmp_path)
    assert ("mutmut-stats.json" in kept(tmp_path)) is changed.startswith("src")


def test_of_survivors_only_what_was_killed_stays(tmp_path: Path) -> None:
    campaign = made_up(tmp_path)
    campaign.prepare(["money"], survivors_only=False)
    made_up(tmp_path)
    (tmp_path / "tests/ground/test_c.py").write_text("# added\n")
    campaign.prepare(["money"], survivors_only=True)
    results = (tmp_path / "mutants/src/hotelpay/money.py.meta").read_text()
    assert "".join(results.split()) == '{"exit_code_by_key":{"a":1,"b":null,"c":3,"d":null}}'
    (tmp_path / "src/hotelpay/money.py").write_text("EURO = 2\n")
    campaign.prepare(["money"], survivors_only=True)
    assert "money.py.meta" not in kept(tmp_path)
