"""Check the folder of covers, and a sample of the pictures in it."""

import os
import random
from pathlib import Path

from bookshop.covers.picture import version_folder
from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.doctor.cover_store import sample_covers
from bookshop.doctor.first_existing_parent import first_existing_parent

NAME = "Covers"
# of ISBNs, from which a few books are read
STARTS = 5
WHY_MISSING = "Shoppers see broken pictures."
WHY_FOLDER = "Covers cannot be imported."


async def check_covers(deployment: Deployment) -> Results:
    """Judge the folder, and whether the pictures of some books are in it."""
    starts = [f"978{random.randrange(10**10):010}" for _ in range(STARTS)]
    covers = await deployment.database.read(sample_covers, starts)
    folder = deployment.settings.covers_dir
    missing = [isbn for isbn, version in covers if not (folder / version_folder(isbn, version)).is_dir()]
    return [judge_pictures(folder, len(covers), missing)] if missing else [judge_folder(folder, len(covers))]


def judge_pictures(folder: Path, count: int, missing: list[str]) -> Result:
    what = f"Missing in {folder.absolute()}: {len(missing)} of {count} covers, such as that of {missing[0]}."
    fix = "Check COVERS_DIR; `bookshop covers` makes lost ones again from the same pictures."
    return Result(NAME, State.PROBLEM, what, WHY_MISSING, fix)


def judge_folder(folder: Path, count: int) -> Result:
    """Judge the folder, which the first import creates."""
    path, found = folder.absolute(), first_existing_parent(folder)
    if not found.is_dir() or not os.access(found, os.R_OK | os.W_OK | os.X_OK):
        fix = f"Make COVERS_DIR a folder of the shop’s user: chown USER {path}"
        return Result(NAME, State.PROBLEM, f"{found} cannot be written.", WHY_FOLDER, fix)
    if found != path:
        return Result(NAME, State.OK, f"There are no covers; the first import creates {path}.")
    return Result(NAME, State.OK, f"Covers that were looked for, and are there: {count}.")
