"""A real Chromium for the pages that people open: the machine's own, since none is installed with Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal

import attrs
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
#: What a page breaks of its own policy is told to who listens.
_LISTENING: Final = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
"""


@attrs.define
class Opened:
    """A page in the browser, with all that it said and asked for since it was opened."""

    page: Page
    said: list[str] = attrs.field(factory=list)
    asked: list[str] = attrs.field(factory=list)

    @property
    def broken(self) -> list[str]:
        """What the page tried that its policy forbids."""
        found: list[str] = self.page.evaluate("window.broken")
        return found

    def settle(self) -> None:
        """Wait until what was typed or clicked has been followed: the script does that before the next frame."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def chromium() -> str:
    """Return where the machine's Chromium is."""
    named = os.environ.get("HOTELPAY_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None or not Path(found).exists():
        raise pytest.UsageError(
            f"no Chromium is there ({named or ', '.join(_NAMES)}): install one (Debian: apt-get install chromium), "
            "or name it in HOTELPAY_CHROMIUM"
        )
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Without its sandbox: a container has no user of its own for it, and the pages are ours.
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open pages, given as texts or by their address, each in a window of its own."""
    contexts = []

    def opened(
        page: str,
        *,
        width: int = 1280,
        color_scheme: Literal["light", "dark"] = "light",
        scripts: bool = True,
        spoiled: str = "",
    ) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=color_scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        context.add_init_script(f"{_LISTENING}\n{spoiled}")
        found = Opened(context.new_page())
        found.page.on("console", lambda message: found.said.append(message.text))
        found.page.on("pageerror", lambda error: found.said.append(str(error)))
        found.page.on("dialog", lambda dialog: (found.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        found.page.on("request", lambda request: found.asked.append(request.url))
        address = page
        if not page.startswith("http"):
            file = tmp_path / f"page-{len(contexts)}.html"
            file.write_text(page, encoding="utf-8")
            address = file.as_uri()
        found.page.goto(address)
        return found

    yield opened
    for context in contexts:
        context.close()
