"""Elements of lxml."""

from functools import lru_cache
from typing import Any, TypeAlias

# the published types of lxml miss half of what is used here
Element: TypeAlias = Any


@lru_cache(maxsize=1000)
def split_tag(tag: str) -> tuple[str, str]:
    """Return the namespace and the local name of a tag."""
    namespace, _, name = tag.rpartition("}")
    return namespace[1:], name
