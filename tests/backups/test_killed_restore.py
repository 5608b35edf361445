"""A restore that is killed at any step leaves the whole old shop or the whole new one."""

from itertools import count
from pathlib import Path

from bookshop.recovery.recovery_store import find_pending_recovery
from bookshop.settings import Settings
from tests.backups.audit_watch import Killed, watching
from tests.backups.shop import COVERS, add_book, at, read_files, restore, titles, undo

OLD, NEW = ["Emma", "Persuasion"], ["Emma"]


async def test_a_restore_may_die_at_every_step(settings: Settings, backup: Path) -> None:
    """On PostgreSQL before each program that it runs, of which each is one transaction."""
    is_server = settings.database_url.startswith("postgresql")
    states, lost = [], settings.covers_dir / next(iter(COVERS))
    lost.unlink()
    for step in count():
        try:
            with watching(kill_at=step, programs_only=is_server):
                await restore(settings, backup)
        except Killed:
            states.append(await titles(settings))
        else:
            break
        if states[-1] == NEW:
            await add_book(settings, "Persuasion")
    assert await titles(settings) == NEW
    covers = read_files(settings.covers_dir)
    assert {name: covers[name] for name in covers if not name.startswith(".new/")} == COVERS
    assert all(state in (OLD, NEW) for state in states)
    assert len(states) >= (5 if is_server else 12)


async def test_an_undo_that_dies_gives_no_number_before_stripe_was_asked(
    settings: Settings, backup: Path
) -> None:
    is_server = settings.database_url.startswith("postgresql")
    await restore(settings, backup)
    for step in count():
        try:
            with watching(kill_at=step, programs_only=is_server):
                await undo(settings)
        except Killed:
            state = await titles(settings)
        else:
            break
        if state == OLD:
            assert await at(settings.database_url, find_pending_recovery)
            await restore(settings, backup)
    assert await titles(settings) == OLD
    assert await at(settings.database_url, find_pending_recovery)
    assert step >= 2
