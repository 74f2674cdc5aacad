"""The examples of README.md, docs and the docstrings are tests: see tests/documented_examples.py."""

from __future__ import annotations

from documented_examples import DOCSTRINGS, PAGES

pytest_collect_file = (PAGES + DOCSTRINGS).pytest()
