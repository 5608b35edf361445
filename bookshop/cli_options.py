"""Options that several commands share."""

from typing import Any

import click


class Words(click.ParamType[str]):
    """Text of at most so many characters; a terminal may pass other bytes."""

    name = "text"

    def __init__(self, max_chars: int) -> None:
        self.max_chars = max_chars

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text; raises BadParameter."""
        text = str(value)
        if any("\ud800" <= char <= "\udfff" for char in text):
            self.fail("It has bytes that are not UTF-8.", param, ctx)
        if len(text) > self.max_chars:
            self.fail(f"It has {len(text)} characters. Use at most {self.max_chars}.", param, ctx)
        return text


LINE, MESSAGE = Words(100), Words(2000)
# a column of the database has 64 characters
DELIVERY = Words(50)

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
lines_option = click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="ISBN[:QUANTITY]",
    help="Copies of a book; without QUANTITY, all that can be. Without --line, all copies. Repeatable.",
)
version_option = click.option(
    "--version",
    type=click.IntRange(min=0),
    help="The order's version as you saw it; refused if somebody has done something with the order since.",
)
