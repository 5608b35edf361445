"""What the pages of the office work with."""

from dataclasses import dataclass

from bookshop.database import Database
from bookshop.payments.gateway import Gateway
from bookshop.settings import Settings


@dataclass(frozen=True, slots=True)
class Office:
    """The shop's settings, database and Stripe account."""

    settings: Settings
    database: Database
    gateway: Gateway
