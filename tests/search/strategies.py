"""What several tests of search draw."""

from hypothesis import strategies as st

from bookshop.trade.availability import AvailabilityKind

junk = st.text(max_size=80)
isbns = st.integers(0, 10**9 - 1).flatmap(lambda n: st.sampled_from([f"978{n:09d}0", f"979{n:09d}0"]))
kinds = st.sampled_from(AvailabilityKind)
days = st.dates().map(str)
