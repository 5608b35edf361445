"""The page about checks names each of them."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from bookshop import doctor

ROOT = Path(__file__).parents[2]
ROWS = [row.split("|") for row in (ROOT / "docs/doctor.md").read_text().splitlines() if row.startswith("| ")]
DESCRIBED = {name for row in ROWS for name in row[1].strip().split(", ")}


def list_names() -> set[str]:
    """Return the names of results, which are constants of the modules that make them."""
    found = set()
    for file in Path(doctor.__path__[0]).glob("check_*.py"):
        module = import_module(f"bookshop.doctor.{file.stem}")
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="Result"), args=[ast.Name(id=name), *_]) if name.isupper():
                    found.add(getattr(module, name))
    return found


@pytest.mark.parametrize("name", sorted(list_names()))
def test_each_check_is_in_the_table(name: str) -> None:
    assert name in DESCRIBED
