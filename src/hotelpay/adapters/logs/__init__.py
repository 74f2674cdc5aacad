"""What ledgers tell, as records of the standard ``logging``; and a formatter that writes them as JSON Lines."""

from __future__ import annotations

from hotelpay.adapters.logs.json_lines import JsonLines
from hotelpay.adapters.logs.observer import LogObserver

__all__ = ["JsonLines", "LogObserver"]
