"""The picture of a cover as it is stored and shown: its sizes, files and URLs."""

import re
from dataclasses import dataclass

# each width at which a page shows a cover has one here that is near, at single and at double density
STORED_WIDTHS = (120, 240, 400, 672)
# most covers are 2:3; a narrower one is stored at this height
MAX_HEIGHT = STORED_WIDTHS[-1] * 3 // 2
# a stored width above this share of the picture's own width would not save enough bytes
MAX_WIDTH_SHARE = 0.85
URL_PREFIX = "/covers/"
FILE_NAME = re.compile(r"([0-9]{13})-([0-9a-f]{12})-([1-9][0-9]{1,2})\.(avif|webp|jpg)")


@dataclass(frozen=True, slots=True)
class PictureFile:
    """One file of a picture; since its version is a hash of its source, it never changes.

    `extension` is avif, webp or jpg.
    """

    isbn: str
    version: str
    width: int
    extension: str

    @property
    def url(self) -> str:
        return f"{URL_PREFIX}{self.isbn}-{self.version}-{self.width}.{self.extension}"

    @property
    def path(self) -> str:
        """The path in the folder of covers."""
        return f"{version_folder(self.isbn, self.version)}/{self.width}.{self.extension}"


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a cover; its width and height are those of its largest file."""

    isbn: str
    version: str
    width: int
    height: int

    @property
    def is_tall(self) -> bool:
        """Whether it is much narrower than a paperback, such as the picture of a bookmark."""
        return self.width * 7 < self.height * 4

    @property
    def jpeg_url(self) -> str:
        """The URL for link previews, since few programs that show them read newer formats."""
        return self.file_at(self.width, "jpg").url

    def file_at(self, width: int, extension: str) -> PictureFile:
        """Return the smallest file that is at least so wide, or the largest."""
        if extension == "jpg":
            return PictureFile(self.isbn, self.version, self.width, extension)
        widths = (stored for stored in stored_widths(self.width) if stored >= width)
        return PictureFile(self.isbn, self.version, next(widths, self.width), extension)

    def srcset(self, width: int, extension: str) -> str:
        """Return the `srcset` for a slot of this width, on screens of up to double density."""
        widest = self.file_at(width * 2, extension).width
        widths = (stored for stored in stored_widths(self.width) if stored <= widest)
        return ", ".join(f"{self.file_at(stored, extension).url} {stored}w" for stored in widths)


def picture_of(isbn: str, version: str, width: int, height: int) -> Picture | None:
    """Return the picture of a book's row, None if the version is ''."""
    return Picture(isbn, version, width, height) if version else None


def stored_widths(width: int) -> tuple[int, ...]:
    """Return the widths at which a picture of this width is stored; none is larger."""
    return (*(stored for stored in STORED_WIDTHS if stored < width * MAX_WIDTH_SHARE), width)


def version_folder(isbn: str, version: str) -> str:
    # three digits before it, since a folder should not hold a million others
    return f"{isbn[9:12]}/{isbn}-{version}"


def parse_file_name(name: str) -> PictureFile | None:
    """Return the file that the last part of a URL names, or None."""
    match = FILE_NAME.fullmatch(name)
    return PictureFile(match[1], match[2], int(match[3]), match[4]) if match else None
