"""How much a document may ask of the machine: every limit is a setting, and is kept to the last item."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from documents.reading import SETUP, TASK, line_of, lines, places, read, refused
from hotelpay import InvalidValue, WrongType
from hotelpay.documents import Limits, load_processed, load_setup, parse_setup, read_reservations, setup_from


def with_tasks(count: int) -> dict[str, Any]:
    return {**SETUP, "tasks": [{**TASK, "id": f"T{number}"} for number in range(count)]}


def test_a_list_of_a_setup_has_at_most_so_many_items() -> None:
    assert len(setup_from(with_tasks(3), limits=Limits(items=3)).tasks) == 3
    faults = refused(lambda: setup_from(with_tasks(4), limits=Limits(items=3)))
    assert places(faults) == [(None, "tasks", "too_large")]
    assert faults[0].message == "a list of 4 items; at most 3 are taken"


def test_a_long_list_is_found_wherever_it_stands_and_alone() -> None:
    """What is too large is not looked through for other faults."""
    long = ["rooms"] * 4
    policies = [{"id": "p"}, {"id": "q", "deposit": {"revenue_groups": long}, "colour": 1}]
    text = json.dumps({**SETUP, "hotel": "", "guarantee_policies": policies}, indent=1)
    faults = refused(lambda: parse_setup(text, limits=Limits(items=3)))
    assert [(fault.path, fault.code) for fault in faults] == [
        ("guarantee_policies[1].deposit.revenue_groups", "too_large")
    ]
    assert faults[0].line == text.splitlines().index('    "revenue_groups": [') + 1


def test_a_value_that_another_parser_has_read_nests_as_deeply_as_the_limit() -> None:
    """Also one that is deeper than Python's stack."""
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    faults = refused(lambda: setup_from({**SETUP, "hotel": [deep], "paused": [[1]]}, limits=Limits(depth=3)))
    assert [(fault.path, fault.code) for fault in faults] == [("hotel[0][0]", "too_deep")]
    assert "too_deep" not in {fault.code for fault in refused(lambda: setup_from({**SETUP, "paused": [[1]]}))}


def test_a_setup_tells_at_most_so_many_faults() -> None:
    document = {**SETUP, **{f"field{number}": 1 for number in range(30)}}
    assert len(refused(lambda: setup_from(document))) == 30
    assert len(refused(lambda: setup_from(document, limits=Limits(faults=7)))) == 7
    assert len(refused(lambda: setup_from(document, limits=Limits(faults=0)))) == 1


def test_a_setup_that_is_handed_over_as_a_text_is_limited_like_a_file() -> None:
    text = json.dumps(SETUP)
    assert parse_setup(text, limits=Limits(setup_bytes=len(text))).currency.code == "EUR"
    faults = refused(lambda: parse_setup(text, limits=Limits(setup_bytes=len(text) - 1)))
    assert places(faults) == [(None, "", "too_large")]


@pytest.mark.parametrize(("text", "toml"), [('{"a": [[[1]]]}', False), ("a = [[[1]]]", True), ("a.b.c.d = 1", True)])
def test_a_document_nests_as_deeply_as_the_limit(text: str, toml: bool) -> None:  # noqa: FBT001
    deep = 4
    assert "too_deep" not in {
        fault.code for fault in refused(lambda: parse_setup(text, toml=toml, limits=Limits(depth=deep)))
    }
    (fault,) = refused(lambda: parse_setup(text, toml=toml, limits=Limits(depth=deep - 1)))
    assert (fault.code, fault.line, fault.message) == ("too_deep", 1, "nested deeper than 3 levels")


def test_what_a_header_and_its_keys_nest_together_counts() -> None:
    text = "[a.b]\nc.d = 1\n"
    assert {fault.code for fault in refused(lambda: parse_setup(text, toml=True, limits=Limits(depth=4)))} == {
        "missing_field",
        "unknown_field",
    }
    (fault,) = refused(lambda: parse_setup(text, toml=True, limits=Limits(depth=3)))
    assert (fault.code, fault.line) == ("too_deep", None)


def test_dots_and_brackets_in_texts_and_comments_are_not_deep() -> None:
    deep = "a." * 100 + "[" * 100
    text = f'# {deep}\nformat = "hotelpay/1"\ntimezone = "UTC"\ncurrency = "EUR"\nhotel = \'{deep[:100]}\'\n'
    assert parse_setup(text, toml=True).hotel == deep[:100]
    several = f'bonus."""{deep}"""=1\n'
    assert "too_deep" not in {fault.code for fault in refused(lambda: parse_setup(several, toml=True))}


@pytest.mark.parametrize(
    ("text", "toml"),
    [("[" * 100 + "]" * 100, False), ("a = " + "[" * 99 + "]" * 99, True), ("a." * 98 + "b = 1", True)],
    ids=["JSON", "TOML", "a key"],
)
def test_a_setup_at_the_limit_of_depth_is_read_whole(text: str, toml: bool) -> None:  # noqa: FBT001
    faults = refused(lambda: parse_setup(text, toml=toml, limits=Limits(depth=100)))
    assert "too_deep" not in {fault.code for fault in faults}


def test_a_file_has_at_most_so_many_lines(tmp_path: Path) -> None:
    text = lines(*(line_of(number) for number in range(3)), "", line_of(4))
    assert len(read(text, Limits(lines=5))) == 4
    faults = refused(lambda: read(text, Limits(lines=4)))
    assert places(faults) == [(5, "", "too_large")]
    assert faults[0].message == "more than 4 lines"
    path = tmp_path / "processed.jsonl"
    path.write_bytes(lines(*({"task": "a", "reservation": f"R{number}"} for number in range(3))))
    assert len(load_processed(path, limits=Limits(lines=3))) == 3
    assert places(refused(lambda: load_processed(path, limits=Limits(lines=2)))) == [(3, "", "too_large")]


def test_reading_stops_where_there_are_too_many_lines() -> None:
    file = io.BytesIO(lines(*(line_of(number) for number in range(1000))))
    refused(lambda: list(read_reservations(file, limits=Limits(lines=2))))
    assert file.tell() < 1000


def test_a_line_nests_as_deeply_as_the_limit() -> None:
    text = lines({**line_of(1), "extra": {"a": [1]}})
    assert len(read(text, Limits(depth=3))) == 1
    assert places(refused(lambda: read(text, Limits(depth=2)))) == [(1, "", "too_deep")]


def test_the_limits_reach_a_file(tmp_path: Path) -> None:
    path = tmp_path / "setup.json"
    path.write_text(json.dumps(with_tasks(4)), encoding="utf-8")
    assert refused(lambda: load_setup(path, limits=Limits(items=3)))[0].document == str(path)
    assert len(load_setup(path).tasks) == 4


@pytest.mark.parametrize("field", ["setup_bytes", "line_bytes", "faults", "items", "lines", "depth"])
def test_a_limit_is_a_whole_number(field: str) -> None:
    wrong: dict[str, Any]
    for wrong in ({field: 1.5}, {field: True}, {field: "9"}):
        with pytest.raises(WrongType):
            Limits(**wrong)
    for value in (-1, 10**13):
        with pytest.raises(InvalidValue, match=field):
            Limits(**{field: value})
    with pytest.raises(InvalidValue, match="depth"):
        Limits(depth=101)


def test_the_defaults_are_those_of_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "documents.md").read_text(encoding="utf-8")
    defaults = Limits()
    for field in ("setup_bytes", "items", "line_bytes", "lines", "depth", "faults"):
        assert f"| `{field}` | {getattr(defaults, field):,} |" in page
