import pytest

from tests.onix.messages import (
    blocks_of,
    descriptive,
    values,
)


@pytest.mark.parametrize(
    ("ranges", "ages"),
    [
        ((("17", "03", "6"), ("", "04", "9")), (6, 9)),
        ((("17", "03", "6"),), (6, None)),
        ((("18", "04", "9"),), (None, 9)),
        ((("17", "01", "7"),), (7, 7)),
        ((("16", "03", "0"), ("", "04", "36")), (0, 3)),
        ((("11", "03", "4"),), (None, None)),
        ((("17", "03", "x"),), (None, None)),
    ],
)
def test_ages_are_years(
    ranges: tuple[tuple[str, str, str], ...], ages: tuple[int | None, int | None]
) -> None:
    parts = "".join(
        values(AudienceRangeQualifier=qualifier, AudienceRangePrecision=precision, AudienceRangeValue=value)
        for qualifier, precision, value in ranges
    )
    block = blocks_of(descriptive(f"<AudienceRange>{parts}</AudienceRange>"))["1"]
    assert (block.get("age_from"), block.get("age_to")) == ages
