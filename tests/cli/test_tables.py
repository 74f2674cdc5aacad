"""Tables for people: what belongs together stays together, at every width and without a terminal."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from examples import decided, eur, folio, reservation, task, utc
from hotelpay import (
    CardChoice,
    FolioCharges,
    HouseRules,
    Operation,
    Preview,
    Reservation,
    Run,
    Share,
    Task,
    as_if_active,
    preview,
)
from hotelpay.cli import made_up_hotel, tables
from hotelpay.documents import parse_setup
from hotelpay.findings import review

SOFIA = HouseRules(timezone="Europe/Sofia")


def drawn(table: RenderableType, width: int) -> list[str]:
    """Draw a table on a terminal of a width; rows without what they are padded with."""
    paper = io.StringIO()
    Console(file=paper, width=width, force_terminal=False).print(table)
    return [line.rstrip() for line in paper.getvalue().splitlines()]


def words(line: str) -> str:
    """Return a line with single spaces."""
    return " ".join(line.split())


def ahead(*tasks: Task, at: str = "2024-01-10 08:00", **fields: object) -> Preview:
    """Preview tasks on one reservation."""
    return preview(tasks, [reservation(**fields)], at=utc(at), rules=SOFIA)


TWO_RUNS = (
    task(id="whole-balance", max_amount=eur("100.00")),
    task(id="virtual-card", card=CardChoice.LAST_OTA, operation=Operation.PREAUTHORIZATION),
)


def test_a_preview_has_a_line_a_row_where_that_fits() -> None:
    *_, first, second = drawn(tables.preview_table(ahead(*TWO_RUNS), SOFIA.timezone), 140)
    assert words(first) == "2024-01-10 09:30 whole-balance R1 payment F1 c1 320.00 EUR above_max_amount"
    assert second.endswith("320.00 EUR  no_card, after whole-balance")


def test_a_preview_has_two_lines_a_row_where_one_does_not_fit() -> None:
    *_, first, below, _, _ = drawn(tables.preview_table(ahead(*TWO_RUNS), SOFIA.timezone), 90)
    assert words(first) == "2024-01-10 whole-balance R1 payment 320.00 EUR"
    assert words(below) == "09:30 F1 c1 above_max_amount"


def test_the_offset_stands_in_the_heading_where_all_rows_share_it() -> None:
    lines = drawn(tables.preview_table(ahead(*TWO_RUNS), SOFIA.timezone), 140)
    assert any(line.startswith("due (+0200)") for line in lines)


def test_on_the_night_of_a_clock_change_every_row_bears_its_own_offset() -> None:
    """03:30 happens twice on that night in Sofia."""
    twice = (task(id="first"), task(id="second", offset_hours=1))
    result = ahead(*twice, at="2024-10-27 02:00", created_at=utc("2024-10-27 00:30"))
    text = "\n".join(drawn(tables.preview_table(result, SOFIA.timezone), 140))
    assert "2024-10-27 03:30+0300" in text
    assert "2024-10-27 03:30+0200" in text


def test_an_empty_preview_is_a_table_without_rows() -> None:
    lines = drawn(tables.preview_table(ahead(), SOFIA.timezone), 140)
    assert lines[0].endswith(": no runs")


def explained(amount: FolioCharges | None = None, taken: Reservation | None = None) -> list[str]:
    run = decided(as_if_active(task(amount=amount) if amount else task()), taken or reservation(), "2024-01-10 08:00")
    assert isinstance(run, Run)
    assert run.amount is not None
    return drawn(tables.breakdown_table(run, run.amount), 80)


def test_a_breakdown_tells_what_was_compared_from_what_counts() -> None:
    """The decimal points of what counts stand in one column, whatever the decimals."""
    third = FolioCharges(percent=Share.of(30), nights=1, fixed=eur("5.00"))
    _, _, heading, _, *lines, _, total = explained(third, reservation(folios=[folio("100.00")]))
    assert heading.split() == ["compared", "EUR"]
    assert [line.split()[0] for line in lines] == ["charges", "percent", "nights", "fixed", "rounding"]
    assert [line.split()[-1] for line in (*lines, total)] == [
        *("100.00", "30.00", "33.33333…", "5.00", "-0.00333…", "38.33"),
    ]
    assert len({line.rindex(".") for line in (*lines[2:], total)}) == 1
    assert len({line.rindex(".") for line in lines[:2]}) == 1


def test_a_breakdown_without_a_comparison_has_one_column_of_amounts() -> None:
    lines = explained()
    assert lines[2].split() == ["EUR"]
    assert [line.split() for line in lines[4:]][::2] == [["amount", "due", "320.00"], ["total", "320.00"]]


def test_a_finding_takes_two_lines_where_one_does_not_fit() -> None:
    findings = review(parse_setup(json.dumps(made_up_hotel.setup())))
    wide, narrow = (drawn(tables.findings_table(findings), width) for width in (300, 80))
    first = findings[0]
    assert any(line.split()[1:3] == [first.path, first.code] and line.endswith(first.message) for line in wide)
    assert any(line.split() == ["warning", first.path, first.code] for line in narrow)
    assert max(map(len, narrow)) <= 80


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with the made-up hotel's setup, and one reservation whose id is in another script."""
    (tmp_path / "setup.json").write_text(json.dumps(made_up_hotel.setup()))
    document = {**made_up_hotel.reservations()[0], "id": "Бронь-1"}
    (tmp_path / "reservations.jsonl").write_text(json.dumps(document))
    return tmp_path


def previewed(files: Path, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "FORCE_COLOR"}}
    arguments = ["preview", "-s", "setup.json", "-r", "reservations.jsonl", "--at", made_up_hotel.NOW.isoformat()]
    ran = subprocess.run(
        [sys.executable, "-m", "hotelpay", *arguments],
        capture_output=True,
        check=True,
        cwd=files,
        encoding="utf-8",
        env={**inherited, "PYTHONIOENCODING": "utf-8", **environment},
    )
    return ran.stdout


def test_without_a_terminal_a_row_is_one_line(files: Path) -> None:
    *_, row = previewed(files).splitlines()
    assert words(row).endswith("ota-card Бронь-1 payment F1 c1 74400.00 RUB above_max_amount")


def test_what_the_output_cannot_write_is_a_question_mark(files: Path) -> None:
    *_, row = previewed(files, PYTHONIOENCODING="ascii").splitlines()
    assert "?????-1" in row
