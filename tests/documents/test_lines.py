"""The line of a path: where a person has to look."""

from __future__ import annotations

import json
import tomllib
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotelpay.documents.lines import line_finder, steps

JSON: Final = """\


{
  "format": "hotelpay/1",
  "odd" :
    [1, 2,

     3], "same line": {"a"
     : true},
  "brackets": "[{]}\\" \\\\", "after": 1,
  "": {"": 7},
  "tasks": [
    {"id": "a", "filters": {
        "cards": [
           "none",
           "ota_only"]}},
    [], {},
    {"id": "b",
     "id\\u0041": "c", "[red]x": {"a.b": [1,
       2]},
     "amount": {"basis": "folio_balance",
                "fixed": "-1.5e3"
      }, "n": -1.5e3}
  ]
}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", 3),
        ("format", 4),
        ("odd", 5),
        ("odd[0]", 6),
        ("odd[1]", 6),
        ("odd[2]", 8),
        ("same line", 8),
        ("same line.a", 8),
        ("brackets", 10),
        ("after", 10),
        ("tasks", 12),
        ("tasks[0]", 13),
        ("tasks[0].id", 13),
        ("tasks[0].filters", 13),
        ("tasks[0].filters.cards", 14),
        ("tasks[0].filters.cards[0]", 15),
        ("tasks[0].filters.cards[1]", 16),
        ("tasks[1]", 17),
        ("tasks[2]", 17),
        ("tasks[3]", 18),
        ("tasks[3].id", 18),
        ("tasks[3].idA", 19),
        ("tasks[3].[red]x", 19),
        ("tasks[3].[red]x.a.b", 19),
        ("tasks[3].[red]x.a.b[1]", 20),
        ("tasks[3].[red]x.a.b[2].c", 19),
        ("tasks[3].[blue]x", 18),
        ("tasks[3].amount", 21),
        ("tasks[3].amount.basis", 21),
        ("tasks[3].amount.fixed", 22),
        ("tasks[3].n", 23),
        # What is not there is looked for at its nearest ancestor.
        ("currency", 3),
        ("tasks[4]", 12),
        ("tasks[4].id", 12),
        ("tasks[3].amount.percent", 21),
        ("tasks[1].id", 17),
        ("tasks[0].filters.cards[7].x.y", 14),
        ("format.x", 4),
    ],
)
def test_a_json_path_has_the_line_of_its_key_or_of_its_nearest_ancestor(path: str, line: int) -> None:
    json.loads(JSON)
    assert line_finder(JSON, toml=False)(path) == line


TOML: Final = '''\
# a comment with [brackets] and "quotes
format = "hotelpay/1"

hotel = "a # [b" # ]
note = """
[not a table]
x = 1
""" # done
literal = \'\'\'
[[tasks]]\'\'\'
odd = """ends with quotes""\"""
windows = 'C:\\path\\'
escaped = "\\"[\\\\"
bonus.active = true
bonus.types = [
  "a", # ]
  "b",
]
inline = {a = {b = [1, 2]}, "c d" = 3}

[[tasks]]
id = "first"
  [tasks.filters]
  cards = [
    "none",
  ]

[[tasks]]
id = "second"
amount = {basis = "folio_charges", percent = "5"}

[[tasks.steps]]
action = "a"
[[tasks.steps]]
action = "b"
[tasks.steps.more."deep er"]
x = 1

[other]
y = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", 1),
        ("format", 2),
        ("hotel", 4),
        ("note", 5),
        ("literal", 9),
        ("odd", 11),
        ("windows", 12),
        ("escaped", 13),
        ("bonus", 14),
        ("bonus.active", 14),
        ("bonus.types", 15),
        ("bonus.types[1]", 15),
        ("inline", 19),
        ("inline.a.b[1]", 19),
        ("inline.c d", 19),
        ("tasks", 21),
        ("tasks[0]", 21),
        ("tasks[0].id", 22),
        ("tasks[0].filters", 23),
        ("tasks[0].filters.cards", 24),
        ("tasks[1]", 28),
        ("tasks[1].id", 29),
        ("tasks[1].amount.percent", 30),
        ("tasks[1].steps", 32),
        ("tasks[1].steps[0].action", 33),
        ("tasks[1].steps[1]", 34),
        ("tasks[1].steps[1].action", 35),
        ("tasks[1].steps[1].more", 36),
        ("tasks[1].steps[1].more.deep er.x", 37),
        ("other.y", 40),
        # What is not there is looked for at its nearest ancestor.
        ("currency", 1),
        ("tasks[2].id", 21),
        ("tasks[0].mode", 21),
        ("tasks[1].filters.ota", 28),
        ("other.z", 39),
        ("tasks[1].amount.basics", 30),
    ],
)
def test_a_toml_path_has_the_first_line_of_its_statement_or_of_its_nearest_ancestor(path: str, line: int) -> None:
    tomllib.loads(TOML)
    assert line_finder(TOML, toml=True)(path) == line


def test_a_key_that_no_fault_repeats_has_its_line() -> None:
    hostile = {"ok": 1, "\x1b[2J": {"a": 1}, "4111111111111111": 2, "k" * 70: 3}
    line_of = line_finder(json.dumps(hostile, indent=1), toml=False)
    assert [line_of(path) for path in ("ok", "\\x1b[2J.a", "••••••••••••1111", "k" * 60 + "…")] == [2, 4, 6, 7]
    text = '"4111111111111111" = 1\n\n["\\u001b[2J"]\na = 1\n'
    assert [line_finder(text, toml=True)(path) for path in ("••••••••••••1111", "\\x1b[2J.a")] == [1, 4]


def test_a_line_of_toml_ends_where_an_editor_ends_it() -> None:
    """Python's own splitting takes eight more characters for the end of a line."""
    text = 'a = 1 # \u2028 \u0085 \u2029\nb = "\u2028"\r\nc = 3\r\n'
    line_of = line_finder(text, toml=True)
    assert [line_of(name) for name in ("a", "b", "c")] == [1, 2, 3]


def test_a_long_toml_is_placed_in_time() -> None:
    """One statement at a time: longer and longer beginnings of this text would take minutes."""
    tasks = 4000
    text = "".join(f'[[tasks]]\nid = "{number}"\n[tasks.filters]\nota = true\n' for number in range(tasks))
    assert line_finder(text, toml=True)(f"tasks[{tasks - 1}].filters.ota") == tasks * 4


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("", ()),
        ("a", ("a",)),
        ("tasks[2].amount.percent", ("tasks", 2, "amount", "percent")),
        ("[0][12]", (0, 12)),
        ("a[0][1].b", ("a", 0, 1, "b")),
        ("with blank.é", ("with blank", "é")),
    ],
)
def test_a_path_is_taken_apart(path: str, parts: tuple[str | int, ...]) -> None:
    assert steps(path) == parts


_keys = st.text(st.characters(exclude_characters=".[]", exclude_categories=["C", "Z"]), min_size=1, max_size=4)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=12,
)


def paths(value: Any, path: str = "") -> list[str]:
    """Return every path of a value in the order in which it is written."""
    if isinstance(value, dict):
        inner = [each for key, child in value.items() for each in paths(child, f"{path}.{key}".removeprefix("."))]
    elif isinstance(value, list):
        inner = [each for place, child in enumerate(value) for each in paths(child, f"{path}[{place}]")]
    else:
        inner = []
    return [path, *inner]


@given(_values, st.sampled_from([True, False]))
def test_any_json_with_one_value_a_line_has_its_paths_on_those_lines(value: Any, escaped: bool) -> None:  # noqa: FBT001
    text = json.dumps(value, indent=1, ensure_ascii=escaped)
    line_of, opening = line_finder(text, toml=False), 0
    found = [line_of(path) for path in paths(value)]
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() not in {"]", "}", "],", "},"}:
            assert found[opening] == number
            opening += 1
    assert opening == len(found)
