"""The names of columns in lists of books and in till exports."""

# by field, without spaces and punctuation, the surest name first
CSV_COLUMN_NAMES = {
    field: tuple(names.split())
    for field, names in {
        "isbn": "isbn13 isbn ean13 ean gtin13 gtin isbn10 isbnean eanisbn barcode",
        "title": "title booktitle producttitle productname name",
        "subtitle": "subtitle",
        "people": "author authors authorname authornames by writer contributors contributor",
        "publisher": "publisher publishername",
        "imprint": "imprint imprintname",
        "price": "rrp retailprice sellingprice listprice price srp msrp retail unitprice",
        "stock": (
            "stock quantity qty onhand stockonhand qtyonhand quantityonhand soh stockqty "
            "stockquantity instock stocklevel inventory copies count"
        ),
        "language": "language lang languagecode",
        "form": "format binding productform form bookformat producttype",
        "pages": "pages pagecount numberofpages numpages noofpages",
        "published": (
            "published publicationdate pubdate publisheddate datepublished releasedate "
            "publicationyear pubyear year yearpublished"
        ),
        "description": "description longdescription blurb summary synopsis annotation",
        "subjects": (
            "thema themacode themacodes bisac bisaccode bisaccodes subjectcode subjectcodes "
            "subject subjects category categories genre genres"
        ),
        "keywords": "keywords keyword tags",
        "series": "series seriesname seriestitle",
        "series_number": "seriesnumber seriesno numberinseries volume vol volumenumber",
        "edition": "edition editionstatement",
        "cover": "coverurl imageurl coverimage coverlink image cover picture imagelink",
    }.items()
}
