"""What a review finds: a code with its severity, its place in the setup and its sentence."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import attrs

from hotelpay.messages import ENGLISH, FINDINGS, Language


class Severity(enum.Enum):
    """How bad a finding is: an ``error`` cannot do what was meant, a ``warning`` may not."""

    ERROR = "error"
    WARNING = "warning"


@attrs.frozen
class Finding:
    """One finding about a setup; ``path`` is that of the document (``tasks[2].amount``)."""

    code: str
    severity: Severity
    path: str
    values: Mapping[str, object] = attrs.field(factory=dict, hash=False)

    @property
    def message(self) -> str:
        """The finding as an English sentence."""
        return self.message_in(ENGLISH)

    def message_in(self, language: Language) -> str:
        """Return the finding as a sentence."""
        return language.sentence(FINDINGS, self.code, self.values)


def error(code: str, path: str, **values: object) -> Finding:
    """Return a finding that something cannot do what was meant."""
    return Finding(code, Severity.ERROR, path, values)


def warning(code: str, path: str, **values: object) -> Finding:
    """Return a finding that something may not do what was meant."""
    return Finding(code, Severity.WARNING, path, values)
