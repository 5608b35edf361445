"""Block 5 of a record: other products and the works that the product is related to."""

from typing import TypedDict

from bookshop.onix.errors import InvalidRecord
from bookshop.onix.identifiers import find_isbn
from bookshop.onix.nodes import Node, without_empty


class RelatedProduct(TypedDict, total=False):
    """Another product by its ISBN, in relations of list 51 to this one."""

    codes: list[str]
    isbn: str


class RelatedWork(TypedDict, total=False):
    """A work by an identifier of a type of list 16, in a relation of list 164."""

    code: str
    type: str
    id: str


class RelatedBlock(TypedDict, total=False):
    """Block 5."""

    products: list[RelatedProduct]
    works: list[RelatedWork]


def read_related(node: Node, defaults: Node) -> Node:
    """Return a RelatedBlock."""
    return without_empty(
        products=list(filter(None, map(_read_product, node.get("products", ())))),
        works=list(filter(None, map(_read_work, node.get("works", ())))),
    )


def _read_product(product: Node) -> Node | None:
    """Return a RelatedProduct, or None for a product without an ISBN."""
    try:
        isbn = find_isbn(product.get("identifiers", []))
    except InvalidRecord:
        return None
    return {"codes": product["codes"], "isbn": isbn} if isbn and "codes" in product else None


def _read_work(work: Node) -> Node | None:
    for identifier in work.get("identifiers", ()):
        if "code" in work and "type" in identifier and "value" in identifier:
            return {"code": work["code"], "type": identifier["type"], "id": identifier["value"]}
    return None
