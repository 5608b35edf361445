"""Product forms in cells of a table."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from bookshop.trade.product_forms import product_forms
from bookshop.trade.text import words

# codes of ONIX list 150 by names without spaces and accents: English, German, French, Spanish, Italian,
# Portuguese, Dutch, Swedish, Chinese. These names count wherever they stand in a cell.
CLEAR_NAMES = {
    "BC": (
        "paperback pbk pb pback softback softcover tradepaper tpb mmpb massmarket flexibound paperbound "
        "taschenbuch broschiert broschur kartoniert livredepoche broche tapablanda rustica librodebolsillo "
        "brossura copertinaflessibile tascabile capamole capacomum brochado ingenaaid haftad storpocket "
        "平装 平裝"
    ),
    "BB": (
        "hardback hardcover hardbound hbk hb hback casebound clothbound clothback librarybinding turtleback "
        "paperoverboards gebunden gebundeneausgabe gebundenesbuch festeinband pappband relie cartonne "
        "tapadura cartone encuadernado copertinarigida rilegato cartonato capadura encadernado inbunden "
        "精装 精裝"
    ),
    "BD": "looseleaf loseblatt loseblattausgabe",
    "BE": "spiralbound spiralbinding spiralbindung wirebound wireo ringbound combbound",
    "BF": "pamphlet chapbook",
    "BG": "leatherbound",
    "BH": "boardbook pappbilderbuch",
    "BI": "ragbook clothbook",
    "BJ": "bathbook",
    "BK": "noveltybook popupbook",
    "BM": "bigbook",
    "AC": "audiocd cdaudio compactdisc compactdisk audiobookoncd audiobookcd mp3cd horbuchcd",
    "AJ": "audiobook audiodownload audibleaudio horbuch livreaudio audiolibro luisterboek ljudbok",
    "ED": "ebook epub kindle kindleedition kindleebook livrenumerique libroelectronico",
    "PC": "wallcalendar",
    "PI": "sheetmusic",
    "PR": "blankbook notizbuch",
    "SB": "boxset boxedset",
    "ZE": "boardgame cardgame",
    "ZJ": "jigsawpuzzle",
}
# these count only where a cell begins with them
SHORT_NAMES = {
    "BC": "sc tp tb brosch kart mm mmp trade aformat bformat flexi poche bolsillo pocket",
    "BB": "hc geb cased cloth leinen gebonden",
    "BE": "spiral spirale espiral",
    "BF": "stapled zine geheftet",
    "BG": "leather leder",
    "BK": "popup",
    "AA": "audio",
    "AC": "cd",
    "AJ": "audible",
    "ED": "digital pdf nook kobo numerique",
    "CB": "foldedmap",
    "CZ": "map landkarte wanderkarte",
    "PC": "calendar kalender calendrier calendario",
    "PD": "cards flashcards greetingcard greetingcards postcard postcards",
    "PF": "diary planner agenda",
    "PI": "score noten",
    "PK": "poster",
    "PR": "notebook carnet cuaderno taccuino",
    "SC": "slipcase slipcased",
    "ZE": "game",
    "ZJ": "jigsaw puzzle",
}
MAX_NAME_WORDS, CODE_CHARS = 4, 2

CLEAR_CODES = {name: code for code, names in CLEAR_NAMES.items() for name in names.split()}
ALL_CODES = CLEAR_CODES | {name: code for code, names in SHORT_NAMES.items() for name in names.split()}
# these count only if there is nothing else in a cell
BOOK_CODES = dict.fromkeys(["book", "books", "buch", "livre", "libro", "livro", "boek", "bok", "print"], "BA")


@lru_cache(maxsize=1024)
def parse_form(text: str) -> str:
    """Return the code of a form such as "Hardback" or "BB", '' for an unknown one.

    Names come before codes: PB is a paperback here, and an address book in list 150.
    """
    parts = words(text)
    name = "".join(parts)
    if code := ALL_CODES.get(name) or BOOK_CODES.get(name):
        return code
    if len(text) == CODE_CHARS and text in product_forms():
        return text
    clear = (CLEAR_CODES.get(name) for start in range(len(parts)) for name in _names_from(parts, start))
    first = map(ALL_CODES.get, _names_from(parts, 0))
    return next(filter(None, chain(clear, first)), "")


def _names_from(parts: Sequence[str], start: int) -> Iterator[str]:
    """Yield what the words from here on may name, the longest name first."""
    for end in range(min(start + MAX_NAME_WORDS, len(parts)), start, -1):
        yield "".join(parts[start:end])
