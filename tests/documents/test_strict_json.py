"""What is JSON to many programs, and not to one that handles money."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from documents.reading import SETUP, json_fault, line_faults, lines, places, refused, setup_faults
from hotelpay.documents import Limits, load_setup
from hotelpay.documents.rules import LOADER_ONLY
from hotelpay.documents.strict_json import DEEPEST, _faults_in, parse

MESSAGE_OF_DEPTH = "nested deeper than 64 levels"


def test_honest_json_is_read_as_it_stands() -> None:
    text = '{"a": [1, -2, 2.5, 1e3, 0.0], "b": {"a": null, "c": true}, "d": "]}\\"\\u00e9", "e": false}'
    assert parse(text.encode()) == json.loads(text)
    assert parse(b" 7 ") == 7


@pytest.mark.parametrize(
    ("text", "message", "line", "path"),
    [
        ('{"a": 1, "a": 1}', "the key 'a' stands twice in one object", 1, ""),
        ('\n{\n"a": 1,\n"b": 2,\n"a":\n1}', "the key 'a' stands twice in one object", 5, ""),
        ('{"x": [0, {\n"y": {"k": 1,\n"k": [2]}}]}', "the key 'k' stands twice in one object", 3, "x[1].y"),
        ('[\n[{}, {"": 1, "": 2}]]', "the key '' stands twice in one object", 2, "[0][1]"),
        # The first in the text, whichever of them its reader notices first.
        ('{"a": 1, "b": {"k": 1, "k": 2}, "a": 1}', "the key 'k' stands twice in one object", 1, "b"),
        ('{"a": 1,\n"a": {"k": 1, "k": 2}}', "the key 'a' stands twice in one object", 2, ""),
        # Written in another way it is the same key.
        ('{"a": 1, "\\u0061": 1}', "the key 'a' stands twice in one object", 1, ""),
        ('{"a": NaN, "b": 1, "b": 2}', "NaN is not a JSON number", 1, ""),
        ('{"a": {"b": 1, "b": 2}, "c": NaN}', "the key 'b' stands twice in one object", 1, "a"),
        ('{"a": {"b": 1, "b": 2}, nonsense', "the key 'b' stands twice in one object", 1, "a"),
    ],
)
def test_a_key_that_stands_twice_is_named_with_its_place(text: str, message: str, line: int, path: str) -> None:
    fault = json_fault(text.encode())
    assert (fault.message, fault.line, fault.path) == (message, line, path)
    assert fault.code == ("duplicate_key" if "twice" in message else "not_json")


def test_the_same_key_in_other_objects_is_another_key() -> None:
    text = '{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}'
    assert parse(text.encode()) == json.loads(text)


NAME = "replaced"


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("\x1b[31mred\n", "\\x1b[31mred\\n"),
        ("4111 1111 1111 1111", "•••• •••• •••• 1111"),
        ("k" * 61, "k" * 60 + "…"),
        ("k" * 60, "k" * 60),
        ("é", "é"),
        ("k" * 50 + " 4111111111111111", "k" * 50 + " •••••••••…"),
    ],
)
def test_a_key_of_a_path_is_harmless(key: str, path: str) -> None:
    fault = json_fault(json.dumps({"ok": 1, key: {"x": NAME}}).replace(f'"{NAME}"', '1, "x": 2').encode())
    assert (fault.code, fault.path) == ("duplicate_key", path)


def test_no_key_that_stands_twice_is_repeated_where_it_could_be_a_card_number() -> None:
    fault = json_fault(b'{"4111111111111111": 1, "4111111111111111": 2}')
    assert fault.message == "the key '••••••••••••1111' stands twice in one object"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("NaN", "NaN is not a JSON number"),
        ("Infinity", "Infinity is not a JSON number"),
        ("-Infinity", "-Infinity is not a JSON number"),
        ("1e999", "a number too large to be one"),
        ("-1e999", "a number too large to be one"),
        ("1.5E+999", "a number too large to be one"),
        ("9" * 4301, "a number too large to be one"),
        ("-" + "9" * 5000, "a number too large to be one"),
    ],
)
def test_a_number_that_is_none_is_refused_with_its_line(number: str, message: str) -> None:
    fault = json_fault(f'\n{{"a": ["NaN", 1e5,\n {"8" * 400}],\n "b":\n {number}}}'.encode())
    assert (fault.code, fault.message, fault.line, fault.path) == ("not_json", message, 5, "")


def test_faults_are_found_in_the_order_of_the_text() -> None:
    text = '{"a": [1, NaN],\n"a": -1e999, "b": {"c": 1, "c": [true]}}'
    assert [(fault.code, fault.line, fault.path) for fault in _faults_in(text)] == [
        ("not_json", 1, ""),
        ("duplicate_key", 2, ""),
        ("not_json", 2, ""),
        ("duplicate_key", 2, "b"),
    ]
    assert list(_faults_in(' {"NaN": ["-Infinity", 1e5, -0, true, null, {}, []]} ')) == []


def test_a_number_of_as_many_digits_as_python_reads_is_a_number() -> None:
    assert parse(b"9" * 4300) == 10**4300 - 1
    assert parse(b"1e308") == 1e308


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "not JSON: Expecting value (column 1)", 1),
        ("{", "not JSON: Expecting property name enclosed in double quotes (column 2)", 1),
        ('{"a": 1}\n\n x', "not JSON: Extra data (column 2)", 3),
        ('{"a":\n 1,}', "not JSON: Expecting property name enclosed in double quotes (column 4)", 2),
        ("{'a': 1}", "not JSON: Expecting property name enclosed in double quotes (column 2)", 1),
        ('{"a": 01}', "not JSON: Expecting ',' delimiter (column 8)", 1),
        ('{"a": "\t"}', "not JSON: Invalid control character at (column 8)", 1),
        ('{"a": "\\x41"}', "not JSON: Invalid \\escape (column 8)", 1),
        ("[1] // a comment", "not JSON: Extra data (column 5)", 1),
    ],
)
def test_what_is_not_json_is_refused_with_line_and_column(text: str, message: str, line: int) -> None:
    fault = json_fault(text.encode())
    assert (fault.code, fault.message, fault.line, fault.path) == ("not_json", message, line, "")


def test_a_text_that_is_not_utf8_is_refused_with_its_byte() -> None:
    fault = json_fault(b'\n{"a": 1,\n "b": "caf\xe9"}')
    assert (fault.code, fault.message, fault.line) == ("not_utf8", "byte 21 is not UTF-8", 3)
    assert str(fault) == "byte 21 is not UTF-8"


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * depth + "1" + closing * depth).encode()


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_document_may_nest_64_levels(opening: str, closing: str) -> None:
    assert DEEPEST == 64
    value = parse(nested(DEEPEST, opening, closing))
    for _ in range(DEEPEST):
        value = value[0] if opening == "[" else value["a"]
    assert value == 1
    fault = json_fault(nested(DEEPEST + 1, opening, closing))
    assert (fault.code, fault.message) == ("too_deep", MESSAGE_OF_DEPTH)


def test_brackets_side_by_side_are_not_deep() -> None:
    text = "[" + ",".join(["[[]]"] * 100) + "]"
    assert parse(text.encode()) == json.loads(text)


def test_what_was_closed_does_not_make_room_for_depth() -> None:
    side_by_side = b"[" + b"[]," * 100
    assert parse(side_by_side + nested(DEEPEST - 1) + b"]")[:2] == [[], []]
    assert json_fault(side_by_side + nested(DEEPEST) + b"]").code == "too_deep"


def test_brackets_within_texts_are_not_deep() -> None:
    text = json.dumps(["[" * 100, '"[{' * 100, "\\" + "{" * 100, "]"])
    assert parse(text.encode()) == json.loads(text)


def test_a_deep_document_is_refused_before_it_is_read_with_the_line_where_it_gets_too_deep() -> None:
    fault = json_fault(b"\n[" * 100_000)
    assert (fault.code, fault.message, fault.line) == ("too_deep", MESSAGE_OF_DEPTH, 66)


MANY = b"[" + b"[]," * 65


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # Quotes that are escaped, in a text that never ends: looking for its end from each of them takes hours.
        (MANY + b'"' + b'\\"' * 300_000, "not_json"),
        (MANY + b'"' + b'\\"' * 300_000 + b"\\", "not_json"),
        (MANY + b'"' * 300_001, "not_json"),
        (MANY + b'"' + b"[" * 300_000, "not_json"),
        (MANY + b"[" * 300_000, "too_deep"),
        (b"{" * 300_000, "too_deep"),
    ],
)
def test_a_hostile_text_is_refused_at_once(text: bytes, code: str) -> None:
    began = time.process_time()
    assert json_fault(text).code == code
    assert time.process_time() - began < 2


def test_a_setup_names_document_line_and_path_of_such_a_fault() -> None:
    text = '{\n "format": "hotelpay/1",\n "tasks": [{"id": "a"},\n {"id": "b",\n "id": "c"}]}'
    (fault,) = setup_faults(text)
    assert str(fault) == "s:5: tasks[1]: the key 'id' stands twice in one object"
    assert str(setup_faults('{\n\n"a": NaN}')[0]) == "s:3: NaN is not a JSON number"


def test_a_line_of_reservations_names_its_own_number() -> None:
    text = lines("", '{"id": 1, "id": 2}', '{"extra": {"a": 1e999}}', "{", "[" * 65)
    assert [str(fault) for fault in line_faults(text)] == [
        "r:2: the key 'id' stands twice in one object",
        "r:3: a number too large to be one",
        "r:4: not JSON: Expecting property name enclosed in double quotes (column 2)",
        "r:5: nested deeper than 64 levels",
    ]


def test_a_mark_of_the_byte_order_is_no_fault() -> None:
    """Editors of Windows put one in front of everything."""
    text = b"\xef\xbb\xbf" + json.dumps({**SETUP, "hotl": 1}).encode()
    assert places(setup_faults(text)) == [(1, "hotl", "unknown_field")]
    assert places(setup_faults(b"\xef\xbb\xbf" + text)) == [(1, "", "not_json")]
    assert places(setup_faults(b'\xef\xbb\xbfformat = "hotelpay/1"\nx = 1', toml=True))[-1] == (2, "x", "unknown_field")


def test_a_setup_larger_than_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "setup.json"
    text = json.dumps(SETUP)
    path.write_text(text, encoding="utf-8")
    assert load_setup(path, limits=Limits(setup_bytes=len(text))).currency.code == "EUR"
    (fault,) = refused(lambda: load_setup(path, limits=Limits(setup_bytes=len(text) - 1)))
    assert (fault.document, fault.line, fault.path, fault.code) == (str(path), None, "", "too_large")
    assert fault.message == f"larger than {len(text) - 1} bytes: that is no setup"


def test_the_limits_of_honest_documents() -> None:
    assert Limits() == Limits(setup_bytes=4_000_000, line_bytes=1_000_000, faults=1_000)
    assert f" {DEEPEST} levels" in LOADER_ONLY["too_deep"]
    assert "4 MB" in LOADER_ONLY["too_large"]
    assert "1 MB" in LOADER_ONLY["too_large"]


def test_a_text_that_is_no_text_is_refused() -> None:
    """Half of a surrogate pair, from a host that reads files carelessly."""
    assert places(setup_faults('{"hotel": "\ud83d"}')) == [(1, "", "not_utf8")]
