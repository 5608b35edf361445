from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.search.rank import RankRange
from bookshop.search.search_index import Document
from bookshop.search.sort import Sort
from bookshop.search.sort_cursor import SortCursor
from bookshop.search.sort_key_store import read_in_order, replace_sort_keys
from bookshop.search.sort_keys import SortKeys

ALL_RANKS = RankRange()


async def test_only_whole_tokens_match_and_only_so_many_books_are_read(database: Database) -> None:
    facets = {1: " u_a_b ", 2: " u_axb ", 3: " u_a ", 4: " f_audio u_a_b ", 5: " u_a_b-c ", 6: " u_a_b "}
    documents = [
        Document(rank, (), "", SortKeys(price=10 - rank, facets=each)) for rank, each in facets.items()
    ]

    def read(db: Connection, *tokens: str, max_read: int = 9, ranks: RankRange = RankRange()) -> list[int]:  # noqa: B008
        found = read_in_order(db, ranks, tokens, Sort.PRICE, None, 9, max_read)
        return [cursor.rank for cursor in found]

    def compare(db: Connection) -> None:
        replace_sort_keys(db, [], documents)
        assert read(db, "u_a_b") == [6, 4, 1]
        assert read(db, "u_a_b", "f_audio") == [4]
        assert read(db, "u_a_b", max_read=3) == [6, 4]
        assert read(db, ranks=RankRange(1, 4)) == [4, 3, 2]
        after = read_in_order(db, ALL_RANKS, ["u_a_b"], Sort.PRICE, SortCursor(4, 6), 1, 9)
        assert after == [SortCursor(6, 4)]

    await database.write(compare)
