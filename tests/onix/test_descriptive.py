from tests.onix.messages import (
    RICH,
    isbn_of,
    records_of,
)


def test_block_1_has_every_field_in_its_place() -> None:
    (record,) = records_of(RICH)
    assert record.isbn == isbn_of(1)
    block = record.blocks["1"]
    people = block.pop("contributors")
    assert block == {
        "composition": "00",
        "form": "BC",
        "title": "The Pilot Boat Constance No. 1",
        "subtitle": "A Story of Ropes, Rain & Reckoning",
        "series": "The Tide Tables",
        "series_number": "1",
        "statement": "Zoë Ångström-Lim and Bartholomew Okonjo, translated by Imogen Rademaker, "
        "with an introduction by the Society of Retired Pilots",
        "edition_number": "2",
        "language": "eng",
        "extents": [
            {"type": "00", "value": "312", "unit": "03"},
            {"type": "04", "value": "16", "unit": "03"},
        ],
        "height_mm": 198,
        "width_mm": 129,
        "thickness_mm": 25,
        "weight_g": 283,
        "subjects": [
            {"scheme": "93", "code": "FF", "heading": "Crime and mystery fiction"},
            {"scheme": "10", "code": "FIC022000"},
            {"scheme": "93", "code": "FYT"},
            {"scheme": "94", "code": "1FMS"},
            {"scheme": "98", "code": "5AN"},
        ],
        "keywords": ["harbours", "lighthouses", "Zoë Ångström-Lim", "tides", "missing persons, at sea"],
        "age_from": 12,
        "age_to": 16,
    }
    assert [(person["roles"], person["name"], person.get("isni")) for person in people] == [
        (["A01"], "Zoë Ångström-Lim", "0000000121479135"),
        (["A01", "A12"], "Bartholomew Okonjo", "0000000121222604"),
        (["B06"], "Imogen Rademaker", None),
        (["A24"], "The Society of Retired Pilots", None),
    ]
    assert people[1]["biography"]["is_html"]
    assert people[1]["biography"]["text"].startswith("<p><strong>Bartholomew Okonjo</strong> drew maps")
    assert "<em>afraid of water</em>, a stove" in people[1]["biography"]["text"]
