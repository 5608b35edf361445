"""The table of all checks, in the order in which they are shown."""

from bookshop.doctor.check import Check
from bookshop.doctor.check_settings import check_settings

CHECKS: tuple[Check, ...] = (Check("Settings", check_settings),)
# these need the network
ONLINE_CHECKS: tuple[Check, ...] = ()
