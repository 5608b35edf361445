"""Do the same with chosen orders, and show what became of each."""

from collections import Counter

from quart import abort, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.fulfilment.timeline import Action
from bookshop.office.bulk.act_on_chosen import ACTIONS, act_on_chosen
from bookshop.office.bulk.chosen import parse_chosen
from bookshop.office.bulk.result import list_results
from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.staff.session import Session
from bookshop.web.pages import redirect_to


async def pack_chosen(office: Office, session: Session) -> ResponseReturnValue:
    """Pack what is in stock of the chosen orders."""
    return await act_and_redirect(office, session, Action.PACK)


async def make_chosen_ready(office: Office, session: Session) -> ResponseReturnValue:
    """Make the chosen orders ready to collect."""
    return await act_and_redirect(office, session, Action.READY)


async def undo_chosen(office: Office, session: Session) -> ResponseReturnValue:
    """Undo the last action on each of the chosen orders."""
    return await act_and_redirect(office, session, Action.UNDO)


async def act_and_redirect(office: Office, session: Session, action: Action) -> ResponseReturnValue:
    """Do it, then lead to the results, which can be reloaded."""
    chosen = parse_chosen((await request.form).getlist("orders"))
    done = await act_on_chosen(office.database, action, chosen, actor=session.staff.name)
    address = url_for("office.bulk.routes.results", did=action.value, orders=list(map(str, done)))
    return redirect_to(address)


async def results(office: Office, session: Session) -> ResponseReturnValue:
    """Show what became of each chosen order."""
    did = request.args.get("did", "")
    action = next((action for action in ACTIONS if action.value == did), None) or abort(404)
    chosen = parse_chosen(request.args.getlist("orders"))
    found = await office.database.read(list_results, action, chosen)
    return await office_page(
        office,
        session,
        "office/bulk/results.html",
        "results",
        action=action.value,
        results=found,
        counts=Counter(result.kind.value for result in found),
    )
