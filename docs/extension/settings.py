"""What can be set in Python: every field with its type and its default."""

from __future__ import annotations

from typing import Final, get_type_hints

import attrs
from sphinx.util.typing import stringify_annotation

from extension.names import public_name_of
from extension.signatures import default_text, is_private, taken
from extension.tables import code, table
from hotelpay import BonusPaymentType, BonusSettings, Deposit, GuaranteePolicy, HouseRules, Promises, Setup, Task
from hotelpay.adapters.mail import SmtpMailer, SmtpServer
from hotelpay.adapters.procrastinate import Timing
from hotelpay.documents import Limits

#: What is set where: the classes of each section.
SECTIONS: Final[tuple[tuple[str, tuple[type[attrs.AttrsInstance], ...]], ...]] = (
    ("The setup of a hotel", (Setup, Task, GuaranteePolicy, Deposit, BonusSettings, BonusPaymentType, HouseRules)),
    ("What a processor promises", (Promises,)),
    ("How large a document may be", (Limits,)),
    ("The mail server", (SmtpMailer, SmtpServer)),
    ("The engine", (Timing,)),
)


def text() -> str:
    """Return a table for each class, in sections."""
    return "\n".join(part for title, classes in SECTIONS for part in (f"## {title}\n", *map(_settings, classes)))


def _settings(cls: type[attrs.AttrsInstance]) -> str:
    hints = get_type_hints(cls)
    rows = [
        (
            code(field.alias),
            code(stringify_annotation(taken(field, hints), mode="smart").replace("~", "")),
            "required" if field.default is attrs.NOTHING else code(default_text(field.default)),
        )
        for field in attrs.fields(cls)
        if field.init and not is_private(field, hints)
    ]
    name = public_name_of(f"{cls.__module__}.{cls.__qualname__}")
    return f"{{py:class}}`{name}`\n\n{table(('field', 'type', 'default'), rows)}"
