"""Compare an object with the types that the installed stripe package declares.

The package writes both "null" and "absent" as Optional; `omittable_fields.py` has what may be absent.
"""

import re
import types
from collections.abc import Iterator, Set
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from stripe import ListObject, StripeObject
from stripe._object_classes import get_object_class
from stripe._stripe_object import UntypedStripeObject

from tests.simulator.omittable_fields import OMITTABLE_FIELDS, REQUIRED_FIELDS

Problems = Iterator[str]


def compare_object(obj: dict[str, Any], path: str = "") -> Problems:
    """Yield what is wrong with an object of the API, by the class that its field `object` names."""
    name = obj.get("object", "")
    if name == "list":
        yield from compare_fields(obj, ListObject, path or "list")
    else:
        yield from compare_fields(obj, get_object_class("V1", name), path or name)


def compare_fields(obj: dict[str, Any], kind: type[Any], path: str) -> Problems:
    hints = {
        name: hint for name, hint in kind.__annotations__.items() if name not in ("OBJECT_NAME", "deleted")
    }
    for name in obj.keys() - hints.keys() - ({"object"} if kind is ListObject else set()):
        yield f"{path}.{name} is unknown"
    for name in find_required(kind, hints.keys()) - obj.keys():
        yield f"{path}.{name} is missing"
    for name, hint in hints.items():
        if name in obj:
            yield from compare_value(obj[name], hint, f"{path}.{name}")


def find_required(kind: type[Any], names: Set[str]) -> Set[str]:
    """Return the fields that an object of a class always has."""
    if kind.__qualname__ in REQUIRED_FIELDS:
        return set(REQUIRED_FIELDS[kind.__qualname__].split())
    return names - set(OMITTABLE_FIELDS.get(kind.__qualname__, "").split())


def compare_value(value: Any, hint: Any, path: str) -> Problems:
    """Yield what is wrong with a value; its kind selects among the choices of a Union."""
    choices = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    if value is None:
        if types.NoneType not in choices:
            yield f"{path} is null"
    elif isinstance(value, dict):
        yield from compare_dict(value, choices, path)
    elif isinstance(value, list):
        yield from compare_list(value, choices, path)
    else:
        yield from compare_scalar(value, choices, path)


def compare_dict(value: dict[str, Any], choices: tuple[Any, ...], path: str) -> Problems:
    if isinstance(value.get("object"), str):
        yield from compare_object(value, path)
        return
    for choice in choices:
        origin = get_origin(choice) or choice
        if origin in (UntypedStripeObject, dict):
            return
        if isinstance(origin, type) and issubclass(origin, StripeObject):
            yield from compare_fields(value, origin, path)
            return
    yield f"{path} is an object, not {choices}"


def compare_list(value: list[Any], choices: tuple[Any, ...], path: str) -> Problems:
    for choice in choices:
        if get_origin(choice) is list:
            for index, one in enumerate(value):
                yield from compare_value(one, get_args(choice)[0], f"{path}[{index}]")
            return
    yield f"{path} is a list, not {choices}"


def compare_scalar(value: Any, choices: tuple[Any, ...], path: str) -> Problems:
    """Compare a text, number or boolean; a text must be among the literals, if there are any."""
    literals = [one for choice in choices if get_origin(choice) is Literal for one in get_args(choice)]
    if literals:
        if value not in literals:
            yield f"{path} is {value!r}, which is not among {literals}"
    elif type(value) not in choices and Any not in choices and not is_decimal(value, choices):
        yield f"{path} is {value!r}, not {choices}"


def is_decimal(value: Any, choices: tuple[Any, ...]) -> bool:
    """Return whether a text is what the package reads as a decimal number."""
    return Decimal in choices and isinstance(value, str) and bool(re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value))
