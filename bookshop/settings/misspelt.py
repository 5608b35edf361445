"""Find variables that were probably meant as settings of the shop."""

from collections.abc import Iterable
from difflib import get_close_matches

from bookshop.settings.settings import SETTING_NAMES

PREFIXES = ("SHOP_", "STRIPE_")
# of Stripe's command line
OTHERS = ("STRIPE_API_KEY", "STRIPE_CLI_", "STRIPE_DEVICE_NAME", "STRIPE_PROJECT_NAME")
MIN_LIKENESS = 0.85


def find_misspelt(names: Iterable[str]) -> list[str]:
    """Return a warning for each name that resembles a setting's and is none."""
    warnings = []
    for name in sorted(set(names) - SETTING_NAMES):
        like = get_close_matches(name.upper(), SETTING_NAMES, 1, MIN_LIKENESS)
        if not name.startswith(OTHERS) and (like or name.startswith(PREFIXES)):
            hint = f"did you mean {like[0]}?" if like else "see sample.env"
            warnings.append(f"{name} is not a setting and has no effect; {hint}")
    return warnings
