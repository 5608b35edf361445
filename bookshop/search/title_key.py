"""The key by which titles are sorted: without case, accents or a leading article."""

from bookshop.search.words import RUNS, plain_text

MAX_TITLE_KEY_CHARS = 80
# so that 2 comes before 10
NUMBER_DIGITS = 6
ARTICLES = {
    "": "the a an",
    "dan": "den det de en et",
    "dut": "de het een",
    "eng": "the a an",
    "fre": "le la les l un une",
    "ger": "der die das ein eine",
    "ita": "il lo la i gli le l un uno una",
    "nor": "den det de en et ei",
    "por": "o a os as um uma",
    "spa": "el la los las lo un una",
    "swe": "den det de en ett",
}
ARTICLES_BY_LANGUAGE = {language: frozenset(articles.split()) for language, articles in ARTICLES.items()}


def title_key(title: str, language: str) -> str:
    """Return the words of a title in the order of its characters; `language` is of ISO 639-2/B."""
    words = [_sortable(word) for word in RUNS.findall(plain_text(title))]
    has_article = len(words) > 1 and words[0] in ARTICLES_BY_LANGUAGE.get(language, ())
    return " ".join(words[has_article:])[:MAX_TITLE_KEY_CHARS].rstrip()


def _sortable(word: str) -> str:
    return word.zfill(NUMBER_DIGITS) if word.isdecimal() else word
