"""A member of staff who uses the office's pages, without JavaScript or with htmx."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from quart import Response

from bookshop.staff.member import Member
from tests.shopper import HTMX, Shopper

Form = Mapping[str, str | list[str]]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OWN_SITE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class StaffClient(Shopper):
    """Sends requests as a browser of the office does."""

    member: Member

    async def post(
        self, path: str, form: Form | None = None, *, htmx: bool = False, **headers: str
    ) -> Response:
        """Send a form of the office's own pages; a field may be sent several times."""
        response: Response = await self.client.post(
            path,
            data=urlencode(form or {}, doseq=True),
            headers={**FORM, **OWN_SITE, **(HTMX if htmx else {}), **headers},
        )
        return response
