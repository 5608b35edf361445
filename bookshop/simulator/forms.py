"""Stripe's form encoding: `a[b]=1`, `a[0]=x` and `a[]=x` for nested objects and lists."""

import re
from collections.abc import Iterable
from typing import Any

from bookshop.simulator.errors import invalid_request

NAME = re.compile(r"[^\[\]]+(\[[^\[\]]*\]){0,5}")
NAME_PART = re.compile(r"[^\[\]]+|(?<=\[)(?=\])")


def parse_form(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the nested objects and lists that a form's fields encode; raises StripeError."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        if not NAME.fullmatch(name):
            raise invalid_request(f"Invalid parameter name: {name}")
        insert_value(tree, name, value)
    return {name: convert_lists(branch) for name, branch in tree.items()}


def insert_value(tree: dict[str, Any], name: str, value: str) -> None:
    *parents, leaf = NAME_PART.findall(name)
    for parent in parents:
        tree = tree.setdefault(parent or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise invalid_request("Invalid object", param=name)
    if isinstance(tree.get(leaf), dict):
        raise invalid_request("Invalid string", param=name)
    tree[leaf or str(len(tree))] = value


def convert_lists(branch: Any) -> Any:
    """Return the branch with a list for each object whose keys are all numbers."""
    if not isinstance(branch, dict):
        return branch
    values = {key: convert_lists(value) for key, value in branch.items()}
    if all(key.isdecimal() for key in values):
        return [values[key] for key in sorted(values, key=int)]
    return values
