"""How the documentation becomes a site: `make docs`."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "hotelpay"
author = "The hotelpay developers"
copyright = "The hotelpay developers, MIT licence"  # noqa: A001  the name that Sphinx reads
version = release = version_of("hotelpay")

extensions = ["extension", "myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
exclude_patterns = ["extension", "static", "pictures"]
nitpicky = True
# What stands there is shown: two hyphens are the beginning of an option, not a dash.
smartquotes = False
# Names of Python and of other packages: nothing is asked of the internet, so they stay words. Ours have to resolve.
_PYTHON = "collections|contextlib|datetime|decimal|enum|fractions|logging|pathlib|ssl|threading|zoneinfo"
_OTHERS = "attrs|babel|hypothesis|opentelemetry|procrastinate|sqlalchemy|stripe"
nitpick_ignore_regex = [("py:.*", rf"({_PYTHON}|{_OTHERS})\..+")]

myst_heading_anchors = 4

autodoc_preserve_defaults = True
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
# Counted with the modules of all types, which are not shown.
python_maximum_signature_line_length = 140

html_theme = "furo"
html_title = f"hotelpay {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False

# Of a session the commands are copied, of an output nothing.
copybutton_selector = "div:not(.highlight-text) > div.highlight > pre"
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True
copybutton_line_continuation_character = "\\"
