"""Check the settings: names that have no effect, and those that do not go together."""

from pathlib import Path

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.settings.load import InvalidSettings
from bookshop.settings.misspelt import find_misspelt

NAME = "Settings"
WHY_MISSPELT = "The shop uses the default instead."


def check_settings(deployment: Deployment) -> Results:
    """Return a warning for each name that is probably misspelt."""
    warnings = find_misspelt(deployment.environment)
    if not warnings:
        return [Result(NAME, State.OK, "Every setting is known and valid.")]
    fix = f"Correct its name in {deployment.env_file.absolute()} or in the environment, or remove it."
    return [Result(NAME, State.WARNING, end_sentence(warning), WHY_MISSPELT, fix) for warning in warnings]


def describe_invalid(invalid: InvalidSettings, env_file: Path) -> Results:
    """Return a problem for each error: nothing else can be checked then."""
    fix = f"Change it in {env_file.absolute()} or in the environment; sample.env describes every setting."
    return [
        Result(NAME, State.PROBLEM, f"{error}.", "The shop does not start.", fix) for error in invalid.errors
    ]


def end_sentence(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."
