"""Render a mail: the template of its kind gives the plain text and the HTML."""

import re
import textwrap
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bookshop.web import formatting

FOLDER = Path(__file__).parents[1] / "templates"
PLAIN, HTML = "txt", "html"
LINE_CHARS = 72
# control characters but the line feed, and those that change a text's direction for what follows
UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
SPACE_BETWEEN = re.compile(r"\n{3,}")


def render(kind: str, form: str, timezone: str, context: Mapping[str, Any]) -> str:
    """Return a mail of this kind as PLAIN or HTML."""
    found = _environment(form, timezone).get_template(f"mail/{kind}.jinja")
    text = UNPRINTABLE.sub(" ", found.render(context))
    return SPACE_BETWEEN.sub("\n\n", text).strip() + "\n"


@lru_cache
def _environment(form: str, timezone: str) -> Environment:
    """Return the templates for mails; a kind's template extends `frame` and imports `parts`."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        auto_reload=False,
        autoescape=form == HTML,  # noqa: S701 - plain text has no markup
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    formatting.install(environment, timezone)
    environment.globals.update(frame=f"mail/_frame.{form}.jinja", parts=f"mail/_parts.{form}.jinja")
    environment.filters.update(wrap=wrap, paragraphs=paragraphs)
    return environment


def wrap(text: str, indent: str = "", bullet: str = "") -> str:
    """Return a paragraph in lines of a readable width; a link stays whole."""
    return textwrap.fill(
        " ".join(text.split()),
        LINE_CHARS,
        initial_indent=bullet or indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of what a bookseller wrote."""
    return [line for line in text.splitlines() if line.strip()]
