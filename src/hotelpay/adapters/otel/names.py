"""The names that spans and metrics share, in the manner of OpenTelemetry's conventions."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

#: The instrumentation scope of all of them, and its version.
SCOPE: Final = "hotelpay"
SCOPE_VERSION: Final = version("hotelpay")

HOTEL: Final = "hotelpay.hotel"
KIND: Final = "hotelpay.kind"
OUTCOME: Final = "hotelpay.outcome"
PURPOSE: Final = "hotelpay.purpose"
ANSWER: Final = "hotelpay.answer"
CODE: Final = "hotelpay.code"
PERSON: Final = "hotelpay.person"
STATE: Final = "hotelpay.cycle.state"
