"""Digests: which version of a value something was decided on, without keeping the value."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs


def digest(value: object) -> str:
    """Return a digest of a domain value: equal values have equal digests, in every process."""
    return hashlib.sha256(_canonical(value).encode(errors="surrogatepass")).hexdigest()[:32]


def _canonical(value: Any) -> str:  # noqa: ANN401, PLR0911  any value of the domain, kind by kind
    """Write a value in one way only; sets are sorted, since their own order differs between processes."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, ZoneInfo):
        return repr(value.key)
    if isinstance(value, Decimal):
        # 10 and 10.0 are equal; Decimal.normalize would depend on the caller's context.
        whole, _, fraction = f"{value:f}".partition(".")
        return f"{whole}.{fraction.rstrip('0')}"
    if attrs.has(type(value)):
        compared = (field.name for field in attrs.fields(type(value)) if field.eq)
        fields = (f"{name}={_canonical(getattr(value, name))}" for name in compared)
        return f"{type(value).__name__}({','.join(fields)})"
    if isinstance(value, frozenset | set):
        return "{" + ",".join(sorted(map(_canonical, value))) + "}"
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{name!r}:{_canonical(item)}" for name, item in value.items())) + "}"
    if isinstance(value, tuple | list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return repr(value)
