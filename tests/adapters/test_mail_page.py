"""The page on e-mails lists what there is, and nothing else."""

from __future__ import annotations

import enum
import re
from pathlib import Path

import attrs
import pytest

from hotelpay.adapters.mail import Placeholder, Refusal, Rule, SmtpServer, Tls

PAGE = (Path(__file__).parents[2] / "docs" / "mail.md").read_text(encoding="utf-8")


def table(heading: str) -> list[str]:
    """Return what stands in backquotes in the first cells of the table with these heads."""
    body = re.search(rf"^\| {heading} \|\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert body is not None
    return [name for row in body[1].splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])]


@pytest.mark.parametrize(
    ("heading", "listed"),
    [(r"placeholder \| stands for", Placeholder), (r"code \| what is wrong", Rule), (r"code \| why", Refusal)],
)
def test_every_name_is_listed_in_its_order(heading: str, listed: type[enum.Enum]) -> None:
    assert table(heading) == [each.value for each in listed]


def test_every_setting_is_told() -> None:
    assert table(r"setting \| is") == [field.name for field in attrs.fields(SmtpServer)]
    assert [mode.name for mode in Tls if f"`{mode.name}`" not in PAGE] == []
