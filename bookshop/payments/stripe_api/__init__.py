"""Stripe behind the gateway: the only folder that imports its library.

The library loads each of its classes when it is first named, which takes 30 ms for those of payments.
Annotations are not evaluated here, so that the shop starts without them.
"""

import sys

# what stripe and httpx import if it is installed: a client that blocks, and a command line
UNUSED_MODULES = ("requests", "httpx._main")


def import_stripe() -> None:
    """Import stripe without modules that the shop never uses, which take 8 MB of each worker."""
    hidden = [name for name in UNUSED_MODULES if name not in sys.modules]
    # importing a module that is None fails as if it were not installed
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # declared without None
    try:
        import stripe  # noqa: F401
    finally:
        for name in hidden:
            del sys.modules[name]


import_stripe()
