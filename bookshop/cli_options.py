"""Options that several commands share."""

import click

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
