"""Parameters of a request: read one by one, and refused in Stripe's words."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from bookshop.simulator.errors import StripeError, invalid_request

Params: TypeAlias = Mapping[str, Any]

INTEGER = re.compile("-?[0-9]{1,12}")
MAX_METADATA_KEYS = 50
MAX_KEY_CHARS = 40
MAX_VALUE_CHARS = 500
UNSUPPORTED = "The Stripe simulator may lack it; docs/simulator.md lists what it has."


def check_names(params: Params, *names: str) -> None:
    """Refuse a parameter that is not one of `names`."""
    if "payment_method_types" in params:
        raise invalid_request(
            "The payment_method_types parameter is no longer supported. Use allowed_payment_method_types.",
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        )
    for name in params:
        if name not in names:
            raise unknown_parameter(name)


def check_nested_names(params: Params, outer: str, *names: str) -> None:
    """Refuse a parameter inside the object `outer` that is not one of `names`."""
    for name in params:
        if name not in names:
            raise unknown_parameter(f"{outer}[{name}]")


def unknown_parameter(name: str) -> StripeError:
    message = f"Received unknown parameter: {name}. {UNSUPPORTED}"
    return invalid_request(message, "parameter_unknown", name)


def require(params: Params, name: str) -> str:
    """Read a text that must not be empty."""
    value = params.get(name)
    if value in (None, ""):
        raise invalid_request(f"Missing required param: {name}.", "parameter_missing", name)
    return check_text(value, name)


def check_text(value: Any, name: str) -> str:
    """Refuse a nested object or list."""
    if not isinstance(value, str):
        raise invalid_request("Invalid string", param=name)
    return value


def read_text(params: Params, name: str) -> str | None:
    """Read an optional text; an empty one removes a value, and is None."""
    return check_text(params.get(name, ""), name) or None


def read_integer(params: Params, name: str, at_least: int = 1) -> int:
    text = require(params, name)
    if not INTEGER.fullmatch(text):
        raise invalid_request(f"Invalid integer: {text}", "parameter_invalid_integer", name)
    if int(text) < at_least:
        message = f"This value must be greater than or equal to {at_least}."
        raise invalid_request(message, "parameter_invalid_integer", name)
    return int(text)


def read_boolean(params: Params, name: str) -> bool:
    """Read true or false; false if it is missing."""
    value = params.get(name, "false")
    if value not in ("true", "false"):
        raise invalid_request(f"Invalid boolean: {value}", param=name)
    return bool(value == "true")


def read_choice(params: Params, name: str, choices: tuple[str, ...]) -> str:
    value = require(params, name)
    if value not in choices:
        raise invalid_request(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
    return value


def read_list(params: Params, name: str) -> list[str]:
    """Read a list of texts; a single text is a list of one."""
    value = params.get(name, [])
    values = value if isinstance(value, list) else [value]
    return [check_text(one, name) for one in values]


def read_object(params: Params, name: str) -> dict[str, Any]:
    """Read a nested object; an empty text is an empty object."""
    value = params.get(name) or {}
    if not isinstance(value, dict):
        raise invalid_request("Invalid object", param=name)
    return value


def read_metadata(params: Params, known: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata with the changes; an empty text removes one key, or all of them."""
    if params.get("metadata") == "":
        return {}
    changes = read_object(params, "metadata")
    texts = {name: check_text(value, f"metadata[{name}]") for name, value in changes.items()}
    metadata = {name: value for name, value in {**known, **texts}.items() if value}
    check_metadata(metadata)
    return metadata


def check_metadata(metadata: Mapping[str, str]) -> None:
    """Refuse more metadata than Stripe keeps."""
    if len(metadata) > MAX_METADATA_KEYS:
        message = f"Metadata can have up to {MAX_METADATA_KEYS} keys, and you passed in {len(metadata)} keys."
        raise invalid_request(message, param="metadata")
    for name, value in metadata.items():
        for text, what, most in ((name, "keys", MAX_KEY_CHARS), (value, "values", MAX_VALUE_CHARS)):
            if len(text) > most:
                message = f"Metadata {what} can have up to {most} characters, and you passed in {len(text)}."
                raise invalid_request(message, param=f"metadata[{name}]")
