"""Print what Lighthouse, the HTTP Observatory, axe and the Nu checker find."""

import asyncio
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import click
from playwright.async_api import Page

from bench.quality.npm_tools import FOLDER, OBSERVATORY, check_html, install_tools, run_node
from tests.every_page.visit import visit_all
from tests.journeys.steps import HAMMING_ISBN
from tests.journeys.test_accessibility import RULES, run_axe
from tests.server.nginx import Site, running_site

Categories: TypeAlias = dict[str, dict[str, Any]]

RUNS = 3
MAX_TRIES = 4
FIRST_LOOK = "desktop-light"
# how Stripe's script names its frames, which no checker likes
STRIPE_FRAME = "__privateStripeFrame"
# the page as it was sent; nothing while the browser is offline
FETCH = "fetch(location.href).then((response) => response.text(), () => '')"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
INDEXABLE = {
    "home": "/",
    "book": f"/books/{HAMMING_ISBN}/the-art-of-doing-science-and-engineering",
    "all books": "/search",
    "category": "/search?subject=poetry",
    "subject": "/subjects/FB",
    "subjects": "/subjects",
    "new": "/new",
    "picks": "/picks",
    "person": "/people/jane-austen",
    "series": "/series/sherlock-holmes",
    "publisher": "/publishers/stripe-press",
}


def judge_with_lighthouse(site: Site) -> None:
    """Print the median of each score of every kind of indexable page, on Lighthouse's phone."""
    for name, path in INDEXABLE.items():
        runs = [measure_once(site.url + path) for _ in range(RUNS)]
        scores = [100 * median(run[category]["score"] for run in runs) for category in CATEGORIES]
        click.echo(f"{name:12}" + "".join(f"{score:8.0f}" for score in scores))
        for audit in sorted(list_failed_audits(runs[0])):
            click.echo(f"  {audit}")


def measure_once(url: str) -> Categories:
    """Run Lighthouse, again if its browser recorded no trace, which happens now and then."""
    flags = "--headless=new --no-sandbox --ignore-certificate-errors"
    options = ["--output=json", "--quiet", f"--chrome-flags={flags}"]
    options.append(f"--only-categories={','.join(CATEGORIES)}")
    command = FOLDER / "node_modules/lighthouse/cli/index.js"
    for _ in range(MAX_TRIES):
        with suppress(subprocess.CalledProcessError):
            found: Categories = run_node(command, url, *options)["categories"]
            return found
    raise click.ClickException(f"Lighthouse could not measure {url}.")


def list_failed_audits(run: Categories) -> list[str]:
    return [name for name, category in run.items() if category["score"] != 1]


def judge_with_observatory(site: Site) -> None:
    script = Path(__file__).with_name("observatory.mjs")
    trust = {"NODE_EXTRA_CA_CERTS": str(site.folder / "certificate")}
    found = run_node(script, str(OBSERVATORY.resolve()), str(site.https_port), str(site.http_port), **trust)
    click.echo(f"Observatory: {found['score']}")
    for test, (result, points) in found["points"].items():
        click.echo(f"  {points:4} {test}: {result}")


async def judge_every_page(only: str) -> None:
    """Print what axe and the Nu checker find in every page and state."""
    with tempfile.TemporaryDirectory() as folder:
        count = 0
        files: list[Path] = []

        async def look(page: Page, name: str) -> None:
            nonlocal count
            count += 1
            try:
                await run_axe(page, RULES, name)
            except AssertionError as findings:
                click.echo(findings)
            if name.endswith(FIRST_LOOK):
                for state, html in (("sent", await page.evaluate(FETCH)), ("now", await page.content())):
                    if html:
                        files.append(write_html(f"{folder}/{name}-{state}.html", html))

        await visit_all(look, only, [FIRST_LOOK, "phone-dark"])
        messages = [each for each in check_html(files) if STRIPE_FRAME not in each["message"]]
    for message in messages:
        click.echo(f"{Path(message['url']).name}: {message['message']}: {message.get('extract', '')}")
    click.echo(f"{count} pages and states seen by axe; the Nu checker has {len(messages)} messages")


def write_html(name: str, text: str) -> Path:
    file = Path(name)
    file.write_text(text)
    return file


@click.command()
@click.option("--only", default="", help="Show axe and the Nu checker only pages whose names contain this.")
@click.option("--pages/--no-pages", default=True, help="Let axe and the Nu checker see every page and state.")
@click.option("--scores/--no-scores", default=True, help="Measure with Lighthouse and the Observatory.")
def main(*, only: str, pages: bool, scores: bool) -> None:
    """Judge the shop's pages by Lighthouse, the HTTP Observatory, axe and the Nu HTML checker."""
    install_tools()
    if scores:
        with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as (site, _):
            judge_with_observatory(site)
            judge_with_lighthouse(site)
    if pages:
        asyncio.run(judge_every_page(only))


if __name__ == "__main__":
    main(prog_name="python -m bench.quality")
