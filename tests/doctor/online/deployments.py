"""Deployments that the online checks look at; none of these checks uses the database."""

from pathlib import Path

from bookshop.database import open_database
from bookshop.doctor.check import Deployment
from bookshop.settings import Settings


def a_deployment(settings: Settings) -> Deployment:
    return Deployment(settings, {}, Path(".env"), open_database("sqlite:////nowhere/bookshop.db"))
