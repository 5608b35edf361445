"""What an audit prints: the first findings of each rule, or all of them as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import pytest

from bookshop.commands.audit_output import AuditOutput, JsonOutput, TableOutput
from bookshop.orders.audit.violation import Violation

COUNTS = (0, 1, 20, 21, 1500)


def find(rule: str, count: int) -> list[Violation]:
    return [Violation(rule, f"{rule}-{n}", '"1"', "2\n3") for n in range(count)]


def print_with(output: AuditOutput, violations: Sequence[Violation]) -> None:
    output.begin(3, 2000)
    for violation in violations:
        output.add(violation)
    output.end()
    assert output.count == len(violations)


@pytest.mark.parametrize("count", COUNTS)
def test_json_has_every_violation(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = [*find("total", count), *find("review", 1)] if count else []
    print_with(JsonOutput(), found)
    assert json.loads(capsys.readouterr().out) == {
        "books": 3,
        "orders": 2000,
        "violations": [asdict(one) for one in found],
        "is_clean": not count,
    }


def test_json_is_written_while_violations_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    output = JsonOutput()
    output.begin(1, 1)
    for one in find("total", 3):
        output.add(one)
        assert f'"subject": "{one.subject}"' in capsys.readouterr().out


@pytest.mark.parametrize("count", COUNTS)
def test_a_table_has_the_first_violations_of_each_rule(
    count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [*find("total", count), *find("review", 2)]
    print_with(TableOutput(), found)
    lines = capsys.readouterr().out.splitlines()
    more = [f"… and {count - 20:,} more of total; --json lists them."] if count > 20 else []
    subjects = [f"total-{n}" for n in range(min(count, 20))] + ["review-0", "review-1"]
    assert [line.split()[1] for line in lines[1 : 1 + len(subjects)]] == subjects
    assert lines[1 + len(subjects) :] == [
        *more,
        f"Books: 3, orders: 2000, broken rules: {count + 2}.",
    ]


def test_a_table_names_the_next_step_after_a_restore(capsys: pytest.CaptureFixture[str]) -> None:
    print_with(TableOutput(), [*find("restore", 1), *find("lost", 21), *find("total", 1)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-4].startswith("restore: ")
    assert lines[-4].endswith("bookshop recover")
    assert lines[-3].startswith("… and 1 more of lost")
    assert lines[-2].startswith("lost: ")
    assert lines[-2].endswith("/office/lost")
