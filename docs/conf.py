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
if not (HERE.parent / "SECURITY.md").is_file():
    exclude_patterns.append("project/security.md")
nitpicky = True
# Names of Python and of other packages: nothing is asked of the internet, so they stay words. Ours have to resolve.
nitpick_ignore_regex = [
    (
        "py:.*",
        r"(attrs|babel|collections|contextlib|datetime|decimal|enum|fractions|hypothesis|logging|opentelemetry|pathlib|"
        r"procrastinate|sqlalchemy|ssl|stripe|threading|zoneinfo)\..+",
    ),
]

myst_heading_anchors = 4

autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = f"hotelpay {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False

copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True
copybutton_line_continuation_character = "\\"
