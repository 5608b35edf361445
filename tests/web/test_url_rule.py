"""Addresses are those that Werkzeug builds, by code that is compiled when needed."""

import pytest
from quart.routing import QuartRule
from werkzeug.routing import Map, Rule
from werkzeug.routing.converters import IntegerConverter

from bookshop.app import create_app
from tests.builders import some_settings


def start_shop() -> list[Rule]:
    return list(create_app(some_settings()).url_map.iter_rules())


def values_for(rule: Rule) -> dict[str, object]:
    """Return values with odd characters for each part of an address, and unknown ones."""
    numbers = {name for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)}
    return {name: 7 if name in numbers else "ä/b c?%" for name in rule.arguments} | {"q": ["é &", "="]}


def test_a_shop_starts_without_compiling_a_rule() -> None:
    assert len({rule._build.__code__ for rule in start_shop()}) == 1


@pytest.mark.parametrize("append_unknown", [True, False])
def test_an_address_is_built_like_werkzeugs_at_each_use(*, append_unknown: bool) -> None:
    for rule in start_shop():
        plain = QuartRule(rule.rule, dict(rule.defaults or {}), endpoint=rule.endpoint)
        Map([plain])
        expected = plain.build(values_for(rule), append_unknown)
        assert [rule.build(values_for(rule), append_unknown) for _ in range(2)] == [expected] * 2
