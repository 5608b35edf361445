"""Whether a publisher's sales rights allow the shop to sell a book."""

from bookshop.importing.rules.territory import IN_PART, closeness
from bookshop.onix.publishing import PublishingBlock

# ONIX code list 46; an unknown right (00) forbids nothing
REFUSING_RIGHTS = frozenset({"03", "04", "05", "06"})
SELLING_RIGHTS = frozenset({"01", "02", "07", "08"})


def may_sell_in(country: str, publishing: PublishingBlock) -> bool:
    """Let the right decide that names the country most closely; of equal ones a refusal counts."""
    rights = publishing.get("rights", [])
    elsewhere = publishing.get("row_rights", "")
    if not rights:
        return elsewhere not in REFUSING_RIGHTS
    ranked = [(closeness(right["territory"], country), right["type"]) for right in rights]
    closest = max(rank for rank, _ in ranked)
    # a right for another part of the country is none for the shop
    if closest <= IN_PART:
        return elsewhere in SELLING_RIGHTS
    return not any(kind in REFUSING_RIGHTS for rank, kind in ranked if rank == closest)
