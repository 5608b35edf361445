"""The shop without its page cache: every page is rendered for every request.

Run by the bench as python -m bench.shop PORT; never serve a shop with it.
"""

import socket
import sys

from bookshop.app import create_app
from bookshop.server.listener import open_listener
from bookshop.server.worker import run, server_config


def main(port: str) -> None:
    """Serve on a port of this machine."""
    shop = create_app()
    # the middleware replaced asgi_app on the instance
    shop.__dict__.pop("asgi_app")
    control_socket, _supervisor = socket.socketpair()
    run(shop, server_config(open_listener(f"127.0.0.1:{port}").detach()), control_socket)


if __name__ == "__main__":
    main(sys.argv[1])
