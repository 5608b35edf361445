"""ONIX code list 27: the subject schemes that the shop reads."""

# Thema's categories make the tree of subjects; its qualifiers add place, language, period, level, age, style
THEMA_CATEGORY = "93"
THEMA_QUALIFIERS = {"1": "94", "2": "95", "3": "96", "4": "97", "5": "98", "6": "99"}
THEMA_SCHEMES = frozenset({THEMA_CATEGORY, *THEMA_QUALIFIERS.values()})
BISAC, BIC = "10", "12"
# plain words: of a publisher, or of any other sender
PUBLISHERS_SCHEME, SENDERS_SCHEME = "23", "24"
OWN_SCHEMES = frozenset({PUBLISHERS_SCHEME, SENDERS_SCHEME})
SUBJECT_SCHEMES = THEMA_SCHEMES | {BISAC, BIC}


def thema_scheme_of(code: str) -> str:
    """Return the scheme of a Thema code; only qualifiers begin with a digit."""
    return THEMA_QUALIFIERS.get(code[:1], THEMA_CATEGORY)
