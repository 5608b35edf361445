"""The bookshop command."""

import asyncio
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click
from hypercorn.asyncio import serve as serve_asgi
from hypercorn.config import Config
from hypercorn.run import run as run_hypercorn

from bookshop.app import OUT_OF_DATE, create_app, settings_or_exit
from bookshop.catalogue.samples import load_samples
from bookshop.database import Database, open_database
from bookshop.migrations import is_current
from bookshop.migrations import migrate as migrate_schema
from bookshop.settings import Settings, read_environment

T = TypeVar("T")

WEBHOOK_SECRET = "whsec_simulator"  # noqa: S105 - shared with the simulator beside the shop
SHUTDOWN_SECONDS = 10


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A bookshop that an independent bookseller can run for real."""


@main.command()
@click.option("--bind", default="127.0.0.1:5000", show_default=True, help="Address and port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Processes that share the work.")
def serve(bind: str, workers: int) -> None:
    """Serve the shop with the settings of the environment and .env."""
    settings = settings_or_exit()
    # here, since hypercorn's exit status would say that all went well
    if not asyncio.run(with_database(settings, lambda database: database.read(is_current))):
        sys.exit(OUT_OF_DATE)
    config = Config()
    config.application_path = "bookshop:create_app()"
    config.bind = [bind]
    config.workers = workers
    config.graceful_timeout = SHUTDOWN_SECONDS
    if find_spec("uvloop"):
        config.worker_class = "uvloop"
    sys.exit(run_hypercorn(config))


@main.command()
@click.option(
    "--port", default=5000, show_default=True, help="Port of the shop; the simulator takes the next."
)
@click.option(
    "--data",
    default=Path("var"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the database.",
)
def demo(port: int, data: Path) -> None:
    """Serve a shop with sample books, with the Stripe simulator beside it unless Stripe keys are set."""
    data.mkdir(parents=True, exist_ok=True)
    simulator_url = f"http://127.0.0.1:{port + 1}"
    is_simulated = "STRIPE_SECRET_KEY" not in read_environment()
    defaults = {
        "DATABASE_URL": f"sqlite:///{data}/bookshop.db",
        "SECRET_KEY": read_secret(data / "secret-key"),
        "SHOP_URL": f"http://localhost:{port}",
        "SHOP_EMAIL": "hello@example.com",
        "SHOP_ADDRESS": "12 Example Road, Singapore",
        "SHOP_HOURS": "Every day, 10 am to 8 pm",
        **(simulated_stripe(simulator_url) if is_simulated else {}),
    }
    settings = settings_or_exit(defaults)
    asyncio.run(run_demo(settings, port, is_simulated=is_simulated))


@main.command()
@click.option("--port", default=5001, show_default=True, help="Port to listen on.")
@click.option(
    "--webhook-url",
    default="http://127.0.0.1:5000/stripe/webhook",
    show_default=True,
    help="Where events are sent.",
)
@click.option(
    "--webhook-secret", default=WEBHOOK_SECRET, show_default=True, help="What events are signed with."
)
def simulator(port: int, webhook_url: str, webhook_secret: str) -> None:
    """Run the Stripe simulator alone: it speaks Stripe's API, and no money moves."""
    click.echo(f"Stripe simulator on http://127.0.0.1:{port}")
    asyncio.run(run_until_stopped((create_stripe(webhook_url, webhook_secret), port)))


@main.command()
@click.option("--with-samples", is_flag=True, help="Also put the sample books into an empty catalogue.")
def migrate(*, with_samples: bool) -> None:
    """Create the database's tables, or bring them up to date."""
    settings = settings_or_exit()
    asyncio.run(
        with_database(settings, lambda database: prepare(database, settings, with_samples=with_samples))
    )
    click.echo("The database is up to date.")


async def run_demo(settings: Settings, port: int, *, is_simulated: bool) -> None:
    """Prepare the database, then serve until stopped."""
    await with_database(settings, lambda database: prepare(database, settings, with_samples=True))
    servers: list[tuple[Any, int]] = [(create_app(settings), port)]
    if is_simulated:
        servers.append((create_stripe(f"http://127.0.0.1:{port}/stripe/webhook", WEBHOOK_SECRET), port + 1))
    click.echo(f"The shop is open: http://localhost:{port}")
    click.echo("Pay with card 4242 4242 4242 4242, any future date, any code." if is_simulated else "")
    await run_until_stopped(*servers)


async def run_until_stopped(*servers: tuple[Any, int]) -> None:
    """Serve each application on its port of this machine until the process is told to stop."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await asyncio.gather(*(serve_one(app, port, stopped.wait) for app, port in servers))


async def serve_one(app: Any, port: int, stopped: Callable[..., Awaitable[Any]]) -> None:
    """Serve one application on one port of this machine."""
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.graceful_timeout = 2
    await serve_asgi(app, config, shutdown_trigger=stopped)


async def with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database for one piece of work."""
    database = open_database(settings.database_url)
    try:
        return await work(database)
    finally:
        await database.close()


async def prepare(database: Database, settings: Settings, *, with_samples: bool) -> None:
    """Bring the tables up to date, and fill an empty catalogue if that is wanted."""
    await database.write(migrate_schema)
    if with_samples:
        await database.write(load_samples, settings.shop_currency)


def create_stripe(webhook_url: str, webhook_secret: str) -> Any:
    """The simulator; imported late, since a real shop never needs it."""
    from bookshop.simulator.app import SimulatorConfig, create_simulator

    return create_simulator(SimulatorConfig(webhook_url=webhook_url, webhook_secret=webhook_secret))


def simulated_stripe(url: str) -> dict[str, str]:
    """Settings that make the simulator the shop's Stripe."""
    return {
        "STRIPE_SECRET_KEY": "sk_test_simulator",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_simulator",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": url,
        "STRIPE_JS_URL": f"{url}/endive/stripe.js",
    }


def read_secret(path: Path) -> str:
    """A secret that stays the same from start to start, so that baskets survive."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()
