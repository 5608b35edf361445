"""The whole shop as an ASGI application: its features, middleware and background tasks."""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from hypercorn.middleware import ProxyFixMiddleware
from jinja2 import StrictUndefined
from quart import Quart, Request
from quart.typing import ResponseTypes
from quart.wrappers.base import BaseRequestWebsocket
from werkzeug.routing import MapAdapter

from bookshop.basket.routes import blueprint as basket
from bookshop.catalogue.feeds import blueprint as feeds
from bookshop.catalogue.menu import Menu, run_menu
from bookshop.catalogue.not_found import show_not_found
from bookshop.catalogue.routes import blueprint as catalogue
from bookshop.checkout.order_again import blueprint as order_again
from bookshop.checkout.routes import blueprint as checkout
from bookshop.checkout.session import forget_bought
from bookshop.covers.picture_server import PictureServer
from bookshop.database import Database, open_database
from bookshop.fulfilment.read_progress import read_progress
from bookshop.health import blueprint as health
from bookshop.importing.refresh_scheduler import run_refresher
from bookshop.importing.scheduler import run_rebuilder
from bookshop.logs import private_logs
from bookshop.logs.request_counts import log_counts_while_serving
from bookshop.logs.request_id import new_request_id, request_id
from bookshop.logs.request_log import CLIENT_LEFT, log_request
from bookshop.mail.mail_sender import run_mail_sender
from bookshop.mail.routes import blueprint as mails
from bookshop.mail.routes import shows_mails
from bookshop.migrations.find_problem import find_database_problem
from bookshop.office.mount import mount_office
from bookshop.office.office import Office
from bookshop.orders.routes import ReceiptPages
from bookshop.orders.routes import blueprint as orders
from bookshop.orders.token_bucket import TokenBucket
from bookshop.payments.check_key import check_key
from bookshop.payments.errors import KeyRejected
from bookshop.payments.expire_order import ExpiryPolicy
from bookshop.payments.reconcile import reconcile
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.routes import blueprint as payments
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import run_sweeper
from bookshop.recovery.run_recovery import run_recovery
from bookshop.sales.count_sales import run_sales_counter
from bookshop.search.index_sync import run_index_sync
from bookshop.settings import Settings, settings_or_exit
from bookshop.shopper_requests.change_routes import blueprint as change_requests
from bookshop.shopper_requests.find_order_routes import blueprint as find_order
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from bookshop.shopper_requests.withdrawal_routes import blueprint as withdrawals
from bookshop.trade.market import Market
from bookshop.web import pages, public_pages, security
from bookshop.web.body_timeout import BODY_GRACE_SECONDS, limit_body_time
from bookshop.web.page_cache import PageCache
from bookshop.web.request_guard import refuse_odd_requests
from bookshop.web.static_files import StaticFiles
from bookshop.web.template_settings import template_settings
from bookshop.web.url_rule import UrlRule

# webhooks are the largest requests
MAX_BODY_BYTES = 256 * 1024
REQUEST_ID_HEADER = "X-Request-Id"
STATIC_FOLDER = Path(__file__).with_name("static")


class Shop(Quart):
    """Quart with sync templates, rules that compile late, and a log line for each request."""

    url_rule_class = UrlRule
    jinja_environment = pages.SyncEnvironment
    jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}  # noqa: RUF012 - Quart declares it so

    def create_url_adapter(self, request: BaseRequestWebsocket | None) -> MapAdapter | None:
        """Route by path alone, and build redirects from SHOP_URL: a client may send any `Host`."""
        if request is None:
            return super().create_url_adapter(None)
        shop = urlsplit(self.config["SHOP_URL"])
        return self.url_map.bind(
            shop.netloc,
            url_scheme=shop.scheme,
            path_info=request.path,
            default_method=request.method,
            query_args=request.query_string.decode(),
        )

    async def handle_request(self, request: Request) -> ResponseTypes:
        """Give the request an id, which is in its response and in every line that it logs."""
        started, status = time.perf_counter(), CLIENT_LEFT
        request_id.set(new_request_id())
        try:
            response = await super().handle_request(request)
            status = response.status_code
        finally:
            log_request(request, status, started)
        response.headers[REQUEST_ID_HEADER] = request_id.get()
        return response


@dataclass(frozen=True, slots=True)
class Services:
    """What the features work with."""

    settings: Settings
    database: Database
    gateway: StripeGateway
    expiry_policy: ExpiryPolicy
    menu: Menu


def create_app(settings: Settings | None = None, clock: Callable[[], float] = time.monotonic) -> Shop:
    """Build the shop with these settings, or with those of the environment and `.env`.

    The clock, in seconds, decides when a cached page is too old.
    """
    private_logs.install()
    settings = settings or settings_or_exit()
    services = open_services(settings)
    files = StaticFiles(STATIC_FOLDER, default_headers(settings))
    app = Shop("bookshop", static_folder=None)
    app.secret_key = settings.signing_key
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        SECRET_KEY_FALLBACKS=settings.secret_key[1:],
        SHOP_URL=settings.shop_url,
        # `limit_body_time` replaces Quart's own limit, which counts a large body like a small one
        BODY_TIMEOUT=None,
    )
    security.install(app, settings.shop_url, hsts_subdomains=settings.hsts_subdomains)
    pages.install(
        app,
        settings.shop_timezone,
        shop=template_settings(settings),
        menu=services.menu,
        simulated=settings.is_simulated,
        shows_mails=shows_mails(settings),
        stripe_js=settings.stripe_js_url,
        static=files.address,
    )
    register_features(app, services)
    add_middleware(app, settings, files, clock)
    app.before_serving(partial(check_database, services.database, settings.database_url))
    app.while_serving(partial(run_background_tasks, services))
    app.while_serving(log_counts_while_serving)
    app.after_serving(partial(close_services, services))
    return app


def default_headers(settings: Settings) -> dict[str, str]:
    return security.default_headers(settings.shop_url, hsts_subdomains=settings.hsts_subdomains)


def open_services(settings: Settings) -> Services:
    """Open the database and the connection to Stripe; nothing is sent yet."""
    return Services(
        settings,
        open_database(settings.database_url),
        StripeGateway(
            settings.stripe_secret_key,
            settings.stripe_webhook_secret,
            settings.stripe_api_base,
            with_receipt=not settings.smtp_url,
        ),
        ExpiryPolicy(settings.reservation_time, settings.max_failed_payments, settings.is_live),
        Menu(),
    )


async def close_services(services: Services) -> None:
    await services.gateway.close()
    await services.database.close()


def register_features(app: Shop, services: Services) -> None:
    """Mount every feature's pages."""
    settings, database, gateway = services.settings, services.database, services.gateway
    # limits what shoppers read from Stripe; webhooks and the sweeper find all other payments
    right = WithdrawalRight(settings.shop_country, settings.shop_timezone)
    reads = TokenBucket()
    reconcile_order = partial(reconcile, database, gateway, may_read=reads.take)
    app.register_error_handler(404, partial(show_not_found, database))
    app.register_blueprint(catalogue(database, settings))
    app.register_blueprint(feeds(database, settings.shop_url))
    app.register_blueprint(basket(database, settings.shop_delivery_fee))
    app.register_blueprint(checkout(database, gateway, settings, reads.take))
    receipts = ReceiptPages(
        database,
        reconcile_order,
        forget_bought,
        settings.reservation_time,
        list_refunds,
        read_progress,
        right.is_offered,
    )
    app.register_blueprint(orders(receipts))
    app.register_blueprint(order_again(database))
    if shows_mails(settings):
        app.register_blueprint(mails(database, settings))
    app.register_blueprint(change_requests(database))
    app.register_blueprint(find_order(database, settings))
    app.register_blueprint(withdrawals(database, settings, right))
    app.register_blueprint(health(database, gateway, sends_mail=settings.smtp_url is not None))
    app.register_blueprint(payments(database, gateway, services.expiry_policy))
    mount_office(app, Office(settings, database, gateway))


def add_middleware(app: Shop, settings: Settings, files: StaticFiles, clock: Callable[[], float]) -> None:
    """Serve static files, cover pictures and cached public pages before a request reaches Quart."""
    addresses = public_pages.list_public_paths(app)
    rules = public_pages.speculation_rules(addresses)
    app.config[public_pages.SPECULATION_RULES] = files.add(
        "speculation-rules.json", rules, public_pages.SPECULATION_RULES_TYPE
    )
    hops = settings.trusted_proxies
    shop = limit_body_time(app.asgi_app, BODY_GRACE_SECONDS)
    if hops:
        shop = ProxyFixMiddleware(shop, "legacy", hops)
    cache = PageCache(shop, public_pages.public_pattern(addresses), settings.shop_url, clock)
    app.extensions["page_cache"] = cache
    pictures = PictureServer(
        settings.covers_dir,
        security.picture_headers(settings.shop_url, hsts_subdomains=settings.hsts_subdomains),
    )
    app.asgi_app = refuse_odd_requests(files.wrap(pictures.wrap(cache)))  # type: ignore[method-assign,assignment]  # as Quart wants it


async def check_database(database: Database, url: str) -> None:
    """Exit with one line if the database cannot be used, or needs `bookshop migrate`."""
    if problem := await find_database_problem(database, url):
        sys.exit(f"bookshop: {problem}")


async def report_rejected_key(gateway: StripeGateway) -> None:
    """Ask Stripe once, so that a wrong key is in the log and in `/readyz` before a shopper pays."""
    with suppress(KeyRejected):
        await check_key(gateway)


async def run_background_tasks(services: Services) -> AsyncGenerator[None, None]:
    """Sweep, and keep what follows from books and orders up to date, while the shop serves."""
    settings, database, interval = services.settings, services.database, services.settings.sweep_seconds
    if not interval:
        yield
        return
    market = Market(settings.shop_country, settings.shop_currency, settings.shop_timezone)
    tasks = [
        asyncio.create_task(report_rejected_key(services.gateway)),
        asyncio.create_task(run_sweeper(database, services.gateway, services.expiry_policy, interval)),
        asyncio.create_task(run_recovery(database, services.gateway, interval)),
        asyncio.create_task(run_index_sync(database, interval)),
        asyncio.create_task(run_sales_counter(database)),
        asyncio.create_task(run_menu(database, services.menu, interval)),
        asyncio.create_task(run_rebuilder(database, market)),
        asyncio.create_task(run_refresher(database, market)),
        asyncio.create_task(run_mail_sender(database, settings)),
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
