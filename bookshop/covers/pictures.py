"""Pictures of covers as they are stored and shown: their sizes, names and addresses."""

import re
from dataclasses import dataclass

# every width at which a page shows a cover, once and for screens of double density, has one that is near
LADDER = (120, 240, 400, 672)
# covers stand in slots of 2:3, so more height than that is never seen
HIGHEST = LADDER[-1] * 3 // 2
# a rung that is nearly as wide as the picture itself is not worth its bytes
NEARLY = 0.85
ROOT = "/covers/"
NAME = re.compile(r"([0-9]{13})-([0-9a-f]{12})-([1-9][0-9]{1,2})\.(avif|webp|jpg)")


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of a picture; since its version is a mark of what it was made of, it never changes."""

    isbn: str
    version: str
    width: int
    kind: str

    @property
    def address(self) -> str:
        """Where browsers find it."""
        return f"{ROOT}{self.isbn}-{self.version}-{self.width}.{self.kind}"

    @property
    def path(self) -> str:
        """Where it lies in the folder of all covers."""
        return f"{folder_of(self.isbn, self.version)}/{self.width}.{self.kind}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A cover's picture; its width and height are those of its largest rendition."""

    isbn: str
    version: str
    width: int
    height: int

    @property
    def is_tall(self) -> bool:
        """Whether its height is what bounds it in a slot of 2:3."""
        return self.width * 3 < self.height * 2

    @property
    def shared(self) -> str:
        """The address of a JPEG, for those who show links to a book: few of them read anything newer."""
        return Rendition(self.isbn, self.version, self.width, "jpg").address

    def find(self, width: int, kind: str) -> Rendition:
        """The smallest rendition that is at least so wide, or else the largest."""
        fits = (rung for rung in widths_of(self.width) if rung >= width)
        return Rendition(
            self.isbn, self.version, self.width if kind == "jpg" else next(fits, self.width), kind
        )

    def list_sources(self, width: int, kind: str) -> str:
        """The `srcset` of a slot at most so wide, on screens of up to double density."""
        most = self.find(width * 2, kind).width
        rungs = (rung for rung in widths_of(self.width) if rung <= most)
        return ", ".join(f"{self.find(rung, kind).address} {rung}w" for rung in rungs)


@dataclass(frozen=True, slots=True)
class Cover:
    """What a book's cover is made of: its picture, or what is drawn without one."""

    isbn: str
    title: str
    byline: str
    category: str
    picture: Picture | None


def picture_of(isbn: str, version: str, width: int, height: int) -> Picture | None:
    """The picture that a book's row tells of."""
    return Picture(isbn, version, width, height) if version else None


def widths_of(width: int) -> tuple[int, ...]:
    """The widths at which a picture of this width is stored; none is larger than the picture."""
    return (*(rung for rung in LADDER if rung < width * NEARLY), width)


def folder_of(isbn: str, version: str) -> str:
    """Where the files of one version lie; three digits before it, since no folder should hold a million."""
    return f"{isbn[9:12]}/{isbn}-{version}"


def read_name(name: str) -> Rendition | None:
    """The rendition of this name, as the end of its address spells it."""
    match = NAME.fullmatch(name)
    return Rendition(match[1], match[2], int(match[3]), match[4]) if match else None
