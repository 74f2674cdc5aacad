"""What can be set beside the setup: classes of settings field by field, and variables of the environment."""

from __future__ import annotations

import re
from typing import Final, get_type_hints

import attrs
from sphinx.util.typing import stringify_annotation

from extension import commands
from extension.names import public_name_of
from extension.signatures import default_text, is_private, taken
from extension.tables import code, summary, table
from hotelpay import Promises
from hotelpay.adapters.mail import SmtpMailer, SmtpServer
from hotelpay.adapters.procrastinate import Timing
from hotelpay.documents import Limits

#: What is set where: the classes of each section.
SECTIONS: Final[tuple[tuple[str, tuple[type[attrs.AttrsInstance], ...]], ...]] = (
    ("What a processor promises", (Promises,)),
    ("How large a document may be", (Limits,)),
    ("E-mails", (SmtpMailer, SmtpServer)),
    ("The engine", (Timing,)),
)


def text() -> str:
    """Return a table for each class, in sections, and one of the variables."""
    parts = [part for title, classes in SECTIONS for part in (f"## {title}\n", *map(_settings, classes))]
    variables = [
        (code(each.envvar), code(each.opts[0]), each.help)
        for each in {each.envvar: each for each in commands.parameters() if each.envvar}.values()
    ]
    parts.append("## Variables of the environment\n\nThe command line reads them where the option is not given.\n")
    return "\n".join([*parts, table(("variable", "instead of", "meaning"), variables)])


def _settings(cls: type[attrs.AttrsInstance]) -> str:
    hints = get_type_hints(cls)
    rows = [
        (
            code(field.alias),
            code(re.sub(r"~?(?:\w+\.)+(?=\w)", "", stringify_annotation(taken(field, hints), mode="smart"))),
            "required" if field.default is attrs.NOTHING else code(default_text(field.default)),
        )
        for field in attrs.fields(cls)
        if field.init and not is_private(field, hints)
    ]
    name = public_name_of(f"{cls.__module__}.{cls.__qualname__}")
    return f"{{py:class}}`{name}`: {summary(cls)}\n\n{table(('field', 'type', 'default'), rows)}"
