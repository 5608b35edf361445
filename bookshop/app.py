"""The shop put together: the only file that knows all of it."""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from types import SimpleNamespace

from hypercorn.middleware import ProxyFixMiddleware
from hypercorn.typing import ASGIFramework
from jinja2 import StrictUndefined
from quart import Quart

from bookshop.basket.routes import blueprint as basket
from bookshop.catalogue.feeds import blueprint as robots
from bookshop.catalogue.routes import blueprint as catalogue
from bookshop.checkout.routes import blueprint as checkout
from bookshop.checkout.session import forget_bought
from bookshop.covers.picture_server import PictureServer
from bookshop.database import open_database
from bookshop.health import blueprint as health
from bookshop.importing.scheduler import keep_up_to_date
from bookshop.migrations import OUT_OF_DATE, is_current
from bookshop.orders.order import Order
from bookshop.orders.routes import blueprint as orders
from bookshop.orders.token_bucket import TokenBucket
from bookshop.payments.process_due_order import DuePolicy
from bookshop.payments.reconcile import Reconciled, reconcile
from bookshop.payments.routes import blueprint as payments
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import run_sweeper
from bookshop.search.index_sync import keep_in_sync
from bookshop.settings import Settings, settings_or_exit
from bookshop.trade.market import Market
from bookshop.web import pages, public_pages, security
from bookshop.web.page_cache import PageCache
from bookshop.web.static_files import StaticFiles

# the longest honest body is a webhook's
MAX_BODY = 256 * 1024
STATIC = Path(__file__).with_name("static")


class Shop(Quart):
    """Quart with templates rendered without async."""

    jinja_environment = pages.SyncEnvironment
    jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}  # noqa: RUF012 - Quart declares it so


def create_app(settings: Settings | None = None, clock: Callable[[], float] = time.monotonic) -> Shop:
    """The shop as an ASGI application, with these settings or those of the environment and `.env`.

    The clock says when a public page is too old to be shown again.
    """
    settings = settings or settings_or_exit()
    database = open_database(settings.database_url)
    gateway = StripeGateway(
        settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
    )

    # polls read Stripe so often; webhooks and the sweeper find all other payments
    reads = TokenBucket()

    async def reconcile_order(order: Order) -> Reconciled:
        return await reconcile(database, gateway, order, may_read=reads.take)

    policy = DuePolicy(settings.reservation_time, settings.max_failed_payments, settings.is_live)
    files = StaticFiles(STATIC, security.default_headers(settings.shop_url))
    app = Shop("bookshop", static_folder=None)
    app.secret_key = settings.secret_key
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY)
    security.install(app, settings.shop_url)
    pages.install(
        app,
        settings.shop_timezone,
        shop=describe(settings),
        simulated=settings.is_simulated,
        stripe_js=settings.stripe_js_url,
        static=files.address,
    )
    app.register_blueprint(catalogue(database, settings))
    app.register_blueprint(robots(database, settings.shop_url))
    app.register_blueprint(basket(database, settings.shop_delivery_fee))
    app.register_blueprint(checkout(database, gateway, settings))
    app.register_blueprint(orders(database, reconcile_order, forget_bought))
    app.register_blueprint(health(database, gateway))
    app.register_blueprint(payments(database, gateway, policy))

    stand_before(app, settings, files, clock)

    @app.before_serving
    async def check() -> None:
        if not await database.read(is_current):
            sys.exit(f"bookshop: {OUT_OF_DATE}")

    @app.while_serving
    async def sweep_meanwhile() -> AsyncGenerator[None, None]:
        if not settings.sweep_seconds:
            yield
            return
        interval = settings.sweep_seconds
        market = Market(settings.shop_country, settings.shop_currency, settings.shop_timezone)
        tasks = [
            asyncio.create_task(run_sweeper(database, gateway, policy, interval)),
            asyncio.create_task(keep_in_sync(database, interval)),
            asyncio.create_task(keep_up_to_date(database, market)),
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @app.after_serving
    async def close() -> None:
        await gateway.close()
        await database.close()

    return app


def stand_before(app: Shop, settings: Settings, files: StaticFiles, clock: Callable[[], float]) -> None:
    """Put before Quart what is answered without it: first the files, then public pages."""
    addresses = public_pages.list_public_addresses(app)
    rules = public_pages.speculation_rules(addresses)
    app.config[public_pages.SPECULATION_RULES] = files.add(
        "speculation-rules.json", rules, public_pages.SPECULATION_RULES_TYPE
    )
    hops = settings.trusted_proxies
    shop: ASGIFramework = ProxyFixMiddleware(app.asgi_app, "legacy", hops) if hops else app.asgi_app
    cache = PageCache(shop, public_pages.public_pattern(addresses), settings.shop_url, clock)
    app.extensions["page_cache"] = cache
    pictures = PictureServer(settings.covers_dir, security.default_headers(settings.shop_url))
    app.asgi_app = files.wrap(pictures.wrap(cache))  # type: ignore[method-assign,assignment]  # as Quart wants it


def describe(settings: Settings) -> SimpleNamespace:
    """What templates may know of the settings: nothing secret."""
    return SimpleNamespace(
        name=settings.shop_name,
        url=settings.shop_url,
        currency=settings.shop_currency,
        country=settings.shop_country,
        email=settings.shop_email,
        address=settings.shop_address,
        hours=settings.shop_hours,
        delivery_fee=settings.shop_delivery_fee,
    )
