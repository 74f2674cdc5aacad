"""Pages for a browser, written to standard output."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from hotelpay.autopilot.decision import Skip
from hotelpay.autopilot.preview import Preview
from hotelpay.cli.output import write_whole
from hotelpay.cli.speech import for_readers
from hotelpay.hotel import Setup

#: What a hotel is called where nobody named it.
_UNNAMED: Final = attrs.fields(Setup).hotel.default


def write_preview_page(
    result: Preview, hotel: Setup, missed: Iterable[Skip] | None, *, task: str | None, reservation: str | None
) -> None:
    """Write a preview as a page; ``task`` and ``reservation`` are what alone was asked about.

    It is in the language that was asked for, else in English.
    """
    from hotelpay.pages import PageHead, preview_html  # noqa: PLC0415  no other format waits for it

    name = "" if hotel.hotel == _UNNAMED else hotel.hotel
    about = PageHead(zone=hotel.timezone, hotel=name, paused=hotel.paused, task=task, reservation=reservation)
    write_whole(preview_html(result, about, skips=missed, language=for_readers(hotel.timezone)))
