"""Taking pictures of covers, from files or from where senders say they are; one that fails stops no other."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias, TypeVar

import httpx

from bookshop.covers.download import IsAllowed, download, is_public, open_downloads
from bookshop.covers.encode import NotAPicture
from bookshop.covers.picture_files import (
    File,
    clear_unfinished,
    drop_version,
    has_version,
    list_files,
    store_picture,
)
from bookshop.covers.store import (
    CoverLink,
    list_cover_links,
    list_versions,
    note_link,
    set_cover,
)
from bookshop.database import Database
from bookshop.trade.isbn import read_isbn

T = TypeVar("T")
Advance: TypeAlias = Callable[[], object]

BATCH = 200
# they wait for others most of the time, and others should not notice them
DOWNLOADS = 4


@dataclass(frozen=True, slots=True)
class Refusal:
    """A picture that was not taken, and why."""

    name: str
    reason: str


@dataclass(slots=True)
class Report:
    """What became of all pictures; `kept` counts books whose own picture goes before the one of a feed."""

    taken: int = 0
    unchanged: int = 0
    kept: int = 0
    unknown: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def is_useless(self) -> bool:
        """Whether something was wrong, and nothing right."""
        return bool(self.unknown or self.refused) and not (self.taken or self.unchanged or self.kept)


@dataclass(frozen=True, slots=True)
class Taking:
    """One run: where pictures go, and what became of them so far."""

    database: Database
    folder: Path
    report: Report = field(default_factory=Report)

    async def take(self, isbn: str, current: str, source: bytes) -> str:
        """Give a book the picture made of these bytes; answers its version."""
        picture = await asyncio.to_thread(store_picture, self.folder, isbn, current, source)
        if picture is None:
            self.report.unchanged += 1
            return current
        await self.database.write(set_cover, isbn, picture.version, picture.width, picture.height)
        if current not in ("", picture.version):
            await asyncio.to_thread(drop_version, self.folder, isbn, current)
        self.report.taken += 1
        return picture.version


async def take_covers(
    database: Database, folder: Path, source: Path, advance: Advance = lambda: None
) -> Report:
    """Take the pictures of a folder or a zip whose files are named by ISBN; `advance` is called for each."""
    taking = Taking(database, folder)
    await asyncio.to_thread(clear_unfinished, folder)
    names: dict[str, str] = {}
    with ExitStack() as stack:
        files = list_files(source, stack)
        while batch := list(islice(files, BATCH)):
            isbns = [isbn for file in batch if (isbn := read_isbn(file.stem))]
            versions = await database.read(list_versions, isbns)
            work = partial(_take_file, taking, versions, names)
            await _run_few(work, batch, os.cpu_count() or 1, advance)
    return taking.report


def count_files(source: Path) -> int:
    """How many files there are to take, pictures or not."""
    with ExitStack() as stack:
        return sum(1 for _ in list_files(source, stack))


async def take_linked_covers(
    database: Database, folder: Path, advance: Advance = lambda: None, is_allowed: IsAllowed = is_public
) -> Report:
    """Take the pictures that senders link to, unless they are as they were or the shop has its own."""
    taking = Taking(database, folder)
    await asyncio.to_thread(clear_unfinished, folder)
    after = ""
    async with open_downloads(is_allowed) as client:
        while batch := await database.read(list_cover_links, after, BATCH):
            await _run_few(partial(_take_link, taking, client), batch, DOWNLOADS, advance)
            after = batch[-1].isbn
    return taking.report


async def _take_file(taking: Taking, versions: Mapping[str, str], names: dict[str, str], file: File) -> None:
    report, isbn = taking.report, read_isbn(file.stem)
    if isbn is None:
        report.refused.append(Refusal(file.name, file.problem or "its name is no ISBN"))
    elif isbn not in versions:
        report.unknown.append(file.name)
    elif names.setdefault(isbn, file.name) != file.name:
        # otherwise each run would take both in turn
        report.refused.append(Refusal(file.name, f"{names[isbn]} is of the same book"))
    else:
        try:
            await taking.take(isbn, versions[isbn], await asyncio.to_thread(file.read))
        except NotAPicture as problem:
            report.refused.append(Refusal(file.name, str(problem)))


async def _take_link(taking: Taking, client: httpx.AsyncClient, link: CoverLink) -> None:
    report = taking.report
    if link.cover and link.cover != link.version:
        report.kept += 1
        return
    is_here = await asyncio.to_thread(has_version, taking.folder, link.isbn, link.cover)
    if is_here and link.updated and link.updated == link.seen:
        report.unchanged += 1
        return
    known = (link.etag, link.modified) if is_here else ("", "")
    try:
        answer = await download(client, link.link, *known)
        if answer.content is None:
            report.unchanged += 1
            heard = (link.version, link.etag, link.modified)
        else:
            version = await taking.take(link.isbn, link.cover, answer.content)
            heard = (version, answer.etag, answer.modified)
        if heard != (link.version, link.etag, link.modified) or link.updated != link.seen:
            await taking.database.write(note_link, link, *heard)
    except NotAPicture as problem:
        report.refused.append(Refusal(f"{link.isbn} {link.link}", str(problem)))


async def _run_few(
    work: Callable[[T], Awaitable[None]], items: Iterable[T], at_once: int, advance: Advance
) -> None:
    slots = asyncio.Semaphore(at_once)

    async def run(item: T) -> None:
        async with slots:
            await work(item)
        advance()

    await asyncio.gather(*map(run, items))
