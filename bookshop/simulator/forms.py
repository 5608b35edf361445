"""Stripe's form encoding: `a[b]=1`, `a[0]=x` and `a[]=x` for nested objects and lists."""

import re
from collections.abc import Iterable
from typing import Any

from bookshop.simulator.errors import invalid

NAME = re.compile(r"[^\[\]]+(\[[^\[\]]*\]){0,5}")
PART = re.compile(r"[^\[\]]+|(?<=\[)(?=\])")


def parse_form(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The nested objects and lists that a form's fields spell."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        if not NAME.fullmatch(name):
            raise invalid(f"Invalid parameter name: {name}")
        put(tree, name, value)
    return {name: lists_of(branch) for name, branch in tree.items()}


def put(tree: dict[str, Any], name: str, value: str) -> None:
    """Hang a value into the tree where its name says."""
    *folders, leaf = PART.findall(name)
    for folder in folders:
        tree = tree.setdefault(folder or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise invalid("Invalid object", param=name)
    if isinstance(tree.get(leaf), dict):
        raise invalid("Invalid string", param=name)
    tree[leaf or str(len(tree))] = value


def lists_of(branch: Any) -> Any:
    """The same branch with lists where every key is a number."""
    if not isinstance(branch, dict):
        return branch
    values = {key: lists_of(value) for key, value in branch.items()}
    if all(key.isdecimal() for key in values):
        return [values[key] for key in sorted(values, key=int)]
    return values
