"""The pages keep what they promise: no code, field, option, decision or name is missing, no link is dead."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import hotelpay
import hotelpay.documents
from hotelpay import Assumption, Mode, Problem, QuoteReasonCode, ReasonCode
from hotelpay.cli.app import app
from hotelpay.documents.rules import LOADER_ONLY
from hotelpay.documents.schema import SCHEMAS
from hotelpay.messages import ASSUMPTIONS, FINDINGS, PERSON_REASONS, QUOTE_REASONS, REASONS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = sorted((ROOT / "src" / "hotelpay").rglob("*.py"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())

#: A reason's other sentence: its code is the one without the ending.
EXCLUDED = {"company_excluded", "agent_excluded"}


def text(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def rows(page: str, heading: str | None = None) -> list[list[str]]:
    """Return the cells of the rows of tables whose first cell is a code, of a page or of one of its sections."""
    body = text(page)
    if heading is not None:
        body = re.split(r"^#+ ", body.partition(f"# {heading}\n")[2], flags=re.MULTILINE)[0]
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines())
    return [row for row in cells if re.fullmatch(r"`[a-z0-9_]+`", row[0]) and all(row)]


def codes(page: str, heading: str | None = None) -> list[str]:
    return [row[0].strip("`") for row in rows(page, heading)]


def calls() -> Iterator[ast.Call]:
    for path in SOURCE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield node


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def constants(node: ast.expr | None) -> set[str]:
    """Return the texts that an argument may be."""
    match node:
        case ast.Constant(value=str(value)):
            return {value}
        case ast.IfExp(body=body, orelse=orelse):
            return constants(body) | constants(orelse)
        case _:
            return set()


def test_every_finding_is_reviewed_with_its_severity() -> None:
    severities: dict[str, set[str]] = {}
    for call in calls():
        if name_of(call) in ("error", "warning") and call.args:
            for code in constants(call.args[0]):
                severities.setdefault(code, set()).add(name_of(call))
    assert {code: {severity} for code, severity, *_ in _without_marks(rows("review.md"))} == severities
    assert sorted(codes("review.md")) == sorted(FINDINGS)


def _without_marks(found: list[list[str]]) -> list[list[str]]:
    return [[cell.strip("`") for cell in row] for row in found]


def test_every_reason_is_documented_in_the_order_of_a_skip() -> None:
    documented = codes("documents.md", "Why a pair is skipped")
    assert documented == [code.value for code in ReasonCode]
    assert set(documented) | EXCLUDED == REASONS.keys()


def test_every_reason_of_a_quote_is_documented_in_its_order() -> None:
    documented = codes("documents.md", "Why nothing may be redeemed")
    assert documented == [code.value for code in QuoteReasonCode]
    assert set(documented) == QUOTE_REASONS.keys()


def test_every_reason_for_a_person_says_what_to_do() -> None:
    documented = codes("documents.md", "Why a person is needed")
    assert codes("howto/operate.md", "When a person is needed") == documented
    assert codes("money.md", "When a person is needed") == documented
    assert PERSON_REASONS.keys() <= set(documented)


def test_every_problem_is_documented() -> None:
    assert codes("documents.md", "Preview") == [problem.value for problem in Problem]


def test_every_assumption_of_a_back_test_is_documented() -> None:
    page = text("documents.md").partition("### Back-test\n")[2].partition("### Check\n")[0]
    documented = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    results = ["approved", "declined", "done", "left_to_person"]
    assert documented == [*results, *(assumption.value for assumption in Assumption)]
    assert ASSUMPTIONS.keys() == {assumption.value for assumption in Assumption}


def test_every_fault_code_of_the_source_is_documented() -> None:
    """A fault's code is an argument ``code``, its default, or the first argument of what makes faults."""
    found = {"invalid_value", "wrong_type"} | LOADER_ONLY.keys()
    for call in calls():
        for keyword in call.keywords:
            if keyword.arg == "code":
                found |= constants(keyword.value)
        if re.search(r"(?i)complaint|JsonFault", name_of(call)) and call.args:
            found |= constants(call.args[0])
    documented = codes("documents.md", "Faults of documents")
    assert documented == sorted(documented)
    assert set(documented) == found


@pytest.mark.parametrize("document", SCHEMAS)
def test_every_field_and_choice_of_a_document_is_named(document: str) -> None:
    page = text("documents.md")
    missing = {word for word in _words(SCHEMAS[document]()) if not re.search(rf'[`"]{re.escape(word)}[`"]', page)}
    assert missing == set()


def _words(schema: Any) -> Iterator[str]:
    """Yield the names of all fields of a schema, and the texts that fields have to choose from."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        yield from schema.get("enum", ())
        if isinstance(schema.get("const"), str):
            yield schema["const"]
        for inner in schema.values():
            yield from _words(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _words(inner)


def test_the_complete_example_has_every_field_of_the_setup() -> None:
    """The first example shows all there is, so that nobody needs the schema to write a setup."""
    block = re.search(r"^```json setup\.json\n(.*?)^```", text("documents.md"), re.MULTILINE | re.DOTALL)
    assert block
    keys = {key for value in _objects(json.loads(block[1])) for key in value}
    fields = {name for part in _objects(SCHEMAS["setup"]()) for name in part.get("properties", ())}
    assert fields - keys == set()


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


def commands(command: Any, path: str = "hotelpay") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{path} {name}")


def test_every_command_and_option_is_documented() -> None:
    page = text("documents.md").partition("## The command line")[2]
    for path, command in commands(get_command(app)):
        if not hasattr(command, "commands"):
            assert f"`{path}`" in page
        options = {name for parameter in command.params for name in parameter.opts if name.startswith("-")}
        assert {option for option in options if f"`{option}`" not in page} == set()


def test_every_public_name_is_listed() -> None:
    listed = set(re.findall(r"`(\w+)`", text("embedding.md").partition("## The public names")[2]))
    assert {*hotelpay.__all__, *hotelpay.documents.__all__} - listed == set()


def test_every_mode_is_explained() -> None:
    table = text("concepts.md").partition("## Cycle, mode, window")[2]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)[:6] == [mode.value for mode in Mode]


def test_every_extra_is_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    readme = PAGES[0].read_text(encoding="utf-8")
    assert {extra for extra in project["optional-dependencies"] if f"`{extra}`" not in readme} == set()


def test_the_decisions_are_numbered_and_whole() -> None:
    sections = re.split(r"^## ", text("decisions.md"), flags=re.MULTILINE)[1:]
    numbers = [re.match(r"D(\d+): .+\?\n", section) for section in sections]
    assert [number and int(number[1]) for number in numbers] == list(range(1, len(sections) + 1))
    for section in sections:
        assert re.findall(r"^\*\*(What we do|Why|Shown by)\b", section, re.MULTILINE) == [
            "What we do",
            "Why",
            "Shown by",
        ]


def test_every_decision_that_is_cited_is_written_down() -> None:
    written = set(re.findall(r"^## (D\d+):", text("decisions.md"), re.MULTILINE))
    sources = [*SOURCE, *PAGES, *(ROOT / "tests").rglob("*.py")]
    cited = {number for path in sources for number in re.findall(r"\bD[1-9]\d?\b", path.read_text(encoding="utf-8"))}
    assert cited - written == set()


def test_every_scenario_that_a_page_names_exists() -> None:
    scenarios = set(re.findall(r"^\| ((?:AP|BN)-[A-Z0-9-]+) \|", text("scenarios.md"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"\b(?:AP|BN)-[A-Z0-9-]*[A-Z0-9]", page.read_text("utf-8"))}
    assert named - scenarios == set()


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    body = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", body):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_file(), target
        assert not anchor or anchor in _anchors(file), target


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_every_block_of_a_page_says_what_it_is(page: Path) -> None:
    """So that no example escapes its test: what is not run is marked as such.

    A directive of the site is a block, too. Those named here hold no example: they list pages, draw, or show what is
    made or kept elsewhere, and building the site says what is wrong with one (test_site.py).
    """
    fences = re.findall(r"^ *```(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    directive = r"\{(toctree|figure|literalinclude|repository|generated)\}( \S.*)?"
    kind = rf"python|text( output)?|console|sh|(json|toml) [\w-]+\.(json|jsonl|toml)|{directive}"
    assert [info for info in fences[::2] if not re.fullmatch(kind, info)] == []
    assert set(fences[1::2]) <= {""}
