"""The names of columns in lists of books and in exports of programs."""

import re

# by field, without spaces, punctuation and accents, the surest name first: English and the names of programs
# (Square, Shopify, WooCommerce, Lightspeed, LibraryThing, Goodreads, StoryGraph, BookManager, AbeBooks), then
# German, French, Spanish, Italian, Dutch and Portuguese
CSV_COLUMN_NAMES = {
    field: tuple(names.split())
    for field, names in {
        "isbn": (
            "isbn13 isbn ean13 ean gtin13 gtin gtinupceanorisbn isbn10 isbnean eanisbn isbneangtin isbnuid "
            "isbnsku isbns variantbarcode barcode isbnnummer isbnnr numeroisbn upc "
            "sku variantsku customsku itemsku itemcode productcode articlenumber artikelnummer"
        ),
        "title": (
            "title booktitle producttitle itemname productname titleofbook name item "
            "titel buchtitel titre titulo titolo bezeichnung artikelbezeichnung artikelname"
        ),
        "subtitle": "subtitle untertitel soustitre subtitulo sottotitolo ondertitel",
        "people": (
            "author authors primaryauthor authorname authornames by writer contributors contributor "
            "autor autoren autorin verfasser auteur auteurs autores autore autori schrijver"
        ),
        "publisher": (
            "publisher publishername publishers verlag verlagsname editeur maisondedition editorial editore "
            "casaeditrice uitgever uitgeverij editora"
        ),
        "imprint": "imprint imprintname selloeditorial",
        "supplier": (
            "supplier suppliername vendor vendorname wholesaler defaultvendor defaultsupplier lieferant "
            "barsortiment fournisseur distributeur proveedor fornitore leverancier fornecedor"
        ),
        "price": (
            "rrp retailprice sellingprice listprice price srp msrp retail unitprice variantprice "
            "regularprice priceinctax priceincltax priceincvat priceinclvat priceincludingtax "
            "ladenpreis verkaufspreis vkpreis bruttopreis preis vk uvp "
            "prixpublic prixdevente prixttc prix pvp precioventa preciodeventa precio "
            "prezzodicopertina prezzodivendita prezzo consumentenprijs verkoopprijs prijs precodevenda preco"
        ),
        "stock": (
            "stock quantity qty onhand oh stockonhand qtyonhand quantityonhand onhandcurrent soh stockqty "
            "stockquantity variantinventoryqty inventoryquantity currentquantity stocklevel inventory copies "
            "count instock bestand lagerbestand menge anzahl stuckzahl quantite qte existencias cantidad "
            "unidades giacenza quantita voorraad aantal estoque quantidade"
        ),
        "language": "language languages lang languagecode sprache langue idioma lengua lingua taal",
        "form": (
            "format binding bindingtext productform form bookformat media producttype booktype "
            "einband bindung einbandart ausgabeart reliure encuadernacion formato rilegatura bindwijze "
            "uitvoering encadernacao"
        ),
        "pages": (
            "pages pagecount numberofpages numpages noofpages seiten seitenzahl seitenanzahl nombredepages "
            "nbpages paginas numerodepaginas pagine numerodipagine aantalpaginas"
        ),
        "published": (
            "published publicationdate pubdate publisheddate datepublished releasedate onsaledate "
            "publicationyear pubyear year yearpublished erscheinungsdatum erscheinungstermin "
            "erscheinungsjahr jahr datedeparution dateparution parution datedepublication "
            "fechadepublicacion fechapublicacion anodepublicacion ano datadipubblicazione "
            "datapubblicazione anno verschijningsdatum publicatiedatum jaar datadepublicacao annee"
        ),
        "description": (
            "description longdescription bodyhtml body blurb summary synopsis annotation shortdescription "
            "beschreibung klappentext kurzbeschreibung langtext resume quatriemedecouverture descripcion "
            "sinopsis resumen descrizione trama beschrijving omschrijving flaptekst samenvatting descricao "
            "sinopse"
        ),
        "thema": "thema themacode themacodes themasubject themasubjects themasubjectcode themasubjectcodes",
        "subjects": (
            "bisac bisaccode bisaccodes subjectcode subjectcodes "
            "subject subjects category categories abecategory reportingcategory genre genres "
            "sachgebiet warengruppe kategorie kategorien rayon categorie materia materias categoria tema "
            "genero genere argomento rubriek onderwerp assunto"
        ),
        "keywords": (
            "keywords keyword tags schlagworter schlagwort stichworte motscles palabrasclave parolechiave "
            "trefwoorden palavraschave"
        ),
        "series": ("series seriesname seriestitle reihe reihentitel serie coleccion collana reeks colecao"),
        "series_number": (
            "seriesnumber seriesno numberinseries volume vol volumenumber "
            "band bandnummer tome tomo volumen deel"
        ),
        "edition": "edition editionstatement editiontext auflage edicion edizione druk edicao",
        "cover": (
            "coverurl imageurl coverimage coverlink imagesrc images image cover picture imagelink imgurl "
            "productimage bildurl bild titelbild couverture portada copertina omslag afbeelding capa"
        ),
        # the rows of one product of a shop program
        "group": "handle",
    }.items()
}
# codes that a shop gives itself, which may be ISBNs
SHOP_CODES = frozenset(
    {
        "sku",
        "variantsku",
        "customsku",
        "itemsku",
        "itemcode",
        "productcode",
        "articlenumber",
        "artikelnummer",
        "isbnuid",
    }
)
# how the columns are called in messages, where it is not by their field
COLUMN_LABELS = {
    "people": "author",
    "stock": "quantity",
    "form": "format",
    "published": "publication date",
    "subjects": "subject",
    "thema": "Thema",
    "series_number": "series number",
    "cover": "image",
}
# the quantity of a location: Square's "Current Quantity High Street", Lightspeed's "inventory_Main_Outlet"
QUANTITY_OF_LOCATION = re.compile(r"current quantity \S.*|inventory_\S.*", re.IGNORECASE)
# names that mean something else beside another column: LibraryThing's summary is the title and the author,
# and Shopify and WooCommerce publish products
OTHER_MEANINGS = {
    "sortcharacter": frozenset({"summary"}),
    "bodyhtml": frozenset({"published"}),
    "visibilityincatalog": frozenset({"published"}),
}
