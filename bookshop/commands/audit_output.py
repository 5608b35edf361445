"""Print what an audit finds, in memory that does not grow with the number of findings."""

import json
from collections import Counter
from dataclasses import asdict
from typing import Protocol

import click

from bookshop.commands.output import MAX_ROWS, echo_table
from bookshop.orders.audit.violation import Violation

# of rules that do not say by themselves what to do
NEXT_STEPS = {
    "restore": "A restored database must be compared with Stripe: bookshop recover",
    "lost": "Send the books of each lost order or refund it, and note it in the office: /office/lost",
}


class AuditOutput(Protocol):
    """Prints an audit."""

    @property
    def count(self) -> int:
        """How many violations were added."""

    def begin(self, books: int, orders: int) -> None:
        """Begin with how much is checked."""

    def add(self, violation: Violation) -> None:
        """Print a violation, or keep it for the end."""

    def end(self) -> None:
        """Print what remains."""


class JsonOutput:
    """One JSON object, whose list of violations is written as they are found."""

    def __init__(self) -> None:
        self.count = 0

    def begin(self, books: int, orders: int) -> None:
        click.echo(f'{{\n  "books": {books},\n  "orders": {orders},\n  "violations": [', nl=False)

    def add(self, violation: Violation) -> None:
        click.echo(f"{',' if self.count else ''}\n    {json.dumps(asdict(violation))}", nl=False)
        self.count += 1

    def end(self) -> None:
        click.echo(f'\n  ],\n  "is_clean": {json.dumps(self.count == 0)}\n}}')


class TableOutput:
    """A table of the first violations of each rule, and how many more there are."""

    def __init__(self) -> None:
        self._books = self._orders = 0
        self._first: list[Violation] = []
        self._counts = Counter[str]()

    @property
    def count(self) -> int:
        return self._counts.total()

    def begin(self, books: int, orders: int) -> None:
        self._books, self._orders = books, orders

    def add(self, violation: Violation) -> None:
        self._counts[violation.rule] += 1
        if self._counts[violation.rule] <= MAX_ROWS:
            self._first.append(violation)

    def end(self) -> None:
        if self._first:
            rows = [(v.rule, v.subject, v.expected, v.found) for v in self._first]
            echo_table(("RULE", "SUBJECT", "EXPECTED", "FOUND"), rows)
        for rule, count in self._counts.items():
            if count > MAX_ROWS:
                click.echo(f"… and {count - MAX_ROWS:,} more of {rule}; --json lists them.")
            if rule in NEXT_STEPS:
                click.echo(f"{rule}: {NEXT_STEPS[rule]}")
        click.echo(f"Books: {self._books}, orders: {self._orders}, broken rules: {self.count}.")
