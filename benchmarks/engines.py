"""The rule engines, each used in the ways that its documentation recommends for speed.

Rules are compiled and rows are brought into an engine's own form before anything is timed; where an engine has
no such form, it is handed what it reads fastest. What is timed returns the pairs that are taken, task by task.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from types import SimpleNamespace
from typing import Any, Final, TypeAlias

import attrs

from hotelpay.reservation import Pair
from peer_rules import Document, Operator, PeerRule, Test, Value
from peers import find_peers

find_peers()

import cel  # noqa: E402  found by the line above
import datalogic_py  # noqa: E402
import rule_engine  # noqa: E402
import simpleeval  # noqa: E402
import zen  # noqa: E402
from business_rules import actions, run_all, variables  # noqa: E402

#: Finds the pairs that are taken.
Selecting: TypeAlias = Callable[[], list[Pair]]


@attrs.frozen(kw_only=True)
class Engine:
    """A contestant: its package, a way to use it, and the ``target`` of hotelpay's cost against it.

    ``rows`` is how many reservations it is asked about: fewer where it is slow. ``why`` is why a target against it may
    be missed.
    """

    package: str
    way: str
    prepare: Callable[[Sequence[PeerRule], Sequence[Document]], Selecting]
    rows: int
    target: float | None
    why: str = ""


# Rules as text.


def _condition(test: Test, not_among: str) -> str:
    """Write a test in the words that zen, rule-engine and CEL have in common, but for "not among"."""
    many = len(test.values) > 1
    value = json.dumps(test.values if many else test.values[0])
    match test.operator:
        case Operator.AMONG:
            return f"{test.field} {'in' if many else '=='} {value}"
        case Operator.NONE_OF:
            return not_among.format(test.field, value) if many else f"{test.field} != {value}"
        case _:
            return f"{test.field} {test.operator.value} {value}"


def _conjunction(rule: PeerRule, word: str, not_among: str) -> str:
    return f" {word} ".join(_condition(test, not_among) for test in rule.tests)


def _zen_text(rule: PeerRule) -> str:
    return _conjunction(rule, "and", "{} not in {}")


def _cel_text(rule: PeerRule) -> str:
    return _conjunction(rule, "&&", "!({} in {})")


def _rule_engine_text(rule: PeerRule) -> str:
    return _conjunction(rule, "and", "not ({} in {})")


def _id(row: Document) -> str:
    return str(row["id"])


def _by_task(rules: Sequence[PeerRule], ids: Sequence[str], answers: Iterable[Sequence[Any]]) -> list[Pair]:
    """Turn what every rule says of a row into the pairs of each rule."""
    found: list[list[str]] = [[] for _ in rules]
    for reservation, each in zip(ids, answers, strict=True):
        for taken in compress(found, each):
            taken.append(reservation)
    return [(rule.task, taken) for rule, several in zip(rules, found, strict=True) for taken in several]


# zen-engine.


def zen_a_pair(rules: Sequence[PeerRule], rows: Sequence[Document]) -> Selecting:
    """Ask one compiled expression a task, once a pair; it reads JSON faster than a dict."""
    compiled = [(rule.task, zen.compile_expression(_zen_text(rule))) for rule in rules]
    texts = [(_id(row), json.dumps(row)) for row in rows]
    return lambda: [(task, taken) for task, rule in compiled for taken, text in texts if rule.evaluate(text)]


def zen_a_row(rules: Sequence[PeerRule], rows: Sequence[Document]) -> Selecting:
    """Ask all tasks in one compiled expression, so that a row is read once and not twelve times."""
    compiled = zen.compile_expression(f"[{', '.join(map(_zen_text, rules))}]")
    ids, texts = [_id(row) for row in rows], [json.dumps(row) for row in rows]
    return lambda: _by_task(rules, ids, map(compiled.evaluate, texts))


# datalogic-py.


def _json_logic(rule: PeerRule) -> dict[str, Any]:
    return {"and": [_json_test(test) for test in rule.tests]}


def _json_test(test: Test) -> dict[str, Any]:
    field, one = {"var": test.field}, len(test.values) == 1
    match test.operator:
        case Operator.AMONG:
            return {"===": [field, test.values[0]]} if one else {"in": [field, list(test.values)]}
        case Operator.NONE_OF:
            return {"!==": [field, test.values[0]]} if one else {"!": [{"in": [field, list(test.values)]}]}
        case _:
            return {test.operator.value: [field, test.values[0]]}


def datalogic_a_pair(rules: Sequence[PeerRule], rows: Sequence[Document]) -> Selecting:
    """Ask a compiled rule in a session, once a pair, about rows that are parsed already."""
    engine = datalogic_py.Engine()
    compiled = [(rule.task, engine.compile(_json_logic(rule))) for rule in rules]
    handles = [(_id(row), datalogic_py.DataHandle(row)) for row in rows]
    session = engine.session()

    def select() -> list[Pair]:
        ask = session.evaluate_truthy
        return [(task, taken) for task, rule in compiled for taken, handle in handles if ask(rule, handle)]

    return select


def datalogic_all_rows(rules: Sequence[PeerRule], rows: Sequence[Document]) -> Selecting:
    """Ask a compiled rule once for the ids that a filter leaves of all rows, parsed already: all in native code."""
    engine = datalogic_py.Engine()
    compiled = [
        (
            rule.task,
            engine.compile({"map": [{"filter": [{"var": ""}, _json_logic(rule)]}, {"var": "id"}]}),
        )
        for rule in rules
    ]
    handle = datalogic_py.DataHandle(list(rows))
    session = engine.session()
    return lambda: [(task, taken) for task, rule in compiled for taken in session.evaluate_data(rule, handle)]


# simpleeval.


def simpleeval_a_pair(rules: Sequence[PeerRule], rows: Sequence[Document]) -> Selecting:
    """Ask an expression parsed beforehand; it knows no sets, so they are names beside the fields."""
    sets: dict[str, frozenset[Value]] = {}
    evaluator = simpleeval.SimpleEval()
    parsed = [(rule.task, evaluator.parse(_python(rule, sets))) for rule in rules]
    names = [(_id(row), {**row, **sets}) for row in rows]

    def select() -> list[Pair]:
        found = []
        for task, expression in parsed:
            for reservation, each in names:
                evaluator.names = each
                if evaluator.eval("", previously_parsed=expression):
                    found.append((task, reservation))
        return found

    return select


def _python(rule: PeerRule, sets: dict[str, frozenset[Value]]) -> str:
    """Write a rule in Python, both ends of the window in one comparison, and remember the sets that it names."""
    after, until, *others = rule.tests
    words = [f"{after.values[0]} < {after.field} <= {until.values[0]}"]
    for test in others:
        if len(test.values) == 1:
            words.append(f"{test.field} {'==' if test.operator is Operator.AMONG else '!='} {test.values[0]!r}")
        else:
            name = f"set{len(sets)}"
            sets[name] = frozenset(test.values)
            words.append(f"{test.field} {test.operator.value} {name}")
    return " and ".join(words)


# business-rules.


class _Variables(variables.BaseVariables):  # type: ignore[misc]  # it has no types
    """A row, read through the methods that :func:`_variable` adds."""

    def __init__(self, row: Document) -> None:
        self.row = row
        self.reservation = _id(row)


class _Taken(actions.BaseActions):  # type: ignore[misc]  # it has no types
    """Notes a pair."""

    def __init__(self, found: dict[str, list[str]]) -> None:
        self.found = found
        self.reservation = ""

    @actions.rule_action()  # type: ignore[untyped-decorator]
    def take(self, task: str) -> None:
        """Note that a task takes the row."""
        self.found[task].append(self.reservation)


def _variable(field: str, kind: Callable[[], Callable[[Any], Any]], *, in_list: bool = False) -> str:
    """Give rows a variable for a field, alone or as the one item of a list, and return its name."""
    name = f"{field}_list" if in_list else field

    def read(each: _Variables) -> Any:
        return [each.row[field]] if in_list else each.row[field]

    read.__name__ = name
    setattr(_Variables, name, kind()(read))
    return name


def _business_condition(test: Test) -> Mapping[str, Any]:
    value = test.values[0]
    if test.operator in (Operator.AFTER, Operator.UNTIL):
        word = "greater_than" if test.operator is Operator.AFTER else "less_than_or_equal_to"
        return {"name": _variable(test.field, variables.numeric_rule_variable), "operator": word, "value": value}
    if isinstance(value, bool):
        name = _variable(test.field, variables.boolean_rule_variable)
        return {"name": name, "operator": "is_true" if value else "is_false", "value": None}
    if test.operator is Operator.AMONG and len(test.values) == 1:
        return {
            "name": _variable(test.field, variables.string_rule_variable),
            "operator": "equal_to",
            "value": value,
        }
    among = test.operator is Operator.AMONG
    return {
        "name": _variable(test.field, variables.select_multiple_rule_variable, in_list=True),
        "operator": "shares_at_least_one_element_with" if among else "shares_no_elements_with",
        "value": list(test.values),
    }


def business_rules_a_row(rules: Sequence[PeerRule], rows: Sequence[Document]) -> Selecting:
    """Run all rules over a row, and let their action note the pair."""
    written = [
        {
            "conditions": {"all": [_business_condition(test) for test in rule.tests]},
            "actions": [{"name": "take", "params": {"task": rule.task}}],
        }
        for rule in rules
    ]
    known = [_Variables(row) for row in rows]

    def select() -> list[Pair]:
        found: dict[str, list[str]] = {rule.task: [] for rule in rules}
        taken = _Taken(found)
        for each in known:
            taken.reservation = each.reservation
            run_all(written, each, taken)
        return [(task, reservation) for task, several in found.items() for reservation in several]

    return select


# rule-engine.


def compiled_rule_engine(rules: Sequence[PeerRule]) -> list[tuple[str, Any]]:
    """Return the tasks as rules that read attributes, which is faster than items."""
    context = rule_engine.Context(resolver=rule_engine.resolve_attribute)
    return [(rule.task, rule_engine.Rule(_rule_engine_text(rule), context=context)) for rule in rules]


def rule_engine_all_rows(rules: Sequence[PeerRule], rows: Sequence[Document]) -> Selecting:
    """Let a compiled rule filter the rows."""
    compiled = compiled_rule_engine(rules)
    things = [SimpleNamespace(**row) for row in rows]
    return lambda: [(task, str(thing.id)) for task, rule in compiled for thing in rule.filter(things)]


# Common Expression Language.


def cel_a_pair(rules: Sequence[PeerRule], rows: Sequence[Document]) -> Selecting:
    """Execute a compiled program once a pair, in contexts made beforehand."""
    compiled = [(rule.task, cel.compile(_cel_text(rule))) for rule in rules]
    contexts = [(_id(row), cel.Context(row)) for row in rows]
    return lambda: [(task, taken) for task, rule in compiled for taken, context in contexts if rule.execute(context)]


def cel_a_row(rules: Sequence[PeerRule], rows: Sequence[Document]) -> Selecting:
    """Execute all tasks as one compiled program."""
    compiled = cel.compile(f"[{', '.join(map(_cel_text, rules))}]")
    ids, contexts = [_id(row) for row in rows], [cel.Context(row) for row in rows]
    return lambda: _by_task(rules, ids, map(compiled.execute, contexts))


_MANY: Final = 20_000
_SOME: Final = 5_000
_FEW: Final = 2_000

#: Every contestant; of two ways to use one, both are told.
ENGINES: Final = (
    Engine(
        package="zen-engine", way="a compiled expression a pair, on JSON", prepare=zen_a_pair, rows=_SOME, target=0.20
    ),
    Engine(
        package="zen-engine",
        way="all tasks fused in one expression a row, on JSON",
        prepare=zen_a_row,
        rows=_MANY,
        target=0.20,
        why="a row is handed over once for twelve tasks, and the tests run in native code",
    ),
    Engine(
        package="datalogic-py",
        way="a compiled rule a pair, on parsed rows",
        prepare=datalogic_a_pair,
        rows=_MANY,
        target=0.45,
    ),
    Engine(
        package="datalogic-py",
        way="a native filter a task over all parsed rows at once",
        prepare=datalogic_all_rows,
        rows=_MANY,
        target=0.45,
        why="nothing but ids leaves native code; a comprehension visits every row in Python",
    ),
    Engine(package="simpleeval", way="a parsed expression a pair", prepare=simpleeval_a_pair, rows=_FEW, target=0.04),
    Engine(
        package="business-rules", way="run_all a row of rules", prepare=business_rules_a_row, rows=_FEW, target=0.02
    ),
    Engine(
        package="rule-engine",
        way="a compiled rule's filter, on attributes",
        prepare=rule_engine_all_rows,
        rows=_FEW,
        target=0.02,
    ),
    Engine(
        package="common-expression-language",
        way="a compiled program a pair, on contexts",
        prepare=cel_a_pair,
        rows=_SOME,
        target=None,
    ),
    Engine(
        package="common-expression-language",
        way="all tasks in one program a row, on contexts",
        prepare=cel_a_row,
        rows=_SOME,
        target=None,
    ),
)
