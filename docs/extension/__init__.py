"""What this site adds to Sphinx: the API by public name, pages made from the code, links into the repository."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from extension import citations, pages, public, schemas, signatures


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything."""
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("public", public.PublicNames)
    app.connect("autodoc-process-bases", public.show_bases)
    app.connect("autodoc-process-docstring", citations.link)
    app.connect("autodoc-process-signature", signatures.show)
    app.connect("missing-reference", public.resolve)
    app.connect("object-description-transform", public.shorten_contents)
    app.connect("source-read", pages.make)
    app.connect("build-finished", schemas.write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
