from bookshop.covers.cover_report import CoverReport, RefusedPicture


def test_a_run_is_useless_when_something_was_wrong_and_nothing_right() -> None:
    assert not CoverReport().has_failed
    assert CoverReport(unknown=["x"]).has_failed
    assert CoverReport(refused=[RefusedPicture("x", "y")]).has_failed
    for right in ("imported", "unchanged", "kept_own"):
        assert not CoverReport(unknown=["x"], **{right: 1}).has_failed  # type: ignore[arg-type]  # counts
