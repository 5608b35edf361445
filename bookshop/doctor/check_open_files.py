"""Check how many files and connections a process may have open."""

import resource

from bookshop.doctor.check import Deployment, Result, Results, State

NAME = "Open files"
MIN_FILES = 1024
WHY = "Each connection of a shopper is an open file; without a free one the shop does not answer."
FIX = "Set LimitNOFILE=65536 in the systemd unit, or --ulimit nofile=65536:65536 of the container."


def check_open_files(_: Deployment) -> Results:
    """Judge the limit of this process."""
    limit, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return [judge_limit(limit)]


def judge_limit(limit: int) -> Result:
    if limit == resource.RLIM_INFINITY:
        return Result(NAME, State.OK, "A process may open any number of files.")
    what = f"A process may open {limit} files."
    return Result(NAME, State.PROBLEM, what, WHY, FIX) if limit < MIN_FILES else Result(NAME, State.OK, what)
