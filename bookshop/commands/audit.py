"""`bookshop audit`: check that stock, orders, numbers and payments agree."""

import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from tqdm import tqdm

from bookshop.commands.audit_output import AuditOutput, JsonOutput, TableOutput
from bookshop.commands.runner import run_with_database, run_with_stripe
from bookshop.database import Database
from bookshop.orders.audit.find_violations import RULES, count_books_and_orders, find_violations
from bookshop.payments.compare_with_stripe import find_differences, find_oldest, read_lists
from bookshop.payments.gateway import Gateway
from bookshop.payments.stripe_lists import StripeLists
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
    oldest = await database.read(find_oldest) or began
    since = min(oldest, began - MIN_LOOKBACK) - CLOCK_MARGIN
    with closing(StripeLists()) as lists:
        with tqdm(desc="Stripe", unit=" objects", disable=None) as bar:
            await read_lists(gateway, since, lists, bar.update)
        await database.scan(compare_orders, lists, began, output)


def compare_orders(db: Connection, lists: StripeLists, read_at: datetime, output: AuditOutput) -> None:
    """Add where the orders and Stripe's lists differ to the output."""
    _, count = count_books_and_orders(db)
    with tqdm(total=count, unit=" orders", disable=None) as bar:
        for violation in find_differences(db, lists, read_at, bar.update):
            output.add(violation)
