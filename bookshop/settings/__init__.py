"""The settings of a deployment; only here are the environment and `.env` read."""

from bookshop.settings.load import (
    InvalidSettings,
    load_settings,
    read_environment_or_exit,
    read_settings,
    settings_or_exit,
)
from bookshop.settings.settings import SETTING_NAMES, STRIPE_API, STRIPE_JS, Settings, is_live_key

__all__ = [
    "SETTING_NAMES",
    "STRIPE_API",
    "STRIPE_JS",
    "InvalidSettings",
    "Settings",
    "is_live_key",
    "load_settings",
    "read_environment_or_exit",
    "read_settings",
    "settings_or_exit",
]
