"""Where a folder that need not exist would be."""

from pathlib import Path


def first_existing_parent(folder: Path) -> Path:
    """Return the folder, or the first one above it that exists."""
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.exists())
