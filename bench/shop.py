"""The shop without its page cache and its static files: every page is made anew, as the first shopper's is.

python -m bench.shop PORT; not a way to serve a shop, and so no setting.
"""

import socket
import sys

from bookshop.app import create_app
from bookshop.server.supervisor import open_listener
from bookshop.server.worker import run, server_config


def main(port: str) -> None:
    """Serve on this port."""
    shop = create_app()
    # what stands before Quart was put there by name
    shop.__dict__.pop("asgi_app")
    control_socket, _supervisor = socket.socketpair()
    run(shop, server_config(open_listener(f"127.0.0.1:{port}").detach()), control_socket)


if __name__ == "__main__":
    main(sys.argv[1])
