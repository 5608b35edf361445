from tests.onix.messages import (
    HEADER,
    RICH,
    a_message,
    a_product,
    blocks_of,
    descriptive,
    detail,
    price,
    records_of,
    supply,
    territory,
    values,
)


def test_block_6_has_every_field_in_its_place() -> None:
    assert records_of(RICH)[0].blocks["6"]["supplies"] == [
        {
            "markets": [{"countries": "MY SG"}],
            "status": "04",
            "dates": [{"role": "01", "date": "2025-09-18"}],
            "suppliers": [
                {
                    "name": "Straits Book Depot",
                    "availability": "21",
                    "days": 5,
                    "dates": [{"role": "08", "date": "2025-09-01"}],
                    "prices": [
                        {
                            "type": "02",
                            "amount": "16.90",
                            "currency": "SGD",
                            "taxes": [{"rate": "S", "percent": "9"}],
                            "territory": {"countries": "SG"},
                            "since": "2025-08-01",
                        },
                        {"type": "05", "amount": "9.10", "currency": "SGD"},
                        {
                            "type": "02",
                            "amount": "49.90",
                            "currency": "MYR",
                            "territory": {"countries": "MY"},
                        },
                    ],
                }
            ],
        },
        {
            "markets": [{"regions": "WORLD", "not_countries": "CA MY SG US"}],
            "suppliers": [
                {
                    "name": "Lantern Quay Press",
                    "availability": "20",
                    "prices": [
                        {"type": "01", "amount": "9.99", "currency": "GBP", "territory": {"countries": "GB"}},
                        {
                            "type": "04",
                            "amount": "12.50",
                            "currency": "EUR",
                            "territory": {"countries": "AT DE FR"},
                        },
                    ],
                }
            ],
        },
    ]


def test_defaults_of_the_message_hold_where_a_record_is_silent() -> None:
    defaults = values(DefaultLanguageOfText="swe", DefaultPriceType="02", DefaultCurrencyCode="SEK")
    header = HEADER.replace("</Header>", f"{defaults}</Header>")
    silent = supply(detail("<Price><PriceAmount>99.00</PriceAmount></Price>"))
    spoken = supply(detail(price("9.00", "01", "EUR")))
    first, second = records_of(
        a_message(a_product(descriptive(), silent), a_product(descriptive(), spoken), header=header)
    )
    assert first.blocks["1"]["language"] == "swe"
    assert first.blocks["6"]["supplies"][0]["suppliers"][0]["prices"] == [
        {"amount": "99.00", "type": "02", "currency": "SEK"}
    ]
    assert second.blocks["6"]["supplies"][0]["suppliers"][0]["prices"] == [
        {"type": "01", "amount": "9.00", "currency": "EUR"}
    ]


def test_markets_keep_apart_what_is_said_of_each() -> None:
    parts = [
        supply(detail(price(amount)), market=territory(CountriesIncluded=country))
        for country, amount in (("SG", "10.00"), ("GB", "20.00"))
    ]
    supplies = blocks_of(*parts)["6"]["supplies"]
    assert [one["markets"][0]["countries"] for one in supplies] == ["SG", "GB"]
