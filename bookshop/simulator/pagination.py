"""Lists of objects, the newest first, a page at a time."""

from collections.abc import Iterable
from operator import ge, gt, le, lt

from bookshop.simulator.account import Account
from bookshop.simulator.errors import invalid_request, resource_missing
from bookshop.simulator.objects.base import StripeObject, new_list
from bookshop.simulator.params import Params, check_names, check_nested_names, read_integer, read_text

PAGING = ("created", "ending_before", "expand", "limit", "starting_after")
COMPARISONS = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
MAX_PAGE_OBJECTS = 100


def list_objects(account: Account, kind: str, url: str, params: Params, *filters: str) -> StripeObject:
    """Return a page of a kind, filtered by those of `filters` that are among the parameters."""
    check_names(params, *filters, *PAGING)
    wanted = {name: object_id for name in filters if (object_id := read_text(params, name))}
    for name, object_id in wanted.items():
        account.find(name, object_id, name)
    found = [obj for obj in account.objects(kind).values() if wanted.items() <= text_fields(obj).items()]
    return paginate(url, filter_created(found, params), params)


def text_fields(obj: StripeObject) -> dict[str, str]:
    return {name: value for name, value in obj.items() if isinstance(value, str)}


def filter_created(objects: Iterable[StripeObject], params: Params) -> list[StripeObject]:
    """Return the objects created within the parameter `created`, a second or its bounds."""
    created = params.get("created", {})
    bounds = created if isinstance(created, dict) else {"gte": created, "lte": created}
    check_nested_names(bounds, "created", *COMPARISONS)
    limits = [(COMPARISONS[name], read_integer(bounds, name, at_least=0)) for name in bounds]
    return [obj for obj in objects if all(compare(obj["created"], limit) for compare, limit in limits)]


def paginate(url: str, objects: Iterable[StripeObject], params: Params) -> StripeObject:
    """Return the newest objects, or those after `starting_after` or before `ending_before`."""
    newest_first = list(objects)[::-1]
    limit = read_limit(params)
    if read_text(params, "starting_after") and read_text(params, "ending_before"):
        raise invalid_request("You cannot specify both `starting_after` and `ending_before`.")
    if before := find_position(url, newest_first, params, "ending_before"):
        page = newest_first[: before - 1]
        return new_list(url, page[-limit:], has_more=len(page) > limit)
    page = newest_first[find_position(url, newest_first, params, "starting_after") :]
    return new_list(url, page[:limit], has_more=len(page) > limit)


def read_limit(params: Params) -> int:
    limit = read_integer({"limit": "10", **params}, "limit")
    if limit > MAX_PAGE_OBJECTS:
        raise invalid_request(
            f"This value must be less than or equal to {MAX_PAGE_OBJECTS}.",
            "parameter_invalid_integer",
            "limit",
        )
    return limit


def find_position(url: str, objects: list[StripeObject], params: Params, param: str) -> int:
    """Return the position after the object that a parameter names, or 0 if it names none."""
    object_id = read_text(params, param)
    if not object_id:
        return 0
    ids = [obj["id"] for obj in objects]
    if object_id not in ids:
        kind = url.rsplit("/", 1)[1].removesuffix("s")
        raise resource_missing(kind, object_id, status=400, param=param)
    return ids.index(object_id) + 1
