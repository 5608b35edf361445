"""The shop starts without what it does not need of Stripe's library."""

import subprocess
import sys

LIST_MODULES = "import sys, bookshop.app; print(*sys.modules)"


def test_the_start_loads_few_modules_of_stripe() -> None:
    loaded = subprocess.check_output([sys.executable, "-c", LIST_MODULES], text=True).split()
    assert "stripe" in loaded
    assert not {"requests", "stripe._payment_intent", "stripe._charge", "stripe.checkout"} & {*loaded}
