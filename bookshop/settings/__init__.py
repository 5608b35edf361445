"""The settings of a deployment; only here are the environment and `.env` read."""

from bookshop.settings.load import (
    InvalidSettings,
    load_settings,
    read_environment,
    read_settings,
    settings_or_exit,
)
from bookshop.settings.settings import STRIPE_API, STRIPE_JS, Settings, is_live_key

__all__ = [
    "STRIPE_API",
    "STRIPE_JS",
    "InvalidSettings",
    "Settings",
    "is_live_key",
    "load_settings",
    "read_environment",
    "read_settings",
    "settings_or_exit",
]
