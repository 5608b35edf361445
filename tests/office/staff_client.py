"""A member of staff who uses the office's pages, without JavaScript or with htmx."""

from collections.abc import Mapping
from dataclasses import dataclass

from quart import Response

from bookshop.staff.member import Member
from tests.shopper import Shopper

Form = Mapping[str, str | list[str]]
OWN_SITE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class StaffClient(Shopper):
    """Sends requests as a browser of the office does."""

    member: Member

    async def post(
        self, path: str, form: Form | None = None, *, htmx: bool = False, **headers: str
    ) -> Response:
        """Send a form of the office's own pages; a field may be sent several times."""
        return await super().post(path, dict(form or {}), htmx=htmx, **OWN_SITE, **headers)  # type: ignore[arg-type]  # likewise
