"""What several tests of search draw."""

from hypothesis import strategies as st

junk = st.text(max_size=80)
isbns = st.integers(0, 10**9 - 1).flatmap(lambda n: st.sampled_from([f"978{n:09d}0", f"979{n:09d}0"]))
days = st.dates().map(str)
