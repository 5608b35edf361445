"""Whether a product is a thing that readers can buy and carry home."""

from bookshop.onix.descriptive import DescriptiveBlock
from bookshop.trade.product_forms import find_form

# ONIX code list 2: trade-only products, and packs for the trade
TRADE_COMPOSITIONS = frozenset({"20", "30", "31"})


def is_for_readers(descriptive: DescriptiveBlock) -> bool:
    return not is_trade_only(descriptive) and not find_form(descriptive.get("form", "")).is_digital


def is_trade_only(descriptive: DescriptiveBlock) -> bool:
    composition, form = descriptive.get("composition"), descriptive.get("form", "")
    return composition in TRADE_COMPOSITIONS or find_form(form).is_trade_only
