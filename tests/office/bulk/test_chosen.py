"""What a form may name."""

from bookshop.office.bulk.chosen import MAX_ORDERS, Chosen, parse_chosen


def test_each_order_counts_once_and_what_is_not_an_order_does_not() -> None:
    values = ["1042.7", "1042.8", "x", "", "1.2.3", "-1.2", "٣.٤", "9999999999.1", "1043.0"]
    assert parse_chosen(values) == [Chosen(1042, 7), Chosen(1043, 0)]


def test_so_many_orders_are_done_at_once() -> None:
    chosen = parse_chosen(f"{number}.1" for number in range(1, 1000))
    assert len(chosen) == MAX_ORDERS
    assert parse_chosen(map(str, chosen)) == chosen
