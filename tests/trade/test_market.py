from bookshop.trade.market import Market


def test_a_market_has_a_clock() -> None:
    assert Market("SG", "SGD", "Asia/Singapore").zone.key == "Asia/Singapore"
