"""What ledgers tell, as spans and metrics of OpenTelemetry (extra ``otel``: its API alone; the SDK is the host's)."""

from __future__ import annotations

from hotelpay.errors import MissingExtra

try:
    import opentelemetry.metrics as _opentelemetry
except ImportError as _missing:  # pragma: no cover  shown by a test in a process without it
    raise MissingExtra("hotelpay.adapters.otel", "otel") from _missing

from hotelpay.adapters.otel.metrics import LastCompleted, MetricObserver
from hotelpay.adapters.otel.spans import SpanObserver

del _opentelemetry

__all__ = ["LastCompleted", "MetricObserver", "SpanObserver"]
