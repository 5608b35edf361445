"""Why a backup could not be made, or cannot be used."""


class BackupError(Exception):
    """A backup was not made, or cannot be used; the message has the reason and what to do next."""


class DamagedBackup(BackupError):
    """The file is not a whole backup of this shop's format."""
