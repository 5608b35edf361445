"""`bookshop demo`: serve a shop with sample books, and the Stripe simulator beside it."""

import asyncio
import secrets
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bookshop.app import create_app
from bookshop.commands.local_servers import open_free_ports, open_ports, serve_until_stopped
from bookshop.commands.migrate import prepare_database
from bookshop.commands.runner import describe_os_error, run_with_any_database
from bookshop.commands.staff import cli_actor, welcome_address
from bookshop.database import Database
from bookshop.server.check_start import exit_if_start_is_pointless
from bookshop.settings import Settings, is_live_key, read_environment_or_exit, settings_or_exit
from bookshop.settings.load import format_env, read_set_values
from bookshop.settings.simulator_keys import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET
from bookshop.staff.first_owner import open_first_link

DEFAULT_PORT = 5000
ENV_FILE = "demo.env"
FIRST_OWNER = "Owner"
# the payments of the orders in the database
SIMULATOR_FILE = "simulator.json"


def serve_demo(port: int | None, data: Path) -> None:
    """Serve a shop whose data are in this folder; without a port, on the next that is free."""
    stripe_key = read_environment_or_exit().get("STRIPE_SECRET_KEY", "").strip()
    if is_live_key(stripe_key):
        raise click.ClickException(
            "The demo sells sample books, so it does not start with live Stripe keys. Use test keys."
        )
    count = 1 if stripe_key else 2
    listeners = open_free_ports(DEFAULT_PORT, count) if port is None else open_ports(port, count)
    port = listeners[0].getsockname()[1]
    settings = settings_or_exit(demo_defaults(port, data, is_simulated=not stripe_key))
    run_with_any_database(settings, lambda database: prepare_database(database, settings, with_samples=True))
    office = run_with_any_database(settings, lambda database: find_office(database, settings))
    click.echo(f"Its orders: bookshop --env-file {data / ENV_FILE} orders")
    if stripe_key:
        exit_if_start_is_pointless(settings)
    asyncio.run(run_demo(settings, listeners, data / SIMULATOR_FILE, office))


def demo_defaults(port: int, data: Path, *, is_simulated: bool) -> dict[str, str]:
    """Return the settings of a shop on this port; creates its folder."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        defaults = demo_settings(port, data)
        if is_simulated:
            defaults |= simulator_settings(f"http://127.0.0.1:{port + 1}")
        write_env_file(data / ENV_FILE, defaults)
    except OSError as problem:
        raise click.ClickException(describe_os_error(problem)) from None
    return defaults


def write_env_file(path: Path, defaults: dict[str, str]) -> None:
    """Write the demo's settings, so that other commands find its database and simulator."""
    path.touch(mode=0o600)
    path.write_text(format_env(defaults | read_set_values()))


def demo_settings(port: int, data: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{data}/bookshop.db",
        "COVERS_DIR": f"{data}/covers",
        "BACKUPS_DIR": f"{data}/backups",
        "SECRET_KEY": read_secret(data / "secret-key"),
        "SHOP_URL": f"http://localhost:{port}",
        "SHOP_EMAIL": "hello@example.com",
        "SHOP_ADDRESS": "12 Example Road, Singapore",
        "SHOP_HOURS": "Every day, 10 am to 8 pm",
    }


def simulator_settings(url: str) -> dict[str, str]:
    """Return the settings that make the simulator at `url` the shop's Stripe."""
    return {
        "STRIPE_SECRET_KEY": SECRET_KEY,
        "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": url,
        "STRIPE_JS_URL": f"{url}/endive/stripe.js",
    }


def read_secret(path: Path) -> str:
    """Read the secret key, created on the first start, so that baskets survive a restart."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()


async def find_office(database: Database, settings: Settings) -> str:
    """Return the office's address, or the link by which its first owner sets up how to sign in."""
    token = await database.write(open_first_link, FIRST_OWNER, cli_actor(), datetime.now(UTC))
    if not token:
        return f"{settings.shop_url}/office"
    return f"{welcome_address(settings, token)} (it works once, for an hour)"


async def run_demo(settings: Settings, listeners: list[socket.socket], state_file: Path, office: str) -> None:
    """Serve until stopped; the simulator on the second socket, if there is one."""
    shop, *others = listeners
    port = shop.getsockname()[1]
    servers: list[tuple[Any, socket.socket]] = [(create_app(settings), shop)]
    for listener in others:
        # here, since a shop with Stripe keys needs no simulator
        from bookshop.simulator.app import SimulatorConfig, create_simulator

        webhook_url = f"http://127.0.0.1:{port}/stripe/webhook"
        config = SimulatorConfig(webhook_url, WEBHOOK_SECRET, state_file=state_file)
        try:
            servers.append((create_simulator(config), listener))
        except ValueError as problem:
            raise click.ClickException(str(problem)) from None
    click.echo(f"The shop is open: http://localhost:{port}")
    click.echo(f"Its office: {office}")
    click.echo("Pay with card 4242 4242 4242 4242, any future date, any code." if others else "")
    await serve_until_stopped(*servers)
