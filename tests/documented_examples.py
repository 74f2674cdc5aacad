"""The examples of the documentation as tests: Python, documents, and commands with what they print.

How a page writes them is told in CONTRIBUTING.md. The examples of one page share a namespace and a folder.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

from jsonschema import Draft202012Validator
from sybil import Document, Example, Region, Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer
from sybil.parsers.rest import DocTestParser
from sybil.typing import Evaluator, Parser

from hotelpay.documents import load_processed, load_reservations, load_setup, reservation_from
from hotelpay.documents.schema import SCHEMAS

ROOT: Final = Path(__file__).parents[1]
#: Stands in a shown output for lines that are left out.
_LEFT_OUT: Final = "…"
#: The first line of a Python block that is a file.
_MODULE: Final = re.compile(r"# (\w+\.py)\n")


class InOrder(Document):
    """A document whose examples build on one another, in whatever order and on whatever worker they are asked for.

    An example first runs those before it that have not run here; each fails for itself alone.
    """

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        self._outcomes: dict[int, Exception | None] = {}

    def evaluate(self, example: Example, evaluator: Evaluator) -> None:
        del evaluator
        for each in self.examples():
            if each.start <= example.start and each.start not in self._outcomes:
                self._outcomes[each.start] = self._outcome(each)
        failure = self._outcomes[example.start]
        if failure is not None:
            raise failure

    def _outcome(self, example: Example) -> Exception | None:
        try:
            with self.surroundings():
                self.run(example)
        except Exception as error:  # noqa: BLE001  it is raised where this example's own test asks for it
            return error
        return None

    def run(self, example: Example) -> None:
        """Run an example that has not run yet."""
        assert example.region.evaluator is not None
        super().evaluate(example, example.region.evaluator)

    @contextlib.contextmanager
    def surroundings(self) -> Iterator[None]:
        """Give an example what it runs in."""
        yield


class Docstrings(InOrder, PythonDocStringDocument):
    """The docstrings of a module; their examples are doctests in the module's own namespace."""


class Page(InOrder):
    """A Markdown page: its examples work in one folder, and what Python prints is kept to be compared."""

    printed: str = ""

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        self._modules: dict[str, ModuleType] = {}

    @property
    def folder(self) -> Path:
        """The folder of the page's documents, made when the first example needs it."""
        if "_folder" not in self.namespace:
            self.namespace["_folder"] = self.namespace["tmp_path_factory"].mktemp(Path(self.path).stem)
        folder: Path = self.namespace["_folder"]
        return folder

    @contextlib.contextmanager
    def surroundings(self) -> Iterator[None]:
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(io.StringIO()) as out, self._own_modules():
            yield
        self.printed = out.getvalue() or self.printed

    @contextlib.contextmanager
    def _own_modules(self) -> Iterator[None]:
        """Let examples import the files that the page keeps; no other page finds them."""
        folder = str(self.folder)
        sys.path.insert(0, folder)
        sys.modules.update(self._modules)
        try:
            yield
        finally:
            sys.path.remove(folder)
            loaded = [name for name, module in list(sys.modules.items()) if _is_in(folder, module)]
            self._modules = {name: sys.modules.pop(name) for name in loaded}

    def run(self, example: Example) -> None:
        """Run an example; one that begins with the name of a file is that file, and is imported."""
        found = _MODULE.match(example.parsed) if isinstance(example.parsed, str) else None
        if found is None:
            super().run(example)
        else:
            self._import_file(found[1], example.parsed)

    def _import_file(self, name: str, source: str) -> None:
        """Add a block to its file, and import that as a reader does who saved it: its names are not the page's."""
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(source)
        module = name.removesuffix(".py")
        sys.modules.pop(module, None)
        importlib.invalidate_caches()
        importlib.import_module(module)


def _is_in(folder: str, module: ModuleType) -> bool:
    return (getattr(module, "__file__", None) or "").startswith(folder + os.sep)


def _page(example: Example) -> Page:
    assert isinstance(example.document, Page)
    return example.document


def _keep_document(example: Example) -> str | None:
    """Write a document to the page's folder, and load it unless its name says that it is faulty."""
    path = _page(example).folder / str(example.region.lexemes["name"])
    path.write_text(example.parsed, encoding="utf-8")
    load = _loader(path)
    if load is None:
        return f"no loader is known for {path.name}"
    load(path)
    return None


def _loader(path: Path) -> Callable[[Path], object] | None:
    match path.stem.split("-"):
        case ["faulty", *_]:
            return lambda _: None
        case ["processed", *_]:
            return load_processed
        case ["reservations", *_]:
            return lambda path: list(load_reservations(path))
        case ["reservation", *_]:
            return _load_reservation
        case ["setup", *_]:
            return load_setup if path.suffix == ".toml" else _load_setup
        case _:
            return None


def _load_setup(path: Path) -> None:
    Draft202012Validator(SCHEMAS["setup"]()).validate(json.loads(path.read_bytes()))
    load_setup(path)


def _load_reservation(path: Path) -> None:
    value = json.loads(path.read_bytes())
    Draft202012Validator(SCHEMAS["reservation"]()).validate(value)
    reservation_from(value)


def _compare_printed(example: Example) -> str | None:
    return _difference(example.parsed, _page(example).printed)


def _run_commands(example: Example) -> str | None:
    """Run every line that begins with ``$`` in the page's folder, and compare what it prints."""
    for command, shown in _commands(example.parsed):
        difference = _difference(shown, _output(command, _page(example).folder))
        if difference is not None:
            return f"$ {command}\n{difference}"
    return None


def _commands(session: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        length = next(number for number, line in enumerate(lines, 1) if not line.endswith("\\"))
        yield "\n".join(lines[:length]), "\n".join(lines[length:])


def _output(command: str, folder: Path) -> str:
    """Return what a shell command writes, to standard output and standard error alike."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # Not a terminal, so tables are as wide as they like.
    environment = {
        key: value for key, value in os.environ.items() if key not in ("COLUMNS", "FORCE_COLOR", "HOTELPAY_LANG")
    }
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**environment, "PATH": path, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    ).stdout


def _difference(shown: str, found: str) -> str | None:
    """Return how an output differs from the one shown; blanks at the ends of lines do not count."""
    wanted, lines = _stripped(shown), _stripped(found)
    if _LEFT_OUT in wanted:
        place = wanted.index(_LEFT_OUT)
        end = place + 1 - len(wanted)
        wanted.pop(place)
        lines[place : end or None] = []
    if wanted == lines:
        return None
    return "\n".join(difflib.unified_diff(wanted, lines, "shown", "found", lineterm=""))


def _stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def _fenced(info: str, evaluate: Evaluator) -> Parser:
    """Return what finds the fenced blocks with an info line of this shape."""
    lexer = RawFencedCodeBlockLexer(re.compile(rf"{info}$\n", re.MULTILINE))

    def parse(document: Document) -> Iterable[Region]:
        for region in lexer(document):
            region.parsed, region.evaluator = region.lexemes["source"], evaluate
            yield region

    return parse


PAGES: Final = Sybil(
    [
        PythonCodeBlockParser(),
        _fenced(r"(?:json|toml) (?P<name>\S+)", _keep_document),
        _fenced("text output", _compare_printed),
        _fenced("console", _run_commands),
    ],
    path=str(ROOT),
    pattern="*.md",
    fixtures=["tmp_path_factory"],
    document_types={".md": Page},
)
DOCSTRINGS: Final = Sybil([DocTestParser()], path=str(ROOT / "src"), pattern="*.py", document_types={".py": Docstrings})
