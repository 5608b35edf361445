from bookshop.onix.record import Record, RecordAction, source_priority_of


def test_sources_are_trusted_in_the_order_of_their_nearness_to_the_book() -> None:
    publisher, distributor, agent, agency, wholesaler = map(
        source_priority_of, ("01", "02", "06", "04", "03")
    )
    assert (
        publisher
        < distributor
        == agent
        < agency
        < wholesaler
        < source_priority_of("00")
        == source_priority_of("")
    )


def test_a_record_says_what_becomes_of_earlier_words() -> None:
    assert Record("r", "04", "9780306406157", 1, 1, 0, "{}").action is RecordAction.UPDATE
