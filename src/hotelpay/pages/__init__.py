"""Pages that people open in a browser: one file each, with nothing in it from elsewhere."""

from __future__ import annotations

from hotelpay.pages.preview import PageHead, preview_html

__all__ = ["PageHead", "preview_html"]
