"""The mails of the shop: those that were not sent, that wait, and that were sent."""

from quart import abort, request
from quart.typing import ResponseReturnValue

from bookshop.mail.compose import with_text
from bookshop.office.mail.mail_page import MailRow, find_row, load_mail_page
from bookshop.office.mail.resend_mail import resend_or_refuse
from bookshop.office.office import Office
from bookshop.office.pages import office_page, own_address
from bookshop.staff.session import Session
from bookshop.web.pages import redirect_to, wants_fragment
from bookshop.web.small_int import small_int


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """List the mails, the newest last page by page."""
    resent = request.args.get("resent", type=small_int)
    row = await office.database.read(find_row, resent) if resent else None
    return await list_mails(office, session, resent=row)


async def list_mails(
    office: Office,
    session: Session,
    *,
    resent: MailRow | None = None,
    refused: str = "",
) -> ResponseReturnValue:
    """Show the lists, with what became of a mail that was to be sent again."""
    return await office_page(
        office,
        session,
        "office/mail/mails.html",
        "mails",
        409 if refused else 200,
        mails=await office.database.read(load_mail_page, request.args.get("before", type=small_int)),
        is_first="before" not in request.args,
        sends=office.settings.smtp_url is not None,
        resent=resent,
        refused=refused,
    )


async def read(office: Office, session: Session, mail_id: int) -> ResponseReturnValue:
    """Show a mail as it was sent, or as it would be."""
    row = await office.database.read(find_row, mail_id) or abort(404)
    return await office_page(
        office,
        session,
        "office/mail/mail.html",
        "mail",
        row=row,
        mail=await office.database.read(with_text, office.settings, row.mail),
        sends=office.settings.smtp_url is not None,
    )


async def resend(office: Office, session: Session, mail_id: int) -> ResponseReturnValue:
    """Send a mail again, then show the page that the form names, or the mails."""
    row = await office.database.read(find_row, mail_id) or abort(404)
    form = await request.form
    version = form.get("version", -1, type=int)
    refused = await resend_or_refuse(office, row.mail, version, session.staff.name)
    if refused or (wants_fragment() and "next" not in form):
        now = await office.database.read(find_row, mail_id)
        return await list_mails(office, session, resent=now, refused=refused)
    return redirect_to(own_address(form.get("next", ""), f"/office/mail?resent={mail_id}"))
