"""The directive ``public``: each name documented once, as users import it, and found by its definition's name too."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import ClassVar, Final, get_type_hints

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import object_description
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import OptionSpec, stringify_annotation

from extension.names import home_of, is_alias, listed_names, public_name_of, value_of
from extension.signatures import private_fields

API: Final = Path(__file__).parents[1] / "api"
#: A value that is written out is at most so long.
_SHORT: Final = 60


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
                found += self.parse_text_to_nodes(
                    "\n".join(entry(f"{module}.{name.strip()}")), allow_section_headings=False
                )
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
        hidden = private_fields(value)
        if hidden:
            yield f"   :exclude-members: {', '.join(hidden)}"
        if any(map(_is_telling, value.__bases__)):
            yield "   :show-inheritance:"
        if not all(map(_is_shown, value.__bases__)):
            # What a base that is no entry of its own brings is shown here.
            yield f"   :inherited-members: {', '.join(each.__name__ for each in value.__mro__[1:] if _is_shown(each))}"
    elif inspect.isroutine(value):
        yield f".. autofunction:: {full_name}"
    else:
        yield from _constant(full_name)
    yield ""


def show_bases(app: Sphinx, name: str, obj: object, options: object, bases: list[type]) -> None:
    """Leave only the bases that tell a reader something."""
    del app, name, obj, options
    bases[:] = filter(_is_telling, bases)


def _is_telling(base: type) -> bool:
    return _is_shown(base) and base.__name__ not in {"object", "Protocol", "Generic"}


def _is_shown(base: type) -> bool:
    """Tell whether a base is an entry of ours, or somebody else's."""
    name = public_name_of(f"{base.__module__}.{base.__qualname__}")
    return not name.startswith("hotelpay") or name in documented()


@functools.cache
def documented() -> frozenset[str]:
    """Return the full names that have an entry."""
    return frozenset(listed_names(API))


def _alias(full_name: str) -> Iterator[str]:
    """Yield a type alias with what it stands for and the comment at its definition; autodoc would lose both."""
    module, _, name = full_name.rpartition(".")
    home = home_of(full_name).rpartition(".")[0]
    meaning = _meaning(value_of(full_name), home)
    yield from (f".. py:type:: {name}", f"   :module: {module}")
    yield f"   :canonical: {stringify_annotation(meaning, mode='smart')}"
    yield from ("", *_comment(full_name))


def _constant(full_name: str) -> Iterator[str]:
    """Yield a constant with its type, its value where that is short, and the comment at its definition."""
    module, _, name = full_name.rpartition(".")
    value = value_of(full_name)
    shown = object_description(value)
    yield from (f".. py:data:: {name}", f"   :module: {module}")
    yield f"   :type: {stringify_annotation(type(value), mode='smart')}"
    if len(shown) <= _SHORT:
        yield f"   :value: {shown}"
    yield from ("", *_comment(full_name))


def _comment(full_name: str) -> list[str]:
    home, _, defined = home_of(full_name).rpartition(".")
    return [f"   {line}" for line in ModuleAnalyzer.for_module(home).find_attr_docs().get(("", defined), ())]


def _meaning(value: object, home: str) -> object:
    """Return what an alias stands for, with the names in quotes that it may hold looked up in its module."""
    alias = types.new_class("Alias")
    alias.__annotations__ = {"meaning": getattr(value, "__supertype__", value)}
    return get_type_hints(alias, vars(import_module(home)))["meaning"]


def shorten_contents(app: Sphinx, domain: str, kind: str, content: addnodes.desc_content) -> None:
    """Keep what belongs to a class out of the list of contents: a page has hundreds of fields and methods."""
    del app
    if domain == "py" and kind in {"attribute", "method", "property"}:
        for signature in content.parent.findall(addnodes.desc_signature):
            signature["_toc_name"] = ""


def resolve(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, contnode: nodes.TextElement
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
            return make_refnode(app.builder, node["refdoc"], found.docname, found.node_id, contnode, public)
    return None


def home_of_part(full_name: str) -> str:
    """Return the defining name of something public; of anything else the name itself."""
    try:
        return home_of(full_name)
    except (ImportError, AttributeError):
        return full_name
