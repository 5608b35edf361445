"""Say in one line why a database cannot be used, without the password in its address."""

from pathlib import Path

from sqlalchemy import make_url

from bookshop.database.errors import DatabaseUnavailable, Fault

FAULT_TEXTS = {
    Fault.BUSY: "is in use by another program",
    Fault.UNREACHABLE: "cannot be opened",
    Fault.CORRUPT: "is damaged, or is not a database",
    Fault.FULL: "cannot be written: the disk is full",
    Fault.READ_ONLY: "cannot be written: permission is missing",
    Fault.BROKEN: "cannot be read or written",
    Fault.STUCK: "does not respond",
}


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite database, None for PostgreSQL."""
    return Path(str(make_url(url).database)) if url.startswith("sqlite") else None


def describe_missing(url: str) -> str:
    """Return the error of a file that does not exist; empty if it does."""
    file = sqlite_file(url)
    if file is None or file.exists():
        return ""
    path = file.absolute()
    return f"There is no database at {path}. Check DATABASE_URL, or create it with `bookshop migrate`."


def describe_failure(url: str, error: BaseException) -> str:
    """Return the error of a database that cannot be used."""
    fault = error.fault if isinstance(error, DatabaseUnavailable) else Fault.NONE
    text = FAULT_TEXTS.get(fault, f"could not be used ({type(error).__name__})")
    return f"The database {name_of(url)} {text}. Check DATABASE_URL."


def name_of(url: str) -> str:
    """Return where a database is: its file, or its server and its name there."""
    if file := sqlite_file(url):
        return str(file.absolute())
    parts = make_url(url)
    return f"{parts.database} at {parts.host or 'localhost'}"
