from tests.onix.messages import (
    a_message,
    a_product,
    collateral,
    descriptive,
    refusals_of,
    text,
)


def test_a_value_beyond_all_measure_is_refused() -> None:
    (title,) = refusals_of(a_message(a_product(descriptive(title="x" * 20_001))))
    (long,) = refusals_of(a_message(a_product(collateral(text("03", "x" * 500_001)))))
    assert title.reason == "The TitleText has 20001 characters, which is too many."
    assert long.reason == "The Text has 500001 characters, which is too many."
