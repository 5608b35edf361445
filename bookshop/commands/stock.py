"""`bookshop stock`: set stock and prices from a till export."""

from pathlib import Path

from bookshop.commands.import_files import exit_with_errors, market_of
from bookshop.commands.import_json import stock_to_json
from bookshop.commands.import_report import echo_stock
from bookshop.commands.output import echo_json
from bookshop.commands.progress import advance_to, open_progress
from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from bookshop.importing.import_stock import StockReport, import_stock_file
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.input_file import InputFile, find_input_files
from bookshop.onix.table_options import TableOptions
from bookshop.settings import settings_or_exit


def import_stock(file: Path, options: TableOptions, *, as_json: bool) -> None:
    """Set stock and prices, and print the result; exit with 1 if the file is unreadable."""
    settings = settings_or_exit()

    async def run(database: Database) -> StockReport:
        try:
            source = find_table(file, options)
        except UnreadableFile as problem:
            return StockReport(file.name, problem=str(problem))
        with open_progress(source) as bar:
            return await import_stock_file(database, source, market_of(settings), on_progress=advance_to(bar))

    report = run_with_database(settings, run)
    if as_json:
        echo_json(stock_to_json(report))
    else:
        echo_stock(report)
    exit_with_errors([report])


def find_table(file: Path, options: TableOptions) -> InputFile:
    """Return the file, or the only one in a zip; raises UnreadableFile."""
    first, *others = find_input_files(file, options=options)
    if others:
        raise UnreadableFile("The zip has several files in it. Unpack it, and name the one with the stock.")
    return first
