"""The page on watching names every record, span and metric that there is, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from hotelpay import Kind, Outcome
from hotelpay.adapters.logs.json_lines import FIELDS
from hotelpay.adapters.otel import MetricObserver
from hotelpay.moments import Instant
from hotelpay.observed import Answer, CallAnswered, CycleEnded, LeaseLost, RunForgotten, SettlementEnded, Stop, Visit
from hotelpay.settlement.identity import Identity

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "watching.md").read_text(encoding="utf-8")
OTEL = ROOT / "src" / "hotelpay" / "adapters" / "otel"


def section(heading: str) -> str:
    return re.split(r"^## ", PAGE.partition(f"## {heading}\n")[2], flags=re.MULTILINE)[0]


def test_every_field_of_a_record_is_named() -> None:
    assert [name for name in FIELDS if f"`{name}`" not in section("The log")] == []


def test_every_event_of_a_record_is_a_row() -> None:
    """The texts in the place of the event, where the observer makes its lines."""
    tree = ast.parse((ROOT / "src" / "hotelpay" / "adapters" / "logs" / "observer.py").read_text(encoding="utf-8"))
    places = {"_Step": 1, "_Line": 2}
    found = {
        event.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in places
        for event in call.args[places[call.func.id] :][:1]
        if isinstance(event, ast.Constant)
    }
    found |= {"begun", "resumed", "already_run", "in_progress", *(stop.value for stop in Stop)}
    rows = re.findall(r"^\| (`.+?) \|", section("The log"), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} - {"event"} == found


def test_every_metric_is_a_row_with_its_unit() -> None:
    reader = InMemoryMetricReader()
    metrics = MetricObserver(MeterProvider([reader], shutdown_on_exit=False))
    at = Instant(0)
    visit = Visit(identity=Identity("sofia", Kind.RUN, ("T1", "R1")), reservation="R1", epoch=1)
    metrics.observe(CallAnswered(visit, at, "charge", Answer.DONE))
    metrics.observe(SettlementEnded(visit=visit, at=at, seconds=0, outcome=Outcome.DONE, person="code"))
    metrics.observe(LeaseLost(visit))
    metrics.observe(RunForgotten(hotel="sofia", task="T1", reservation="R1", due_at=at, closed_at=at))
    metrics.observe(CycleEnded(hotel="sofia", cycle_at=at, epoch=1, stop=Stop.COMPLETED))
    data = reader.get_metrics_data()
    assert data is not None
    found = {each.name: each.unit for each in data.resource_metrics[0].scope_metrics[0].metrics}
    rows = re.findall(r"^\| `(hotelpay\.[\w.]+)` \| \w+ \| `(.+?)` \|", PAGE, re.MULTILINE)
    assert dict(rows) == found


def test_every_name_of_a_span_is_told() -> None:
    """Every text of the adapter that begins with the namespace is on the page."""
    texts = {
        node.value
        for path in OTEL.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {text for text in texts if re.fullmatch(r"hotelpay\.[a-z_.]+", text)} - {"hotelpay.adapters.otel"}
    assert {name for name in names if f"`{name}`" not in PAGE} == set()
    assert len(names) > 20
    assert [kind for kind in Kind if f"`hotelpay.{kind.value}`" not in section("Traces")] == []
