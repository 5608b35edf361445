"""Import covers from files named by ISBN; one that fails does not stop the others."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path

from bookshop.covers.candidate_files import CandidateFile, list_candidates
from bookshop.covers.cover_import import PICTURES_PER_BATCH, Advance, CoverImport, run_concurrently
from bookshop.covers.cover_report import CoverReport, RefusedPicture
from bookshop.covers.errors import InvalidPicture
from bookshop.covers.picture_folder import delete_unfinished
from bookshop.covers.store import list_versions
from bookshop.database import Database
from bookshop.trade.isbn import parse_isbn


async def import_files(
    database: Database, folder: Path, source: Path, advance: Advance = lambda: None
) -> CoverReport:
    """Import the pictures of a folder or a zip; raises CoverFolderError."""
    run = CoverImport(database, folder)
    await asyncio.to_thread(delete_unfinished, folder)
    names: dict[str, str] = {}
    with ExitStack() as stack:
        files = list_candidates(source, stack)
        while batch := list(islice(files, PICTURES_PER_BATCH)):
            isbns = [isbn for file in batch if (isbn := parse_isbn(file.stem))]
            versions = await database.read(list_versions, isbns)
            work = partial(_import_file, run, versions, names)
            await run_concurrently(work, batch, os.cpu_count() or 1, advance)
    return run.report


async def _import_file(
    run: CoverImport, versions: Mapping[str, str], names: dict[str, str], file: CandidateFile
) -> None:
    """Import one file; `names` are the files of this run by ISBN, the first of each book counts."""
    report, isbn = run.report, parse_isbn(file.stem)
    if isbn is None:
        reason = file.problem or "The file name is not an ISBN."
        report.refused.append(RefusedPicture(file.name, reason))
    elif isbn not in versions:
        report.unknown.append(file.name)
    elif names.setdefault(isbn, file.name) != file.name:
        # otherwise each run would import both in turn
        report.refused.append(RefusedPicture(file.name, f"{names[isbn]} is of the same book."))
    else:
        try:
            await run.save(isbn, versions[isbn], await asyncio.to_thread(file.read))
        except InvalidPicture as problem:
            report.refused.append(RefusedPicture(file.name, str(problem)))
