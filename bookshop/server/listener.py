"""Open the socket that a server listens on, or say in one line why that is impossible."""

import errno
import re
import socket

from hypercorn.config import Config

# connections that may wait in the kernel while every worker is busy or starting
BACKLOG = 2048
REASONS = {
    errno.EADDRINUSE: "another program listens there. Stop it, or choose another port.",
    errno.EACCES: "that is not permitted. Ports below 1024 and files of other users need more rights.",
    errno.EADDRNOTAVAIL: "this machine does not have that address.",
    errno.EBADF: "no socket is open under that number.",
}
ADDRESS = re.compile(r"unix:.+|fd://\d+|.*:\d+")
MAX_PORT = 65535


class CannotListen(Exception):
    """The address is wrong or in use."""

    def __init__(self, bind: str, reason: str) -> None:
        super().__init__(f"Cannot listen on {bind}: {reason}")


def open_listener(bind: str) -> socket.socket:
    """Listen on host:port, unix:path or an open fd://number; raises CannotListen."""
    if not ADDRESS.fullmatch(bind):
        raise CannotListen(bind, "write host:port, unix:path or fd://number.")
    config = Config()
    config.bind = [bind]
    try:
        listener = config.create_sockets().insecure_sockets[0]
        listener.listen(BACKLOG)
    except OverflowError:
        raise CannotListen(bind, f"a port is a number from 0 to {MAX_PORT}.") from None
    except OSError as problem:
        raise CannotListen(bind, REASONS.get(problem.errno or 0, f"{problem.strerror}.")) from None
    return listener
