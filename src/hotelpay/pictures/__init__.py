"""Pictures where people would rather look: drawn from decisions, as text that a browser or a terminal shows."""

from __future__ import annotations

from hotelpay.pictures.calendars import calendar_svg
from hotelpay.pictures.panels import Counted
from hotelpay.pictures.timelines import timeline_svg

__all__ = ["Counted", "calendar_svg", "timeline_svg"]
