"""The files that a browser loads: Stripe.js, the card form, the challenge, an info page."""

from pathlib import Path

from quart import Blueprint, Response, send_file

SIMULATOR_FILES = Path(__file__).parent / "static"
# any page may frame the card form, so there is no frame-ancestors
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data: 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
FILES = {
    "/": "index.html",
    "/simulator.css": "simulator.css",
    "/endive/stripe.js": "stripe.js",
    "/frame.js": "frame.js",
    "/elements-inner-payment.html": "elements-inner-payment.html",
    "/elements-inner-payment.css": "elements-inner-payment.css",
    "/elements-inner-payment.js": "elements-inner-payment.js",
    "/qr-code.html": "qr-code.html",
    "/three-d-secure.html": "three-d-secure.html",
    "/three-d-secure.js": "three-d-secure.js",
}


def blueprint() -> Blueprint:
    """Mount the files at their addresses."""
    routes = Blueprint("browser", __name__)
    for address, name in FILES.items():
        routes.add_url_rule(address, name.replace(".", "-"), serve, defaults={"name": name})
    return routes


async def serve(name: str) -> Response:
    """Serve a file without caching: after an upgrade no browser may run the old script."""
    response = await send_file(SIMULATOR_FILES / name)
    response.headers.update(
        {**SECURITY_HEADERS, "Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
    )
    return response
