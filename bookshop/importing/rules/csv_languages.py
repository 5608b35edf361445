"""Languages in cells of a table."""

from functools import cache, lru_cache

from babel import Locale

from bookshop.importing.rules.month_names import LANGUAGES
from bookshop.trade.text import words

# codes of ISO 639-2/B, with those of ISO 639-1 and other codes and names that lists of books use
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


@lru_cache(maxsize=1024)
def parse_language(text: str) -> str:
    """Return the code of a language, the first of several; '' for an unknown one."""
    parts = words(text)
    return codes_by_name().get("".join(parts)) or codes_by_name().get("".join(parts[:1]), "")


@cache
def codes_by_name() -> dict[str, str]:
    """Return the codes of languages by their names in several languages and by other codes."""
    found = {
        "".join(words(Locale.parse(locale).languages[names[0]])): code
        for locale in LANGUAGES
        for code, names in NAMES_BY_CODE.items()
    }
    return found | {name: code for code, names in NAMES_BY_CODE.items() for name in (code, *names)}
