"""The policies and the forms name what exists: commands, options, targets of make, pages, codes and releases."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from hotelpay.cli.app import app

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "docs" / "policies.md"
SECURITY = ROOT / "SECURITY.md"
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
PULL_REQUEST = ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md"
EVERYTHING = [POLICIES, SECURITY, PULL_REQUEST, ROOT / "changes" / "README.md", *FORMS]
every_text = pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: path.name)
every_form = pytest.mark.parametrize(
    "path", [form for form in FORMS if form.name != "config.yml"], ids=lambda path: path.name
)

#: What GitHub knows in a form, and the attributes that a field of each kind has to have.
FIELDS = {
    "markdown": {"value"},
    "textarea": {"label", "description"},
    "input": {"label", "description"},
    "checkboxes": {"label", "options"},
}


def quoted(path: Path) -> Iterator[str]:
    """Yield what stands in backticks on a line."""
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", path.read_text(encoding="utf-8"))


def options_of(line: str) -> set[str]:
    """Return the options that the command of a line has; asserts that there is such a command."""
    command: Any = get_command(app)
    options = {name for parameter in command.params for name in parameter.opts}
    for word in line.split()[1:]:
        if word.startswith("-") or not hasattr(command, "commands"):
            break
        assert word in command.commands, f"{line}: there is no command {word}"
        command = command.commands[word]
        options |= {name for parameter in command.params for name in parameter.opts}
    return options


@every_text
def test_every_command_that_is_named_exists_with_its_options(path: Path) -> None:
    for line in quoted(path):
        if line.startswith("hotelpay "):
            assert set(re.findall(r"(?<=\s)--?[a-z-]+", line)) <= options_of(line), line


def test_a_command_or_an_option_that_does_not_exist_would_be_found() -> None:
    assert "--explain" in options_of("hotelpay preview --explain")
    assert "--explain" not in options_of("hotelpay bonus quote --explain")
    with pytest.raises(AssertionError, match="there is no command refund"):
        options_of("hotelpay refund R-1")


@every_text
def test_every_target_of_make_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {line.removeprefix("make ") for line in quoted(path) if line.startswith("make ")} <= targets


@every_text
def test_every_file_and_module_that_is_named_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in re.findall(
        r"\b(?:docs|changes)/[\w/-]+\.md\b|\b(?:SECURITY|CHANGELOG|CONTRIBUTING|README)\.md\b", text
    ):
        assert (ROOT / name).is_file(), name
    for name in quoted(path):
        if re.fullmatch(r"hotelpay(\.\w+)+", name):
            import_module(name)


@every_text
def test_nobody_is_sent_to_an_address(path: Path) -> None:
    """There is no mailbox and no server of the project that a report could go to."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"[\w.]+@[\w.]+|mailto:", text)
    assert set(re.findall(r"https?://[^\s)]+", text)) <= {"https://semver.org/spec/v2.0.0.html"}


def test_a_vulnerability_is_reported_privately_and_never_with_a_card() -> None:
    text = " ".join(SECURITY.read_text(encoding="utf-8").split())
    assert "private vulnerability reporting" in text
    assert "Never send card numbers" in text
    for counts in ("charged, blocked or debited twice", "log", "SQL", "a document", "database's password"):
        assert counts in text.partition("## What counts")[2].partition("## What is supported")[0]


@every_form
def test_a_form_is_one_that_github_reads(path: Path) -> None:
    form: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form.keys() == {"name", "description", "title", "labels", "body"}
    assert all(form.values())
    ids = [field["id"] for field in form["body"] if field["type"] != "markdown"]
    assert len(set(ids)) == len(ids) > 0
    for field in form["body"]:
        attributes = field["attributes"]
        assert FIELDS[field["type"]] <= attributes.keys(), field
        assert all(attributes.values())
        assert field.keys() <= {"type", "id", "attributes", "validations"}
        assert all(type(needed) is bool for needed in field.get("validations", {}).values())
    assert any(field.get("validations", {}).get("required") for field in form["body"])


@pytest.mark.parametrize("name", ["fault.yml", "wrong_decision.yml"])
def test_a_form_that_asks_for_data_says_what_never_to_attach(name: str) -> None:
    text = " ".join((ROOT / ".github" / "ISSUE_TEMPLATE" / name).read_text(encoding="utf-8").split())
    assert re.search(r"[Nn]ever (attach card|anything that comes from a card)", text)
    assert "SECURITY.md" in text


def test_a_wrong_decision_comes_with_all_that_it_depends_on() -> None:
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "wrong_decision.yml").read_text(encoding="utf-8"))
    required = {field["id"] for field in form["body"] if field.get("validations", {}).get("required")}
    assert required == {"setup", "reservation", "explained", "wanted", "version"}
    explained = next(field for field in form["body"] if field.get("id") == "explained")
    assert "hotelpay preview --explain" in explained["attributes"]["description"]


def test_who_has_a_question_may_ask_it() -> None:
    config = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml").read_text(encoding="utf-8"))
    assert config == {"blank_issues_enabled": True}


# What the policies say of the package.


def test_the_bare_package_needs_what_the_policies_say() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[^\w.-]", requirement)[0] for requirement in project["dependencies"]]
    assert names == ["attrs", "python-dateutil"]
    assert "needs attrs and python-dateutil" in POLICIES.read_text(encoding="utf-8")


def test_dependencies_have_a_lower_bound_and_no_upper_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    for requirement in (*project["dependencies"], *(each for extra in extras for each in extra)):
        assert re.fullmatch(r"hotelpay\[[\w,]+\]|[\w-]+(\[\w+\])?>=[\d.]+|tzdata; .*", requirement), requirement


def test_the_oldest_python_is_the_one_that_is_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    assert f"- **Python** {oldest} or later." in POLICIES.read_text(encoding="utf-8")
    assert f"needs Python {oldest} or later" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"Programming Language :: Python :: {oldest}" in project["classifiers"]


def test_modules_that_are_said_to_be_no_interface_are_not_imported_by_any_page() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    imported = {
        name
        for page in pages
        for name in re.findall(r"^(?:from|import) (hotelpay[\w.]*)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(imported) > 1
    assert not [name for name in imported if "._" in name or name.startswith("hotelpay.cli")]


@pytest.mark.parametrize("page", [POLICIES, SECURITY], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        if not target.startswith("https://"):
            file = (page.parent / path).resolve() if path else page
            assert file.is_file(), target
            assert not anchor or anchor in _anchors(file), target


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
