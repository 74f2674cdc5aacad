"""The directive ``public``: each name documented once, as users import it, and found under its definition's name too."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import ClassVar, Protocol

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec, stringify_annotation

from extension.names import home_of, is_alias, public_name_of, value_of


class PublicNames(SphinxDirective):
    """``.. public:: hotelpay`` with a name a line: each by the autodoc directive that fits it."""

    has_content = True
    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Document the names in their order."""
        module = self.arguments[0]
        found: list[nodes.Node] = []
        for name in self.content:
            if name.strip():
                found += self.parse_text_to_nodes("\n".join(entry(f"{module}.{name.strip()}")), allow_section_headings=False)
        return found


def entry(full_name: str) -> Iterator[str]:
    """Yield the lines that document one name."""
    value = value_of(full_name)
    if is_alias(value):
        yield from _alias(full_name)
    elif isinstance(value, type):
        kind = "exception" if issubclass(value, BaseException) else "class"
        yield f".. auto{kind}:: {full_name}"
        yield from ("   :members:", "   :undoc-members:", "   :member-order: bysource")
        if _has_telling_bases(value):
            yield "   :show-inheritance:"
    elif inspect.isroutine(value):
        yield f".. autofunction:: {full_name}"
    else:
        yield f".. autodata:: {full_name}"
    yield ""


def _has_telling_bases(value: type) -> bool:
    """Tell whether the bases say something: a protocol and ``object`` do not."""
    return not {base.__name__ for base in value.__bases__} <= {"object", "Protocol", "Generic"} and Protocol not in value.__bases__


def _alias(full_name: str) -> Iterator[str]:
    """Yield a type alias with what it stands for and the comment at its definition; autodoc would lose both."""
    module, _, name = full_name.rpartition(".")
    home, _, defined = home_of(full_name).rpartition(".")
    value = value_of(full_name)
    meaning = getattr(value, "__supertype__", value)
    yield f".. py:type:: {name}"
    yield f"   :module: {module}"
    yield f"   :canonical: {stringify_annotation(meaning, mode='smart')}"
    yield ""
    for line in ModuleAnalyzer.for_module(home).find_attr_docs().get(("", defined), ()):
        yield f"   {line}"


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.reference | None:
    """Resolve a reference to where a thing is defined, or from where it is defined, to its one entry."""
    if node.get("refdomain") != "py":
        return None
    target, module, owner = node["reftarget"], node.get("py:module"), node.get("py:class")
    around = [module, f"{module}.{owner}"] if module else []
    if module and owner:
        # Beside what is documented under a public name stand the names of the module that defines it.
        around.append(home_of_part(f"{module}.{owner}").rpartition(".")[0])
    domain = env.domains.python_domain
    for candidate in (target, *(f"{place}.{target}" for place in around)):
        public = public_name_of(candidate)
        if public in domain.objects:
            found = domain.objects[public]
            title = f"{public} ({found.objtype})"
            return _reference(app, node["refdoc"], found.docname, found.node_id, contnode, title)
    return None


def home_of_part(full_name: str) -> str:
    """Return the defining name of something public, or of a part of it."""
    try:
        return home_of(full_name)
    except (ImportError, AttributeError):
        return full_name


def _reference(  # noqa: PLR0913, PLR0917  what Sphinx's own function takes
    app: Sphinx, here: str, there: str, anchor: str, contents: nodes.TextElement, title: str
) -> nodes.reference:
    from sphinx.util.nodes import make_refnode  # noqa: PLC0415

    return make_refnode(app.builder, here, there, anchor, contents, title)
