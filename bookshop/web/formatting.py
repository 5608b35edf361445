"""Template filters: dates, and the names of countries, languages and product forms."""

from datetime import date, datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_datetime
from jinja2 import Environment
from markupsafe import Markup

from bookshop.addresses.lay_out import lay_out
from bookshop.money import Money
from bookshop.trade.product_forms import form_name
from bookshop.trade.text import initials_of

LOCALE = Locale("en")
# asking Babel for a direction would load all that it knows of the language: half a megabyte for each
RIGHT_TO_LEFT = frozenset(
    "apc ar bal bgn ckb dv fa he ks lrc mzn nqo ps rhg sd sdh skr syr trw ug ur yi".split()  # noqa: SIM905
)
# a day this far ahead cannot be taken for one of this year
MAX_DAYS_WITHOUT_YEAR = 330
# by the length of an ISO date that may lack its day and month
# codes of ISO 639-2 that name no language: several, not coded, undetermined, none
WITHOUT_LANGUAGE = {"mis", "mul", "und", "zxx"}
PUBLISHED_PATTERNS = {4: "y", 7: "MMMM y", 10: "d MMMM y"}


def install(environment: Environment, timezone: str) -> None:
    """Add the filters to the templates of pages or of mails."""
    environment.globals.update(country_name=country_name, lay_out=lay_out, money=Money)
    environment.filters.update(
        date=partial(format_moment, timezone),
        day=partial(format_day, timezone),
        day_ahead=partial(format_day_ahead, timezone),
        exact=partial(format_exact, timezone),
        clock=partial(format_clock, timezone),
        short=partial(format_short, timezone),
        when=partial(format_when, timezone),
        calendar_day=partial(format_date, format="d MMMM y", locale=LOCALE),
        from_iso=datetime.fromisoformat,
        weekday=partial(format_weekday, timezone),
        time=partial(format_time, timezone),
        seconds=partial(format_seconds, timezone),
        published=format_published,
        form_name=form_name,
        initials=initials_of,
        language_name=language_name,
        lang=lang_attributes,
    )


def format_moment(timezone: str, moment: datetime) -> str:
    return format_datetime(moment, "d MMM y, h:mm a", tzinfo=ZoneInfo(timezone), locale=LOCALE)


def format_exact(timezone: str, moment: datetime) -> str:
    """Return a moment with the name of its time zone, for what may be disputed."""
    return format_datetime(moment, "d MMMM y, h:mm a (zzzz)", tzinfo=ZoneInfo(timezone), locale=LOCALE)


def format_clock(timezone: str, moment: datetime) -> str:
    """Return the time of a moment today, and the date too of any other."""
    zone = ZoneInfo(timezone)
    if moment.astimezone(zone).date() != datetime.now(zone).date():
        return format_moment(timezone, moment)
    return format_datetime(moment, "h:mm a", tzinfo=zone, locale=LOCALE)


def format_short(timezone: str, moment: datetime) -> str:
    """Return the time of a moment today, else its day, with the year if it is another one."""
    zone = ZoneInfo(timezone)
    today, day = datetime.now(zone).date(), moment.astimezone(zone).date()
    if day == today:
        return format_time(timezone, moment)
    return format_day_of_week(day, "EEE d MMM" if day.year == today.year else "EEE d MMM y")


# a list of orders has the same few days many times
@lru_cache
def format_day_of_week(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=LOCALE)


def format_when(timezone: str, moment: datetime) -> str:
    """Return a moment as the office shows it: its time, after the day unless that is today."""
    short, time = format_short(timezone, moment), format_time(timezone, moment)
    return time if short == time else f"{short}, {time}"


def format_seconds(timezone: str, moment: datetime) -> str:
    """Return the time of day, to tell scans apart."""
    return format_datetime(moment, "HH:mm:ss", tzinfo=ZoneInfo(timezone), locale=LOCALE)


def format_day(timezone: str, moment: datetime) -> str:
    return format_date(moment.astimezone(ZoneInfo(timezone)), "d MMMM y", locale=LOCALE)


def format_day_ahead(timezone: str, moment: datetime) -> str:
    """Return the day of a moment to come, with its year if the month alone could be misread."""
    zone = ZoneInfo(timezone)
    day = moment.astimezone(zone).date()
    is_near = 0 <= (day - datetime.now(zone).date()).days < MAX_DAYS_WITHOUT_YEAR
    return format_day_of_week(day, "d MMMM" if is_near else "d MMMM y")


def format_weekday(timezone: str, moment: datetime) -> str:
    """Return the day of a moment as staff speak of it: "Friday 27 November"."""
    zone = ZoneInfo(timezone)
    pattern = "EEEE d MMMM" if moment.astimezone(zone).year == datetime.now(zone).year else "d MMMM y"
    return format_date(moment.astimezone(zone), pattern, locale=LOCALE)


def format_time(timezone: str, moment: datetime) -> str:
    """Return the time of a moment by a clock of 24 hours: 9:58."""
    return format_datetime(moment, "H:mm", tzinfo=ZoneInfo(timezone), locale=LOCALE)


@lru_cache(maxsize=10_000)
def format_published(published: str) -> str:
    """Return a publication date as exactly as it is known: 2020, May 2020 or 14 May 2020."""
    day = date.fromisoformat(published + "0000-01-01"[len(published) :])
    return format_date(day, PUBLISHED_PATTERNS[len(published)], locale=LOCALE)


def country_name(code: str) -> str:
    """Return the English name of an ISO 3166 code."""
    return str(LOCALE.territories.get(code, code))


def language_name(code: str) -> str:
    """Return the English name of an ISO 639-2/B code."""
    return str(LOCALE.languages.get(language_tag(code), code))


def language_tag(code: str) -> str:
    """Return an ISO 639-2/B code as HTML writes it: in two letters where such a code exists."""
    return str(get_global("language_aliases").get(code, code))


@lru_cache(maxsize=600)
def lang_attributes(code: str) -> Markup:
    """Return the attributes of a text in this language, none if it is that of the page.

    By them a browser chooses the face of a script, and a screen reader its voice.
    """
    tag = language_tag(code)
    if not code or code in WITHOUT_LANGUAGE or tag == LOCALE.language:
        return Markup()
    if tag in RIGHT_TO_LEFT:
        return Markup(' lang="{}" dir="rtl"').format(tag)
    return Markup(' lang="{}"').format(tag)
