"""The app, which has its setup checked whenever Django starts."""

from __future__ import annotations

from django.apps import AppConfig


class FrontDesk(AppConfig):
    name = "frontdesk"

    def ready(self) -> None:
        import frontdesk.checks  # noqa: F401, PLC0415  it registers its check
