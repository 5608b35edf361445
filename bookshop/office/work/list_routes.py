"""The lists of orders."""

from datetime import UTC, datetime

from quart import redirect, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.work.list_page import load_list
from bookshop.office.work.list_store import count_newer
from bookshop.office.work.order_list import NUMBERED, Filter, Question, read_question
from bookshop.staff.session import Session
from bookshop.staff.session_store import set_filters
from bookshop.web.pages import page
from bookshop.web.small_int import small_int


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Show a page of a list; without a filter, lead to the one that was last used on it."""
    question = read_question(request.args, session.filters)
    if "filter" not in request.args and question.filter is not Filter.ALL:
        return redirect(question.address(), 303)
    await remember(office, session, question)
    listing = await office.database.read(load_list, question, datetime.now(UTC))
    return await office_page(office, session, "office/work/orders.html", "orders", listing=listing)


async def remember(office: Office, session: Session, question: Question) -> None:
    """Keep the filter for the next time this list is opened."""
    if session.filters.get(question.name, Filter.ALL) != question.filter:
        filters = {**session.filters, question.name.value: question.filter.value}
        await office.database.write(set_filters, session.token_hash, filters)


async def newer(office: Office, session: Session) -> ResponseReturnValue:
    """Say how many orders of a list came since its page was loaded; a page asks each minute."""
    question, since = read_question(request.args, session.filters), request.args.get("since", 0, small_int)
    count = 0
    if question.name in NUMBERED:
        count = await office.database.read(count_newer, question, since, datetime.now(UTC))
    return page("office/work/newer.html", "newer", question=question, since=since, count=count)
