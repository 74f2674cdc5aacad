"""Every kind of bad input is answered as the table says, and the page says what the table does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from border.inputs import ROWS, Row
from border.inputs_page import PAGE, page
from border.planted import is_told_by

EVERY = {
    f"{group}-{row.given}-{row.to}".replace(" ", "_").encode("ascii", "ignore").decode(): row
    for group, rows in ROWS.items()
    for row in rows
}
FEWEST = 128


@pytest.mark.parametrize("row", EVERY.values(), ids=EVERY)
def test_an_input_is_answered_as_the_table_says(row: Row) -> None:
    """A document's fault has its line and its path; an object's error names the field."""
    answer = row.answer()
    assert (answer.code, answer.where) == (row.code, row.where), answer.said
    assert answer.said
    assert len(answer.said) < 400
    assert answer.said.isprintable()


@pytest.mark.parametrize("row", [row for row in EVERY.values() if "4111" in row.given])
def test_only_an_id_tells_a_card_number_again(row: Row) -> None:
    answer = row.answer()
    assert is_told_by(f"{answer.said} {answer.where}") == (row.to in {"a reservation's id", "a folio's id"})


def test_the_page_says_what_the_table_does(record_property: Callable[[str, object], None]) -> None:
    """Where it does not, write it anew: PYTHONPATH=tests python -m border.inputs_page."""
    assert len(EVERY) >= FEWEST
    record_property("input_runs", len(EVERY))
    assert PAGE.read_text(encoding="utf-8") == page()
