"""Who runs a command."""

import getpass
import os


def find_actor() -> str:
    """Return the name of the operating system's user; a container may give its user none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
