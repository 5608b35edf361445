"""After a restore, what signed staff in at the time of the backup does so no longer."""

from datetime import UTC, datetime

from bookshop.database import Database
from bookshop.staff.end_all_sessions import end_all_sessions
from bookshop.staff.link_store import add_link, find_link
from bookshop.staff.member import Role
from bookshop.staff.session_store import add_session, find_session
from bookshop.staff.store import add_member


async def test_neither_sessions_nor_links_of_a_backup_sign_in(database: Database) -> None:
    now = datetime.now(UTC)
    member = await database.write(add_member, "Mei", Role.OWNER, now)
    session = await database.write(add_session, member.id, "password", now)
    link = await database.write(add_link, member.id, now)
    assert await database.read(find_session, session, now)
    assert await database.read(find_link, link, now)
    await database.write(end_all_sessions)
    assert not await database.read(find_session, session, now)
    assert not await database.read(find_link, link, now)
