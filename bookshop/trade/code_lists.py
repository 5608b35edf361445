"""Code lists of the book trade, which the package ships as JSON files in `trade/data/`."""

import json
from importlib.resources import files
from typing import Any


def read_code_list(name: str) -> Any:
    """Return the content of `trade/data/<name>.json`; callers cache what they make of it."""
    return json.loads(files("bookshop.trade").joinpath("data", f"{name}.json").read_text("utf-8"))
