"""Languages in cells of a table."""

from functools import lru_cache

from bookshop.trade.text import words

# codes of ISO 639-2/B, with the other codes and names that lists of books use
NAMES_BY_CODE = {
    "eng": ("en", "english"),
    "fre": ("fr", "fra", "french", "francais"),
    "ger": ("de", "deu", "german", "deutsch"),
    "spa": ("es", "spanish", "espanol"),
    "ita": ("it", "italian", "italiano"),
    "por": ("pt", "portuguese", "portugues"),
    "dut": ("nl", "nld", "dutch", "nederlands"),
    "swe": ("sv", "swedish", "svenska"),
    "dan": ("da", "danish", "dansk"),
    "nor": ("no", "nb", "norwegian", "norsk"),
    "fin": ("fi", "finnish", "suomi"),
    "pol": ("pl", "polish", "polski"),
    "cze": ("cs", "ces", "czech"),
    "rus": ("ru", "russian"),
    "ukr": ("uk", "ukrainian"),
    "gre": ("el", "ell", "greek"),
    "tur": ("tr", "turkish"),
    "ara": ("ar", "arabic"),
    "heb": ("he", "hebrew"),
    "hin": ("hi", "hindi"),
    "tam": ("ta", "tamil"),
    "may": ("ms", "msa", "malay", "melayu"),
    "ind": ("id", "indonesian"),
    "vie": ("vi", "vietnamese"),
    "tha": ("th", "thai"),
    "chi": ("zh", "zho", "chinese", "mandarin"),
    "jpn": ("ja", "japanese"),
    "kor": ("ko", "korean"),
    "wel": ("cy", "cym", "welsh"),
    "gle": ("ga", "irish"),
    "lat": ("la", "latin"),
}
CODES_BY_LANGUAGE = {name: code for code, names in NAMES_BY_CODE.items() for name in (code, *names)}


@lru_cache(maxsize=1024)
def parse_language(text: str) -> str:
    """Return the code of a language such as "English" or "en"; '' for an unknown one."""
    return CODES_BY_LANGUAGE.get("".join(words(text)), "")
