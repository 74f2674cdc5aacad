"""Every public value of hotelpay can be drawn by its type, and what is drawn is valid."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hotelpay
from hotelpay import Action, Decision, Instant, Run, Skip
from hotelpay.moments import instant
from hotelpay.settlement.intent import Intent
from hotelpay.testing import settlement_strategies as moved
from hotelpay.testing.strategy_table import STRATEGIES

_CLASSES = [kind for kind in (getattr(hotelpay, name) for name in hotelpay.__all__) if isinstance(kind, type)]
# What is compared by its parts is a value; a ledger that is observed is not.
_NO_VALUE: Any = object.__eq__
_BY_PARTS = [kind for kind in _CLASSES if kind.__eq__ is not _NO_VALUE]
VALUES = [kind for kind in _BY_PARTS if attrs.has(kind) or hasattr(kind, "_fields")]


def test_every_public_value_has_its_strategy() -> None:
    assert {*VALUES, Instant} == set(STRATEGIES)


@settings(max_examples=15)
@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_public_value_is_drawn_valid(kind: type, data: st.DataObject) -> None:
    value: Any = data.draw(st.from_type(kind))
    assert type(value) is kind
    # Built again from its parts, it passes its own checks again and is the same.
    assert _again(kind, value) == value
    assert repr(value)


def _again(kind: Any, value: Any) -> object:
    return attrs.evolve(value) if attrs.has(kind) else kind(*value)


@given(st.from_type(Instant))
def test_instants_are_drawn_from_the_years_of_bookings(moment: Instant) -> None:
    assert instant(moment) == moment


@pytest.mark.parametrize("union", [Action, Decision, hotelpay.Formula])
def test_unions_are_drawn_from_their_members(union: Any) -> None:
    @settings(max_examples=10)
    @given(st.from_type(union))
    def drawn(value: object) -> None:
        assert isinstance(value, get_args(union))

    drawn()


@given(st.from_type(Run), st.from_type(Skip))
def test_runs_take_something_and_skips_say_why(run: Run, skip: Skip) -> None:
    assert run.amount is not None
    assert run.amount.total.minor > 0
    assert skip.reasons


@given(moved.intents("seven-gulls", "R9"))
def test_intents_are_of_the_hotel_and_the_reservation_asked_for(intent: Intent) -> None:
    assert intent.identity.hotel == "seven-gulls"
    assert intent.reservation == "R9"
    assert intent.next_effect({}) is not None


def _in_a_fresh_process(code: str) -> Any:
    environment = {name: value for name, value in os.environ.items() if name != "HYPOTHESIS_NO_PLUGINS"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_hypothesis_finds_the_strategies_by_itself() -> None:
    """The entry point is installed with the package."""
    code = (
        "import json\n"
        "from hypothesis import find, settings, strategies as st\n"
        "from hotelpay import Task\n"
        "print(json.dumps(type(find(st.from_type(Task), lambda _: True)).__name__))"
    )
    assert _in_a_fresh_process(code) == "Task"


def test_registering_imports_no_strategy() -> None:
    """Whoever imports Hypothesis does not wait for strategies that he may never ask for."""
    code = (
        "import json, sys\n"
        "from hotelpay.testing.hypothesis_hook import register\n"
        "register()\n"
        "heavy = ('hotelpay.testing.strategies', 'dateutil', 'cattrs', 'typer', 'sqlalchemy', 'pytest')\n"
        "print(json.dumps([name for name in heavy if name in sys.modules]))"
    )
    assert _in_a_fresh_process(code) == []
