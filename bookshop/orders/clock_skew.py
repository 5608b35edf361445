"""How far apart clocks may be."""

from datetime import timedelta

# the clocks of two machines differ by less; a time further ahead was stored before the clock was set back
MAX_SKEW = timedelta(minutes=1)
