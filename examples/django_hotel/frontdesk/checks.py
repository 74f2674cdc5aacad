"""A system check of the autopilot's setup: `manage.py check`, and every start of the server, shows what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from hotelpay import Severity, review
from hotelpay.documents import DocumentError, load_setup


@register()
def check_autopilot(**_: object) -> Iterable[CheckMessage]:
    return list(_found())


def _found() -> Iterator[CheckMessage]:
    path = settings.HOTELPAY_SETUP
    try:
        setup = load_setup(path)
    except DocumentError as error:
        for fault in error.faults:
            yield Error(f"{fault.path}: {fault.message}", obj=f"{path.name}:{fault.line}", id=f"hotelpay.{fault.code}")
        return
    if str(setup.timezone) != settings.TIME_ZONE:
        yield Error("TIME_ZONE is not the hotel's", obj=path.name, hint=str(setup.timezone), id="hotelpay.timezone")
    for finding in review(setup):
        kind = Error if finding.severity is Severity.ERROR else Warning
        yield kind(f"{finding.path}: {finding.message}", obj=path.name, id=f"hotelpay.{finding.code}")
