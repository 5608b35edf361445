"""`bookshop audit`: check that stock, orders, numbers and payments agree."""

import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from tqdm import tqdm

from bookshop.commands.audit_output import AuditOutput, JsonOutput, TableOutput
from bookshop.commands.runner import run_with_database, run_with_stripe
from bookshop.database import Database
from bookshop.orders.audit.run_audit import RULES, count_books_and_orders, find_violations
from bookshop.orders.audit.stripe_rules import compare_with_stripe, find_lost_orders
from bookshop.orders.identity import find_shop_id
from bookshop.orders.order_list import list_orders
from bookshop.payments.compare_histories import compare_histories, list_paid_charges
from bookshop.payments.gateway import Gateway
from bookshop.settings import settings_or_exit

# Stripe's clock and the shop's may differ
CLOCK_MARGIN = timedelta(days=1)
# a database that was lost altogether has no oldest order
MIN_LOOKBACK = timedelta(days=30)


def audit(*, as_json: bool, with_stripe: bool) -> None:
    """Print what the audit found; exit with 1 if a rule is broken."""
    settings = settings_or_exit()
    output: AuditOutput = JsonOutput() if as_json else TableOutput()
    if with_stripe:
        run_with_stripe(settings, lambda database, gateway: audit_with_stripe(database, gateway, output))
    else:
        run_with_database(settings, lambda database: audit_database(database, output))
    output.end()
    sys.exit(1 if output.count else 0)


async def audit_database(database: Database, output: AuditOutput) -> None:
    """Check every rule."""
    await database.scan(check_rules, output)


def check_rules(db: Connection, output: AuditOutput) -> None:
    """Add what breaks the rules to the output; a bar shows the progress on a terminal."""
    output.begin(*count_books_and_orders(db))
    with tqdm(total=len(RULES), unit="rule", disable=None) as bar:
        for violation in find_violations(db, bar.update):
            output.add(violation)


async def audit_with_stripe(database: Database, gateway: Gateway, output: AuditOutput) -> None:
    """Check every rule, then compare the orders with Stripe's own lists."""
    await audit_database(database, output)
    began = datetime.now(UTC)
    oldest = min((order.placed_at for order in await database.read(list_orders)), default=began)
    since = min(oldest, began - MIN_LOOKBACK) - CLOCK_MARGIN
    payments = [payment async for payment in gateway.list_payments(since)]
    histories = await gateway.list_histories(since)
    stored = await database.read(list_orders)
    # what was paid while Stripe's lists were read may be on them or not
    known = [order for order in stored if order.paid_at is None or order.paid_at < began]
    paid = {order.id for order in known}
    charges = [one for one in await database.read(list_paid_charges) if one.order_id in paid]
    shop_id = await database.read(find_shop_id)
    for violation in (
        *compare_with_stripe(known, payments),
        *find_lost_orders({order.id for order in stored}, payments, shop_id),
        *compare_histories(charges, histories),
    ):
        output.add(violation)
