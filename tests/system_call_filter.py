"""Run a program under the filter of system calls of a systemd unit.

    python tests/system_call_filter.py UNIT PROGRAM ARGUMENTS…

Systemd itself would have to be the first process of the machine.
"""

import ctypes
import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LIBRARY = "libseccomp.so.2"
# of seccomp.h
ALLOW = 0x7FFF0000
KILL = 0x80000000
FAIL = 0x00050000 | errno.EPERM
UNKNOWN_CALL = -1


def list_allowed(unit: str) -> set[str]:
    """Return the names of the system calls that a unit allows."""
    groups = read_groups()
    allowed = set(list_calls("@default", groups))
    for sign, names in re.findall(r"^SystemCallFilter=(~?)(.*)$", unit, re.MULTILINE):
        named = {call for name in names.split() for call in list_calls(name, groups)}
        allowed = allowed - named if sign else allowed | named
    return allowed


def read_groups() -> dict[str, list[str]]:
    """Return what is in each of systemd's groups: system calls and other groups."""
    command = [str(shutil.which("systemd-analyze")), "--no-pager", "syscall-filter"]
    # without a file of the kernel's, it says on standard error that it cannot list all calls
    text = subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL)
    sections = re.findall(r"^(@\S+)\n((?:^ +.*\n)*)", text, re.MULTILINE)
    return {name: re.findall(r"^ +([^#\s]+)$", members, re.MULTILINE) for name, members in sections}


def list_calls(name: str, groups: dict[str, list[str]]) -> Iterator[str]:
    """Return the system calls of a group, or the one of this name."""
    for member in groups.get(name, ()):
        yield from list_calls(member, groups)
    if not name.startswith("@"):
        yield name


def apply_filter(unit: str) -> None:
    """Do what the unit says about system calls of this process and of those that it starts."""
    otherwise = FAIL if "SystemCallErrorNumber=EPERM" in unit else KILL
    library = ctypes.CDLL(LIBRARY)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(otherwise))
    for name in list_allowed(unit):
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number != UNKNOWN_CALL:
            library.seccomp_rule_add(context, ALLOW, number, 0)
    if library.seccomp_load(context):
        sys.exit("The kernel does not take the filter")


if __name__ == "__main__":
    _, unit, program, *arguments = sys.argv
    apply_filter(Path(unit).read_text())
    os.execv(program, [program, *arguments])  # noqa: S606 - the program of the command line
