"""What the pages of the office work with."""

from dataclasses import dataclass, field

from bookshop.database import Database
from bookshop.office.sign_in_limit import SignInLimit
from bookshop.payments.gateway import Gateway
from bookshop.settings import Settings


@dataclass(frozen=True, slots=True)
class Office:
    """The shop's settings, database and Stripe account."""

    settings: Settings
    database: Database
    gateway: Gateway
    sign_in_limit: SignInLimit = field(default_factory=SignInLimit)
