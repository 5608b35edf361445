"""What lists of books call the roles of ONIX list 17."""

import re
from functools import cache, lru_cache

from bookshop.trade.contributor_roles import contributor_roles
from bookshop.trade.text import words

# besides the names in our list of roles, without spaces, points and accents
OTHER_NAMES = {
    "A01": "aut autor autorin auteur autrice autore verfasser writer",
    "A12": "ill illus illustrations illustrateur illustratrice ilustrador ilustradora illustratore",
    "A13": "photos photographs fotograf",
    "A15": "preface vorwort",
    "A19": "afterword nachwort",
    "A23": "foreword",
    "A24": "intro introduction einleitung",
    "A32": "contrib",
    "B01": "ed edt hrsg hg herausgeber herausgeberin curatore",
    "B06": (
        "tr trans transl translation ubersetzer ubersetzerin traducteur traductrice traductor traductora "
        "traduttore vertaler"
    ),
    "C01": "comp",
    "E07": "sprecher sprecherin narrateur",
}
# besides those before a name in our list of roles
OTHER_PHRASES = {
    "written and illustrated by": ["A01", "A12"],
    "written by": ["A01"],
    "illustrations by": ["A12"],
    "pictures by": ["A12"],
    "illus. by": ["A12"],
    "ill. by": ["A12"],
    "ed. by": ["B01"],
    "trans. by": ["B06"],
    "foreword by": ["A23"],
    "introduction by": ["A24"],
    "with": ["A02"],
}
BETWEEN_ROLES = re.compile(r"[,/&+]| and ")


@cache
def role_names() -> dict[str, str]:
    """Return the codes by name, such as "illustrator" and "ed"."""
    names = {"".join(words(role.name)): code for code, role in reversed(contributor_roles().items())}
    return names | {name: code for code, others in OTHER_NAMES.items() for name in others.split()}


@lru_cache(maxsize=4096)
def find_roles(text: str) -> tuple[str, ...]:
    """Return the codes of "Author, Illustrator" or "eds."; none if there are other words."""
    names = ["".join(words(name)) for name in BETWEEN_ROLES.split(text)]
    codes = tuple(role_names().get(name) or role_names().get(name.removesuffix("s"), "") for name in names)
    return codes if all(codes) else ()


def is_of_several(text: str) -> bool:
    """Return whether a role such as "eds." is that of all people before it."""
    name = "".join(words(text))
    return name == "hrsg" or (name not in role_names() and name.removesuffix("s") in role_names())


@cache
def role_phrases() -> dict[str, list[str]]:
    """Return the codes by phrase before a name, such as "illustrated by"."""
    roles = reversed(contributor_roles().items())
    return {role.phrase: [code] for code, role in roles if role.phrase.endswith(" by")} | OTHER_PHRASES


@cache
def phrase_pattern() -> re.Pattern[str]:
    phrases = "|".join(re.escape(phrase) for phrase in sorted(role_phrases(), key=len, reverse=True))
    return re.compile(rf"(?:^|[,.]? )(?P<phrase>{phrases}) ", re.IGNORECASE)
