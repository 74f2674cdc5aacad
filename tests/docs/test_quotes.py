"""What a page quotes from a file of the repository stands there, word for word."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUOTE = re.compile(r"^```(?:python|text)\n# (examples/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUOTES = [
    (page, *found)
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for found in QUOTE.findall(page.read_text(encoding="utf-8"))
]


def test_there_are_quotes() -> None:
    assert {page.name for page, *_ in QUOTES} == {"adapting.md", "django.md", "fastapi.md"}


def test_every_quote_is_in_its_file() -> None:
    assert [file for _, file, quote in QUOTES if quote not in (ROOT / file).read_text(encoding="utf-8")] == []
