"""The site: every public name has its one entry, nothing is asked of other hosts, no link in it is dead."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urldefrag

import pytest

import hotelpay.ports

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
SOURCE: Final = ROOT / "src"
#: Every module that says which of its names are public.
MODULES: Final = [
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(SOURCE.rglob("*.py"))
    if re.search(r"^__all__ = ", path.read_text(encoding="utf-8"), re.MULTILINE)
]
PUBLIC: Final = [
    *(f"{module}.{name}" for module in MODULES for name in import_module(module).__all__),
    *(
        f"hotelpay.ports.{name}"
        for name, value in vars(hotelpay.ports).items()
        if getattr(value, "__module__", None) == "hotelpay.ports" and not name.startswith("_")
    ),
]


@cache
def listed() -> list[str]:
    """Return what the directives of the API pages name."""
    names = []
    for page in sorted((DOCS / "api").glob("*.rst")):
        blocks = re.findall(r"^\.\. public:: (\S+)\n\n((?:   \w+\n)+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        names += [f"{module}.{name}" for module, block in blocks for name in block.split()]
    return names


def value(full_name: str) -> object:
    module, _, name = full_name.rpartition(".")
    return getattr(import_module(module), name)


def test_there_are_modules_with_public_names() -> None:
    assert {"hotelpay", "hotelpay.documents", "hotelpay.adapters.sql", "hotelpay.testing.contracts"} <= set(MODULES)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_on_an_api_page(name: str) -> None:
    """Under this name, or under the shorter one of the same thing."""
    last = name.rpartition(".")[2]
    assert any(other.endswith(f".{last}") and value(other) is value(name) for other in listed())


def test_every_name_on_an_api_page_exists() -> None:
    """A name that the source took away leaves its page too."""
    assert listed()
    assert [
        name for name in listed() if not hasattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2])
    ] == []


def test_no_name_has_two_entries() -> None:
    assert [name for name, times in Counter(listed()).items() if times > 1] == []
    classes = Counter(each for each in map(value, listed()) if isinstance(each, type))
    assert [cls for cls, times in classes.items() if times > 1] == []


def test_every_api_page_is_in_the_contents() -> None:
    contents = (DOCS / "api" / "index.rst").read_text(encoding="utf-8").split()
    assert {page.stem for page in (DOCS / "api").glob("*.rst")} - {"index"} <= set(contents)


def test_what_tests_a_promise_exists() -> None:
    """Every module and every target that the page on promises names."""
    page = (DOCS / "promises.md").read_text(encoding="utf-8")
    files = re.findall(r"`((?:tests|campaigns)/[^`]+)`", page)
    targets = set(re.findall(r"`make ([a-z-]+)`", page))
    assert [file for file in files if not (ROOT / file).is_file()] == []
    assert (
        targets - set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        == set()
    )
    assert len(files) > 20
    assert targets


def test_every_promise_of_the_guide_is_on_the_page_of_promises() -> None:
    guide = (DOCS / "money.md").read_text(encoding="utf-8").partition("## The promises")[2]
    promises = (DOCS / "promises.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^(\d+)\. ", guide, re.MULTILINE)
    assert numbers
    assert [number for number in numbers if f"\n| {number} | " not in promises] == []


def test_the_site_is_whole(tmp_path: Path) -> None:
    """It takes half a minute to build, so all that is asked of what was built is asked here."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "--quiet", "--nitpicky", "--fail-on-warning", "--keep-going"),
            *("--doctree-dir", str(tmp_path / "doctrees"), str(DOCS), str(tmp_path / "site")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    site = Site(tmp_path / "site")
    assert set(listed()) - site.inventory() == set()
    assert list(site.dead_links()) == []
    assert list(site.raw_roles()) == []
    assert list(site.foreign_resources()) == []
    assert {"setup.schema.json", "reservation.schema.json"} <= {path.name for path in site.folder.iterdir()}


class Site:
    """The pages that were built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # The pages of search and index are the theme's, and the first is filled by a script.
        self.pages = {path: Reader.of(path) for path in folder.rglob("*.html") if path.name != "search.html"}

    def inventory(self) -> set[str]:
        """Return the names of Python's that other projects may refer to."""
        data = (self.folder / "objects.inv").read_bytes().split(b"\n", 4)[4]
        lines = zlib.decompress(data).decode().splitlines()
        return {line.split()[0] for line in lines if line.split()[1].startswith("py:")}

    def dead_links(self) -> Iterator[str]:
        for path, page in self.pages.items():
            for link in page.links:
                if re.match(r"[a-z]+:", link):
                    continue
                target, anchor = urldefrag(unquote(link))
                file = (path.parent / target).resolve() if target else path
                anchors = self.pages[file].anchors if file in self.pages else ()
                if not file.exists() or (anchor and anchor not in anchors):
                    yield f"{path.relative_to(self.folder)}: {link}"

    def raw_roles(self) -> Iterator[str]:
        """Yield references that a reader sees as they are written: a docstring's in Markdown, or vice versa."""
        for path in self.pages:
            role = re.search(r"(:\w+:|\{py:\w+\})<code", path.read_text(encoding="utf-8"))
            if role:
                yield f"{path.relative_to(self.folder)}: {role[0]}"

    def foreign_resources(self) -> Iterator[str]:
        """Yield what a browser would fetch from another host while it shows a page."""
        for path, page in self.pages.items():
            yield from (f"{path.name}: {link}" for link in page.resources if re.match(r"([a-z]+:)?//", link))
        for path in self.folder.rglob("*.css"):
            style = path.read_text(encoding="utf-8")
            yield from (
                f"{path.name}: {link}"
                for link in re.findall(r"(?:url\(|@import )[\"']?((?:https?:)?//[^\"')]+)", style)
            )


class Reader(HTMLParser):
    """What a page links to, loads, and can be linked to in."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.resources: list[str] = []
        self.anchors: set[str] = {"", "top"}

    @classmethod
    def of(cls, path: Path) -> Reader:
        reader = cls()
        reader.feed(path.read_text(encoding="utf-8"))
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value for name, value in attrs if value is not None}
        self.anchors |= {named["id"]} if "id" in named else set()
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        elif tag == "link" and named.get("rel") not in {"index", "search", "next", "prev"}:
            self.resources.append(named["href"])
        elif tag in {"script", "img", "iframe", "source"} and "src" in named:
            self.resources.append(named["src"])
