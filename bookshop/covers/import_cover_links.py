"""Import covers from the links in feeds; one that fails does not stop the others."""

import asyncio
from functools import partial
from pathlib import Path

import httpx

from bookshop.covers.cover_import import PICTURES_PER_BATCH, Advance, CoverImport, run_concurrently
from bookshop.covers.cover_report import CoverReport, RefusedPicture
from bookshop.covers.download import download, open_client
from bookshop.covers.errors import InvalidPicture
from bookshop.covers.picture_folder import delete_unfinished, has_version
from bookshop.covers.ssrf_guard import IsAllowed, is_public_web
from bookshop.covers.store import CoverLink, list_cover_links, record_download
from bookshop.database import Database

# few, so that other servers do not notice; most of the time is spent waiting for them
MAX_CONCURRENT_DOWNLOADS = 4


async def import_links(
    database: Database, folder: Path, advance: Advance = lambda: None, is_allowed: IsAllowed = is_public_web
) -> CoverReport:
    """Import the pictures that feeds link to, unless unchanged or the shop has its own.

    Raises CoverFolderError.
    """
    run = CoverImport(database, folder)
    await asyncio.to_thread(delete_unfinished, folder)
    after = ""
    async with open_client(is_allowed) as client:
        while batch := await database.read(list_cover_links, after, PICTURES_PER_BATCH):
            await run_concurrently(
                partial(_import_link, run, client), batch, MAX_CONCURRENT_DOWNLOADS, advance
            )
            after = batch[-1].isbn
    return run.report


async def _import_link(run: CoverImport, client: httpx.AsyncClient, link: CoverLink) -> None:
    if link.has_other_cover:
        run.report.kept_own += 1
        return
    has_files = await asyncio.to_thread(has_version, run.folder, link.isbn, link.cover_version)
    if has_files and link.has_same_date:
        run.report.unchanged += 1
        return
    try:
        await _download_link(run, client, link, has_files=has_files)
    except InvalidPicture as problem:
        run.report.refused.append(RefusedPicture(f"{link.isbn} {link.url}", str(problem)))


async def _download_link(
    run: CoverImport, client: httpx.AsyncClient, link: CoverLink, *, has_files: bool
) -> None:
    """Download and save a picture; without files it is downloaded even if it is unchanged."""
    conditions = (link.etag, link.last_modified) if has_files else ("", "")
    found = await download(client, link.url, *conditions)
    if found.content is None:
        run.report.unchanged += 1
        state = link.download_state
    else:
        version = await run.save(link.isbn, link.cover_version, found.content)
        state = (version, found.etag, found.last_modified)
    if state != link.download_state or link.picture_date != link.downloaded_picture_date:
        await run.database.write(record_download, link, *state)
