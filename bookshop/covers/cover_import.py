"""What imports from files and from links share: one picture stored, and several at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar

from bookshop.covers.cover_report import CoverReport
from bookshop.covers.picture_folder import delete_version, store_picture
from bookshop.covers.store import set_cover
from bookshop.database import Database

T = TypeVar("T")
# called after each file or link
Advance: TypeAlias = Callable[[], object]

PICTURES_PER_BATCH = 200


@dataclass(frozen=True, slots=True)
class CoverImport:
    """One run of an import: the folder of covers, and the report so far."""

    database: Database
    folder: Path
    report: CoverReport = field(default_factory=CoverReport)

    async def save(self, isbn: str, current: str, source: bytes) -> str:
        """Give a book the picture in these bytes and return its version; raises InvalidPicture."""
        picture = await asyncio.to_thread(store_picture, self.folder, isbn, current, source)
        if picture is None:
            self.report.unchanged += 1
            return current
        await self.database.write(set_cover, isbn, picture.version, picture.width, picture.height)
        if current not in ("", picture.version):
            await asyncio.to_thread(delete_version, self.folder, isbn, current)
        self.report.imported += 1
        return picture.version


async def run_concurrently(
    work: Callable[[T], Awaitable[None]], items: Iterable[T], limit: int, advance: Advance
) -> None:
    """Run `work` on all items, at most `limit` at a time."""
    slots = asyncio.Semaphore(limit)

    async def run(item: T) -> None:
        async with slots:
            await work(item)
        advance()

    await asyncio.gather(*map(run, items))
