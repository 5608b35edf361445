"""What a browser loads from the simulator: Stripe.js, the card form, the bank's challenge, an info page."""

from pathlib import Path

from quart import Blueprint, Response, send_file

STATIC = Path(__file__).parent / "static"

# The card form may stand in any page, so nothing here limits frame-ancestors.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"

FILES = {
    "/": "index.html",
    "/simulator.css": "simulator.css",
    "/endive/stripe.js": "stripe.js",
    "/frame.js": "frame.js",
    "/elements-inner-payment.html": "elements-inner-payment.html",
    "/elements-inner-payment.css": "elements-inner-payment.css",
    "/elements-inner-payment.js": "elements-inner-payment.js",
    "/three-d-secure.html": "three-d-secure.html",
    "/three-d-secure.js": "three-d-secure.js",
}


def blueprint() -> Blueprint:
    """The addresses of the files above."""
    browser = Blueprint("browser", __name__)
    for address, name in FILES.items():
        browser.add_url_rule(address, name.replace(".", "-"), serve, defaults={"name": name})
    return browser


async def serve(name: str) -> Response:
    """One file, never from a cache: a simulator just upgraded must not meet yesterday's script."""
    response = await send_file(STATIC / name)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
