"""The elements of ONIX that we read: their two names, and what the reader calls what is in them."""

from enum import IntEnum
from typing import TypeAlias


class Kind(IntEnum):
    """What an element holds: text, a date, longer text with markup, nothing at all, or other elements."""

    VALUE = 0
    GROUPS = 1
    DATE = 2
    VALUES = 3
    GROUP = 4
    FLAG = 5
    TEXT = 6


# by qualified name, as lxml spells it
Tags: TypeAlias = dict[str, tuple[Kind, str]]

MESSAGE = ("ONIXMessage", "ONIXmessage")
PRODUCT = ("Product", "product")
HEADER = ("Header", "header")

# reference name, short name, our name; the first of a kind counts
VALUES = (
    ("RecordReference", "a001", "reference"),
    ("NotificationType", "a002", "notification"),
    ("RecordSourceType", "a194", "source_type"),
    ("IDValue", "b244", "value"),
    ("ProductIDType", "b221", "type"),
    ("NameIDType", "x415", "type"),
    ("WorkIDType", "b201", "type"),
    ("SenderIDType", "m379", "type"),
    # header
    ("SenderName", "x298", "name"),
    ("MessageNumber", "m180", "number"),
    ("SentDateTime", "x307", "sent_at"),
    ("DefaultLanguageOfText", "m184", "language"),
    ("DefaultPriceType", "x310", "price_type"),
    ("DefaultCurrencyCode", "m186", "currency"),
    # block 1
    ("ProductComposition", "x314", "composition"),
    ("ProductForm", "b012", "form"),
    ("MeasureType", "x315", "type"),
    ("Measurement", "c094", "value"),
    ("MeasureUnitCode", "c095", "unit"),
    ("CollectionType", "x329", "type"),
    ("CollectionSequenceType", "x479", "type"),
    ("CollectionSequenceNumber", "x481", "number"),
    ("TitleType", "b202", "type"),
    ("SequenceNumber", "b034", "sequence"),
    ("TitleElementLevel", "x409", "level"),
    ("PartNumber", "x410", "part"),
    ("TitleText", "b203", "text"),
    ("TitlePrefix", "b030", "prefix"),
    ("TitleWithoutPrefix", "b031", "rest"),
    ("Subtitle", "b029", "subtitle"),
    ("PersonName", "b036", "name"),
    ("PersonNameInverted", "b037", "inverted"),
    ("TitlesBeforeNames", "b038", "titles_before"),
    ("NamesBeforeKey", "b039", "before_key"),
    ("PrefixToKey", "b247", "prefix_to_key"),
    ("KeyNames", "b040", "key_names"),
    ("NamesAfterKey", "b041", "after_key"),
    ("SuffixToKey", "b248", "suffix_to_key"),
    ("LettersAfterNames", "b042", "letters_after"),
    ("TitlesAfterNames", "b043", "titles_after"),
    ("CorporateName", "b047", "corporate"),
    ("CorporateNameInverted", "x443", "corporate_inverted"),
    ("UnnamedPersons", "b249", "unnamed"),
    ("ContributorStatement", "b049", "statement"),
    ("EditionNumber", "b057", "edition_number"),
    ("EditionStatement", "b058", "edition"),
    ("LanguageRole", "b253", "role"),
    ("LanguageCode", "b252", "code"),
    ("ExtentType", "b218", "type"),
    ("ExtentValue", "b219", "value"),
    ("ExtentUnit", "b220", "unit"),
    ("SubjectSchemeIdentifier", "b067", "scheme"),
    ("SubjectCode", "b069", "code"),
    ("SubjectHeadingText", "b070", "heading"),
    ("AudienceCodeType", "b204", "type"),
    ("AudienceCodeValue", "b206", "value"),
    ("AudienceRangeQualifier", "b074", "qualifier"),
    # block 2
    ("TextType", "x426", "type"),
    ("TextAuthor", "d107", "author"),
    ("SourceTitle", "x428", "source"),
    ("ResourceContentType", "x436", "type"),
    ("ResourceMode", "x437", "mode"),
    ("ResourceForm", "x441", "form"),
    ("ResourceVersionFeatureType", "x442", "type"),
    ("FeatureValue", "x439", "value"),
    ("ResourceLink", "x435", "link"),
    ("ContentDateRole", "x429", "role"),
    ("DateFormat", "j260", "format"),
    # block 4
    ("ImprintName", "b079", "name"),
    ("PublishingRole", "b291", "role"),
    ("PublisherName", "b081", "name"),
    ("PublishingStatus", "b394", "status"),
    ("PublishingDateRole", "x448", "role"),
    ("SalesRightsType", "b089", "type"),
    ("ROWSalesRightsType", "x456", "row_rights"),
    ("CountriesIncluded", "x449", "countries"),
    ("RegionsIncluded", "x450", "regions"),
    ("CountriesExcluded", "x451", "not_countries"),
    ("RegionsExcluded", "x452", "not_regions"),
    ("ProductContactRole", "x482", "role"),
    ("ProductContactName", "x484", "name"),
    ("ContactName", "x299", "contact"),
    ("EmailAddress", "j272", "email"),
    ("StreetAddress", "x552", "street"),
    ("LocationName", "j349", "place"),
    ("PostalCode", "x590", "postcode"),
    ("CountryCode", "b251", "country"),
    # block 5
    ("WorkRelationCode", "x454", "code"),
    # block 6
    ("MarketPublishingStatus", "j407", "status"),
    ("MarketDateRole", "j408", "role"),
    ("SupplierRole", "j292", "role"),
    ("SupplierName", "j137", "name"),
    ("ProductAvailability", "j396", "availability"),
    ("SupplyDateRole", "x461", "role"),
    ("OrderTime", "j144", "days"),
    ("OnHand", "j350", "on_hand"),
    ("UnpricedItemType", "j192", "unpriced"),
    ("PriceType", "x462", "type"),
    ("PriceQualifier", "j261", "qualifier"),
    ("PricePer", "j239", "per"),
    ("MinimumOrderQuantity", "j263", "least"),
    ("PriceAmount", "j151", "amount"),
    ("TaxType", "x470", "type"),
    ("TaxRateCode", "x471", "rate"),
    ("TaxRatePercent", "x472", "percent"),
    ("TaxableAmount", "x473", "taxable"),
    ("TaxAmount", "x474", "amount"),
    ("CurrencyCode", "j152", "currency"),
    ("PriceDateRole", "x476", "role"),
)

# those of which several count
LISTS = (
    ("ProductFormDetail", "b333", "form_details"),
    ("ContributorRole", "b035", "roles"),
    ("AudienceRangePrecision", "b075", "precisions"),
    ("AudienceRangeValue", "b076", "values"),
    ("ContentAudience", "x427", "audience"),
    ("ProductRelationCode", "x455", "codes"),
)

DATES = (("Date", "b306", "date"),)

FLAGS = (("MainSubject", "x425", "main"),)

TEXTS = (
    ("BiographicalNote", "b044", "biography"),
    ("Text", "d104", "text"),
)

# the short name of an element that holds others is its reference name in small letters
GROUPS = (
    ("ProductIdentifier", "identifiers"),
    ("SenderIdentifier", "identifiers"),
    ("NameIdentifier", "identifiers"),
    ("WorkIdentifier", "identifiers"),
    ("Measure", "measures"),
    ("Collection", "collections"),
    ("CollectionSequence", "sequences"),
    ("TitleDetail", "titles"),
    ("TitleElement", "elements"),
    ("Contributor", "contributors"),
    ("Language", "languages"),
    ("Extent", "extents"),
    ("Subject", "subjects"),
    ("Audience", "audiences"),
    ("AudienceRange", "ranges"),
    ("TextContent", "texts"),
    ("SupportingResource", "resources"),
    ("ResourceVersion", "versions"),
    ("ResourceVersionFeature", "features"),
    ("ContentDate", "dates"),
    ("Imprint", "imprints"),
    ("Publisher", "publishers"),
    ("PublishingDate", "dates"),
    ("SalesRights", "rights"),
    ("ProductContact", "contacts"),
    ("RelatedWork", "works"),
    ("RelatedProduct", "products"),
    ("ProductSupply", "supplies"),
    ("Market", "markets"),
    ("MarketDate", "dates"),
    ("SupplyDetail", "suppliers"),
    ("SupplyDate", "dates"),
    ("Stock", "stock"),
    ("Price", "prices"),
    ("Tax", "taxes"),
    ("PriceDate", "dates"),
)

# those of which there is one
SINGLES = (
    ("Sender", "sender"),
    ("DescriptiveDetail", "descriptive"),
    ("CollateralDetail", "collateral"),
    ("PublishingDetail", "publishing"),
    ("RelatedMaterial", "related"),
    ("MarketPublishingDetail", "publishing"),
    ("Territory", "territory"),
    ("Supplier", "supplier"),
)


def tags_in(namespace: str) -> Tags:
    """How to read each element by its qualified name, in this namespace or in none ('')."""
    prefix = f"{{{namespace}}}" if namespace else ""
    return {prefix + name: entry for name, entry in _BY_NAME.items()}


def _by_name() -> Tags:
    named = (
        (VALUES, Kind.VALUE),
        (LISTS, Kind.VALUES),
        (DATES, Kind.DATE),
        (FLAGS, Kind.FLAG),
        (TEXTS, Kind.TEXT),
        (tuple((name, name.lower(), key) for name, key in GROUPS), Kind.GROUPS),
        (tuple((name, name.lower(), key) for name, key in SINGLES), Kind.GROUP),
    )
    return {
        name: (kind, key)
        for table, kind in named
        for reference, short, key in table
        for name in (reference, short)
    }


_BY_NAME = _by_name()
