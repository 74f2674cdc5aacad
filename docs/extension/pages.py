"""Pages that are made while the site is built: from the code, and from the repository's files outside this folder.

A page says where with a block: ``{generated}`` and a name, or ``{repository}`` and a file. Links that lead out of the
folder are turned to the page that shows what they lead to.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

from extension import codes, commands, events, schemas, settings

DOCS: Final = Path(__file__).parents[1]
ROOT: Final = DOCS.parent

#: The page that shows a file of the repository.
SHOWN_ON: Final[Mapping[str, str]] = {
    "README.md": "project/readme",
    "CHANGELOG.md": "project/changelog",
    "CONTRIBUTING.md": "project/contributing",
    "SECURITY.md": "project/security",
    "LICENSE": "project/licence",
    "changes/README.md": "project/changes",
    "benchmarks/RESULTS.md": "project/benchmarks",
    "examples/django_hotel/README.md": "examples/django_hotel",
    "examples/fastapi_hotel/README.md": "examples/fastapi_hotel",
    "examples/async_host/host.py": "examples/async_host",
    "examples/tiny_pms/adapter.py": "examples/tiny_pms",
}
GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "codes": codes.text,
    "commands": commands.text,
    "events": events.text,
    "schemas": schemas.text,
    "settings": settings.text,
}
_FILE: Final = re.compile(r"^```\{repository\} (\S+)\n```$", re.MULTILINE)
_GENERATED: Final = re.compile(r"^```\{generated\} (\S+)\n```$", re.MULTILINE)
_LINK: Final = re.compile(r"(?<=\]\()([^)\s#]+)(#[^)\s]+)?(?=\))")
#: A doctest needs a blank line before the fence; a reader does not.
_AFTER_DOCTEST: Final = re.compile(r"\n\n```$", re.MULTILINE)
_BLOCK: Final = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def make(app: Sphinx, page: str, source: list[str]) -> None:
    """Complete the source of a page, before it is read."""
    if app.env.doc2path(page).suffix != ".md":
        return
    text = _turned(_AFTER_DOCTEST.sub("\n```", source[0]), page, DOCS / page)
    text = _FILE.sub(lambda block: _shown(block[1], page), text)
    source[0] = _GENERATED.sub(lambda block: GENERATED[block[1]](), text)


def _shown(file: str, page: str) -> str:
    return _turned((ROOT / file).read_text(encoding="utf-8"), page, ROOT / file)


def _turned(text: str, page: str, written_in: Path) -> str:
    """Return a text with links as seen from ``page``, where it was written to be read in another place."""

    def turn(link: re.Match[str]) -> str:
        return _from_page(link[1], page, written_in.parent) + (link[2] or "")

    parts = _BLOCK.split(text)
    return "".join(part if part.startswith("```") else _LINK.sub(turn, part) for part in parts)


def _from_page(target: str, page: str, folder: Path) -> str:
    """Return the target of a link, given from the folder that it was written in, as the page has to write it."""
    if "://" in target or target.startswith("mailto:"):
        return target
    file = (folder / target).resolve()
    shown = SHOWN_ON.get(os.path.relpath(file, ROOT))
    place = DOCS / f"{shown}.md" if shown else file
    return os.path.relpath(place, (DOCS / page).parent)
