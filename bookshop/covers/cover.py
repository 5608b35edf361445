"""What a book's cover shows: its picture, or a drawing made from its other fields."""

from dataclasses import dataclass

from bookshop.covers.picture import Picture


@dataclass(frozen=True, slots=True)
class Cover:
    """`category` is a slug; without a picture the cover is drawn."""

    isbn: str
    title: str
    byline: str
    category: str
    picture: Picture | None
