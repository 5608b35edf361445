"""A stub of Stripe that responds at once: python -m bench.stripe_stub PORT.

It stores nothing: an intent's id contains its order and amount. Every intent that is read is processing.
"""

import asyncio
import json
import sys
from typing import Any
from urllib.parse import parse_qs

EMPTY_LIST = {"object": "list", "data": [], "has_more": False, "url": "/v1/events"}


def intent_of(path: str, form: dict[str, list[str]]) -> dict[str, Any]:
    """Return the intent that the path names, or a new one for the form."""
    name = path.partition("?")[0].split("/")[3:4]
    order, _, amount = name[0].removeprefix("pi_").partition("_") if name else ("", "", "")
    if not name:
        order, amount = form["metadata[order]"][0], form["amount"][0]
    return {
        "id": f"pi_{order}_{amount}",
        "object": "payment_intent",
        "amount": int(amount),
        "amount_received": 0,
        "currency": "sgd",
        "client_secret": f"pi_{order}_{amount}_secret_x",
        "created": 0,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {"order": order},
        "next_action": None,
        "status": "processing" if name else "requires_payment_method",
    }


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection until it closes."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode().splitlines()
            lengths = [line[15:] for line in lines if line.lower().startswith("content-length:")]
            form = parse_qs((await reader.readexactly(int(lengths[0]) if lengths else 0)).decode())
            path = first.split()[1]
            obj = intent_of(path, form) if path.startswith("/v1/payment_intents") else EMPTY_LIST
            body = json.dumps(obj).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
            )
            writer.write(body)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(port: str) -> None:
    """Serve until stopped."""
    server = await asyncio.start_server(serve, "127.0.0.1", int(port))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
