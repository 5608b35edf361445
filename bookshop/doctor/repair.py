"""Repair what can do no harm."""

from collections.abc import Callable, Iterable

from bookshop.doctor.check import Result


def repair(results: Iterable[Result]) -> list[str]:
    """Run the repairs of these results; return a sentence on each."""
    return [run_repair(result.repair, result.what) for result in results if result.repair]


def run_repair(run: Callable[[], str], what: str) -> str:
    try:
        return run()
    except OSError as error:
        return f"This could not be fixed ({error.strerror}): {what}"
