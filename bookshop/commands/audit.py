"""`bookshop audit`: check that stock, orders, numbers and payments agree."""

import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import click

from bookshop.commands.output import echo_json, echo_table
from bookshop.commands.runner import run_with_database, run_with_stripe
from bookshop.database import Database
from bookshop.orders.audit.run_audit import AuditReport
from bookshop.orders.audit.run_audit import run_audit as audit_database
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
    if with_stripe:
        report = run_with_stripe(settings, audit_with_stripe)
    else:
        report = run_with_database(settings, lambda database: database.read(audit_database))
    if as_json:
        echo_json({"is_clean": not report.violations, **asdict(report)})
    else:
        echo_report(report)
    sys.exit(1 if report.violations else 0)


async def audit_with_stripe(database: Database, gateway: Gateway) -> AuditReport:
    """Check every rule, then compare the orders with Stripe's own lists."""
    report = await database.read(audit_database)
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
    found = (
        *compare_with_stripe(known, payments),
        *find_lost_orders({order.id for order in stored}, payments, shop_id),
        *compare_histories(charges, histories),
    )
    return replace(report, violations=(*report.violations, *found))


def echo_report(report: AuditReport) -> None:
    if report.violations:
        echo_table(
            ("RULE", "SUBJECT", "EXPECTED", "FOUND"),
            [(v.rule, v.subject, v.expected, v.found) for v in report.violations],
        )
    click.echo(f"Books: {report.books}, orders: {report.orders}, broken rules: {len(report.violations)}.")
