"""The staff: add, reset, remove, and change roles; what sellers may refund."""

from dataclasses import dataclass
from datetime import UTC, datetime

from quart import Response, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue

from bookshop import money
from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.refund_limit import find_refund_limit, set_refund_limit
from bookshop.staff import manage_staff
from bookshop.staff.manage_staff import LastOwner, NameTaken
from bookshop.staff.member import Member, Role, find_name_error
from bookshop.staff.overview_store import list_overview
from bookshop.staff.session import Session
from bookshop.staff.store import find_member_by_id

NOTICES = ("role-changed", "removed", "last-owner", "limit-changed")


@dataclass(frozen=True, slots=True)
class NewLink:
    """A one-time link, for the person with this name."""

    name: str
    address: str


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Show who works here and how they sign in."""
    notice = request.args.get("done", "")
    return await show_staff(office, session, notice=notice if notice in NOTICES else "")


async def add(office: Office, session: Session) -> ResponseReturnValue:
    """Add a member of staff, and show the link once."""
    form = await request.form
    name, role = form.get("name", "").strip(), form.get("role", "")
    if role not in tuple(Role):
        abort(400)
    if error := find_name_error(name):
        return await show_staff(office, session, 422, error=error, typed=name, role=role)
    now, actor = datetime.now(UTC), session.staff.name
    try:
        token = await office.database.write(manage_staff.add_staff, name, Role(role), actor, now)
    except NameTaken:
        return await show_staff(office, session, 422, error="taken", typed=name, role=role)
    return await show_staff(office, session, link=new_link(office, name, token))


async def reset(office: Office, session: Session, staff_id: str) -> ResponseReturnValue:
    """Delete all that a person signs in with, and show a new link once."""
    member = await find_or_404(office, staff_id)
    now, actor = datetime.now(UTC), session.staff.name
    try:
        token = await office.database.write(manage_staff.reset_staff, member, actor, now)
    except LookupError:
        abort(404)
    return await show_staff(office, session, link=new_link(office, member.name, token))


async def change_role(office: Office, session: Session, staff_id: str) -> ResponseReturnValue:
    """Give a member of staff the role that the button names: pressed twice, it is the same one."""
    member = await find_or_404(office, staff_id)
    role = (await request.form).get("role", "")
    if role not in tuple(Role):
        abort(400)
    now, actor = datetime.now(UTC), session.staff.name
    try:
        await office.database.write(manage_staff.change_role, member, Role(role), actor, now)
    except LastOwner:
        return back_to_staff("last-owner")
    return back_to_staff("role-changed")


async def remove(office: Office, session: Session, staff_id: str) -> ResponseReturnValue:
    """Remove a member of staff."""
    member = await find_or_404(office, staff_id)
    try:
        await office.database.write(manage_staff.remove_staff, member, session.staff.name, datetime.now(UTC))
    except LastOwner:
        return back_to_staff("last-owner")
    return back_to_staff("removed")


async def change_refund_limit(office: Office, session: Session) -> ResponseReturnValue:
    """Store up to which amount sellers may refund."""
    typed = (await request.form).get("limit", "").strip()
    try:
        money.parse(typed, office.settings.shop_currency)
    except ValueError:
        return await show_staff(office, session, 422, error="amount", limit=typed)
    await office.database.write(set_refund_limit, typed)
    return back_to_staff("limit-changed")


async def find_or_404(office: Office, staff_id: str) -> Member:
    return await office.database.read(find_member_by_id, staff_id) or abort(404)


def new_link(office: Office, name: str, token: str) -> NewLink:
    path = url_for("office.sign_in.welcome_routes.show", token=token)
    return NewLink(name, f"{office.settings.shop_url}{path}")


def back_to_staff(done: str) -> ResponseReturnValue:
    """Show the staff with what was done."""
    return redirect(url_for("office.people.staff_routes.show", done=done), 303)


async def show_staff(
    office: Office,
    session: Session,
    http_status: int = 200,
    *,
    notice: str = "",
    link: NewLink | None = None,
    error: str = "",
    typed: str = "",
    role: str = Role.SELLER,
    limit: str = "",
) -> Response:
    currency = office.settings.shop_currency
    refund_limit = await office.database.read(find_refund_limit, currency)
    return await office_page(
        office,
        session,
        "office/people/staff.html",
        "staff",
        http_status,
        everyone=await office.database.read(list_overview),
        refund_limit=refund_limit,
        limit=limit or money.decimal_text(refund_limit),
        notice=notice,
        link=link,
        error=error,
        typed=typed,
        role=role,
    )
