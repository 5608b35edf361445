"""The table of all checks, in the order in which they are shown."""

from bookshop.doctor.check import Check
from bookshop.doctor.check_backups import check_backups
from bookshop.doctor.check_covers import check_covers
from bookshop.doctor.check_database import check_database
from bookshop.doctor.check_disk import check_disk
from bookshop.doctor.check_integrity import check_integrity
from bookshop.doctor.check_keys import check_keys
from bookshop.doctor.check_law_pages import check_law_pages
from bookshop.doctor.check_mail import check_mail
from bookshop.doctor.check_open_files import check_open_files
from bookshop.doctor.check_permissions import check_permissions
from bookshop.doctor.check_proxies import check_proxies
from bookshop.doctor.check_recovery import check_recovery
from bookshop.doctor.check_settings import check_settings
from bookshop.doctor.check_staff import check_staff
from bookshop.doctor.check_work import check_work
from bookshop.doctor.online import ONLINE_CHECKS

CHECKS: tuple[Check, ...] = (
    Check("Settings", check_settings),
    Check("Keys", check_keys),
    Check("Database", check_database),
    Check("Integrity", check_integrity),
    Check("Disk", check_disk),
    Check("Permissions", check_permissions),
    Check("Open files", check_open_files),
    Check("Backups", check_backups),
    Check("Covers", check_covers, needs_database=True),
    Check("Mail", check_mail, needs_database=True),
    Check("Proxies", check_proxies, needs_database=True),
    Check("Work", check_work, needs_database=True),
    Check("Restore", check_recovery, needs_database=True),
    Check("Office", check_staff, needs_database=True),
    Check("Law pages", check_law_pages),
)


def list_checks(*, is_online: bool) -> tuple[Check, ...]:
    """Return the checks, with those that need the network only if asked for."""
    return (*CHECKS, *ONLINE_CHECKS) if is_online else CHECKS
