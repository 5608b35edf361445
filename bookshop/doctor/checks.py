"""The table of all checks, in the order in which they are shown."""

from bookshop.doctor.check import Check
from bookshop.doctor.check_settings import check_settings
from bookshop.doctor.online import ONLINE_CHECKS

__all__ = ["CHECKS", "ONLINE_CHECKS"]

CHECKS: tuple[Check, ...] = (Check("Settings", check_settings),)
