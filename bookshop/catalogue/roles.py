"""What people did for a book: the codes of ONIX list 17, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from bookshop.catalogue.book import Contributor


@dataclass(frozen=True, slots=True)
class Role:
    """A role, as what stands before a name and as what its bearer is called."""

    phrase: str
    name: str


ROLES = {
    "A01": Role("by", "Author"),
    "A02": Role("with", "Co-author"),
    "A03": Role("screenplay by", "Screenwriter"),
    "A05": Role("lyrics by", "Lyricist"),
    "A06": Role("music by", "Composer"),
    "A07": Role("art by", "Artist"),
    "A08": Role("photographs by", "Photographer"),
    "A09": Role("created by", "Creator"),
    "A12": Role("illustrated by", "Illustrator"),
    "A13": Role("photographs by", "Photographer"),
    "A14": Role("text by", "Author of the text"),
    "A15": Role("preface by", "Author of the preface"),
    "A16": Role("prologue by", "Author of the prologue"),
    "A19": Role("afterword by", "Author of the afterword"),
    "A20": Role("notes by", "Author of the notes"),
    "A21": Role("commentary by", "Commentator"),
    "A23": Role("foreword by", "Author of the foreword"),
    "A24": Role("introduced by", "Author of the introduction"),
    "A29": Role("introduced and annotated by", "Author of introduction and notes"),
    "A32": Role("contributions by", "Contributor"),
    "A35": Role("drawn by", "Draughtsman"),
    "A36": Role("cover by", "Cover artist"),
    "B01": Role("edited by", "Editor"),
    "B02": Role("revised by", "Reviser"),
    "B03": Role("retold by", "Reteller"),
    "B04": Role("abridged by", "Abridger"),
    "B05": Role("adapted by", "Adapter"),
    "B06": Role("translated by", "Translator"),
    "B08": Role("translated and with commentary by", "Translator"),
    "B09": Role("series edited by", "Series editor"),
    "B10": Role("edited and translated by", "Editor and translator"),
    "B11": Role("edited by", "Editor-in-chief"),
    "C01": Role("compiled by", "Compiler"),
    "C02": Role("selected by", "Selector"),
    "E03": Role("narrated by", "Narrator"),
    "E07": Role("read by", "Reader"),
}
OTHER = Role("with", "Contributor")


@dataclass(frozen=True, slots=True)
class Credit:
    """Everybody who had one role."""

    role: Role
    people: tuple[Contributor, ...]


def credits_of(people: Iterable[Contributor]) -> tuple[Credit, ...]:
    """Who did what, the roles in the order in which the book names them."""
    groups: dict[Role, list[Contributor]] = {}
    for person in people:
        groups.setdefault(ROLES.get(person.role, OTHER), []).append(person)
    return tuple(Credit(role, tuple(named)) for role, named in groups.items())


def role_of(code: str) -> Role:
    """The role of a code; one that nobody has heard of is help all the same."""
    return ROLES.get(code, OTHER)
