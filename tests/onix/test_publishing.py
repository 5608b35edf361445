from tests.onix.messages import (
    RICH,
    blocks_of,
    publishing,
    records_of,
    values,
)


def test_blocks_4_and_5_have_every_field_in_its_place() -> None:
    blocks = records_of(RICH)[0].blocks
    assert blocks["4"] == {
        "imprint": "Small Boats",
        "publisher": "Lantern Quay Press",
        "status": "04",
        "dates": [
            {"role": "01", "date": "2025-09-04"},
            {"role": "02", "date": "2025-09-02"},
            {"role": "11", "date": "1968"},
            {"role": "20", "date": "1965-05"},
        ],
        "rights": [
            {"type": "01", "territory": {"countries": "AU BN GB HK IE IN MY NZ PH SG TH ZA"}},
            {"type": "03", "territory": {"countries": "CA US"}},
        ],
        "row_rights": "02",
        "safety": {"name": "Lantern Quay Safety Desk", "email": "safety@example.com"},
    }
    assert blocks["5"] == {
        "products": [
            {"codes": ["06", "27"], "isbn": "9781990000218"},
            {"codes": ["03"], "isbn": "9781990000225"},
        ],
        "works": [{"code": "01", "type": "01", "id": "W1"}],
    }


def test_the_safety_contact_has_an_address() -> None:
    contact = values(
        ProductContactRole="10",
        ProductContactName="Desk",
        EmailAddress="desk@example.com",
        StreetAddress="8 Example Walk",
        LocationName="Singapore",
        PostalCode="098585",
        CountryCode="SG",
    )
    assert blocks_of(publishing(f"<ProductContact>{contact}</ProductContact>"))["4"]["safety"] == {
        "name": "Desk",
        "address": "8 Example Walk, 098585 Singapore, SG",
        "email": "desk@example.com",
    }
